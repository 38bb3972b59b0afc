//! A case of the store as files of other programs: all of an export appears at once, or nothing.

use std::path::{Path, PathBuf};

use fovea_annotation::{CaseId, LabelSchema};
use fovea_editor::ExportFormat;
use fovea_imaging::{GridCentre, Labelled};
use fovea_local_store::Store;

use super::forms::{Encoded, Form, write_form};
use super::not_written::NotWritten;
use super::stored::{StoredCase, read_case};
use super::{clinic, project};

/// A case that was written.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The file or folder.
    pub path: PathBuf,
    /// What was written, and where; one sentence.
    pub sentence: String,
    /// What a person should know about it, one sentence each.
    pub warnings: Vec<String>,
}

/// Writes a case into `folder` as `format`, with the ETDRS grid around `centre` where the format has one. `going` is told
/// how many of how many B-scans are done, and stops the export with a sentence.
pub fn export_case(
    store: &Store,
    case: CaseId,
    format: ExportFormat,
    centre: GridCentre,
    folder: &Path,
    going: &mut dyn FnMut(u32, u32) -> Result<(), String>,
) -> Result<Exported, NotWritten> {
    let total = store.case(case).map_err(NotWritten::unread)?.tile_count;
    let mut done = 0;
    let stored = read_case(store, case, &mut || {
        done += 1;
        going(done, total)
    })
    .map_err(NotWritten::Unread)?;
    let target = folder.join(target_name(case, format));
    let labelled = stored.masks.iter().flatten().count();
    let warnings = match form_of(format, centre) {
        Some(form) => write(&stored, form, &target)?,
        None => {
            project::write_case(store, case, &stored, &target)?;
            Vec::new()
        }
    };
    let sentence = format!(
        "Exported {} and {} to {}.",
        counted(stored.masks.len(), "B-scan"),
        counted(labelled, "label"),
        target.display()
    );
    Ok(Exported {
        path: target,
        sentence,
        warnings,
    })
}

/// `count` things: the noun takes an s unless it is one.
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// What appears in the folder; a name made of the case's id names no person.
fn target_name(case: CaseId, format: ExportFormat) -> String {
    let stem = format!("fovea-{}", case.short());
    match format {
        ExportFormat::HeightsCsv => format!("{stem}-heights.csv"),
        ExportFormat::Nifti => format!("{stem}.nii.gz"),
        ExportFormat::Eye => format!("{stem}.eye"),
        ExportFormat::Project => format!("{stem}.fovea"),
        ExportFormat::Folder => stem,
        ExportFormat::Coco => format!("{stem}-coco"),
        ExportFormat::ThicknessCsv => format!("{stem}-thickness"),
        ExportFormat::DicomSeg => format!("{stem}-seg"),
        ExportFormat::HeightMap => format!("{stem}-heights"),
    }
}

/// The form of a format; a project is none.
fn form_of(format: ExportFormat, centre: GridCentre) -> Option<Form> {
    Some(match format {
        ExportFormat::Folder => Form::Folder,
        ExportFormat::Nifti => Form::Nifti,
        ExportFormat::Coco => Form::Coco,
        ExportFormat::HeightsCsv => Form::HeightsCsv,
        ExportFormat::ThicknessCsv => Form::ThicknessCsv(centre),
        ExportFormat::Eye => Form::Eye,
        ExportFormat::DicomSeg => Form::DicomSeg,
        ExportFormat::HeightMap => Form::HeightMap,
        ExportFormat::Project => return None,
    })
}

fn write(stored: &StoredCase, form: Form, target: &Path) -> Result<Vec<String>, NotWritten> {
    let labelled = Labelled {
        volume: &stored.volume,
        masks: &stored.masks,
        schema: &LabelSchema::oct_layers(),
    };
    match form {
        Form::DicomSeg | Form::HeightMap => {
            Encoded::folder(clinic::with_scan(&labelled, form)?).write(target)
        }
        _ => write_form(&labelled, form, target),
    }
}
