//! Type to find a command.

use egui::{Align2, Context, Key, Modifiers, ScrollArea, TextEdit, Ui};
use fovea_editor::{COMMANDS, Command, CommandSpec, State};

use super::window::dialog;
use crate::theme::{self, regular, space, type_scale};
use crate::widgets::{caption, list_row};

const ROW_HEIGHT: f32 = 30.0;

/// What was typed, and which line Enter would take.
#[derive(Debug, Default)]
pub(super) struct Palette {
    query: String,
    chosen: usize,
    is_open: bool,
}

impl Palette {
    /// Starts afresh the next time.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Draws the dialog; true when it was closed.
    pub(super) fn show(
        &mut self,
        ctx: &Context,
        state: &State,
        commands: &mut Vec<Command>,
    ) -> bool {
        let found: Vec<&CommandSpec> = COMMANDS
            .iter()
            .filter(|spec| fits(spec, &self.query))
            .collect();
        let mut taken = None;
        let closed = dialog(ctx, "palette", "Find a command", 480.0, |ui| {
            self.field(ui);
            let entered = self.keys(ui, found.len());
            ui.add_space(space::S);
            ScrollArea::vertical()
                .max_height(300.0)
                .auto_shrink(false)
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    for (at, spec) in found.iter().enumerate() {
                        let enabled = (spec.enabled)(state);
                        let clicked = ui
                            .add_enabled_ui(enabled, |ui| row(ui, spec, at == self.chosen))
                            .inner;
                        if enabled && (clicked || (entered && at == self.chosen)) {
                            taken = Some((spec.command)());
                        }
                    }
                    if found.is_empty() {
                        caption(ui, "No command has a name like this.");
                    }
                });
        });
        let done = taken.is_some();
        if done {
            // Closed first: the command may open another dialog.
            commands.push(Command::CloseDialog);
            commands.extend(taken);
        }
        closed && !done
    }

    fn field(&mut self, ui: &mut Ui) {
        let field = TextEdit::singleline(&mut self.query)
            .hint_text("Command name")
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(8, 6));
        let response = ui.add(field).accessible_name("Command name");
        if !std::mem::replace(&mut self.is_open, true) {
            response.request_focus();
        }
        if response.changed() {
            self.chosen = 0;
        }
    }

    /// Moves the chosen line; true when Enter was pressed.
    fn keys(&mut self, ui: &Ui, count: usize) -> bool {
        let (down, up, enter) = ui.input_mut(|input| {
            (
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowDown),
                input.count_and_consume_key(Modifiers::NONE, Key::ArrowUp),
                input.key_pressed(Key::Enter),
            )
        });
        self.chosen = (self.chosen + down)
            .saturating_sub(up)
            .min(count.saturating_sub(1));
        enter
    }
}

/// True when every word that was typed begins a word of the title.
fn fits(spec: &CommandSpec, query: &str) -> bool {
    let title = spec.title.to_lowercase();
    query.to_lowercase().split_whitespace().all(|typed| {
        title
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word.starts_with(typed))
    })
}

fn row(ui: &mut Ui, spec: &CommandSpec, chosen: bool) -> bool {
    let p = theme::Palette::dark();
    let (inner, response) = list_row(ui, ROW_HEIGHT, chosen, spec.title);
    let colour = if ui.is_enabled() {
        p.text
    } else {
        p.text_faint
    };
    let font = regular(type_scale::BODY);
    ui.painter().text(
        inner.left_center(),
        Align2::LEFT_CENTER,
        spec.title,
        font,
        colour,
    );
    if let Some(keys) = spec.keys.first() {
        ui.painter().text(
            inner.right_center(),
            Align2::RIGHT_CENTER,
            keys,
            regular(type_scale::CAPTION),
            p.text_faint,
        );
    }
    if chosen {
        response.scroll_to_me(None);
    }
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_words_begin_words_of_the_title() {
        let spec = COMMANDS
            .iter()
            .find(|spec| spec.id == "run.segment-case")
            .expect("in the table");
        for (query, expected) in [
            ("", true),
            ("seg all", true),
            ("b sc", true),
            ("eg", false),
            ("undo", false),
        ] {
            assert_eq!(fits(spec, query), expected, "{query}");
        }
    }
}
