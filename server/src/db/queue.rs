//! The active-learning queue, at a cost that does not grow with the number of tiles.
//!
//! Each case knows its best open tile and the score of the next one. Most often the best tiles of the best cases fill the
//! page, so one look at the index of those is all there is to read; a case whose next tile may stand on the page too is
//! looked into. Where many cases would have to be, the page is found by a walk through them.

use fovea_annotation::{
    CaseId, ContentHash, QUEUE_LEN_MAX, QueueCandidate, TileFigures, TileId, rank,
    score_method_name, score_reason,
};
use fovea_protocol::{QueueItem, QueueSlot};

use super::leases::{LEASE_US, Lease, lease_of, slot_from, take_lease};
use super::queue_by_case::{best_of_case, ranked_by_case};
use super::queue_random::{draw_random, held_random};
use super::{Connection, DbError, OptionalExtension as _, PROJECT, Row, case_access, columns};

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
    sort(&mut page);
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
/// Cases that a look goes into. With more of them the walk is as good.
const DEEP_CASES_MAX: usize = 64;

/// What [`shown`] reads of a tile `t`, its prediction `p` and, where this program computed the score, its figures `f`.
macro_rules! shown_columns {
    () => {
        "t.tile_id, t.case_id, t.open_score, t.bscan_index, t.open_method, p.method, p.reason, p.model_digest, f.figures"
    };
}
pub(super) use shown_columns;
/// The figures of the prediction `p` of a tile `t`, looked for only where they are needed.
macro_rules! shown_figures {
    () => {
        " LEFT JOIN prediction_figures f
            ON f.prediction_id = CASE WHEN t.open_method IS NOT NULL THEN t.prediction_id END "
    };
}
pub(super) use shown_figures;
/// The same of the best open tile of a case `c`, and the lease `l` on it.
macro_rules! top_columns {
    () => {
        "SELECT c.top_open_tile, c.case_id, c.top_open_score, c.top_open_bscan, c.top_open_method, p.method, p.reason,
           p.model_digest, f.figures, l.slot, l.until_us "
    };
}
macro_rules! top_joins {
    () => {
        " LEFT JOIN leases l ON l.tile_id = c.top_open_tile AND l.until_us > ?2 AND l.until_us <= ?2 + 1800000000
          JOIN predictions p ON p.prediction_id = c.top_open_prediction
          LEFT JOIN prediction_figures f
            ON f.prediction_id = CASE WHEN c.top_open_method IS NOT NULL THEN c.top_open_prediction END "
    };
}

/// The best tiles of open cases that are not leased to others.
pub(super) const BEST_TOPS: &str = concat!(
    top_columns!(),
    "FROM cases c",
    top_joins!(),
    "WHERE c.project_id = ?5 AND c.restricted = 0 AND c.top_open_score > ?1 AND (l.user_id IS NULL OR l.user_id = ?3)
     ORDER BY c.top_open_score DESC, c.top_open_tile LIMIT ?4"
);
/// The same of the restricted cases that name account ?3.
pub(super) const BEST_NAMED_TOPS: &str = concat!(
    top_columns!(),
    "FROM case_members m JOIN cases c ON c.case_id = m.case_id",
    top_joins!(),
    "WHERE m.user_id = ?3 AND m.top_open_score > ?1 AND (l.user_id IS NULL OR l.user_id = ?3)
     ORDER BY m.top_open_score DESC, m.top_open_tile LIMIT ?4"
);
/// Open cases whose second open tile has at least score ?2, and more than ?3.
pub(super) const DEEP_CASES: &str = "SELECT c.case_id, c.next_open_score FROM cases c
     WHERE c.project_id = ?1 AND c.restricted = 0 AND c.top_open_score >= ?2
       AND c.next_open_score >= ?2 AND c.next_open_score > ?3
     ORDER BY c.top_open_score DESC, c.top_open_tile LIMIT ?4";
/// The same of the restricted cases that name account ?1.
pub(super) const DEEP_NAMED_CASES: &str =
    "SELECT c.case_id, c.next_open_score FROM case_members m JOIN cases c ON c.case_id = m.case_id
     WHERE m.user_id = ?1 AND m.top_open_score >= ?2 AND c.next_open_score >= ?2 AND c.next_open_score > ?3
     ORDER BY m.top_open_score DESC, m.top_open_tile LIMIT ?4";
/// One tile as it is shown.
pub(super) const TILE: &str = concat!(
    "SELECT ",
    shown_columns!(),
    " FROM tiles t JOIN predictions p ON p.prediction_id = t.prediction_id",
    shown_figures!(),
    "WHERE t.tile_id = ?1"
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
    let show = |candidate: QueueCandidate| ranked_tile(connection, ask, candidate.tile);
    candidates.into_iter().map(show).collect()
}

/// A tile on its place by its score, with the lease that the person who asks holds on it.
fn ranked_tile(connection: &Connection, ask: QueueAsk, tile_id: TileId) -> Result<Shown, DbError> {
    let lease = lease_of(connection, ask.user_id, tile_id)?;
    let lease = lease.filter(|lease| lease.is_in_force(ask.now_us));
    shown_tile(connection, tile_id, QueueSlot::Ranked, lease)
}

