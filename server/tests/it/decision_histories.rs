//! Random histories of edits and decisions against a small model: heads, approved versions and reviews always agree, and
//! nothing that was taken is ever lost.

use std::collections::BTreeMap;

use fovea_annotation::{TileId, VersionId};
use fovea_protocol::{Change, ChangesPage, LabelCreated, Verdict, VersionGraph};
use fovea_server::{Role, verify_audit};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use reqwest::Response;

use crate::client::Client;
use crate::reviews::{adjudicate, approve, edit, graph, review};
use crate::sample::{case_op, tile_id};
use crate::site::Site;

const SEEDS: u64 = 4;
const STEPS: u32 = 60;

/// What the server must hold of one tile.
#[derive(Default)]
struct Model {
    /// Versions in the order of acceptance: id, parents, author.
    versions: Vec<(VersionId, Vec<VersionId>, String)>,
    heads: Vec<VersionId>,
    approvals: Vec<(VersionId, Option<VersionId>, String)>,
    reviews: Vec<(VersionId, Verdict, String, String)>,
}

impl Model {
    fn approved(&self) -> Option<VersionId> {
        self.approvals.last().map(|(label, _, _)| *label)
    }

    fn verdict(&self, label: VersionId) -> Option<Verdict> {
        let last = self.reviews.iter().rev().find(|review| review.0 == label);
        last.map(|review| review.1)
    }

    fn is_own(&self, label: VersionId, name: &str) -> bool {
        let found = self.versions.iter().find(|version| version.0 == label);
        found.is_some_and(|version| version.2 == name)
    }

    fn add(&mut self, id: VersionId, parents: Vec<VersionId>, author: &str) {
        self.heads.retain(|head| !parents.contains(head));
        self.heads.push(id);
        self.versions.push((id, parents, author.to_owned()));
    }

    fn line(&self, head: VersionId) -> Vec<VersionId> {
        let (mut line, mut next) = (Vec::new(), vec![head]);
        while let Some(id) = next.pop() {
            if !line.contains(&id) {
                line.push(id);
                let found = self.versions.iter().find(|version| version.0 == id);
                next.extend(found.expect("a version").1.iter().copied());
            }
        }
        line
    }
}

