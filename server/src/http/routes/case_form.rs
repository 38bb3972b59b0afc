//! What comes in with a scan: as a form with the file in it, or as JSON that names a finished upload.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{StatusCode, header};
use fovea_protocol::{CaseFromUpload, Limits};

use crate::http::extract::ApiJson;
use crate::problem::Problem;

/// The longest value of a field that is not the file.
const FIELD_BYTES_MAX: usize = 256;

/// A scan as it was offered.
pub(super) struct Offer {
    pub(super) source: Source,
    pub(super) device_id: Option<String>,
    pub(super) consent: Option<String>,
    pub(super) laterality: Option<String>,
}

/// Where its bytes are.
pub(super) enum Source {
    /// In the form.
    File(Vec<u8>),
    /// In an upload of the caller.
    Upload(String),
}

/// Reads the request, whichever of the two it is.
pub(super) async fn read(request: Request) -> Result<Offer, Problem> {
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|text| text.starts_with("multipart/form-data"));
    if !is_form {
        let ApiJson(ask) = ApiJson::<CaseFromUpload>::from_request(request, &()).await?;
        return Ok(Offer {
            source: Source::Upload(ask.upload_id.to_string()),
            device_id: Some(ask.device_id),
            consent: Some(ask.consent),
            laterality: ask.laterality,
        });
    }
    let form = Multipart::from_request(request, &())
        .await
        .map_err(|_| bad_form("it has no boundary"))?;
    read_form(form).await
}

async fn read_form(mut form: Multipart) -> Result<Offer, Problem> {
    let (mut file, mut device_id, mut consent, mut laterality) = (None, None, None, None);
    while let Some(mut field) = form.next_field().await.map_err(explain)? {
        // The name of the file is not looked at: it may name a person.
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => {
                let bytes = bytes(&mut field, Limits::V1.case_bytes_max as usize).await?;
                if file.replace(bytes).is_some() {
                    return Err(bad_form("it has more than one file"));
                }
            }
            "device_id" => device_id = Some(text(&mut field).await?),
            "laterality" => laterality = Some(text(&mut field).await?),
            "consent" => consent = Some(text(&mut field).await?),
            _ => {
                return Err(bad_form(
                    "it has a field other than file, device_id, consent and laterality",
                ));
            }
        }
    }
    let file = file.ok_or_else(|| bad_form("it has no file"))?;
    Ok(Offer {
        source: Source::File(file),
        device_id,
        consent,
        laterality,
    })
}

async fn text(field: &mut Field<'_>) -> Result<String, Problem> {
    String::from_utf8(bytes(field, FIELD_BYTES_MAX).await?)
        .map_err(|_| bad_form("a field is not UTF-8"))
}

async fn bytes(field: &mut Field<'_>, limit: usize) -> Result<Vec<u8>, Problem> {
    let mut all = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(explain)? {
        if all.len() + chunk.len() > limit {
            let detail = format!(
                "a part of the form has more than {limit} bytes; send large scans by /v1/uploads"
            );
            return Err(Problem::refused(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                detail,
            ));
        }
        all.extend_from_slice(&chunk);
    }
    Ok(all)
}

fn explain(error: MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "the form is larger than this address takes; send large scans by /v1/uploads",
        ),
        _ => bad_form("it is cut off or not formed as multipart/form-data"),
    }
}

fn bad_form(what: &str) -> Problem {
    let detail = format!("the form cannot be used: {what}; see /openapi.json");
    Problem::refused(StatusCode::BAD_REQUEST, "bad_form", detail)
}
