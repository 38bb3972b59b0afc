//! `fovea deidentify`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use fovea_imaging::{SourceFormat, Staged, refuse_existing};
use fovea_intake::{Deidentified, Intake, Refusal, SiteKey};

use super::arguments::DeidentifyArguments;
use super::exit::Failure;
use super::progress::Progress;
use super::{cases, import};

pub(super) fn run(arguments: &DeidentifyArguments) -> Result<(), Failure> {
    let (input, output) = (&arguments.input, &arguments.output);
    check_targets(arguments)?;
    let policy = import::policy(arguments.policy.as_deref())?;
    let files = files_below(input)?;
    let mut store = cases::open(&arguments.store)?;
    let key = store.site_key().map_err(Failure::environment)?;
    drop(store);
    let intake = Intake::new(policy, SiteKey::new(key));
    let mut written = Staged::default();
    let mut reports = Vec::new();
    let mut progress = Progress::new("De-identifying files", files.len());
    for (number, file) in files.iter().enumerate() {
        let found = one(&intake, file)?;
        match input.is_dir() {
            // The names of the originals may be names of patients: the copies are numbered.
            true => {
                let (scan, fundus) = (
                    format!("{number:04}.dcm"),
                    format!("{number:04}-fundus.dcm"),
                );
                into_folder(&mut written, output, [&scan, &fundus], &found)?;
            }
            false => write_one(&mut written, arguments, &found)?,
        }
        reports.push(found.report);
        progress.step();
    }
    drop(progress);
    if let Some(path) = &arguments.report {
        let json = serde_json::to_vec_pretty(&reports).map_err(Failure::environment)?;
        written.file(path, &json).map_err(Failure::unwritten)?;
    }
    written.finish().map_err(Failure::unwritten)?;
    println!("{}", output.display());
    Ok(())
}

/// What is there is never replaced, and each thing that is written needs a name of its own.
fn check_targets(arguments: &DeidentifyArguments) -> Result<(), Failure> {
    let output = &arguments.output;
    let (fundus, report) = (arguments.fundus.as_ref(), arguments.report.as_ref());
    for path in [Some(output), fundus, report].into_iter().flatten() {
        refuse_existing(path).map_err(Failure::unwritten)?;
    }
    let is_same = |a: &Path, b: &Path| place_of(a) == place_of(b);
    match (fundus, report) {
        (Some(_), _) if arguments.input.is_dir() => Err(Failure::usage(
            "A name for the picture of the fundus fits one scan; with a folder each picture gets a name beside its scan.",
        )),
        (Some(path), _) if is_same(path, output) => Err(Failure::usage(
            "Scan and picture of the fundus are two files; give --fundus another name.",
        )),
        (_, Some(path))
            if [Some(output), fundus]
                .into_iter()
                .flatten()
                .any(|other| is_same(path, other)) =>
        {
            Err(Failure::usage(
                "The report is a file of its own; give --report another name.",
            ))
        }
        (_, Some(path)) if place_of(path).starts_with(place_of(output)) => Err(Failure::usage(
            "The report cannot lie in OUT, which appears as a whole; give --report a name outside of it.",
        )),
        _ => Ok(()),
    }
}

/// Where a file will be, however its folder is written.
fn place_of(path: &Path) -> PathBuf {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let known = folder.canonicalize();
    // A folder that is not there yet cannot be a link to another.
    let folder = known.or_else(|_| std::path::absolute(folder));
    let folder = folder.unwrap_or_default();
    folder.join(path.file_name().unwrap_or_default())
}

/// Scan, and picture of the fundus where there is one, as files of a folder.
fn into_folder(
    written: &mut Staged,
    folder: &Path,
    [scan, fundus]: [&str; 2],
    found: &Deidentified,
) -> Result<(), Failure> {
    let mut write = |name, bytes| {
        written
            .in_folder(folder, name, bytes)
            .map_err(Failure::unwritten)
    };
    write(scan, &found.scan)?;
    found
        .fundus
        .as_ref()
        .map_or(Ok(()), |picture| write(fundus, picture))
}

/// One file into the files that were named. As with `fovea convert`, a name without an ending is a folder; a DICOM file,
/// which is often named without one, stays a file.
fn write_one(
    written: &mut Staged,
    arguments: &DeidentifyArguments,
    found: &Deidentified,
) -> Result<(), Failure> {
    let output = &arguments.output;
    let is_folder = found.report.format != SourceFormat::Dicom
        && arguments.fundus.is_none()
        && !import::name_of(output).contains('.');
    if is_folder {
        return into_folder(written, output, ["scan.dcm", "fundus.dcm"], found);
    }
    written
        .file(output, &found.scan)
        .map_err(Failure::unwritten)?;
    match (&arguments.fundus, &found.fundus) {
        (Some(path), Some(fundus)) => written.file(path, fundus).map_err(Failure::unwritten),
        (Some(_), None) => Err(Failure::input(format!(
            "{} holds no picture of the fundus beside the scan; leave out --fundus.",
            import::name_of(&arguments.input)
        ))),
        (None, Some(_)) => {
            eprintln!(
                "The picture of the fundus was left out; name a file for it with --fundus, or a folder for both."
            );
            Ok(())
        }
        (None, None) => Ok(()),
    }
}

/// The file itself, or every file below a folder in the order of their paths.
fn files_below(input: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |reason: std::io::Error| {
        Failure::input(format!(
            "{} cannot be read: {reason}; check that it exists and that you may read it.",
            input.display()
        ))
    };
    if !fs::metadata(input).map_err(unreadable)?.is_dir() {
        return Ok(vec![input.to_owned()]);
    }
    let (mut files, mut folders) = (Vec::new(), vec![input.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            match entry.file_type().map_err(unreadable)?.is_dir() {
                true => folders.push(entry.path()),
                false => files.push(entry.path()),
            }
        }
    }
    files.sort();
    match files.is_empty() {
        true => Err(Failure::input("The folder holds no file to de-identify.")),
        false => Ok(files),
    }
}

fn one(intake: &Intake, file: &Path) -> Result<Deidentified, Failure> {
    let name = import::name_of(file);
    let now: DateTime<Utc> = SystemTime::now().into();
    intake
        .deidentify_path(file, now.naive_utc())
        .map_err(|refusal| match refusal {
            Refusal::Quarantined { .. } | Refusal::Rejected { .. } => {
                Failure::refused(&name, &refusal)
            }
            other => Failure::input(format!("{name}: {other}")),
        })
}
