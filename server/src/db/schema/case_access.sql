-- Who may see a case, and what follows from it for queue, feed and blobs.

ALTER TABLE cases ADD COLUMN restricted INTEGER NOT NULL DEFAULT 0;

-- Whom a case names: its owner, and the accounts that a restricted one was given to. While it is restricted its best open
-- tile stands here too, so that nobody's queue walks through the cases of others.
CREATE TABLE case_members (
  case_id BLOB NOT NULL REFERENCES cases(case_id), user_id INTEGER NOT NULL REFERENCES users(user_id),
  top_open_score REAL, top_open_tile BLOB, PRIMARY KEY (case_id, user_id)) STRICT, WITHOUT ROWID;
INSERT INTO case_members (case_id, user_id) SELECT case_id, created_by FROM cases;
CREATE INDEX case_members_by_top ON case_members (user_id, top_open_score DESC, top_open_tile) WHERE top_open_score IS NOT NULL;

CREATE INDEX cases_open_by_top ON cases (project_id, top_open_score DESC, top_open_tile) WHERE top_open_score IS NOT NULL AND restricted = 0;
DROP INDEX cases_by_top;

-- The feed: which case each change belongs to. A change that somebody could not see when it was made is told again
-- under a new number, as a copy of the first one, for that account or, without one, for all.
CREATE TABLE case_changes (
  project_id INTEGER NOT NULL REFERENCES projects(project_id), seq INTEGER NOT NULL,
  case_id BLOB NOT NULL REFERENCES cases(case_id), for_user INTEGER REFERENCES users(user_id), copy_of INTEGER,
  PRIMARY KEY (project_id, seq)) STRICT, WITHOUT ROWID;
-- The first tile that a change names is of its case.
INSERT INTO case_changes (project_id, seq, case_id)
  SELECT l.project_id, l.seq, t.case_id
  FROM (SELECT project_id, seq, substr(change, instr(change, '"tile_id":"') + 11, 64) AS tile FROM change_log) AS l
  JOIN (SELECT lower(hex(tile_id)) AS tile, case_id FROM tiles) AS t ON t.tile = l.tile;
CREATE INDEX case_changes_by_case ON case_changes (case_id, seq);

-- Which cases a blob is part of, and who has sent its bytes.
CREATE TABLE case_blobs (
  sha256 BLOB NOT NULL, case_id BLOB NOT NULL REFERENCES cases(case_id), PRIMARY KEY (sha256, case_id)) STRICT, WITHOUT ROWID;
INSERT INTO case_blobs (sha256, case_id)
  SELECT raw, case_id FROM tiles
  UNION SELECT p.mask, t.case_id FROM predictions p JOIN tiles t ON t.tile_id = p.tile_id
  UNION SELECT p.uncertainty, t.case_id FROM predictions p JOIN tiles t ON t.tile_id = p.tile_id
  UNION SELECT v.payload, t.case_id FROM label_versions v JOIN tiles t ON t.tile_id = v.tile_id
  UNION SELECT volume, case_id FROM intakes
  UNION SELECT a.sha256, r.case_id FROM run_artifacts a JOIN runs r ON r.run_no = a.run_no;
CREATE TABLE blob_holders (
  sha256 BLOB NOT NULL, user_id INTEGER NOT NULL REFERENCES users(user_id), PRIMARY KEY (sha256, user_id)) STRICT, WITHOUT ROWID;
INSERT INTO blob_holders (sha256, user_id) SELECT sha256, created_by FROM blobs;

CREATE TRIGGER case_changes_no_update BEFORE UPDATE ON case_changes BEGIN SELECT RAISE(ABORT, 'the change log is insert-only'); END;
CREATE TRIGGER case_changes_no_delete BEFORE DELETE ON case_changes BEGIN SELECT RAISE(ABORT, 'the change log is insert-only'); END;
