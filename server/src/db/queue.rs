//! The active-learning queue, at a cost that does not grow with the number of tiles.
//!
//! Most often the best open tiles are of enough cases to fill the page, so one look at the index of scores is all
//! there is to read. Where few cases hold the best tiles, the page is found by a walk through the cases.

use std::collections::HashMap;

use fovea_annotation::{
    CaseId, ContentHash, QUEUE_LEN_MAX, QUEUE_PER_CASE_MAX, QueueCandidate, TileId,
};
use fovea_protocol::{QueueItem, QueueSlot};

use super::leases::{LEASE_US, Lease, lease_of, slot_from, take_lease};
use super::queue_by_case::ranked_by_case;
use super::queue_random::{draw_random, held_random};
use super::{Connection, DbError, OptionalExtension as _, Row, case_access, columns};

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
    let some_restricted = case_access::some_are_restricted(connection)?;
    let mut page = ranked(connection, ask, some_restricted)?;
    // About one slot in ten is random: one for nine that are ranked.
    let random_len = ((page.len() + 4) / 9).min(QUEUE_LEN_MAX / 10);
    page.truncate(QUEUE_LEN_MAX - random_len);
    let held = held_random(connection, ask, some_restricted)?;
    draw_random(connection, ask, random_len, held, &mut page)?;
    page.sort_by(|a, b| {
        let (a, b) = (&a.candidate, &b.candidate);
        b.score.total_cmp(&a.score).then(a.tile.cmp(&b.tile))
    });
    let mut items = Vec::with_capacity(page.len());
    for shown in page {
        let is_held =
            |lease: &Lease| lease.slot == shown.slot && lease.until_us > ask.now_us + LEASE_US / 2;
        let until_us = match shown.lease.filter(is_held) {
            Some(lease) => lease.until_us,
            None if !take_leases => return Ok(None),
            None => {
                let lease = Lease {
                    tile_id: shown.candidate.tile,
                    slot: shown.slot,
                    until_us: ask.now_us + LEASE_US,
                };
                take_lease(connection, ask.user_id, lease)?;
                lease.until_us
            }
        };
        items.push(shown.into_item(until_us));
    }
    Ok(Some(items))
}

/// A tile of the page with all that is shown of it.
pub(super) struct Shown {
    pub(super) candidate: QueueCandidate,
    slot: QueueSlot,
    /// The lease in force that the person who asks holds on it.
    lease: Option<Lease>,
    bscan_index: u32,
    method: String,
    reason: String,
    model_digest: ContentHash,
}

impl Shown {
    fn into_item(self, lease_until_us: i64) -> QueueItem {
        QueueItem {
            tile_id: self.candidate.tile,
            case_id: self.candidate.case,
            bscan_index: self.bscan_index,
            score: self.candidate.score,
            method: self.method,
            reason: self.reason,
            model_digest: self.model_digest,
            slot: self.slot,
            lease_until_us,
        }
    }
}

/// Tiles on a full page by their score; the others are drawn.
const RANKED_LEN_MAX: usize = QUEUE_LEN_MAX - QUEUE_LEN_MAX / 10;
/// Rows that one look reads: those, and a few of cases that have five on the page.
const LOOK_LEN: usize = RANKED_LEN_MAX + 5;

/// What [`shown`] reads of a tile `t`, its prediction `p` and its score computed again `r`.
macro_rules! shown_columns {
    () => {
        "t.tile_id, t.case_id, t.open_score, t.bscan_index, coalesce(r.method, p.method), coalesce(r.reason, p.reason),
           p.model_digest"
    };
}
pub(super) use shown_columns;

