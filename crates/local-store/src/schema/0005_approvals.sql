-- Which versions reviewers chose, as the server tells it; the last one of a tile counts.
CREATE TABLE approvals (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  tile_id BLOB NOT NULL CHECK (length(tile_id) = 32),
  version_id BLOB NOT NULL CHECK (length(version_id) = 32),
  comment TEXT NOT NULL,
  approver TEXT NOT NULL,
  approved_at_us INTEGER NOT NULL,
  UNIQUE (version_id, approver, approved_at_us)
) STRICT;
CREATE INDEX approvals_of_tile ON approvals (tile_id, seq);

-- Programs before this one passed approvals over: the server's changes are read again from the start.
UPDATE sync_state SET cursor = 0;
