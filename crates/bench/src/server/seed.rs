//! A database of many tiles, written past the server: nobody waits for a million registrations.

use std::path::Path;

use rusqlite::{Connection, Transaction, params};

/// Tiles of a case: a usual Spectralis volume.
const TILES_PER_CASE: u32 = 49;
/// One tile in so many waits for a person, as in the anchor's table.
const OPEN_ONE_IN: u32 = 4;

/// Fills the database of the data folder `folder` with `count` tiles in cases of 49 and returns the ids of up to
/// `wanted` of them that have neither prediction nor label.
pub(super) fn fill(folder: &Path, count: u32, wanted: usize) -> anyhow::Result<Vec<String>> {
    let mut connection = Connection::open(folder.join("fovea.db"))?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "cache_size", -400_000)?;
    // A prediction is written before its tile.
    connection.pragma_update(None, "foreign_keys", false)?;
    let mut numbers = Numbers(0x0f0_0ea5);
    let transaction = connection.transaction()?;
    let mut bare = Vec::new();
    for case in 0..count.div_ceil(TILES_PER_CASE) {
        let tiles = TILES_PER_CASE.min(count - case * TILES_PER_CASE);
        let tiles = write_case(&transaction, &mut numbers, tiles)?;
        let room = wanted - bare.len();
        bare.extend(tiles.iter().take(room).map(hex::encode));
    }
    transaction.commit()?;
    // What the server would have had the time to do while the tiles came in one by one.
    connection.execute_batch("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(bare)
}

/// Writes a case; returns its tiles without a prediction.
fn write_case(
    transaction: &Transaction<'_>,
    numbers: &mut Numbers,
    tiles: u32,
) -> anyhow::Result<Vec<[u8; 32]>> {
    let case = numbers.digest();
    let mut top: Option<(f32, [u8; 32])> = None;
    let rows: Vec<_> = (0..tiles)
        .map(|index| {
            let is_open = numbers.next().is_multiple_of(OPEN_ONE_IN.into());
            (index, numbers.digest(), is_open.then(|| numbers.share()))
        })
        .collect();
    for (_, tile, score) in &rows {
        if let Some(score) = *score
            && top.is_none_or(|(best, _)| score > best)
        {
            top = Some((score, *tile));
        }
    }
    transaction
        .prepare_cached(
            "INSERT INTO cases (case_id, project_id, format, laterality, tile_count, created_by, created_at_us,
               top_open_score, top_open_tile) VALUES (?1, 1, 'phantom', 'OD', ?2, 1, 0, ?3, ?4)",
        )?
        .execute(params![case, tiles, top.map(|top| top.0), top.map(|top| top.1)])?;
    let mut bare = Vec::new();
    for (index, tile, score) in rows {
        let prediction = match score {
            Some(score) => Some(write_prediction(transaction, numbers, tile, score)?),
            None => None,
        };
        transaction
            .prepare_cached(
                "INSERT INTO tiles (tile_id, case_id, bscan_index, width, height, raw, prediction_id, labelled, open_score)
                 VALUES (?1, ?2, ?3, 512, 496, ?4, ?5, 0, ?6)",
            )?
            .execute(params![tile, case, index, numbers.digest(), prediction, score])?;
        if prediction.is_none() {
            bare.push(tile);
        }
    }
    Ok(bare)
}

fn write_prediction(
    transaction: &Transaction<'_>,
    numbers: &mut Numbers,
    tile: [u8; 32],
    score: f32,
) -> anyhow::Result<i64> {
    transaction
        .prepare_cached(
            "INSERT INTO predictions (tile_id, model_digest, mask, uncertainty, score, method, reason, created_by, created_at_us)
             VALUES (?1, ?2, ?3, ?4, ?5, 'entropy-top5/1', 'entropy p95 0.61, 3 blobs', 1, 0)",
        )?
        .execute(params![tile, [7_u8; 32], numbers.digest(), numbers.digest(), score])?;
    Ok(transaction.last_insert_rowid())
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same database in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn digest(&mut self) -> [u8; 32] {
        let mut digest = [0; 32];
        for part in digest.chunks_exact_mut(8) {
            part.copy_from_slice(&self.next().to_le_bytes());
        }
        digest
    }

    /// In 0..1.
    fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 24) as f32
    }
}
