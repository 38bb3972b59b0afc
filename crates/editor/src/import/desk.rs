//! The import dialog's files with the choices made for them.

use fovea_geometry::SpacingUm;
use fovea_imaging::Laterality;
use std::path::{Path, PathBuf};

use crate::{Consent, FileOrder, Finding, ImportOrder, ScanFinding};

/// Names a file on the desk; never used twice while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A wish about the files on the desk.
#[derive(Clone, Debug, PartialEq)]
pub enum DeskCommand {
    /// Show this file.
    Choose(FileId),
    /// Show the file so many places on (or back).
    Step(i32),
    /// Take a file off the desk.
    Remove(FileId),
    /// Which eye a file shows.
    SetEye(FileId, Laterality),
    /// The same for every scan on the desk.
    SetEyeOfAll(Laterality),
    /// Physical spacing of a file; `None` when it is not known.
    SetSpacing(FileId, Option<SpacingUm>),
    /// The person has looked at a file that is held back, and saw no personal text.
    SetLooked(FileId, bool),
    /// Why a file that is held back may come in.
    SetReason(FileId, String),
    /// On what ground the scans may be used.
    SetConsent(Consent),
    /// What the site calls the device.
    SetDevice(String),
    /// Import what is ready.
    Start,
}

/// What is known of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum FileState {
    /// It is being read.
    Reading,
    /// It can come in, once everything has been said about it.
    Found(Finding),
    /// It cannot come in.
    Refused(String),
}

/// One file or folder on the desk.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskFile {
    /// Its name on the desk.
    pub id: FileId,
    /// Where it is.
    pub path: PathBuf,
    /// What is known of it.
    pub state: FileState,
    /// Which eye; `None` until a person has said it where the source does not.
    pub eye: Option<Laterality>,
    /// Physical spacing, from the source or from a person.
    pub spacing_um: Option<SpacingUm>,
    /// A person has looked at it and saw no personal text.
    pub looked: bool,
    /// Why it may come in although it was held back.
    pub reason: String,
}

impl DeskFile {
    fn new(id: FileId, path: PathBuf) -> Self {
        Self {
            id,
            path,
            state: FileState::Reading,
            eye: None,
            spacing_um: None,
            looked: false,
            reason: String::new(),
        }
    }

    /// The last part of its path, as the person chose it.
    pub fn name(&self) -> String {
        name_of(&self.path)
    }

    /// The scan in it, if it is one.
    pub fn scan(&self) -> Option<&ScanFinding> {
        match &self.state {
            FileState::Found(Finding::Scan(scan)) => Some(scan),
            _ => None,
        }
    }

    /// True when the intake holds it back and no person has released it.
    pub fn is_held_back(&self) -> bool {
        let is_released = self.looked && !self.reason.trim().is_empty();
        self.scan()
            .is_some_and(|scan| !scan.held_back.is_empty() && !is_released)
    }

    /// True when a person must still say which eye it is.
    pub fn lacks_eye(&self) -> bool {
        self.scan().is_some() && self.eye.is_none()
    }

    /// True when it would come in now.
    pub fn is_ready(&self) -> bool {
        let is_project = matches!(self.state, FileState::Found(Finding::Project(_)));
        is_project || (self.scan().is_some() && !self.lacks_eye() && !self.is_held_back())
    }

    fn take(&mut self, found: Result<Finding, String>) {
        self.state = match found {
            Ok(Finding::Labels(labels)) => FileState::Refused(format!(
                "These are labels ({}), not a scan; open the case they belong to and choose File, Import labels.",
                labels.format
            )),
            Ok(finding) => FileState::Found(finding),
            Err(sentence) => FileState::Refused(sentence),
        };
        if let FileState::Found(Finding::Scan(scan)) = &self.state {
            // What the source does not say, or says in a format that nobody published, is for a person to say.
            let eye = (!scan.must_confirm_eye()).then_some(scan.laterality);
            (self.eye, self.spacing_um) = (eye, scan.spacing_um);
        }
    }

    fn order(&self) -> FileOrder {
        let released = !self.reason.trim().is_empty() && self.looked;
        FileOrder {
            path: self.path.clone(),
            seen: self.scan().map(|scan| scan.seen),
            laterality: self.eye,
            spacing_um: self.spacing_um,
            released_because: released.then(|| self.reason.trim().to_owned()),
        }
    }
}

/// Longest id of a device.
const DEVICE_ID_MAX: usize = 64;

/// The files of one import before it starts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportDesk {
    /// The files, in the order in which they were chosen.
    pub files: Vec<DeskFile>,
    /// The file that is shown in full.
    pub chosen: Option<FileId>,
    /// On what ground the scans may be used. Asked anew for each import.
    pub consent: Option<Consent>,
    /// What the site calls the device.
    pub device_id: String,
    /// The policy wants the device's id.
    pub needs_device: bool,
}

impl ImportDesk {
    /// Puts files on the desk that are not on it yet; `next` gives their names. Returns what is to be read.
    pub(crate) fn add(&mut self, paths: Vec<PathBuf>, next: &mut u32) -> Vec<(FileId, PathBuf)> {
        let mut to_read = Vec::new();
        for path in paths {
            if self.files.iter().any(|file| file.path == path) {
                continue;
            }
            let id = FileId(*next);
            *next += 1;
            self.files.push(DeskFile::new(id, path.clone()));
            to_read.push((id, path));
        }
        self.chosen = self.chosen.or(self.files.first().map(|file| file.id));
        to_read
    }

