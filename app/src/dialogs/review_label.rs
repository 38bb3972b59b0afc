//! What a reviewer says of the open label: it is right, it is the one that counts, or it goes back to its author.

use egui::{Align, Context, Key, Layout, Ui, vec2};
use fovea_annotation::{LabelVersion, VersionId};
use fovea_editor::{Approval, Command, OpenTile, ReviewCommand, State};

use super::window::dialog;
use crate::author;
use crate::calendar::date_time_utc;
use crate::theme::{CONTROL_HEIGHT, space};
use crate::widgets::{ActionButton, Urgency, Weight, facts, note, section_title, soft, text_field};

const WIDTH: f32 = 460.0;
const NAME_WIDTH: f32 = 84.0;

/// What is typed and not sent.
#[derive(Default)]
pub(super) struct ReviewLabelDialog {
    comment: String,
    /// The version that was on the screen when the dialog was opened.
    looked_at: Option<(VersionId, u32)>,
}

impl ReviewLabelDialog {
    /// Lets go of what was typed.
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
        let (Some(version), Some(tile)) = (state.label_to_review(), &state.tile) else {
            return true;
        };
        let (looked_at, number) = *self.looked_at.get_or_insert((version.id, version.number));
        let mut is_left = false;
        let closed = dialog(
            ctx,
            "review-label",
            &format!("Review v{number}"),
            WIDTH,
            |ui| {
                if version.id != looked_at {
                    is_left = moved_on(ui, version, number);
                    return;
                }
                about(ui, version, tile);
                if state.review.is_overtaken {
                    ui.add_space(space::S);
                    let sentence = "Another version was approved while you looked, so nothing was changed: see which one, and decide again.";
                    note(ui, Urgency::Look, sentence);
                }
                let is_idle = !state.review.is_asking;
                ui.add_enabled_ui(is_idle, |ui| self.judge(ui, version, tile, commands));
            },
        );
        closed || is_left
    }

    fn judge(
        &mut self,
        ui: &mut Ui,
        version: &LabelVersion,
        tile: &OpenTile,
        commands: &mut Vec<Command>,
    ) {
        section_title(ui, "What you say to the author");
        let width = ui.available_width();
        let hint = "needed to send it back: what is wrong, and where";
        let field = text_field(ui, &mut self.comment, "What you say", hint, width);
        // Enter says the careful thing; a label is accepted or approved by its button only.
        let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        ui.add_space(space::S);
        soft(ui, meaning(version, tile));
        ui.add_space(space::S);
        let row = vec2(ui.available_width(), CONTROL_HEIGHT);
        let pressed = ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            self.buttons(ui, tile.approval_of(version.id).is_some(), is_entered)
        });
        commands.extend(pressed.inner.map(Command::Review));
    }

    fn buttons(&self, ui: &mut Ui, is_approved: bool, is_entered: bool) -> Option<ReviewCommand> {
        let comment = || self.comment.trim().to_owned();
        let mut pressed = None;
        let accept = ActionButton::words("Accept")
            .weight(Weight::Primary)
            .min_width(104.0);
        if ui.add(accept).clicked() {
            pressed = Some(ReviewCommand::Judge {
                is_accepted: true,
                comment: comment(),
            });
        }
        let approve = ActionButton::words("Approve")
            .min_width(88.0)
            .enabled(!is_approved);
        let hint = "It is the approved version already";
        if ui.add(approve).on_disabled_hover_text(hint).clicked() {
            pressed = Some(ReviewCommand::Approve(comment()));
        }
        let may_return = !is_approved && !comment().is_empty();
        let back = ActionButton::words("Send back").enabled(may_return);
        let hint = match is_approved {
            true => "It is the approved version; approve another one first",
            false => "Say first what is wrong with it",
        };
        let back = ui.add(back.min_width(88.0)).on_disabled_hover_text(hint);
        if back.clicked() || (is_entered && may_return) {
            pressed = Some(ReviewCommand::Judge {
                is_accepted: false,
                comment: comment(),
            });
        }
        pressed
    }
}

/// What is known of the version, and which one of the B-scan is approved.
fn about(ui: &mut Ui, version: &LabelVersion, tile: &OpenTile) {
    let when = format!("{} UTC", date_time_utc(version.client_time_us));
    let approved = match &tile.approval {
        None => "no version of this B-scan yet".to_owned(),
        Some(approval) => approved(approval, version, tile),
    };
    facts(
        ui,
        NAME_WIDTH,
        &[
            ("Author", &author::in_words(&version.author)),
            ("Saved", &when),
            ("Comment", &version.comment),
            ("Approved", &approved),
        ],
    );
}

fn approved(approval: &Approval, version: &LabelVersion, tile: &OpenTile) -> String {
    let which = match approval.version == version.id {
        true => "this version".to_owned(),
        false => name(approval, tile),
    };
    let when = date_time_utc(approval.approved_at_us);
    format!("{which}, by {}, {when} UTC", approval.approver)
}

/// "v2"; a version that has not come here yet has no number.
fn name(approval: &Approval, tile: &OpenTile) -> String {
    let known = tile.versions.iter().find(|v| v.id == approval.version);
    known.map_or_else(
        || "another version".to_owned(),
        |version| format!("v{}", version.number),
    )
}

/// What the buttons mean.
fn meaning(version: &LabelVersion, tile: &OpenTile) -> String {
    let place = match &tile.approval {
        Some(approval) if approval.version != version.id => {
            format!(", and {} no more", name(approval, tile))
        }
        _ => String::new(),
    };
    format!(
        "Accept: the label is right. Approve: it is the one version of this B-scan that counts from now on{place}. What you say stays with the label."
    )
}

/// Another version came while the reviewer looked: nothing is decided about what nobody has seen. True when they
/// want to see it.
fn moved_on(ui: &mut Ui, version: &LabelVersion, looked_at: u32) -> bool {
    let (author, number) = (author::in_words(&version.author), version.number);
    let sentence = format!(
        "{author} saved v{number} while you looked at v{looked_at}: nothing was decided; look at v{number} and decide about that one."
    );
    note(ui, Urgency::Look, &sentence);
    ui.add_space(space::S);
    let row = vec2(ui.available_width(), CONTROL_HEIGHT);
    let look = ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let words = format!("Look at v{number}");
        let look = ActionButton::words(&words).weight(Weight::Primary);
        ui.add(look.min_width(104.0)).clicked()
    });
    look.inner
}
