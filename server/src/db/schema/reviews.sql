-- Decisions about labels, the tiles whose heads disagree, and scores that were computed again.

CREATE TABLE label_reviews (
  review_no INTEGER PRIMARY KEY, version_id BLOB NOT NULL REFERENCES label_versions(version_id),
  tile_id BLOB NOT NULL REFERENCES tiles(tile_id), verdict TEXT NOT NULL,
  record TEXT NOT NULL, -- the whole record as it goes over the wire
  reviewed_by INTEGER NOT NULL REFERENCES users(user_id), reviewed_at_us INTEGER NOT NULL) STRICT;
CREATE INDEX label_reviews_by_version ON label_reviews (version_id, review_no);
CREATE INDEX label_reviews_by_tile ON label_reviews (tile_id, review_no);

-- The approval of a tile with the highest number counts. The key lets nobody give a number twice.
CREATE TABLE label_approvals (
  tile_id BLOB NOT NULL REFERENCES tiles(tile_id), approval_no INTEGER NOT NULL,
  version_id BLOB NOT NULL REFERENCES label_versions(version_id), record TEXT NOT NULL,
  approved_by INTEGER NOT NULL REFERENCES users(user_id), approved_at_us INTEGER NOT NULL,
  PRIMARY KEY (tile_id, approval_no)) STRICT, WITHOUT ROWID;

-- Tiles with several heads: follows from the table heads and is kept so that nobody has to count there.
CREATE TABLE disagreements (
  disagreement_no INTEGER PRIMARY KEY, tile_id BLOB NOT NULL UNIQUE REFERENCES tiles(tile_id),
  since_us INTEGER NOT NULL) STRICT;
INSERT INTO disagreements (tile_id, since_us)
  SELECT h.tile_id, max(v.accepted_at_us) FROM heads h JOIN label_versions v ON v.version_id = h.version_id
  GROUP BY h.tile_id HAVING count(*) > 1 ORDER BY max(v.accepted_at_us), h.tile_id;

-- The score of a prediction as this program computes it, where that is another than its sender said.
CREATE TABLE rescores (
  prediction_id INTEGER NOT NULL REFERENCES predictions(prediction_id), score REAL NOT NULL, method TEXT NOT NULL,
  reason TEXT NOT NULL, computed_at_us INTEGER NOT NULL, PRIMARY KEY (prediction_id)) STRICT, WITHOUT ROWID;

-- Whoever moves after_tile on has done the tiles up to it.
CREATE TABLE recomputes (
  recompute_no INTEGER PRIMARY KEY, state TEXT NOT NULL, after_tile BLOB NOT NULL, total INTEGER NOT NULL,
  done INTEGER NOT NULL, changed INTEGER NOT NULL, unreadable INTEGER NOT NULL,
  started_by INTEGER NOT NULL REFERENCES users(user_id), started_at_us INTEGER NOT NULL,
  finished_at_us INTEGER) STRICT;
CREATE UNIQUE INDEX recomputes_one_runs ON recomputes (state) WHERE state = 'RUNNING';

CREATE TRIGGER label_reviews_no_update BEFORE UPDATE ON label_reviews BEGIN SELECT RAISE(ABORT, 'reviews are insert-only'); END;
CREATE TRIGGER label_reviews_no_delete BEFORE DELETE ON label_reviews BEGIN SELECT RAISE(ABORT, 'reviews are insert-only'); END;
CREATE TRIGGER label_approvals_no_update BEFORE UPDATE ON label_approvals BEGIN SELECT RAISE(ABORT, 'approvals are insert-only'); END;
CREATE TRIGGER label_approvals_no_delete BEFORE DELETE ON label_approvals BEGIN SELECT RAISE(ABORT, 'approvals are insert-only'); END;
