//! Who may see a case: every route, as accounts that may not, and what they get once they may.

use std::collections::BTreeSet;

use fovea_annotation::{CaseId, ContentHash, TileId, VersionId};
use fovea_protocol::{
    CaseAccess, CasesPage, Change, ChangesPage, OpBody, OpOutcome, QueuePage, RunAccepted, RunsPage,
};
use fovea_server::{Access, Parts, ROUTES, Role, RouteAccess};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Client, problem};
use crate::sample::{case_id, gray_png, mask, predicted_case, sent_version, tile_id};
use crate::site::Site;

/// Ids of one case and of what belongs to it.
pub(crate) struct Ids {
    pub(crate) case: CaseId,
    pub(crate) tile: TileId,
    label: VersionId,
    pub(crate) blob: ContentHash,
    run: Uuid,
    upload: Uuid,
}

impl Ids {
    /// Of things that do not exist.
    fn ghost() -> Self {
        let case = case_id("ghost");
        Self {
            case,
            tile: TileId::of(case, 0),
            label: VersionId(ContentHash::of(b"ghost label")),
            blob: ContentHash::of(b"ghost blob"),
            run: Uuid::from_u128(7),
            upload: Uuid::from_u128(8),
        }
    }

    fn texts(&self) -> [String; 6] {
        [
            self.case.to_string(),
            self.tile.to_string(),
            self.label.to_string(),
            self.blob.to_string(),
            self.run.to_string(),
            self.upload.to_string(),
        ]
    }

