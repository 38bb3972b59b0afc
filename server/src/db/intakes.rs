//! What the intake did to each case.

use fovea_annotation::CaseId;
use fovea_protocol::IntakeRecord;

use super::case_access::add_case_blob;
use super::{Connection, DbError, columns};

/// Adds a line about one file; the caller has added its case.
pub(crate) fn insert_intake(
    connection: &Connection,
    case_id: CaseId,
    record: &IntakeRecord,
    user_id: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO intakes (case_id, volume, device_id, policy_sha256, report, created_by, created_at_us)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            case_id.0.as_bytes(),
            record.volume.as_bytes(),
            &record.device_id,
            record.policy_sha256.as_bytes(),
            record.report.to_string(),
            user_id,
            record.created_at_us,
        ))?;
    add_case_blob(connection, case_id, record.volume)
}

/// Everything that was taken in as this case, oldest first.
pub(crate) fn intakes_of(
    connection: &Connection,
    case_id: CaseId,
) -> Result<Vec<IntakeRecord>, DbError> {
    let sql = "SELECT volume, device_id, policy_sha256, report, created_at_us FROM intakes WHERE case_id = ?1 ORDER BY intake_no";
    let statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([case_id.0.as_bytes()], |row| {
        let report: String = row.get(3)?;
        Ok(IntakeRecord {
            volume: columns::hash(row, 0)?,
            device_id: row.get(1)?,
            policy_sha256: columns::hash(row, 2)?,
            report: serde_json::from_str(&report).unwrap_or_default(),
            created_at_us: row.get(4)?,
        })
    })?;
    Ok(rows)
}
