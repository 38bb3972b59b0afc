//! Scans to the server: the dialog before they go, and how each of them fares.

use std::path::PathBuf;

use fovea_annotation::{CaseId, ContentHash};
use fovea_app::FileDialog;
use fovea_editor::{
    Command, Consent, DeskCommand, Dialog, Effect, Event, Passage, Refusal, ServerPage, Upload,
    UploadId,
};

use crate::findings::{self, file, scan};
use crate::stage::Stage;
use crate::store::Store;

fn settings(stage: &mut Stage) {
    stage.report(Event::ImportSettings {
        device_id: "oct-2".to_owned(),
        needs_device: true,
        known_devices: ["oct-2", "spectralis-1", "triton-4"]
            .map(str::to_owned)
            .to_vec(),
    });
}

/// A DICOM volume and a screenshot before they are sent.
fn desk() -> Stage {
    let mut stage = Stage::new(Store::with_three_cases());
    let paths = ["macula_right.dcm", "screenshot.png"].map(PathBuf::from);
    stage.send(Command::SendFiles(paths.to_vec()));
    settings(&mut stage);
    for (place, found) in [findings::dicom(), findings::screenshot()]
        .into_iter()
        .enumerate()
    {
        let file = file(stage.state(), place);
        stage.report(Event::Inspected {
            file,
            found: scan(found),
        });
    }
    let second = file(stage.state(), 1);
    let eye = fovea_imaging::Laterality::Unknown;
    stage.send(Command::Desk(DeskCommand::SetEye(second, eye)));
    stage
}

fn uploads() -> Vec<Upload> {
    let why = "The server does not answer (connection refused); work goes on, and is sent by itself when the server is back.";
    let refused = "The pixels look as if they held text; look at every picture and release it only if the text names nobody.";
    let rows = [
        (
            "macula_left.vol",
            100,
            Passage::Done {
                remark: String::new(),
            },
        ),
        (
            "glaucoma_follow_up_2026_right_eye_dense_raster_scan_of_the_optic_nerve_head.e2e",
            100,
            Passage::Done {
                remark: "Values of 12 bits are shown with 8; the lowest 4 are dropped.".to_owned(),
            },
        ),
        (
            "page.png",
            100,
            Passage::Refused {
                why: refused.to_owned(),
            },
        ),
        (
            "Case 7c21a90f",
            43,
            Passage::Sending {
                bytes_per_s: Some(3_200_000),
            },
        ),
        ("macula_right.dcm", 0, Passage::InLine),
        ("raster.fda", 12, Passage::Paused),
        (
            "line.vol",
            64,
            Passage::Waiting {
                why: why.to_owned(),
            },
        ),
    ];
    (1..)
        .zip(rows)
        .map(|(id, (name, percent, passage))| Upload {
            id: UploadId(id),
            name: name.to_owned(),
            case: CaseId(ContentHash::of(name.as_bytes())),
            length: 45_000_000,
            received: 450_000 * percent,
            passage,
        })
        .collect()
}

#[test]
fn send_ready() {
    let mut stage = desk();
    stage.press("Written consent");
    stage.snapshot("send_ready");
}

#[test]
fn send_held_back() {
    let mut stage = desk();
    let second = file(stage.state(), 1);
    stage.send(Command::Desk(DeskCommand::Choose(second)));
    stage.snapshot("send_held_back");
}

#[test]
fn sending_empty() {
    let mut stage = Stage::new(Store::with_phantom());
    stage.send(Command::ShowDialog(Dialog::Server(ServerPage::Sending)));
    stage.snapshot("sending_empty");
}

#[test]
fn sending() {
    let mut stage = Stage::new(Store::with_three_cases());
    stage.report(Event::UploadsChanged(uploads()));
    stage.send(Command::ShowDialog(Dialog::Server(ServerPage::Sending)));
    stage.report(Event::SendPrepared { done: 1, total: 3 });
    stage.report(Event::SendQueued {
        refused: vec![Refusal {
            name: "notes.docx".to_owned(),
            sentence: "The file has changed since it was looked at; send it again.".to_owned(),
        }],
    });
    stage.snapshot("sending");
}

#[test]
fn sending_in_a_small_window() {
    let mut stage = Stage::sized(Store::with_phantom(), egui::vec2(1024.0, 640.0));
    stage.report(Event::UploadsChanged(uploads()));
    stage.send(Command::ShowDialog(Dialog::Server(ServerPage::Sending)));
    stage.report(Event::SendPrepared { done: 1, total: 3 });
    stage.snapshot("sending_small");
}

#[test]
fn a_person_sends_files_with_the_buttons() {
    let mut stage = desk();
    stage.press("Waiver");
    stage.press("triton-4");
    stage.press("Send 1 of 2");
    let Some(Effect::Send(order)) = stage.store().unanswered.last().cloned() else {
        panic!("an order")
    };
    assert_eq!(
        (order.consent, order.device_id.as_str()),
        (Consent::Waiver, "triton-4")
    );
    assert_eq!(
        stage.state().dialog,
        Some(Dialog::Server(ServerPage::Sending))
    );
    stage.shell().answer = vec!["b.vol".into()];
    stage.press("Send files…");
    assert_eq!(stage.shell().dialogs, [FileDialog::SendFiles]);
    assert_eq!(stage.state().dialog, Some(Dialog::Import));
}

#[test]
fn uploads_are_paused_cancelled_and_cleared_by_name() {
    let mut stage = Stage::new(Store::with_phantom());
    stage.report(Event::UploadsChanged(uploads()));
    stage.press("sending 30 %");
    stage.press("Pause sending Case 7c21a90f");
    assert_eq!(
        stage.store().unanswered.last(),
        Some(&Effect::PauseUpload(UploadId(4)))
    );
    stage.press("Go on sending raster.fda");
    stage.press("Pause sending line.vol");
    stage.press("Try line.vol again now");
    stage.press("Cancel sending line.vol");
    stage.press("Clear what is done");
    let asked: Vec<Effect> = stage.store().unanswered.split_off(1);
    assert_eq!(
        asked,
        [
            Effect::ResumeUpload(UploadId(6)),
            Effect::PauseUpload(UploadId(7)),
            Effect::RetryUploads,
            Effect::RemoveUpload(UploadId(7)),
            Effect::RemoveUpload(UploadId(1)),
            Effect::RemoveUpload(UploadId(2)),
        ]
    );
}
