//! A bucket as an object store.

use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum, S3ConditionalPut};
use object_store::{BackoffConfig, ClientOptions, RetryConfig};

use super::ObjectError;
use super::credentials::with_credentials;
use super::settings::S3Section;

/// A store that does not take the connection by then is away.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest time for one request: the largest objects over a slow line need most of it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// Tries of one request after the first, at 5xx, 429 and broken connections.
const RETRIES_MAX: usize = 4;
/// No try begins later than this after the first.
const RETRY_TIMEOUT: Duration = Duration::from_secs(20);

/// Opens the bucket; nothing is sent yet.
pub(super) fn open(section: &S3Section) -> Result<AmazonS3, ObjectError> {
    let client = ClientOptions::new()
        .with_allow_http(section.is_plain_text())
        .with_connect_timeout(CONNECT_TIMEOUT)
        .with_timeout(REQUEST_TIMEOUT);
    let mut builder = with_credentials(AmazonS3Builder::new(), section)?
        .with_bucket_name(&section.bucket)
        .with_region(&section.region)
        .with_client_options(client)
        .with_retry(retries())
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_checksum_algorithm(Checksum::SHA256);
    if let Some(endpoint) = &section.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(key_id) = &section.kms_key_id {
        builder = builder.with_sse_kms_encryption(key_id);
    }
    Ok(builder.build()?)
}

fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(50),
            max_backoff: Duration::from_secs(3),
            base: 2.0,
        },
        max_retries: RETRIES_MAX,
        retry_timeout: RETRY_TIMEOUT,
    }
}
