//! What reviewers said, and which labels wait for their author because of it.

use fovea_annotation::{Mask, TileId, VersionId};
use uuid::Uuid;

use crate::fixture::{Fixture, SIZE, disc};
use crate::{RemoteChanges, RemoteReview, SaveRequest};

fn save(fixture: &mut Fixture, tile_id: TileId, x: f32, author: &str) -> VersionId {
    let mut mask = Mask::background(SIZE);
    disc(&mut mask, 2, x, 10.0);
    let request = SaveRequest {
        tile_id,
        mask: &mask,
        author,
        comment: "",
    };
    let saved = fixture.store.save_version(&request).expect("saves");
    saved.version().id
}

fn review(version_id: VersionId, is_accepted: bool, comment: &str, at_us: i64) -> RemoteReview {
    RemoteReview {
        version_id,
        is_accepted,
        comment: comment.into(),
        reviewer: "eve".into(),
        reviewed_at_us: at_us,
    }
}

/// Takes reviews in as the page after `cursor`.
fn told(fixture: &mut Fixture, cursor: u64, reviews: &[RemoteReview]) -> usize {
    let page = RemoteChanges {
        reviews: reviews.to_vec(),
        ..RemoteChanges::default()
    };
    let applied = fixture.store.apply_changes(cursor, &page, cursor + 1);
    applied.expect("applies")
}

fn comments(fixture: &Fixture, author: &str) -> Vec<String> {
    let labels = fixture.store.returned_labels(author).expect("lists");
    labels
        .into_iter()
        .map(|label| label.review.comment)
        .collect()
}

#[test]
fn a_label_that_was_sent_back_waits_until_a_version_builds_on_it() {
    let (mut fixture, tile_id) = Fixture::with_case();
    let v1 = save(&mut fixture, tile_id, 8.0, "ada");
    let no = review(v1, false, "one row too low", 50);
    assert_eq!(told(&mut fixture, 0, std::slice::from_ref(&no)), 1);
    assert_eq!(told(&mut fixture, 1, std::slice::from_ref(&no)), 0, "known");
    let labels = fixture.store.returned_labels("ada").expect("lists");
    assert_eq!(
        (labels.len(), labels[0].tile_id, labels[0].bscan_index),
        (1, tile_id, 0)
    );
    assert_eq!(
        (labels[0].case_title.as_str(), &labels[0].review),
        ("case 1", &no)
    );

    let mut fixture = fixture.reopen();
    assert_eq!(comments(&fixture, "ada"), ["one row too low"]);
    let v2 = save(&mut fixture, tile_id, 9.0, "ada");
    assert!(comments(&fixture, "ada").is_empty(), "it is mended");
    told(
        &mut fixture,
        2,
        &[review(v2, false, "still", 60), review(v2, true, "good", 70)],
    );
    assert!(
        comments(&fixture, "ada").is_empty(),
        "the last review counts"
    );
}

#[test]
fn labels_are_listed_by_waiting_time_and_a_restored_server_tells_anew() {
    let (mut fixture, first) = Fixture::with_case();
    let case = fixture.store.list_cases().expect("lists")[0].case_id;
    let second = TileId::of(case, 1);
    let late = save(&mut fixture, first, 8.0, "ada");
    let early = save(&mut fixture, second, 8.0, "ada");
    let unknown = VersionId(fovea_annotation::ContentHash::of(b"elsewhere"));
    let reviews = [
        review(late, false, "late", 90),
        review(early, false, "early", 10),
        review(unknown, false, "of a tile that is not here", 5),
    ];
    assert_eq!(told(&mut fixture, 0, &reviews), 3);
    assert_eq!(comments(&fixture, "ada"), ["early", "late"]);
    let (server, incarnation) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let reset = fixture.store.reset_for_new_incarnation(server, incarnation);
    reset.expect("resets");
    assert!(comments(&fixture, "ada").is_empty());
    assert_eq!(told(&mut fixture, 0, &reviews[..1]), 1);
    assert_eq!(comments(&fixture, "ada"), ["late"]);
}
