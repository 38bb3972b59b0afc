//! The egui interface and the runner that turns effects into work.
//!
//! The interface draws from the editor's `State` and sends `Command`s; nothing here changes `State` itself. Windows,
//! file dialogs and the clipboard are behind [`Shell`], store, sync and inference behind [`Workers`].

mod app;
mod author;
mod calendar;
mod clock;
mod dialogs;
mod keys;
mod labeler;
mod panels;
mod runner;
mod shell;
mod theme;
pub mod transfer;
mod view;
mod waits;
mod widgets;
mod workers;

pub use app::FoveaApp;
pub use labeler::labeler;
pub use runner::{Runner, RunnerConfig, RunnerError};
pub use shell::{ChosenPaths, FileDialog, Shell};
pub use transfer::new_case;
pub use workers::Workers;
