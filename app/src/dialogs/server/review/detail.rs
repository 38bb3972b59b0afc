//! The readings of one B-scan side by side, and what can be done about them.

use egui::{Align, Layout, RichText, Ui, vec2};
use fovea_editor::{Command, Judgement, Readings, ReviewCommand, State};
use fovea_protocol::{Disagreement, LabelRecord};

use super::ReviewForm;
use crate::author;
use crate::calendar::date_time_utc;
use crate::theme::{CONTROL_HEIGHT, space, strong, type_scale};
use crate::widgets::{
    ActionButton, Urgency, Weight, caption, emphasis, grouped, note, soft, text_field,
};

/// Room for what stands below the pictures.
const BELOW_HEIGHT: f32 = 210.0;

/// Draws it.
pub(super) fn show(
    ui: &mut Ui,
    form: &mut ReviewForm,
    state: &State,
    tile: &Disagreement,
    readings: &Readings,
    commands: &mut Vec<Command>,
) {
    head(ui, state, tile, commands);
    ui.add_space(space::S);
    pair(ui, form, state, readings);
    ui.add_space(space::S);
    let (urgency, sentence) = standing(readings);
    note(ui, urgency, &sentence);
    if tile.heads.len() > 2 {
        let more = tile.heads.len() - 2;
        caption(ui, format!("{more} more readings; they come next."));
    }
    ui.add_space(space::S);
    let hint = "why, for both authors";
    let width = ui.available_width();
    text_field(ui, &mut form.comment, "Why it is decided so", hint, width);
    ui.add_space(space::S);
    decide(ui, form, state, readings, commands);
}

fn head(ui: &mut Ui, state: &State, tile: &Disagreement, commands: &mut Vec<Command>) {
    let row = vec2(ui.available_width(), CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let is_here = state
            .cases
            .iter()
            .flatten()
            .any(|case| case.id == tile.case_id);
        let open = ActionButton::words("Open B-scan").enabled(is_here);
        let hint = "The scan of this case is not on this machine";
        if ui.add(open).on_disabled_hover_text(hint).clicked() {
            let open = ReviewCommand::Open(tile.tile_id);
            commands.push(Command::Review(open));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let title = super::title(state, tile);
            ui.label(RichText::new(title).font(strong(type_scale::TITLE)));
        });
    });
}

fn pair(ui: &mut Ui, form: &mut ReviewForm, state: &State, readings: &Readings) {
    let width = (ui.available_width() - space::L) / 2.0;
    let height = (ui.available_height() - BELOW_HEIGHT).max(80.0);
    let down = Layout::top_down(Align::Min);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        for (at, record) in readings.records.iter().enumerate() {
            ui.allocate_ui_with_layout(vec2(width, height + 44.0), down, |ui| {
                ui.set_min_width(width);
                let size = vec2(width, height);
                form.pictures.show(ui, &state.schema, readings, at, size);
                let is_approved = readings.approved == Some(record.version.id);
                words(ui, at, record, is_approved);
            });
        }
    });
}

fn words(ui: &mut Ui, at: usize, record: &LabelRecord, is_approved: bool) {
    let version = &record.version;
    let letter = ["A", "B"][at];
    let (number, author) = (version.number, author::in_words(&version.author));
    let approved = if is_approved { " · approved" } else { "" };
    emphasis(ui, format!("{letter} · v{number} by {author}{approved}"));
    let when = date_time_utc(version.client_time_us);
    match version.comment.as_str() {
        "" => caption(ui, when),
        comment => caption(ui, format!("{when} · {comment}")),
    };
}

/// What stands between the readings.
fn standing(readings: &Readings) -> (Urgency, String) {
    match readings.contradicting_px {
        0 => {
            let sentence = "They changed different pixels, or the same ones alike: they can be merged, and nothing of either is lost.";
            (Urgency::Calm, sentence.to_owned())
        }
        px => {
            let sentence = format!(
                "{} pixels were changed by both, each to another class: somebody has to decide.",
                grouped(px)
            );
            (Urgency::Look, sentence)
        }
    }
}

fn decide(
    ui: &mut Ui,
    form: &mut ReviewForm,
    state: &State,
    readings: &Readings,
    commands: &mut Vec<Command>,
) {
    let account = &state.account;
    let is_idle = !state.review.is_asking;
    let can_merge = readings.contradicting_px == 0 && account.may_label();
    let is_open = state
        .tile
        .as_ref()
        .is_some_and(|open| open.id == readings.tile);
    let mut wish = None;
    ui.horizontal(|ui| {
        if readings.contradicting_px == 0 {
            let merge = ActionButton::words("Merge")
                .weight(Weight::Primary)
                .enabled(can_merge && is_idle);
            if ui.add(merge).clicked() {
                wish = Some(ReviewCommand::Merge(form.comment.trim().to_owned()));
            }
        }
        if !account.may_adjudicate() {
            soft(ui, "Reviewers and administrators decide between readings.");
            return;
        }
        for (words, judgement, is_possible) in [
            ("A is right", Judgement::Reading(0), true),
            ("B is right", Judgement::Reading(1), true),
            ("Use the open label", Judgement::Window, is_open),
        ] {
            let button = ActionButton::words(words).enabled(is_idle && is_possible);
            let hint = "Open the B-scan first, and draw what is right";
            if ui.add(button).on_disabled_hover_text(hint).clicked() {
                let comment = form.comment.trim().to_owned();
                wish = Some(ReviewCommand::Adjudicate(judgement, comment));
            }
        }
    });
    if let Some(wish) = wish {
        form.comment.clear();
        commands.push(Command::Review(wish));
    }
}
