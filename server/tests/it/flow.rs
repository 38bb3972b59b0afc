//! Review and edit, arrow by arrow: queue, tile, edit, save v2, roll back to v1.

use base64::Engine as _;
use fovea_annotation::{VersionId, mask_from_payload};
use fovea_imaging::encode_png_index;
use fovea_protocol::{
    AuditPage, Change, ChangesPage, DiffResponse, LabelCreate, LabelCreated, LabelKind,
    LabelRollback, LabelRolledBack, MaskSource, QueuePage, TileView, VersionGraph,
};
use fovea_server::Role;

use crate::sample::{mask, predicted_case, tile_id};
use crate::site::Site;

#[tokio::test]
async fn review_edit_save_and_roll_back() {
    let site = Site::start().await;
    let client = site.labeler();
    predicted_case(&client, "case", &[0.5]).await;
    let tile = tile_id("case", 0);

    let queue: QueuePage = client
        .get("/v1/active-learning/queue?uncertainty_threshold=0.3")
        .await;
    assert_eq!(
        queue
            .tiles
            .iter()
            .map(|item| item.tile_id)
            .collect::<Vec<_>>(),
        [tile]
    );
    assert_eq!(queue.tiles[0].reason, "entropy p95 0.61, 3 blobs");

    let view: TileView = client.get(&format!("/v1/tiles/{tile}")).await;
    let fetch = async |href: String| {
        client
            .send(reqwest::Method::GET, &href)
            .await
            .bytes()
            .await
            .expect("bytes")
    };
    let raw = fetch(view.raw_img.href).await;
    assert!(raw.starts_with(b"\x89PNG"));
    let predicted = fetch(view.mask_img.expect("a predicted mask").href).await;
    assert_eq!(mask_from_payload(&predicted).expect("a mask"), mask(7, 5));

    // The prediction has 5 px of class 7; the edit has 17: 12 added. Then 5 are taken away again.
    let png = encode_png_index(&mask(7, 17)).expect("encodes");
    let png_base64 = base64::engine::general_purpose::STANDARD.encode(png);
    let ask = LabelCreate {
        tile_id: tile,
        parent: None,
        mask: MaskSource::PngBase64(png_base64),
        comment: String::new(),
    };
    let saved: LabelCreated = client.post_ok("/v1/labels", &ask, 201).await;
    assert_eq!(
        (saved.version, saved.diff_preview.as_str()),
        (2, "Saved v2, diff: +12px -0px")
    );
    assert_eq!(saved.heads, [saved.label_id]);

    let graph: VersionGraph = client.get(&format!("/v1/tiles/{tile}/versions")).await;
    assert_eq!(
        graph
            .versions
            .iter()
            .map(|r| r.version.kind)
            .collect::<Vec<_>>(),
        [LabelKind::Model, LabelKind::Edit]
    );
    let v1: VersionId = graph.versions[0].version.id;

    let ask = LabelRollback {
        label_id: saved.label_id,
        target_version: 1,
        comment: String::new(),
    };
    let restored: LabelRolledBack = client.post_ok("/v1/labels/rollback", &ask, 200).await;
    assert_eq!((restored.version, restored.diff.removed_px), (3, 12));
    assert_eq!(restored.heads, [restored.restored_label_id]);
    let graph: VersionGraph = client.get(&format!("/v1/tiles/{tile}/versions")).await;
    assert_eq!(graph.versions.len(), 3, "a rollback is a new record");
    assert_eq!(
        graph.versions[2].version.payload,
        graph.versions[0].version.payload
    );
    let diff: DiffResponse = client
        .get(&format!(
            "/v1/labels/{v1}/diff/{}",
            restored.restored_label_id
        ))
        .await;
    assert_eq!(
        (
            diff.diff.added_px,
            diff.diff.removed_px,
            diff.diff.relabelled_px
        ),
        (0, 0, 0)
    );

    let queue: QueuePage = client.get("/v1/active-learning/queue").await;
    assert!(queue.tiles.is_empty(), "a labelled tile leaves the queue");
    the_log_and_the_feed_tell_it(&site, &client).await;
}

async fn the_log_and_the_feed_tell_it(site: &Site, client: &crate::client::Client) {
    let audit: AuditPage = site.client("olga", Role::Auditor).get("/v1/audit").await;
    let actions: Vec<_> = audit
        .entries
        .iter()
        .map(|entry| entry.action.as_str())
        .collect();
    let told = [
        "CASE_REGISTER",
        "PREDICTION_REGISTER",
        "LABEL_MODEL",
        "LABEL_EDIT",
        "ROLLBACK",
    ];
    assert_eq!(
        actions
            .iter()
            .filter(|action| told.contains(action))
            .copied()
            .collect::<Vec<_>>(),
        told
    );
    assert!(
        fovea_server::verify_audit(site.data())
            .expect("reads")
            .faults
            .is_empty()
    );

    let page: ChangesPage = client.get("/v1/sync/changes?cursor=0").await;
    assert_eq!(
        page.changes
            .iter()
            .map(|change| change.seq)
            .collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    assert!(matches!(page.changes[0].change, Change::CaseRegistered(_)));
    assert!(
        matches!(&page.changes[4].change, Change::VersionAdded { heads, .. } if heads.len() == 1)
    );
    assert_eq!((page.cursor, page.more), (5, false));
    let page: ChangesPage = client.get("/v1/sync/changes?cursor=5").await;
    assert!(page.changes.is_empty());
}
