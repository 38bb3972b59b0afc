//! Whether a file comes in, and whether labels fit it, before anything is stored.

use std::path::Path;

use fovea_editor::{FileOrder, ImportOrder};
use fovea_imaging::{Budget, LabelContext};
use fovea_local_store::{NewCase, NewTile};

use super::bring_in::NotIn;
use super::door::Door;
use super::labels::{Choice, Understood, mask_of_lines, no_layers};
use super::project::{is_project_file, project_finding};
use super::stored::lines_of;
use super::words::sentence;

/// A file that would come in.
pub struct Expected {
    /// The case that it would make; none for a project, which brings its own.
    case: Option<NewCase>,
}

impl Door {
    /// Says whether a file would come in as `order` says; nothing of it is kept.
    pub fn check(&self, file: &FileOrder, order: &ImportOrder) -> Result<Expected, NotIn> {
        let case = match is_project_file(&file.path) {
            true => project_finding(&file.path)
                .map(|_| None)
                .map_err(NotIn::Failed)?,
            false => Some(self.take_in(file, order, None)?.case),
        };
        Ok(Expected { case })
    }
}

impl Expected {
    /// The labels at `path` for this scan, whose own files are at `scan`; refuses those that cannot be read or do not
    /// fit it, in one sentence.
    pub fn labels(&self, scan: &Path, path: &Path) -> Result<Understood, String> {
        let case = self.scan()?;
        let size = case.tiles.first().map(|tile| tile.size).unwrap_or_default();
        let bscan_count = u32::try_from(case.tiles.len()).unwrap_or(u32::MAX);
        let context = LabelContext::new(size, bscan_count)
            .with_files(scan, &Budget::default())
            .map_err(sentence)?;
        let read = Understood::read(&context, path, Choice::ByName)?;
        match read.masks.iter().all(|(_, mask)| mask.size() == size) {
            true => Ok(read),
            false => Err(
                "The labels are not of the size of the scan; choose the labels of this scan."
                    .to_owned(),
            ),
        }
    }

    /// Refuses a scan whose device drew no layer.
    pub fn has_device_layers(&self) -> Result<(), String> {
        let mut tiles = self.scan()?.tiles.iter();
        let is_drawn =
            |tile: &NewTile| mask_of_lines(&lines_of(tile.facts.clone()), tile.size).is_some();
        match tiles.any(is_drawn) {
            true => Ok(()),
            false => Err(no_layers()),
        }
    }

    fn scan(&self) -> Result<&NewCase, String> {
        self.case.as_ref().ok_or_else(|| {
            "A project brings labels of its own; import it without others.".to_owned()
        })
    }
}