/// The best open tiles that are not leased to others. ?4 says whether any case is restricted, because few sites have
/// one, and to look for each tile costs as much as all the rest.
pub(super) const BEST_TILES: &str = concat!(
    "SELECT ",
    shown_columns!(),
    ", l.slot, l.until_us FROM tiles t
     LEFT JOIN leases l ON l.tile_id = t.tile_id AND l.until_us > ?2 AND l.until_us <= ?2 + 1800000000
     JOIN predictions p ON p.prediction_id = t.prediction_id
     LEFT JOIN rescores r ON r.prediction_id = p.prediction_id
     WHERE t.open_score > ?1 AND (l.user_id IS NULL OR l.user_id = ?3)
       AND (?4 = 0 OR NOT EXISTS (SELECT 1 FROM cases c WHERE c.restricted = 1 AND c.case_id = t.case_id
         AND NOT EXISTS (SELECT 1 FROM case_members m WHERE m.case_id = c.case_id AND m.user_id = ?3)))
     ORDER BY t.open_score DESC, t.tile_id LIMIT ?5"
);
/// One tile as it is shown.
pub(super) const TILE: &str = concat!(
    "SELECT ",
    shown_columns!(),
    " FROM tiles t JOIN predictions p ON p.prediction_id = t.prediction_id
     LEFT JOIN rescores r ON r.prediction_id = p.prediction_id WHERE t.tile_id = ?1"
);

/// The tiles that stand on the page by their score, best first.
fn ranked(
    connection: &Connection,
    ask: QueueAsk,
    some_restricted: bool,
) -> Result<Vec<Shown>, DbError> {
    if let Some(page) = look(connection, ask, some_restricted)? {
        return Ok(page);
    }
    let candidates = ranked_by_case(connection, ask)?;
    let show = |candidate: QueueCandidate| {
        let lease = lease_of(connection, ask.user_id, candidate.tile)?;
        let lease = lease.filter(|lease| lease.is_in_force(ask.now_us));
        shown_tile(connection, candidate.tile, QueueSlot::Ranked, lease)
    };
    candidates.into_iter().map(show).collect()
}

/// The same from one look at the best tiles; `None` when it does not fill the page although there are more.
fn look(
    connection: &Connection,
    ask: QueueAsk,
    some_restricted: bool,
) -> Result<Option<Vec<Shown>>, DbError> {
    let statement = connection.prepare_cached(BEST_TILES)?;
    let params = (
        ask.threshold,
        ask.now_us,
        ask.user_id,
        i64::from(some_restricted),
        LOOK_LEN as i64,
    );
    let (mut seen, mut of_case) = (0, HashMap::<CaseId, usize>::new());
    let best = statement.query_map(params, |row| {
        seen += 1;
        let taken = of_case.entry(columns::case_id(row, 1)?).or_default();
        *taken += 1;
        match *taken <= QUEUE_PER_CASE_MAX {
            true => leased(row, QueueSlot::Ranked).map(Some),
            false => Ok(None),
        }
    })?;
    let mut page: Vec<Shown> = best.into_iter().flatten().collect();
    page.truncate(RANKED_LEN_MAX);
    Ok((page.len() == RANKED_LEN_MAX || seen < LOOK_LEN).then_some(page))
}

/// A row of [`shown_columns`] and of the lease that the person who asks holds, if any.
pub(super) fn leased(row: &Row<'_>, slot: QueueSlot) -> Result<Shown, DbError> {
    let mut shown = shown(row, slot, None)?;
    if let Some(held) = row.get::<Option<String>>(7)? {
        shown.lease = Some(Lease {
            tile_id: shown.candidate.tile,
            slot: slot_from(&held),
            until_us: row.get(8)?,
        });
    }
    Ok(shown)
}

/// One tile by its id.
pub(super) fn shown_tile(
    connection: &Connection,
    tile_id: TileId,
    slot: QueueSlot,
    lease: Option<Lease>,
) -> Result<Shown, DbError> {
    let statement = connection.prepare_cached(TILE)?;
    let found = statement.query_row([tile_id.0.as_bytes()], |row| shown(row, slot, lease));
    found.optional()?.ok_or(DbError::DamagedRow {
        what: "queued tile",
    })
}

fn shown(row: &Row<'_>, slot: QueueSlot, lease: Option<Lease>) -> Result<Shown, DbError> {
    Ok(Shown {
        candidate: QueueCandidate {
            tile: columns::tile_id(row, 0)?,
            case: columns::case_id(row, 1)?,
            score: row.get(2)?,
        },
        slot,
        lease,
        bscan_index: row.get(3)?,
        method: row.get(4)?,
        reason: row.get(5)?,
        model_digest: columns::hash(row, 6)?,
    })
}
