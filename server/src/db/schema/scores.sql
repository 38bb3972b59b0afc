-- What scores follow from, and the queue by the best tile of each case: so a new score changes few pages of the file.

CREATE TABLE prediction_figures (
  prediction_id INTEGER PRIMARY KEY REFERENCES predictions(prediction_id), figures_version INTEGER NOT NULL,
  figures BLOB NOT NULL) STRICT;

-- The number of the way in which this program computed open_score; NULL where the score is the prediction's own.
ALTER TABLE tiles ADD COLUMN open_method INTEGER;
UPDATE tiles SET open_method = 1
  WHERE open_score IS NOT NULL AND prediction_id IN (SELECT prediction_id FROM rescores);
DROP TABLE rescores;

DROP INDEX tiles_open_by_score;
-- A tile is open that has a prediction and no label. Said so, this index stays as it is when a score changes.
DROP INDEX tiles_open_by_id;
CREATE INDEX tiles_open_by_id ON tiles (tile_id) WHERE labelled = 0 AND prediction_id IS NOT NULL;

-- What the queue shows of the best open tile of a case, and the score of the one after it.
ALTER TABLE cases ADD COLUMN top_open_bscan INTEGER;
ALTER TABLE cases ADD COLUMN top_open_prediction INTEGER;
ALTER TABLE cases ADD COLUMN top_open_method INTEGER;
ALTER TABLE cases ADD COLUMN next_open_score REAL;
UPDATE cases SET
  (top_open_bscan, top_open_prediction, top_open_method) =
    (SELECT t.bscan_index, t.prediction_id, t.open_method FROM tiles t WHERE t.tile_id = cases.top_open_tile),
  next_open_score = (SELECT t.open_score FROM tiles t WHERE t.case_id = cases.case_id AND t.open_score IS NOT NULL
    ORDER BY t.open_score DESC, t.tile_id LIMIT 1 OFFSET 1)
  WHERE top_open_score IS NOT NULL;
DROP INDEX cases_open_by_top;
CREATE INDEX cases_open_by_top ON cases (project_id, top_open_score DESC, top_open_tile, case_id, next_open_score, top_open_bscan, top_open_prediction, top_open_method) WHERE top_open_score IS NOT NULL AND restricted = 0;

-- A recomputation goes through the cases up to the last one that there was at its beginning: first with the scores of
-- their tiles, then with what the queue needs to know of them.
ALTER TABLE recomputes DROP COLUMN after_tile;
ALTER TABLE recomputes ADD COLUMN after_case INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recomputes ADD COLUMN queued_case INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recomputes ADD COLUMN last_case INTEGER NOT NULL DEFAULT 0;
UPDATE recomputes SET done = 0, changed = 0, unreadable = 0, last_case = (SELECT coalesce(max(case_no), 0) FROM cases)
  WHERE state = 'RUNNING';
