//! The requests about the audit log.

use fovea_protocol::{AuditHead, AuditPage, AuditQuery};
use reqwest::Method;

use crate::http::HttpTransport;
use crate::transport::Answer;

impl HttpTransport {
    /// `GET /v1/audit`.
    pub(super) async fn audit(&self, ask: &AuditQuery) -> Answer<AuditPage> {
        let mut url = self.url("/v1/audit")?;
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        let time = |time_us: Option<i64>| time_us.map(|time_us| time_us.to_string());
        let parts = [
            ("after", number(ask.after)),
            ("before", number(ask.before)),
            ("actor", ask.actor.clone()),
            ("action", ask.action.clone()),
            ("case_id", ask.case_id.clone()),
            ("since_us", time(ask.since_us)),
            ("until_us", time(ask.until_us)),
        ];
        for (name, value) in parts {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, &value);
            }
        }
        self.json(self.request(Method::GET, url.as_str())?).await
    }

    /// `GET /v1/audit/head`.
    pub(super) async fn audit_head(&self) -> Answer<AuditHead> {
        self.json(self.request(Method::GET, "/v1/audit/head")?)
            .await
    }
}
