//! The status page: one document with its style and its script inside, which asks for nothing from elsewhere.
//!
//! The policy in its headers names the two by their digests, so that nothing else on the page can run. The page keeps the
//! token of whoever signs in in its memory and in no cookie: a request that another site makes a browser send has none.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page, put together once.
pub(crate) static PAGE: LazyLock<Page> = LazyLock::new(Page::new);

/// A document and the policy that it is read under.
pub(crate) struct Page {
    document: String,
    policy: String,
}

impl Page {
    fn new() -> Self {
        let document = TEMPLATE
            .replace("{{style}}", STYLE)
            .replace("{{script}}", SCRIPT);
        let policy = format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; connect-src 'self'; img-src data:; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            digest(STYLE),
            digest(SCRIPT)
        );
        Self { document, policy }
    }

    /// The page as an answer.
    pub(crate) fn response(&self) -> Response {
        let headers = [
            (header::CONTENT_SECURITY_POLICY, self.policy.as_str()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CACHE_CONTROL, "no-cache"),
        ];
        (headers, Html(self.document.clone())).into_response()
    }
}

fn digest(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_for_nothing_from_elsewhere() {
        let page = Page::new();
        assert!(!page.document.contains("{{"), "a place was left open");
        for address in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!page.document.contains(address), "{address}");
        }
        for careless in [
            "innerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            " style=",
            "onclick=",
        ] {
            assert!(!page.document.contains(careless), "{careless}");
        }
        assert!(!page.policy.contains("unsafe"), "{}", page.policy);
    }
}
