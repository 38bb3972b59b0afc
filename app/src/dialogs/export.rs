//! What to write the open case as, and where to.

use egui::{Align, Context, Layout, RichText, ScrollArea, Ui};
use fovea_editor::{Command, ExportDesk, ExportFormat, State};

use super::window::sheet;
use crate::theme::{Palette, regular, space, strong, type_scale};
use crate::widgets::{
    ActionButton, Icon, Urgency, Weight, list_row, note, paint_cut, progress_bar, section_title,
    soft,
};

const WIDTH: f32 = 640.0;
const ROW_HEIGHT: f32 = 50.0;
const AROUND_HEIGHT: f32 = 348.0;

/// Draws the dialog; true when it was closed.
pub(super) fn show(ctx: &Context, state: &State, commands: &mut Vec<Command>) -> bool {
    let Some(case) = &state.case else {
        return true;
    };
    let export = &state.export;
    let is_idle = export.running.is_none();
    let list_height = (ctx.content_rect().height() - AROUND_HEIGHT).clamp(160.0, 9.0 * ROW_HEIGHT);
    let mut is_done = false;
    let title = format!("Export {}", case.summary.title);
    let closed = sheet(ctx, "export", &title, WIDTH, |ui| {
        ui.add_enabled_ui(is_idle, |ui| {
            formats(ui, export.format, list_height, commands);
            section_title(ui, "Written into");
            folder(ui, export, commands);
        });
        let short = case.summary.id.short();
        soft(ui, export.format.writes().replace("CASE", &short));
        ui.add_space(space::M);
        outcome(ui, export);
        is_done = foot(ui, export, commands);
    });
    (closed || is_done) && is_idle
}

fn formats(ui: &mut Ui, chosen: ExportFormat, height: f32, commands: &mut Vec<Command>) {
    ScrollArea::vertical()
        .id_salt("export-formats")
        .max_height(height)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for format in ExportFormat::ALL {
                if row(ui, format, format == chosen) {
                    commands.push(Command::SetExportFormat(format));
                }
            }
        });
}

fn row(ui: &mut Ui, format: ExportFormat, is_chosen: bool) -> bool {
    let p = Palette::dark();
    let (inner, response) = list_row(ui, ROW_HEIGHT, is_chosen, format.title());
    let colour = if is_chosen { p.accent } else { p.text };
    let font = strong(type_scale::BODY);
    paint_cut(
        ui,
        inner.left_top(),
        inner.width(),
        format.title(),
        font,
        colour,
    );
    let line = inner.left_top() + egui::vec2(0.0, 20.0);
    let font = regular(type_scale::BODY);
    paint_cut(
        ui,
        line,
        inner.width(),
        format.sentence(),
        font,
        p.text_soft,
    );
    response.clicked()
}

fn folder(ui: &mut Ui, export: &ExportDesk, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let button = ActionButton::words("Choose folder…").with_icon(Icon::Folder);
        if ui.add(button).clicked() {
            commands.push(Command::PickExportFolder);
        }
        match &export.folder {
            Some(folder) => {
                let path = folder.display().to_string();
                ui.add(egui::Label::new(path).truncate());
            }
            None => {
                let words = "No folder is chosen yet.";
                ui.label(RichText::new(words).color(Palette::dark().warn));
            }
        }
    });
}

fn outcome(ui: &mut Ui, export: &ExportDesk) {
    match (&export.running, &export.outcome) {
        (Some((done, total)), _) => {
            soft(ui, format!("Writing: {done} of {total} B-scans"));
            progress_bar(ui, Some(*done as f32 / (*total).max(1) as f32));
        }
        (None, Some(Ok(sentence))) => note(ui, Urgency::Calm, sentence),
        (None, Some(Err(sentence))) => note(ui, Urgency::Failed, sentence),
        (None, None) => {}
    }
    ui.add_space(space::S);
}

/// The buttons; true when the dialog is to be closed.
fn foot(ui: &mut Ui, export: &ExportDesk, commands: &mut Vec<Command>) -> bool {
    let mut is_done = false;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if export.running.is_some() {
            let words = match export.cancelling {
                true => "Stopping…",
                false => "Stop",
            };
            let stop = ActionButton::words(words)
                .min_width(104.0)
                .enabled(!export.cancelling);
            if ui.add(stop).clicked() {
                commands.push(Command::CancelExport);
            }
            return;
        }
        let was_written = matches!(export.outcome, Some(Ok(_)));
        let weight = match was_written {
            true => Weight::Plain,
            false => Weight::Primary,
        };
        let start = ActionButton::words("Export")
            .weight(weight)
            .min_width(104.0)
            .enabled(export.folder.is_some());
        if ui.add(start).clicked() {
            commands.push(Command::StartExport);
        }
        let words = match was_written {
            true => "Done",
            false => "Cancel",
        };
        is_done = ui.add(ActionButton::words(words).min_width(88.0)).clicked();
    });
    is_done
}
