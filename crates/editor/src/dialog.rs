//! Which dialog and which side bar tab are shown.

use fovea_annotation::VersionId;

/// A dialog over the window. One at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// There is unsaved work and the window was asked to close.
    UnsavedWork,
    /// Go back to this version?
    ConfirmRollback(VersionId),
    /// The files to be imported, and what is known of them.
    Import,
    /// What came in, and what did not and why.
    ImportReport,
    /// Who is signed in: signing in and out, the password.
    Account,
    /// What a reviewer says of the open label.
    ReviewLabel,
    /// What goes on between this machine and the server.
    Server(ServerPage),
    /// Which class of a foreign label file becomes which of ours.
    MapLabels,
    /// What to write the open case as, and where to.
    Export,
    /// All shortcuts.
    Shortcuts,
    /// Type to find a command.
    Palette,
    /// Device, driver, model, time per tile, versions.
    Preflight,
}

/// Pages of [`Dialog::Server`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServerPage {
    /// Scans on their way to the server.
    #[default]
    Sending,
    /// Tiles on which people disagree.
    Review,
    /// Runs of the server.
    Runs,
    /// Accounts of the server, for administrators.
    Users,
    /// The audit log of the server, for administrators and auditors.
    Audit,
}

/// Tabs of the left side bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SidebarTab {
    /// The list of cases.
    #[default]
    Cases,
    /// The active-learning queue.
    Queue,
}
