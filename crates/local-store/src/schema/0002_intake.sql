-- What a scan says of itself beside its pixels, and how it came in.

ALTER TABLE cases ADD COLUMN pattern TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE cases ADD COLUMN device TEXT; -- maker and model, never a serial number
ALTER TABLE cases ADD COLUMN slo_spacing_x_um REAL;
ALTER TABLE cases ADD COLUMN slo_spacing_y_um REAL;

-- Place on the fundus picture in mm from its top left corner, and the device's own figure of signal quality.
ALTER TABLE tiles ADD COLUMN start_x_mm REAL;
ALTER TABLE tiles ADD COLUMN start_y_mm REAL;
ALTER TABLE tiles ADD COLUMN end_x_mm REAL;
ALTER TABLE tiles ADD COLUMN end_y_mm REAL;
ALTER TABLE tiles ADD COLUMN quality REAL;

-- Layer lines as the device drew them: f32 little endian per A-scan, in px from the top edge, NaN where absent.
CREATE TABLE device_lines (
  tile_id BLOB NOT NULL REFERENCES tiles (tile_id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  heights BLOB NOT NULL,
  PRIMARY KEY (tile_id, position),
  UNIQUE (tile_id, name)
) STRICT, WITHOUT ROWID;

-- One row for each way in which a case came in; the same way twice is one row.
CREATE TABLE intakes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  case_id BLOB NOT NULL REFERENCES cases (case_id),
  consent INTEGER NOT NULL CHECK (consent IN (0, 1)),
  device_id TEXT NOT NULL,
  released_because TEXT, -- why a person let a quarantined file in
  report TEXT NOT NULL, -- JSON, without any value of the file
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX intakes_by_case ON intakes (case_id, seq);

CREATE TRIGGER device_lines_no_update BEFORE UPDATE ON device_lines
BEGIN SELECT RAISE(ABORT, 'lines of the device are never changed'); END;
CREATE TRIGGER intakes_no_update BEFORE UPDATE ON intakes
BEGIN SELECT RAISE(ABORT, 'intake reports are never changed'); END;
CREATE TRIGGER intakes_no_delete BEFORE DELETE ON intakes
BEGIN SELECT RAISE(ABORT, 'intake reports are never deleted'); END;
