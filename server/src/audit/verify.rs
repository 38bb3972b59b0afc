//! `verify-audit`: finds a line that was changed, removed, moved, put in or cut off.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use fovea_annotation::ContentHash;

use super::chain::{genesis, raw_after};
use super::heads::read_heads;
use crate::db::{self, Connection, DatabaseSource, DbError, TransactionKind};

const PAGE: u32 = 1_000;
const TRIGGERS: [&str; 2] = ["audit_no_update", "audit_no_delete"];

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditFault {
    /// Content and hash of a line do not belong together.
    #[error("line {seq} was changed: its hash does not belong to its content")]
    Changed {
        /// The line.
        seq: u64,
    },
    /// A line does not follow the one before it.
    #[error(
        "line {seq} does not follow the line before it: something was removed, moved or put in"
    )]
    Unchained {
        /// The line.
        seq: u64,
    },
    /// A number is missing.
    #[error("line {seq} is missing")]
    Gap {
        /// The first missing line of the gap.
        seq: u64,
    },
    /// A head that was written down outside the database is not in the chain.
    #[error(
        "line {seq} was written down outside the database and is not in the log: the log was cut off or replaced"
    )]
    HeadLost {
        /// The line.
        seq: u64,
    },
    /// Label versions without their line.
    #[error("{count} label versions have no line in the log")]
    LabelsWithoutLine {
        /// How many.
        count: u64,
    },
    /// The guard against changes is gone.
    #[error("the trigger {name} is missing from the database")]
    TriggerMissing {
        /// Its name.
        name: &'static str,
    },
}

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct AuditReport {
    /// Lines checked.
    pub lines: u64,
    /// Everything that is wrong; empty is good.
    pub faults: Vec<AuditFault>,
}

/// Checks the whole log of `database` against itself, the labels and the heads file.
pub(crate) fn verify(database: &DatabaseSource, heads: &Path) -> Result<AuditReport, DbError> {
    let connection = database.open_reader()?;
    // One snapshot: a server may go on writing meanwhile. The heads are read first, so that none is newer.
    let heads = read_heads(heads)?;
    connection.in_transaction(TransactionKind::Snapshot, |snapshot| {
        verify_in(snapshot, heads)
    })
}

/// As [`verify`], in the caller's transaction, against the heads of the file at `heads`.
pub(crate) fn verify_here(connection: &Connection, heads: &Path) -> Result<AuditReport, DbError> {
    verify_in(connection, read_heads(heads)?)
}

fn verify_in(
    connection: &Connection,
    heads: Vec<(u64, ContentHash)>,
) -> Result<AuditReport, DbError> {
    let heads: HashMap<u64, ContentHash> = heads.into_iter().collect();
    let mut report = AuditReport::default();
    let seen = walk(connection, &heads, &mut report)?;
    let mut lost: Vec<u64> = heads
        .keys()
        .copied()
        .filter(|seq| !seen.contains(seq))
        .collect();
    lost.sort_unstable();
    let lost = lost.into_iter().map(|seq| AuditFault::HeadLost { seq });
    report.faults.extend(lost);
    labels_without_line(connection, &mut report)?;
    missing_triggers(connection, &mut report)?;
    Ok(report)
}

/// Walks the chain; returns the numbers of heads that were met unchanged.
fn walk(
    connection: &Connection,
    heads: &HashMap<u64, ContentHash>,
    report: &mut AuditReport,
) -> Result<HashSet<u64>, DbError> {
    let (mut seen, mut last, mut previous) = (HashSet::new(), 0, genesis());
    loop {
        let page = raw_after(connection, last, PAGE)?;
        if page.is_empty() {
            return Ok(seen);
        }
        for line in page {
            if line.seq != last + 1 {
                report.faults.push(AuditFault::Gap { seq: last + 1 });
            }
            if line.computed_hash() != line.hash {
                report.faults.push(AuditFault::Changed { seq: line.seq });
            }
            if line.previous != previous {
                report.faults.push(AuditFault::Unchained { seq: line.seq });
            }
            if heads.get(&line.seq) == Some(&line.hash) {
                seen.insert(line.seq);
            }
            (last, previous) = (line.seq, line.hash);
            report.lines += 1;
        }
    }
}

fn labels_without_line(connection: &Connection, report: &mut AuditReport) -> Result<(), DbError> {
    let sql = "SELECT count(*) FROM label_versions v WHERE NOT EXISTS
                 (SELECT 1 FROM audit a WHERE a.subject = lower(hex(v.version_id)))";
    let count = connection.query_row(sql, (), |row| row.get(0))?;
    if count > 0 {
        report.faults.push(AuditFault::LabelsWithoutLine { count });
    }
    Ok(())
}

fn missing_triggers(connection: &Connection, report: &mut AuditReport) -> Result<(), DbError> {
    let present = db::trigger_names(connection)?;
    for name in TRIGGERS {
        if !present.iter().any(|present| present == name) {
            report.faults.push(AuditFault::TriggerMissing { name });
        }
    }
    Ok(())
}
