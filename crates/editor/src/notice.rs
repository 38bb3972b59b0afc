//! Short messages to the person: what was done, what failed.

/// How a notice is shown and how long it stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something is done; leaves by itself.
    Done,
    /// Good to know; leaves by itself.
    Info,
    /// Something failed; stays until it is dismissed.
    Error,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Names it for [`crate::Command::DismissNotice`].
    pub id: u64,
    /// How it is shown.
    pub kind: NoticeKind,
    /// One sentence.
    pub text: String,
}

/// Most notices kept; the oldest leaves first.
const NOTICE_COUNT_MAX: usize = 6;

/// The messages shown now, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    list: Vec<Notice>,
    next_id: u64,
}

impl Notices {
    /// Shows a message. The same text shown again replaces the older one instead of piling up.
    pub fn push(&mut self, kind: NoticeKind, text: impl Into<String>) {
        let text = text.into();
        self.list.retain(|n| n.text != text);
        self.list.push(Notice {
            id: self.next_id,
            kind,
            text,
        });
        self.next_id += 1;
        let surplus = self.list.len().saturating_sub(NOTICE_COUNT_MAX);
        self.list.drain(..surplus);
    }

    /// Takes a message away.
    pub fn dismiss(&mut self, id: u64) {
        self.list.retain(|n| n.id != id);
    }

    /// The messages shown now, oldest first.
    pub fn list(&self) -> &[Notice] {
        &self.list
    }
}
