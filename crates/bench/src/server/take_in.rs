//! A real case on the server, for a picture that is there because a scan passed the firewall.

use bytes::Bytes;
use fovea_phantom::{PhantomParams, generate, heidelberg_vol};
use hyper::Method;

use super::BSCAN;
use super::load::{Call, Target, ask, field};

const BOUNDARY: &str = "fovea-bench-boundary";

/// The picture of a B-scan as the server keeps it.
pub(super) struct Picture {
    pub(super) sha256: String,
    pub(super) bytes: Bytes,
}

/// Sends a scan and fetches the picture of its one B-scan.
pub(super) fn picture(target: &Target) -> anyhow::Result<Picture> {
    let params = PhantomParams::sample().with_size(BSCAN).with_bscans(1);
    let call = Call {
        method: Method::POST,
        path: "/v1/cases".to_owned(),
        content_type: "multipart/form-data; boundary=fovea-bench-boundary",
        body: form(&heidelberg_vol(&generate(1, &params).volume)).into(),
        status: 201,
    };
    let case = field(&ask(target, &call)?, "/case_id")?;
    let case = ask(target, &Call::get(format!("/v1/cases/{case}")))?;
    let sha256 = field(&case, "/tiles/0/raw")?;
    let bytes = ask(target, &Call::get(format!("/v1/blobs/{sha256}")))?;
    Ok(Picture { sha256, bytes })
}

fn form(file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in [("device_id", "phantom"), ("consent", "no_person")] {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"scan.vol\"\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}
