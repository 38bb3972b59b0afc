//! Checking a log that was downloaded, page by page, against heads that were written down.

use fovea_protocol::AuditPage;
use uuid::Uuid;

use crate::{AuditPublicKey, AuditReport, Heads, Walk, WrittenHeads};

/// A check under way. It keeps the heads and nothing of the lines, so a log may be of any length.
pub struct LogCheck {
    walk: Walk,
    report: AuditReport,
}

impl LogCheck {
    /// Begins the check of the log of `server_id`; `written` must be signed with `key`.
    pub fn new(written: &WrittenHeads, server_id: Uuid, key: &AuditPublicKey) -> Self {
        let mut heads = Heads::default();
        heads.add(&written.heads, server_id, key);
        heads.add_unreadable(written.unreadable);
        Self {
            walk: Walk::new(heads),
            report: AuditReport::default(),
        }
    }

    /// Takes the next page.
    pub fn take(&mut self, page: AuditPage) {
        for entry in page.entries {
            self.walk.meet(&entry.into(), &mut self.report);
        }
    }

    /// The number of the last line that was taken.
    pub fn last(&self) -> u64 {
        self.walk.last()
    }

    /// What was found.
    pub fn end(mut self) -> AuditReport {
        self.walk.end(&mut self.report);
        self.report
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};
    use fovea_annotation::ContentHash;
    use fovea_protocol::AuditEntry;

    use super::*;
    use crate::{AuditFault, SignedHead, genesis, head_message, line_hash};

    const SERVER: Uuid = Uuid::from_u128(7);

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[3; 32])
    }

    fn log(length: u64) -> Vec<AuditEntry> {
        let mut previous = genesis();
        let line = |seq| {
            let detail = serde_json::json!({ "n": seq });
            let texts = ["ada", "SIGN_IN", "ada", &detail.to_string()];
            let hash = line_hash(seq, 5, texts, previous);
            let entry = AuditEntry {
                seq,
                at_us: 5,
                actor: "ada".into(),
                action: "SIGN_IN".into(),
                subject: "ada".into(),
                detail,
                previous,
                hash,
            };
            previous = hash;
            entry
        };
        (1..=length).map(line).collect()
    }

    fn head(seq: u64, hash: ContentHash) -> SignedHead {
        let signature = key().sign(&head_message(SERVER, seq, hash)).to_bytes();
        SignedHead {
            seq,
            hash,
            signature,
        }
    }

    fn check(heads: Vec<SignedHead>, log: &[AuditEntry]) -> AuditReport {
        let written = WrittenHeads {
            heads,
            unreadable: 0,
        };
        let mut check = LogCheck::new(&written, SERVER, &key().verifying_key().into());
        for page in log.chunks(2) {
            let entries = page.to_vec();
            check.take(AuditPage {
                entries,
                next: None,
            });
        }
        check.end()
    }

    #[test]
    fn a_whole_log_is_good_and_each_change_is_found() {
        let whole = log(5);
        let heads = || vec![head(2, whole[1].hash), head(5, whole[4].hash)];
        let good = check(heads(), &whole);
        assert_eq!((good.lines, good.heads, good.unsigned), (5, 2, 0));
        assert_eq!(good.faults, []);

        let mut changed = whole.clone();
        changed[2].actor = "eve".into();
        assert_eq!(
            check(heads(), &changed).faults,
            [AuditFault::Changed { seq: 3 }]
        );
        let cut = check(heads(), &whole[..4]);
        assert_eq!(cut.faults, [AuditFault::HeadLost { seq: 5 }]);
        let short = check(vec![head(2, whole[1].hash)], &whole);
        assert_eq!((short.faults, short.unsigned), (vec![], 3));
        let mut forged = head(5, whole[4].hash);
        forged.signature[0] ^= 1;
        let faults = check(vec![forged], &whole).faults;
        assert_eq!(faults, [AuditFault::HeadsForged { count: 1 }]);
    }

    #[test]
    fn heads_come_back_from_their_lines() {
        let whole = head(9, genesis());
        let text = format!("{}nonsense\n9 cut", whole.to_line());
        let written = WrittenHeads::parse(&text);
        assert_eq!((written.heads, written.unreadable), (vec![whole], 1));
    }
}
