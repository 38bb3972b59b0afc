//! What runs have made.

use fovea_annotation::ContentHash;
use fovea_protocol::{RunArtifact, StepKind};

use super::case_access::add_case_blob;
use super::{Connection, DbError, Row, columns, run_by_no};

/// A file that a step made; its bytes are in the object store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Artifact {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) sha256: ContentHash,
    pub(crate) len: u64,
}

/// Notes that `step` of a run made `artifact`; what it made before under this name is no longer its artifact.
pub(crate) fn put_artifact(
    connection: &Connection,
    run_no: i64,
    step: StepKind,
    artifact: &Artifact,
    now_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO run_artifacts (run_no, name, kind, step, media_type, sha256, len, created_at_us)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (run_no, name) DO UPDATE
             SET sha256 = excluded.sha256, len = excluded.len, created_at_us = excluded.created_at_us",
        )?
        .execute((
            run_no,
            artifact.name,
            artifact.kind,
            step.name(),
            artifact.media_type,
            artifact.sha256,
            artifact.len as i64,
            now_us,
        ))?;
    let case_id = run_by_no(connection, run_no)?.case_id;
    add_case_blob(connection, case_id, artifact.sha256)
}

/// The artifacts of a run by name.
pub(crate) fn artifacts_of_run(
    connection: &Connection,
    run_no: i64,
) -> Result<Vec<RunArtifact>, DbError> {
    let sql = "SELECT name, kind, step, media_type, sha256, len FROM run_artifacts WHERE run_no = ?1 ORDER BY name";
    connection.prepare_cached(sql)?.query_map([run_no], read)
}

fn read(row: &Row<'_>) -> Result<RunArtifact, DbError> {
    let step: String = row.get(2)?;
    let step = StepKind::ALL.into_iter().find(|kind| kind.name() == step);
    let sha256 = columns::hash(row, 4)?;
    Ok(RunArtifact {
        name: row.get(0)?,
        kind: row.get(1)?,
        step: step.ok_or(DbError::DamagedRow { what: "artifact" })?,
        media_type: row.get(3)?,
        sha256,
        bytes: columns::unsigned(row, 5)?,
        href: format!("/v1/blobs/{sha256}"),
    })
}
