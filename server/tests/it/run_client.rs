//! Starting runs and following them to their end.

use fovea_geometry::SizePx;
use fovea_imaging::encode_png_gray8;
use fovea_protocol::{
    CaseMeta, OpBody, OpOutcome, PipelineConfig, RunAccepted, RunCreate, RunEvent, RunRecord,
    RunState, TileMeta,
};
use reqwest::{Method, Response};
use uuid::Uuid;

use crate::client::Client;
use crate::sample::{case_id, tile_id};

/// The wish for a run over case `name` with a seed; another seed is another run.
pub(crate) fn wish(name: &str, seed: u32) -> RunCreate {
    RunCreate {
        case_id: case_id(name),
        pipeline_config: PipelineConfig {
            model_digest: None,
            seed,
        },
    }
}

/// Registers case `name` of so many pictures of noise of this size: the model has work to do.
pub(crate) async fn noisy_case(client: &Client, name: &str, tiles: u32, size: SizePx) {
    // A linear congruential generator (Knuth, MMIX): any noise will do, and it is the same each time.
    let mut state = 1_u64;
    let mut metas = Vec::new();
    for index in 0..tiles {
        let pixels = (0..size.len()).map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        });
        let pixels: Vec<u8> = pixels.collect();
        let png = encode_png_gray8(size, &pixels).expect("encodes");
        metas.push(TileMeta {
            tile_id: tile_id(name, index),
            bscan_index: index,
            size,
            raw: client.put_blob(png).await,
        });
    }
    let case = OpBody::RegisterCase(CaseMeta {
        case_id: case_id(name),
        format: "phantom".into(),
        laterality: "right".into(),
        spacing_um: None,
        tiles: metas,
    });
    assert_eq!(client.push(vec![case]).await, [OpOutcome::Accepted]);
}

/// Starts a new run.
pub(crate) async fn start(client: &Client, name: &str, seed: u32) -> Uuid {
    let accepted: RunAccepted = client.post_ok("/v1/runs", &wish(name, seed), 202).await;
    accepted.run_id
}

/// The run as it is now.
pub(crate) async fn run(client: &Client, run_id: Uuid) -> RunRecord {
    client.get(&format!("/v1/runs/{run_id}")).await
}

/// The log as it is now.
pub(crate) async fn log(client: &Client, run_id: Uuid) -> String {
    let path = format!("/v1/runs/{run_id}/logs");
    let answer = client.send(Method::GET, &path).await;
    assert_eq!(answer.status(), 200);
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .expect("text")
            .starts_with("text/plain")
    );
    answer.text().await.expect("a log")
}

/// The run at its end.
pub(crate) async fn finished(client: &Client, run_id: Uuid) -> RunRecord {
    until(client, run_id, |event| event.state.is_final()).await;
    let record = run(client, run_id).await;
    assert!(record.state.is_final(), "{record:?}");
    record
}

/// The run at its end, which is success.
pub(crate) async fn succeeded(client: &Client, run_id: Uuid) -> RunRecord {
    let record = finished(client, run_id).await;
    let said = log(client, run_id).await;
    assert_eq!(record.state, RunState::Succeeded, "{record:?}\n{said}");
    record
}

/// Follows the events of a run up to the first that `is_last` takes; returns all of them.
pub(crate) async fn until(
    client: &Client,
    run_id: Uuid,
    is_last: impl Fn(&RunEvent) -> bool,
) -> Vec<RunEvent> {
    let mut seen = Vec::new();
    let mut events = Events::of(client, run_id, None).await;
    while let Some((_, event)) = events.next().await {
        let is_over = is_last(&event);
        seen.push(event);
        if is_over {
            return seen;
        }
    }
    panic!("the stream ended before: {seen:?}");
}

/// A stream of server-sent events.
pub(crate) struct Events {
    response: Response,
    text: String,
}

impl Events {
    pub(crate) async fn of(client: &Client, run_id: Uuid, last_event_id: Option<u64>) -> Self {
        let mut request = client.request(Method::GET, &format!("/v1/runs/{run_id}/events"));
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id.to_string());
        }
        let response = request.send().await.expect("the server answers");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            text: String::new(),
        }
    }

    /// The next event with its id; `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<(u64, RunEvent)> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                if let Some(event) = parse(&block) {
                    return Some(event);
                }
                continue;
            }
            let chunk = self.response.chunk().await.expect("the stream is read")?;
            self.text
                .push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }
}

/// One block of the stream; a comment that keeps the connection alive is none.
fn parse(block: &str) -> Option<(u64, RunEvent)> {
    let field = |name: &str| {
        let mut lines = block.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    let data = field("data")?;
    assert_eq!(field("event"), Some("run"));
    let id = field("id").and_then(|id| id.parse().ok()).expect("an id");
    Some((id, serde_json::from_str(data).expect("an event of a run")))
}
