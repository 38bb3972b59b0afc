//! Tiles that two people labelled at once, joined from a client against the real server.

use fovea_annotation::{ContentHash, Mask, TileId, VersionId, mask_to_payload};
use fovea_geometry::SizePx;
use fovea_protocol::{
    Disagreement, LabelApprove, LabelCreate, LabelCreated, LabelMerge, MaskSource, ReviewCreate,
    Verdict,
};
use fovea_server::{Role, create_user};
use fovea_sync::{Ask, Judgement, ReadingPair, Reply};

use crate::calls::{Asking, send_case};
use crate::site::Site;

/// Of the scans that are sent here.
const SIZE: SizePx = SizePx::new(400, 400);

/// One person who labels straight on the server.
struct Person<'a> {
    site: &'a Site,
    url: String,
    token: String,
}

impl Person<'_> {
    /// Saves a mask on top of `parent`.
    fn label(&self, tile: TileId, parent: Option<VersionId>, mask: &Mask) -> VersionId {
        let bytes = mask_to_payload(mask).expect("a payload");
        let payload = ContentHash::of(&bytes);
        let http = reqwest::Client::new();
        let put = http
            .put(format!("{}/v1/blobs/{payload}", self.url))
            .bearer_auth(&self.token)
            .body(bytes);
        let body = LabelCreate {
            tile_id: tile,
            parent,
            mask: MaskSource::Blob(payload),
            comment: String::new(),
        };
        let post = http
            .post(format!("{}/v1/labels", self.url))
            .bearer_auth(&self.token)
            .json(&body);
        let made: LabelCreated = self.site.runtime.block_on(async {
            put.send().await.expect("answers");
            let answer = post.send().await.expect("answers");
            answer.json().await.expect("a label")
        });
        made.label_id
    }
}

/// A mask with so many pixels of a class from a place on.
fn painted(at: usize, class: u8) -> Mask {
    let mut mask = Mask::background(SIZE);
    mask.classes_mut()[at..at + 9].fill(class);
    mask
}

fn disagreements(asking: &Asking) -> Vec<Disagreement> {
    asking.ask(Ask::Disagreements(0));
    asking.until("tiles", |reply| match reply {
        Reply::Disagreements { page, .. } => Some(page.tiles),
        _ => None,
    })
}

fn compare(asking: &Asking, found: &Disagreement) -> ReadingPair {
    let heads = [found.heads[0], found.heads[1]];
    asking.ask(Ask::Readings(found.tile_id, heads));
    asking.until("both readings", |reply| match reply {
        Reply::Readings(pair) => Some(*pair),
        _ => None,
    })
}

fn joined(asking: &Asking) -> LabelCreated {
    asking.until("one reading", |reply| match reply {
        Reply::Joined { created, .. } => Some(created),
        Reply::Failed { why } => panic!("{why}"),
        _ => None,
    })
}

/// Both approvals were decided on when nothing was approved.
fn approve_in_time_and_too_late(asking: &Asking, one: VersionId, other: VersionId) {
    let first = LabelApprove {
        expected_approved: None,
        comment: "good".to_owned(),
    };
    asking.ask(Ask::Approve(one, first.clone()));
    let said = asking.until("an approval", |reply| match reply {
        Reply::Approved(record) => Some(record),
        Reply::Failed { why } => panic!("{why}"),
        _ => None,
    });
    assert_eq!((said.label_id, said.approved_by.as_str()), (one, "eve"));
    asking.ask(Ask::Approve(other, first));
    asking.until("a refusal", |reply| match reply {
        Reply::ApprovedMeanwhile => Some(()),
        Reply::Approved(record) => panic!("{record:?}"),
        _ => None,
    });
}

#[test]
fn readings_are_compared_merged_and_decided() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let case_id = send_case(&mut site, &server.url());
    let tile = TileId::of(case_id, 0);
    let account =
        |name: &str, role| create_user(&site.server_data(), name, role, None).expect(name);
    let person = |token: &str| Person {
        site: &site,
        url: server.url(),
        token: token.to_owned(),
    };
    let (ada, bob) = (person(&site.token), person(&account("bob", Role::Labeler)));
    let v1 = ada.label(tile, None, &painted(0, 5));
    let (left, mut right) = (painted(0, 6), painted(0, 5));
    right.classes_mut()[500] = 7;
    let heads = [
        ada.label(tile, Some(v1), &left),
        bob.label(tile, Some(v1), &right),
    ];

    let asking = Asking::start(&site, &server.url());
    let found = disagreements(&asking);
    assert_eq!((found.len(), found[0].heads.as_slice()), (1, &heads[..]));
    let pair = compare(&asking, &found[0]);
    assert_eq!(pair.contradicting_px, 0);
    assert_eq!(pair.masks, [left, right]);
    asking.ask(Ask::Merge(LabelMerge {
        tile_id: tile,
        parents: heads,
        comment: "both are right".to_owned(),
    }));
    let one = joined(&asking);
    assert_eq!(one.heads, [one.label_id]);
    assert_eq!(disagreements(&asking), []);

    // The same pixels, each to another class: nobody but a reviewer decides.
    let parents = [
        ada.label(tile, Some(one.label_id), &painted(0, 8)),
        bob.label(tile, Some(one.label_id), &painted(0, 9)),
    ];
    let pair = compare(&asking, &disagreements(&asking)[0]);
    assert_eq!(pair.contradicting_px, 9);
    asking.ask(Ask::Merge(LabelMerge {
        tile_id: tile,
        parents,
        comment: String::new(),
    }));
    let why = asking.until("a refusal", |reply| match reply {
        Reply::Failed { why } => Some(why),
        _ => None,
    });
    assert!(why.ends_with('.'), "{why}");
    site.sign_in(&account("eve", Role::Reviewer));
    assert_eq!(pair.approved, None);
    approve_in_time_and_too_late(&asking, v1, heads[1]);
    let pair = compare(&asking, &disagreements(&asking)[0]);
    assert_eq!(pair.approved, Some(v1));
    let drawn = painted(0, 10);
    asking.ask(Ask::Adjudicate {
        tile,
        parents,
        judgement: Judgement::Drawn(Box::new(drawn.clone())),
        comment: "neither".to_owned(),
    });
    let decided = joined(&asking);
    assert_eq!(decided.heads, [decided.label_id]);
    let payload = ContentHash::of(&mask_to_payload(&drawn).expect("a payload"));
    let parents = [
        ada.label(tile, Some(decided.label_id), &painted(0, 8)),
        bob.label(tile, Some(decided.label_id), &painted(0, 9)),
    ];
    asking.ask(Ask::Adjudicate {
        tile,
        parents,
        judgement: Judgement::Reading(payload),
        comment: "as it was".to_owned(),
    });
    assert_eq!(joined(&asking).heads.len(), 1);
    // What a reviewer says of a label is kept beside it.
    let label = ada.label(tile, None, &painted(40, 7));
    asking.ask(Ask::Review(
        label,
        ReviewCreate {
            verdict: Verdict::Reject,
            comment: "too far to the right".to_owned(),
        },
    ));
    let said = asking.until("a review", |reply| match reply {
        Reply::Reviewed(record) => Some(record),
        _ => None,
    });
    assert_eq!((said.label_id, said.reviewed_by.as_str()), (label, "eve"));
    drop(asking);
    drop((ada, bob));
    site.runtime.block_on(server.shutdown());
}
