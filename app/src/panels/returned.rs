//! Labels that a reviewer sent back: the list over the queue, and the words over the versions of the open label.

use egui::{Ui, vec2};
use fovea_annotation::TileId;
use fovea_editor::{Command, ReturnedLabel, State};

use super::explain;
use crate::calendar::date_time_utc;
use crate::theme::{Palette, regular, space, type_scale};
use crate::widgets::{
    ActionButton, TitledRow, Urgency, Weight, caption, note, paint_cut, rule, titled, titled_row,
};

const ROW_HEIGHT: f32 = 64.0;

/// Draws the list, if there is one.
pub(super) fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let list = state.returned.list.as_deref().unwrap_or_default();
    if list.is_empty() {
        return;
    }
    titled(ui, "Sent back to you", |ui| {
        let next = ActionButton::words("Next").weight(Weight::Quiet);
        let next = ui
            .add(next)
            .accessible_name("Next label that was sent back");
        if explain(next, "go.next-returned").clicked() {
            commands.push(Command::NextReturned);
        }
    });
    let open = state.tile.as_ref().map(|tile| tile.id);
    for label in list {
        if row(ui, label, open == Some(label.tile)) {
            commands.push(Command::OpenReturned(label.tile));
        }
    }
    rule(ui);
}

fn row(ui: &mut Ui, label: &ReturnedLabel, is_open: bool) -> bool {
    let p = Palette::dark();
    let bscan = format!("B-scan {}", label.bscan_index + 1);
    let ReturnedLabel {
        case_title,
        reviewer,
        comment,
        ..
    } = label;
    let name = format!("{case_title}, {bscan}, sent back by {reviewer}: {comment}");
    let title = format!("{bscan} · {case_title}");
    let row = TitledRow {
        name: &name,
        title: &title,
        ink: p.text,
        standing: ("sent back", p.warn),
        below: comment,
        selected: is_open,
    };
    let (inner, response) = titled_row(ui, ROW_HEIGHT, &row);
    let by = format!("{reviewer} · {}", date_time_utc(label.reviewed_at_us));
    let font = regular(type_scale::CAPTION);
    let line = inner.left_top() + vec2(0.0, 38.0);
    paint_cut(ui, line, inner.width(), &by, font, p.text_faint);
    response.on_hover_text(comment).clicked()
}

/// What the reviewer said of the open label.
pub(super) fn banner(ui: &mut Ui, state: &State, tile: TileId) {
    let Some(label) = state.returned.of_tile(tile) else {
        return;
    };
    let sentence = format!("{} sent this label back: {}", label.reviewer, label.comment);
    note(ui, Urgency::Look, &sentence);
    caption(ui, "Mend it and save: that submits it again.");
    ui.add_space(space::XS);
}
