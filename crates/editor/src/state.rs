//! The whole state of the application.

use crate::{
    Account, Audit, CaseSummary, Dialog, ExportDesk, ImportDesk, ImportProgress, InferenceReport,
    Latency, Mapping, Notices, OpenCase, OpenTile, Queue, Returned, Review, Runs,
};
use crate::{SegmentProgress, SegmentScope, Sending, SidebarTab, SyncReport, Tools, Users, View};
use fovea_annotation::{CaseId, LabelSchema, LabelVersion, TileId, VersionId};

/// A wish that must not be granted before the open tile's work is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterSave {
    /// Close the window.
    Close,
    /// Run the model.
    Segment(SegmentScope),
    /// Go back to this version.
    Rollback(VersionId),
    /// Bring the mapped labels in.
    ApplyMapping,
    /// Bring the device's layer lines in.
    UseDeviceLines,
}

/// Everything the interface draws from.
#[derive(Clone, Debug)]
pub struct State {
    /// Classes and colours.
    pub schema: LabelSchema,
    /// All cases, newest first; `None` before the store has answered.
    pub cases: Option<Vec<CaseSummary>>,
    /// The open case.
    pub case: Option<OpenCase>,
    /// The open tile.
    pub tile: Option<OpenTile>,
    /// The tile that is being read.
    pub opening: Option<TileId>,
    /// Brush and eraser.
    pub tools: Tools,
    /// Zoom, pan, contrast, overlays.
    pub view: View,
    /// The active-learning queue.
    pub queue: Queue,
    /// Labels that reviewers sent back.
    pub returned: Returned,
    /// The sync engine.
    pub sync: SyncReport,
    /// The device that runs the model; `None` until it is known.
    pub inference: Option<InferenceReport>,
    /// Files about to be imported, while the import dialog is open.
    pub desk: Option<ImportDesk>,
    /// Files being imported.
    pub import: ImportProgress,
    /// Scans on their way to the server.
    pub sending: Sending,
    /// Who is signed in.
    pub account: Account,
    /// Accounts of the server.
    pub users: Users,
    /// Tiles with several readings.
    pub review: Review,
    /// The audit log of the server.
    pub audit: Audit,
    /// Runs of the server.
    pub runs: Runs,
    /// Labels about to be imported, while the mapping dialog is open.
    pub mapping: Option<Mapping>,
    /// What the case is to be written as.
    pub export: ExportDesk,
    /// The model at work.
    pub segment: Option<SegmentProgress>,
    /// The dialog over the window.
    pub dialog: Option<Dialog>,
    /// The tab of the side bar.
    pub tab: SidebarTab,
    /// Messages.
    pub notices: Notices,
    /// What a person waits for.
    pub latency: Latency,
    /// What waits for the save that is under way: done when it is durable, dropped when it fails.
    pub(crate) after_save: Option<AfterSave>,
    /// A queue tile whose case is being opened first.
    pub(crate) open_after_case: Option<TileId>,
    /// The case whose opening was asked for last; answers for others are out of date.
    pub(crate) opening_case: Option<CaseId>,
    /// Name of the next file on the import desk.
    pub(crate) next_file: u32,
}

impl Default for State {
    fn default() -> Self {
        Self {
            schema: LabelSchema::oct_layers(),
            cases: None,
            case: None,
            tile: None,
            opening: None,
            tools: Tools::default(),
            view: View::default(),
            queue: Queue::default(),
            returned: Returned::default(),
            sync: SyncReport::default(),
            inference: None,
            desk: None,
            import: ImportProgress::default(),
            sending: Sending::default(),
            account: Account::default(),
            users: Users::default(),
            review: Review::default(),
            audit: Audit::default(),
            runs: Runs::default(),
            mapping: None,
            export: ExportDesk::default(),
            segment: None,
            dialog: None,
            tab: SidebarTab::default(),
            notices: Notices::default(),
            latency: Latency::default(),
            after_save: None,
            open_after_case: None,
            opening_case: None,
            next_file: 0,
        }
    }
}

impl State {
    /// The state at start, and what to ask for first.
    pub fn start() -> (Self, Vec<crate::Effect>) {
        let state = Self::default();
        let threshold = state.queue.threshold;
        (
            state,
            vec![
                crate::Effect::ListCases,
                crate::Effect::ListReturned,
                crate::Effect::LoadQueue { threshold },
            ],
        )
    }

    /// The version of the open label that the person who is signed in may review now: the newest one, when the server has
    /// it, and somebody else made it or the server allows it all the same.
    pub fn label_to_review(&self) -> Option<&LabelVersion> {
        let tile = self.tile.as_ref()?;
        let head = tile.head()?;
        let may = tile.is_on_server(head.id)
            && !tile.has_unsaved_work()
            && self.account.may_review(&head.author);
        may.then_some(head)
    }

    /// True when closing the window now would leave work that is not saved as a version.
    pub fn has_unsaved_work(&self) -> bool {
        self.tile.as_ref().is_some_and(OpenTile::has_unsaved_work)
    }
}