    fn path(&self, template: &str) -> String {
        let part = |part: &str| match part {
            "{case_id}" => self.case.to_string(),
            "{tile_id}" => self.tile.to_string(),
            "{label_id}" | "{from}" | "{to}" => self.label.to_string(),
            "{sha256}" => self.blob.to_string(),
            "{run_id}" => self.run.to_string(),
            "{upload_id}" => self.upload.to_string(),
            "{name}" => "nobody".into(),
            "{token_id}" => "0".repeat(32),
            other => {
                assert!(!other.starts_with('{'), "say here what {other} names");
                other.into()
            }
        };
        template.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// What a route is asked, besides its address.
    fn body(&self, route: &RouteAccess) -> Option<Value> {
        Some(match (route.method, route.path) {
            ("POST", "/v1/runs") => json!({ "case_id": self.case }),
            ("POST", "/v1/labels") => {
                json!({ "tile_id": self.tile, "mask": { "blob": self.blob } })
            }
            ("POST", "/v1/labels/rollback") => {
                json!({ "label_id": self.label, "target_version": 1, "comment": "" })
            }
            ("POST", "/v1/labels/adjudicate") => json!({
                "tile_id": self.tile, "parents": [self.label, self.blob], "mask": { "blob": self.blob },
            }),
            ("POST", "/v1/labels/merge") => json!({
                "tile_id": self.tile, "parents": [self.label, self.blob],
            }),
            ("POST", "/v1/labels/{label_id}/reviews") => json!({ "verdict": "accept" }),
            ("POST", "/v1/labels/{label_id}/approve") => json!({ "expected_approved": null }),
            ("POST", "/v1/sync/have") => json!({ "blobs": [self.blob] }),
            ("POST", "/v1/sync/push") => json!({ "ops": [{
                "op_id": Uuid::from_u128(9),
                "body": {
                    "op": "register_prediction", "tile_id": self.tile, "model_digest": self.blob,
                    "mask": self.blob, "uncertainty": self.blob, "score": 0.5, "method": "m", "reason": "r",
                },
            }] }),
            ("PUT", "/v1/cases/{case_id}/access") => json!({ "sharing": "open" }),
            _ => return None,
        })
    }
}

/// A case of `olga` that nobody else sees, with everything that a case can have.
pub(crate) async fn hidden(olga: &Client) -> Ids {
    predicted_case(olga, "hidden", &[0.9, 0.8]).await;
    let tile = tile_id("hidden", 0);
    let first = sent_version(olga, tile, 1, vec![], &mask(7, 6)).await;
    let label = first.id;
    assert_eq!(
        olga.push(vec![OpBody::PushVersion(first)]).await,
        [OpOutcome::Accepted]
    );
    let ask = json!({ "case_id": case_id("hidden") });
    let run: RunAccepted = olga.post_ok("/v1/runs", &ask, 202).await;
    let upload = olga.request(Method::POST, "/v1/uploads");
    let upload = upload.header("upload-length", "10").send().await;
    let upload = upload.expect("answers").headers()["location"].clone();
    let upload = upload.to_str().expect("text").rsplit('/').next();
    share(olga, "hidden", "restricted", &[]).await;
    Ids {
        case: case_id("hidden"),
        tile,
        label,
        blob: ContentHash::of(&gray_png(9)),
        run: run.run_id,
        upload: upload.expect("an id").parse().expect("a UUID"),
    }
}

async fn put_access(client: &Client, case: &str, body: Value) -> Response {
    let path = format!("/v1/cases/{}/access", case_id(case));
    let request = client.request(Method::PUT, &path).json(&body);
    request.send().await.expect("answers")
}

async fn share(client: &Client, case: &str, sharing: &str, accounts: &[&str]) -> CaseAccess {
    let body = json!({ "sharing": sharing, "accounts": accounts });
    let answer = put_access(client, case, body).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("who may see it")
}

pub(crate) async fn site_without_workers() -> Site {
    let parts = Parts {
        worker: false,
        ..Parts::ALL
    };
    Site::start_as(parts, "").await
}

/// Status and body of an answer, without what differs between two requests.
async fn answer(client: &Client, route: &RouteAccess, ids: &Ids) -> (u16, String) {
    let method: Method = route.method.parse().expect("a method");
    let mut request = client.request(method, &ids.path(route.path));
    if let Some(body) = ids.body(route) {
        request = request.json(&body);
    }
    let response = request.send().await.expect("answers");
    let (status, id) = (
        response.status().as_u16(),
        response.headers().get("x-request-id").cloned(),
    );
    let mut text = response.text().await.expect("text");
    if let Some(id) = id {
        text = text.replace(id.to_str().expect("text"), "REQUEST");
    }
    (status, text)
}

#[tokio::test]
async fn whoever_may_not_see_a_case_cannot_tell_it_from_none() {
    let site = site_without_workers().await;
    let olga = site.client("olga", Role::Researcher);
    let (hidden, ghost) = (hidden(&olga).await, Ids::ghost());
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Admin) {
        for route in ROUTES {
            // A new account for each: some answers depend on what was asked before.
            let stranger = site.client(
                &format!("{}-{}", role.name(), Uuid::new_v4().simple()),
                role,
            );
            let what = format!("{} {} as {}", route.method, route.path, role.name());
            let nothing_like_it = [
                "/healthz",
                "/readyz",
                "/openapi.json",
                "/v1/audit",
                "/status",
                "/v1/status",
                "/metrics",
                "/v1/hello",
                "/v1/me",
            ];
            if nothing_like_it.contains(&route.path) || route.path.starts_with("/v1/auth/") {
                continue;
            }
            let (status, seen) = answer(&stranger, route, &hidden).await;
            let (other_status, other) = answer(&stranger, route, &ghost).await;
            assert_eq!(status, other_status, "{what}: {seen}");
            let with_names = |text: &str, ids: &Ids| {
                let names = ids.texts().into_iter().enumerate();
                names.fold(text.to_owned(), |text, (at, id)| {
                    text.replace(&id, &format!("ID{at}"))
                })
            };
            let asks_for_it = route.path.contains('{') || hidden.body(route).is_some();
            if asks_for_it {
                assert_eq!(
                    with_names(&seen, &hidden),
                    with_names(&other, &ghost),
                    "{what}"
                );
            }
            if !asks_for_it && matches!(route.access, Access::Roles(_)) {
                for id in hidden.texts() {
                    assert!(!seen.contains(&id), "{what} tells {seen}");
                }
            }
        }
    }
}

#[tokio::test]
async fn its_owner_whom_it_names_and_administrators_see_it_alike() {
    let site = site_without_workers().await;
    let olga = site.client("olga", Role::Researcher);
    let hidden = hidden(&olga).await;
    let bob = site.client("bob", Role::Researcher);
    let admin = site.client("root", Role::Admin);
    let access = share(&olga, "hidden", "restricted", &["bob"]).await;
    assert_eq!(
        (access.owner.as_str(), access.accounts),
        ("olga", vec!["bob".into()])
    );
    let reads = ROUTES.iter().filter(|route| {
        let of_case = [
            "{case_id}",
            "{tile_id}",
            "{from}",
            "{run_id}",
            "{sha256}",
            "{label_id}",
        ];
        route.method == "GET" && of_case.iter().any(|part| route.path.contains(part))
    });
    let mut count = 0;
    // Events go on for ever, and the one label has none to join with.
    let has_no_answer = |path: &str| path.ends_with("/events") || path.contains("/merge/");
    for route in reads.filter(|route| !has_no_answer(route.path)) {
        let own = answer(&olga, route, &hidden).await;
        assert!(own.0 < 300, "{}: {own:?}", route.path);
        for other in [&bob, &admin] {
            assert_eq!(answer(other, route, &hidden).await, own, "{}", route.path);
        }
        count += 1;
    }
    assert!(count >= 10, "{count}");
    for client in [&olga, &bob, &admin] {
        let cases: CasesPage = client.get("/v1/cases").await;
        assert_eq!(cases.cases.len(), 1);
        let runs: RunsPage = client.get("/v1/runs").await;
        assert_eq!(runs.runs.len(), 1);
    }
    // Bob works on it like anybody on an open case.
    let second = sent_version(&bob, hidden.tile, 2, vec![hidden.label], &mask(7, 7)).await;
    assert_eq!(
        bob.push(vec![OpBody::PushVersion(second)]).await,
        [OpOutcome::Accepted]
    );
}

