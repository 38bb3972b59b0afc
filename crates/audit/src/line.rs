//! A line of the chain: its hash covers its content and the hash of the line before.

use fovea_annotation::ContentHash;
use fovea_protocol::AuditEntry;

/// A line as it is stored: the hash covers the text of `detail`, not its meaning.
#[derive(Clone, Debug)]
pub struct ChainLine {
    /// Position, from 1, without gaps.
    pub seq: u64,
    /// When it happened, µs since 1970 UTC.
    pub at_us: i64,
    /// Account that did it.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// Id of the thing it was done to.
    pub subject: String,
    /// Facts of the action, as JSON.
    pub detail: String,
    /// Hash of the line before.
    pub previous: ContentHash,
    /// Hash of this line.
    pub hash: ContentHash,
}

impl ChainLine {
    /// The hash that belongs to the content.
    pub fn computed_hash(&self) -> ContentHash {
        let texts = [
            self.actor.as_str(),
            &self.action,
            &self.subject,
            &self.detail,
        ];
        line_hash(self.seq, self.at_us, texts, self.previous)
    }
}

impl From<AuditEntry> for ChainLine {
    /// The line as it is stored: the server writes `detail` without spaces, its fields by name.
    fn from(entry: AuditEntry) -> Self {
        Self {
            seq: entry.seq,
            at_us: entry.at_us,
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            detail: entry.detail.to_string(),
            previous: entry.previous,
            hash: entry.hash,
        }
    }
}

/// What the first line is chained to.
pub fn genesis() -> ContentHash {
    ContentHash::of(b"fovea.audit/1 genesis")
}

/// The hash of a line; `texts` are actor, action, subject and detail.
pub fn line_hash(seq: u64, at_us: i64, texts: [&str; 4], previous: ContentHash) -> ContentHash {
    let [actor, action, subject, detail] = texts.map(str::as_bytes);
    let (seq, at_us) = (seq.to_le_bytes(), at_us.to_le_bytes());
    ContentHash::of_parts(&[
        b"fovea.audit/1",
        previous.as_bytes(),
        &seq,
        &at_us,
        actor,
        action,
        subject,
        detail,
    ])
}
