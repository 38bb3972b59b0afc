//! Labels that a reviewer sent back: the list over the queue, and the words over the versions of the open label.

use egui::{Align2, Ui, vec2};
use fovea_annotation::TileId;
use fovea_editor::{Command, ReturnedLabel, State};

use super::explain;
use crate::calendar::date_time_utc;
use crate::theme::{Palette, regular, space, strong, type_scale};
use crate::widgets::{
    ActionButton, Urgency, Weight, caption, list_row, note, paint_cut, rule, titled,
};

const ROW_HEIGHT: f32 = 66.0;

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
    let (inner, response) = list_row(ui, ROW_HEIGHT, is_open, &name);
    let right = ui.painter().text(
        inner.right_top(),
        Align2::RIGHT_TOP,
        "sent back",
        strong(type_scale::CAPTION),
        p.warn,
    );
    let title = format!("{case_title} · {bscan}");
    let room = inner.width() - right.width() - space::S;
    let font = strong(type_scale::BODY);
    paint_cut(ui, inner.left_top(), room, &title, font, p.text);
    let line = |down| inner.left_top() + vec2(0.0, down);
    let font = regular(type_scale::BODY);
    paint_cut(ui, line(20.0), inner.width(), comment, font, p.text_soft);
    let by = format!("{reviewer} · {}", date_time_utc(label.reviewed_at_us));
    let font = regular(type_scale::CAPTION);
    paint_cut(ui, line(40.0), inner.width(), &by, font, p.text_faint);
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
