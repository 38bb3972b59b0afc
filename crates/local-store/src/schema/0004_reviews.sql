-- What reviewers said of label versions, as the server tells it; the last one of a version counts.
CREATE TABLE reviews (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  version_id BLOB NOT NULL CHECK (length(version_id) = 32),
  accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
  comment TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  reviewed_at_us INTEGER NOT NULL,
  UNIQUE (version_id, reviewer, reviewed_at_us)
) STRICT;

-- Programs before this one passed reviews over: the server's changes are read again from the start.
UPDATE sync_state SET cursor = 0;
