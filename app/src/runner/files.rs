//! The files thread: imports and exports, beside the work of the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;

use fovea_annotation::{CaseId, LabelSchema, Mask};
use fovea_editor::{Event, Refusal};
use fovea_imaging::{
    Bscan, Budget, SourceFormat, Volume, decode_png_gray8, export_folder, read_path,
};
use fovea_local_store::Store;
use fovea_sync::SyncHandle;

use super::case::{format_of, laterality_of, new_case};
use super::reporter::{Reporter, sentence};
use super::work::FileWork;

/// What the thread owns.
pub(super) struct FileWorker {
    pub(super) store: Store,
    pub(super) reporter: Reporter,
    pub(super) sync: Option<SyncHandle>,
    pub(super) is_cancelled: Arc<AtomicBool>,
}

impl FileWorker {
    /// Works until the runner ends.
    pub(super) fn run(mut self, inbox: &Receiver<FileWork>) {
        while let Ok(work) = inbox.recv() {
            match work {
                FileWork::Import(paths) => self.import(&paths),
                FileWork::Export { case, folder } => match self.export(case, &folder) {
                    Ok(sentence) => self.reporter.send(Event::Exported { sentence }),
                    Err(sentence) => self.reporter.send(Event::Failed { sentence }),
                },
            }
        }
    }

    /// Imports one path after the other; each is a case or a refusal.
    fn import(&mut self, paths: &[PathBuf]) {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (mut cases, mut warnings, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for (done, path) in paths.iter().enumerate() {
            if self.is_cancelled.load(Ordering::Acquire) {
                break;
            }
            self.reporter.send(Event::ImportProgressed {
                done: count(done),
                total: count(paths.len()),
            });
            match self.import_one(path) {
                Ok((case, said)) => {
                    cases.push(case);
                    warnings.extend(said);
                }
                Err(sentence) => refused.push(Refusal {
                    name: name_of(path),
                    sentence,
                }),
            }
        }
        if let Some(sync) = self.sync.as_ref().filter(|_| !cases.is_empty()) {
            sync.wake();
        }
        self.reporter.send(Event::ImportFinished {
            cases,
            warnings,
            refused,
        });
    }

    fn import_one(&mut self, path: &Path) -> Result<(CaseId, Vec<String>), String> {
        let volume = read_path(path, &Budget::default()).map_err(sentence)?;
        let case = new_case(&volume, None).map_err(sentence)?;
        let imported = self.store.import_case(&case).map_err(sentence)?;
        Ok((imported.case_id, imported.warnings))
    }

    fn export(&self, case: CaseId, folder: &Path) -> Result<String, String> {
        let summary = self.store.case(case).map_err(sentence)?;
        let mut masks: Vec<Option<Mask>> = Vec::new();
        let mut bscans = Vec::new();
        for tile in self.store.case_tiles(case).map_err(sentence)? {
            let png = self.store.blob(tile.raw).map_err(sentence)?;
            bscans.push(Bscan::from(
                decode_png_gray8(&png, &Budget::default()).map_err(sentence)?,
            ));
            masks.push(self.store.working_mask(tile.tile_id).map_err(sentence)?);
        }
        let volume = Volume {
            spacing_um: summary.spacing_um,
            laterality: laterality_of(&summary.laterality),
            ..Volume::of_bscans(
                bscans,
                format_of(&summary.format).unwrap_or(SourceFormat::Folder),
            )
        };
        let target = folder.join(format!("fovea-{}", case.short()));
        export_folder(&target, &volume, &masks, &LabelSchema::oct_layers()).map_err(sentence)?;
        let labelled = masks.iter().flatten().count();
        Ok(format!(
            "Exported {} B-scans and {labelled} labels to {}.",
            volume.bscans.len(),
            target.display()
        ))
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
