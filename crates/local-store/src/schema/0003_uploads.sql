-- Scans on their way to the server. What is sent lies here, without the patient, until the server has taken it in.

CREATE TABLE uploads (
  upload INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL, -- what the person knows it by; never leaves this machine
  case_id BLOB NOT NULL CHECK (length(case_id) = 32),
  length INTEGER NOT NULL CHECK (length > 0), -- bytes
  device_id TEXT NOT NULL,
  consent TEXT NOT NULL,
  laterality TEXT NOT NULL,
  stage TEXT NOT NULL CHECK (stage IN ('waiting', 'paused', 'refused', 'done')),
  place TEXT, -- address of the upload on its server, once it has begun there
  received INTEGER NOT NULL DEFAULT 0, -- bytes that the server has said it holds
  offered INTEGER NOT NULL DEFAULT 0 CHECK (offered IN (0, 1)), -- the server was asked to take the scan in
  sentence TEXT NOT NULL DEFAULT '', -- what the server said of it
  added_at_us INTEGER NOT NULL
) STRICT;

-- The bytes in pieces of 1 MiB, so that one of them can be read without the others.
CREATE TABLE upload_parts (
  upload INTEGER NOT NULL REFERENCES uploads (upload),
  at INTEGER NOT NULL, -- place of its first byte
  bytes BLOB NOT NULL,
  PRIMARY KEY (upload, at)
) STRICT;
