//! The files on the desk, each with where it stands.

use egui::{Align, Align2, Color32, Layout, Rect, ScrollArea, Ui, Vec2, pos2, vec2};
use fovea_editor::{Command, DeskCommand, DeskFile, FileState, Finding, ImportDesk, Purpose};

use crate::theme::{Palette, regular, space, strong, type_scale};
use crate::widgets::{ActionButton, Icon, Weight, list_row, paint_cut, progress_bar, soft};

const ROW_HEIGHT: f32 = 48.0;
const ICON_SIZE: f32 = 14.0;

/// Draws the list, with the reading under way over it and the way to add files under it.
pub(super) fn show(ui: &mut Ui, desk: &ImportDesk, commands: &mut Vec<Command>) {
    let reading = desk.reading_count();
    if reading > 0 {
        progress(ui, desk.files.len(), reading, commands);
    }
    let height = ui.available_height() - 28.0 - space::S;
    ScrollArea::vertical()
        .id_salt("import-files")
        .max_height(height)
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for file in &desk.files {
                if row(ui, file, desk.purpose, desk.chosen == Some(file.id)) {
                    commands.push(Command::Desk(DeskCommand::Choose(file.id)));
                }
            }
        });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let add = ActionButton::words("Add files…").with_icon(Icon::Import);
        if ui.add(add.weight(Weight::Quiet)).clicked() {
            commands.push(match desk.purpose {
                Purpose::Import => Command::OpenFiles,
                Purpose::Send => Command::OpenFilesToSend,
            });
        }
        let remove = ActionButton::words("Take off the list").weight(Weight::Quiet);
        if ui.add(remove).clicked() {
            let chosen = desk.chosen.map(DeskCommand::Remove);
            commands.extend(chosen.map(Command::Desk));
        }
    });
}

fn progress(ui: &mut Ui, total: usize, reading: usize, commands: &mut Vec<Command>) {
    let done = total - reading;
    ui.horizontal(|ui| {
        soft(ui, format!("Reading: {done} of {total} done"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.add(ActionButton::words("Stop")).clicked() {
                commands.push(Command::CancelImport);
            }
        });
    });
    progress_bar(ui, Some(done as f32 / total.max(1) as f32));
    ui.add_space(space::XS);
}

fn row(ui: &mut Ui, file: &DeskFile, purpose: Purpose, is_chosen: bool) -> bool {
    let p = Palette::dark();
    let (icon, words, colour) = standing(file, purpose);
    let name = file.name();
    let (inner, response) = list_row(ui, ROW_HEIGHT, is_chosen, &format!("{name}, {words}"));
    let font = strong(type_scale::BODY);
    paint_cut(ui, inner.left_top(), inner.width(), &name, font, p.text);
    let middle = inner.bottom() - ICON_SIZE / 2.0;
    let sign = Rect::from_center_size(
        pos2(inner.left() + ICON_SIZE / 2.0, middle),
        Vec2::splat(ICON_SIZE),
    );
    icon.paint(ui.painter(), sign, colour);
    ui.painter().text(
        sign.right_center() + vec2(space::XS, 0.0),
        Align2::LEFT_CENTER,
        words,
        regular(type_scale::CAPTION),
        colour,
    );
    if is_chosen {
        response.scroll_to_me(None);
    }
    response.clicked()
}

/// Where a file stands, in a sign, a word and a colour.
fn standing(file: &DeskFile, purpose: Purpose) -> (Icon, &'static str, Color32) {
    let p = Palette::dark();
    match &file.state {
        FileState::Reading => (Icon::Clock, "reading…", p.text_faint),
        FileState::Refused(_) => (Icon::Warning, "refused", p.error),
        FileState::Found(Finding::Scan(_)) if file.is_held_back() => match purpose {
            Purpose::Import => (Icon::Eye, "held back: needs a look", p.warn),
            Purpose::Send => (Icon::Warning, "held back: is not sent", p.warn),
        },
        FileState::Found(Finding::Scan(_)) if file.lacks_eye() => {
            (Icon::Eye, "say which eye", p.warn)
        }
        FileState::Found(_) => (Icon::Check, "ready", p.ok),
    }
}
