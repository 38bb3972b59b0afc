//! The random slice of the queue: the only unbiased sample for F1, ECE and drift.
//!
//! Tile ids are hashes, so the next open tile after a random point is a draw that does not look at the score.

use std::collections::HashMap;

use fovea_annotation::{ContentHash, QUEUE_PER_CASE_MAX, QueueCandidate, TileId};
use fovea_protocol::QueueSlot;

use super::case_access::hands_out;
use super::leases::Lease;
use super::queue::QueueAsk;
use super::{Connection, DbError, OptionalExtension as _, Row, columns};

/// Draws for each wanted slot before giving up: most tiles may be leased or on the page already.
const DRAWS_PER_SLOT: usize = 8;
/// The next open tile from ?1 on that is not leased to others.
pub(super) const NEXT_OPEN: &str =
    "SELECT t.tile_id, t.case_id, t.open_score FROM tiles t WHERE t.open_score IS NOT NULL AND t.tile_id >= ?1 AND NOT EXISTS
     (SELECT 1 FROM leases l WHERE l.tile_id = t.tile_id AND l.user_id <> ?3
        AND l.until_us > ?2 AND l.until_us <= ?2 + 1800000000)
     ORDER BY t.tile_id LIMIT 1";

/// Up to `wanted` open tiles that are not on the page; those drawn for this person before come first.
pub(super) fn draw_random(
    connection: &Connection,
    ask: QueueAsk,
    wanted: usize,
    ranked: &[QueueCandidate],
    held: &HashMap<TileId, Lease>,
) -> Result<Vec<QueueCandidate>, DbError> {
    let mut drawn: Vec<QueueCandidate> = Vec::new();
    let mut points: Vec<TileId> = held
        .values()
        .filter(|lease| lease.slot == QueueSlot::Random)
        .map(|lease| lease.tile_id)
        .collect();
    points.sort();
    let held_len = points.len();
    let draws = (wanted * DRAWS_PER_SLOT) as u64;
    points.extend((0..draws).map(|draw| random_point(ask.random_seed, draw)));
    for (at, point) in points.into_iter().enumerate() {
        if drawn.len() == wanted {
            break;
        }
        let Some(candidate) = next_open(connection, ask, point)? else {
            continue;
        };
        let moved_on = at < held_len && candidate.tile != point;
        // A tile that the person may not see is not replaced by its neighbour, which would be drawn too often.
        if !moved_on
            && fits(&candidate, ranked, &drawn)
            && hands_out(connection, ask.user_id, candidate.case)?
        {
            drawn.push(candidate);
        }
    }
    Ok(drawn)
}

fn random_point(seed: u64, draw: u64) -> TileId {
    TileId(ContentHash::of_parts(&[
        b"fovea.queue-draw/1",
        &seed.to_le_bytes(),
        &draw.to_le_bytes(),
    ]))
}

fn next_open(
    connection: &Connection,
    ask: QueueAsk,
    point: TileId,
) -> Result<Option<QueueCandidate>, DbError> {
    let statement = connection.prepare_cached(NEXT_OPEN)?;
    let from = |start: [u8; 32]| {
        statement
            .query_row((start, ask.now_us, ask.user_id), candidate)
            .optional()
    };
    match from(*point.0.as_bytes())? {
        Some(found) => Ok(Some(found)),
        None => Ok(from([0; 32])?),
    }
}

fn candidate(row: &Row<'_>) -> Result<QueueCandidate, DbError> {
    Ok(QueueCandidate {
        tile: columns::tile_id(row, 0)?,
        case: columns::case_id(row, 1)?,
        score: row.get(2)?,
    })
}

fn fits(candidate: &QueueCandidate, ranked: &[QueueCandidate], drawn: &[QueueCandidate]) -> bool {
    let on_page = || ranked.iter().chain(drawn);
    let new = on_page().all(|other| other.tile != candidate.tile);
    new && on_page()
        .filter(|other| other.case == candidate.case)
        .count()
        < QUEUE_PER_CASE_MAX
}
