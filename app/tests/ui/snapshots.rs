//! Pictures of the main views. `UPDATE_SNAPSHOTS=1` writes them; look at each before committing it.

use egui::{Modifiers, PointerButton};
use egui_kittest::kittest::Queryable as _;
use fovea_annotation::{CaseId, ContentHash};
use fovea_editor::{
    Command, Connection, Dialog, Event, ImportedCase, InferenceReport, LatencyKind, Refusal,
    SidebarTab, SyncReport,
};

use crate::findings::removals;
use crate::stage::Stage;
use crate::store::Store;

/// Everything segmented, the second B-scan open, the machine known, the server away.
fn working() -> Stage {
    let mut store = Store::with_three_cases();
    store.predict_all();
    let mut stage = Stage::new(store);
    stage.report(Event::InferenceReady(inference()));
    let sentence =
        "The server does not answer: work goes on, and is sent when it is back.".to_owned();
    stage.report(Event::SyncChanged(SyncReport {
        connection: Connection::Offline { sentence },
        pending_count: 3,
        parked_count: 0,
    }));
    for (kind, sample_ms) in [
        (LatencyKind::TileOpen, 14.2),
        (LatencyKind::TileOpen, 22.0),
        (LatencyKind::Save, 18.0),
    ] {
        stage.report(Event::Measured(kind, sample_ms));
    }
    stage.send(Command::SelectBscan(2));
    stage
}

fn inference() -> InferenceReport {
    InferenceReport {
        device: "CPU".to_owned(),
        reason:
            "Only a software graphics driver was found, which is slower than the processor alone."
                .to_owned(),
        model: "fovea-oct-unet 1".to_owned(),
        model_digest: "5f3a77c0d2".to_owned(),
        display_adapter: "llvmpipe, Mesa".to_owned(),
        tile_ms: Some(182.0),
    }
}

const WAVE: [(f32, f32); 6] = [
    (150.0, 60.0),
    (190.0, 74.0),
    (230.0, 62.0),
    (270.0, 76.0),
    (310.0, 64.0),
    (350.0, 72.0),
];

#[test]
fn empty_start() {
    Stage::new(Store::empty()).snapshot("empty_start");
}

#[test]
fn case_with_mask() {
    working().snapshot("case_with_mask");
}

#[test]
fn case_with_uncertainty_and_doubt_legend() {
    let mut stage = working();
    stage.send(Command::SetMaskOpacity(0.25));
    stage.send(Command::ToggleUncertainty);
    stage.snapshot("case_with_uncertainty");
}

#[test]
fn zoomed_outlines_with_unsaved_stroke() {
    let mut stage = working();
    stage.send(Command::ToggleOutline);
    stage.send(Command::SetClass(2));
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &WAVE);
    stage.send(Command::ZoomAt {
        x: 300.0,
        y: 120.0,
        factor: 2.2,
    });
    let at = stage.seen_at(250.0, 90.0);
    stage.snapshot_with_pointer("zoomed_outlines", at);
}

#[test]
fn queue() {
    let mut stage = working();
    stage.send(Command::SetTab(SidebarTab::Queue));
    stage.send(Command::RefreshQueue);
    stage.snapshot("queue");
}

#[test]
fn versions_after_save() {
    let mut stage = working();
    stage.send(Command::SetClass(2));
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &WAVE);
    stage.send(Command::Save);
    stage.snapshot("versions_after_save");
}

#[test]
fn changes_of_a_version() {
    let mut stage = working();
    stage.send(Command::SetClass(2));
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &WAVE);
    stage.stroke(
        PointerButton::Secondary,
        Modifiers::NONE,
        &[(60.0, 170.0), (120.0, 176.0)],
    );
    stage.send(Command::Save);
    let at = stage
        .harness
        .get_by_label_contains("v2, Edit")
        .rect()
        .center();
    stage.snapshot_with_pointer("changes_of_a_version", at);
}

#[test]
fn long_work() {
    let mut stage = working();
    stage.report(Event::ImportProgressed { done: 2, total: 7 });
    stage.snapshot("long_work");
}

#[test]
fn import_errors() {
    let mut stage = working();
    let refused = [
        (
            "retina_0412.png",
            "The file is empty: copy it again from the device and open it once more.",
        ),
        (
            "panorama.png",
            "The picture claims 40,000 × 40,000 pixels, more than the 16,384 that can be opened: export a smaller one.",
        ),
        (
            "left_eye.vol",
            "The file ends in the middle of B-scan 12 of 25: export it again from the Heidelberg software.",
        ),
        (
            "notes.docx",
            "This is not a scan that Fovea can read: open a PNG, TIFF, BMP, JPEG or Heidelberg .vol file.",
        ),
    ];
    stage.report(Event::ImportFinished {
        cases: vec![ImportedCase {
            case: CaseId(ContentHash::of(b"imported")),
            name: "macula_right.dcm".to_owned(),
            was_known: false,
            removals: removals(),
            is_reduced: false,
            warnings: vec![
                "Values of 12 bits are shown with 8; the lowest 4 are dropped.".to_owned(),
            ],
        }],
        refused: refused
            .iter()
            .map(|(name, sentence)| Refusal {
                name: (*name).to_owned(),
                sentence: (*sentence).to_owned(),
            })
            .collect(),
    });
    stage.snapshot("import_errors");
}

#[test]
fn unsaved_question() {
    let mut stage = working();
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &WAVE);
    stage.send(Command::RequestClose);
    stage.snapshot("unsaved_question");
}

#[test]
fn rollback_question() {
    let mut stage = working();
    stage.stroke(PointerButton::Primary, Modifiers::NONE, &WAVE);
    stage.send(Command::Save);
    let first = stage.state().tile.as_ref().expect("open").versions[0].id;
    stage.send(Command::AskRollback(first));
    stage.snapshot("rollback_question");
}

#[test]
fn shortcut_sheet() {
    with_dialog(Dialog::Shortcuts, "shortcut_sheet");
}

#[test]
fn command_palette() {
    with_dialog(Dialog::Palette, "command_palette");
}

#[test]
fn this_machine() {
    with_dialog(Dialog::Preflight, "this_machine");
}

fn with_dialog(dialog: Dialog, name: &str) {
    let mut stage = working();
    stage.send(Command::ShowDialog(dialog));
    stage.snapshot(name);
}

#[test]
fn small_window() {
    let mut store = Store::with_phantom();
    store.predict_all();
    Stage::sized(store, egui::vec2(1024.0, 640.0)).snapshot("small_window");
}
