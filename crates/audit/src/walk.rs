//! Going along a chain, line by line, and looking out for the heads that were written down.

use std::collections::HashMap;

use fovea_annotation::ContentHash;
use uuid::Uuid;

use crate::{AuditFault, AuditPublicKey, AuditReport, ChainLine, SignedHead, genesis};

/// Heads that were written down, in the database and outside.
#[derive(Default)]
pub struct Heads {
    by_seq: HashMap<u64, Vec<ContentHash>>,
    forged: u64,
    count: u64,
}

/// A walk along a chain.
pub struct Walk {
    heads: Heads,
    last: u64,
    previous: ContentHash,
    /// The last line that a signed head was met at.
    signed: u64,
}

impl Heads {
    /// Adds heads, if they were signed with `key` for the log of `server_id`.
    pub fn add(&mut self, heads: &[SignedHead], server_id: Uuid, key: &AuditPublicKey) {
        for head in heads {
            self.count += 1;
            if key.vouches_for(server_id, head) {
                self.by_seq.entry(head.seq).or_default().push(head.hash);
            } else {
                self.forged += 1;
            }
        }
    }

    /// Adds lines that are no heads.
    pub fn add_unreadable(&mut self, count: u64) {
        self.count += count;
        self.forged += count;
    }
}

impl Walk {
    /// A walk from the first line on, that looks out for `heads`.
    pub fn new(heads: Heads) -> Self {
        Self {
            heads,
            last: 0,
            previous: genesis(),
            signed: 0,
        }
    }

    /// The number of the last line that was met.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// Goes one line further.
    pub fn meet(&mut self, line: &ChainLine, report: &mut AuditReport) {
        if line.seq != self.last + 1 {
            report.faults.push(AuditFault::Gap { seq: self.last + 1 });
        }
        if line.computed_hash() != line.hash {
            report.faults.push(AuditFault::Changed { seq: line.seq });
        }
        if line.previous != self.previous {
            report.faults.push(AuditFault::Unchained { seq: line.seq });
        }
        if let Some(hashes) = self.heads.by_seq.remove(&line.seq) {
            self.signed = line.seq;
            if hashes.iter().any(|hash| *hash != line.hash) {
                report.faults.push(AuditFault::HeadLost { seq: line.seq });
            }
        }
        (self.last, self.previous) = (line.seq, line.hash);
        report.lines += 1;
    }

    /// The end of the log: heads that were not met are lost.
    pub fn end(self, report: &mut AuditReport) {
        report.heads += self.heads.count;
        let mut lost: Vec<u64> = self.heads.by_seq.into_keys().collect();
        lost.sort_unstable();
        let lost = lost.into_iter().map(|seq| AuditFault::HeadLost { seq });
        report.faults.extend(lost);
        if self.heads.forged > 0 {
            let count = self.heads.forged;
            report.faults.push(AuditFault::HeadsForged { count });
        }
        report.unsigned = self.last.saturating_sub(self.signed);
    }
}
