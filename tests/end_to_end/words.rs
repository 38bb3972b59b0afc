//! What the interface calls things, in one place.

/// Runs the model on the open B-scan. There from the first frame on.
pub(crate) const SEGMENT: &str = "Segment";
/// The picture, on which strokes are drawn.
pub(crate) const CANVAS: &str = "B-scan";
/// The end of the name of each row in the list of cases with one B-scan.
pub(crate) const CASE_ROW: &str = "1 B-scans";
/// The title of the desktop's file dialog.
pub(crate) const FILE_DIALOG: &str = "Open scans";
/// The stroke is in the journal.
pub(crate) const ON_DISK: &str = "Save state: on disk";
/// Saved as a version, and not sent yet.
pub(crate) const QUEUED: &str = "Save state: queued";
/// The server has acknowledged it.
pub(crate) const ON_SERVER: &str = "Save state: on server";
/// The button beside the first version, and the one that confirms.
pub(crate) const ROLL_BACK: &str = "Roll back to v1";
