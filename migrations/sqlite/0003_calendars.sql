-- Opening hours. A version never changes once written: what judged a ticket stays readable.

-- +goose Up
CREATE TABLE calendars (
    id   integer PRIMARY KEY AUTOINCREMENT,
    name text NOT NULL CONSTRAINT calendars_name_key UNIQUE
);

CREATE TABLE calendar_versions (
    id          integer PRIMARY KEY AUTOINCREMENT,
    calendar_id integer NOT NULL REFERENCES calendars (id),
    number      integer NOT NULL,
    spec        text NOT NULL,
    digest      text NOT NULL,
    created_at  datetime NOT NULL,
    CONSTRAINT calendar_versions_calendar_id_number_key UNIQUE (calendar_id, number)
);

-- +goose Down
DROP TABLE calendar_versions;
DROP TABLE calendars;
