//! Scans on their way to the server: what has to be said first, and what is told of each.

use std::path::PathBuf;
use std::sync::Arc;

use fovea_annotation::{CaseId, ContentHash};
use fovea_editor::{
    Command, Consent, DeskCommand, Dialog, Effect, Event, Finding, ImportDesk, Passage,
    ProjectFinding, Purpose, ScanFinding, ServerPage, Source, Upload, UploadId,
};
use fovea_geometry::SizePx;
use fovea_imaging::{GrayImage, Laterality, ScanPattern, SourceFormat};

use crate::double::{Session, case};

fn scan(seed: &str, laterality: Laterality) -> ScanFinding {
    ScanFinding {
        seen: CaseId(ContentHash::of(seed.as_bytes())),
        format: SourceFormat::Dicom,
        bscan_count: 1,
        bscan_size: SizePx::new(1, 1),
        spacing_um: None,
        laterality,
        pattern: ScanPattern::Unknown,
        device: None,
        line_names: Vec::new(),
        quality: None,
        preview: Arc::new(GrayImage {
            size: SizePx::new(1, 1),
            pixels: vec![0],
        }),
        slo: None,
        removals: Vec::new(),
        is_reduced: false,
        held_back: Vec::new(),
        warnings: Vec::new(),
    }
}

fn desk(session: &Session) -> &ImportDesk {
    session.state.desk.as_ref().expect("a desk")
}

fn found(session: &mut Session, place: usize, found: Result<Finding, String>) {
    let file = desk(session).files[place].id;
    session.report(Event::Inspected { file, found });
}

fn settings(session: &mut Session) {
    session.report(Event::ImportSettings {
        device_id: "oct-2".to_owned(),
        needs_device: true,
        known_devices: vec!["oct-2".to_owned(), "oct-1".to_owned()],
    });
}

fn boxed(finding: ScanFinding) -> Result<Finding, String> {
    Ok(Finding::Scan(Box::new(finding)))
}

fn paths(names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(PathBuf::from).collect()
}

#[test]
fn what_is_sent_needs_an_eye_and_a_ground_and_what_is_held_back_stays() {
    let mut s = Session::start();
    s.send(Command::SendFiles(paths(&[
        "a.dcm", "b.png", "c.fovea", "d.vol",
    ])));
    assert_eq!(desk(&s).purpose, Purpose::Send);
    settings(&mut s);
    found(&mut s, 0, boxed(scan("a", Laterality::Unknown)));
    let held_back = ScanFinding {
        held_back: vec!["The pixels look as if they held text.".to_owned()],
        ..scan("b", Laterality::Left)
    };
    found(&mut s, 1, boxed(held_back));
    let project = ProjectFinding {
        case_count: 1,
        bscan_count: 1,
        version_count: 1,
    };
    found(&mut s, 2, Ok(Finding::Project(project)));
    found(&mut s, 3, Err("It cannot be read.".to_owned()));

    let first = desk(&s).files[0].id;
    assert!(desk(&s).obstacle().expect("one").contains("which eye"));
    s.send(Command::Desk(DeskCommand::SetEye(first, Laterality::Right)));
    assert!(desk(&s).obstacle().expect("one").contains("ground"));
    s.send(Command::Desk(DeskCommand::Start));
    assert_eq!(
        s.state.sending.preparing, None,
        "nothing starts before everything is said"
    );
    s.send(Command::Desk(DeskCommand::SetConsent(Consent::Broad)));
    s.send(Command::Desk(DeskCommand::Start));

    let Some(Effect::Send(order)) = s.outside.last() else {
        panic!("{:?}", s.outside)
    };
    assert_eq!(
        (order.consent, order.device_id.as_str()),
        (Consent::Broad, "oct-2")
    );
    let [item] = &order.items[..] else {
        panic!("{:?}", order.items)
    };
    assert_eq!(item.source, Source::Path("a.dcm".into()));
    assert_eq!(item.laterality, Laterality::Right);
    assert_eq!(s.state.dialog, Some(Dialog::Server(ServerPage::Sending)));
    let left_out = &s.state.sending.left_out;
    let names: Vec<&str> = left_out
        .iter()
        .map(|refusal| refusal.name.as_str())
        .collect();
    assert_eq!(names, ["b.png", "c.fovea", "d.vol"]);
    assert!(left_out[0].sentence.contains("held back"));
    assert!(left_out[1].sentence.contains("project"));
}

