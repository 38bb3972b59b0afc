//! The requests of tus 1.0, and the one that makes a case of an upload.

use fovea_annotation::CaseId;
use fovea_protocol::{CaseFromUpload, CaseTaken};
use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Method, Response};

use crate::http::HttpTransport;
use crate::transport::Answer;
use crate::{TransportError, http};

const VERSION: (&str, &str) = ("Tus-Resumable", "1.0.0");
const OFFSET: &str = "Upload-Offset";
const LENGTH: &str = "Upload-Length";

impl HttpTransport {
    /// True when an upload at this address is on this server.
    pub(super) fn owns(&self, place: &str) -> bool {
        self.url("/v1/uploads/")
            .is_ok_and(|folder| place.starts_with(folder.as_str()))
    }

    /// `POST /v1/uploads`; the address of the new upload.
    pub(super) async fn begin_upload(&self, length: u64) -> Answer<String> {
        let request = self.request(Method::POST, "/v1/uploads")?;
        let request = request
            .header(VERSION.0, VERSION.1)
            .header(LENGTH, length.to_string());
        let response = self.send(request).await?;
        let location = text_of(&response, LOCATION.as_str())?;
        Ok(self.url(location)?.into())
    }

    /// `HEAD` of an upload; the bytes that the server holds.
    pub(super) async fn upload_received(&self, place: &str) -> Answer<u64> {
        // GET and not HEAD: the body of a refusal says why.
        let request = self.request(Method::GET, place)?;
        offset_of(&self.send(request.header(VERSION.0, VERSION.1)).await?)
    }

    /// `PATCH` of an upload; the bytes that the server holds then.
    pub(super) async fn append(&self, place: &str, offset: u64, bytes: Vec<u8>) -> Answer<u64> {
        let request = self.request(Method::PATCH, place)?;
        let request = request
            .header(VERSION.0, VERSION.1)
            .header(OFFSET, offset.to_string())
            .header(CONTENT_TYPE, "application/offset+octet-stream");
        offset_of(&self.send(request.body(bytes)).await?)
    }

    /// `DELETE` of an upload.
    pub(super) async fn give_up(&self, place: &str) -> Answer<()> {
        let request = self.request(Method::DELETE, place)?;
        self.send(request.header(VERSION.0, VERSION.1))
            .await
            .map(drop)
    }

    /// `POST /v1/cases` with a finished upload. The server lets it through its firewall first, which takes a while.
    pub(super) async fn take_case(&self, offer: &CaseFromUpload) -> Answer<CaseTaken> {
        let request = self.patient_request(Method::POST, "/v1/cases")?;
        self.json(request.json(offer)).await
    }

    /// True when the server has the case.
    pub(super) async fn has_case(&self, case_id: CaseId) -> Answer<bool> {
        let request = self.request(Method::GET, &format!("/v1/cases/{case_id}"))?;
        match self.send(request).await {
            Ok(_) => Ok(true),
            Err(TransportError::Refused { code, .. }) if code == "case_unknown" => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn offset_of(response: &Response) -> Answer<u64> {
    let text = text_of(response, OFFSET)?;
    text.parse()
        .map_err(|_| http::incompatible(format!("{OFFSET} is {text}")))
}

fn text_of<'a>(response: &'a Response, name: &str) -> Answer<&'a str> {
    let value = response.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .ok_or_else(|| http::incompatible(format!("the answer lacks the header {name}")))
}
