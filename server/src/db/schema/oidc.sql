-- Sign-ins at the site's identity provider: those under way, and which account each person there has here.

CREATE TABLE oidc_attempts (
  attempt_sha256 BLOB PRIMARY KEY, kind TEXT NOT NULL, -- code or device
  detail TEXT NOT NULL, -- what the provider must be shown at the end
  next_at_us INTEGER NOT NULL, -- before it the provider is not asked about a device
  expires_at_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX oidc_attempts_by_end ON oidc_attempts (expires_at_us);

CREATE TABLE oidc_people (
  issuer TEXT NOT NULL, subject TEXT NOT NULL, user_id INTEGER NOT NULL REFERENCES users(user_id),
  PRIMARY KEY (issuer, subject)) STRICT, WITHOUT ROWID;
