-- Schema 1 of the metadata database. Times are µs UTC; digests and ids are 32 bytes.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE users (
  user_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, password_phc TEXT,
  disabled INTEGER NOT NULL DEFAULT 0, created_at_us INTEGER NOT NULL) STRICT;

CREATE TABLE tokens (
  token_hash BLOB PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users(user_id),
  created_at_us INTEGER NOT NULL, expires_at_us INTEGER, revoked_at_us INTEGER) STRICT;

-- change_seq is incremented in the transaction of the change, so that no reader of the feed skips one.
CREATE TABLE projects (project_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, change_seq INTEGER NOT NULL) STRICT;
INSERT INTO projects VALUES (1, 'default', 0);

CREATE TABLE cases (
  case_no INTEGER PRIMARY KEY, case_id BLOB NOT NULL UNIQUE, project_id INTEGER NOT NULL REFERENCES projects(project_id),
  format TEXT NOT NULL, laterality TEXT NOT NULL, spacing_um TEXT, tile_count INTEGER NOT NULL,
  created_by INTEGER NOT NULL REFERENCES users(user_id), created_at_us INTEGER NOT NULL,
  top_open_score REAL, top_open_tile BLOB) STRICT;
-- The best open tile of each case: the queue walks cases in this order, so its cost does not grow with the tiles.
CREATE INDEX cases_by_top ON cases (project_id, top_open_score DESC, top_open_tile) WHERE top_open_score IS NOT NULL;

CREATE TABLE tiles (
  tile_id BLOB PRIMARY KEY, case_id BLOB NOT NULL REFERENCES cases(case_id), bscan_index INTEGER NOT NULL,
  width INTEGER NOT NULL, height INTEGER NOT NULL, raw BLOB NOT NULL,
  prediction_id INTEGER, labelled INTEGER NOT NULL DEFAULT 0,
  open_score REAL, -- score while the tile waits for a person, else NULL
  UNIQUE (case_id, bscan_index)) STRICT;
CREATE INDEX tiles_open_in_case ON tiles (case_id, open_score DESC, tile_id) WHERE open_score IS NOT NULL;
CREATE INDEX tiles_open_by_id ON tiles (tile_id) WHERE open_score IS NOT NULL;

CREATE TABLE predictions (
  prediction_id INTEGER PRIMARY KEY, tile_id BLOB NOT NULL REFERENCES tiles(tile_id), model_digest BLOB NOT NULL,
  mask BLOB NOT NULL, uncertainty BLOB NOT NULL, score REAL NOT NULL, method TEXT NOT NULL, reason TEXT NOT NULL,
  created_by INTEGER NOT NULL REFERENCES users(user_id), created_at_us INTEGER NOT NULL) STRICT;
CREATE INDEX predictions_by_tile ON predictions (tile_id);

CREATE TABLE label_versions (
  accept_no INTEGER PRIMARY KEY, version_id BLOB NOT NULL UNIQUE, tile_id BLOB NOT NULL REFERENCES tiles(tile_id),
  number INTEGER NOT NULL, payload BLOB NOT NULL, kind TEXT NOT NULL, hlc INTEGER NOT NULL,
  record TEXT NOT NULL, -- the whole record as it goes over the wire
  pushed_by INTEGER NOT NULL REFERENCES users(user_id), accepted_at_us INTEGER NOT NULL) STRICT;
CREATE INDEX label_versions_by_tile ON label_versions (tile_id, accept_no);

CREATE TABLE heads (
  tile_id BLOB NOT NULL REFERENCES tiles(tile_id), version_id BLOB NOT NULL REFERENCES label_versions(version_id),
  PRIMARY KEY (tile_id, version_id)) STRICT, WITHOUT ROWID;

CREATE TABLE change_log (
  project_id INTEGER NOT NULL REFERENCES projects(project_id), seq INTEGER NOT NULL, at_us INTEGER NOT NULL,
  change TEXT NOT NULL, PRIMARY KEY (project_id, seq)) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
  detail TEXT NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE INDEX audit_by_subject ON audit (subject);

CREATE TABLE ops (
  op_id BLOB PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users(user_id), body_hash BLOB NOT NULL,
  at_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
  tile_id BLOB PRIMARY KEY REFERENCES tiles(tile_id), user_id INTEGER NOT NULL REFERENCES users(user_id),
  slot TEXT NOT NULL, until_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX leases_by_user ON leases (user_id, until_us);

CREATE TABLE blobs (
  sha256 BLOB PRIMARY KEY, len INTEGER NOT NULL, damaged INTEGER NOT NULL DEFAULT 0,
  created_by INTEGER NOT NULL REFERENCES users(user_id), created_at_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- What was said once stays said.
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is insert-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is insert-only'); END;
CREATE TRIGGER label_versions_no_update BEFORE UPDATE ON label_versions BEGIN SELECT RAISE(ABORT, 'label versions are insert-only'); END;
CREATE TRIGGER label_versions_no_delete BEFORE DELETE ON label_versions BEGIN SELECT RAISE(ABORT, 'label versions are insert-only'); END;
CREATE TRIGGER predictions_no_update BEFORE UPDATE ON predictions BEGIN SELECT RAISE(ABORT, 'predictions are insert-only'); END;
CREATE TRIGGER predictions_no_delete BEFORE DELETE ON predictions BEGIN SELECT RAISE(ABORT, 'predictions are insert-only'); END;
CREATE TRIGGER change_log_no_update BEFORE UPDATE ON change_log BEGIN SELECT RAISE(ABORT, 'the change log is insert-only'); END;
CREATE TRIGGER change_log_no_delete BEFORE DELETE ON change_log BEGIN SELECT RAISE(ABORT, 'the change log is insert-only'); END;