#[test]
fn the_open_case_is_sent_without_asking_again_what_was_said_at_its_import() {
    let mut s = Session::start();
    s.send(Command::SendCase);
    settings(&mut s);
    let file = desk(&s).files[0].id;
    assert!(
        s.outside
            .contains(&Effect::InspectCase { file, case: case() })
    );
    found(&mut s, 0, boxed(scan("a", Laterality::Unknown)));
    s.send(Command::Desk(DeskCommand::SetConsent(Consent::Written)));
    assert_eq!(desk(&s).obstacle(), None);
    s.send(Command::Desk(DeskCommand::Start));
    assert!(matches!(s.outside.last(), Some(Effect::Send(order)) if order.items.len() == 1));
}

#[test]
fn what_is_dropped_is_imported_unless_a_desk_is_open() {
    let mut s = Session::start();
    s.send(Command::Import(paths(&["a.dcm"])));
    assert_eq!(desk(&s).purpose, Purpose::Import);
    s.send(Command::SendCase);
    assert_eq!(
        (desk(&s).purpose, desk(&s).files.len()),
        (Purpose::Import, 1)
    );
    s.send(Command::CloseDialog);
    s.send(Command::SendFiles(paths(&["a.dcm"])));
    s.send(Command::Import(paths(&["b.dcm"])));
    assert_eq!((desk(&s).purpose, desk(&s).files.len()), (Purpose::Send, 2));
}

fn upload(passage: Passage) -> Upload {
    Upload {
        id: UploadId(3),
        name: "a.dcm".to_owned(),
        case: case(),
        length: 1_000,
        received: 250,
        passage,
    }
}

#[test]
fn the_end_of_an_upload_is_told_once() {
    let mut s = Session::start();
    let done = || {
        upload(Passage::Done {
            remark: String::new(),
        })
    };
    s.report(Event::UploadsChanged(vec![done()]));
    assert_eq!(
        s.last_notice(),
        "",
        "it was done before this program started"
    );
    s.report(Event::UploadsChanged(vec![upload(Passage::Checking)]));
    s.report(Event::UploadsChanged(vec![done()]));
    assert!(s.last_notice().starts_with("The server has a.dcm as case "));
    let notices = s.state.notices.list().len();
    s.report(Event::UploadsChanged(vec![done()]));
    assert_eq!(s.state.notices.list().len(), notices);
    let why = "No consent is declared.".to_owned();
    s.report(Event::UploadsChanged(vec![upload(Passage::Checking)]));
    s.report(Event::UploadsChanged(vec![upload(Passage::Refused {
        why,
    })]));
    assert_eq!(
        s.last_notice(),
        "The server did not take a.dcm. No consent is declared."
    );
    s.outside.clear();
    s.send(Command::ClearDoneUploads);
    assert_eq!(s.outside, [], "what was refused is not done");
}

#[test]
fn a_press_never_does_the_opposite_of_what_its_button_said() {
    let why = || "It does not answer.".to_owned();
    let id = UploadId(3);
    let speed = Passage::Sending {
        bytes_per_s: Some(100),
    };
    let (pause, resume) = (Effect::PauseUpload(id), Effect::ResumeUpload(id));
    let again = || Some(Effect::RetryUploads);
    // What a pause does, and what going on does, whatever has happened since the button was drawn.
    let table = [
        (speed.clone(), Some(pause.clone()), None),
        (Passage::InLine, Some(pause.clone()), None),
        (Passage::NoServer, Some(pause.clone()), None),
        (
            Passage::Waiting { why: why() },
            Some(pause.clone()),
            again(),
        ),
        (Passage::SignInNeeded, Some(pause), again()),
        (Passage::Checking, None, None),
        (Passage::Paused, None, Some(resume.clone())),
        (Passage::Refused { why: why() }, None, Some(resume)),
        (Passage::Done { remark: why() }, None, None),
    ];
    for (passage, by_pause, by_going_on) in table {
        let mut s = Session::start();
        s.report(Event::UploadsChanged(vec![upload(passage.clone())]));
        s.outside.clear();
        s.send(Command::PauseUpload(id));
        assert_eq!(s.outside.pop(), by_pause, "{passage:?}");
        s.send(Command::ContinueUpload(id));
        assert_eq!(s.outside.pop(), by_going_on, "{passage:?}");
    }
    assert_eq!(upload(speed).seconds_left(), Some(8));
    assert_eq!(upload(Passage::Paused).seconds_left(), None);
}
