//! The random slice of the queue: the only unbiased sample for F1, ECE and drift.
//!
//! Tile ids are hashes, so the next open tile after a random point is a draw that does not look at the score.

use fovea_annotation::{ContentHash, QUEUE_PER_CASE_MAX, QueueCandidate, TileId};
use fovea_protocol::QueueSlot;

use super::case_access::hands_out;
use super::queue::{QueueAsk, Shown, leased, shown_columns, shown_figures, shown_tile};
use super::{Connection, DbError, OptionalExtension as _, Row, columns};

/// Draws for each wanted slot before giving up: most tiles may be leased or on the page already.
const DRAWS_PER_SLOT: usize = 8;
/// The next open tile from ?1 on that is not leased to others.
pub(super) const NEXT_OPEN: &str = "SELECT t.tile_id, t.case_id, t.open_score FROM tiles t
     WHERE t.labelled = 0 AND t.prediction_id IS NOT NULL AND t.tile_id >= ?1 AND NOT EXISTS
       (SELECT 1 FROM leases l WHERE l.tile_id = t.tile_id AND l.user_id <> ?3
        AND l.until_us > ?2 AND l.until_us <= ?2 + 1800000000)
     ORDER BY t.tile_id LIMIT 1";

/// The open tiles that were drawn for account ?1 before.
pub(super) const HELD: &str = concat!(
    "SELECT ",
    shown_columns!(),
    ", l.slot, l.until_us FROM leases l JOIN tiles t ON t.tile_id = l.tile_id
     JOIN predictions p ON p.prediction_id = t.prediction_id",
    shown_figures!(),
    "WHERE l.user_id = ?1 AND l.slot = 'random' AND l.until_us > ?2 AND l.until_us <= ?2 + 1800000000
       AND t.open_score IS NOT NULL
       AND (?3 = 0 OR NOT EXISTS (SELECT 1 FROM cases c WHERE c.restricted = 1 AND c.case_id = t.case_id
         AND NOT EXISTS (SELECT 1 FROM case_members m WHERE m.case_id = c.case_id AND m.user_id = ?1)))"
);

/// The open tiles that were drawn for the person who asks before, in the order of their ids.
pub(super) fn held_random(
    connection: &Connection,
    ask: QueueAsk,
    some_restricted: bool,
) -> Result<Vec<Shown>, DbError> {
    let statement = connection.prepare_cached(HELD)?;
    let params = (ask.user_id, ask.now_us, i64::from(some_restricted));
    let mut held = statement.query_map(params, |row| leased(row, QueueSlot::Random))?;
    held.sort_by_key(|shown| shown.candidate.tile);
    Ok(held)
}

/// Adds up to `wanted` open tiles to the page that are not on it; those `held` come first.
pub(super) fn draw_random(
    connection: &Connection,
    ask: QueueAsk,
    wanted: usize,
    held: Vec<Shown>,
    page: &mut Vec<Shown>,
) -> Result<(), DbError> {
    let full = page.len() + wanted;
    for shown in held {
        if page.len() < full && fits(&shown.candidate, page) {
            page.push(shown);
        }
    }
    for draw in 0..(wanted * DRAWS_PER_SLOT) as u64 {
        if page.len() == full {
            break;
        }
        let Some(candidate) = next_open(connection, ask, random_point(ask.random_seed, draw))?
        else {
            continue;
        };
        // A tile that the person may not see is not replaced by its neighbour, which would be drawn too often.
        if fits(&candidate, page) && hands_out(connection, ask.user_id, candidate.case)? {
            let shown = shown_tile(connection, candidate.tile, QueueSlot::Random, None)?;
            page.push(shown);
        }
    }
    Ok(())
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

fn fits(candidate: &QueueCandidate, page: &[Shown]) -> bool {
    let new = page
        .iter()
        .all(|shown| shown.candidate.tile != candidate.tile);
    let of_case = page
        .iter()
        .filter(|shown| shown.candidate.case == candidate.case);
    new && of_case.count() < QUEUE_PER_CASE_MAX
}
