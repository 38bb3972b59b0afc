//! Scans and labels in, cases out: what the dialogs show, and what a person has to say first.

use std::path::PathBuf;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use fovea_app::FileDialog;
use fovea_editor::{
    Command, Consent, DeskCommand, Dialog, Effect, Event, ExportFormat, ImportOrder,
};
use fovea_imaging::{CHOOSE_A_SCAN, Laterality, SourceFormat};

use crate::findings::{self, file, scan};
use crate::stage::Stage;
use crate::store::Store;

const NAMES: [&str; 4] = [
    "macula_right.dcm",
    "screenshot.png",
    "notes.docx",
    "left.e2e",
];

/// Four files on the desk: a DICOM volume, a screenshot, a text, and one that is still being read.
fn desk() -> Stage {
    let mut stage = Stage::new(Store::with_three_cases());
    let paths = NAMES.iter().map(PathBuf::from).collect();
    stage.send(Command::Import(paths));
    stage.report(Event::ImportSettings {
        device_id: "oct-2".to_owned(),
        needs_device: true,
        known_devices: Vec::new(),
    });
    let found = [
        scan(findings::dicom()),
        scan(findings::screenshot()),
        Err(format!(
            "The file is in no format that Fovea knows; {CHOOSE_A_SCAN}."
        )),
    ];
    for (place, found) in found.into_iter().enumerate() {
        let file = file(stage.state(), place);
        stage.report(Event::Inspected { file, found });
    }
    stage
}

fn choose(stage: &mut Stage, place: usize) {
    let file = file(stage.state(), place);
    stage.send(Command::Desk(DeskCommand::Choose(file)));
}

/// Everything is read: the last file is a scan in a format that nobody published.
fn settled() -> Stage {
    let mut stage = desk();
    let experimental = fovea_editor::ScanFinding {
        format: SourceFormat::HeidelbergE2e,
        laterality: Laterality::Left,
        ..findings::dicom()
    };
    let file = file(stage.state(), 3);
    stage.report(Event::Inspected {
        file,
        found: scan(experimental),
    });
    stage
}

fn order(stage: &Stage) -> Option<ImportOrder> {
    stage
        .store()
        .unanswered
        .iter()
        .find_map(|effect| match effect {
            Effect::Import(order) => Some(order.clone()),
            _ => None,
        })
}

#[test]
fn import_ready() {
    let mut stage = desk();
    stage.press("Written consent");
    stage.snapshot("import_ready");
}

#[test]
fn import_quarantined() {
    let mut stage = settled();
    choose(&mut stage, 1);
    stage.snapshot("import_quarantined");
}

#[test]
fn import_refused() {
    let mut stage = settled();
    choose(&mut stage, 2);
    stage.snapshot("import_refused");
}

#[test]
fn import_in_a_small_window() {
    let mut stage = Stage::sized(Store::with_phantom(), egui::vec2(1024.0, 640.0));
    stage.send(Command::Import(vec!["macula_right.dcm".into()]));
    let file = file(stage.state(), 0);
    stage.report(Event::Inspected {
        file,
        found: scan(findings::dicom()),
    });
    stage.snapshot("import_small");
}

#[test]
fn map_labels() {
    let mut stage = Stage::new(Store::with_phantom());
    let case = stage.state().case.as_ref().expect("open").summary.id;
    stage.report(Event::LabelsInspected {
        case,
        found: Box::new(findings::labels()),
    });
    stage.snapshot("map_labels");
}

#[test]
fn export() {
    let mut stage = Stage::new(Store::with_phantom());
    stage.send(Command::ExportCase);
    stage.send(Command::SetExportFormat(ExportFormat::DicomSeg));
    stage.send(Command::ExportTo("/media/study/out".into()));
    stage.snapshot("export");
}

#[test]
fn export_written() {
    let mut stage = Stage::new(Store::with_phantom());
    stage.send(Command::ExportCase);
    stage.send(Command::ExportTo("/media/study/out".into()));
    stage.send(Command::StartExport);
    stage.report(Event::Exported {
        sentence: "Exported 7 B-scans and 2 labels to /media/study/out/fovea-1a2b3c4d.".to_owned(),
    });
    stage.snapshot("export_written");
}

#[test]
fn nothing_comes_in_before_a_person_has_said_what_only_a_person_can_say() {
    let mut stage = settled();
    choose(&mut stage, 0);
    let obstacle = |stage: &Stage| stage.state().desk.as_ref().expect("a desk").obstacle();
    assert_eq!(
        obstacle(&stage).as_deref(),
        Some("Say which eye 2 files show, or that you do not know.")
    );
    let eyes = |stage: &Stage| -> Vec<Option<Laterality>> {
        let desk = stage.state().desk.as_ref().expect("a desk");
        desk.files.iter().map(|file| file.eye).collect()
    };
    assert_eq!(
        eyes(&stage),
        [Some(Laterality::Right), None, None, None],
        "an eye is chosen beforehand only where a published format says it"
    );
    choose(&mut stage, 3);
    stage.press("OS, left");
    choose(&mut stage, 1);
    stage.press("Not known");
    assert_eq!(
        obstacle(&stage).as_deref(),
        Some("Say on what ground the scans may be used.")
    );
    stage.press("Written consent");
    assert_eq!(obstacle(&stage), None);
    stage.press("Import 2 of 4");
    let order = order(&stage).expect("an order");
    assert_eq!(
        (order.consent, order.device_id.as_str(), order.files.len()),
        (Some(Consent::Written), "oct-2", 2)
    );
    assert_eq!(stage.state().dialog, None);
    let left_out: Vec<&str> = stage
        .state()
        .import
        .refused
        .iter()
        .map(|refusal| refusal.name.as_str())
        .collect();
    assert_eq!(left_out, ["screenshot.png", "notes.docx"]);
}

