//! The outbox arrives: once, in order, forks kept, refusals explained.

use fovea_annotation::ContentHash;
use fovea_protocol::{
    CaseRecord, ChangesPage, HaveRequest, HaveResponse, Op, OpBody, OpOutcome, VersionGraph,
};
use uuid::Uuid;

use crate::client::Client;
use crate::sample::{
    SIZE, case_op, gray_png, mask, payload, prediction_op, sent_version, tile_id, version,
};
use crate::site::Site;

fn op(body: OpBody) -> Op {
    Op {
        op_id: Uuid::new_v4(),
        body,
    }
}

fn code(outcome: &OpOutcome) -> (&str, bool) {
    match outcome {
        OpOutcome::Rejected {
            code, retryable, ..
        } => (code, *retryable),
        other => panic!("{other:?}"),
    }
}

async fn graph(client: &Client, case: &str) -> VersionGraph {
    client
        .get(&format!("/v1/tiles/{}/versions", tile_id(case, 0)))
        .await
}

#[tokio::test]
async fn the_same_push_twice_changes_nothing() {
    let site = Site::start().await;
    let client = site.labeler();
    let tile = tile_id("case", 0);
    let v1 = sent_version(&client, tile, 1, vec![], &mask(7, 5)).await;
    let v2 = sent_version(&client, tile, 2, vec![v1.id], &mask(7, 17)).await;
    let ops = vec![
        op(case_op(&client, "case", 1).await),
        op(prediction_op(&client, tile, 0.5).await),
        op(OpBody::PushVersion(v1)),
        op(OpBody::PushVersion(v2.clone())),
    ];
    assert_eq!(
        client.push_ops(ops.clone()).await,
        vec![OpOutcome::Accepted; 4]
    );
    assert_eq!(
        client.push_ops(ops.clone()).await,
        vec![OpOutcome::Duplicate; 4]
    );
    let renamed = ops.into_iter().map(|op| op.body).collect();
    assert_eq!(
        client.push(renamed).await,
        vec![OpOutcome::Duplicate; 4],
        "content counts, not the name of the op"
    );
    let graph = graph(&client, "case").await;
    assert_eq!((graph.versions.len(), graph.heads), (2, vec![v2.id]));
    assert_eq!(
        (
            graph.versions[1].diff.added_px,
            graph.versions[1].diff.removed_px
        ),
        (12, 0)
    );
    assert_eq!(graph.versions[1].pushed_by, "ada");
}

#[tokio::test]
async fn eight_clients_push_the_same_operation_at_once() {
    let site = Site::start().await;
    let client = site.labeler();
    let op = op(case_op(&client, "case", 1).await);
    let pushes = (0..8).map(|_| {
        let (client, op) = (client.clone(), op.clone());
        tokio::spawn(async move { client.push_ops(vec![op]).await.remove(0) })
    });
    let pushes: Vec<_> = pushes.collect();
    let mut accepted = 0;
    for push in pushes {
        match push.await.expect("joins") {
            OpOutcome::Accepted => accepted += 1,
            other => assert_eq!(other, OpOutcome::Duplicate),
        }
    }
    assert_eq!(accepted, 1);
}

#[tokio::test]
async fn the_feed_has_no_gap_while_many_push() {
    let site = Site::start().await;
    let client = site.labeler();
    let pushes = (0..40).map(|at| {
        let client = client.clone();
        tokio::spawn(async move {
            client
                .push(vec![case_op(&client, &format!("case {at}"), 1).await])
                .await
        })
    });
    let pushes: Vec<_> = pushes.collect();
    let (mut cursor, mut seen) = (0, Vec::new());
    while seen.len() < 40 {
        let page: ChangesPage = client
            .get(&format!("/v1/sync/changes?cursor={cursor}&wait_s=5"))
            .await;
        seen.extend(page.changes.iter().map(|change| change.seq));
        cursor = page.cursor;
    }
    for push in pushes {
        assert_eq!(push.await.expect("joins"), [OpOutcome::Accepted]);
    }
    assert_eq!(seen, (1..=40).collect::<Vec<u64>>());
}

