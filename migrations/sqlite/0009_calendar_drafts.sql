-- Calendars in the making, and whose calendar is whose.

-- +goose Up
-- source says where a version came from: a file's name, an address, an edit;
-- author is the uid of who put it in force, empty for the program itself.
ALTER TABLE calendar_versions ADD COLUMN source text NOT NULL DEFAULT '';
ALTER TABLE calendar_versions ADD COLUMN author text NOT NULL DEFAULT '';

-- A definition that somebody looks at before it is put in force. base_id is the
-- version that it was drawn from, null for a calendar that is new. While it is
-- being fetched there is no definition yet; one that was refused says why, one
-- that was applied which version it became. author made it, decider applied or discarded it.
CREATE TABLE calendar_drafts (
    id         integer PRIMARY KEY AUTOINCREMENT,
    calendar   text NOT NULL,
    base_id    integer REFERENCES calendar_versions (id),
    state      text NOT NULL CHECK (state IN ('fetching', 'ready', 'refused', 'applied', 'discarded')),
    spec       text NOT NULL DEFAULT '',
    source     text NOT NULL DEFAULT '',
    reason     text NOT NULL DEFAULT '',
    author     text NOT NULL DEFAULT '',
    created_at datetime NOT NULL,
    decided_at datetime,
    decider    text NOT NULL DEFAULT '',
    version_id integer REFERENCES calendar_versions (id)
);
CREATE INDEX calendar_drafts_calendar ON calendar_drafts (calendar, id);

-- What a team or a site measures itself by; never what requesters are promised.
ALTER TABLE sites ADD COLUMN calendar text REFERENCES calendars (name);
ALTER TABLE teams ADD COLUMN calendar text REFERENCES calendars (name);

-- +goose Down
ALTER TABLE teams DROP COLUMN calendar;
ALTER TABLE sites DROP COLUMN calendar;
DROP TABLE calendar_drafts;
ALTER TABLE calendar_versions DROP COLUMN author;
ALTER TABLE calendar_versions DROP COLUMN source;
