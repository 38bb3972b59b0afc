//! Tiles with several heads, ready to be listed without counting heads.

use fovea_annotation::TileId;
use fovea_protocol::Disagreement;

use super::case_access::sees_all;
use super::{Account, Connection, DbError, columns, heads_of};

/// Follows the heads of a tile, in the transaction that moved them.
pub(super) fn follow_heads(
    connection: &Connection,
    tile_id: TileId,
    heads_len: usize,
    now_us: i64,
) -> Result<(), DbError> {
    let tile = tile_id.0;
    if heads_len > 1 {
        // One that disagrees already keeps its place.
        let sql = "INSERT INTO disagreements (tile_id, since_us) VALUES (?1, ?2) ON CONFLICT (tile_id) DO NOTHING";
        connection
            .prepare_cached(sql)?
            .execute((tile.as_bytes(), now_us))?;
    } else {
        connection
            .prepare_cached("DELETE FROM disagreements WHERE tile_id = ?1")?
            .execute([tile.as_bytes()])?;
    }
    Ok(())
}

/// Up to `limit` tiles with several heads that `account` may see after number `after`, each with its number.
pub(crate) fn list_disagreements(
    connection: &Connection,
    account: &Account,
    after: i64,
    limit: u32,
) -> Result<Vec<(u64, Disagreement)>, DbError> {
    let sql = "SELECT d.disagreement_no, d.tile_id, d.since_us, t.case_id, t.bscan_index
               FROM disagreements d JOIN tiles t ON t.tile_id = d.tile_id
               JOIN cases c ON c.case_id = t.case_id
               WHERE d.disagreement_no > ?1 AND (?3 = 1 OR c.restricted = 0 OR EXISTS
                 (SELECT 1 FROM case_members m WHERE m.case_id = c.case_id AND m.user_id = ?4))
               ORDER BY d.disagreement_no LIMIT ?2";
    let statement = connection.prepare_cached(sql)?;
    let mut rows =
        statement.query_map((after, limit, sees_all(account), account.user_id), |row| {
            let tile = Disagreement {
                tile_id: columns::tile_id(row, 1)?,
                case_id: columns::case_id(row, 3)?,
                bscan_index: row.get(4)?,
                heads: Vec::new(),
                since_us: row.get(2)?,
            };
            Ok((columns::unsigned(row, 0)?, tile))
        })?;
    for (_, tile) in &mut rows {
        tile.heads = heads_of(connection, tile.tile_id)?;
    }
    Ok(rows)
}
