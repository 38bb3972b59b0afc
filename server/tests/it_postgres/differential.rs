//! The same random calls to a server on SQLite and files and to one on PostgreSQL and S3: the same answers, the same log.
//!
//! `FOVEA_DIFFERENTIAL_SEED` makes other choices.

use fovea_annotation::{ContentHash, TileId, VersionId};
use fovea_protocol::{
    AuditPage, LabelAdjudicate, LabelApprove, LabelCreate, LabelRollback, MaskSource, Op, OpBody,
    PredictionOffer, PushRequest, ReviewCreate, Verdict,
};
use fovea_server::{Config, Role, Server, create_user, verify_audit};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::Client;
use crate::sample::{case_op, gray_png, mask, payload, tile_id, version};
use crate::site::Site;

const CALLS: u32 = 300;
const PEOPLE: [(&str, Role); 6] = [
    ("ada", Role::Labeler),
    ("bob", Role::Labeler),
    ("rita", Role::Reviewer),
    ("emil", Role::MlEngineer),
    ("root", Role::Admin),
    ("otto", Role::Auditor),
];
/// Few enough that no slot of the queue is drawn at random.
const TILES: [(&str, u32); 4] = [("one", 0), ("one", 1), ("two", 0), ("two", 1)];

/// A call as it goes over the wire.
struct Call {
    person: usize,
    method: Method,
    path: String,
    body: Option<Value>,
}

/// The people of both servers.
struct Twins {
    pairs: Vec<[Client; 2]>,
    random: StdRng,
    versions: Vec<VersionId>,
}

impl Twins {
    /// Sends a call to both and compares what they say.
    async fn call(&self, call: &Call) -> (u16, Value) {
        let mut answers = Vec::new();
        for client in &self.pairs[call.person] {
            let mut request = client.request(call.method.clone(), &call.path);
            if let Some(body) = &call.body {
                request = request.json(body);
            }
            let answer = request.send().await.expect("the server answers");
            let status = answer.status().as_u16();
            let text = answer.text().await.expect("a body");
            let mut body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
            if let Some(object) = body.as_object_mut() {
                // What names the server or the request, and is another each time.
                for own in ["request_id", "incarnation", "server_id"] {
                    object.remove(own);
                }
            }
            answers.push((status, body));
        }
        let second = answers.pop().expect("two");
        let first = answers.pop().expect("two");
        assert!(first.0 < 500, "{} {}: {first:?}", call.method, call.path);
        assert_eq!(
            first, second,
            "{} {} {:?}",
            call.method, call.path, call.body
        );
        first
    }

    fn tile(&mut self) -> TileId {
        let (case, index) = TILES.choose(&mut self.random).expect("tiles");
        tile_id(case, *index)
    }

    fn label(&mut self) -> VersionId {
        let nobodys = VersionId(ContentHash::of(b"nobody's"));
        self.versions
            .choose(&mut self.random)
            .copied()
            .unwrap_or(nobodys)
    }

    fn mask(&mut self) -> ContentHash {
        ContentHash::of(&payload(&mask(7, self.random.random_range(1..6))))
    }

    fn a_call(&mut self, at: u32) -> Call {
        let person = self.random.random_range(0..PEOPLE.len());
        let (tile, label, comment) = (self.tile(), self.label(), format!("call {at}"));
        let post = |path: String, body: Value| (Method::POST, path, Some(body));
        let get = |path: String| (Method::GET, path, None);
        let (method, path, body) = match self.random.random_range(0..19) {
            0..3 => {
                let parent = self.random.random_bool(0.7).then_some(label);
                let mask = MaskSource::Blob(self.mask());
                post(
                    "/v1/labels".into(),
                    to_json(&LabelCreate {
                        tile_id: tile,
                        parent,
                        mask,
                        comment,
                    }),
                )
            }
            3..5 => {
                let number = self.random.random_range(1..4);
                let body = OpBody::PushVersion(version(tile, number, vec![label], &mask(7, 3)));
                post("/v1/sync/push".into(), push(body, at))
            }
            5 => {
                let body = OpBody::RegisterPrediction(PredictionOffer {
                    tile_id: tile,
                    model_digest: ContentHash::of(&at.to_le_bytes()),
                    mask: self.mask(),
                    uncertainty: ContentHash::of(&gray_png(80)),
                    score: self.random.random_range(0..8) as f32 / 8.0,
                    method: "entropy-top5-retina/1".into(),
                    reason: "entropy p95 0.61, 3 blobs".into(),
                });
                post("/v1/sync/push".into(), push(body, at))
            }
            6 => {
                let target_version = self.random.random_range(1..4);
                post(
                    "/v1/labels/rollback".into(),
                    to_json(&LabelRollback {
                        label_id: label,
                        target_version,
                        comment,
                    }),
                )
            }
            7..9 => {
                let verdict = [Verdict::Accept, Verdict::Reject];
                let verdict = *verdict.choose(&mut self.random).expect("two");
                post(
                    format!("/v1/labels/{label}/reviews"),
                    to_json(&ReviewCreate { verdict, comment }),
                )
            }
            9..11 => {
                let expected_approved = self.random.random_bool(0.5).then(|| self.label());
                post(
                    format!("/v1/labels/{label}/approve"),
                    to_json(&LabelApprove {
                        expected_approved,
                        comment,
                    }),
                )
            }
            11..13 => {
                let parents = [label, self.label()];
                let mask = MaskSource::Blob(self.mask());
                post(
                    "/v1/labels/adjudicate".into(),
                    to_json(&LabelAdjudicate {
                        tile_id: tile,
                        parents,
                        mask,
                        comment,
                    }),
                )
            }
            13 => get("/v1/active-learning/queue?uncertainty_threshold=0.2".into()),
            14 => get("/v1/active-learning/leases".into()),
            15 => (
                Method::DELETE,
                format!("/v1/active-learning/leases/{tile}"),
                None,
            ),
            16 => post(
                format!("/v1/active-learning/leases/{tile}/renew"),
                json!(null),
            ),
            17 => get(format!("/v1/labels/{label}/diff/{}", self.label())),
            _ => get("/v1/labels/disagreements".into()),
        };
        Call {
            person,
            method,
            path,
            body,
        }
    }