    pub(crate) fn found(&mut self, id: FileId, found: Result<Finding, String>) {
        if let Some(file) = self.file_mut(id) {
            file.take(found);
        }
    }

    /// What was not read when the reading was stopped leaves the desk.
    pub(crate) fn drop_unread(&mut self) {
        self.files.retain(|file| file.state != FileState::Reading);
        self.choose_another();
    }

    /// The file that is shown in full.
    pub fn shown(&self) -> Option<&DeskFile> {
        self.files.iter().find(|file| Some(file.id) == self.chosen)
    }

    /// Files that are still being read.
    pub fn reading_count(&self) -> usize {
        self.count(|file| file.state == FileState::Reading)
    }

    /// Files that would come in now, were consent given.
    pub fn ready_count(&self) -> usize {
        self.count(DeskFile::is_ready)
    }

    /// Files that a person should look at: an eye to confirm, or a scan that is held back.
    pub fn unsettled_count(&self) -> usize {
        self.count(|file| file.lacks_eye() || file.is_held_back())
    }

    /// Why the import cannot start now, in one sentence; `None` when it can.
    pub fn obstacle(&self) -> Option<String> {
        let without_eye = self.count(DeskFile::lacks_eye);
        if self.reading_count() > 0 {
            return Some("The files are still being read.".to_owned());
        }
        if without_eye > 0 {
            return Some(match without_eye {
                1 => "Say which eye 1 file shows, or that you do not know.".to_owned(),
                count => format!("Say which eye {count} files show, or that you do not know."),
            });
        }
        if self.ready_count() == 0 {
            return Some("There is nothing here that can be imported.".to_owned());
        }
        let needs_consent = self
            .files
            .iter()
            .any(|file| file.is_ready() && file.scan().is_some());
        (needs_consent && self.consent.is_none())
            .then(|| "Say on what ground the scans may be used.".to_owned())
            .or_else(|| self.device_obstacle().map(str::to_owned))
    }

    /// What is wrong with the device's id, which is no free text: it goes into reports.
    fn device_obstacle(&self) -> Option<&'static str> {
        let id = self.device_id.trim();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        if id.is_empty() {
            return self
                .needs_device
                .then_some("Give the device's ID, such as oct-2.");
        }
        let is_fine = id.len() <= DEVICE_ID_MAX && id.chars().all(is_plain);
        (!is_fine)
            .then_some("A device ID has up to 64 letters, digits, dots, dashes or underscores.")
    }

    /// The order, if the import can start.
    pub(crate) fn order(&self) -> Option<ImportOrder> {
        if self.obstacle().is_some() {
            return None;
        }
        let ready = self.files.iter().filter(|file| file.is_ready());
        Some(ImportOrder {
            files: ready.map(DeskFile::order).collect(),
            consent: self.consent,
            device_id: self.device_id.trim().to_owned(),
        })
    }

    /// What stays out, and why: refused files, and those that are held back.
    pub(crate) fn left_out(&self) -> Vec<crate::Refusal> {
        let refusal = |file: &DeskFile| {
            let sentence = match &file.state {
                FileState::Refused(sentence) => sentence.clone(),
                _ if file.is_held_back() => {
                    "It was held back and nobody released it; import it again and look at it."
                        .to_owned()
                }
                _ => return None,
            };
            Some(crate::Refusal {
                name: file.name(),
                sentence,
            })
        };
        self.files.iter().filter_map(refusal).collect()
    }

    /// Carries out everything but the start.
    pub(crate) fn apply(&mut self, command: DeskCommand) {
        use DeskCommand as C;
        match command {
            C::Choose(id) => self.chosen = Some(id),
            C::Step(steps) => self.step(steps),
            C::Remove(id) => {
                self.files.retain(|file| file.id != id);
                self.choose_another();
            }
            C::SetEye(id, eye) => self.change(id, |file| file.eye = Some(eye)),
            C::SetEyeOfAll(eye) => {
                let scans = self.files.iter_mut().filter(|file| file.scan().is_some());
                scans.for_each(|file| file.eye = Some(eye));
            }
            C::SetSpacing(id, um) => self.change(id, |file| file.spacing_um = um),
            C::SetLooked(id, looked) => self.change(id, |file| file.looked = looked),
            C::SetReason(id, reason) => self.change(id, |file| file.reason = reason),
            C::SetConsent(consent) => self.consent = Some(consent),
            C::SetDevice(device_id) => self.device_id = device_id,
            C::Start => {}
        }
    }

    fn change(&mut self, id: FileId, change: impl FnOnce(&mut DeskFile)) {
        if let Some(file) = self.file_mut(id) {
            change(file);
        }
    }

    fn step(&mut self, steps: i32) {
        let at = self
            .files
            .iter()
            .position(|file| Some(file.id) == self.chosen)
            .unwrap_or_default();
        let last = self.files.len().saturating_sub(1) as i64;
        let wanted = (at as i64 + i64::from(steps)).clamp(0, last) as usize;
        self.chosen = self.files.get(wanted).map(|file| file.id);
    }

    fn choose_another(&mut self) {
        if self.shown().is_none() {
            self.chosen = self.files.first().map(|file| file.id);
        }
    }

    fn file_mut(&mut self, id: FileId) -> Option<&mut DeskFile> {
        self.files.iter_mut().find(|file| file.id == id)
    }

    fn count(&self, wanted: impl Fn(&DeskFile) -> bool) -> usize {
        self.files.iter().filter(|file| wanted(file)).count()
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
