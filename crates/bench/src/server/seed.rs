//! A database of many tiles, written past the server: nobody waits for a million registrations.

use std::path::Path;

use fovea_annotation::{FIGURES_VERSION, TileFigures};
use rusqlite::{Connection, Transaction, params};

/// Tiles of a case: a usual Spectralis volume.
const TILES_PER_CASE: u32 = 49;

/// How many tiles there are, and what of them.
#[derive(Clone, Copy)]
pub(super) struct Stock {
    pub(super) tiles: u32,
    /// So many of them, the first, have no prediction.
    pub(super) bare: u32,
    /// Of the others one in so many waits for a person.
    pub(super) open_one_in: u32,
    /// Whether the figures are kept from which this program computes scores.
    pub(super) has_figures: bool,
}

impl Stock {
    /// As in the anchor's table.
    pub(super) const fn usual(tiles: u32) -> Self {
        Self {
            tiles,
            bare: 0,
            open_one_in: 4,
            has_figures: false,
        }
    }
}

/// Fills the database of the data folder `folder` with tiles in cases of 49 and returns the ids of up to `wanted` of them
/// that have neither prediction nor label.
pub(super) fn fill(folder: &Path, stock: Stock, wanted: usize) -> anyhow::Result<Vec<String>> {
    let mut connection = Connection::open(folder.join("fovea.db"))?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "cache_size", -400_000)?;
    // A prediction is written before its tile.
    connection.pragma_update(None, "foreign_keys", false)?;
    let mut numbers = Numbers(0x0f0_0ea5);
    let transaction = connection.transaction()?;
    let (mut bare, count) = (Vec::new(), stock.tiles);
    for case in 0..count.div_ceil(TILES_PER_CASE) {
        let tiles = TILES_PER_CASE.min(count - case * TILES_PER_CASE);
        let open_one_in = match case * TILES_PER_CASE < stock.bare {
            true => u32::MAX,
            false => stock.open_one_in,
        };
        let stock = Stock {
            open_one_in,
            ..stock
        };
        let tiles = write_case(&transaction, &mut numbers, stock, tiles)?;
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
    stock: Stock,
    tiles: u32,
) -> anyhow::Result<Vec<[u8; 32]>> {
    let case = numbers.digest();
    let rows: Vec<_> = (0..tiles)
        .map(|index| {
            let is_open = numbers.next().is_multiple_of(stock.open_one_in.into());
            (index, numbers.digest(), is_open.then(|| numbers.share()))
        })
        .collect();
    transaction
        .prepare_cached(
            "INSERT INTO cases (case_id, project_id, format, laterality, tile_count, created_by, created_at_us)
             VALUES (?1, 1, 'phantom', 'OD', ?2, 1, 0)",
        )?
        .execute(params![case, tiles])?;
    let mut bare = Vec::new();
    for (index, tile, score) in rows {
        let prediction = match score {
            Some(score) => Some(write_prediction(transaction, numbers, stock, tile, score)?),
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
    transaction
        .prepare_cached(
            "UPDATE cases SET (top_open_tile, top_open_score, top_open_bscan, top_open_prediction) =
               (SELECT tile_id, open_score, bscan_index, prediction_id FROM tiles t
                WHERE t.case_id = cases.case_id AND open_score IS NOT NULL ORDER BY open_score DESC, tile_id LIMIT 1),
               next_open_score = (SELECT open_score FROM tiles t
                WHERE t.case_id = cases.case_id AND open_score IS NOT NULL
                ORDER BY open_score DESC, tile_id LIMIT 1 OFFSET 1) WHERE case_id = ?1",
        )?
        .execute([case])?;
    Ok(bare)
}

fn write_prediction(
    transaction: &Transaction<'_>,
    numbers: &mut Numbers,
    stock: Stock,
    tile: [u8; 32],
    score: f32,
) -> anyhow::Result<i64> {
    transaction
        .prepare_cached(
            "INSERT INTO predictions (tile_id, model_digest, mask, uncertainty, score, method, reason, created_by, created_at_us)
             VALUES (?1, ?2, ?3, ?4, ?5, 'entropy-top5/1', 'entropy p95 0.61, 3 blobs', 1, 0)",
        )?
        .execute(params![tile, [7_u8; 32], numbers.digest(), numbers.digest(), score])?;
    let prediction = transaction.last_insert_rowid();
    if stock.has_figures {
        transaction
            .prepare_cached("INSERT INTO prediction_figures VALUES (?1, ?2, ?3)")?
            .execute(params![
                prediction,
                FIGURES_VERSION,
                figures(numbers).to_bytes()
            ])?;
    }
    Ok(prediction)
}

/// Figures of a B-scan with a retina of 100,000 pixels: sure ones by far the most, and a long tail of doubt.
fn figures(numbers: &mut Numbers) -> TileFigures {
    let (mut counts, mut left) = ([0; 256], 100_000);
    let share = 0.02 + 0.05 * numbers.share();
    for count in &mut counts[..255] {
        let jitter = 0.75 + 0.5 * numbers.share();
        *count = (left as f32 * share * jitter) as u32;
        left -= *count;
    }
    TileFigures::new(counts, (numbers.next() % 9) as u32)
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
