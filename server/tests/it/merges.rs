//! Heads whose pixels do not contradict each other join by themselves.

use fovea_annotation::{ContentHash, Mask, TileId, VersionId};
use fovea_protocol::{LabelCreate, LabelCreated, LabelMerge, MaskSource, MergePreview};
use fovea_server::Role;

use crate::client::{Client, problem};
use crate::reviews::{graph, labelled};
use crate::sample::{mask, payload};
use crate::site::Site;

/// A head on top of `parent` whose mask is `mask`.
async fn with_mask(client: &Client, tile: TileId, parent: VersionId, mask: &Mask) -> VersionId {
    let ask = LabelCreate {
        tile_id: tile,
        parent: Some(parent),
        mask: MaskSource::Blob(client.put_blob(payload(mask)).await),
        comment: String::new(),
    };
    let made: LabelCreated = client.post_ok("/v1/labels", &ask, 201).await;
    made.label_id
}

#[tokio::test]
async fn pixels_that_do_not_contradict_join_by_themselves() {
    let site = Site::start().await;
    let (ada, bob) = (site.labeler(), site.client("bob", Role::Labeler));
    let (tile, v1) = labelled(&ada).await;
    // The first version has nine pixels of class 7 at the start of the first row.
    let (mut left, mut right, mut against) = (mask(7, 9), mask(7, 9), mask(7, 9));
    left.classes_mut()[0] = 5;
    right.classes_mut()[100] = 8;
    against.classes_mut()[0] = 6;
    let heads = [
        with_mask(&ada, tile, v1, &left).await,
        with_mask(&bob, tile, v1, &right).await,
    ];
    let ask = LabelMerge {
        tile_id: tile,
        parents: heads,
        comment: String::new(),
    };
    let path = format!("/v1/labels/{}/merge/{}", heads[0], heads[1]);
    let preview: MergePreview = ada.get(&path).await;
    assert_eq!((preview.base, preview.contradicting_px), (Some(v1), 0));
    let joined: LabelCreated = bob.post_ok("/v1/labels/merge", &ask, 201).await;
    assert_eq!(
        (&joined.heads[..], joined.version),
        (&[joined.label_id][..], 3)
    );
    left.classes_mut()[100] = 8;
    let shown = graph(&ada, tile).await;
    let last = &shown.versions.last().expect("versions").version;
    let both = ContentHash::of(&payload(&left));
    assert_eq!((&last.parents[..], last.payload), (&heads[..], both));
    let late = problem(ada.post("/v1/labels/merge", &ask).await).await;
    assert_eq!((late.status, late.code.as_str()), (409, "heads_moved"));
    // Both change the same pixel to another class: a person decides.
    let heads = [joined.label_id, with_mask(&bob, tile, v1, &against).await];
    let path = format!("/v1/labels/{}/merge/{}", heads[0], heads[1]);
    let preview: MergePreview = ada.get(&path).await;
    assert_eq!((preview.base, preview.contradicting_px), (Some(v1), 1));
    let ask = LabelMerge {
        parents: heads,
        ..ask
    };
    let refused = problem(ada.post("/v1/labels/merge", &ask).await).await;
    assert_eq!(
        (refused.status, refused.code.as_str()),
        (409, "contradictions")
    );
    assert_eq!(graph(&ada, tile).await.heads, heads);
}
