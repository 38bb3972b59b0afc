//! Taking the bytes of one request into an upload.

use axum::body::{Body, Bytes};
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;

use super::spool::{Part, SpoolError, Turn};
use crate::backend::Backend;
use crate::db::{self, DbError, UploadRow};
use crate::problem::Problem;

/// Pieces that wait for the disk; the sender is slowed down behind them.
const QUEUE_LEN: usize = 8;

/// How far the upload is after a request.
pub(crate) struct Taken {
    pub(crate) row: UploadRow,
    /// True when the connection ended before the body did: what came is kept all the same.
    pub(crate) is_cut_off: bool,
}

/// Adds the body to the upload. It goes on to its end when the client has gone away, so that what arrived counts.
pub(crate) async fn take(
    backend: &Backend,
    turn: Turn,
    row: UploadRow,
    body: Body,
) -> Result<Taken, Problem> {
    let backend = backend.clone();
    let whole = async move {
        let (bytes, is_cut_off) = write_part(turn, row, body).await?;
        let row = UploadRow {
            received: row.received + bytes,
            ..row
        };
        backend
            .db
            .write(move |connection| {
                db::set_upload_received(connection, row.upload_id, row.received)
            })
            .await?;
        Ok(Taken { row, is_cut_off })
    };
    tokio::spawn(whole).await.map_err(|_| DbError::Closed)?
}

/// A piece of the body, or the word that nothing of it is wanted.
enum Piece {
    Bytes(Bytes),
    Refuse,
}

/// Writes the body as one part. More than the upload lacks is refused as a whole.
async fn write_part(turn: Turn, row: UploadRow, body: Body) -> Result<(u64, bool), Problem> {
    let (pieces, inbox) = mpsc::channel(QUEUE_LEN);
    let writer = tokio::task::spawn_blocking(move || write(turn.part(row.received)?, inbox));
    let end = forward(body, row.length - row.received, pieces).await;
    let bytes = writer.await.map_err(|_| DbError::Closed)??;
    match end {
        End::TooMuch => Err(too_much()),
        End::Whole => Ok((bytes, false)),
        End::CutOff => Ok((bytes, true)),
    }
}

enum End {
    Whole,
    CutOff,
    TooMuch,
}

async fn forward(mut body: Body, room: u64, pieces: mpsc::Sender<Piece>) -> End {
    let mut left = room;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return End::CutOff;
        };
        let Ok(bytes) = frame.into_data() else {
            continue;
        };
        let Some(rest) = left.checked_sub(bytes.len() as u64) else {
            // The writer may have ended on a fault of its own, which it reports.
            let _ = pieces.send(Piece::Refuse).await;
            return End::TooMuch;
        };
        left = rest;
        if pieces.send(Piece::Bytes(bytes)).await.is_err() {
            return End::CutOff;
        }
    }
    End::Whole
}

fn write(mut part: Part, mut inbox: mpsc::Receiver<Piece>) -> Result<u64, SpoolError> {
    while let Some(piece) = inbox.blocking_recv() {
        match piece {
            Piece::Bytes(bytes) => part.write(&bytes)?,
            Piece::Refuse => return Ok(0),
        }
    }
    part.keep()
}

fn too_much() -> Problem {
    Problem::refused(
        axum::http::StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "the body has more bytes than the upload lacks; nothing of it was kept, ask HEAD for the offset",
    )
}
