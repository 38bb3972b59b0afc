//! What the interface calls things, in one place.

/// Shown when the window is ready for work.
pub const READY: &str = "Import";
/// The picture, on which strokes are drawn.
pub const CANVAS: &str = "B-scan";
/// Runs the model on the open B-scan.
pub const SEGMENT: &str = "Segment";
/// The pattern of the title of the desktop's file dialog.
pub const FILE_DIALOG: &str = "Import|Open";
/// The four states of the work on a tile.
pub const ON_DISK: &str = "On disk";
/// Saved, and not sent yet.
pub const QUEUED: &str = "Queued";
/// The server has it.
pub const ON_SERVER: &str = "On server";
/// Asks before it goes back to a version.
pub const ROLL_BACK_TO_1: &str = "Roll back to v1";
/// Confirms that.
pub const ROLL_BACK: &str = "Roll back";
