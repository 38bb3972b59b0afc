//! A file into the store: a scan through the door, or the cases of a project with their versions.

use std::path::Path;

use fovea_annotation::CaseId;
use fovea_editor::{FileOrder, Finding, ImportOrder, ImportedCase};
use fovea_intake::Refusal;
use fovea_local_store::{Store, StoreError};

use super::door::Door;
use super::inspect::finding_of;
use super::labels::{NotRead, find_labels};
use super::project::{bring_project_in, is_project_file, project_finding};
use super::words::sentence;

/// Why a file did not come in.
#[derive(Clone, Debug)]
pub enum NotIn {
    /// The intake refuses it.
    Refused(Refusal),
    /// The store, or a project that does not hold together.
    Failed(String),
}

impl std::fmt::Display for NotIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => f.write_str(&sentence(refusal)),
            Self::Failed(sentence) => f.write_str(sentence),
        }
    }
}

impl From<Refusal> for NotIn {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What a file is, for the import dialog; nothing of it is kept. What is no scan may be labels for the open case.
pub(crate) fn find(
    door: &Door,
    store: &Store,
    open: Option<CaseId>,
    path: &Path,
) -> Result<Finding, String> {
    if is_project_file(path) {
        return project_finding(path).map(Finding::Project);
    }
    match door.look(path) {
        Ok(seen) => Ok(Finding::Scan(Box::new(finding_of(seen)))),
        Err(refusal) => match open.map(|case| find_labels(store, case, path)) {
            Some(Ok(labels)) => Ok(Finding::Labels(Box::new(labels))),
            Some(Err(NotRead::Refused(sentence))) => Err(sentence),
            Some(Err(NotRead::NoLabels(_))) | None => Err(sentence(refusal)),
        },
    }
}

/// What a case of the store is, for the dialog in which it is sent.
pub(crate) fn find_case(door: &Door, store: &Store, case: CaseId) -> Result<Finding, String> {
    let seen = door.look_at_case(store, case)?;
    Ok(Finding::Scan(Box::new(finding_of(seen))))
}

/// Takes a file into the store; gives the cases that it made or met again.
pub fn bring_in(
    store: &mut Store,
    door: &Door,
    file: &FileOrder,
    order: &ImportOrder,
    title: Option<&str>,
) -> Result<Vec<ImportedCase>, NotIn> {
    if is_project_file(&file.path) {
        return bring_project_in(store, &file.path).map_err(NotIn::Failed);
    }
    let taken = door.take_in(file, order, title)?;
    let was_known = is_known(store, taken.case.case_id).map_err(NotIn::Failed)?;
    let imported = store
        .import_case(&taken.case)
        .map_err(|error| NotIn::Failed(sentence(error)))?;
    Ok(vec![ImportedCase {
        case: imported.case_id,
        name: imported.title,
        was_known,
        removals: taken.removals,
        is_reduced: taken.is_reduced,
        warnings: taken.case.warnings,
    }])
}

pub(super) fn is_known(store: &Store, case: CaseId) -> Result<bool, String> {
    match store.case(case) {
        Ok(_) => Ok(true),
        Err(StoreError::Missing { .. }) => Ok(false),
        Err(error) => Err(sentence(error)),
    }
}
