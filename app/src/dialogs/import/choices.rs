//! What only a person can say of a scan: the eye, the size of a pixel, and whether a scan that is held back may come in.

use egui::{RichText, Ui};
use fovea_editor::{Command, DeskCommand, DeskFile, ImportDesk, ScanFinding};
use fovea_geometry::SpacingUm;
use fovea_imaging::Laterality;

use crate::theme::{Palette, space};
use crate::widgets::{
    ActionButton, Urgency, Weight, caption, check_box, choice, note, section_title, soft,
    text_field,
};

const NUMBER_WIDTH: f32 = 72.0;

const EYES: [(Laterality, &str); 3] = [
    (Laterality::Right, "OD, right"),
    (Laterality::Left, "OS, left"),
    (Laterality::Unknown, "Not known"),
];

/// Which eye: chosen beforehand only where the source says it in a published format.
pub(super) fn eye(
    ui: &mut Ui,
    desk: &ImportDesk,
    file: &DeskFile,
    scan: &ScanFinding,
    commands: &mut Vec<Command>,
) {
    section_title(ui, "Eye");
    ui.horizontal(|ui| {
        if let Some(eye) = choice(ui, &EYES, file.eye) {
            commands.push(Command::Desk(DeskCommand::SetEye(file.id, eye)));
        }
        let scans = desk.files.iter().filter(|file| file.scan().is_some());
        if let (Some(eye), true) = (file.eye, scans.count() > 1) {
            let all = ActionButton::words("Use for all").weight(Weight::Quiet);
            if ui.add(all).clicked() {
                commands.push(Command::Desk(DeskCommand::SetEyeOfAll(eye)));
            }
        }
    });
    let says = scan.laterality;
    let sentence = match (scan.must_confirm_eye(), says) {
        (false, _) => format!("The file says: {says}."),
        (true, Laterality::Unknown) => {
            "The file does not say which eye this is, and Fovea does not guess.".to_owned()
        }
        (true, _) => format!(
            "The file seems to say: {says}. Its format is not published, so please confirm."
        ),
    };
    caption(ui, sentence);
}

/// Numbers as they are typed: lateral, axial, between B-scans.
#[derive(Default)]
pub(super) struct SpacingText([Option<String>; 3]);

/// Size of a pixel: from the source, or to be entered; empty when it is not known.
pub(super) fn spacing(
    ui: &mut Ui,
    file: &DeskFile,
    scan: &ScanFinding,
    text: &mut SpacingText,
    commands: &mut Vec<Command>,
) {
    section_title(ui, "Pixel size in µm");
    let known = file.spacing_um.map(|um| [um.x, um.y, um.z]);
    let fields: &[(usize, &str, &str)] = match scan.bscan_count {
        1 => &[
            (0, "Lateral", "Lateral spacing"),
            (1, "Axial", "Axial spacing"),
        ],
        _ => &[
            (0, "Lateral", "Lateral spacing"),
            (1, "Axial", "Axial spacing"),
            (2, "Between B-scans", "Spacing between B-scans"),
        ],
    };
    let mut is_changed = false;
    ui.horizontal(|ui| {
        for (at, words, name) in fields {
            soft(ui, *words);
            let shown = || known.map(|um| figure(um[*at])).unwrap_or_default();
            let typed = text.0[*at].get_or_insert_with(shown);
            is_changed |= text_field(ui, typed, name, "–", NUMBER_WIDTH).changed();
        }
    });
    let typed: Vec<&str> = fields
        .iter()
        .map(|(at, ..)| text.0[*at].as_deref().unwrap_or_default().trim())
        .collect();
    let parsed = parse(&typed);
    match (&parsed, known) {
        (Err(sentence), _) => {
            ui.label(RichText::new(*sentence).color(Palette::dark().warn));
        }
        (Ok(None), _) => drop(caption(
            ui,
            "Without a pixel size areas and thicknesses are in pixels only.",
        )),
        (Ok(Some(_)), _) if scan.spacing_um.is_none() => {
            drop(caption(ui, "Entered by hand; the file does not say it."));
        }
        (Ok(Some(_)), _) => drop(caption(ui, "From the file; change it if you know better.")),
    }
    if is_changed {
        let um = parsed.unwrap_or(None);
        commands.push(Command::Desk(DeskCommand::SetSpacing(file.id, um)));
    }
}

/// "11.3": as many digits as were meant, at most four.
fn figure(um: f64) -> String {
    let text = format!("{um:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What was typed as a spacing; nothing typed is no spacing. A single B-scan has no distance to the next.
fn parse(typed: &[&str]) -> Result<Option<SpacingUm>, &'static str> {
    if typed.iter().all(|text| text.is_empty()) {
        return Ok(None);
    }
    let mut um = [1.0; 3];
    for (value, text) in um.iter_mut().zip(typed) {
        let number = text.replace(',', ".").parse();
        *value = number.map_err(|_| "Give all of them as numbers above 0, or none.")?;
    }
    SpacingUm::new(um[0], um[1], um[2])
        .map(Some)
        .ok_or("Give all of them as numbers above 0, or none.")
}

/// The way in for a scan that is held back: a look, and a reason that stays in its report.
pub(super) fn release(ui: &mut Ui, file: &DeskFile, commands: &mut Vec<Command>) {
    let words = "I looked at every picture, and there is no personal text in them.";
    if let Some(looked) = check_box(ui, file.looked, words) {
        commands.push(Command::Desk(DeskCommand::SetLooked(file.id, looked)));
    }
    ui.add_enabled_ui(file.looked, |ui| {
        let mut reason = file.reason.clone();
        let hint = "Why it may come in, such as: the text is the device's name";
        let width = ui.available_width();
        if text_field(ui, &mut reason, "Reason for the release", hint, width).changed() {
            commands.push(Command::Desk(DeskCommand::SetReason(file.id, reason)));
        }
    });
    if !file.is_held_back() {
        ui.add_space(space::XS);
        note(
            ui,
            Urgency::Calm,
            "Released; the reason goes into its report.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_numbers_are_a_spacing_or_none_or_a_sentence() {
        let um = SpacingUm::new;
        type Parsed = Result<Option<SpacingUm>, ()>;
        let cases: [(&[&str], Parsed); 6] = [
            (&["", "", ""], Ok(None)),
            (&["11.3", "3,87", "120"], Ok(um(11.3, 3.87, 120.0))),
            (&["11.3", "3.87"], Ok(um(11.3, 3.87, 1.0))),
            (&["11.3", ""], Err(())),
            (&["0", "3.87"], Err(())),
            (&["eleven", "3.87"], Err(())),
        ];
        for (typed, expected) in cases {
            assert_eq!(parse(typed).map_err(drop), expected, "{typed:?}");
        }
    }

    #[test]
    fn figures_have_no_idle_digits() {
        for (um, expected) in [(11.3, "11.3"), (3.871_66, "3.8717"), (120.0, "120")] {
            assert_eq!(figure(um), expected);
        }
    }
}
