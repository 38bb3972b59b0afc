//! Bytes and cases of others stay out of reach of whoever knows their names.

use fovea_annotation::ContentHash;
use fovea_protocol::{OpBody, OpOutcome};
use fovea_server::Role;
use reqwest::Method;
use serde_json::json;

use crate::case_access::{hidden, site_without_workers};
use crate::client::problem;
use crate::sample::{case_op, gray_png, mask, payload, tile_id};

#[tokio::test]
async fn nobody_gets_at_bytes_or_cases_of_others_through_an_own_case() {
    let site = site_without_workers().await;
    let olga = site.client("olga", Role::Researcher);
    let eve = site.client("eve", Role::Researcher);
    let hidden = hidden(&olga).await;
    let blob = format!("/v1/blobs/{}", hidden.blob);
    // Eve knows the hash of a picture, and names it in a case of her own.
    let OpBody::RegisterCase(mut stolen) = case_op(&olga, "stolen", 1).await else {
        panic!("a case")
    };
    let push = eve.push(vec![OpBody::RegisterCase(stolen.clone())]).await;
    assert!(matches!(&push[..], [OpOutcome::Rejected { code, .. }] if code == "blob_missing"));
    assert_eq!(eve.send(Method::GET, &blob).await.status(), 404);
    // With the bytes in hand she may: she has them.
    eve.put_blob(gray_png(9)).await;
    assert_eq!(eve.send(Method::GET, &blob).await.status(), 200);
    let push = eve.push(vec![OpBody::RegisterCase(stolen.clone())]).await;
    assert_eq!(push, [OpOutcome::Accepted]);
    // The very case of olga stays hers.
    stolen.case_id = hidden.case;
    stolen.tiles[0].tile_id = hidden.tile;
    let push = eve.push(vec![OpBody::RegisterCase(stolen)]).await;
    assert!(matches!(&push[..], [OpOutcome::Rejected { code, .. }] if code == "case_restricted"));
    // Nor does a label of her own lead to a mask of olga's.
    let own = tile_id("stolen", 0);
    let payload = ContentHash::of(&payload(&mask(7, 6)));
    let ask = json!({ "tile_id": own, "mask": { "blob": payload } });
    let refused = problem(eve.post("/v1/labels", &ask).await).await;
    assert_eq!(refused.code, "blob_missing");
}
