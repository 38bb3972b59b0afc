//! Scores of open tiles computed again from the figures of their predictions, case by case.
//!
//! Cases are gone through in the order of their registration, because what is kept of the tiles of a case lies together:
//! a step of thousands of tiles changes hundreds of pages of the file.

use fovea_annotation::{
    CaseId, ContentHash, FIGURES_VERSION, SCORE_METHOD, TileFigures, mean_of_top,
    score_method_name, score_reason,
};
use fovea_geometry::SizePx;

use super::engine::Value;
use super::figures::keep_figures;
use super::many_rows::execute_for_rows;
use super::recomputes::{Recompute, RecomputeCounts, move_recompute, running_recompute};
use super::{Connection, DbError, Row, columns};

/// Cases that a step looks at.
const CASES_MAX: u32 = 2_048;

/// The score of a tile's latest prediction as it counts now.
#[derive(Clone, Debug)]
struct Known {
    score: f32,
    /// The way in which this program computed it; `None` for what the prediction says.
    method: Option<u32>,
    /// Method and reason of the prediction.
    said: Option<(String, String)>,
}

impl Known {
    /// Whether these figures, which give `score`, say the same.
    fn agrees(&self, figures: &TileFigures, score: f32) -> bool {
        let (method, said) = (self.method, self.said.as_ref());
        let is_said = |(method, reason): &(String, String)| {
            score_method_name(SCORE_METHOD) == Some(method) && *reason == score_reason(figures)
        };
        let same_words = method.map_or(said.is_some_and(is_said), |method| method == SCORE_METHOD);
        self.score == score && same_words
    }
}

/// A tile's latest prediction.
#[derive(Clone, Copy, Debug)]
struct Key {
    case_id: CaseId,
    bscan_index: u32,
    prediction_id: i64,
}

/// An open tile whose figures are still to be measured.
#[derive(Clone, Debug)]
pub(crate) struct Unmeasured {
    key: Key,
    known: Known,
    pub(crate) size: SizePx,
    pub(crate) mask: ContentHash,
    pub(crate) uncertainty: ContentHash,
}

/// What a step has to write.
#[derive(Debug, Default)]
pub(crate) struct Rescores {
    /// The step ends with this case.
    to: i64,
    counts: RecomputeCounts,
    scores: Vec<(Key, f32)>,
    figures: Vec<(i64, Vec<u8>)>,
}

impl Rescores {
    /// Where the step ends.
    pub(crate) fn to(&self) -> i64 {
        self.to
    }

    /// Adds a tile that was measured from its pictures; `None` when they cannot be read.
    pub(crate) fn add_measured(&mut self, tile: &Unmeasured, figures: Option<&TileFigures>) {
        match figures {
            Some(figures) => {
                self.figures
                    .push((tile.key.prediction_id, figures.to_bytes()));
                self.add(tile.key, &tile.known, figures, mean_of_top(figures));
            }
            None => self.counts.unreadable += 1,
        }
    }

    fn add(&mut self, key: Key, known: &Known, figures: &TileFigures, score: f32) {
        if !known.agrees(figures, score) {
            self.scores.push((key, score));
        }
    }
}

/// The open tiles of the next cases, about `tiles_max` of them, those with figures scored. It ends early with the case
/// that has the `unmeasured_max`th tile without figures. `None` when no case is left.
pub(crate) fn next_rescores(
    connection: &Connection,
    from: Recompute,
    tiles_max: u32,
    unmeasured_max: usize,
) -> Result<Option<(Rescores, Vec<Unmeasured>)>, DbError> {
    let Some(to) = end_of_step(connection, from, tiles_max)? else {
        return Ok(None);
    };
    let mut rescores = Rescores {
        to,
        ..Rescores::default()
    };
    let (mut unmeasured, mut case_no, mut is_full) = (Vec::new(), from.after_case, false);
    let statement = connection.prepare_cached(OPEN_TILES)?;
    statement.query_map((from.after_case, to, FIGURES_VERSION), |row| {
        let of_case: i64 = row.get(0)?;
        if case_no != of_case {
            is_full |= unmeasured.len() >= unmeasured_max;
            if !is_full {
                case_no = of_case;
            }
        }
        if is_full {
            return Ok(());
        }
        rescores.counts.done += 1;
        let key = Key {
            case_id: columns::case_id(row, 1)?,
            bscan_index: row.get(2)?,
            prediction_id: row.get(3)?,
        };
        let figures: Option<Vec<u8>> = row.get(6)?;
        // Damaged ones are measured again.
        match figures.and_then(|bytes| TileFigures::from_bytes(&bytes).ok()) {
            Some(figures) => {
                let score = mean_of_top(&figures);
                rescores.add(key, &known(row, Some(score))?, &figures, score);
            }
            None => unmeasured.push(unmeasured_tile(row, key)?),
        }
        Ok(())
    })?;
    if is_full {
        rescores.to = case_no;
    }
    Ok(Some((rescores, unmeasured)))
}

