//! Labels to post: each another mask of another tile.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fovea_annotation::{ContentHash, Mask, mask_to_payload};
use fovea_imaging::encode_png_index;
use fovea_phantom::{PhantomParams, generate};
use hyper::Method;

use super::BSCAN;
use super::load::{Call, Target, ask};

/// The mask that people are taken to draw.
pub(super) fn mask() -> Mask {
    let params = PhantomParams::sample().with_size(BSCAN).with_bscans(1);
    generate(1, &params).masks.swap_remove(0)
}

/// Bodies of `POST /v1/labels` for `tiles`: `mask` with one pixel more changed from body to body, as a PNG.
pub(super) fn bodies(mask: &mut Mask, tiles: &[String]) -> anyhow::Result<Vec<String>> {
    let mut bodies = Vec::with_capacity(tiles.len());
    for (number, tile) in tiles.iter().enumerate() {
        mask.classes_mut()[number] ^= 1;
        let png = STANDARD.encode(encode_png_index(mask)?);
        bodies.push(format!(
            r#"{{"tile_id":"{tile}","mask":{{"png_base64":"{png}"}}}}"#
        ));
    }
    Ok(bodies)
}

/// Bodies of labels whose mask is the blob `sha256`.
pub(super) fn bodies_of_blob(sha256: &str, tiles: &[String]) -> Vec<String> {
    let body = |tile| format!(r#"{{"tile_id":"{tile}","mask":{{"blob":"{sha256}"}}}}"#);
    tiles.iter().map(body).collect()
}

/// Stores the mask as a client that syncs does; returns its SHA-256.
pub(super) fn store_mask(target: &Target) -> anyhow::Result<String> {
    let payload = mask_to_payload(&mask())?;
    let sha256 = ContentHash::of(&payload).to_hex();
    let call = Call {
        method: Method::PUT,
        path: format!("/v1/blobs/{sha256}"),
        content_type: "application/octet-stream",
        body: payload.into(),
        status: 204,
    };
    ask(target, &call)?;
    Ok(sha256)
}

/// One call for each body.
pub(super) fn calls(path: &str, bodies: Vec<String>, status: u16) -> Vec<Call> {
    let call = |body| Call::post(path, body, status);
    bodies.into_iter().map(call).collect()
}
