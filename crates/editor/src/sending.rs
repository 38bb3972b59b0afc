//! Scans on their way to the server.

use fovea_annotation::CaseId;
use fovea_geometry::SpacingUm;
use fovea_imaging::Laterality;

use crate::{Consent, Refusal, Source};

/// Scans to send, with what a person said about all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct SendOrder {
    /// The scans, in order.
    pub items: Vec<SendItem>,
    /// On what ground they may be used.
    pub consent: Consent,
    /// What the site calls the device. Remembered for the next time.
    pub device_id: String,
}

/// One scan to send.
#[derive(Clone, Debug, PartialEq)]
pub struct SendItem {
    /// Where it comes from.
    pub source: Source,
    /// What was looked at; another content is refused.
    pub seen: CaseId,
    /// Which eye, as the person confirmed it.
    pub laterality: Laterality,
    /// Spacing as the person confirmed or entered it; `None` where it is not known.
    pub spacing_um: Option<SpacingUm>,
}

/// Names an upload in the local store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UploadId(pub i64);

/// What is happening to an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// Others are sent first.
    InLine,
    /// Bytes are on their way.
    Sending {
        /// How many a second, once that is known.
        bytes_per_s: Option<u64>,
    },
    /// Every byte is there, and the server lets them through its firewall.
    Checking,
    /// The server is away or busy; it goes on by itself.
    Waiting {
        /// What is wrong, one sentence.
        why: String,
    },
    /// It goes on after the next sign-in.
    SignInNeeded,
    /// No server is set up.
    NoServer,
    /// A person stopped it for a while.
    Paused,
    /// The server will not take it.
    Refused {
        /// Why and what to do, one sentence.
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
pub struct Upload {
    /// Names it.
    pub id: UploadId,
    /// What the person knows it by.
    pub name: String,
    /// The case that the server makes of it.
    pub case: CaseId,
    /// Bytes in all.
    pub length: u64,
    /// Bytes that the server holds.
    pub received: u64,
    /// What is happening.
    pub passage: Passage,
}

impl Upload {
    /// How much of it the server holds, from 0 to 1.
    pub fn part(&self) -> f32 {
        self.received as f32 / self.length.max(1) as f32
    }

    /// Seconds until every byte is there, at the speed of the last seconds.
    pub fn seconds_left(&self) -> Option<u64> {
        match self.passage {
            Passage::Sending {
                bytes_per_s: Some(speed),
            } if speed > 0 => Some(self.length.saturating_sub(self.received).div_ceil(speed)),
            _ => None,
        }
    }

    /// True when the server has made the case of it.
    pub fn is_done(&self) -> bool {
        matches!(self.passage, Passage::Done { .. })
    }

    /// True where a pause would keep something back; once every byte is there, the rest is the server's.
    pub fn can_pause(&self) -> bool {
        self.is_open() && !matches!(self.passage, Passage::Paused | Passage::Checking)
    }

    /// True when it is on its way: neither there nor turned away.
    pub fn is_open(&self) -> bool {
        !self.is_done() && !matches!(self.passage, Passage::Refused { .. })
    }
}

/// All scans on their way, and those that got there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sending {
    /// `(done, total)` while scans are de-identified and put in line.
    pub preparing: Option<(u32, u32)>,
    /// In the order in which they are sent.
    pub uploads: Vec<Upload>,
    /// What could not be put in line the last time, and why.
    pub left_out: Vec<Refusal>,
}

impl Sending {
    /// The upload of this name.
    pub fn upload(&self, id: UploadId) -> Option<&Upload> {
        self.uploads.iter().find(|upload| upload.id == id)
    }

    /// Uploads that are on their way.
    pub fn open_count(&self) -> usize {
        self.uploads
            .iter()
            .filter(|upload| upload.is_open())
            .count()
    }

    /// How much of all that is open the server holds, from 0 to 1; `None` when nothing is open.
    pub fn part(&self) -> Option<f32> {
        let open = || self.uploads.iter().filter(|upload| upload.is_open());
        let total: u64 = open().map(|upload| upload.length).sum();
        let received: u64 = open().map(|upload| upload.received).sum();
        (total > 0).then(|| received as f32 / total as f32)
    }
}
