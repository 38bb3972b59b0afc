//! From the bytes of a file to a case.

use std::sync::Arc;

use axum::http::StatusCode;
use bytes::Bytes;
use chrono::NaiveDateTime;
use fovea_annotation::{ContentHash, TileId};
use fovea_imaging::{
    Bscan, DicomExport, Volume, case_id_of, encode_dicom_opt, encode_png_gray8, encode_tiff_volume,
};
use fovea_intake::{Admitted, Decision, Declared, Refusal};
use fovea_protocol::{CaseMeta, CaseTaken, IntakeRecord, OpOutcome, TileMeta};
use serde_json::json;

use crate::audit::{self, Action, Line};
use crate::backend::Backend;
use crate::db::{self, DbError};
use crate::ops::{Applied, apply_case, case_as_held};
use crate::problem::Problem;

/// A scan that passed the firewall, as it will be stored.
struct Passed {
    case: CaseMeta,
    /// Picture of each tile, in order.
    pictures: Vec<Bytes>,
    volume: Bytes,
    volume_sha256: ContentHash,
    report: serde_json::Value,
    policy_sha256: ContentHash,
    warnings: Vec<String>,
}

/// Lets the file through the firewall and registers what is left of it as a case. The answer says whether it is new.
pub(crate) async fn take_in(
    backend: &Backend,
    by: Applied,
    bytes: Vec<u8>,
    declared: Declared,
) -> Result<(CaseTaken, bool), Problem> {
    let device_id = declared.device_id.clone().unwrap_or_default();
    let intake = Arc::clone(&backend.intake);
    let pass = move || {
        let admitted = intake.admit_bytes(&bytes, &declared);
        // The file of the vendor ends here.
        drop(bytes);
        admitted.map(|admitted| (decision_name(admitted.report.decision), pass(admitted)))
    };
    let passed = match tokio::task::spawn_blocking(pass).await {
        Ok(Ok((decision, passed))) => {
            backend.metrics.intake_decided(decision);
            passed?
        }
        Ok(Err(refusal)) => return Err(refuse(backend, by, refusal).await?),
        Err(_) => return Err(DbError::Closed.into()),
    };
    store(backend, &passed, by.account.user_id).await?;
    let taken = CaseTaken {
        case_id: passed.case.case_id,
        tile_count: passed.case.tiles.len() as u32,
        volume: passed.volume_sha256,
        warnings: passed.warnings,
    };
    let record = IntakeRecord {
        volume: taken.volume,
        device_id,
        policy_sha256: passed.policy_sha256,
        report: passed.report,
        created_at_us: by.now_us,
    };
    let case = case_as_held(backend, &by.account, passed.case).await?;
    let is_new = backend
        .db
        .write(move |connection| {
            let outcome = apply_case(connection, &by, &case)?;
            if let OpOutcome::Rejected { code, detail, .. } = outcome {
                return Ok(Err(turned_away(&code, detail)));
            }
            db::insert_intake(connection, case.case_id, &record, by.account.user_id)?;
            let line = Line {
                actor: &by.account.name,
                action: Action::CaseIntake,
                subject: case.case_id.to_string(),
                detail: json!({
                    "volume": record.volume,
                    "policy": record.policy_sha256,
                    "decision": record.report["decision"],
                }),
            };
            audit::append(connection, line, by.now_us)?;
            Ok(Ok(outcome == OpOutcome::Accepted))
        })
        .await??;
    backend.db.announce_changes();
    Ok((taken, is_new))
}

fn turned_away(code: &str, detail: String) -> Problem {
    let code = match code {
        "case_conflict" => "case_conflict",
        _ => "case_restricted",
    };
    Problem::refused(StatusCode::CONFLICT, code, detail)
}

/// The decision as a label of a metric.
const fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "allowed",
        Decision::Deid => "deidentified",
        Decision::Quarantine => "quarantined",
        Decision::Reject => "rejected",
    }
}

/// What is stored of an admitted scan.
fn pass(admitted: Admitted) -> Result<Passed, Problem> {
    let Admitted {
        volume,
        report,
        dicom,
    } = admitted;
    let case_id = case_id_of(&volume);
    let pictures = volume
        .bscans
        .iter()
        .map(picture)
        .collect::<Result<Vec<_>, _>>()?;
    let tiles = (0_u32..).zip(volume.bscans.iter().zip(&pictures));
    let tiles = tiles.map(|(bscan_index, (bscan, picture))| TileMeta {
        tile_id: TileId::of(case_id, bscan_index),
        bscan_index,
        size: bscan.size,
        raw: ContentHash::of(picture),
    });
    let case = CaseMeta {
        case_id,
        format: word(&volume.format),
        laterality: word(&volume.laterality),
        spacing_um: volume.spacing_um,
        tiles: tiles.collect(),
    };
    let policy_sha256 = report
        .policy_sha256
        .parse()
        .map_err(|_| DbError::DamagedRow { what: "policy" })?;
    let stored = stored_form(dicom, &volume)?;
    Ok(Passed {
        case,
        pictures,
        volume_sha256: ContentHash::of(&stored),
        volume: stored,
        report: serde_json::to_value(&report).unwrap_or_default(),
        policy_sha256,
        warnings: volume.warnings,
    })
}

fn picture(bscan: &Bscan) -> Result<Bytes, Problem> {
    encode_png_gray8(bscan.size, &bscan.pixels)
        .map(Bytes::from)
        .map_err(|error| Problem::unprocessable("scan_not_storable", error.to_string()))
}

/// The word that serde writes for a variant without fields.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

async fn store(backend: &Backend, passed: &Passed, user_id: i64) -> Result<(), Problem> {
    for (tile, picture) in passed.case.tiles.iter().zip(&passed.pictures) {
        backend
            .receive_blob(tile.raw, picture.clone(), user_id)
            .await?;
    }
    let volume = passed.volume.clone();
    backend
        .receive_blob(passed.volume_sha256, volume, user_id)
        .await
}

/// A refusal as the client sees it, after the audit log knows of it.
async fn refuse(backend: &Backend, by: Applied, refusal: Refusal) -> Result<Problem, Problem> {
    let code = refusal.code();
    backend.metrics.intake_decided(code);
    let line = move |connection: &db::Connection| {
        let line = Line {
            actor: &by.account.name,
            action: Action::CaseRefused,
            subject: code.to_owned(),
            detail: json!({}),
        };
        audit::append(connection, line, by.now_us)
    };
    backend.db.write(line).await?;
    backend.db.announce_changes();
    let code = match refusal {
        Refusal::Rejected { .. } | Refusal::Quarantined { .. } => "phi_blocked",
        _ => code,
    };
    Ok(Problem::unprocessable(code, refusal.to_string()))
}

/// The scan as it is kept: DICOM as the firewall left it, else a tomogram made anew, or TIFF where the pixel size that a
/// tomogram needs is not known.
fn stored_form(dicom: Option<Vec<u8>>, volume: &Volume) -> Result<Bytes, Problem> {
    if let Some(dicom) = dicom {
        return Ok(dicom.into());
    }
    let bytes = match volume.spacing_um {
        // Without a time of its own the same scan gives the same bytes.
        Some(_) => {
            let export = DicomExport::of_case(volume, NaiveDateTime::default());
            encode_dicom_opt(volume, &export)
        }
        None => encode_tiff_volume(volume),
    };
    bytes
        .map(Bytes::from)
        .map_err(|error| Problem::unprocessable("scan_not_storable", error.to_string()))
}
