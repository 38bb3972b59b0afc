//! Uploads of scans that the server takes in.

use fovea_annotation::{CaseId, ContentHash};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Consent, Laterality, Sha256};

/// Answer of `GET /v1/uploads/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UploadStatus {
    /// Id of the upload.
    #[schema(value_type = String, format = "uuid")]
    pub upload_id: Uuid,
    /// Bytes of the whole file.
    pub length: u64,
    /// Bytes that the server has, durably.
    pub received: u64,
    /// When the server forgets it.
    pub expires_at_us: i64,
}

/// Body of `POST /v1/cases` for a file that came by a resumable upload; the fields of the multipart form are the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseFromUpload {
    /// An upload of which every byte has arrived.
    #[schema(value_type = String, format = "uuid")]
    pub upload_id: Uuid,
    /// The site's id of the device that took the scan.
    #[schema(max_length = 64)]
    pub device_id: String,
    /// On what ground the scan may be used: `written`, `broad`, `waiver`, `public` or `no_person`.
    #[schema(value_type = Consent)]
    pub consent: String,
    /// `right` or `left`, for a file that does not say it or says it wrongly.
    #[serde(default)]
    #[schema(value_type = Option<Laterality>)]
    pub laterality: Option<String>,
}

/// Answer of `POST /v1/cases`: 201 for a new case, 200 for a scan that the server holds already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CaseTaken {
    /// Hash of pixels and geometry: the same scan is the same case.
    #[schema(value_type = Sha256)]
    pub case_id: CaseId,
    /// B-scans.
    pub tile_count: u32,
    /// SHA-256 of the de-identified scan in the object store.
    #[schema(value_type = Sha256)]
    pub volume: ContentHash,
    /// What a person should know about the scan, one sentence each.
    pub warnings: Vec<String>,
}

/// What the intake did to one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IntakeRecord {
    /// SHA-256 of the de-identified scan.
    #[schema(value_type = Sha256)]
    pub volume: ContentHash,
    /// The site's id of the device.
    pub device_id: String,
    /// SHA-256 of the policy that decided.
    #[schema(value_type = Sha256)]
    pub policy_sha256: ContentHash,
    /// What was removed and replaced: attributes, actions and kinds of value, never a value.
    #[schema(value_type = Object)]
    pub report: serde_json::Value,
    /// When.
    pub created_at_us: i64,
}

/// Answer of `GET /v1/cases/{id}/intakes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IntakesPage {
    /// Oldest first.
    pub intakes: Vec<IntakeRecord>,
}
