-- The signature under the audit log: one for each transaction that wrote a line.
CREATE TABLE audit_heads (
  seq INTEGER NOT NULL, hash BLOB NOT NULL, signature BLOB NOT NULL, PRIMARY KEY (seq)) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_heads_no_update BEFORE UPDATE ON audit_heads BEGIN SELECT RAISE(ABORT, 'the heads of the audit log are insert-only'); END;
CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads BEGIN SELECT RAISE(ABORT, 'the heads of the audit log are insert-only'); END;
