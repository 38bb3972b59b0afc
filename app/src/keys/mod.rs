//! The keyboard: from key events to commands, by the editor's command table.

mod chord;

use egui::{Event, Key, Modifiers};
use fovea_editor::{COMMANDS, Command, CommandSpec, Menu, State};

use chord::Chord;
pub(crate) use chord::caps;

/// Keys that are held rather than pressed, or stand for a number, and so are not in the command table.
pub(crate) const OTHER_KEYS: &[(&str, &str)] = &[
    ("1 … 9, 0", "Choose a class by its number"),
    ("K", "Lock or unlock the active class"),
    ("V", "Hold: compare with the version before"),
    ("`", "Hold: look without overlay"),
    ("Space", "Hold and drag: move the picture"),
    ("Esc", "Cancel the stroke in hand"),
];

/// What the pointer does, for the shortcut sheet.
pub(crate) const POINTER_HABITS: &[(&str, &str)] = &[
    ("Left drag", "Draw with the chosen tool"),
    ("Right drag", "Erase"),
    ("Alt + drag", "Erase"),
    ("Middle drag", "Move the picture"),
    ("Wheel", "Previous or next B-scan"),
    ("Ctrl + wheel", "Zoom at the pointer"),
    ("Shift + wheel", "Brush size"),
    ("Ctrl + right drag", "Window and level"),
];

const DIGITS: [Key; 10] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
    Key::Num0,
];

/// The command that `event` stands for now. While a dialog is open only Escape means something.
pub(crate) fn command_of(event: &Event, state: &State, is_typing: bool) -> Option<Command> {
    match *event {
        Event::Key {
            key: Key::Escape,
            pressed: true,
            repeat: false,
            ..
        } => Some(Command::Escape),
        Event::Key {
            key: Key::V,
            pressed: false,
            ..
        } if state.view.compare => Some(Command::Compare(false)),
        Event::Key {
            key: Key::Backtick,
            pressed: false,
            ..
        } if state.view.peek => Some(Command::Peek(false)),
        Event::Key {
            key,
            pressed: true,
            repeat,
            modifiers,
            ..
        } if !is_typing && state.dialog.is_none() => held_key(key, repeat, modifiers)
            .or_else(|| class_key(key, modifiers, state))
            .or_else(|| table_command(key, repeat, modifiers, state)),
        _ => None,
    }
}

/// True for the keys with which a focused widget is worked: they are not the picture's then.
pub(crate) fn moves_focus(event: &Event) -> bool {
    const WIDGET_KEYS: [Key; 6] = [
        Key::ArrowLeft,
        Key::ArrowRight,
        Key::ArrowUp,
        Key::ArrowDown,
        Key::Enter,
        Key::Space,
    ];
    matches!(event, Event::Key { key, .. } if WIDGET_KEYS.contains(key))
}

/// Ends what is held when the window loses the keyboard and will not see the release.
pub(crate) fn release_held(state: &State) -> Vec<Command> {
    let compare = state.view.compare.then_some(Command::Compare(false));
    let peek = state.view.peek.then_some(Command::Peek(false));
    compare.into_iter().chain(peek).collect()
}

fn held_key(key: Key, repeat: bool, modifiers: Modifiers) -> Option<Command> {
    match key {
        Key::V if modifiers.is_none() && !repeat => Some(Command::Compare(true)),
        Key::Backtick if !repeat => Some(Command::Peek(true)),
        _ => None,
    }
}

fn class_key(key: Key, modifiers: Modifiers, state: &State) -> Option<Command> {
    if modifiers.any() {
        return None;
    }
    if key == Key::K {
        return Some(Command::ToggleClassLock(state.tools.class));
    }
    let class = DIGITS.iter().position(|digit| *digit == key)? as u8 + 1;
    let known = state.schema.classes.iter().any(|def| def.index == class);
    known.then_some(Command::SetClass(class))
}

/// The digit that chooses a class, if one does.
pub(crate) fn digit_of_class(class: u8) -> Option<String> {
    (1..=10).contains(&class).then(|| (class % 10).to_string())
}

fn table_command(key: Key, repeat: bool, modifiers: Modifiers, state: &State) -> Option<Command> {
    let pressed = |spec: &&CommandSpec| {
        spec.keys
            .iter()
            .filter_map(|chord| Chord::parse(chord))
            .any(|chord| chord.matches(key, modifiers))
    };
    let spec = COMMANDS.iter().find(pressed)?;
    ((!repeat || may_repeat(spec)) && (spec.enabled)(state)).then(|| (spec.command)())
}

/// Steps may repeat while a key is held; a toggle that repeats flickers, and a save that repeats is noise.
fn may_repeat(spec: &CommandSpec) -> bool {
    const STEPS: [&str; 10] = [
        "edit.undo",
        "edit.redo",
        "tool.smaller",
        "tool.bigger",
        "class.previous",
        "class.next",
        "view.zoom-in",
        "view.zoom-out",
        "view.less-opaque",
        "view.more-opaque",
    ];
    spec.menu == Menu::Go || STEPS.contains(&spec.id)
}

/// The entry of the command table with this name.
pub(crate) fn spec(id: &str) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|spec| spec.id == id)
}

/// "Undo (Ctrl+Z)": what a tooltip says of a command.
pub(crate) fn tooltip(id: &str) -> String {
    let Some(spec) = spec(id) else {
        return String::new();
    };
    match spec.keys.first() {
        Some(keys) => format!("{} ({keys})", spec.title),
        None => spec.title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fovea_editor::{Dialog, Tool};

    fn press(key: Key, modifiers: Modifiers, repeat: bool) -> Event {
        Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat,
            modifiers,
        }
    }

    #[test]
    fn keys_mean_what_the_table_says() {
        let state = State::default();
        let cases = [
            (
                Key::B,
                Modifiers::NONE,
                false,
                Some(Command::SetTool(Tool::Brush)),
            ),
            (
                Key::E,
                Modifiers::NONE,
                false,
                Some(Command::SetTool(Tool::Eraser)),
            ),
            (
                Key::CloseBracket,
                Modifiers::NONE,
                true,
                Some(Command::StepBrushRadius(1)),
            ),
            (
                Key::Num7,
                Modifiers::NONE,
                false,
                Some(Command::SetClass(7)),
            ),
            (
                Key::Num0,
                Modifiers::NONE,
                false,
                Some(Command::SetClass(10)),
            ),
            (Key::V, Modifiers::NONE, false, Some(Command::Compare(true))),
            (Key::V, Modifiers::NONE, true, None),
            (Key::B, Modifiers::NONE, true, None),
            // Nothing to undo yet.
            (Key::Z, Modifiers::CTRL, false, None),
        ];
        for (key, modifiers, repeat, expected) in cases {
            assert_eq!(
                command_of(&press(key, modifiers, repeat), &state, false),
                expected,
                "{key:?} {modifiers:?}"
            );
        }
    }

    #[test]
    fn typing_and_dialogs_take_the_keys_but_never_escape() {
        let mut state = State::default();
        let brush = press(Key::B, Modifiers::NONE, false);
        assert_eq!(command_of(&brush, &state, true), None);
        state.dialog = Some(Dialog::Palette);
        assert_eq!(command_of(&brush, &state, false), None);
        assert_eq!(
            command_of(&press(Key::Escape, Modifiers::NONE, false), &state, true),
            Some(Command::Escape)
        );
    }
}
