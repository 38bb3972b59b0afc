//! What a reviewer says of the open label: it is right, or it goes back to its author.

use egui::{Align, Context, Key, Layout, Ui, vec2};
use fovea_editor::{Command, ReviewCommand, State};

use super::window::dialog;
use crate::calendar::date_time_utc;
use crate::theme::{CONTROL_HEIGHT, space};
use crate::widgets::{ActionButton, Weight, facts, section_title, soft, text_field};

const WIDTH: f32 = 460.0;
const NAME_WIDTH: f32 = 84.0;

/// What is typed and not sent.
#[derive(Default)]
pub(super) struct ReviewLabelDialog {
    comment: String,
}

impl ReviewLabelDialog {
    /// Lets go of what was typed.
    pub(super) fn forget(&mut self) {
        self.comment.clear();
    }

    /// Draws the dialog; true when it was closed.
    pub(super) fn show(
        &mut self,
        ctx: &Context,
        state: &State,
        commands: &mut Vec<Command>,
    ) -> bool {
        let Some(version) = state.label_to_review() else {
            return true;
        };
        let title = format!("Review v{}", version.number);
        dialog(ctx, "review-label", &title, WIDTH, |ui| {
            let when = format!("{} UTC", date_time_utc(version.client_time_us));
            facts(
                ui,
                NAME_WIDTH,
                &[
                    ("Author", &version.author),
                    ("Saved", &when),
                    ("Comment", &version.comment),
                ],
            );
            ui.add_enabled_ui(!state.review.is_asking, |ui| self.judge(ui, commands));
        })
    }

    fn judge(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        section_title(ui, "What you say to the author");
        let width = ui.available_width();
        let hint = "needed to send it back: what is wrong, and where";
        let field = text_field(ui, &mut self.comment, "What you say", hint, width);
        let has_words = !self.comment.trim().is_empty();
        // Enter says the careful thing; a label is accepted by its button only.
        let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        ui.add_space(space::S);
        soft(
            ui,
            "The review stays with the label, and its author is told.",
        );
        ui.add_space(space::S);
        let row = vec2(ui.available_width(), CONTROL_HEIGHT);
        let mut is_accepted = None;
        ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            let accept = ActionButton::words("Accept").weight(Weight::Primary);
            if ui.add(accept.min_width(104.0)).clicked() {
                is_accepted = Some(true);
            }
            let back = ActionButton::words("Send back").enabled(has_words);
            let hint = "Say first what is wrong with it";
            let back = ui.add(back.min_width(88.0)).on_disabled_hover_text(hint);
            if back.clicked() || (is_entered && has_words) {
                is_accepted = Some(false);
            }
        });
        if let Some(is_accepted) = is_accepted {
            let comment = self.comment.trim().to_owned();
            let judge = ReviewCommand::Judge {
                is_accepted,
                comment,
            };
            commands.push(Command::Review(judge));
        }
    }
}
