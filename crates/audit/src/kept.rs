//! Heads that a machine keeps of the logs that it has checked: what it has seen once must be in the log ever after.
//!
//! A line is `server key seq hash signature`.

use uuid::Uuid;

use crate::{AuditPublicKey, SignedHead, WrittenHeads};

/// Heads of one log that are kept: the first one and the newest of the others.
const HEADS_MAX: usize = 64;

/// What is kept, for each server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptHeads(Vec<KeptLog>);

/// What is kept of one log.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptLog {
    /// Whose log it is.
    pub server_id: Uuid,
    /// The key that signed it when it was checked first.
    pub key: AuditPublicKey,
    /// Heads in the order of the log.
    pub heads: Vec<SignedHead>,
}

impl KeptHeads {
    /// Reads what [`Self::to_text`] wrote; lines that say nothing are left out.
    pub fn parse(text: &str) -> Self {
        let mut kept = Self::default();
        for line in text.lines() {
            if let Some((server_id, key, head)) = read(line) {
                kept.add(server_id, key, head);
            }
        }
        kept
    }

    /// The text to keep.
    pub fn to_text(&self) -> String {
        let line = |log: &KeptLog, head: &SignedHead| {
            format!("{} {} {}", log.server_id, log.key, head.to_line())
        };
        let lines = self
            .0
            .iter()
            .flat_map(|log| log.heads.iter().map(move |head| line(log, head)));
        lines.collect()
    }

    /// What is kept of the log of `server_id`.
    pub fn of(&self, server_id: Uuid) -> Option<&KeptLog> {
        self.0.iter().find(|log| log.server_id == server_id)
    }

    /// Keeps a head that was found in the log of `server_id`; the key that was met first stays.
    pub fn add(&mut self, server_id: Uuid, key: AuditPublicKey, head: SignedHead) {
        let at = self.0.iter().position(|log| log.server_id == server_id);
        let at = at.unwrap_or_else(|| {
            self.0.push(KeptLog {
                server_id,
                key,
                heads: Vec::new(),
            });
            self.0.len() - 1
        });
        let heads = &mut self.0[at].heads;
        if !heads.contains(&head) {
            heads.push(head);
            heads.sort_by_key(|head| head.seq);
            if heads.len() > HEADS_MAX {
                heads.remove(1);
            }
        }
    }
}

fn read(line: &str) -> Option<(Uuid, AuditPublicKey, SignedHead)> {
    let (server_id, rest) = line.split_once(' ')?;
    let (key, head) = rest.split_once(' ')?;
    let head = WrittenHeads::parse(&format!("{head}\n")).heads.pop()?;
    Some((server_id.parse().ok()?, key.parse().ok()?, head))
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use fovea_annotation::ContentHash;

    use super::*;

    #[test]
    fn the_first_head_and_the_newest_stay() {
        let key = |seed| SigningKey::from_bytes(&[seed; 32]).verifying_key().into();
        let (server, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut kept = KeptHeads::default();
        for seq in 1..=100 {
            let head = SignedHead {
                seq,
                hash: ContentHash::of(&seq.to_le_bytes()),
                signature: [seq as u8; 64],
            };
            kept.add(server, key(1), head);
            kept.add(server, key(1), head);
        }
        let one = kept.of(server).expect("kept").heads[0];
        kept.add(other, key(2), one);
        kept.add(other, key(3), one);
        let heads = &kept.of(server).expect("kept").heads;
        assert_eq!((heads.len(), heads[0].seq, heads[1].seq), (64, 1, 38));
        assert_eq!(kept.of(other).expect("kept").key, key(2));
        let text = format!("nonsense\n{}", kept.to_text());
        assert_eq!(KeptHeads::parse(&text), kept);
        assert_eq!(kept.of(Uuid::from_u128(3)), None);
    }
}
