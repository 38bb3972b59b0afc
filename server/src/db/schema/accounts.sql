-- Accounts: sign-ins with tokens that follow each other, named tokens, and sign-ins that failed.

-- Set when somebody else has chosen the password.
ALTER TABLE users ADD COLUMN must_change_password INTEGER NOT NULL DEFAULT 0;

-- Tokens get a public name of their own: half of the hash, which says nothing about the text.
ALTER TABLE tokens ADD COLUMN token_id TEXT NOT NULL DEFAULT '';
UPDATE tokens SET token_id = lower(hex(substr(token_hash, 1, 16)));
ALTER TABLE tokens ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN kind TEXT NOT NULL DEFAULT 'named'; -- named, access or refresh
ALTER TABLE tokens ADD COLUMN family TEXT; -- the sign-in that an access or refresh token belongs to
ALTER TABLE tokens ADD COLUMN signed_in_at_us INTEGER; -- when that sign-in began
ALTER TABLE tokens ADD COLUMN used_at_us INTEGER; -- when a refresh token was given for the next pair
CREATE UNIQUE INDEX tokens_by_id ON tokens (token_id);
CREATE INDEX tokens_by_user ON tokens (user_id, created_at_us);
CREATE INDEX tokens_by_family ON tokens (family) WHERE family IS NOT NULL;

-- Names are hashed: what people type there by mistake is not for keeping.
CREATE TABLE sign_in_failures (
  name_sha256 BLOB PRIMARY KEY, failures INTEGER NOT NULL, last_at_us INTEGER NOT NULL,
  until_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last_at_us);
