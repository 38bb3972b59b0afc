//! What the interface calls things, in one place.

/// Runs the model on the open B-scan. There from the first frame on.
pub(crate) const SEGMENT: &str = "Segment";
/// The picture, on which strokes are drawn.
pub(crate) const CANVAS: &str = "B-scan";
/// The eye of the uncertainty, closed and open.
pub(crate) const SHOW_UNCERTAINTY: &str = "Show uncertainty";
pub(crate) const HIDE_UNCERTAINTY: &str = "Hide uncertainty";
/// The beginnings of the names of the side bar's tabs; a count follows.
pub(crate) const CASES_TAB: &str = "Cases";
pub(crate) const QUEUE_TAB: &str = "Queue";
/// The slider with the least score that the queue lists.
pub(crate) const THRESHOLD: &str = "Doubt above";
/// The beginning of the name of the first card in the queue.
pub(crate) const FIRST_IN_QUEUE: &str = "1. Case ";
/// The end of the name of each row in the list of cases with one B-scan.
pub(crate) const CASE_ROW: &str = "1 B-scan";
/// The title of the desktop's file dialog.
pub(crate) const FILE_DIALOG: &str = "Open scans";
/// What a person says of a phantom in the import dialog, and the field for the device.
pub(crate) const EYE_NOT_KNOWN: &str = "Not known";
pub(crate) const NO_PERSON: &str = "No person";
pub(crate) const DEVICE_ID: &str = "Device ID";
/// Starts the import of one file.
pub(crate) const IMPORT: &str = "Import";
/// What the report of an import says was left behind.
pub(crate) const ONLY_PIXELS: &str = "Only pixels and geometry";
/// The export dialog.
pub(crate) const NIFTI: &str = "NIfTI";
pub(crate) const CHOOSE_FOLDER: &str = "Choose folder…";
pub(crate) const FOLDER_DIALOG: &str = "Export into a folder";
pub(crate) const EXPORT: &str = "Export";
pub(crate) const DONE: &str = "Done";
/// Closes the report of an import.
pub(crate) const CLOSE_REPORT: &str = "Close report";
/// The stroke is in the journal.
pub(crate) const ON_DISK: &str = "Save state: on disk";
/// Saved as a version, and not sent yet.
pub(crate) const QUEUED: &str = "Save state: queued";
/// The server has acknowledged it.
pub(crate) const ON_SERVER: &str = "Save state: on server";
/// The button beside the first version, and the one that confirms.
pub(crate) const ROLL_BACK: &str = "Roll back to v1";
/// The fields of the sign-in, and what it says of a wrong password.
pub(crate) const SERVER_ADDRESS: &str = "Address of the server";
pub(crate) const YOUR_NAME: &str = "Your name";
pub(crate) const YOUR_PASSWORD: &str = "Your password";
pub(crate) const WRONG_PASSWORD: &str = "Name and password do not belong together";
/// Who is signed in, in the status bar.
pub(crate) const ADMIN: &str = "admin · admin";
/// The audit log: its tab, the end of the newest row's name, the check, and what a check says that found nothing.
pub(crate) const AUDIT_LOG: &str = "Audit log";
pub(crate) const SIGNED_IN_ROW: &str = "admin, Signed in, admin";
pub(crate) const VERIFY: &str = "Verify";
pub(crate) const NOTHING_WRONG: &str = "nothing wrong";
/// Sending a scan: the title of the dialog, the button, and how far it is.
pub(crate) const SEND_DIALOG: &str = "Send scans to the server";
pub(crate) const SEND: &str = "Send";
pub(crate) const WAITS: &str = "waits for the server";
pub(crate) const ON_THE_SERVER: &str = "on the server";
/// The beginning of the name of the button that tries an upload again.
pub(crate) const TRY: &str = "Try ";
/// A reviewer's way to the newest label, what the dialog says before anything is approved, and what the row says after.
pub(crate) const REVIEW: &str = "Review…";
pub(crate) const NONE_APPROVED: &str = "no version of this B-scan yet";
pub(crate) const APPROVE: &str = "Approve";
pub(crate) const APPROVED: &str = "approved by admin";
/// A label that was sent back: the title over the list, the row, and the words over the versions.
pub(crate) const SENT_BACK: &str = "Sent back to you";
pub(crate) const SENT_BACK_ROW: &str = "sent back by admin: the fluid is wider";
pub(crate) const SENT_BACK_BANNER: &str = "admin sent this label back: the fluid is wider";
