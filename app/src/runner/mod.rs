//! The runner: effects become work on named threads, results become events on one bounded channel.
//!
//! | thread | owns |
//! |---|---|
//! | `store` | the local store and the order of everything that changes it; journal, versions, tiles, queue |
//! | `files` | its own connection to the store; imports and exports |
//! | `inference` | the model (`fovea_inference::Segmenter`) |
//! | `sync` | its own connection to the store, and the network (`fovea_sync::SyncEngine`) |
//! | `calls` | what a person asks the server for while they look (`fovea_sync::Calls`) |
//! | `upload` | the same for whole scans on their way to the server (`fovea_sync::UploadEngine`) |
//!
//! Sync and inference report to the store thread, which turns what they say into events: so a report never overtakes
//! the state that it speaks of.

mod account_link;
mod audit_heads;
mod calls_link;
mod config;
mod device_slot;
mod files;
mod journal;
mod labels;
mod lines;
mod opening;
mod queue;
mod reporter;
mod segmenting;
mod stop;
mod store_thread;
mod sync_link;
mod upload_link;
mod work;

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use fovea_annotation::TileId;
use fovea_editor::{Effect, Event};
use fovea_inference::DevicePictures;

use crate::workers::Workers;
use account_link::Connection;
use device_slot::DeviceSlot;
use files::FileWorker;
use lines::{Engines, Lines, Parts};
use reporter::Reporter;
use stop::Stop;
use store_thread::StoreWorker;
use work::{FileWork, StoreWork};

pub use config::{RunnerConfig, RunnerError};

/// Events that may wait for the window. Workers wait when it is full.
const EVENTS_MAX: usize = 1_024;
/// Work that may wait for the store. A person draws a few strokes a second, so this is minutes of them.
const STORE_QUEUE_MAX: usize = 1_024;
/// Imports and exports that may wait.
const FILES_QUEUE_MAX: usize = 64;

/// Store, sync, inference and files behind the window.
pub struct Runner {
    store: SyncSender<StoreWork>,
    files: Option<SyncSender<FileWork>>,
    events: Option<Receiver<Event>>,
    connection: Connection,
    lines: Lines,
    stop_import: Stop,
    stop_export: Stop,
    on_device: DeviceSlot,
    store_thread: Option<JoinHandle<()>>,
    files_thread: Option<JoinHandle<()>>,
}

impl Runner {
    /// Starts the threads. Nothing is read or sent before it is asked for, except what waits for the server.
    pub fn start(config: RunnerConfig) -> Result<Self, RunnerError> {
        let (events_in, events) = sync_channel(EVENTS_MAX);
        let (store_in, store_out) = sync_channel(STORE_QUEUE_MAX);
        let (files_in, files_out) = sync_channel(FILES_QUEUE_MAX);
        let reporter = Reporter::new(events_in, config.request_repaint);

        let files_store = config.store.sibling()?;
        let remembered = config.store.setting(account_link::SERVER)?;
        let server = config.server.or(remembered).filter(|url| !url.is_empty());
        let parts = Parts {
            store: config.store.sibling()?,
            credentials: config.credentials,
            work: store_in.clone(),
            reporter: reporter.clone(),
        };
        // Who is signed in there is said once it answers; after a sign-in it is known already.
        reporter.send(Event::AccountKnown {
            server: server.clone().unwrap_or_default(),
            who: None,
        });
        let lines = Lines::default();
        let engines = Engines::start(server.as_deref(), &parts, &lines)?;
        let connection = Connection {
            parts: Arc::new(Mutex::new(parts)),
            engines: Arc::new(Mutex::new(Some(engines))),
            lines: lines.clone(),
        };
        let segmenter = segmenting::start(config.gpu.clone(), config.model, store_in.clone())?;

        let file_worker = FileWorker {
            store: files_store,
            reporter: reporter.clone(),
            lines: lines.clone(),
            computer_user: config.computer_user.clone(),
            to_store: store_in.clone(),
        };
        let worker = StoreWorker::new(
            config.store,
            reporter,
            lines.clone(),
            segmenter,
            config.computer_user,
            config.gpu.as_ref(),
        );
        let on_device = worker.on_device.clone();
        let store_thread = spawn("store", move || worker.run(&store_out))?;
        let files_thread = spawn("files", move || file_worker.run(&files_out))?;
        Ok(Self {
            store: store_in,
            files: Some(files_in),
            events: Some(events),
            connection,
            lines,
            stop_import: Stop::default(),
            stop_export: Stop::default(),
            on_device,
            store_thread: Some(store_thread),
            files_thread: Some(files_thread),
        })
    }

    /// The next report; waits for it up to `timeout`. For hosts without a window.
    pub fn wait_event(&mut self, timeout: std::time::Duration) -> Option<Event> {
        self.events.as_ref()?.recv_timeout(timeout).ok()
    }

    /// Hands work to the store. A full queue means that the disk has stood still for minutes of strokes: waiting is
    /// then the only way to lose none.
    fn to_store(&self, work: StoreWork) {
        // The thread ends only with the runner.
        let _ = self.store.send(work);
    }

