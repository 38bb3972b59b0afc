//! The versions of the open label: what each changed, and the way back.

use egui::{Response, Ui};
use fovea_annotation::{LabelVersion, VersionKind};
use fovea_editor::{Command, Dialog, OpenTile, State};

use super::{explain, returned};
use crate::theme::space;
use crate::widgets::{ActionButton, Icon, VersionRow, Weight, caption, titled, version_row};
use crate::{author, calendar};

/// Draws the list, newest first. True while the pointer asks what the newest version changed.
pub(super) fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) -> bool {
    ui.spacing_mut().item_spacing.y = space::XS;
    let Some(tile) = &state.tile else {
        return false;
    };
    titled(ui, "Versions", |ui| {
        compare(ui, state, tile, commands);
        review(ui, state, commands);
    });
    returned::banner(ui, state, tile.id);
    if tile.versions.is_empty() {
        caption(ui, "No version yet. Segment this B-scan, or draw and save.");
    }
    let head = tile.head().map(|head| head.id);
    let mut asks = false;
    for version in tile.versions.iter().rev() {
        let is_head = head == Some(version.id);
        let response = row(ui, tile, version, is_head, commands);
        asks |= is_head && tile.previous_mask.is_some() && response.hovered();
    }
    asks
}

/// The way to say whether a label is right, for whoever may.
fn review(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    if state.label_to_review().is_none() {
        return;
    }
    let button = ActionButton::words("Review…").weight(Weight::Quiet);
    if explain(ui.add(button), "run.review-label").clicked() {
        commands.push(Command::ShowDialog(Dialog::ReviewLabel));
    }
}

/// Compares while the button is held, as the key does.
fn compare(ui: &mut Ui, state: &State, tile: &OpenTile, commands: &mut Vec<Command>) {
    let button = ActionButton::icon(Icon::Compare, "Compare with the version before")
        .selected(state.view.compare);
    let response = ui.add(button.enabled(tile.previous_mask.is_some()));
    let held = response.is_pointer_button_down_on();
    let released = state.view.compare && ui.input(|input| input.pointer.any_released());
    if held && !state.view.compare {
        commands.push(Command::Compare(true));
    } else if released {
        commands.push(Command::Compare(false));
    }
    response
        .on_hover_text("Hold to see the version before (V)")
        .on_disabled_hover_text("There is no version before this one");
}

fn row(
    ui: &mut Ui,
    tile: &OpenTile,
    version: &LabelVersion,
    current: bool,
    commands: &mut Vec<Command>,
) -> Response {
    let label = format!("v{}", version.number);
    let time = calendar::date_time_utc(version.client_time_us);
    let origin = format!("{} · {time}", author::short(&version.author));
    let approved = tile.approval_of(version.id).map(|approval| {
        let when = calendar::date_time_utc(approval.approved_at_us);
        format!("approved by {} · {when}", approval.approver)
    });
    let shown = VersionRow {
        label: &label,
        kind: match version.kind {
            VersionKind::Model => "Model",
            VersionKind::Edit => "Edit",
            VersionKind::Rollback => "Rollback",
        },
        origin: &origin,
        changed_px: [
            version.diff.added_px(),
            version.diff.removed_px(),
            version.diff.relabelled_px(),
        ],
        current,
        waiting: !tile.is_on_server(version.id),
        approved: approved.as_deref(),
    };
    let response = version_row(ui, &shown, |ui| {
        if !current {
            let name = format!("Roll back to {label}");
            let response = ui
                .add(ActionButton::icon(Icon::Rollback, &name))
                .on_hover_text(&name);
            if response.clicked() {
                commands.push(Command::AskRollback(version.id));
            }
        }
    });
    response.on_hover_text(format!(
        "{} · {} · {time} UTC\n+ added, − removed, ~ relabelled",
        shown.kind, version.author
    ))
}
