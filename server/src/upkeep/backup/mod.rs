//! Backups: a folder that holds one or more whole states of a home, and can be read without this program.
//!
//! ```text
//! key.age                     the identity that opens all the rest, sealed with the passphrase
//! objects/ab/<sha256>.age     objects, shared by all states; copied once
//! states/<time>-<id>/
//!   metadata.jsonl.age        every row of every table, of one moment
//!   keys.json.age             site key, keys of objects and audit log, audit heads, settings
//!   objects.jsonl.age         which objects belong to it, with the hashes of their files
//!   manifest.json             what must be there, with hashes; written last
//! ```
//!
//! `age -d -o key.txt key.age` and `age -d -i key.txt states/…/metadata.jsonl.age` read it. A state without a manifest was
//! broken off and does not count; what it has copied is kept. The manifest carries a seal that only the holder of the
//! passphrase can make, because files that are sealed for a public name could be made by anybody.

mod check;
mod folder;
mod kept;
mod key;
mod manifest;
mod object_files;
mod row_file;
mod write;

pub use check::{BackupToCheck, check_backup};
pub(super) use check::{CheckedState, checked};
pub(super) use folder::{BackupFolder, State};
pub(super) use kept::Kept;
pub(super) use key::{Passphrase, unlock};
pub(super) use manifest::Manifest;
pub(super) use object_files::ObjectEntry;
pub(super) use row_file::load_rows;
pub use write::{BackupReport, backup};
