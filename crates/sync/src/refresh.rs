//! Getting the next pair of tokens, one request at a time.

use std::sync::Arc;

use fovea_protocol::{LoginResponse, RefreshRequest};
use reqwest::RequestBuilder;
use tokio::sync::Mutex;

use crate::http::{json, send};
use crate::transport::Answer;
use crate::{Credentials, Kept, TransportError};

/// Whoever holds it may ask for the next pair: a program has one sign-in, and several parts that speak to the server.
static TURN: Mutex<()> = Mutex::const_new(());

/// What to go on with after the server has not accepted `refused`; `request` is an empty `POST /v1/auth/refresh`.
///
/// A refresh token works once, so an answer must not be lost: it is waited for and kept on a task of its own, which goes
/// on when the caller no longer waits.
pub(crate) async fn next_pair(
    credentials: Arc<dyn Credentials>,
    refused: Kept,
    request: RequestBuilder,
) -> Answer<Kept> {
    let turn = TURN.lock().await;
    let now = credentials.kept().ok_or(TransportError::Unauthorized)?;
    if now.token() != refused.token() {
        // Another request was faster, or somebody has signed in.
        return Ok(now);
    }
    let task = tokio::spawn(async move {
        let next = ask(&now, request).await?;
        // A keyring may take its time.
        let kept = move || {
            let _turn = turn;
            keep(credentials.as_ref(), next)
        };
        let kept = tokio::task::spawn_blocking(kept).await;
        kept.map_err(|_| TransportError::Unauthorized)?
    });
    task.await.map_err(|_| TransportError::Unauthorized)?
}

async fn ask(now: &Kept, request: RequestBuilder) -> Answer<LoginResponse> {
    let refresh_token = now.refresh_token().ok_or(TransportError::Unauthorized)?;
    let body = RefreshRequest {
        refresh_token: refresh_token.to_owned(),
    };
    json(send(request.json(&body)).await?).await
}

fn keep(credentials: &dyn Credentials, next: LoginResponse) -> Answer<Kept> {
    credentials
        .keep(&next)
        .map_err(|error| TransportError::SignInNotKept {
            why: error.to_string(),
        })?;
    Ok(Kept::Pair(Box::new(next)))
}
