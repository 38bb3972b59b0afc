-- Schema 2: uploads that can be taken up again, and what the intake did to each case.

CREATE TABLE uploads (
  upload_id TEXT PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users(user_id), length INTEGER NOT NULL,
  received INTEGER NOT NULL, created_at_us INTEGER NOT NULL, expires_at_us INTEGER NOT NULL) STRICT;
CREATE INDEX uploads_by_user ON uploads (user_id);

CREATE TABLE intakes (
  intake_no INTEGER PRIMARY KEY, case_id BLOB NOT NULL REFERENCES cases(case_id),
  volume BLOB NOT NULL, -- the de-identified scan, in the object store
  device_id TEXT NOT NULL, policy_sha256 BLOB NOT NULL,
  report TEXT NOT NULL, -- what was removed, without any value
  created_by INTEGER NOT NULL REFERENCES users(user_id), created_at_us INTEGER NOT NULL) STRICT;
CREATE INDEX intakes_by_case ON intakes (case_id, intake_no);

CREATE TRIGGER intakes_no_update BEFORE UPDATE ON intakes BEGIN SELECT RAISE(ABORT, 'intakes are insert-only'); END;
CREATE TRIGGER intakes_no_delete BEFORE DELETE ON intakes BEGIN SELECT RAISE(ABORT, 'intakes are insert-only'); END;
