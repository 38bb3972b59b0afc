//! Leases: a queued tile is shown to one person at a time.

use fovea_annotation::TileId;
use fovea_protocol::{LeaseRecord, QueueSlot};

use super::{Connection, DbError, OptionalExtension as _, Row, columns};

/// How long a lease holds. Statements that look for leases in force have the number in their text: one that ends later
/// than a lease can was taken before the clock was set back, and does not count.
pub(crate) const LEASE_US: i64 = 30 * 60 * 1_000_000;

/// A lease of one person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lease {
    pub(crate) tile_id: TileId,
    pub(crate) slot: QueueSlot,
    pub(crate) until_us: i64,
}

impl Lease {
    /// Whether it holds now: one that ends later than a lease can was taken before the clock was set back.
    pub(super) fn is_in_force(&self, now_us: i64) -> bool {
        (now_us + 1..=now_us + LEASE_US).contains(&self.until_us)
    }

    /// As it goes over the wire.
    pub(crate) fn into_record(self) -> LeaseRecord {
        LeaseRecord {
            tile_id: self.tile_id,
            slot: self.slot,
            lease_until_us: self.until_us,
        }
    }
}

/// The leases that a person holds.
pub(crate) fn leases_of(
    connection: &Connection,
    user_id: i64,
    now_us: i64,
) -> Result<Vec<Lease>, DbError> {
    let sql = "SELECT tile_id, slot, until_us FROM leases WHERE user_id = ?1
               AND until_us > ?2 AND until_us <= ?2 + 1800000000 ORDER BY tile_id";
    let statement = connection.prepare_cached(sql)?;
    statement.query_map((user_id, now_us), lease)
}

/// The lease that a person has taken on a tile and nobody has taken since; its time may be over.
pub(crate) fn lease_of(
    connection: &Connection,
    user_id: i64,
    tile_id: TileId,
) -> Result<Option<Lease>, DbError> {
    let sql = "SELECT tile_id, slot, until_us FROM leases WHERE tile_id = ?1 AND user_id = ?2";
    let statement = connection.prepare_cached(sql)?;
    statement
        .query_row((tile_id.0.as_bytes(), user_id), lease)
        .optional()
}

fn lease(row: &Row<'_>) -> Result<Lease, DbError> {
    Ok(Lease {
        tile_id: columns::tile_id(row, 0)?,
        slot: slot_from(&row.get::<String>(1)?),
        until_us: row.get(2)?,
    })
}

/// Gives the tile to a person, or renews what the person holds.
pub(crate) fn take_lease(
    connection: &Connection,
    user_id: i64,
    lease: Lease,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO leases (tile_id, user_id, slot, until_us) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (tile_id) DO UPDATE
             SET user_id = excluded.user_id, slot = excluded.slot, until_us = excluded.until_us",
        )?
        .execute((
            lease.tile_id.0.as_bytes(),
            user_id,
            slot_name(lease.slot),
            lease.until_us,
        ))?;
    Ok(())
}

/// Ends whatever lease there is on a tile.
pub(crate) fn drop_lease(connection: &Connection, tile_id: TileId) -> Result<(), DbError> {
    connection
        .prepare_cached("DELETE FROM leases WHERE tile_id = ?1")?
        .execute([tile_id.0.as_bytes()])?;
    Ok(())
}

/// Ends the lease of a person on a tile.
pub(crate) fn drop_lease_of(
    connection: &Connection,
    user_id: i64,
    tile_id: TileId,
) -> Result<(), DbError> {
    connection
        .prepare_cached("DELETE FROM leases WHERE tile_id = ?1 AND user_id = ?2")?
        .execute((tile_id.0.as_bytes(), user_id))?;
    Ok(())
}

fn slot_name(slot: QueueSlot) -> &'static str {
    match slot {
        QueueSlot::Ranked => "ranked",
        QueueSlot::Random => "random",
    }
}

/// The slot that [`slot_name`] named.
pub(super) fn slot_from(name: &str) -> QueueSlot {
    match name {
        "random" => QueueSlot::Random,
        _ => QueueSlot::Ranked,
    }
}
