//! Files on their way in: what was found in each, and what a person has yet to say about it.

mod desk;
mod finding;
mod order;

pub use desk::{DeskCommand, DeskFile, FileId, FileState, ImportDesk, Purpose, Source};
pub use finding::{Finding, ProjectFinding, Removal, ScanFinding, SloPreview};
pub use order::{Consent, FileOrder, ImportOrder, ImportedCase};
