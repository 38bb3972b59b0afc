//! `fovea import`.

use std::path::Path;

use fovea_app::labeler;
use fovea_app::transfer::{
    Door, Expected, LabelsIn, NotIn, Understood, bring_in, counted, labels_of_device, store_labels,
};
use fovea_editor::{Consent, FileOrder, ImportOrder, ImportedCase};
use fovea_imaging::{Budget, Laterality, Volume, read_path};
use fovea_intake::Policy;
use fovea_local_store::Store;

use super::arguments::{Eye, Ground, ImportArguments};
use super::cases;
use super::exit::Failure;
use super::progress::Progress;
use crate::computer_user::computer_user;

/// What the site calls the device, from the last import; the window keeps it under the same name.
const DEVICE_ID: &str = "intake.device-id";

pub(super) fn run(arguments: &ImportArguments) -> Result<(), Failure> {
    let is_one = arguments.scans.len() == 1;
    if !is_one && (arguments.title.is_some() || arguments.labels.is_some()) {
        return Err(Failure::usage(
            "A title or a file of labels fits one scan; import the scans one by one, or leave it out.",
        ));
    }
    let policy = policy(arguments.policy.as_deref())?;
    let mut order = order(arguments);
    if order.device_id.is_empty() && order.consent.is_some() {
        // Only to look up what was typed last; a store that is not there yet has nothing to say.
        order.device_id = remembered_device(arguments)?;
    }
    // Everything is looked at before anything is stored: one bad file and nothing changes.
    let mut progress = Progress::new("Reading scans", arguments.scans.len());
    let looking = Door::for_looking(policy.clone(), &computer_user());
    let mut labels = None;
    for file in &order.files {
        let expected = looking
            .check(file, &order)
            .map_err(|not_in| failure(&file.path, not_in))?;
        labels = check_labels(&expected, &file.path, arguments)?;
        progress.step();
    }
    drop(progress);
    let mut store = cases::open(&arguments.store)?;
    let author = labeler(&store, &computer_user()).map_err(Failure::environment)?;
    let door = Door::open(&mut store, policy, &author).map_err(Failure::environment)?;
    for file in &order.files {
        let title = arguments.title.as_deref();
        let imported = bring_in(&mut store, &door, file, &order, title)
            .map_err(|not_in| failure(&file.path, not_in))?;
        for case in &imported {
            tell(&store, case)?;
            label(&mut store, case, arguments, labels.take(), &author)?;
        }
    }
    store
        .set_setting(DEVICE_ID, &order.device_id)
        .map_err(Failure::environment)
}

/// Labels that do not fit are refused with the scan, so that it does not lie there without them.
fn check_labels(
    expected: &Expected,
    scan: &Path,
    arguments: &ImportArguments,
) -> Result<Option<Understood>, Failure> {
    if arguments.device_lines {
        expected.has_device_layers().map_err(Failure::input)?;
    }
    let Some(path) = &arguments.labels else {
        return Ok(None);
    };
    let read = expected.labels(scan, path);
    read.map(Some)
        .map_err(|sentence| Failure::input(format!("{}: {sentence}", name_of(path))))
}

fn order(arguments: &ImportArguments) -> ImportOrder {
    let file = |path: &std::path::PathBuf| FileOrder {
        path: path.clone(),
        seen: None,
        laterality: arguments.laterality.map(|eye| match eye {
            Eye::Right => Laterality::Right,
            Eye::Left => Laterality::Left,
            Eye::Unknown => Laterality::Unknown,
        }),
        spacing_um: arguments.spacing_um,
        released_because: arguments.release.clone(),
    };
    ImportOrder {
        files: arguments.scans.iter().map(file).collect(),
        consent: arguments.consent.map(|ground| match ground {
            Ground::Written => Consent::Written,
            Ground::Broad => Consent::Broad,
            Ground::Waiver => Consent::Waiver,
            Ground::Public => Consent::Public,
            Ground::NoPerson => Consent::NoPerson,
        }),
        device_id: arguments.device.clone().unwrap_or_default(),
    }
}

fn remembered_device(arguments: &ImportArguments) -> Result<String, Failure> {
    let folder = crate::data_dir::locate(arguments.store.data_dir.clone())
        .map_err(|error| Failure::environment(format!("{error:#}")))?;
    if !folder.join(crate::data_dir::STORE_FILE).exists() {
        return Ok(String::new());
    }
    let store = cases::open(&arguments.store)?;
    let device = store.setting(DEVICE_ID).map_err(Failure::environment)?;
    Ok(device.unwrap_or_default())
}

/// The rules of the intake: those of a file, or those that come with the program.
pub(super) fn policy(path: Option<&Path>) -> Result<Policy, Failure> {
    let Some(path) = path else {
        return Ok(Policy::default());
    };
    let text = std::fs::read_to_string(path).map_err(|reason| {
        Failure::input(format!(
            "The policy {} cannot be read: {reason}.",
            path.display()
        ))
    })?;
    Policy::parse(&text).map_err(Failure::input)
}

fn failure(path: &Path, not_in: NotIn) -> Failure {
    match not_in {
        NotIn::Refused(refusal) => Failure::refused(&name_of(path), &refusal),
        NotIn::Failed(sentence) => Failure::input(format!("{}: {sentence}", name_of(path))),
    }
}

/// One line on standard output for programs; what a person should know goes to standard error.
fn tell(store: &Store, imported: &ImportedCase) -> Result<(), Failure> {
    let case = store.case(imported.case).map_err(Failure::environment)?;
    let spacing = case.spacing_um.map_or_else(
        || "spacing unknown".to_owned(),
        |spacing| format!("{:.2} × {:.2} µm per pixel", spacing.x, spacing.y),
    );
    println!(
        "{}  {} of {} × {} px, {spacing}, eye {}",
        case.case_id,
        counted(case.tile_count as usize, "B-scan"),
        case.tile_size.width,
        case.tile_size.height,
        case.laterality
    );
    for removal in &imported.removals {
        eprintln!("Left behind: {} {}.", removal.count, removal.kind);
    }
    if imported.was_known {
        eprintln!("It was here already; nothing was doubled.");
    }
    imported
        .warnings
        .iter()
        .for_each(|warning| eprintln!("{warning}"));
    Ok(())
}

fn label(
    store: &mut Store,
    imported: &ImportedCase,
    arguments: &ImportArguments,
    labels: Option<Understood>,
    author: &str,
) -> Result<(), Failure> {
    let case = imported.case;
    let mut read = Vec::new();
    if arguments.device_lines {
        read.push(labels_of_device(store, case).map_err(Failure::input)?);
    }
    if let Some(labels) = labels {
        read.push(LabelsIn::of_file(store, case, labels).map_err(Failure::input)?);
    }
    for labels in &read {
        labels
            .warnings
            .iter()
            .for_each(|warning| eprintln!("{warning}"));
        let sentence = store_labels(store, labels, author).map_err(Failure::input)?;
        eprintln!("{sentence}");
    }
    Ok(())
}

/// One scan for the model, of which nothing is kept; the sentence names the file that the user gave.
pub(super) fn read(scan: &Path) -> Result<Volume, Failure> {
    read_path(scan, &Budget::default()).map_err(|error| {
        let (name, sentence) = (name_of(scan), error.to_string());
        Failure::input(if sentence.contains(&name) {
            sentence
        } else {
            format!("{name}: {sentence}")
        })
    })
}

/// The last part of the path that the user gave.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
