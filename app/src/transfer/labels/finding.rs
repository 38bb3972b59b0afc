//! What is in a file of labels, for the person who decides what its classes become.

use std::path::Path;

use fovea_annotation::{CaseId, LabelSchema, Mask};
use fovea_editor::{FoundClass, LabelFinding};
use fovea_imaging::{
    Budget, ForeignLabels, LabelContext, MappedClass, MapsTo, ReadError, SchemaMapping, Wanted,
    read_labels_path,
};
use fovea_local_store::Store;

use super::super::words::sentence;
use super::{context_of_case, lines};

/// Why a file was not read as labels.
pub(crate) enum NotRead {
    /// It is of no kind that labels come in; perhaps it is something else.
    NoLabels(String),
    /// It is labels, and something is wrong with them.
    Refused(String),
}

impl NotRead {
    /// What a person is told.
    pub(crate) fn sentence(self) -> String {
        match self {
            Self::NoLabels(sentence) | Self::Refused(sentence) => sentence,
        }
    }
}

/// What is in a file of labels, with a class of ours for each of its classes whose name is understood.
pub fn inspect_labels(store: &Store, case: CaseId, path: &Path) -> Result<LabelFinding, String> {
    find_labels(store, case, path).map_err(NotRead::sentence)
}

/// As [`inspect_labels`], telling files that are no labels from labels that cannot be used.
pub(crate) fn find_labels(
    store: &Store,
    case: CaseId,
    path: &Path,
) -> Result<LabelFinding, NotRead> {
    let context = context_of_case(store, case).map_err(NotRead::Refused)?;
    match read_labels_path(path, &context, &Wanted::All, &Budget::default()) {
        Ok(labels) => Ok(found(labels, &context, path)),
        Err(error) if is_of_no_kind(&error) => Err(NotRead::NoLabels(sentence(error))),
        Err(error) => Err(NotRead::Refused(sentence(error))),
    }
}

fn found(labels: ForeignLabels, context: &LabelContext, path: &Path) -> LabelFinding {
    let mut areas = [0_u64; 256];
    let masks = labels.bscans.iter().filter_map(|bscan| bscan.mask.as_ref());
    masks
        .flat_map(Mask::classes)
        .for_each(|class| areas[usize::from(*class)] += 1);
    let proposed = SchemaMapping::propose(&labels.classes, &LabelSchema::oct_layers());
    let class = |row: &MappedClass| FoundClass {
        index: row.foreign.index,
        name: row.foreign.name.clone(),
        area_px: areas[usize::from(row.foreign.index)],
        proposal: match row.to {
            MapsTo::Class(ours) => Some(ours).filter(|ours| *ours != 0),
            MapsTo::Ignored | MapsTo::Undecided => None,
        },
    };
    let mut warnings = lines::warnings(&labels);
    warnings.extend(labels.warnings.iter().cloned());
    LabelFinding {
        path: path.to_owned(),
        format: labels.format,
        classes: proposed.classes.iter().map(class).collect(),
        line_names: lines::names(&labels),
        has_layers: lines::give_layers(&labels, context.size),
        bscan_count: u32::try_from(labels.bscans.len()).unwrap_or(u32::MAX),
        warnings,
    }
}

fn is_of_no_kind(error: &ReadError) -> bool {
    matches!(
        error,
        ReadError::LabelsNotRecognised { .. } | ReadError::NoLabels { .. }
    )
}