#[tokio::test]
async fn a_fork_keeps_both_heads_until_somebody_joins_them() {
    let site = Site::start().await;
    let client = site.labeler();
    let tile = tile_id("case", 0);
    let v1 = sent_version(&client, tile, 1, vec![], &mask(7, 5)).await;
    let ada = sent_version(&client, tile, 2, vec![v1.id], &mask(7, 9)).await;
    let bob = sent_version(&client, tile, 2, vec![v1.id], &mask(8, 5)).await;
    let first = vec![
        case_op(&client, "case", 1).await,
        OpBody::PushVersion(v1),
        OpBody::PushVersion(ada.clone()),
    ];
    assert_eq!(client.push(first).await, vec![OpOutcome::Accepted; 3]);
    let forked = client.push(vec![OpBody::PushVersion(bob.clone())]).await;
    assert_eq!(
        forked,
        [OpOutcome::Forked {
            heads: vec![ada.id, bob.id]
        }]
    );
    assert_eq!(graph(&client, "case").await.heads, [ada.id, bob.id]);
    let joined = sent_version(&client, tile, 3, vec![ada.id, bob.id], &mask(7, 9)).await;
    assert_eq!(
        client.push(vec![OpBody::PushVersion(joined.clone())]).await,
        [OpOutcome::Accepted]
    );
    assert_eq!(graph(&client, "case").await.heads, [joined.id]);
}

#[tokio::test]
async fn what_waits_for_something_is_taken_when_it_has_come() {
    let site = Site::start().await;
    let client = site.labeler();
    let tile = tile_id("case", 0);
    let unsent = version(tile, 1, vec![], &mask(7, 5));
    let ops = vec![op(OpBody::PushVersion(unsent.clone()))];
    assert_eq!(
        code(&client.push_ops(ops.clone()).await[0]),
        ("tile_unknown", true)
    );
    client.push(vec![case_op(&client, "case", 1).await]).await;
    assert_eq!(
        code(&client.push_ops(ops.clone()).await[0]),
        ("blob_missing", true)
    );
    let ask = HaveRequest {
        blobs: vec![unsent.payload, ContentHash::of(&gray_png(9))],
    };
    let have: HaveResponse = client.post_ok("/v1/sync/have", &ask, 200).await;
    assert_eq!(have.missing, [unsent.payload]);
    client.put_blob(payload(&mask(7, 5))).await;
    assert_eq!(client.push_ops(ops).await, [OpOutcome::Accepted]);
    let orphan = sent_version(
        &client,
        tile,
        3,
        vec![version(tile, 2, vec![], &mask(1, 1)).id],
        &mask(7, 6),
    )
    .await;
    assert_eq!(
        code(&client.push(vec![OpBody::PushVersion(orphan)]).await[0]),
        ("parent_unknown", true)
    );
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_for_good() {
    let site = Site::start().await;
    let client = site.labeler();
    let tile = tile_id("case", 0);
    client
        .push(vec![
            case_op(&client, "case", 1).await,
            case_op(&client, "other", 1).await,
        ])
        .await;
    let good = sent_version(&client, tile, 1, vec![], &mask(7, 5)).await;
    let small = fovea_annotation::Mask::background(fovea_geometry::SizePx::new(SIZE.width, 1));
    let foreign = sent_version(&client, tile_id("other", 0), 1, vec![], &mask(7, 5)).await;
    client
        .push(vec![OpBody::PushVersion(foreign.clone())])
        .await;
    let not_a_mask = client.put_blob(b"no mask".to_vec()).await;
    let resealed = |change: fn(&mut fovea_annotation::LabelVersion, ContentHash), hash| {
        let mut version = good.clone().into_version(Default::default());
        change(&mut version, hash);
        OpBody::PushVersion((&version.sealed()).into())
    };
    let mut tampered = good.clone();
    tampered.comment.push('x');
    let mut bad_tile_order = case_op(&client, "third", 2).await;
    let mut bad_raw = case_op(&client, "third", 1).await;
    let mut named = case_op(&client, "third", 1).await;
    for (body, change) in [(&mut bad_tile_order, 0), (&mut bad_raw, 1), (&mut named, 2)] {
        let OpBody::RegisterCase(case) = body else {
            unreachable!()
        };
        match change {
            0 => case.tiles.swap(0, 1),
            1 => case.tiles[0].raw = not_a_mask,
            _ => case.format = "SMITH, John 1950.vol".into(),
        }
    }
    let mut bad_score = prediction_op(&client, tile, 0.5).await;
    if let OpBody::RegisterPrediction(prediction) = &mut bad_score {
        prediction.score = 1.5;
    }
    for (body, expected) in [
        (OpBody::PushVersion(tampered), "version_invalid"),
        (
            resealed(|v, hash| v.payload = hash, not_a_mask),
            "payload_invalid",
        ),
        (
            resealed(
                |v, hash| v.payload = hash,
                client.put_blob(payload(&small)).await,
            ),
            "payload_size",
        ),
        (
            resealed(
                |v, hash| v.payload = hash,
                client.put_blob(payload(&mask(200, 1))).await,
            ),
            "payload_classes",
        ),
        (
            resealed(
                |v, hash| v.parents = vec![fovea_annotation::VersionId(hash)],
                foreign.id.0,
            ),
            "parent_of_other_tile",
        ),
        (bad_tile_order, "case_invalid"),
        (bad_raw, "case_invalid"),
        (named, "case_invalid"),
        (bad_score, "prediction_invalid"),
    ] {
        assert_eq!(
            code(&client.push(vec![body]).await[0]),
            (expected, false),
            "{expected}"
        );
    }
    let id = Uuid::new_v4();
    let first = Op {
        op_id: id,
        body: OpBody::PushVersion(good),
    };
    let second = Op {
        op_id: id,
        body: OpBody::PushVersion(foreign),
    };
    let outcomes = client.push_ops(vec![first, second]).await;
    assert_eq!(
        (&outcomes[0], code(&outcomes[1])),
        (&OpOutcome::Accepted, ("op_id_reused", false))
    );
}

/// The same picture with a chunk more, as another encoder might write it (PNG specification, 5.3 and annex D).
fn with_another_chunk(png: &[u8]) -> Vec<u8> {
    let body = b"tEXtSoftware\0another encoder";
    let mut crc = u32::MAX;
    for byte in body {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let poly = if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
            crc = (crc >> 1) ^ poly;
        }
    }
    let len = (body.len() - 4) as u32;
    let chunk = [&len.to_be_bytes()[..], body, &(!crc).to_be_bytes()].concat();
    // Behind the signature and the header.
    let (before, after) = png.split_at(33);
    [before, &chunk, after].concat()
}