/// The open tiles of the cases after number ?1 up to ?2, with their figures of version ?3.
const OPEN_TILES: &str = "SELECT c.case_no, t.case_id, t.bscan_index, t.prediction_id, t.open_score, t.open_method, f.figures,
       p.method, p.reason, t.width, t.height, p.mask, p.uncertainty
     FROM cases c JOIN tiles t ON t.case_id = c.case_id JOIN predictions p ON p.prediction_id = t.prediction_id
     LEFT JOIN prediction_figures f ON f.prediction_id = t.prediction_id AND f.figures_version = ?3
     WHERE c.case_no > ?1 AND c.case_no <= ?2 AND t.open_score IS NOT NULL ORDER BY c.case_no";

/// The last of the next cases that have about `tiles_max` tiles together.
fn end_of_step(
    connection: &Connection,
    from: Recompute,
    tiles_max: u32,
) -> Result<Option<i64>, DbError> {
    let sql = "SELECT case_no, tile_count FROM cases WHERE case_no > ?1 AND case_no <= ?2
               ORDER BY case_no LIMIT ?3";
    let statement = connection.prepare_cached(sql)?;
    let cases = statement.query_map((from.after_case, from.last_case, CASES_MAX), |row| {
        Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
    })?;
    let (mut tiles, mut end) = (0, None);
    for (case_no, tile_count) in cases {
        if tiles >= i64::from(tiles_max) {
            break;
        }
        tiles += tile_count;
        end = Some(case_no);
    }
    Ok(end)
}

/// The score as it counts now. The words of a prediction are read only where `computed`, if known, is its score.
fn known(row: &Row<'_>, computed: Option<f32>) -> Result<Known, DbError> {
    let (score, method): (f32, Option<u32>) = (row.get(4)?, row.get(5)?);
    let may_agree = computed.is_none_or(|computed| score == computed);
    let said = match method.is_none() && may_agree {
        true => Some((row.get(7)?, row.get(8)?)),
        false => None,
    };
    Ok(Known {
        score,
        method,
        said,
    })
}

fn unmeasured_tile(row: &Row<'_>, key: Key) -> Result<Unmeasured, DbError> {
    Ok(Unmeasured {
        key,
        known: known(row, None)?,
        size: SizePx::new(row.get(9)?, row.get(10)?),
        mask: columns::hash(row, 11)?,
        uncertainty: columns::hash(row, 12)?,
    })
}

/// Writes a step that begins at `from` and moves the recomputation on. Nothing happens when somebody else has done it.
/// A prediction or a label that came meanwhile stays as it is.
pub(crate) fn write_rescores(
    connection: &Connection,
    from: Recompute,
    rescores: &Rescores,
) -> Result<(), DbError> {
    if running_recompute(connection)? != Some(from) {
        return Ok(());
    }
    keep_figures(connection, &rescores.figures)?;
    let mut counts = rescores.counts;
    counts.changed += rescore(connection, &rescores.scores)? as i64;
    move_recompute(connection, from, rescores.to, counts)
}

/// Gives tiles their scores. Returns how many were still open with the same prediction.
fn rescore(connection: &Connection, scores: &[(Key, f32)]) -> Result<u64, DbError> {
    let sql =
        "UPDATE tiles SET open_score = v.column4, open_method = v.column5 FROM (VALUES {rows}) AS v
               WHERE tiles.case_id = v.column1 AND tiles.bscan_index = v.column2
                 AND tiles.prediction_id = v.column3 AND tiles.open_score IS NOT NULL";
    let rows = scores.iter().flat_map(|(key, score)| {
        [
            Value::Blob(key.case_id.0.as_bytes()),
            Value::Integer(key.bscan_index.into()),
            Value::Integer(key.prediction_id),
            Value::Real(f64::from(*score)),
            Value::Integer(SCORE_METHOD.into()),
        ]
    });
    execute_for_rows(connection, sql, 5, &rows.collect::<Vec<_>>())
}
