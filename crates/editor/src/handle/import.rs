//! Reports about files on their way in.

use crate::{
    Dialog, Effect, FileId, Finding, ImportProgress, ImportedCase, LabelFinding, Mapping,
    NoticeKind, Purpose, Refusal, State,
};
use fovea_annotation::CaseId;

/// What is remembered fills the field that nobody has typed into yet.
pub(super) fn settings(
    state: &mut State,
    device_id: String,
    needs_device: bool,
    known_devices: Vec<String>,
) -> Vec<Effect> {
    if let Some(desk) = &mut state.desk {
        desk.needs_device = needs_device;
        desk.known_devices = known_devices;
        if desk.device_id.is_empty() {
            desk.device_id = device_id;
        }
    }
    Vec::new()
}

/// A label file that was put on the desk alone, with a case open, is for that case.
pub(super) fn inspected(
    state: &mut State,
    file: FileId,
    found: Result<Finding, String>,
) -> Vec<Effect> {
    let Some(desk) = &mut state.desk else {
        return Vec::new();
    };
    let is_alone = matches!(&desk.files[..], [only] if only.id == file);
    let is_import = desk.purpose == Purpose::Import;
    match (found, &state.case) {
        (Ok(Finding::Labels(found)), Some(case)) if is_alone && is_import => {
            let case = case.summary.id;
            state.desk = None;
            labels_inspected(state, case, *found)
        }
        (found, _) => {
            desk.found(file, found);
            Vec::new()
        }
    }
}

pub(super) fn labels_inspected(
    state: &mut State,
    case: CaseId,
    found: LabelFinding,
) -> Vec<Effect> {
    let is_open = state
        .case
        .as_ref()
        .is_some_and(|open| open.summary.id == case);
    if is_open {
        state.mapping = Some(Mapping::of(case, found));
        state.dialog = Some(Dialog::MapLabels);
    }
    Vec::new()
}

/// The tiles of the case have new versions: its list and the open tile are read again.
pub(super) fn labels_imported(state: &mut State, case: CaseId, sentence: String) -> Vec<Effect> {
    state.notices.push(NoticeKind::Done, sentence);
    let mut effects = vec![Effect::ListCases];
    if state
        .case
        .as_ref()
        .is_some_and(|open| open.summary.id == case)
    {
        state.open_after_case = state.tile.as_ref().map(|tile| tile.id);
        state.opening_case = Some(case);
        effects.push(Effect::OpenCase(case));
    }
    effects
}

/// The report says what came in and what did not; what had been left out before the import is in it as well.
pub(super) fn finished(
    state: &mut State,
    cases: Vec<ImportedCase>,
    refused: Vec<Refusal>,
) -> Vec<Effect> {
    let left_out = std::mem::take(&mut state.import.refused);
    let newest = cases.last().map(|imported| imported.case);
    let text = match cases.len() {
        0 => None,
        1 => Some("Imported 1 case.".to_owned()),
        count => Some(format!("Imported {count} cases.")),
    };
    if let Some(text) = text {
        state.notices.push(NoticeKind::Done, text);
    }
    state.import = ImportProgress {
        cases,
        refused: [left_out, refused].concat(),
        ..Default::default()
    };
    if !(state.import.cases.is_empty() && state.import.refused.is_empty()) {
        state.dialog = Some(Dialog::ImportReport);
    }
    let mut effects = vec![Effect::ListCases];
    if let Some(case) = newest {
        state.opening_case = Some(case);
        effects.push(Effect::OpenCase(case));
    }
    effects
}
