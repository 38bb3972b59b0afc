//! Between files and the store, for the window's workers and for the command line: scans and labels in, cases out.
//!
//! Nothing here knows threads or a window; a refusal is one sentence.

mod ahead;
mod bring_in;
mod case;
mod clinic;
mod door;
mod export;
mod forms;
mod inspect;
mod labels;
mod not_written;
mod outgoing;
mod preview;
mod project;
mod removals;
mod stored;
mod words;

pub use ahead::Expected;
pub use bring_in::{NotIn, bring_in};
pub use case::new_case;
pub use door::Door;
pub use export::{Exported, counted, export_case};
pub use forms::{Form, write_form};
pub use labels::{
    Choice, LabelsIn, Understood, context_of_case, inspect_labels, labels_of_device, store_labels,
};
pub use not_written::NotWritten;
pub use outgoing::Outgoing;
pub use removals::removals_of;
pub use stored::{StoredCase, read_case};

pub(crate) use bring_in::{find, find_case};
pub(crate) use words::{format_of, laterality_of, pattern_of, sentence};
