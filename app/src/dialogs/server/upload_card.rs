//! One scan on its way: how far it is, how fast, and what can be done about it.

use egui::{Align, Color32, Layout, RichText, Ui};
use fovea_editor::{Command, Passage, RunsCommand, Upload};

use crate::theme::{Palette, space, strong, type_scale};
use crate::widgets::{ActionButton, Icon, Urgency, caption, card, note, progress_bar};

/// Draws it.
pub(super) fn show(ui: &mut Ui, upload: &Upload, commands: &mut Vec<Command>) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = space::XS;
        head(ui, upload, commands);
        match &upload.passage {
            Passage::Done { remark } => done(ui, upload, remark, commands),
            Passage::Refused { why } => note(ui, Urgency::Failed, why),
            passage => {
                progress_bar(ui, Some(upload.part()));
                caption(ui, figures(upload));
                if let Some(sentence) = explanation(passage) {
                    note(ui, Urgency::Look, sentence);
                }
            }
        }
    });
}

fn head(ui: &mut Ui, upload: &Upload, commands: &mut Vec<Command>) {
    let (words, colour) = standing(&upload.passage);
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            actions(ui, upload, commands);
            ui.add_space(space::S);
            ui.label(RichText::new(words).color(colour));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let name = RichText::new(&upload.name).font(strong(type_scale::BODY));
                ui.add(egui::Label::new(name).truncate());
            });
        });
    });
}

fn actions(ui: &mut Ui, upload: &Upload, commands: &mut Vec<Command>) {
    let name = &upload.name;
    let remove = match upload.is_open() {
        true => format!("Cancel sending {name}"),
        false => format!("Take {name} off the list"),
    };
    if press(ui, Icon::Cross, &remove, true) {
        commands.push(Command::RemoveUpload(upload.id));
    }
    if upload.is_done() {
        return;
    }
    pause_or_play(ui, upload, commands);
    let waits = matches!(
        upload.passage,
        Passage::Refused { .. } | Passage::Waiting { .. } | Passage::SignInNeeded
    );
    // A place of its own: what waits may go on by itself, and a press that comes too late must not pause it.
    let words = format!("Try {name} again now");
    if waits && press(ui, Icon::Refresh, &words, true) {
        commands.push(Command::ContinueUpload(upload.id));
    }
}

fn pause_or_play(ui: &mut Ui, upload: &Upload, commands: &mut Vec<Command>) {
    if upload.passage == Passage::Paused {
        let words = format!("Go on sending {}", upload.name);
        if press(ui, Icon::Play, &words, true) {
            commands.push(Command::ContinueUpload(upload.id));
        }
        return;
    }
    let words = format!("Pause sending {}", upload.name);
    if press(ui, Icon::Pause, &words, upload.can_pause()) {
        commands.push(Command::PauseUpload(upload.id));
    }
}

/// A button that says its words to a screen reader, and to who rests on it.
fn press(ui: &mut Ui, icon: Icon, words: &str, enabled: bool) -> bool {
    let button = ActionButton::icon(icon, words).enabled(enabled);
    ui.add(button).on_hover_text(words).clicked()
}

/// The case that the server has made.
fn done(ui: &mut Ui, upload: &Upload, remark: &str, commands: &mut Vec<Command>) {
    let id = upload.case.to_string();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        caption(ui, format!("Case {id}"));
        let words = format!("Copy the case ID of {}", upload.name);
        let button = ActionButton::icon(Icon::Copy, &words);
        if ui.add(button).on_hover_text("Copy the case ID").clicked() {
            ui.ctx().copy_text(id);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let words = format!("Start a run over {}…", upload.name);
            let run = ActionButton::icon(Icon::Play, &words);
            if ui.add(run).on_hover_text(&words).clicked() {
                let wish = RunsCommand::AskForRun(Some(upload.case));
                commands.push(Command::Runs(wish));
            }
        });
    });
    if !remark.is_empty() {
        note(ui, Urgency::Info, remark);
    }
}

/// What is happening, in a few words and a colour.
fn standing(passage: &Passage) -> (&'static str, Color32) {
    let p = Palette::dark();
    match passage {
        Passage::InLine => ("in line", p.text_faint),
        Passage::Sending { .. } => ("sending", p.accent),
        Passage::Checking => ("the server checks it", p.accent),
        Passage::Waiting { .. } => ("waits for the server", p.warn),
        Passage::SignInNeeded => ("waits for a sign-in", p.warn),
        Passage::NoServer => ("waits for a server", p.warn),
        Passage::Paused => ("paused", p.text_soft),
        Passage::Refused { .. } => ("refused", p.error),
        Passage::Done { .. } => ("on the server", p.ok),
    }
}

fn explanation(passage: &Passage) -> Option<&str> {
    match passage {
        Passage::Waiting { why } => Some(why),
        Passage::SignInNeeded => Some(
            "The server does not accept the sign-in. Sign in again: what has arrived there is kept, and the rest follows.",
        ),
        Passage::NoServer => {
            Some("No server is set up. The scan waits here, and is sent when there is one.")
        }
        _ => None,
    }
}

/// "12.3 of 45.0 MB · 3.2 MB/s · 10 s left".
fn figures(upload: &Upload) -> String {
    let mut text = format!("{} of {}", size(upload.received), size(upload.length));
    if let Passage::Sending {
        bytes_per_s: Some(speed),
    } = upload.passage
    {
        text.push_str(&format!(" · {}/s", size(speed)));
    }
    if let Some(seconds) = upload.seconds_left() {
        text.push_str(&format!(" · {} left", time(seconds)));
    }
    text
}

/// "45.0 MB".
pub(super) fn size(bytes: u64) -> String {
    let bytes = bytes as f64;
    match bytes {
        bytes if bytes < 1e3 => format!("{bytes:.0} bytes"),
        bytes if bytes < 1e6 => format!("{:.0} kB", bytes / 1e3),
        bytes if bytes < 1e9 => format!("{:.1} MB", bytes / 1e6),
        _ => format!("{:.2} GB", bytes / 1e9),
    }
}

fn time(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_as_exact_as_a_person_wants_them() {
        let sizes = [
            (0, "0 bytes"),
            (900, "900 bytes"),
            (12_400, "12 kB"),
            (45_040_000, "45.0 MB"),
            (1_234_000_000, "1.23 GB"),
        ];
        for (bytes, expected) in sizes {
            assert_eq!(size(bytes), expected);
        }
        let times = [
            (9, "9 s"),
            (61, "2 min"),
            (3_599, "60 min"),
            (7_260, "2 h 1 min"),
        ];
        for (seconds, expected) in times {
            assert_eq!(time(seconds), expected);
        }
    }
}
