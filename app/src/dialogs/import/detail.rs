//! The chosen file in full: its pictures, what was recognised, what is left behind, and what a person has to say.

use std::collections::BTreeMap;

use egui::{ScrollArea, Ui};
use fovea_editor::{
    Command, DeskFile, FileId, FileState, Finding, ImportDesk, ProjectFinding, Purpose, ScanFinding,
};
use fovea_imaging::ScanPattern;

use super::choices::{self, SpacingText};
use super::previews::Previews;
use crate::theme::space;
use crate::widgets::{Icon, Urgency, card, emphasis, empty_state, facts, note, section_title};

const NAME_WIDTH: f32 = 72.0;

/// Draws the file that is chosen.
pub(super) fn show(
    ui: &mut Ui,
    desk: &ImportDesk,
    previews: &mut Previews,
    spacing: &mut BTreeMap<FileId, SpacingText>,
    commands: &mut Vec<Command>,
) {
    let Some(file) = desk.shown() else { return };
    ScrollArea::vertical()
        .id_salt(("import-detail", file.id.0))
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - space::M);
            ui.spacing_mut().item_spacing.y = space::S;
            match &file.state {
                FileState::Reading => {
                    empty_state(
                        ui,
                        Icon::Clock,
                        "Reading…",
                        "Nothing of the file is kept yet.",
                    );
                }
                FileState::Refused(sentence) => refused(ui, desk.purpose, sentence),
                FileState::Found(Finding::Project(project)) => bundle(ui, project),
                // Labels never stay on the desk.
                FileState::Found(Finding::Labels(_)) => {}
                FileState::Found(Finding::Scan(scan)) => {
                    ui.horizontal_top(|ui| {
                        ui.spacing_mut().item_spacing.x = space::M;
                        previews.show(ui, file.id, scan);
                        ui.vertical(|ui| recognised(ui, file, scan));
                    });
                    held_back(ui, desk.purpose, file, scan, commands);
                    if !file.is_case() {
                        choices::eye(ui, desk, file, scan, commands);
                        let text = spacing.entry(file.id).or_default();
                        choices::spacing(ui, file, scan, text, commands);
                    }
                    left_behind(ui, scan);
                    for warning in &scan.warnings {
                        note(ui, Urgency::Info, warning);
                    }
                }
            }
        });
}

fn refused(ui: &mut Ui, purpose: Purpose, sentence: &str) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        emphasis(
            ui,
            match purpose {
                Purpose::Import => "This file cannot be imported",
                Purpose::Send => "This scan cannot be sent",
            },
        );
        note(ui, Urgency::Failed, sentence);
        note(
            ui,
            Urgency::Info,
            "Nothing of it is kept. The other files are not affected.",
        );
    });
}

fn bundle(ui: &mut Ui, project: &ProjectFinding) {
    let count = |n: u32, one: &str, many: &str| match n {
        1 => format!("1 {one}"),
        _ => format!("{n} {many}"),
    };
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        emphasis(ui, "A project from another Fovea");
        let versions = count(project.version_count, "label version", "label versions");
        let cases = count(project.case_count, "case", "cases");
        let bscans = count(project.bscan_count, "B-scan", "B-scans");
        facts(
            ui,
            NAME_WIDTH,
            &[("Holds", &format!("{cases} · {bscans} · {versions}"))],
        );
        note(
            ui,
            Urgency::Info,
            "Versions keep their numbers and ids; what is here already is not doubled.",
        );
    });
}

fn held_back(
    ui: &mut Ui,
    purpose: Purpose,
    file: &DeskFile,
    scan: &ScanFinding,
    commands: &mut Vec<Command>,
) {
    if scan.held_back.is_empty() {
        return;
    }
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        emphasis(
            ui,
            match purpose {
                Purpose::Import => "Held back until a person has looked at it",
                Purpose::Send => "Held back: it is not sent",
            },
        );
        for sentence in &scan.held_back {
            note(ui, Urgency::Look, sentence);
        }
        match purpose {
            Purpose::Import => choices::release(ui, file, commands),
            Purpose::Send => note(
                ui,
                Urgency::Info,
                "The server's firewall would hold it back too. Nothing of it leaves this machine.",
            ),
        }
    });
}

fn recognised(ui: &mut Ui, file: &DeskFile, scan: &ScanFinding) {
    ui.set_width(ui.available_width());
    let bscans = match scan.bscan_count {
        1 => "1 B-scan".to_owned(),
        count => format!("{count} B-scans"),
    };
    let size = scan.bscan_size;
    let format = match scan.format.is_experimental() {
        true => format!("{}, experimental: not published by its maker", scan.format),
        false => scan.format.to_string(),
    };
    let pattern = match scan.pattern {
        ScanPattern::Unknown => String::new(),
        pattern => pattern.to_string(),
    };
    let lines = match scan.line_names.len() {
        0 => String::new(),
        count => format!("{count}: {}", scan.line_names.join(", ")),
    };
    let quality = scan
        .quality
        .map(|mean| format!("{mean:.0}, in the device's unit"));
    // Of a file the person is asked.
    let eye = match file.is_case() {
        true => scan.laterality.to_string(),
        false => String::new(),
    };
    facts(
        ui,
        NAME_WIDTH,
        &[
            ("Format", &format),
            ("Eye", &eye),
            (
                "Size",
                &format!("{bscans} of {} × {} px", size.width, size.height),
            ),
            ("Pattern", &pattern),
            ("Device", scan.device.as_deref().unwrap_or_default()),
            ("Lines", &lines),
            ("Quality", quality.as_deref().unwrap_or_default()),
        ],
    );
}

fn left_behind(ui: &mut Ui, scan: &ScanFinding) {
    section_title(ui, "Left behind");
    match (scan.removals.is_empty(), scan.is_reduced) {
        (_, true) => note(
            ui,
            Urgency::Calm,
            "Only pixels and geometry are taken out of the file; names, dates and everything else in it stay behind.",
        ),
        (true, false) => note(ui, Urgency::Calm, "Nothing personal was found in the file."),
        (false, false) => {}
    }
    for removal in &scan.removals {
        note(
            ui,
            Urgency::Calm,
            &format!("{} {}", removal.count, removal.kind),
        );
    }
}