#[tokio::test]
async fn only_owner_and_administrators_share_a_case() {
    let site = site_without_workers().await;
    let olga = site.client("olga", Role::Researcher);
    let bob = site.client("bob", Role::Labeler);
    let admin = site.client("root", Role::Admin);
    hidden(&olga).await;
    let open = || json!({ "sharing": "open" });
    let stranger = problem(put_access(&bob, "hidden", open()).await).await;
    assert_eq!(
        (stranger.status, stranger.code.as_str()),
        (404, "case_unknown")
    );
    share(&olga, "hidden", "restricted", &["bob", "olga"]).await;
    let named = problem(put_access(&bob, "hidden", open()).await).await;
    assert_eq!((named.status, named.code.as_str()), (403, "not_the_owner"));
    for (bad, code) in [
        (
            json!({ "sharing": "restricted", "accounts": ["eve"] }),
            "user_unknown",
        ),
        (
            json!({ "sharing": "open", "accounts": ["bob"] }),
            "bad_sharing",
        ),
        (json!({ "sharing": "secret" }), "bad_body"),
    ] {
        let refused = problem(put_access(&olga, "hidden", bad).await).await;
        assert_eq!((refused.status, refused.code.as_str()), (422, code));
    }
    let access = share(&admin, "hidden", "open", &[]).await;
    assert_eq!(access.accounts, Vec::<String>::new());
    let lines = site.intrude("SELECT count(*) FROM audit WHERE action = 'CASE_SHARE'");
    assert_eq!(lines.expect("counts"), "3");
    // What changes nothing has no line.
    share(&admin, "hidden", "open", &[]).await;
    let lines = site.intrude("SELECT count(*) FROM audit WHERE action = 'CASE_SHARE'");
    assert_eq!(lines.expect("counts"), "3");
}

async fn changes(client: &Client, cursor: u64) -> ChangesPage {
    client
        .get(&format!("/v1/sync/changes?cursor={cursor}"))
        .await
}

fn kinds(page: &ChangesPage) -> Vec<&'static str> {
    let kind = |change: &Change| match change {
        Change::CaseRegistered(_) => "case",
        Change::PredictionRegistered(_) => "prediction",
        Change::VersionAdded { .. } => "version",
        _ => "other",
    };
    page.changes
        .iter()
        .map(|entry| kind(&entry.change))
        .collect()
}

const ALL_OF_HIDDEN: [&str; 4] = ["case", "prediction", "prediction", "version"];

