//! The files of an import, or of what is to be sent, with the choices made for them.

use fovea_annotation::CaseId;
use fovea_geometry::SpacingUm;
use fovea_imaging::Laterality;
use std::path::{Path, PathBuf};

use crate::{Consent, FileOrder, Finding, ImportOrder, ScanFinding, SendItem, SendOrder};

/// Names a file on the desk; never used twice while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// What is to happen to the scans on the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// They become cases of this machine.
    #[default]
    Import,
    /// They go to the server, without the patient.
    Send,
}

/// Where a scan on the desk comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file or folder.
    Path(PathBuf),
    /// A case of this machine, on its way to the server.
    Case {
        /// The case.
        case: CaseId,
        /// What the person calls it.
        title: String,
    },
}

impl Source {
    /// What the person knows it by: the last part of the path, or the title.
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => name_of(path),
            Self::Case { title, .. } => title.clone(),
        }
    }
}

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
    /// Import or send what is ready.
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

/// One file, folder or case on the desk.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskFile {
    /// Its name on the desk.
    pub id: FileId,
    /// Where it is.
    pub source: Source,
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
    fn new(id: FileId, source: Source) -> Self {
        Self {
            id,
            source,
            state: FileState::Reading,
            eye: None,
            spacing_um: None,
            looked: false,
            reason: String::new(),
        }
    }

    /// What the person knows it by.
    pub fn name(&self) -> String {
        self.source.name()
    }

    /// True for a case: what is to be said of it was said when it came in.
    pub fn is_case(&self) -> bool {
        matches!(self.source, Source::Case { .. })
    }

    /// The scan in it, if it is one.
    pub fn scan(&self) -> Option<&ScanFinding> {
        match &self.state {
            FileState::Found(Finding::Scan(scan)) => Some(scan),
            _ => None,
        }
    }

    /// True when the intake holds it back and no person has released it. What is to be sent cannot be released here: the
    /// server's firewall decides by itself.
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
            let eye = (self.is_case() || !scan.must_confirm_eye()).then_some(scan.laterality);
            (self.eye, self.spacing_um) = (eye, scan.spacing_um);
        }
    }

    /// As a file to import; a case is here already.
    fn order(&self) -> Option<FileOrder> {
        let Source::Path(path) = &self.source else {
            return None;
        };
        let released = !self.reason.trim().is_empty() && self.looked;
        Some(FileOrder {
            path: path.clone(),
            seen: self.scan().map(|scan| scan.seen),
            laterality: self.eye,
            spacing_um: self.spacing_um,
            released_because: released.then(|| self.reason.trim().to_owned()),
        })
    }

    fn send_item(&self) -> Option<SendItem> {
        Some(SendItem {
            source: self.source.clone(),
            seen: self.scan()?.seen,
            laterality: self.eye?,
            spacing_um: self.spacing_um,
        })
    }
}

/// Longest id of a device.
const DEVICE_ID_MAX: usize = 64;

/// The files of one import before it starts, or scans before they are sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportDesk {
    /// What is to happen to them.
    pub purpose: Purpose,
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
    /// Devices that scans were brought in or sent with before, the last one first.
    pub known_devices: Vec<String>,
}

impl ImportDesk {
    /// An empty desk.
    pub(crate) fn of(purpose: Purpose) -> Self {
        Self {
            purpose,
            ..Self::default()
        }
    }

    /// Puts files on the desk that are not on it yet; `next` gives their names. Returns what is to be read.
    pub(crate) fn add(&mut self, paths: Vec<PathBuf>, next: &mut u32) -> Vec<(FileId, PathBuf)> {
        let add = |path: PathBuf| Some((self.add_one(Source::Path(path.clone()), next)?, path));
        paths.into_iter().filter_map(add).collect()
    }

    /// The same for one source of any kind; `None` when it is on the desk already.
    pub(crate) fn add_one(&mut self, source: Source, next: &mut u32) -> Option<FileId> {
        if self.files.iter().any(|file| file.source == source) {
            return None;
        }
        let id = FileId(*next);
        *next += 1;
        self.files.push(DeskFile::new(id, source));
        self.chosen = self.chosen.or(Some(id));
        Some(id)
    }

    pub(crate) fn found(&mut self, id: FileId, found: Result<Finding, String>) {
        let found = match (self.purpose, found) {
            (Purpose::Send, Ok(Finding::Project(_))) => Err(
                "This is a project and not a scan; import it, and send its cases one by one."
                    .to_owned(),
            ),
            (_, found) => found,
        };
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
            return Some(match self.purpose {
                Purpose::Import => "There is nothing here that can be imported.".to_owned(),
                Purpose::Send => "There is nothing here that can be sent.".to_owned(),
            });
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
            files: ready.filter_map(DeskFile::order).collect(),
            consent: self.consent,
            device_id: self.device_id.trim().to_owned(),
        })
    }

    /// What is to be sent, if that can start.
    pub(crate) fn send_order(&self) -> Option<SendOrder> {
        if self.obstacle().is_some() {
            return None;
        }
        let ready = self.files.iter().filter(|file| file.is_ready());
        Some(SendOrder {
            items: ready.filter_map(DeskFile::send_item).collect(),
            consent: self.consent?,
            device_id: self.device_id.trim().to_owned(),
        })
    }

    /// What stays out, and why: refused files, and those that are held back.
    pub(crate) fn left_out(&self) -> Vec<crate::Refusal> {
        let refusal = |file: &DeskFile| {
            let sentence = match &file.state {
                FileState::Refused(sentence) => sentence.clone(),
                _ if file.is_held_back() => match self.purpose {
                    Purpose::Import => {
                        "It was held back and nobody released it; import it again and look at it."
                    }
                    Purpose::Send => {
                        "It was held back: it may show personal text, and the server would hold it back too."
                    }
                }
                .to_owned(),
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
