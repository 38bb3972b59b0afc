//! The chosen run: what can be done about it, and its steps, log, artifacts or manifest.

use egui::{Align, Layout, RichText, ScrollArea, TextStyle, Ui};
use fovea_editor::{Command, RunPart, RunsCommand, State};
use fovea_protocol::{RunArtifact, RunRecord, RunState};

use super::run_row::{case_name, standing};
use super::run_steps;
use super::upload_card::size;
use crate::calendar::date_time_utc;
use crate::theme::{Palette, space, strong, type_scale};
use crate::widgets::{
    ActionButton, Icon, Weight, badge, caption, card, emphasis, empty_state, facts, soft, tabs,
};

const PARTS: [(RunPart, &str); 4] = [
    (RunPart::Steps, "Steps"),
    (RunPart::Log, "Log"),
    (RunPart::Artifacts, "Artifacts"),
    (RunPart::Manifest, "Manifest"),
];

/// Draws it.
pub(super) fn show(ui: &mut Ui, state: &State, run: &RunRecord, commands: &mut Vec<Command>) {
    head(ui, state, run, commands);
    let names = PARTS.map(|(_, name)| name.to_owned());
    let active = PARTS.iter().position(|(part, _)| *part == state.runs.part);
    let clicked = tabs(ui, &names, active.unwrap_or_default());
    if let Some((part, _)) = clicked.and_then(|at| PARTS.get(at)) {
        commands.push(Command::Runs(RunsCommand::Show(*part)));
    }
    ui.add_space(space::S);
    let part = state.runs.part;
    ScrollArea::vertical()
        .id_salt((
            "run",
            run.run_id,
            PARTS.iter().position(|(known, _)| *known == part),
        ))
        .auto_shrink(false)
        .stick_to_bottom(part == RunPart::Log && !run.state.is_final())
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - space::M);
            match part {
                RunPart::Steps => run_steps::show(ui, run),
                RunPart::Log => log(ui, state.runs.log.as_deref()),
                RunPart::Artifacts => artifacts(ui, run, commands),
                RunPart::Manifest => manifest(ui, run),
            }
        });
}

fn head(ui: &mut Ui, state: &State, run: &RunRecord, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if state.account.may_run() {
                action(ui, run, commands);
            }
            let (words, colour) = standing(run.state);
            badge(ui, words, colour);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let name = RichText::new(case_name(state, run.case_id));
                ui.add(egui::Label::new(name.font(strong(type_scale::TITLE))).truncate());
            });
        });
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        caption(
            ui,
            format!("Run {} · {}", run.run_id, date_time_utc(run.created_at_us)),
        );
        copy(ui, "Copy the run ID", &run.run_id.to_string());
    });
}

fn action(ui: &mut Ui, run: &RunRecord, commands: &mut Vec<Command>) {
    let (words, weight, wish) = match run.state {
        RunState::Queued | RunState::Running => {
            ("Stop run", Weight::Danger, RunsCommand::Cancel(run.run_id))
        }
        RunState::Failed | RunState::Cancelled => {
            ("Try again", Weight::Plain, RunsCommand::Retry(run.run_id))
        }
        RunState::Succeeded => return,
    };
    if ui.add(ActionButton::words(words).weight(weight)).clicked() {
        commands.push(Command::Runs(wish));
    }
}

fn log(ui: &mut Ui, text: Option<&str>) {
    match text {
        None => drop(soft(ui, "The server is asked for the log.")),
        Some("") => drop(soft(ui, "Nothing has happened yet.")),
        Some(text) => {
            let text = RichText::new(text).text_style(TextStyle::Monospace);
            ui.label(text.color(Palette::dark().text_soft));
        }
    }
}

fn artifacts(ui: &mut Ui, run: &RunRecord, commands: &mut Vec<Command>) {
    if run.artifacts.is_empty() {
        let (title, hint) = match run.state.is_final() {
            true => ("No artifacts", "This run made nothing that is kept."),
            false => ("No artifacts yet", "Each step that is done adds its own."),
        };
        empty_state(ui, Icon::Disk, title, hint);
        return;
    }
    ui.spacing_mut().item_spacing.y = space::S;
    for artifact in &run.artifacts {
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            file(ui, artifact, commands);
        });
    }
}

fn file(ui: &mut Ui, artifact: &RunArtifact, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        emphasis(ui, artifact.name.as_str());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let words = format!("Save {}…", artifact.name);
            if ui.add(ActionButton::words(&words)).clicked() {
                let wish = RunsCommand::PickPlace(Box::new(artifact.clone()));
                commands.push(Command::Runs(wish));
            }
            soft(ui, size(artifact.bytes));
        });
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let digest = artifact.sha256.to_hex();
        caption(ui, format!("SHA-256 {digest}"));
    });
}

fn manifest(ui: &mut Ui, run: &RunRecord) {
    let manifest = &run.manifest;
    let text = manifest.canonical_json();
    ui.horizontal(|ui| {
        soft(ui, "The same manifest is the same run, and the same bytes.");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = ActionButton::words("Copy manifest").with_icon(Icon::Copy);
            if ui.add(button).clicked() {
                ui.ctx().copy_text(text.clone());
            }
        });
    });
    ui.add_space(space::S);
    facts(
        ui,
        104.0,
        &[
            ("Identity", &run.manifest_sha256.to_hex()),
            ("Input", &manifest.input_checksum.to_hex()),
            ("Model", &manifest.model_digest.to_hex()),
            ("Program", &manifest.code_ref),
            ("Seed", &manifest.seed.to_string()),
        ],
    );
    ui.add_space(space::M);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        let text = RichText::new(text).text_style(TextStyle::Monospace);
        ui.label(text.color(Palette::dark().text_soft));
    });
}

fn copy(ui: &mut Ui, words: &str, text: &str) {
    let button = ActionButton::icon(Icon::Copy, words);
    if ui.add(button).on_hover_text(words).clicked() {
        ui.ctx().copy_text(text.to_owned());
    }
}
