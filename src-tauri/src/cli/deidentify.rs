//! `fovea deidentify`.

use std::fs;
use std::path::{Path, PathBuf};

use fovea_intake::{Intake, Refusal, Report, SiteKey};

use super::arguments::DeidentifyArguments;
use super::exit::Failure;
use super::progress::Progress;
use super::{cases, import};

pub(super) fn run(arguments: &DeidentifyArguments) -> Result<(), Failure> {
    let (input, output) = (&arguments.input, &arguments.output);
    if output.exists() {
        return Err(Failure::usage(format!(
            "{} is there already; choose another name.",
            output.display()
        )));
    }
    let policy = import::policy(arguments.policy.as_deref())?;
    let files = files_below(input)?;
    let mut store = cases::open(&arguments.store)?;
    let key = store.site_key().map_err(Failure::environment)?;
    drop(store);
    let intake = Intake::new(policy, SiteKey::new(key));
    let mut written = Written::new(output);
    let mut reports = Vec::new();
    let mut progress = Progress::new("De-identifying files", files.len());
    for (number, file) in files.iter().enumerate() {
        let (bytes, report) = one(&intake, file)?;
        // The names of the originals may be names of patients: the copies are numbered.
        let name = (input.is_dir()).then(|| format!("{number:04}.dcm"));
        written.write(name.as_deref(), &bytes)?;
        reports.push(report);
        progress.step();
    }
    drop(progress);
    if let Some(path) = &arguments.report {
        write_report(path, &reports)?;
    }
    written.finish()?;
    println!("{}", output.display());
    Ok(())
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

fn one(intake: &Intake, file: &Path) -> Result<(Vec<u8>, Report), Failure> {
    let name = import::name_of(file);
    let bytes = fs::read(file)
        .map_err(|reason| Failure::input(format!("{name} cannot be read: {reason}.")))?;
    intake
        .deidentify_bytes(&bytes)
        .map_err(|refusal| match refusal {
            Refusal::Quarantined { .. } | Refusal::Rejected { .. } => {
                Failure::refused(&name, &refusal)
            }
            other => Failure::input(format!("{name}: {other}")),
        })
}

fn write_report(path: &Path, reports: &[Report]) -> Result<(), Failure> {
    let json = serde_json::to_vec_pretty(reports).map_err(Failure::environment)?;
    fs::write(path, json).map_err(|reason| {
        Failure::environment(format!(
            "The report {} cannot be written: {reason}.",
            path.display()
        ))
    })
}

/// The output under another name until it is whole. Dropped before, it takes away what it wrote.
struct Written {
    target: PathBuf,
    partial: PathBuf,
}

impl Written {
    fn new(target: &Path) -> Self {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        Self {
            target: target.to_owned(),
            partial: target.with_file_name(name),
        }
    }

    /// Writes a file of that name into the output, or the output itself.
    fn write(&mut self, name: Option<&str>, bytes: &[u8]) -> Result<(), Failure> {
        let path = match name {
            Some(name) => self.partial.join(name),
            None => self.partial.clone(),
        };
        let made = match name {
            Some(_) => fs::create_dir_all(&self.partial),
            None => Ok(()),
        };
        made.and_then(|()| fs::write(&path, bytes))
            .map_err(|reason| self.failure(&reason))
    }

    fn finish(self) -> Result<(), Failure> {
        fs::rename(&self.partial, &self.target).map_err(|reason| self.failure(&reason))
    }

    fn failure(&self, reason: &std::io::Error) -> Failure {
        Failure::environment(format!(
            "{} cannot be written: {reason}; check that the folder exists and has room.",
            self.target.display()
        ))
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        // What is left of a failed run is of no use to anybody.
        let _ = fs::remove_dir_all(&self.partial);
        let _ = fs::remove_file(&self.partial);
    }
}
