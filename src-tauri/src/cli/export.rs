//! `fovea export`.

use fovea_app::transfer::{Exported, counted, export_case};
use fovea_editor::ExportFormat;
use fovea_local_store::{CaseSummary, Store};

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
    check_fovea(arguments, chosen.len())?;
    std::fs::create_dir_all(&arguments.out).map_err(|reason| {
        Failure::environment(format!(
            "The folder {} cannot be made: {reason}.",
            arguments.out.display()
        ))
    })?;
    let mut failures = Vec::new();
    let mut progress = Progress::new("Exporting cases", chosen.len());
    for case in &chosen {
        let id = case.case_id.short();
        match export(&store, case, arguments) {
            Ok(exported) => {
                for warning in &exported.warnings {
                    eprintln!("Case {id}: {warning}");
                }
                println!("{}", exported.path.display());
            }
            // What is wrong with one case is no reason to keep the others back.
            Err(failure) => {
                eprintln!("Case {id}: {}", failure.sentence);
                failures.push(failure);
            }
        }
        progress.step();
    }
    drop(progress);
    match failures.iter().map(|failure| failure.code).max() {
        None => Ok(()),
        Some(code) => Err(Failure {
            sentence: format!(
                "Not written: {} of {}.",
                failures.len(),
                counted(chosen.len(), "case")
            ),
            code,
        }),
    }
}

fn export(
    store: &Store,
    case: &CaseSummary,
    arguments: &ExportArguments,
) -> Result<Exported, Failure> {
    let (format, centre) = (
        format_of(arguments.format),
        arguments.fovea.unwrap_or_default(),
    );
    let going = &mut |_, _| Ok(());
    export_case(store, case.case_id, format, centre, &arguments.out, going)
        .map_err(Failure::unwritten)
}

/// Each eye has its own fovea, and only one format has sectors around it.
fn check_fovea(arguments: &ExportArguments, cases: usize) -> Result<(), Failure> {
    if arguments.fovea.is_none() {
        return Ok(());
    }
    match (arguments.format, cases) {
        (CaseFormat::ThicknessCsv, 1) => Ok(()),
        (CaseFormat::ThicknessCsv, _) => Err(Failure::usage(
            "--fovea is a place in one case; name that case.",
        )),
        _ => Err(Failure::usage(
            "Only thickness-csv has sectors around the fovea; leave out --fovea.",
        )),
    }
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
