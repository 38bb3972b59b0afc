//! What reviewers decide about labels: review, approve, adjudicate. Whoever comes second is told.

use base64::Engine as _;
use fovea_annotation::{TileId, VersionId};
use fovea_imaging::encode_png_index;
use fovea_protocol::{
    ApprovalRecord, Change, ChangesPage, DisagreementsPage, LabelAdjudicate, LabelApprove,
    LabelCreate, LabelCreated, MaskSource, OpBody, ReviewCreate, ReviewRecord, ReviewsPage,
    Verdict, VersionGraph,
};
use fovea_server::{Role, verify_audit};
use reqwest::Response;
use serde_json::json;

use crate::client::{Client, problem};
use crate::contents::hello;
use crate::sample::{case_op, mask, payload, sent_version, tile_id};
use crate::site::Site;

pub(crate) async fn approve(
    client: &Client,
    label: VersionId,
    expected: Option<VersionId>,
) -> Response {
    let ask = LabelApprove {
        expected_approved: expected,
        comment: "good".into(),
    };
    client
        .post(&format!("/v1/labels/{label}/approve"), &ask)
        .await
}

pub(crate) async fn review(
    client: &Client,
    label: VersionId,
    verdict: Verdict,
    comment: &str,
) -> Response {
    let comment = comment.into();
    let ask = ReviewCreate { verdict, comment };
    client
        .post(&format!("/v1/labels/{label}/reviews"), &ask)
        .await
}

pub(crate) async fn adjudicate(
    client: &Client,
    tile: TileId,
    parents: [VersionId; 2],
    comment: &str,
) -> Response {
    let ask = LabelAdjudicate {
        tile_id: tile,
        parents,
        mask: MaskSource::Blob(client.put_blob(payload(&mask(7, 11))).await),
        comment: comment.into(),
    };
    client.post("/v1/labels/adjudicate", &ask).await
}

pub(crate) async fn graph(client: &Client, tile: TileId) -> VersionGraph {
    client.get(&format!("/v1/tiles/{tile}/versions")).await
}

/// An edit straight on the server.
pub(crate) async fn edit(
    client: &Client,
    tile: TileId,
    parent: Option<VersionId>,
    comment: &str,
) -> VersionId {
    let ask = LabelCreate {
        tile_id: tile,
        parent,
        mask: MaskSource::Blob(client.put_blob(payload(&mask(7, 9))).await),
        comment: comment.into(),
    };
    let made: LabelCreated = client.post_ok("/v1/labels", &ask, 201).await;
    made.label_id
}

/// A tile with a first version by ada.
pub(crate) async fn labelled(ada: &Client) -> (TileId, VersionId) {
    ada.push(vec![case_op(ada, "case", 1).await]).await;
    let tile = tile_id("case", 0);
    let v1 = edit(ada, tile, None, "first").await;
    (tile, v1)
}

/// A tile whose heads are one of ada and one of bob.
async fn forked(ada: &Client, bob: &Client) -> (TileId, [VersionId; 2]) {
    let (tile, v1) = labelled(ada).await;
    let heads = [
        edit(ada, tile, Some(v1), "ada's").await,
        edit(bob, tile, Some(v1), "bob's").await,
    ];
    (tile, heads)
}

