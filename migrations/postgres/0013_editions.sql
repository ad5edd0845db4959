-- +goose Up
-- The edition of what seldom changes: every change of such a table gives it
-- another mark, which never comes again, so that processes know when what they
-- remember of it is what it is.
CREATE TABLE editions (
    name text PRIMARY KEY, -- of a table, or of one setting: settings/KEY
    mark text NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION new_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO editions (name, mark) VALUES (TG_TABLE_NAME, gen_random_uuid()::text)
    ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION new_edition_of_setting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO editions (name, mark) VALUES ('settings/' || coalesce(NEW.key, OLD.key), gen_random_uuid()::text)
    ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER new_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON teams FOR EACH STATEMENT EXECUTE FUNCTION new_edition();
CREATE TRIGGER new_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON sites FOR EACH STATEMENT EXECUTE FUNCTION new_edition();
CREATE TRIGGER new_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON policies FOR EACH STATEMENT EXECUTE FUNCTION new_edition();
CREATE TRIGGER new_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON calendar_versions FOR EACH STATEMENT EXECUTE FUNCTION new_edition();
-- The end of the audit is a setting only by its place.
CREATE TRIGGER new_edition AFTER INSERT OR UPDATE ON settings FOR EACH ROW WHEN (NEW.key <> 'audit.end') EXECUTE FUNCTION new_edition_of_setting();
CREATE TRIGGER old_edition AFTER DELETE ON settings FOR EACH ROW WHEN (OLD.key <> 'audit.end') EXECUTE FUNCTION new_edition_of_setting();

-- +goose Down
DROP TRIGGER old_edition ON settings;
DROP TRIGGER new_edition ON settings;
DROP TRIGGER new_edition ON calendar_versions;
DROP TRIGGER new_edition ON policies;
DROP TRIGGER new_edition ON sites;
DROP TRIGGER new_edition ON teams;
DROP FUNCTION new_edition_of_setting;
DROP FUNCTION new_edition;
DROP TABLE editions;