    /// What both hold, as a person sees it.
    async fn compare(&self) {
        let mut paths: Vec<String> = TILES
            .iter()
            .flat_map(|(case, index)| {
                let tile = tile_id(case, *index);
                [
                    format!("/v1/tiles/{tile}"),
                    format!("/v1/tiles/{tile}/versions"),
                ]
            })
            .collect();
        paths.extend(
            ["/v1/cases", "/v1/sync/changes", "/v1/labels/disagreements"].map(String::from),
        );
        for path in paths {
            let call = Call {
                person: 4,
                method: Method::GET,
                path,
                body: None,
            };
            assert_eq!(self.call(&call).await.0, 200);
        }
    }
}

fn to_json(body: &impl Serialize) -> Value {
    serde_json::to_value(body).expect("serialises")
}

fn push(body: OpBody, at: u32) -> Value {
    let op_id = Uuid::from_u128(u128::from(at));
    to_json(&PushRequest {
        ops: vec![Op { op_id, body }],
    })
}

/// The log without what tells one machine from another: times and hashes of lines that a command wrote.
async fn log(client: &Client) -> Vec<Value> {
    let (mut lines, mut after) = (Vec::new(), Some(0));
    while let Some(from) = after {
        let page: AuditPage = client.get(&format!("/v1/audit?after={from}")).await;
        after = page.next;
        lines.extend(page.entries.into_iter().map(|mut entry| {
            let at_us = (entry.actor != "command line").then_some(entry.at_us);
            // Each home makes tokens of its own.
            if let Some(detail) = entry.detail.as_object_mut() {
                detail.remove("token");
            }
            json!([
                entry.seq,
                at_us,
                entry.actor,
                entry.action,
                entry.subject,
                entry.detail
            ])
        }));
    }
    lines
}

#[tokio::test]
async fn both_homes_give_the_same_answers() {
    let seed = std::env::var("FOVEA_DIFFERENTIAL_SEED").ok();
    let seed = seed.and_then(|text| text.parse().ok()).unwrap_or(1);
    eprintln!("FOVEA_DIFFERENTIAL_SEED={seed} makes the same choices again");
    let site = Site::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = Config {
        clock: site.clock(),
        ..Config::on_free_port(folder.path())
    };
    let here = Server::start(config).await.expect("starts on SQLite");
    let pairs = PEOPLE.map(|(name, role)| {
        let token = create_user(folder.path(), name, role, None).expect("the account is made");
        [
            Client::new(&here.url(), Some(token)),
            site.client(name, role),
        ]
    });
    let mut twins = Twins {
        pairs: pairs.to_vec(),
        random: StdRng::seed_from_u64(seed),
        versions: Vec::new(),
    };
    for client in &twins.pairs[0] {
        for blob in (1..6)
            .map(|len| payload(&mask(7, len)))
            .chain([gray_png(80)])
        {
            client.put_blob(blob).await;
        }
        let cases = [
            case_op(client, "one", 2).await,
            case_op(client, "two", 2).await,
        ];
        client.push(cases.to_vec()).await;
    }
    for at in 0..CALLS {
        if twins.random.random_bool(0.1) {
            site.advance_minutes(twins.random.random_range(0..20));
        }
        let call = twins.a_call(at);
        let (_, body) = twins.call(&call).await;
        for field in ["label_id", "restored_label_id"] {
            let made: Option<VersionId> = body[field].as_str().and_then(|text| text.parse().ok());
            twins.versions.extend(made);
        }
        if at % 50 == 0 {
            twins.compare().await;
        }
    }
    twins.compare().await;
    assert!(twins.versions.len() > 20, "the calls were worth comparing");
    let [first, second] = &twins.pairs[4];
    assert_eq!(log(first).await, log(second).await);
    for data in [folder.path(), site.data()] {
        assert_eq!(verify_audit(data).expect("reads").faults, []);
    }
    here.shutdown().await;
}
