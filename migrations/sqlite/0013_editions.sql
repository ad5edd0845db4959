-- +goose Up
-- The edition of what seldom changes: every change of such a table gives it
-- another mark, which never comes again, so that processes know when what they
-- remember of it is what it is.
CREATE TABLE editions (
    name TEXT PRIMARY KEY, -- of a table, or of one setting: settings/KEY
    mark TEXT NOT NULL
);

-- +goose StatementBegin
CREATE TRIGGER teams_insert_edition AFTER INSERT ON teams BEGIN
    INSERT INTO editions (name, mark) VALUES ('teams', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER teams_update_edition AFTER UPDATE ON teams BEGIN
    INSERT INTO editions (name, mark) VALUES ('teams', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER teams_delete_edition AFTER DELETE ON teams BEGIN
    INSERT INTO editions (name, mark) VALUES ('teams', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sites_insert_edition AFTER INSERT ON sites BEGIN
    INSERT INTO editions (name, mark) VALUES ('sites', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sites_update_edition AFTER UPDATE ON sites BEGIN
    INSERT INTO editions (name, mark) VALUES ('sites', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sites_delete_edition AFTER DELETE ON sites BEGIN
    INSERT INTO editions (name, mark) VALUES ('sites', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER policies_insert_edition AFTER INSERT ON policies BEGIN
    INSERT INTO editions (name, mark) VALUES ('policies', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER policies_update_edition AFTER UPDATE ON policies BEGIN
    INSERT INTO editions (name, mark) VALUES ('policies', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER policies_delete_edition AFTER DELETE ON policies BEGIN
    INSERT INTO editions (name, mark) VALUES ('policies', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER calendar_versions_insert_edition AFTER INSERT ON calendar_versions BEGIN
    INSERT INTO editions (name, mark) VALUES ('calendar_versions', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER calendar_versions_update_edition AFTER UPDATE ON calendar_versions BEGIN
    INSERT INTO editions (name, mark) VALUES ('calendar_versions', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER calendar_versions_delete_edition AFTER DELETE ON calendar_versions BEGIN
    INSERT INTO editions (name, mark) VALUES ('calendar_versions', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- The end of the audit is a setting only by its place.
-- +goose StatementBegin
CREATE TRIGGER settings_insert_edition AFTER INSERT ON settings WHEN NEW.key <> 'audit.end' BEGIN
    INSERT INTO editions (name, mark) VALUES ('settings/' || NEW.key, hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER settings_update_edition AFTER UPDATE ON settings WHEN NEW.key <> 'audit.end' BEGIN
    INSERT INTO editions (name, mark) VALUES ('settings/' || NEW.key, hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER settings_delete_edition AFTER DELETE ON settings WHEN OLD.key <> 'audit.end' BEGIN
    INSERT INTO editions (name, mark) VALUES ('settings/' || OLD.key, hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER settings_delete_edition;
DROP TRIGGER settings_update_edition;
DROP TRIGGER settings_insert_edition;
DROP TRIGGER calendar_versions_delete_edition;
DROP TRIGGER calendar_versions_update_edition;
DROP TRIGGER calendar_versions_insert_edition;
DROP TRIGGER policies_delete_edition;
DROP TRIGGER policies_update_edition;
DROP TRIGGER policies_insert_edition;
DROP TRIGGER sites_delete_edition;
DROP TRIGGER sites_update_edition;
DROP TRIGGER sites_insert_edition;
DROP TRIGGER teams_delete_edition;
DROP TRIGGER teams_update_edition;
DROP TRIGGER teams_insert_edition;
DROP TABLE editions;
