//! `fovea export`.

use fovea_app::transfer::export_case;
use fovea_editor::ExportFormat;
use fovea_local_store::CaseSummary;

use super::arguments::{CaseFormat, ExportArguments};
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
    let format = format_of(arguments.format);
    let mut progress = Progress::new("Exporting cases", chosen.len());
    for case in &chosen {
        let going = &mut |_, _| Ok(());
        let (path, _) = export_case(&store, case.case_id, format, &arguments.out, going)
            .map_err(Failure::environment)?;
        println!("{}", path.display());
        progress.step();
    }
    Ok(())
}

fn format_of(format: CaseFormat) -> ExportFormat {
    match format {
        CaseFormat::Folder => ExportFormat::Folder,
        CaseFormat::Nifti => ExportFormat::Nifti,
        CaseFormat::Coco => ExportFormat::Coco,
        CaseFormat::HeightsCsv => ExportFormat::HeightsCsv,
        CaseFormat::ThicknessCsv => ExportFormat::ThicknessCsv,
        CaseFormat::Eye => ExportFormat::Eye,
        CaseFormat::DicomSeg => ExportFormat::DicomSeg,
        CaseFormat::HeightMap => ExportFormat::HeightMap,
        CaseFormat::Project => ExportFormat::Project,
    }
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
