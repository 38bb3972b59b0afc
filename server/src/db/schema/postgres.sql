-- What PostgreSQL needs before the schema's own steps.

CREATE TABLE schema_version (version BIGINT NOT NULL);

-- SQLite's function of this name, so that one text of a statement serves both.
CREATE FUNCTION hex(bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT upper(encode($1, 'hex')) $$;

-- What was said once stays said: the triggers of the schema's steps call this.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$;
