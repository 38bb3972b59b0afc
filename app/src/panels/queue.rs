//! The review queue: which tiles the model doubts most, and why.

use egui::{Align, Layout, Margin, RichText, Ui};
use fovea_editor::{Command, Connection, QueueSource, State};

use super::{bar_frame, command_icon, explain};
use crate::theme::{CONTROL_HEIGHT, Palette, space};
use crate::widgets::{
    ActionButton, Icon, QueueCard, SliderSpec, caption, empty_state, queue_card, slider,
};

/// Draws the threshold, where the list comes from, and the way to the next tile.
pub(super) fn head(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = space::XS;
    let show = |value: f32| format!("{value:.2}");
    let spec = SliderSpec::in_panel("Doubt above", 0.0..=1.0, 0.01, &show);
    let (response, moved) = slider(ui, state.queue.threshold, &spec);
    response.on_hover_text("Only B-scans whose uncertainty score is higher are listed");
    commands.extend(moved.map(Command::SetQueueThreshold));
    ui.horizontal(|ui| {
        // As high as the buttons, so that the words stand in the middle beside them.
        ui.set_min_height(CONTROL_HEIGHT + space::XS);
        source(ui, state);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            command_icon(ui, Icon::Refresh, "run.refresh-queue", state, commands);
            let next = ActionButton::words("Next")
                .with_icon(Icon::ChevronRight)
                .enabled(!state.queue.items.is_empty());
            if explain(ui.add(next), "go.next-tile").clicked() {
                commands.push(Command::NextInQueue);
            }
        });
    });
}

fn source(ui: &mut Ui, state: &State) {
    let p = Palette::dark();
    let (words, colour) = match state.queue.source {
        _ if state.queue.loading => ("loading…", p.text_faint),
        Some(QueueSource::Server) => ("from server", p.ok),
        // Nothing is away where no server is set up.
        Some(QueueSource::LocalStore) if state.sync.connection == Connection::NotConfigured => {
            ("of this machine", p.text_soft)
        }
        Some(QueueSource::LocalStore) => ("local (server away)", p.warn),
        None => ("not loaded", p.text_faint),
    };
    ui.label(RichText::new(words).color(colour));
}

/// Draws the tiles.
pub(super) fn list(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    if state.queue.items.is_empty() && !state.returned.is_empty() {
        return;
    }
    if state.queue.items.is_empty() {
        let hint =
            "Segment a case, or lower the threshold to see B-scans that the model doubts less.";
        empty_state(ui, Icon::Check, "Nothing to review", hint);
        return;
    }
    let open = state.tile.as_ref().map(|tile| tile.id);
    for (at, item) in state.queue.items.iter().enumerate() {
        let bscan = format!("B-scan {}", item.bscan_index + 1);
        let card = QueueCard {
            place: at + 1,
            score: item.score,
            case: &item.case_title,
            bscan: &bscan,
            reason: &item.reason,
            open: open == Some(item.tile),
        };
        let response = ui
            .add_enabled_ui(item.here, |ui| queue_card(ui, &card))
            .inner;
        if response
            .on_disabled_hover_text("This B-scan is on the server and not on this machine yet")
            .clicked()
        {
            commands.push(Command::OpenQueueItem(item.tile));
        }
    }
    bar_frame(Margin::symmetric(8, 4)).show(ui, |ui| {
        caption(
            ui,
            "Ranked by uncertainty: at most 50 B-scans, 5 of a case.",
        );
    });
}
