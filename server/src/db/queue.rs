//! The active-learning queue, at a cost that does not grow with the number of tiles.
//!
//! A page holds at most 50 tiles, so at most 50 cases, and they are the cases with the best open tile: whoever has
//! a tile on the page has its best tile there. The walk goes through the cases in that order and ends as soon as no
//! later case can change the page. Only tiles leased to other people make it longer.

use std::collections::HashMap;

use fovea_annotation::{CaseId, QUEUE_LEN_MAX, QUEUE_PER_CASE_MAX, QueueCandidate, TileId, rank};
use fovea_protocol::{QueueItem, QueueSlot};

use super::leases::{LEASE_US, Lease, leases_of, take_lease};
use super::queue_random::draw_random;
use super::{Connection, DbError, OptionalExtension as _, PROJECT, columns};

/// One person's question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueAsk {
    pub(crate) user_id: i64,
    pub(crate) threshold: f32,
    pub(crate) now_us: i64,
    /// Where the random draw begins; chosen by the caller.
    pub(crate) random_seed: u64,
}

/// The page for `ask`. With `take_leases` the tiles are leased, which needs a connection that writes; without, `None`
/// is returned when a lease would have to be taken or renewed.
pub(crate) fn queue_page(
    connection: &Connection,
    ask: QueueAsk,
    take_leases: bool,
) -> Result<Option<Vec<QueueItem>>, DbError> {
    let held: HashMap<TileId, Lease> = leases_of(connection, ask.user_id, ask.now_us)?
        .into_iter()
        .map(|lease| (lease.tile_id, lease))
        .collect();
    let mut ranked = ranked_candidates(connection, ask)?;
    // About one slot in ten is random: one for nine that are ranked.
    let random_len = ((ranked.len() + 4) / 9).min(QUEUE_LEN_MAX / 10);
    ranked.truncate(QUEUE_LEN_MAX - random_len);
    let random = draw_random(connection, ask, random_len, &ranked, &held)?;
    let slots = ranked
        .into_iter()
        .map(|c| (c, QueueSlot::Ranked))
        .chain(random.into_iter().map(|c| (c, QueueSlot::Random)));
    let mut slots: Vec<_> = slots.collect();
    slots.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score).then(a.tile.cmp(&b.tile)));
    let mut items = Vec::with_capacity(slots.len());
    for (candidate, slot) in slots {
        let until_us = match held.get(&candidate.tile) {
            Some(lease) if lease.slot == slot && lease.until_us > ask.now_us + LEASE_US / 2 => {
                lease.until_us
            }
            _ if !take_leases => return Ok(None),
            _ => {
                let until_us = ask.now_us + LEASE_US;
                take_lease(
                    connection,
                    ask.user_id,
                    Lease {
                        tile_id: candidate.tile,
                        slot,
                        until_us,
                    },
                )?;
                until_us
            }
        };
        items.push(item(connection, &candidate, slot, until_us)?);
    }
    Ok(Some(items))
}

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
/// What is shown of a tile beside its score.
pub(super) const ITEM: &str =
    "SELECT t.bscan_index, coalesce(r.method, p.method), coalesce(r.reason, p.reason), p.model_digest
     FROM tiles t JOIN predictions p ON p.prediction_id = t.prediction_id
     LEFT JOIN rescores r ON r.prediction_id = p.prediction_id WHERE t.tile_id = ?1";

/// Cases that the walk asks for at a time; one page seldom needs more.
const CASES_PER_STEP: u32 = 64;

/// A case by its best open tile.
struct TopOfCase {
    case: CaseId,
    score: f32,
    tile: TileId,
}

fn ranked_candidates(
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

fn best_of_case(
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

fn item(
    connection: &Connection,
    candidate: &QueueCandidate,
    slot: QueueSlot,
    lease_until_us: i64,
) -> Result<QueueItem, DbError> {
    let statement = connection.prepare_cached(ITEM)?;
    let found = statement.query_row([candidate.tile.0.as_bytes()], |row| {
        Ok(QueueItem {
            tile_id: candidate.tile,
            case_id: candidate.case,
            bscan_index: row.get(0)?,
            score: candidate.score,
            method: row.get(1)?,
            reason: row.get(2)?,
            model_digest: columns::hash(row, 3)?,
            slot,
            lease_until_us,
        })
    });
    found.optional()?.ok_or(DbError::DamagedRow {
        what: "queued tile",
    })
}
