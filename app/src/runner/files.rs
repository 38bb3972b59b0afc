//! The files thread: what goes in and out, beside the work of the store.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender};

use fovea_annotation::CaseId;
use fovea_editor::{Event, ExportOrder, FileId, ImportOrder, ImportedCase, Refusal, SendOrder};
use fovea_imaging::GridCentre;
use fovea_intake::Policy;
use fovea_local_store::Store;

use super::lines::Lines;
use super::reporter::Reporter;
use super::stop::Ticket;
use super::work::{FileWork, StoreWork};
use crate::labeler::labeler;
use crate::transfer::{self, Choice, Door, LabelsIn, Understood, sentence};

/// What the site calls the device, from the last import.
const DEVICE_ID: &str = "intake.device-id";

/// What the thread owns.
pub(super) struct FileWorker {
    pub(super) store: Store,
    pub(super) reporter: Reporter,
    pub(super) lines: Lines,
    pub(super) computer_user: String,
    pub(super) to_store: SyncSender<StoreWork>,
}

impl FileWorker {
    /// Works until the runner ends.
    pub(super) fn run(mut self, inbox: &Receiver<FileWork>) {
        while let Ok(work) = inbox.recv() {
            match work {
                FileWork::LoadSettings => self.load_settings(),
                FileWork::Inspect {
                    files,
                    open,
                    ticket,
                } => self.inspect(files, open, &ticket),
                FileWork::InspectCase { file, case } => self.inspect_case(file, case),
                FileWork::Send(order) => self.send(&order),
                FileWork::Import(order, ticket) => self.import(&order, &ticket),
                FileWork::InspectLabels { case, path } => self.inspect_labels(case, path),
                FileWork::ImportLabels { case, path, pairs } => {
                    let read = self.read_labels(case, &path, &pairs);
                    self.pass_on(case, read);
                }
                FileWork::UseDeviceLines(case) => {
                    self.pass_on(case, transfer::labels_of_device(&self.store, case));
                }
                FileWork::Export(order, ticket) => self.export(&order, &ticket),
            }
        }
    }

    /// Nothing is remembered when it cannot be read: the field stays empty, and the person types it again.
    fn load_settings(&self) {
        let device_id = self.store.setting(DEVICE_ID).ok().flatten();
        self.reporter.send(Event::ImportSettings {
            device_id: device_id.unwrap_or_default(),
            needs_device: Policy::default().requires_device(),
            known_devices: self.store.known_devices().unwrap_or_default(),
        });
    }

    fn door(&mut self) -> Result<Door, String> {
        let labeler = labeler(&self.store, &self.computer_user).map_err(sentence)?;
        Door::open(&mut self.store, Policy::default(), &labeler)
    }

    fn inspect(&mut self, files: Vec<(FileId, PathBuf)>, open: Option<CaseId>, ticket: &Ticket) {
        let door = self.door();
        for (file, path) in files {
            if ticket.is_stopped() {
                return;
            }
            let found = match &door {
                Ok(door) => transfer::find(door, &self.store, open, &path),
                Err(sentence) => Err(sentence.clone()),
            };
            self.reporter.send(Event::Inspected { file, found });
        }
    }

    fn inspect_case(&mut self, file: FileId, case: CaseId) {
        let found = self
            .door()
            .and_then(|door| transfer::find_case(&door, &self.store, case));
        self.reporter.send(Event::Inspected { file, found });
    }

    /// Puts one scan after the other in line for the server; what cannot be is said with its name.
    fn send(&mut self, order: &SendOrder) {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut refused = Vec::new();
        let door = self.door();
        for (done, item) in order.items.iter().enumerate() {
            self.reporter.send(Event::SendPrepared {
                done: count(done),
                total: count(order.items.len()),
            });
            let name = item.source.name();
            let put = match &door {
                Ok(door) => door
                    .outgoing(&self.store, item, order)
                    .and_then(|scan| scan.put_in_line(&mut self.store, &name, order)),
                Err(sentence) => Err(sentence.clone()),
            };
            match put {
                Ok(()) => self.lines.look_at_uploads(),
                Err(sentence) => refused.push(Refusal { name, sentence }),
            }
        }
        // Only a convenience, as with an import.
        let _ = self.store.set_setting(DEVICE_ID, &order.device_id);
        self.reporter.send(Event::SendQueued { refused });
    }

    /// Imports one file after the other; each is a case or a refusal.
    fn import(&mut self, order: &ImportOrder, ticket: &Ticket) {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (mut cases, mut refused) = (Vec::new(), Vec::new());
        let door = self.door();
        for (done, file) in order.files.iter().enumerate() {
            if ticket.is_stopped() {
                break;
            }
            self.reporter.send(Event::ImportProgressed {
                done: count(done),
                total: count(order.files.len()),
            });
            let name = name_of(&file.path);
            let imported = match &door {
                Ok(door) => transfer::bring_in(&mut self.store, door, file, order, None)
                    .map_err(|not_in| not_in.to_string()),
                Err(sentence) => Err(sentence.clone()),
            };
            match imported {
                Ok(found) => cases.extend(found.into_iter().map(|case| ImportedCase {
                    name: name.clone(),
                    ..case
                })),
                Err(sentence) => refused.push(Refusal { name, sentence }),
            }
        }
        // Only a convenience: the import itself is done whether or not this is remembered.
        let _ = self.store.set_setting(DEVICE_ID, &order.device_id);
        if !cases.is_empty() {
            // Without a server the outbox waits.
            self.lines.wake_sync();
        }
        self.reporter.send(Event::ImportFinished { cases, refused });
    }

    fn inspect_labels(&self, case: CaseId, path: PathBuf) {
        self.reporter
            .send(match transfer::inspect_labels(&self.store, case, &path) {
                Ok(found) => Event::LabelsInspected {
                    case,
                    found: Box::new(found),
                },
                Err(sentence) => Event::Failed { sentence },
            });
    }

    fn read_labels(
        &self,
        case: CaseId,
        path: &Path,
        pairs: &[(u8, u8)],
    ) -> Result<LabelsIn, String> {
        let context = transfer::context_of_case(&self.store, case)?;
        let read = Understood::read(&context, path, Choice::Pairs(pairs))?;
        LabelsIn::of_file(&self.store, case, read)
    }

    /// Labels go onto tiles that a person may be drawing on, so the store thread takes them, in order with strokes.
    fn pass_on(&self, case: CaseId, read: Result<LabelsIn, String>) {
        let work = match read {
            Ok(labels) => StoreWork::Labels(case, labels),
            Err(sentence) => StoreWork::Report(Event::Failed { sentence }),
        };
        // The store thread is gone only when the program ends.
        drop(self.to_store.send(work));
    }

    fn export(&self, order: &ExportOrder, ticket: &Ticket) {
        let mut going = |done, total| {
            self.reporter.send(Event::ExportProgressed { done, total });
            match ticket.is_stopped() {
                true => Err("The export was stopped, and nothing of it is left.".to_owned()),
                false => Ok(()),
            }
        };
        let done = transfer::export_case(
            &self.store,
            order.case,
            order.format,
            GridCentre::ScanMiddle,
            &order.folder,
            &mut going,
        );
        self.reporter.send(match done {
            Ok(exported) => Event::Exported {
                sentence: [vec![exported.sentence], exported.warnings]
                    .concat()
                    .join(" "),
            },
            Err(error) => Event::ExportFailed {
                sentence: sentence(error),
            },
        });
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
