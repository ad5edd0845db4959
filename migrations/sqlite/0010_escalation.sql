-- Promises beyond what is known, targets of teams, alerts in one letter, absences.

-- +goose Up
-- A policy that has been retired keeps its row, under a negative position, for
-- the promises that were made by it. internal_minutes is the time that a team
-- may keep a ticket, on its own calendar.
ALTER TABLE policies ADD COLUMN internal_minutes integer;
ALTER TABLE policies ADD COLUMN retired_at datetime;

-- provisional: the due date lies on days for which no opening hours are known yet.
-- SQLite changes no CHECK of a table that is there: timers is written anew, and
-- with it the tables that refer to it.
CREATE TABLE timers_new (
    id             integer PRIMARY KEY AUTOINCREMENT,
    ticket_id      integer NOT NULL REFERENCES tickets (id),
    promise        text NOT NULL CHECK (promise IN ('first', 'next', 'resolution', 'internal')),
    policy_id      integer NOT NULL REFERENCES policies (id),
    calendar       text NOT NULL,
    state          text NOT NULL CHECK (state IN ('running', 'paused', 'met', 'missed', 'dropped')),
    target_seconds integer NOT NULL,
    used_seconds   integer NOT NULL DEFAULT 0,
    due_at         datetime,
    level          integer NOT NULL DEFAULT 0,
    ring_at        datetime,
    started_at     datetime NOT NULL,
    stopped_at     datetime,
    provisional    boolean NOT NULL DEFAULT false
);
INSERT INTO timers_new SELECT id, ticket_id, promise, policy_id, calendar, state, target_seconds, used_seconds,
    due_at, level, ring_at, started_at, stopped_at, false FROM timers;
CREATE TABLE segments_new (
    id         integer PRIMARY KEY AUTOINCREMENT,
    timer_id   integer NOT NULL REFERENCES timers_new (id),
    version_id integer NOT NULL REFERENCES calendar_versions (id),
    from_at    datetime NOT NULL,
    to_at      datetime,
    seconds    integer NOT NULL DEFAULT 0
);
INSERT INTO segments_new SELECT id, timer_id, version_id, from_at, to_at, seconds FROM segments;
CREATE TABLE escalations_new (
    id       integer PRIMARY KEY AUTOINCREMENT,
    timer_id integer NOT NULL REFERENCES timers_new (id),
    level    integer NOT NULL,
    told_at  datetime NOT NULL,
    CONSTRAINT escalations_timer_id_level_key UNIQUE (timer_id, level)
);
INSERT INTO escalations_new SELECT id, timer_id, level, told_at FROM escalations;
DROP TABLE escalations;
DROP TABLE segments;
DROP TABLE timers;
ALTER TABLE timers_new RENAME TO timers;
ALTER TABLE segments_new RENAME TO segments;
ALTER TABLE escalations_new RENAME TO escalations;
CREATE INDEX timers_ticket ON timers (ticket_id, promise, id);
CREATE UNIQUE INDEX timers_alive ON timers (ticket_id, promise) WHERE state IN ('running', 'paused');
CREATE INDEX timers_ring ON timers (ring_at, id) WHERE ring_at IS NOT NULL;
CREATE INDEX segments_timer ON segments (timer_id, id);
CREATE UNIQUE INDEX segments_open ON segments (timer_id) WHERE to_at IS NULL;

-- A level that was climbed while nobody looked is passed, not told.
ALTER TABLE escalations ADD COLUMN passed boolean NOT NULL DEFAULT false;

-- What somebody must be told of, until a letter has said it; ring_at is when the
-- sweep looks after it if nobody has by then.
CREATE TABLE alerts (
    id         integer PRIMARY KEY AUTOINCREMENT,
    person_id  integer NOT NULL REFERENCES persons (id),
    ticket_id  integer NOT NULL REFERENCES tickets (id),
    timer_id   integer NOT NULL REFERENCES timers (id),
    level      integer NOT NULL,
    due_at     datetime NOT NULL,
    created_at datetime NOT NULL,
    ring_at    datetime NOT NULL,
    sent_at    datetime,
    CONSTRAINT alerts_timer_id_level_person_id_key UNIQUE (timer_id, level, person_id)
);
CREATE INDEX alerts_unsent ON alerts (ring_at) WHERE sent_at IS NULL;
CREATE INDEX alerts_person ON alerts (person_id, sent_at);

