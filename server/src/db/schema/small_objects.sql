-- Small objects, sealed as they would lie in the store: they become durable with the row that names them, in one commit.

CREATE TABLE small_objects (
  object_no INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL) STRICT;
