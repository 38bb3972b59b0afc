//! `verify-audit`: finds a line that was changed, removed, moved, put in or cut off.

use std::path::PathBuf;

use fovea_audit::{AuditFault, AuditPublicKey, AuditReport, Heads, Walk, WrittenHeads};

use super::chain::raw_after;
use super::heads::read_heads;
use super::seal::signed_heads_after;
use crate::db::{self, Connection, DatabaseSource, DbError, TransactionKind};

const PAGE: u32 = 1_000;
/// What refuses a change of that which was said.
const TRIGGERS: [&str; 10] = [
    "audit_no_update",
    "audit_no_delete",
    "audit_heads_no_update",
    "audit_heads_no_delete",
    "label_versions_no_update",
    "label_versions_no_delete",
    "label_reviews_no_update",
    "label_reviews_no_delete",
    "label_approvals_no_update",
    "label_approvals_no_delete",
];

/// What a log is checked against.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// Files with heads that were written down.
    pub(crate) heads: Vec<PathBuf>,
    /// What the heads must be signed with.
    pub(crate) key: Option<AuditPublicKey>,
}

/// The heads of the files, to be read before the log, so that none is newer.
pub(crate) fn written_heads(paths: &[PathBuf]) -> std::io::Result<Vec<WrittenHeads>> {
    paths.iter().map(|path| read_heads(path)).collect()
}

/// Checks the whole log of `database` against itself, the labels and the heads that were written down.
pub(crate) fn verify(
    database: &DatabaseSource,
    evidence: &Evidence,
) -> Result<AuditReport, DbError> {
    let connection = database.open_reader()?;
    // One snapshot: a server may go on writing meanwhile.
    let written = written_heads(&evidence.heads)?;
    connection.in_transaction(TransactionKind::Snapshot, |snapshot| {
        verify_snapshot(snapshot, &written, evidence.key)
    })
}

/// As [`verify`], on a snapshot that is newer than `written`.
pub(crate) fn verify_snapshot(
    snapshot: &Connection,
    written: &[WrittenHeads],
    key: Option<AuditPublicKey>,
) -> Result<AuditReport, DbError> {
    let mut report = AuditReport::default();
    match key {
        Some(key) => walk(snapshot, written, key, &mut report)?,
        None => report.faults.push(AuditFault::KeyMissing),
    }
    labels_without_line(snapshot, &mut report)?;
    decisions_without_line(snapshot, &mut report)?;
    missing_triggers(snapshot, &mut report)?;
    Ok(report)
}

fn walk(
    snapshot: &Connection,
    written: &[WrittenHeads],
    key: AuditPublicKey,
    report: &mut AuditReport,
) -> Result<(), DbError> {
    let server_id = db::meta_uuid(snapshot, "server_id")?;
    let mut heads = Heads::default();
    for file in written {
        heads.add(&file.heads, server_id, &key);
        heads.add_unreadable(file.unreadable);
    }
    let mut after = 0;
    loop {
        let page = signed_heads_after(snapshot, after, PAGE)?;
        let Some(last) = page.last() else {
            break;
        };
        after = last.seq;
        heads.add(&page, server_id, &key);
    }
    let mut walk = Walk::new(heads);
    loop {
        let page = raw_after(snapshot, walk.last(), PAGE)?;
        if page.is_empty() {
            let seq = walk.last() + 1;
            walk.end(report);
            if report.unsigned > 0 {
                let seq = seq.saturating_sub(report.unsigned);
                report.faults.push(AuditFault::TailUnsigned { seq });
            }
            return Ok(());
        }
        for line in &page {
            walk.meet(line, report);
        }
    }
}

fn labels_without_line(connection: &Connection, report: &mut AuditReport) -> Result<(), DbError> {
    let sql = "SELECT count(*) FROM label_versions v WHERE NOT EXISTS
                 (SELECT 1 FROM audit a WHERE a.subject = lower(hex(v.version_id))
                    AND a.action IN ('LABEL_MODEL', 'LABEL_EDIT', 'ROLLBACK', 'LABEL_MERGE', 'ADJUDICATE'))";
    let count = connection.query_row(sql, (), |row| row.get(0))?;
    if count > 0 {
        report.faults.push(AuditFault::LabelsWithoutLine { count });
    }
    Ok(())
}

/// There are as many lines as decisions: what the one has too few of the other has too many.
fn decisions_without_line(
    connection: &Connection,
    report: &mut AuditReport,
) -> Result<(), DbError> {
    let sql = "SELECT (SELECT count(*) FROM label_reviews) + (SELECT count(*) FROM label_approvals)
                 - (SELECT count(*) FROM audit WHERE action IN ('LABEL_ACCEPT', 'LABEL_REJECT', 'LABEL_APPROVE'))";
    let difference: i64 = connection.query_row(sql, (), |row| row.get(0))?;
    if difference != 0 {
        let count = difference.unsigned_abs();
        report
            .faults
            .push(AuditFault::DecisionsWithoutLine { count });
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