#[tokio::test]
async fn the_feed_tells_later_what_it_passed_over() {
    let site = site_without_workers().await;
    let olga = site.client("olga", Role::Researcher);
    let (bob, eve) = (
        site.client("bob", Role::Labeler),
        site.client("eve", Role::Labeler),
    );
    let admin = site.client("root", Role::Admin);
    hidden(&olga).await;
    let (at_bob, at_eve) = (changes(&bob, 0).await, changes(&eve, 0).await);
    assert!(
        at_bob.changes.is_empty() && !at_bob.more && at_bob.cursor == 4,
        "{at_bob:?}"
    );
    assert!(changes(&admin, 0).await.changes.is_empty());
    assert_eq!(kinds(&changes(&olga, 0).await), ALL_OF_HIDDEN);

    // Bob, who waits, is woken by the grant.
    let waiting = tokio::spawn({
        let bob = bob.clone();
        async move {
            bob.get::<ChangesPage>("/v1/sync/changes?cursor=4&wait_s=25")
                .await
        }
    });
    share(&olga, "hidden", "restricted", &["bob"]).await;
    let told = waiting.await.expect("answers");
    assert_eq!(kinds(&told), ALL_OF_HIDDEN);
    assert_eq!(told.cursor, 8);
    // Whoever begins anew is told twice, which is harmless; eve is told nothing.
    assert_eq!(changes(&bob, 0).await.changes.len(), 8);
    let at_eve = changes(&eve, at_eve.cursor).await;
    assert!(at_eve.changes.is_empty() && at_eve.cursor == 8);
    assert_eq!(changes(&olga, 4).await.changes.len(), 0);

    // Bob is no longer named: nothing more comes, nor what came before.
    share(&olga, "hidden", "restricted", &[]).await;
    let tile = tile_id("hidden", 1);
    let version = sent_version(&olga, tile, 1, vec![], &mask(7, 3)).await;
    olga.push(vec![OpBody::PushVersion(version)]).await;
    assert!(changes(&bob, 0).await.changes.is_empty());

    // Open to all, everybody is told everything once more.
    share(&olga, "hidden", "open", &[]).await;
    for (client, cursor) in [(&bob, 9), (&eve, 9), (&admin, 9)] {
        let page = changes(client, cursor).await;
        assert_eq!(page.changes.len(), 5);
        let numbers: Vec<_> = page.changes.iter().map(|entry| entry.seq).collect();
        assert_eq!(numbers, [10, 11, 12, 13, 14]);
    }
}

async fn queue(client: &Client) -> BTreeSet<CaseId> {
    let path = "/v1/active-learning/queue?uncertainty_threshold=0.3";
    let page: QueuePage = client.get(path).await;
    page.tiles.iter().map(|item| item.case_id).collect()
}

fn cases(names: &[&str]) -> BTreeSet<CaseId> {
    names.iter().map(|name| case_id(name)).collect()
}

#[tokio::test]
async fn the_queue_hands_out_what_is_open_or_names_the_person() {
    let site = site_without_workers().await;
    let olga = site.client("olga", Role::Researcher);
    let bob = site.client("bob", Role::Labeler);
    let admin = site.client("root", Role::Admin);
    for (name, score) in [("a", 0.9), ("b", 0.8), ("c", 0.7), ("d", 0.6)] {
        predicted_case(&olga, name, &[score; 3]).await;
    }
    share(&olga, "a", "restricted", &[]).await;
    share(&olga, "c", "restricted", &["bob"]).await;
    // Each in turn, with all leases over: a tile is shown to one person at a time.
    for _ in 0..10 {
        site.advance_minutes(31);
        assert_eq!(queue(&bob).await, cases(&["b", "c", "d"]));
        site.advance_minutes(31);
        assert_eq!(queue(&admin).await, cases(&["b", "d"]));
        site.advance_minutes(31);
        assert_eq!(queue(&olga).await, cases(&["a", "b", "c", "d"]));
    }
    // A lease does not outlive the right to see the tile.
    site.advance_minutes(31);
    queue(&bob).await;
    share(&olga, "b", "restricted", &[]).await;
    share(&olga, "c", "restricted", &[]).await;
    assert_eq!(queue(&bob).await, cases(&["d"]));
    share(&olga, "a", "open", &[]).await;
    assert_eq!(queue(&bob).await, cases(&["a", "d"]));
    // A case that becomes the best one by a later prediction is found where it is then.
    share(&olga, "d", "restricted", &["bob"]).await;
    let better = crate::sample::prediction_op(&olga, tile_id("d", 1), 0.95).await;
    assert_eq!(olga.push(vec![better]).await, [OpOutcome::Accepted]);
    let page: QueuePage = bob.get("/v1/active-learning/queue").await;
    assert_eq!(page.tiles.first().expect("a tile").tile_id, tile_id("d", 1));
}

#[tokio::test]
async fn new_cases_can_be_restricted_from_the_start() {
    let site = Site::start_with("\n[cases]\nrestricted = true\n").await;
    let olga = site.client("olga", Role::Researcher);
    let bob = site.client("bob", Role::Labeler);
    predicted_case(&olga, "new", &[0.9]).await;
    let page: CasesPage = bob.get("/v1/cases").await;
    assert!(page.cases.is_empty() && queue(&bob).await.is_empty());
    assert_eq!(queue(&olga).await, cases(&["new"]));
    let path = format!("/v1/cases/{}/access", case_id("new"));
    let access: CaseAccess = olga.get(&path).await;
    assert_eq!(access.sharing, fovea_protocol::Sharing::Restricted);
}
