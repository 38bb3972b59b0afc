//! The requests about runs.

use fovea_annotation::CaseId;
use fovea_protocol::{RunAccepted, RunCreate, RunRecord, RunsPage};
use reqwest::{Method, Response, StatusCode};
use uuid::Uuid;

use crate::http::{HttpTransport, incompatible, unreachable};
use crate::transport::Answer;

impl HttpTransport {
    /// `GET /v1/runs`.
    pub(super) async fn runs(&self, case: Option<CaseId>, after: Option<u64>) -> Answer<RunsPage> {
        let mut path = "/v1/runs?".to_owned();
        if let Some(case) = case {
            path.push_str(&format!("case_id={case}&"));
        }
        if let Some(after) = after {
            path.push_str(&format!("after={after}"));
        }
        self.json(self.request(Method::GET, path.trim_end_matches(['?', '&']))?)
            .await
    }

    /// `GET /v1/runs/{id}`.
    pub(super) async fn run(&self, run: Uuid) -> Answer<RunRecord> {
        self.json(self.request(Method::GET, &format!("/v1/runs/{run}"))?)
            .await
    }

    /// `GET /v1/runs/{id}/logs`.
    pub(super) async fn run_log(&self, run: Uuid) -> Answer<String> {
        let response = self
            .send(self.request(Method::GET, &format!("/v1/runs/{run}/logs"))?)
            .await?;
        response.text().await.map_err(|error| unreachable(&error))
    }

    /// `POST /v1/runs`; the run, and whether it was there already.
    pub(super) async fn start_run(&self, wish: &RunCreate) -> Answer<(Uuid, bool)> {
        let response = self
            .send(self.request(Method::POST, "/v1/runs")?.json(wish))
            .await?;
        let was_known = response.status() == StatusCode::OK;
        let bytes = response
            .bytes()
            .await
            .map_err(|error| unreachable(&error))?;
        let accepted: RunAccepted =
            serde_json::from_slice(&bytes).map_err(|error| incompatible(error.to_string()))?;
        Ok((accepted.run_id, was_known))
    }

    /// `POST /v1/runs/{id}/cancel` or `retry`.
    pub(super) async fn turn_run(&self, run: Uuid, verb: &str) -> Answer<()> {
        let path = format!("/v1/runs/{run}/{verb}");
        self.send(self.request(Method::POST, &path)?)
            .await
            .map(drop)
    }

    /// `GET /v1/runs/{id}/events`, from after the event `last_id` on.
    pub(super) async fn run_events(&self, run: Uuid, last_id: Option<&str>) -> Answer<Response> {
        let mut request = self.request(Method::GET, &format!("/v1/runs/{run}/events"))?;
        if let Some(last_id) = last_id {
            request = request.header("Last-Event-ID", last_id);
        }
        self.send(request).await
    }
}