#[tokio::test]
async fn an_approval_counts_only_when_nobody_was_faster() {
    let site = Site::start().await;
    let (ada, rita) = (site.labeler(), site.client("rita", Role::Reviewer));
    let (tile, v1) = labelled(&ada).await;
    let v2 = edit(&ada, tile, Some(v1), "second").await;
    let first: ApprovalRecord = approve(&rita, v1, None).await.json().await.expect("taken");
    assert_eq!((first.label_id, first.previous), (v1, None));
    // The same once more, as after a lost answer, changes nothing.
    let again: ApprovalRecord = approve(&rita, v1, None).await.json().await.expect("taken");
    assert_eq!(again, first);
    let root = site.client("root", Role::Admin);
    for (label, expected) in [(v2, None), (v1, None), (v2, Some(v2))] {
        let late = problem(approve(&root, label, expected).await).await;
        assert_eq!(
            (late.status, late.code.as_str()),
            (409, "approved_meanwhile")
        );
        assert_eq!(late.current, [v1.to_string()]);
    }
    assert_eq!(graph(&ada, tile).await.approved, Some(v1));
    assert_eq!(approve(&root, v2, Some(v1)).await.status(), 200);
    // Back to an ancestor of the head: it is still there.
    assert_eq!(approve(&root, v1, Some(v2)).await.status(), 200);
    assert_eq!(graph(&ada, tile).await.approved, Some(v1));
    let unknown = VersionId(fovea_annotation::ContentHash::of(b"nobody's"));
    let refused = problem(approve(&root, unknown, Some(v1)).await).await;
    assert_eq!(refused.code, "label_unknown");
    // Leaving out what was seen is no approval.
    let path = format!("/v1/labels/{v1}/approve");
    let silent = problem(root.post(&path, &json!({ "comment": "" })).await).await;
    assert_eq!(silent.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_reviewers_who_approve_at_once_one_wins() {
    let site = Site::start().await;
    let ada = site.labeler();
    let reviewers: Vec<Client> = (0..4)
        .map(|at| site.client(&format!("reviewer{at}"), Role::Reviewer))
        .collect();
    let (tile, v1) = labelled(&ada).await;
    let mut seen = None;
    for round in 0..8 {
        let label = edit(&ada, tile, Some(v1), &format!("round {round}")).await;
        let asked = reviewers.iter().cloned().map(|reviewer| {
            tokio::spawn(async move { approve(&reviewer, label, seen).await.status().as_u16() })
        });
        let asked: Vec<_> = asked.collect();
        let mut answers = Vec::new();
        for answer in asked {
            answers.push(answer.await.expect("joins"));
        }
        answers.sort_unstable();
        assert_eq!(answers, [200, 409, 409, 409]);
        seen = Some(label);
    }
    assert_eq!(graph(&ada, tile).await.approved, seen);
    assert_eq!(verify_audit(site.data()).expect("reads").faults, []);
}

#[tokio::test]
async fn a_rejected_label_goes_back_to_its_author() {
    let site = Site::start().await;
    let (ada, rita) = (site.labeler(), site.client("rita", Role::Reviewer));
    let (tile, v1) = labelled(&ada).await;
    let silent = problem(review(&rita, v1, Verdict::Reject, "  ").await).await;
    assert_eq!(
        (silent.status, silent.code.as_str()),
        (422, "comment_needed")
    );
    let long = "x".repeat(4_001);
    let refused = problem(review(&rita, v1, Verdict::Accept, &long).await).await;
    assert_eq!(refused.code, "comment_too_long");
    let rejected = review(&rita, v1, Verdict::Reject, "too low").await;
    assert_eq!(rejected.status(), 201);
    let rejected: ReviewRecord = rejected.json().await.expect("a review");
    assert_eq!(
        (rejected.comment.as_str(), rejected.reviewed_by.as_str()),
        ("too low", "rita")
    );
    let shown = graph(&ada, tile).await;
    assert_eq!(
        (shown.returned, shown.reviews),
        (vec![v1], vec![rejected.clone()])
    );
    let feed: ChangesPage = ada.get("/v1/sync/changes?cursor=0").await;
    let told = feed.changes.last().map(|entry| entry.change.clone());
    assert_eq!(told, Some(Change::LabelReviewed(rejected.clone())));
    let refused = problem(approve(&rita, v1, None).await).await;
    assert_eq!(
        (refused.status, refused.code.as_str()),
        (409, "label_rejected")
    );
    // Said twice is said once.
    review(&rita, v1, Verdict::Reject, "too low").await;
    let page: ReviewsPage = ada.get(&format!("/v1/labels/{v1}/reviews")).await;
    assert_eq!(page.reviews, [rejected]);
    // The author's next version is a new head, which nobody has rejected.
    let v2 = edit(&ada, tile, Some(v1), "higher").await;
    assert_eq!(graph(&ada, tile).await.returned, []);
    assert_eq!(review(&rita, v2, Verdict::Accept, "").await.status(), 201);
    assert_eq!(approve(&rita, v2, None).await.status(), 200);
    let refused = problem(review(&rita, v2, Verdict::Reject, "no").await).await;
    assert_eq!(
        (refused.status, refused.code.as_str()),
        (409, "label_approved")
    );
}

#[tokio::test]
async fn an_adjudication_joins_two_heads() {
    let site = Site::start().await;
    let (ada, bob) = (site.labeler(), site.client("bob", Role::Labeler));
    let rita = site.client("rita", Role::Reviewer);
    let (tile, heads) = forked(&ada, &bob).await;
    let waiting: DisagreementsPage = ada.get("/v1/labels/disagreements").await;
    assert_eq!(waiting.tiles.len(), 1);
    assert_eq!(
        (waiting.tiles[0].tile_id, &waiting.tiles[0].heads[..]),
        (tile, &heads[..])
    );
    let [first, _] = heads;
    let same = problem(adjudicate(&rita, tile, [first, first], "").await).await;
    assert_eq!(same.code, "parents_equal");
    let joined = adjudicate(&rita, tile, heads, "ada is right").await;
    assert_eq!(joined.status(), 201);
    let joined: LabelCreated = joined.json().await.expect("a version");
    assert_eq!(
        (joined.version, &joined.heads[..]),
        (3, &[joined.label_id][..])
    );
    assert_eq!(joined.diff_preview, "Saved v3, diff: +2px -0px");
    let shown = graph(&ada, tile).await;
    assert_eq!(shown.heads, [joined.label_id]);
    let version = &shown.versions.last().expect("versions").version;
    assert_eq!(
        (&version.parents[..], version.author.as_str()),
        (&heads[..], "rita")
    );
    let waiting: DisagreementsPage = ada.get("/v1/labels/disagreements").await;
    assert_eq!(waiting.tiles, []);
    let late = problem(adjudicate(&rita, tile, heads, "again").await).await;
    assert_eq!((late.status, late.code.as_str()), (409, "heads_moved"));
    assert_eq!(late.current, [joined.label_id.to_string()]);
    let lines = site.intrude("SELECT count(*) FROM audit WHERE action = 'ADJUDICATE'");
    assert_eq!(lines.expect("reads").trim(), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_reviewers_who_adjudicate_at_once_one_wins() {
    let site = Site::start().await;
    let (ada, bob) = (site.labeler(), site.client("bob", Role::Labeler));
    let reviewers: Vec<Client> = (0..4)
        .map(|at| site.client(&format!("reviewer{at}"), Role::Reviewer))
        .collect();
    let (tile, heads) = forked(&ada, &bob).await;
    let asked = reviewers.iter().cloned().map(|reviewer| {
        tokio::spawn(async move {
            adjudicate(&reviewer, tile, heads, "")
                .await
                .status()
                .as_u16()
        })
    });
    let asked: Vec<_> = asked.collect();
    let mut answers = Vec::new();
    for answer in asked {
        answers.push(answer.await.expect("joins"));
    }
    answers.sort_unstable();
    assert_eq!(answers, [201, 409, 409, 409]);
    let shown = graph(&ada, tile).await;
    assert_eq!((shown.heads.len(), shown.versions.len()), (1, 4));
}

/// Rita sends a version of her own, and would decide about it: what she is told at the door, and then.
async fn decisions_about_own_work(settings: &str) -> (bool, Vec<(u16, String)>) {
    let site = Site::start_with(settings).await;
    let (ada, rita) = (site.labeler(), site.client("rita", Role::Reviewer));
    let (tile, v1) = labelled(&ada).await;
    let at_ada = edit(&ada, tile, Some(v1), "ada's").await;
    // Named as ada's, sent by rita, and then edited by somebody else: the line holds work of hers.
    let sent = sent_version(&rita, tile, 2, vec![v1], &mask(8, 3)).await;
    rita.push(vec![OpBody::PushVersion(sent.clone())]).await;
    let on_top = edit(&ada, tile, Some(sent.id), "on top").await;
    let mut answers = Vec::new();
    for response in [
        approve(&rita, sent.id, None).await,
        review(&rita, sent.id, Verdict::Accept, "").await,
        adjudicate(&rita, tile, [at_ada, on_top], "").await,
    ] {
        let status = response.status().as_u16();
        let body: serde_json::Value = response.json().await.expect("JSON");
        answers.push((status, body["code"].as_str().unwrap_or_default().into()));
    }
    (hello(&rita).await.may_review_own, answers)
}

#[tokio::test]
async fn nobody_decides_about_own_work_unless_the_site_says_so() {
    let refused = (403, "own_label".to_owned());
    let answers = decisions_about_own_work("").await;
    assert_eq!(answers, (false, vec![refused; 3]));
    let (is_told, answers) = decisions_about_own_work("[review]\nown = true\n").await;
    let statuses: Vec<u16> = answers.into_iter().map(|(status, _)| status).collect();
    assert_eq!((is_told, statuses), (true, vec![200, 201, 201]));
}

#[tokio::test]
async fn only_reviewers_and_administrators_decide() {
    let site = Site::start().await;
    let (ada, bob) = (site.labeler(), site.client("bob", Role::Labeler));
    let joined = encode_png_index(&mask(7, 11)).expect("encodes");
    let joined = base64::engine::general_purpose::STANDARD.encode(joined);
    for role in Role::ALL {
        let case = format!("case of {}", role.name());
        ada.push(vec![case_op(&ada, &case, 1).await]).await;
        let tile = tile_id(&case, 0);
        let v1 = edit(&ada, tile, None, "first").await;
        let heads = [
            edit(&ada, tile, Some(v1), "ada's").await,
            edit(&bob, tile, Some(v1), "bob's").await,
        ];
        let client = site.client(role.name(), role);
        // As a PNG: not every role stores blobs, and a blob of others is nobody's to use.
        let ask = LabelAdjudicate {
            tile_id: tile,
            parents: heads,
            mask: MaskSource::PngBase64(joined.clone()),
            comment: String::new(),
        };
        let statuses = [
            review(&client, v1, Verdict::Accept, "").await.status(),
            approve(&client, v1, None).await.status(),
            client.post("/v1/labels/adjudicate", &ask).await.status(),
        ];
        let statuses = statuses.map(|status| status.as_u16());
        let shown = graph(&ada, tile).await;
        if [Role::Reviewer, Role::Admin].contains(&role) {
            assert_eq!(statuses, [201, 200, 201], "{}", role.name());
            assert_eq!((shown.heads.len(), shown.approved), (1, Some(v1)));
        } else {
            assert_eq!(statuses, [403, 403, 403], "{}", role.name());
            assert_eq!((shown.heads.len(), shown.approved), (2, None));
            assert_eq!(shown.reviews, []);
        }
    }
}

#[tokio::test]
async fn the_database_refuses_to_forget_a_decision() {
    let site = Site::start().await;
    let (ada, rita) = (site.labeler(), site.client("rita", Role::Reviewer));
    let (_, v1) = labelled(&ada).await;
    review(&rita, v1, Verdict::Accept, "good").await;
    approve(&rita, v1, None).await;
    for sql in [
        "UPDATE label_reviews SET verdict = 'reject'",
        "DELETE FROM label_reviews",
        "UPDATE label_approvals SET approval_no = 7",
        "DELETE FROM label_approvals",
    ] {
        assert!(site.intrude(sql).is_err(), "{sql}");
    }
}

#[tokio::test]
async fn disagreements_come_in_pages() {
    let site = Site::start().await;
    let (ada, bob) = (site.labeler(), site.client("bob", Role::Labeler));
    ada.push(vec![case_op(&ada, "case", 101).await]).await;
    let mut expected = Vec::new();
    for index in (0..101).rev() {
        let tile = tile_id("case", index);
        let mut ops = Vec::new();
        for class in [5, 6] {
            ops.push(OpBody::PushVersion(
                sent_version(&bob, tile, 1, vec![], &mask(class, 4)).await,
            ));
        }
        bob.push(ops).await;
        expected.push(tile);
    }
    let (mut after, mut seen, mut pages) = (0, Vec::new(), 0);
    loop {
        let path = format!("/v1/labels/disagreements?after={after}");
        let page: DisagreementsPage = ada.get(&path).await;
        pages += 1;
        assert!(page.tiles.iter().all(|tile| tile.heads.len() == 2));
        seen.extend(page.tiles.iter().map(|tile| tile.tile_id));
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(
        (seen, pages),
        (expected, 2),
        "those that waited longest first"
    );
}
