//! A case of the store as files of other programs: all of an export appears at once, or nothing.

use std::path::{Path, PathBuf};

use fovea_annotation::{CaseId, LabelSchema};
use fovea_editor::ExportFormat;
use fovea_imaging::Labelled;
use fovea_local_store::Store;

use super::forms::{Form, whole_folder, write_form};
use super::stored::{StoredCase, read_case};
use super::words::sentence;
use super::{clinic, project};

/// Writes a case into `folder` as `format`; gives what was written, and where. `going` is told how many of how many
/// B-scans are done, and stops the export with a sentence.
pub fn export_case(
    store: &Store,
    case: CaseId,
    format: ExportFormat,
    folder: &Path,
    going: &mut dyn FnMut(u32, u32) -> Result<(), String>,
) -> Result<(PathBuf, String), String> {
    let total = store.case(case).map_err(sentence)?.tile_count;
    let mut done = 0;
    let stored = read_case(store, case, &mut || {
        done += 1;
        going(done, total)
    })?;
    let target = folder.join(target_name(case, format));
    let labelled = stored.masks.iter().flatten().count();
    match form_of(format) {
        Some(form) => write(&stored, form, &target)?,
        None => project::write_case(store, case, &stored, &target)?,
    }
    let words = format!(
        "Exported {} and {} to {}.",
        counted(stored.masks.len(), "B-scan"),
        counted(labelled, "label"),
        target.display()
    );
    Ok((target, words))
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
fn form_of(format: ExportFormat) -> Option<Form> {
    Some(match format {
        ExportFormat::Folder => Form::Folder,
        ExportFormat::Nifti => Form::Nifti,
        ExportFormat::Coco => Form::Coco,
        ExportFormat::HeightsCsv => Form::HeightsCsv,
        ExportFormat::ThicknessCsv => Form::ThicknessCsv,
        ExportFormat::Eye => Form::Eye,
        ExportFormat::DicomSeg => Form::DicomSeg,
        ExportFormat::HeightMap => Form::HeightMap,
        ExportFormat::Project => return None,
    })
}

fn write(stored: &StoredCase, form: Form, target: &Path) -> Result<(), String> {
    let labelled = Labelled {
        volume: &stored.volume,
        masks: &stored.masks,
        schema: &LabelSchema::oct_layers(),
    };
    match form {
        Form::DicomSeg | Form::HeightMap => {
            whole_folder(target, &clinic::with_scan(&labelled, form)?)
        }
        _ => write_form(&labelled, form, target),
    }
}