/// The same from one look at the best tile of each case; `None` when too many cases have more than that to show.
fn look(
    connection: &Connection,
    ask: QueueAsk,
    some_restricted: bool,
) -> Result<Option<Vec<Shown>>, DbError> {
    let mut tops = best_tops(connection, ask, some_restricted)?;
    let mut page: Vec<QueueCandidate> = tops.iter().map(|top| top.candidate.clone()).collect();
    let deep = deep_cases(connection, ask, score_min(&page, ask), some_restricted)?;
    if deep.is_empty() {
        return Ok(Some(tops));
    }
    if deep.len() > DEEP_CASES_MAX {
        return Ok(None);
    }
    for (case, next_score) in deep {
        // The more tiles of cases before it, the less likely that one of this case has a place.
        if next_score >= score_min(&page, ask) {
            page.retain(|candidate| candidate.case != case);
            page.extend(best_of_case(connection, ask, case)?);
            page = rank(page, ask.threshold);
        }
    }
    page.truncate(RANKED_LEN_MAX);
    let show = |candidate: QueueCandidate| {
        let seen = tops.iter().position(|top| top.candidate == candidate);
        match seen {
            Some(at) => Ok(tops.swap_remove(at)),
            None => ranked_tile(connection, ask, candidate.tile),
        }
    };
    page.into_iter()
        .map(show)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// What a tile must have to come onto the page `page`.
fn score_min(page: &[QueueCandidate], ask: QueueAsk) -> f32 {
    let last = page.get(RANKED_LEN_MAX - 1);
    last.map_or(ask.threshold, |last| last.score)
}

/// The best free tiles of as many cases as a page has room for, the best first.
fn best_tops(
    connection: &Connection,
    ask: QueueAsk,
    some_restricted: bool,
) -> Result<Vec<Shown>, DbError> {
    let len = RANKED_LEN_MAX as i64;
    let top = |row: &Row<'_>| leased(row, QueueSlot::Ranked);
    let params = (ask.threshold, ask.now_us, ask.user_id, len, PROJECT);
    let mut tops = connection
        .prepare_cached(BEST_TOPS)?
        .query_map(params, top)?;
    if some_restricted {
        let params = (ask.threshold, ask.now_us, ask.user_id, len);
        let named = connection
            .prepare_cached(BEST_NAMED_TOPS)?
            .query_map(params, top)?;
        tops.extend(named);
        sort(&mut tops);
        tops.truncate(RANKED_LEN_MAX);
    }
    Ok(tops)
}

/// Cases with a second tile of at least `score_min`, and its score; at most one more than a look goes into.
fn deep_cases(
    connection: &Connection,
    ask: QueueAsk,
    score_min: f32,
    some_restricted: bool,
) -> Result<Vec<(CaseId, f32)>, DbError> {
    let len = DEEP_CASES_MAX as i64 + 1;
    let mut deep = Vec::new();
    let statements = [(DEEP_CASES, PROJECT), (DEEP_NAMED_CASES, ask.user_id)];
    let is_asked = if some_restricted { 2 } else { 1 };
    for (sql, whose) in &statements[..is_asked] {
        let params = (*whose, score_min, ask.threshold, len);
        deep.extend(connection.prepare_cached(sql)?.query_map(params, |row| {
            Ok((columns::case_id(row, 0)?, row.get::<f32>(1)?))
        })?);
    }
    Ok(deep)
}

/// Best first, ties by tile id.
fn sort(page: &mut [Shown]) {
    page.sort_by(|a, b| {
        let (a, b) = (&a.candidate, &b.candidate);
        b.score.total_cmp(&a.score).then(a.tile.cmp(&b.tile))
    });
}

/// A row of [`shown_columns`] and of the lease that the person who asks holds, if any.
pub(super) fn leased(row: &Row<'_>, slot: QueueSlot) -> Result<Shown, DbError> {
    let mut shown = shown(row, slot, None)?;
    if let Some(held) = row.get::<Option<String>>(9)? {
        shown.lease = Some(Lease {
            tile_id: shown.candidate.tile,
            slot: slot_from(&held),
            until_us: row.get(10)?,
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
    let (method, reason) = words(row)?;
    Ok(Shown {
        candidate: QueueCandidate {
            tile: columns::tile_id(row, 0)?,
            case: columns::case_id(row, 1)?,
            score: row.get(2)?,
        },
        slot,
        lease,
        bscan_index: row.get(3)?,
        method,
        reason,
        model_digest: columns::hash(row, 7)?,
    })
}

/// Method and reason of a score: the prediction's, or where this program computed it those that follow from the figures.
fn words(row: &Row<'_>) -> Result<(String, String), DbError> {
    if let Some(number) = row.get::<Option<u32>>(4)?
        && let Some(method) = score_method_name(number)
        && let Some(bytes) = row.get::<Option<Vec<u8>>>(8)?
        && let Ok(figures) = TileFigures::from_bytes(&bytes)
    {
        return Ok((method.to_owned(), score_reason(&figures)));
    }
    Ok((row.get(5)?, row.get(6)?))
}
