-- Runs: what was asked for, the lease table of the steps, what came out, what was said on the way; and schedules.

CREATE TABLE runs (
  run_no INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, project_id INTEGER NOT NULL REFERENCES projects(project_id),
  case_id BLOB NOT NULL REFERENCES cases(case_id),
  manifest TEXT NOT NULL, -- canonical JSON; its SHA-256 is the identity of the run
  manifest_sha256 BLOB NOT NULL, state TEXT NOT NULL, error TEXT,
  round INTEGER NOT NULL, -- counts the retries that people asked for
  revision INTEGER NOT NULL, -- counts the changes that somebody who watches is told of
  created_by INTEGER NOT NULL REFERENCES users(user_id), created_at_us INTEGER NOT NULL,
  deadline_at_us INTEGER NOT NULL, updated_at_us INTEGER NOT NULL,
  UNIQUE (project_id, manifest_sha256)) STRICT;
CREATE INDEX runs_by_case ON runs (case_id, run_no);
CREATE INDEX runs_by_state ON runs (state, run_no);
CREATE INDEX runs_unfinished ON runs (deadline_at_us) WHERE state IN ('QUEUED', 'RUNNING');

-- A worker holds a step as long as its lease runs and the epoch is the one that it was given.
CREATE TABLE run_steps (
  step_no INTEGER PRIMARY KEY, run_no INTEGER NOT NULL REFERENCES runs(run_no), kind TEXT NOT NULL, position INTEGER NOT NULL,
  state TEXT NOT NULL, attempt INTEGER NOT NULL, epoch INTEGER NOT NULL, worker TEXT, lease_until_us INTEGER,
  next_at_us INTEGER NOT NULL, started_at_us INTEGER, finished_at_us INTEGER,
  progress_done INTEGER NOT NULL, progress_of INTEGER NOT NULL, UNIQUE (run_no, position)) STRICT;
CREATE INDEX run_steps_due ON run_steps (next_at_us, step_no) WHERE state = 'QUEUED';
CREATE INDEX run_steps_leased ON run_steps (lease_until_us) WHERE state = 'RUNNING';

-- How each attempt ended. A step ends well once, or once more after a person asked for a retry.
CREATE TABLE run_attempts (
  step_no INTEGER NOT NULL REFERENCES run_steps(step_no), epoch INTEGER NOT NULL, round INTEGER NOT NULL,
  attempt INTEGER NOT NULL, worker TEXT NOT NULL, ended TEXT NOT NULL, at_us INTEGER NOT NULL,
  PRIMARY KEY (step_no, epoch)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX run_attempts_one_success ON run_attempts (step_no, round) WHERE ended = 'SUCCEEDED';

CREATE TABLE run_artifacts (
  run_no INTEGER NOT NULL REFERENCES runs(run_no), name TEXT NOT NULL, kind TEXT NOT NULL, step TEXT NOT NULL,
  media_type TEXT NOT NULL, sha256 BLOB NOT NULL, len INTEGER NOT NULL, created_at_us INTEGER NOT NULL,
  PRIMARY KEY (run_no, name)) STRICT, WITHOUT ROWID;

CREATE TABLE run_log (
  run_no INTEGER NOT NULL REFERENCES runs(run_no), line_no INTEGER NOT NULL, at_us INTEGER NOT NULL, step TEXT,
  attempt INTEGER, line TEXT NOT NULL, PRIMARY KEY (run_no, line_no)) STRICT, WITHOUT ROWID;

-- Keys that clients gave their wishes; only their hash is kept.
CREATE TABLE run_keys (
  user_id INTEGER NOT NULL REFERENCES users(user_id), key_sha256 BLOB NOT NULL, request_sha256 BLOB NOT NULL,
  run_no INTEGER NOT NULL REFERENCES runs(run_no), created_at_us INTEGER NOT NULL,
  PRIMARY KEY (user_id, key_sha256)) STRICT, WITHOUT ROWID;

-- When each recurring job is due next. Whoever moves next_at_us on has taken the job.
CREATE TABLE schedules (name TEXT PRIMARY KEY, cron TEXT NOT NULL, next_at_us INTEGER NOT NULL, taken_at_us INTEGER) STRICT;

-- Signs of life of those who sweep.
CREATE TABLE ticks (name TEXT PRIMARY KEY, at_us INTEGER NOT NULL) STRICT;

CREATE TRIGGER run_attempts_no_update BEFORE UPDATE ON run_attempts BEGIN SELECT RAISE(ABORT, 'run attempts are insert-only'); END;
CREATE TRIGGER run_attempts_no_delete BEFORE DELETE ON run_attempts BEGIN SELECT RAISE(ABORT, 'run attempts are insert-only'); END;
CREATE TRIGGER run_log_no_update BEFORE UPDATE ON run_log BEGIN SELECT RAISE(ABORT, 'the log of a run is insert-only'); END;
CREATE TRIGGER run_log_no_delete BEFORE DELETE ON run_log BEGIN SELECT RAISE(ABORT, 'the log of a run is insert-only'); END;
