//! The check of the log: how far it is, and what it came to.

use egui::{Align, Layout, RichText, TextStyle, Ui};
use fovea_audit::AuditVerdict;
use fovea_editor::{Audit, AuditCheck, AuditCommand, Command};

use crate::theme::{Palette, space};
use crate::widgets::{ActionButton, Icon, Urgency, caption, card, note, progress_bar, soft};

/// Faults that are shown; the rest is counted.
const FAULTS_MAX: usize = 4;

/// Draws a card, if there is something to say.
pub(super) fn show(ui: &mut Ui, audit: &Audit, commands: &mut Vec<Command>) {
    let has_words = audit.check.is_some() || audit.verdict.is_some();
    if !has_words {
        return;
    }
    ui.add_space(space::S);
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        match (&audit.check, &audit.verdict) {
            (Some(check), _) => under_way(ui, check, commands),
            (None, Some(Ok(verdict))) => found(ui, verdict, commands),
            (None, Some(Err(sentence))) => {
                with_cross(ui, commands, |ui| note(ui, Urgency::Failed, sentence));
            }
            (None, None) => {}
        }
    });
}

fn under_way(ui: &mut Ui, check: &AuditCheck, commands: &mut Vec<Command>) {
    let verb = match check.is_saving {
        true => "Saving and checking",
        false => "Checking",
    };
    let words = match check.of {
        0 => format!("{verb} the log…"),
        of => format!("{verb} the log: {} of {of} lines", check.done),
    };
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let stop = ActionButton::words("Stop checking");
            if ui.add(stop).clicked() {
                commands.push(Command::Audit(AuditCommand::Stop));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| soft(ui, words));
        });
    });
    let part = (check.of > 0).then(|| check.done as f32 / check.of as f32);
    progress_bar(ui, part);
}

fn found(ui: &mut Ui, verdict: &AuditVerdict, commands: &mut Vec<Command>) {
    with_cross(ui, commands, |ui| {
        if verdict.faults.is_empty() {
            note(ui, Urgency::Calm, &whole(verdict));
        }
        for fault in verdict.faults.iter().take(FAULTS_MAX) {
            note(ui, Urgency::Failed, fault);
        }
        let more = verdict.faults.len().saturating_sub(FAULTS_MAX);
        if more > 0 {
            soft(ui, format!("And {more} more."));
        }
        if !verdict.faults.is_empty() {
            let sentence = "Touch nothing on the server, and compare its log with a backup.";
            note(ui, Urgency::Look, sentence);
        }
    });
    key(ui, verdict);
    saved(ui, verdict);
}

/// What is known of a log with which nothing is wrong.
fn whole(verdict: &AuditVerdict) -> String {
    let against = match verdict.kept_heads {
        0 => "It is the first check here; the next ones are held against it.".to_owned(),
        1 => "What this machine has seen at its check before is still there.".to_owned(),
        n => format!("What this machine has seen at {n} checks before is still there."),
    };
    let lines = verdict.lines;
    format!(
        "{lines} lines, nothing wrong: each follows the one before, up to the signed end. {against}"
    )
}

fn key(ui: &mut Ui, verdict: &AuditVerdict) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let words = match verdict.kept_heads {
            0 => "Signed with this key; compare it with what `fovea-server audit-key` prints:",
            _ => "Signed with the same key as at the first check here:",
        };
        caption(ui, words);
        monospace(ui, &verdict.key);
    });
}

fn saved(ui: &mut Ui, verdict: &AuditVerdict) {
    let (Some(files), Some(command)) = (&verdict.saved, verdict.command()) else {
        return;
    };
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let copy = ActionButton::words("Copy command").with_icon(Icon::Copy);
            let hint = "The command that checks the saved log on another machine";
            if ui.add(copy).on_hover_text(hint).clicked() {
                ui.ctx().copy_text(command.clone());
            }
            let name = |path: &std::path::Path| {
                path.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned()
            };
            let words = format!("Saved {} and {}.", name(&files.log), name(&files.heads));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| soft(ui, words));
        });
    });
}

/// Draws what was found with a cross that takes it away.
fn with_cross(ui: &mut Ui, commands: &mut Vec<Command>, contents: impl FnOnce(&mut Ui)) {
    ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
        if ui
            .add(ActionButton::icon(Icon::Cross, "Hide what was found"))
            .clicked()
        {
            commands.push(Command::Audit(AuditCommand::HideVerdict));
        }
        ui.with_layout(Layout::top_down(Align::Min), contents);
    });
}

fn monospace(ui: &mut Ui, text: &str) {
    let text = RichText::new(text).text_style(TextStyle::Monospace);
    ui.label(text.color(Palette::dark().text_soft));
}
