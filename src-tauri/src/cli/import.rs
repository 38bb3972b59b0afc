//! `fovea import`.

use std::path::Path;

use fovea_imaging::{Budget, Volume, read_path};

use super::arguments::ImportArguments;
use super::cases;
use super::exit::Failure;
use super::progress::Progress;

pub(super) fn run(arguments: &ImportArguments) -> Result<(), Failure> {
    if arguments.title.is_some() && arguments.scans.len() > 1 {
        return Err(Failure::usage(
            "A title fits one scan; import the scans one by one, or leave --title out.",
        ));
    }
    // Everything is read before the store is opened: one bad file and nothing changes.
    let mut progress = Progress::new("Reading scans", arguments.scans.len());
    let mut volumes = Vec::with_capacity(arguments.scans.len());
    for scan in &arguments.scans {
        volumes.push(read(scan)?);
        progress.step();
    }
    let mut store = cases::open(&arguments.store)?;
    for volume in &volumes {
        let case = fovea_app::new_case(volume, arguments.title.as_deref())
            .map_err(Failure::environment)?;
        let imported = store.import_case(&case).map_err(Failure::environment)?;
        let spacing = volume.spacing_um.map_or_else(
            || "spacing unknown".to_owned(),
            |spacing| format!("{:.2} × {:.2} µm per pixel", spacing.x, spacing.y),
        );
        println!(
            "{}  {} B-scans of {} × {} px, {spacing}, eye {}",
            imported.case_id,
            imported.tile_count,
            imported.tile_size.width,
            imported.tile_size.height,
            volume.laterality
        );
        imported
            .warnings
            .iter()
            .for_each(|warning| eprintln!("{warning}"));
    }
    Ok(())
}

/// One scan; the sentence names the file that the user gave.
pub(super) fn read(scan: &Path) -> Result<Volume, Failure> {
    read_path(scan, &Budget::default()).map_err(|error| {
        let name = scan
            .file_name()
            .unwrap_or(scan.as_os_str())
            .to_string_lossy()
            .into_owned();
        let sentence = error.to_string();
        Failure::input(if sentence.contains(&name) {
            sentence
        } else {
            format!("{name}: {sentence}")
        })
    })
}