struct History {
    tile: TileId,
    random: StdRng,
    model: Model,
    people: Vec<(&'static str, Client)>,
    reviewers: Vec<(&'static str, Client)>,
}

impl History {
    fn version(&mut self) -> VersionId {
        let versions = &self.model.versions;
        versions.choose(&mut self.random).expect("versions").0
    }

    async fn step(&mut self, at: u32) {
        let (name, client) = self
            .people
            .choose(&mut self.random)
            .expect("people")
            .clone();
        let reviewer = self.reviewers.choose(&mut self.random);
        let (reviewer, reviewing) = reviewer.expect("reviewers").clone();
        match self.random.random_range(0..10) {
            0..4 => {
                let parent = self.version();
                let made = edit(&client, self.tile, Some(parent), &format!("step {at}")).await;
                self.model.add(made, vec![parent], name);
            }
            4..6 => self.review(reviewer, &reviewing).await,
            6..8 => self.approve(reviewer, &reviewing).await,
            _ => self.adjudicate(at, reviewer, &reviewing).await,
        }
    }

    async fn review(&mut self, name: &str, client: &Client) {
        let (label, says) = (
            self.version(),
            ["yes", "no"][self.random.random_range(0..2)],
        );
        let verdict = *[Verdict::Accept, Verdict::Reject]
            .choose(&mut self.random)
            .expect("two");
        let model = &mut self.model;
        let review_now = (label, verdict, says.to_owned(), name.to_owned());
        let last = model.reviews.iter().rev().find(|review| review.0 == label);
        let expected = if model.is_own(label, name) {
            403
        } else if last == Some(&review_now) {
            201
        } else if verdict == Verdict::Reject && model.approved() == Some(label) {
            409
        } else {
            model.reviews.push(review_now);
            201
        };
        let answer = review(client, label, verdict, says).await;
        expect(answer, expected).await;
    }

    async fn approve(&mut self, name: &str, client: &Client) {
        let label = self.version();
        let seen = match self.random.random_range(0..4) {
            0 => Some(self.version()),
            _ => self.model.approved(),
        };
        let model = &mut self.model;
        let now = (label, seen, name.to_owned());
        let expected = if model.approvals.last() == Some(&now) {
            200
        } else if seen != model.approved() {
            409
        } else if model.is_own(label, name) {
            403
        } else if model.verdict(label) == Some(Verdict::Reject) {
            409
        } else {
            model.approvals.push(now);
            200
        };
        let answer = approve(client, label, seen).await;
        expect(answer, expected).await;
    }

    async fn adjudicate(&mut self, at: u32, name: &str, client: &Client) {
        let a_head = |random: &mut StdRng, model: &Model| *model.heads.choose(random).expect("one");
        let first = a_head(&mut self.random, &self.model);
        let second = match self.random.random_range(0..4) {
            0 => self.version(),
            _ => a_head(&mut self.random, &self.model),
        };
        let model = &self.model;
        let (one, other) = (model.line(first), model.line(second));
        let apart = one.iter().filter(|id| !other.contains(id));
        let mut apart = apart.chain(other.iter().filter(|id| !one.contains(id)));
        let expected = if first == second {
            422
        } else if !model.heads.contains(&second) {
            409
        } else if apart.any(|id| model.is_own(*id, name)) {
            403
        } else {
            201
        };
        let comment = format!("step {at}");
        let answer = adjudicate(client, self.tile, [first, second], &comment).await;
        if let Some(text) = expect(answer, expected).await {
            let made: LabelCreated = serde_json::from_str(&text).expect("a version");
            self.model.add(made.label_id, vec![first, second], name);
            assert_eq!(made.heads, self.model.heads);
        }
    }

    fn check(&self, shown: &VersionGraph) {
        let model = &self.model;
        let versions = shown.versions.iter().map(|record| {
            let version = &record.version;
            (version.id, version.parents.clone(), version.author.clone())
        });
        assert_eq!(versions.collect::<Vec<_>>(), model.versions);
        assert_eq!(shown.heads, model.heads);
        assert_eq!(shown.approved, model.approved());
        let reviews = shown.reviews.iter().map(|review| {
            let (comment, name) = (review.comment.clone(), review.reviewed_by.clone());
            (review.label_id, review.verdict, comment, name)
        });
        assert_eq!(reviews.collect::<Vec<_>>(), model.reviews);
        let is_returned = |head: &&VersionId| model.verdict(**head) == Some(Verdict::Reject);
        let returned: Vec<VersionId> = model.heads.iter().filter(is_returned).copied().collect();
        assert_eq!(shown.returned, returned);
        // What holds whatever happened: the approved version is there, and nobody has rejected it last.
        if let Some(approved) = shown.approved {
            assert!(
                model
                    .heads
                    .iter()
                    .any(|head| model.line(*head).contains(&approved))
            );
            assert_ne!(model.verdict(approved), Some(Verdict::Reject));
        }
    }
}

/// The body of an answer that changed something.
async fn expect(answer: Response, expected: u16) -> Option<String> {
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a body");
    assert_eq!(status, expected, "{text}");
    (status < 300).then_some(text)
}

async fn all_changes(client: &Client) -> Vec<Change> {
    let (mut cursor, mut changes) = (0, Vec::new());
    loop {
        let path = format!("/v1/sync/changes?cursor={cursor}");
        let page: ChangesPage = client.get(&path).await;
        changes.extend(page.changes.into_iter().map(|entry| entry.change));
        cursor = page.cursor;
        if !page.more {
            return changes;
        }
    }
}

#[tokio::test]
async fn random_histories_lose_nothing() {
    let site = Site::start().await;
    let ada = site.labeler();
    let rita = site.client("rita", Role::Reviewer);
    let people = vec![
        ("ada", ada.clone()),
        ("bob", site.client("bob", Role::Labeler)),
        ("rita", rita.clone()),
    ];
    let reviewers = vec![
        ("rita", rita),
        ("rolf", site.client("rolf", Role::Reviewer)),
        ("root", site.client("root", Role::Admin)),
    ];
    let mut models = BTreeMap::new();
    for seed in 0..SEEDS {
        let case = format!("case {seed}");
        ada.push(vec![case_op(&ada, &case, 1).await]).await;
        let mut history = History {
            tile: tile_id(&case, 0),
            random: StdRng::seed_from_u64(seed),
            model: Model::default(),
            people: people.clone(),
            reviewers: reviewers.clone(),
        };
        let first = edit(&ada, history.tile, None, "first").await;
        history.model.add(first, Vec::new(), "ada");
        for at in 0..STEPS {
            history.step(at).await;
            history.check(&graph(&ada, history.tile).await);
        }
        models.insert(history.tile, history.model);
    }
    // The feed tells every decision once, in order.
    let changes = all_changes(&ada).await;
    for (tile, model) in models {
        let of_tile = || {
            changes
                .iter()
                .filter(|change| change.tile_id() == Some(tile))
        };
        let versions = of_tile().filter(|change| matches!(change, Change::VersionAdded { .. }));
        assert_eq!(versions.count(), model.versions.len());
        let reviews = of_tile().filter_map(|change| match change {
            Change::LabelReviewed(review) => Some((review.label_id, review.verdict)),
            _ => None,
        });
        let expected = model.reviews.iter().map(|review| (review.0, review.1));
        assert!(reviews.eq(expected));
        let approvals = of_tile().filter_map(|change| match change {
            Change::LabelApproved(approval) => Some((approval.label_id, approval.previous)),
            _ => None,
        });
        let expected = model
            .approvals
            .iter()
            .map(|approval| (approval.0, approval.1));
        assert!(approvals.eq(expected));
    }
    assert_eq!(verify_audit(site.data()).expect("reads").faults, []);
}