#[tokio::test]
async fn the_same_pixels_in_other_bytes_are_the_same_case_and_the_first_bytes_stay() {
    let site = Site::start().await;
    let client = site.labeler();
    let OpBody::RegisterCase(first) = case_op(&client, "case", 2).await else {
        panic!("a case")
    };
    let outcomes = client.push(vec![OpBody::RegisterCase(first.clone())]).await;
    assert_eq!(outcomes, [OpOutcome::Accepted]);
    let offer = async |png: Vec<u8>| {
        let mut case = first.clone();
        case.tiles[1].raw = client.put_blob(png).await;
        assert_ne!(case.tiles[1].raw, first.tiles[1].raw);
        client
            .push(vec![OpBody::RegisterCase(case)])
            .await
            .remove(0)
    };
    let again = offer(with_another_chunk(&gray_png(9))).await;
    assert_eq!(again, OpOutcome::Duplicate);
    let held: CaseRecord = client.get(&format!("/v1/cases/{}", first.case_id)).await;
    assert_eq!(held.tiles, first.tiles);
    for png in [gray_png(10), with_another_chunk(&gray_png(10))] {
        assert_eq!(code(&offer(png).await), ("case_conflict", false));
    }
    // A picture that begins well and cannot be read is like no other.
    let torn = gray_png(9)[..40].to_vec();
    assert_eq!(code(&offer(torn).await), ("case_conflict", false));
}
