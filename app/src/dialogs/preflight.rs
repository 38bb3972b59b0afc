//! What this machine is and what it can do: device, driver, model, time per tile, versions.

use egui::{Context, Ui};
use fovea_editor::{Connection, InferenceReport, State};

use super::window::dialog;
use crate::theme::space;
use crate::widgets::{caption, card, emphasis, facts, soft};

/// Draws the page; true when it was closed.
pub(super) fn show(ctx: &Context, state: &State) -> bool {
    dialog(ctx, "preflight", "This machine", 520.0, |ui| {
        match &state.inference {
            Some(report) => device(ui, report),
            None => {
                soft(ui, "The model's device is being looked for.");
            }
        }
        ui.add_space(space::S);
        server(ui, state);
        ui.add_space(space::S);
        caption(
            ui,
            format!(
                "Fovea {} · label schema {}",
                env!("CARGO_PKG_VERSION"),
                state.schema.id
            ),
        );
    })
}

fn device(ui: &mut Ui, report: &InferenceReport) {
    let tile = match report.tile_ms {
        Some(ms) => format!("{ms:.0} ms per B-scan, measured at start"),
        None => "not measured yet".to_owned(),
    };
    let model = if report.model.is_empty() {
        "none loaded".to_owned()
    } else {
        report.model.clone()
    };
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        emphasis(ui, "Model");
        facts(
            ui,
            NAME_WIDTH,
            &[
                ("Runs on", &report.device),
                ("Why", &report.reason),
                ("Model", &model),
                ("Digest", &report.model_digest),
                ("Speed", &tile),
                ("Window drawn by", &report.display_adapter),
            ],
        );
    });
}

fn server(ui: &mut Ui, state: &State) {
    let connection = match &state.sync.connection {
        Connection::NotConfigured => {
            "No server is set up: everything stays on this machine.".to_owned()
        }
        Connection::Connecting => "Connecting.".to_owned(),
        Connection::Online => "The server answers.".to_owned(),
        Connection::Offline { sentence } => sentence.clone(),
    };
    let waiting = match state.sync.pending_count {
        0 => "nothing".to_owned(),
        count => format!("{count} operations"),
    };
    let parked = match state.sync.parked_count {
        0 => "nothing".to_owned(),
        count => format!("{count} operations, kept on this machine"),
    };
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        emphasis(ui, "Server");
        facts(
            ui,
            NAME_WIDTH,
            &[
                ("State", &connection),
                ("Waiting to be sent", &waiting),
                ("Refused", &parked),
            ],
        );
    });
}

const NAME_WIDTH: f32 = 124.0;