    /// Asks the server; where there is none, that is the answer.
    fn to_server(&self, effect: &Effect) {
        let Some(ask) = calls_link::ask(effect) else {
            return;
        };
        let answer = match self.lines.ask(ask) {
            Some(true) => None,
            Some(false) => Some(Event::ServerRefused {
                sentence: calls_link::TOO_MUCH.to_owned(),
            }),
            None => calls_link::without_server(effect),
        };
        if let Some(answer) = answer {
            self.to_store(StoreWork::Report(answer));
        }
    }

    fn to_files(&self, work: FileWork) {
        let Some(files) = &self.files else { return };
        if files.try_send(work).is_err() {
            let sentence =
                "Too many imports and exports are waiting; try again when some are done."
                    .to_owned();
            self.to_store(StoreWork::Report(Event::Failed { sentence }));
        }
    }
}

impl Workers for Runner {
    fn run(&mut self, effect: Effect) {
        match effect {
            Effect::LoadImportSettings => self.to_files(FileWork::LoadSettings),
            Effect::Inspect { files, open } => {
                let ticket = self.stop_import.ticket();
                self.to_files(FileWork::Inspect {
                    files,
                    open,
                    ticket,
                });
            }
            Effect::Import(order) => {
                self.to_files(FileWork::Import(order, self.stop_import.ticket()));
            }
            Effect::CancelImport => self.stop_import.stop(),
            Effect::InspectCase { file, case } => {
                self.to_files(FileWork::InspectCase { file, case });
            }
            Effect::Send(order) => self.to_files(FileWork::Send(order)),
            Effect::PauseUpload(_)
            | Effect::ResumeUpload(_)
            | Effect::RemoveUpload(_)
            | Effect::RetryUploads => {
                if let Some(uploads) = self.lines.uploads() {
                    upload_link::carry_out(&uploads, &effect);
                }
            }
            Effect::InspectLabels { case, path } => {
                self.to_files(FileWork::InspectLabels { case, path });
            }
            Effect::ImportLabels { case, path, pairs } => {
                self.to_files(FileWork::ImportLabels { case, path, pairs });
            }
            Effect::UseDeviceLines(case) => self.to_files(FileWork::UseDeviceLines(case)),
            Effect::Export(order) => {
                self.to_files(FileWork::Export(order, self.stop_export.ticket()));
            }
            Effect::CancelExport => self.stop_export.stop(),
            Effect::ShowRuns { .. }
            | Effect::HideRuns
            | Effect::LoadOlderRuns { .. }
            | Effect::LoadRun(_)
            | Effect::LoadRunLog(_)
            | Effect::StartRun(_)
            | Effect::CancelRun(_)
            | Effect::RetryRun(_)
            | Effect::SaveArtifact(..)
            | Effect::LoadUsers { .. }
            | Effect::CreateUser(_)
            | Effect::ChangeUser(..)
            | Effect::LoadTokens(_)
            | Effect::MakeToken(..)
            | Effect::EndToken(..)
            | Effect::ReviewLabel(..)
            | Effect::ApproveLabel(..)
            | Effect::LoadDisagreements { .. }
            | Effect::LoadReadings { .. }
            | Effect::MergeReadings(_)
            | Effect::Adjudicate(_)
            | Effect::LoadAudit(_)
            | Effect::StopAuditCheck => self.to_server(&effect),
            Effect::SignIn { .. }
            | Effect::SignOut
            | Effect::ChangePassword { .. }
            | Effect::Connect(_) => self.connection.carry_out(effect),
            Effect::SyncNow => {
                // Without a server there is nothing to sync.
                self.lines.wake_sync();
            }
            // The window's own.
            Effect::MaskChanged(_)
            | Effect::TileReplaced
            | Effect::PickFiles
            | Effect::PickFilesToSend
            | Effect::PickPlaceFor(_)
            | Effect::PickPlaceForAudit
            | Effect::PickFolder
            | Effect::PickLabels
            | Effect::PickExportFolder
            | Effect::Quit => {}
            work => self.to_store(StoreWork::Effect(work)),
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.as_ref()?.try_recv().ok()
    }

    fn take_device_pictures(&mut self, tile: TileId) -> Option<DevicePictures> {
        self.on_device.take(tile)
    }
}

impl Drop for Runner {
    /// Everything that was handed over before is on disk when this returns.
    fn drop(&mut self) {
        // Workers that wait for the window must not wait for ever.
        self.events = None;
        self.connection.stop();
        self.stop_import.stop();
        self.stop_export.stop();
        self.files = None;
        join(self.files_thread.take());
        self.to_store(StoreWork::Stop);
        join(self.store_thread.take());
    }
}

fn join(thread: Option<JoinHandle<()>>) {
    if let Some(thread) = thread {
        // A panic was reported on its thread; there is nobody left to tell.
        let _ = thread.join();
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
}

#[cfg(test)]
mod tests;
