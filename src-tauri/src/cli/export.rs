//! `fovea export`.

use fovea_annotation::{LabelSchema, Mask};
use fovea_imaging::{Bscan, Budget, SourceFormat, Volume, decode_png_gray8, export_folder};
use fovea_local_store::{CaseSummary, Store};
use serde::de::DeserializeOwned;

use super::arguments::ExportArguments;
use super::cases;
use super::exit::Failure;
use super::progress::Progress;

pub(super) fn run(arguments: &ExportArguments) -> Result<(), Failure> {
    let store = cases::open(&arguments.store)?;
    let chosen = choose(
        store.list_cases().map_err(Failure::environment)?,
        &arguments.cases,
    )?;
    std::fs::create_dir_all(&arguments.out).map_err(|reason| {
        Failure::environment(format!(
            "The folder {} cannot be made: {reason}.",
            arguments.out.display()
        ))
    })?;
    let mut progress = Progress::new("Exporting cases", chosen.len());
    for case in &chosen {
        let (volume, masks) = read(&store, case)?;
        let folder = arguments
            .out
            .join(format!("fovea-{}", case.case_id.short()));
        export_folder(&folder, &volume, &masks, &LabelSchema::oct_layers())
            .map_err(Failure::environment)?;
        println!("{}", folder.display());
        progress.step();
    }
    Ok(())
}

/// The cases whose ids begin with one of `wanted`; all of them when nothing is wanted.
fn choose(cases: Vec<CaseSummary>, wanted: &[String]) -> Result<Vec<CaseSummary>, Failure> {
    for text in wanted {
        let count = cases
            .iter()
            .filter(|case| case.case_id.to_string().starts_with(text.as_str()))
            .count();
        match count {
            0 => {
                return Err(Failure::usage(format!(
                    "No case has an id that begins with {text}; `fovea import` prints ids."
                )));
            }
            1 => {}
            _ => {
                return Err(Failure::usage(format!(
                    "{count} cases have ids that begin with {text}; give more of it."
                )));
            }
        }
    }
    let is_wanted = |case: &CaseSummary| {
        let id = case.case_id.to_string();
        wanted.is_empty() || wanted.iter().any(|text| id.starts_with(text.as_str()))
    };
    Ok(cases.into_iter().filter(is_wanted).collect())
}

/// The pictures of a case with their newest labels.
fn read(store: &Store, case: &CaseSummary) -> Result<(Volume, Vec<Option<Mask>>), Failure> {
    let (mut bscans, mut masks) = (Vec::new(), Vec::new());
    for tile in store
        .case_tiles(case.case_id)
        .map_err(Failure::environment)?
    {
        let png = store.blob(tile.raw).map_err(Failure::environment)?;
        bscans.push(Bscan::from(
            decode_png_gray8(&png, &Budget::default()).map_err(Failure::environment)?,
        ));
        masks.push(
            store
                .working_mask(tile.tile_id)
                .map_err(Failure::environment)?,
        );
    }
    let mut volume = Volume::of_bscans(
        bscans,
        from_word(&case.format).unwrap_or(SourceFormat::Folder),
    );
    volume.spacing_um = case.spacing_um;
    volume.laterality = from_word(&case.laterality).unwrap_or_default();
    Ok((volume, masks))
}

/// The store keeps formats and eyes as the words of their serde names.
fn from_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::from(word)).ok()
}
