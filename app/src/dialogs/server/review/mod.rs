//! Tiles that several people labelled at once: the list at the left, the readings side by side at the right.

mod detail;
mod pictures;

use egui::{Align, Layout, ScrollArea, Ui};
use fovea_editor::{Command, ReviewCommand, State};
use fovea_protocol::Disagreement;

use super::panes::two_panes;
use super::run_row::case_name;
use crate::calendar::date_time_utc;
use crate::theme::{Palette, space};
use crate::widgets::{
    ActionButton, Icon, TitledRow, Urgency, Weight, empty_state, note, soft, titled_row,
};

const LIST_WIDTH: f32 = 280.0;
const ROW_HEIGHT: f32 = 50.0;

/// What the page remembers between frames.
#[derive(Default)]
pub(super) struct ReviewForm {
    comment: String,
    pictures: pictures::Pictures,
}

/// Draws the page.
pub(super) fn show(ui: &mut Ui, form: &mut ReviewForm, state: &State, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        soft(ui, "B-scans that two people labelled at the same time; both labels are kept until they are joined.");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let again = ActionButton::icon(Icon::Refresh, "Ask for the B-scans again");
            if ui.add(again).clicked() {
                commands.push(Command::Review(ReviewCommand::Refresh));
            }
        });
    });
    if let Some(sentence) = &state.review.away {
        note(ui, Urgency::Look, sentence);
    }
    ui.add_space(space::S);
    match &state.review.list {
        None if state.review.away.is_some() => {
            let hint = "They are listed when the server can be asked; try again then.";
            empty_state(ui, Icon::CloudOff, "Nothing to show", hint);
        }
        None => {
            let hint = "The server is asked where readings differ.";
            empty_state(ui, Icon::Clock, "Asking the server…", hint);
        }
        Some(list) if list.is_empty() => {
            let hint = "No B-scan has two readings side by side.";
            empty_state(ui, Icon::Check, "Everybody agrees", hint);
        }
        Some(list) => both(ui, form, state, list, commands),
    }
}

fn both(
    ui: &mut Ui,
    form: &mut ReviewForm,
    state: &State,
    list: &[Disagreement],
    commands: &mut Vec<Command>,
) {
    let detail = |ui: &mut Ui, commands: &mut Vec<Command>| match (
        state.review.shown(),
        &state.review.readings,
    ) {
        (Some(tile), Some(readings)) => {
            detail::show(ui, form, state, tile, readings, commands);
        }
        (Some(_), None) => drop(soft(ui, "The server is asked for both readings.")),
        (None, _) => {
            let hint = "Both readings appear here, side by side.";
            empty_state(ui, Icon::Compare, "Choose a B-scan", hint);
        }
    };
    two_panes(
        ui,
        LIST_WIDTH,
        commands,
        |ui, commands| tiles(ui, state, list, commands),
        detail,
    );
}

fn tiles(ui: &mut Ui, state: &State, list: &[Disagreement], commands: &mut Vec<Command>) {
    ScrollArea::vertical()
        .id_salt("disagreements")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for tile in list {
                if row(ui, state, tile) {
                    let choose = ReviewCommand::Choose(tile.tile_id);
                    commands.push(Command::Review(choose));
                }
            }
            if state.review.more.is_some() {
                let more = ActionButton::words("Show more").weight(Weight::Quiet);
                if ui.add(more).clicked() {
                    commands.push(Command::Review(ReviewCommand::More));
                }
            }
        });
}

fn row(ui: &mut Ui, state: &State, tile: &Disagreement) -> bool {
    let p = Palette::dark();
    let title = title(state, tile);
    let readings = format!("{} readings", tile.heads.len());
    let since = format!("since {}", date_time_utc(tile.since_us));
    let name = format!("{title}, {readings}, {since}");
    let row = TitledRow {
        name: &name,
        title: &title,
        ink: p.text,
        standing: (&readings, p.warn),
        below: &since,
        selected: state.review.chosen == Some(tile.tile_id),
    };
    titled_row(ui, ROW_HEIGHT, &row).1.clicked()
}

/// Which B-scan it is; its number first, because a long name is cut.
fn title(state: &State, tile: &Disagreement) -> String {
    let case = case_name(state, tile.case_id);
    format!("B-scan {} · {case}", tile.bscan_index + 1)
}
