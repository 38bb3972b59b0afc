-- Ids and digests are 32-byte blobs, times are µs since 1970 UTC.

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- Bytes by their SHA-256: raw pictures, mask payloads, uncertainty maps.
CREATE TABLE blobs (
  sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE cases (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  case_id BLOB NOT NULL UNIQUE CHECK (length(case_id) = 32),
  title TEXT NOT NULL, -- never leaves this machine: it may be a file name
  format TEXT NOT NULL,
  laterality TEXT NOT NULL,
  spacing_x_um REAL,
  spacing_y_um REAL,
  spacing_z_um REAL,
  slo_sha256 BLOB REFERENCES blobs (sha256),
  warnings TEXT NOT NULL, -- JSON list of sentences
  imported_at_us INTEGER NOT NULL
) STRICT;

CREATE TABLE tiles (
  tile_id BLOB PRIMARY KEY CHECK (length(tile_id) = 32),
  case_id BLOB NOT NULL REFERENCES cases (case_id),
  bscan_index INTEGER NOT NULL,
  width_px INTEGER NOT NULL,
  height_px INTEGER NOT NULL,
  raw_sha256 BLOB NOT NULL REFERENCES blobs (sha256),
  UNIQUE (case_id, bscan_index)
) STRICT;

CREATE TABLE predictions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  prediction_id BLOB NOT NULL UNIQUE CHECK (length(prediction_id) = 32),
  tile_id BLOB NOT NULL REFERENCES tiles (tile_id),
  model_digest BLOB NOT NULL,
  mask_sha256 BLOB NOT NULL REFERENCES blobs (sha256),
  uncertainty_sha256 BLOB NOT NULL REFERENCES blobs (sha256),
  score REAL NOT NULL,
  method TEXT NOT NULL,
  reason TEXT NOT NULL,
  made_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX predictions_by_tile ON predictions (tile_id, seq);

-- Versions of other people may arrive for tiles that are not here (yet): no reference to tiles.
CREATE TABLE label_versions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  version_id BLOB NOT NULL UNIQUE CHECK (length(version_id) = 32),
  tile_id BLOB NOT NULL,
  payload_sha256 BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('model', 'edit', 'rollback')),
  record TEXT NOT NULL, -- the whole LabelVersion as JSON
  origin TEXT NOT NULL CHECK (origin IN ('local', 'server')),
  stored_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX label_versions_by_tile ON label_versions (tile_id, seq);

-- Versions that no other builds on; two of one tile are a fork.
CREATE TABLE heads (
  tile_id BLOB NOT NULL,
  version_id BLOB NOT NULL REFERENCES label_versions (version_id),
  PRIMARY KEY (tile_id, version_id)
) STRICT, WITHOUT ROWID;

-- What the person works on: the version that the next save names as its parent, and how far the journal is in it.
CREATE TABLE working (
  tile_id BLOB PRIMARY KEY REFERENCES tiles (tile_id),
  version_id BLOB NOT NULL REFERENCES label_versions (version_id),
  saved_seq INTEGER NOT NULL
) STRICT;

-- Every finished stroke, undo and redo. rebase_to is set on entries that start afresh from a version.
CREATE TABLE journal (
  tile_id BLOB NOT NULL REFERENCES tiles (tile_id),
  seq INTEGER NOT NULL CHECK (seq > 0),
  entry BLOB NOT NULL,
  rebase_to BLOB REFERENCES label_versions (version_id),
  at_us INTEGER NOT NULL,
  PRIMARY KEY (tile_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_rebases ON journal (tile_id, seq) WHERE rebase_to IS NOT NULL;

-- Operations that the server has not acknowledged; subject names a case, a prediction or a version by kind.
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  op_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('case', 'prediction', 'version')),
  subject BLOB NOT NULL CHECK (length(subject) = 32),
  case_id BLOB NOT NULL,
  tile_id BLOB, -- absent for a case
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at_us INTEGER NOT NULL DEFAULT 0,
  last_error TEXT
) STRICT;
CREATE INDEX outbox_by_case ON outbox (case_id, seq);
CREATE INDEX outbox_by_tile ON outbox (tile_id);

-- Operations that the server holds: kept, because a server restored from a backup may have forgotten them.
CREATE TABLE acks (
  seq INTEGER PRIMARY KEY,
  op_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  subject BLOB NOT NULL,
  case_id BLOB NOT NULL,
  tile_id BLOB,
  outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'duplicate', 'forked')),
  acked_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX acks_by_subject ON acks (subject);

-- The parking lot: operations that the server refused for good. Visible, exportable, and they can be sent again.
CREATE TABLE parked (
  seq INTEGER PRIMARY KEY,
  op_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  subject BLOB NOT NULL,
  case_id BLOB NOT NULL,
  tile_id BLOB,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  parked_at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX parked_by_tile ON parked (tile_id);

CREATE TABLE sync_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  server_id TEXT,
  incarnation TEXT,
  cursor INTEGER NOT NULL
) STRICT;
INSERT INTO sync_state (id, cursor) VALUES (1, 0);

CREATE TRIGGER label_versions_no_update BEFORE UPDATE ON label_versions
BEGIN SELECT RAISE(ABORT, 'label versions are never changed'); END;
CREATE TRIGGER label_versions_no_delete BEFORE DELETE ON label_versions
BEGIN SELECT RAISE(ABORT, 'label versions are never deleted'); END;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is never deleted'); END;
CREATE TRIGGER predictions_no_update BEFORE UPDATE ON predictions
BEGIN SELECT RAISE(ABORT, 'predictions are never changed'); END;
CREATE TRIGGER blobs_no_update BEFORE UPDATE ON blobs
BEGIN SELECT RAISE(ABORT, 'stored bytes are never changed'); END;
