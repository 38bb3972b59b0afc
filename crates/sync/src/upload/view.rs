//! An upload as it is shown.

use fovea_annotation::CaseId;
use fovea_local_store::{UploadRecord, UploadStage};

/// What is happening to an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// Others are sent first.
    InLine,
    /// Bytes are on their way; how many a second once that is known.
    Sending {
        /// Mean over the last seconds.
        bytes_per_s: Option<u64>,
    },
    /// Every byte is there, and the server lets them through its firewall.
    Checking,
    /// The server is away or asks to wait; it goes on by itself.
    Waiting {
        /// What is wrong, one sentence.
        why: String,
    },
    /// The server does not accept the sign-in; it goes on after the next.
    SignInNeeded,
    /// There is no server to send it to.
    NoServer,
    /// A person stopped it for a while.
    Paused,
    /// The server will not take it.
    Refused {
        /// Why, one sentence.
        why: String,
    },
    /// The server has made the case of it.
    Done {
        /// What a person should know about the scan; empty when nothing.
        remark: String,
    },
}

/// One upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadView {
    /// Names it.
    pub upload: i64,
    /// What the person knows it by.
    pub name: String,
    /// The case.
    pub case_id: CaseId,
    /// Bytes in all.
    pub length: u64,
    /// Bytes that the server holds.
    pub received: u64,
    /// What is happening.
    pub passage: Passage,
}

impl UploadView {
    /// As the store has it, `now` for one that waits to be sent.
    pub(super) fn of(record: &UploadRecord, now: Passage) -> Self {
        let passage = match record.stage {
            UploadStage::Waiting => now,
            UploadStage::Paused => Passage::Paused,
            UploadStage::Refused => Passage::Refused {
                why: record.sentence.clone(),
            },
            UploadStage::Done => Passage::Done {
                remark: record.sentence.clone(),
            },
        };
        Self {
            upload: record.upload,
            name: record.name.clone(),
            case_id: record.case_id,
            length: record.length,
            received: record.received,
            passage,
        }
    }
}
