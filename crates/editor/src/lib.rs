//! The headless application: a [`Command`] or an [`Event`] changes [`State`] and asks for [`Effect`]s.
//!
//! ```text
//! input → Command → apply(&mut State, Command) → Vec<Effect> → workers → Event → handle(&mut State, Event)
//! ```
//!
//! Nothing else changes `State`: the interface draws from it and sends commands. There is no window, clock, thread,
//! file or network here, so every behaviour of the application can be tested as a function.

mod account;
mod apply;
mod audit;
mod case;
mod command;
mod command_table;
mod dialog;
mod effect;
mod event;
mod export;
mod handle;
mod import;
mod latency;
mod mapping;
mod notice;
mod progress;
mod queue;
mod report;
mod returned;
mod review;
mod runs;
mod sending;
mod state;
mod tile;
mod tools;
mod users;
mod view;

pub use account::{Account, AccountCommand, Secret, Who};
pub use apply::apply;
pub use audit::{Audit, AuditCheck, AuditCommand, AuditFilter, AuditTopic};
pub use case::{BscanSummary, CaseSummary, OpenCase};
pub use command::{CloseChoice, Command, SegmentScope};
pub use command_table::{COMMANDS, CommandSpec, Menu};
pub use dialog::{Dialog, ServerPage, SidebarTab};
pub use effect::{Adjudication, Effect, Verdict};
pub use event::{Event, LoadedTile, Refusal, SeenLabels, SegmentedTile};
pub use export::{ExportDesk, ExportFormat, ExportOrder};
pub use handle::handle;
pub use import::{
    Consent, DeskCommand, DeskFile, FileId, FileOrder, FileState, Finding, ImportDesk, ImportOrder,
    ImportedCase, ProjectFinding, Purpose, Removal, ScanFinding, SloPreview, Source,
};
pub use latency::{Latency, LatencyKind, LatencySummary};
pub use mapping::{FoundClass, LabelFinding, Mapping};
pub use notice::{Notice, NoticeKind, Notices};
pub use progress::{ImportProgress, SegmentProgress};
pub use queue::{Queue, QueueItem, QueueSource};
pub use report::{Connection, InferenceReport, SyncReport};
pub use returned::{Returned, ReturnedLabel};
pub use review::{Approval, Judgement, Readings, Review, ReviewCommand};
pub use runs::{RunPart, RunWish, Runs, RunsCommand};
pub use sending::{Passage, SendItem, SendOrder, Sending, Upload, UploadId};
pub use state::State;
pub use tile::OpenTile;
pub use tools::{BRUSH_RADIUS_PX_MAX, BRUSH_RADIUS_PX_MIN, Tool, Tools};
pub use users::{Users, UsersCommand};
pub use view::View;