#[test]
fn a_scan_that_is_held_back_needs_a_look_and_a_reason() {
    let mut stage = settled();
    choose(&mut stage, 1);
    stage.press("Not known");
    stage.press("I looked at every picture, and there is no personal text in them.");
    let is_held_back =
        |stage: &Stage| stage.state().desk.as_ref().expect("a desk").files[1].is_held_back();
    assert!(is_held_back(&stage), "a look alone is not enough");
    stage.harness.get_by_label("Reason for the release").focus();
    stage.settle();
    stage
        .harness
        .get_by_label("Reason for the release")
        .type_text("the text is the device's name");
    stage.settle();
    assert!(!is_held_back(&stage));
}

#[test]
fn one_eye_can_be_given_to_all_and_consent_is_asked_anew() {
    let mut stage = settled();
    choose(&mut stage, 0);
    stage.press("Use for all");
    stage.press("Written consent");
    stage.press("Import 2 of 4");
    let order = order(&stage).expect("an order");
    assert!(
        order
            .files
            .iter()
            .all(|file| file.laterality == Some(Laterality::Right))
    );
    stage.report(Event::ImportFinished {
        cases: Vec::new(),
        refused: Vec::new(),
    });
    stage.send(Command::CloseDialog);
    stage.send(Command::Import(vec!["another.dcm".into()]));
    let desk = stage.state().desk.as_ref().expect("a desk");
    assert_eq!((desk.consent, desk.device_id.as_str()), (None, ""));
}

#[test]
fn escape_takes_everything_off_the_desk_and_a_click_beside_it_nothing() {
    let mut stage = settled();
    let corner = crate::stage::aside();
    stage.harness.hover_at(corner);
    stage.one_frame([crate::stage::press(
        corner,
        egui::PointerButton::Primary,
        Modifiers::NONE,
    )]);
    stage.one_frame([crate::stage::release(
        corner,
        egui::PointerButton::Primary,
        Modifiers::NONE,
    )]);
    stage.settle();
    assert!(stage.state().desk.is_some());
    stage.key(Modifiers::NONE, Key::PageDown);
    assert_eq!(
        stage.state().desk.as_ref().expect("a desk").chosen,
        Some(file(stage.state(), 1))
    );
    stage.key(Modifiers::NONE, Key::Escape);
    assert_eq!((&stage.state().desk, &stage.state().dialog), (&None, &None));
}

#[test]
fn labels_that_are_dropped_on_an_open_case_are_mapped_first() {
    let mut stage = Stage::new(Store::with_phantom());
    let case = stage.state().case.as_ref().expect("open").summary.id;
    stage.send(Command::Import(vec!["annotations.json".into()]));
    let dropped = file(stage.state(), 0);
    stage.report(Event::Inspected {
        file: dropped,
        found: Ok(fovea_editor::Finding::Labels(Box::new(findings::labels()))),
    });
    assert_eq!(stage.state().dialog, Some(Dialog::MapLabels));
    stage.send(Command::MapClass { at: 0, to: None });
    stage.press("Import labels");
    let expected = Effect::ImportLabels {
        case,
        path: "annotations.json".into(),
        pairs: vec![(2, 2), (4, 11)],
    };
    assert_eq!(stage.store().unanswered.last(), Some(&expected));
    assert_eq!(stage.state().dialog, None);
}

#[test]
fn an_export_needs_a_folder_and_can_be_stopped() {
    let mut stage = Stage::new(Store::with_phantom());
    stage.send(Command::ExportCase);
    stage.press("Export");
    assert_eq!(stage.state().export.running, None, "no folder is chosen");
    stage.shell().answer = vec!["/media/study/out".into()];
    stage.press("Choose folder…");
    assert_eq!(stage.shell().dialogs, [FileDialog::ExportFolder]);
    stage.press("COCO JSON");
    stage.press("Export");
    let Some(Effect::Export(order)) = stage.store().unanswered.last().cloned() else {
        panic!("an export")
    };
    assert_eq!(order.format, ExportFormat::Coco);
    stage.key(Modifiers::NONE, Key::Escape);
    assert_eq!(
        stage.state().dialog,
        Some(Dialog::Export),
        "it stays while it writes"
    );
    stage.press("Stop");
    assert_eq!(stage.store().unanswered.last(), Some(&Effect::CancelExport));
    let sentence = "The export was stopped, and nothing of it is left.".to_owned();
    stage.report(Event::ExportFailed { sentence });
    stage.press("Cancel");
    assert_eq!(stage.state().dialog, None);
}
