//! The ranked part of the queue's page by a walk through the cases, for when many of them have several tiles to show.
//!
//! A page holds at most 50 tiles, so at most 50 cases, and they are the cases with the best open tile: whoever has
//! a tile on the page has its best tile there. The walk goes through the cases in that order and ends as soon as no
//! later case can change the page. Only tiles leased to other people make it longer.

use fovea_annotation::{CaseId, QUEUE_LEN_MAX, QUEUE_PER_CASE_MAX, QueueCandidate, TileId, rank};

use super::queue::QueueAsk;
use super::{Connection, DbError, PROJECT, columns};

/// The next open cases in the order of their best open tile, after that of score ?3 and tile ?4.
pub(super) const BEST_CASES: &str = "SELECT case_id, top_open_score, top_open_tile FROM cases
     WHERE project_id = ?1 AND restricted = 0 AND top_open_score > ?2
       AND top_open_score <= ?3 AND (top_open_score < ?3 OR top_open_tile > ?4)
     ORDER BY top_open_score DESC, top_open_tile LIMIT ?5";
/// The same of the restricted cases that name account ?1: an index of their own, so neither is walked through the other.
pub(super) const BEST_NAMED_CASES: &str =
    "SELECT case_id, top_open_score, top_open_tile FROM case_members
     WHERE user_id = ?1 AND top_open_score > ?2
       AND top_open_score <= ?3 AND (top_open_score < ?3 OR top_open_tile > ?4)
     ORDER BY top_open_score DESC, top_open_tile LIMIT ?5";
/// The best tiles of a case that are not leased to others.
pub(super) const BEST_OF_CASE: &str = "SELECT t.tile_id, t.open_score FROM tiles t
     WHERE t.case_id = ?1 AND t.open_score > ?2 AND NOT EXISTS
       (SELECT 1 FROM leases l WHERE l.tile_id = t.tile_id AND l.user_id <> ?4
          AND l.until_us > ?3 AND l.until_us <= ?3 + 1800000000)
     ORDER BY t.open_score DESC, t.tile_id LIMIT ?5";

/// Cases that the walk asks for at a time; one page seldom needs more.
const CASES_PER_STEP: u32 = 64;

/// A case by its best open tile.
struct TopOfCase {
    case: CaseId,
    score: f32,
    tile: TileId,
}

/// The candidates that stand on the page by their score, best first.
pub(super) fn ranked_by_case(
    connection: &Connection,
    ask: QueueAsk,
) -> Result<Vec<QueueCandidate>, DbError> {
    let mut page: Vec<QueueCandidate> = Vec::new();
    let mut cases = best_cases(connection, ask, None)?;
    loop {
        for top in &cases {
            let last = page.get(QUEUE_LEN_MAX - 1);
            if last.is_some_and(|last| (last.score, top.tile) > (top.score, last.tile)) {
                return Ok(rank(page, ask.threshold));
            }
            page.extend(best_of_case(connection, ask, top.case)?);
            if page.len() >= QUEUE_LEN_MAX {
                page = rank(page, ask.threshold);
            }
        }
        match cases.last() {
            Some(last) if cases.len() == CASES_PER_STEP as usize => {
                cases = best_cases(connection, ask, Some(last))?;
            }
            _ => return Ok(rank(page, ask.threshold)),
        }
    }
}

/// The next cases after `after` in the order of their best open tile.
fn best_cases(
    connection: &Connection,
    ask: QueueAsk,
    after: Option<&TopOfCase>,
) -> Result<Vec<TopOfCase>, DbError> {
    let (score, tile) = after.map_or((f32::MAX, [0; 32]), |after| {
        (after.score, *after.tile.0.as_bytes())
    });
    let mut best = Vec::new();
    for (sql, whose) in [(BEST_CASES, PROJECT), (BEST_NAMED_CASES, ask.user_id)] {
        let row = (whose, ask.threshold, score, tile, CASES_PER_STEP);
        best.extend(connection.prepare_cached(sql)?.query_map(row, |row| {
            Ok(TopOfCase {
                case: columns::case_id(row, 0)?,
                score: row.get(1)?,
                tile: columns::tile_id(row, 2)?,
            })
        })?);
    }
    best.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.tile.cmp(&b.tile)));
    best.truncate(CASES_PER_STEP as usize);
    Ok(best)
}

/// The best tiles of a case that are not leased to others, as many as may stand on a page.
pub(super) fn best_of_case(
    connection: &Connection,
    ask: QueueAsk,
    case: CaseId,
) -> Result<Vec<QueueCandidate>, DbError> {
    let statement = connection.prepare_cached(BEST_OF_CASE)?;
    let rows = statement.query_map(
        (
            case.0.as_bytes(),
            ask.threshold,
            ask.now_us,
            ask.user_id,
            QUEUE_PER_CASE_MAX as i64,
        ),
        |row| {
            Ok(QueueCandidate {
                tile: columns::tile_id(row, 0)?,
                case,
                score: row.get(1)?,
            })
        },
    )?;
    Ok(rows)
}