-- When somebody is away, the first instant included and the last not, and who stands in.
CREATE TABLE absences (
    id         integer PRIMARY KEY AUTOINCREMENT,
    person_id  integer NOT NULL REFERENCES persons (id),
    from_at    datetime NOT NULL,
    until_at   datetime NOT NULL,
    deputy_id  integer REFERENCES persons (id),
    created_at datetime NOT NULL
);
CREATE INDEX absences_person ON absences (person_id, until_at);

-- +goose Down
DROP TABLE absences;
DROP TABLE alerts;
ALTER TABLE escalations DROP COLUMN passed;
DELETE FROM segments WHERE timer_id IN (SELECT id FROM timers WHERE promise = 'internal');
DELETE FROM escalations WHERE timer_id IN (SELECT id FROM timers WHERE promise = 'internal');
DELETE FROM timers WHERE promise = 'internal';
CREATE TABLE timers_new (
    id             integer PRIMARY KEY AUTOINCREMENT,
    ticket_id      integer NOT NULL REFERENCES tickets (id),
    promise        text NOT NULL CHECK (promise IN ('first', 'next', 'resolution')),
    policy_id      integer NOT NULL REFERENCES policies (id),
    calendar       text NOT NULL,
    state          text NOT NULL CHECK (state IN ('running', 'paused', 'met', 'missed', 'dropped')),
    target_seconds integer NOT NULL,
    used_seconds   integer NOT NULL DEFAULT 0,
    due_at         datetime,
    level          integer NOT NULL DEFAULT 0,
    ring_at        datetime,
    started_at     datetime NOT NULL,
    stopped_at     datetime
);
INSERT INTO timers_new SELECT id, ticket_id, promise, policy_id, calendar, state, target_seconds, used_seconds,
    due_at, level, ring_at, started_at, stopped_at FROM timers;
CREATE TABLE segments_new (
    id         integer PRIMARY KEY AUTOINCREMENT,
    timer_id   integer NOT NULL REFERENCES timers_new (id),
    version_id integer NOT NULL REFERENCES calendar_versions (id),
    from_at    datetime NOT NULL,
    to_at      datetime,
    seconds    integer NOT NULL DEFAULT 0
);
INSERT INTO segments_new SELECT id, timer_id, version_id, from_at, to_at, seconds FROM segments;
CREATE TABLE escalations_new (
    id       integer PRIMARY KEY AUTOINCREMENT,
    timer_id integer NOT NULL REFERENCES timers_new (id),
    level    integer NOT NULL,
    told_at  datetime NOT NULL,
    CONSTRAINT escalations_timer_id_level_key UNIQUE (timer_id, level)
);
INSERT INTO escalations_new SELECT id, timer_id, level, told_at FROM escalations;
DROP TABLE escalations;
DROP TABLE segments;
DROP TABLE timers;
ALTER TABLE timers_new RENAME TO timers;
ALTER TABLE segments_new RENAME TO segments;
ALTER TABLE escalations_new RENAME TO escalations;
CREATE INDEX timers_ticket ON timers (ticket_id, promise, id);
CREATE UNIQUE INDEX timers_alive ON timers (ticket_id, promise) WHERE state IN ('running', 'paused');
CREATE INDEX timers_ring ON timers (ring_at, id) WHERE ring_at IS NOT NULL;
CREATE INDEX segments_timer ON segments (timer_id, id);
CREATE UNIQUE INDEX segments_open ON segments (timer_id) WHERE to_at IS NULL;
ALTER TABLE policies DROP COLUMN retired_at;
ALTER TABLE policies DROP COLUMN internal_minutes;
