//! The native menu bar, made from the command table.
//!
//! Its shortcuts are for reading: keys reach the interface first, which knows the same table.

use fovea_editor::{COMMANDS, CommandSpec, Menu as MenuName, State};
use tauri::menu::{Menu, MenuItem, MenuItemBuilder, Submenu};
use tauri::{App, Window, Wry};

use super::messages::{Message, Messages};

/// The menus from left to right, with the letter that opens them.
const MENUS: [(MenuName, &str); 6] = [
    (MenuName::File, "&File"),
    (MenuName::Edit, "&Edit"),
    (MenuName::View, "&View"),
    (MenuName::Go, "&Go"),
    (MenuName::Run, "&Run"),
    (MenuName::Help, "&Help"),
];

/// The entries of the menu bar, each beside the command that it gives.
pub(crate) struct MenuBar {
    entries: Vec<Entry>,
}

struct Entry {
    spec: &'static CommandSpec,
    item: MenuItem<Wry>,
    is_enabled: bool,
}

impl MenuBar {
    /// Puts the menu bar on the window. Chosen entries arrive as messages.
    pub(crate) fn install(app: &App, window: &Window, messages: &Messages) -> tauri::Result<Self> {
        let mut entries = Vec::with_capacity(COMMANDS.len());
        let bar = Menu::new(app)?;
        for (name, title) in MENUS {
            let submenu = Submenu::new(app, title, true)?;
            for spec in COMMANDS.iter().filter(|spec| spec.menu == name) {
                let item = new_item(app, spec)?;
                submenu.append(&item)?;
                entries.push(Entry {
                    spec,
                    item,
                    is_enabled: true,
                });
            }
            bar.append(&submenu)?;
        }
        window.set_menu(bar)?;
        let messages = messages.clone();
        app.on_menu_event(move |_, event| messages.send(Message::Menu(event.id().0.clone())));
        Ok(Self { entries })
    }

    /// Greys out what makes no sense now. Only changes reach the window system.
    pub(crate) fn show_enabled(&mut self, state: &State) {
        for entry in &mut self.entries {
            let is_enabled = (entry.spec.enabled)(state);
            if entry.is_enabled != is_enabled {
                entry.is_enabled = is_enabled;
                if let Err(error) = entry.item.set_enabled(is_enabled) {
                    tracing::warn!(%error, id = entry.spec.id, "a menu entry did not change");
                }
            }
        }
    }
}

/// The command of a menu entry.
pub(crate) fn command(id: &str) -> Option<fovea_editor::Command> {
    COMMANDS
        .iter()
        .find(|spec| spec.id == id)
        .map(|spec| (spec.command)())
}

/// A key that the menu cannot name is only left out of the menu.
fn new_item(app: &App, spec: &CommandSpec) -> tauri::Result<MenuItem<Wry>> {
    let plain = || MenuItemBuilder::with_id(spec.id, spec.title);
    match spec.keys.first() {
        Some(keys) => plain()
            .accelerator(keys)
            .build(app)
            .or_else(|_| plain().build(app)),
        None => plain().build(app),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_one_menu_and_is_found_by_its_id() {
        for spec in COMMANDS {
            assert_eq!(
                MENUS.iter().filter(|(name, _)| *name == spec.menu).count(),
                1,
                "{}",
                spec.id
            );
            assert_eq!(command(spec.id), Some((spec.command)()), "{}", spec.id);
        }
        assert_eq!(command("file.unknown"), None);
    }
}
