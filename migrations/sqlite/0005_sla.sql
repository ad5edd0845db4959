-- Promises: the policies that make them and the timers that keep them.

-- +goose Up
-- conditions is a JSON object of ticket fields to lists of values; the first
-- policy by position whose every condition holds applies. Minutes are working
-- time. pauses lists the promises that stand still while a ticket waits; ladder
-- says who is told at which share of a target.
CREATE TABLE policies (
    id                 integer PRIMARY KEY AUTOINCREMENT,
    position           integer NOT NULL CONSTRAINT policies_position_key UNIQUE,
    name               text NOT NULL,
    conditions         text NOT NULL,
    calendar           text NOT NULL,
    first_minutes      integer,
    next_minutes       integer,
    resolution_minutes integer,
    pauses             text NOT NULL,
    ladder             text NOT NULL
);

-- One promise about one ticket. used_seconds is working time of ended segments;
-- ring_at is when somebody must next be told, null when nobody must.
CREATE TABLE timers (
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
CREATE INDEX timers_ticket ON timers (ticket_id, promise, id);
CREATE UNIQUE INDEX timers_alive ON timers (ticket_id, promise) WHERE state IN ('running', 'paused');
CREATE INDEX timers_ring ON timers (ring_at, id) WHERE ring_at IS NOT NULL;

-- A stretch of time during which a timer ran, and the calendar version that counted it.
CREATE TABLE segments (
    id         integer PRIMARY KEY AUTOINCREMENT,
    timer_id   integer NOT NULL REFERENCES timers (id),
    version_id integer NOT NULL REFERENCES calendar_versions (id),
    from_at    datetime NOT NULL,
    to_at      datetime,
    seconds    integer NOT NULL DEFAULT 0
);
CREATE INDEX segments_timer ON segments (timer_id, id);
CREATE UNIQUE INDEX segments_open ON segments (timer_id) WHERE to_at IS NULL;

-- Who was told of what, once each.
CREATE TABLE escalations (
    id       integer PRIMARY KEY AUTOINCREMENT,
    timer_id integer NOT NULL REFERENCES timers (id),
    level    integer NOT NULL,
    told_at  datetime NOT NULL,
    CONSTRAINT escalations_timer_id_level_key UNIQUE (timer_id, level)
);

-- +goose Down
DROP TABLE escalations;
DROP TABLE segments;
DROP TABLE timers;
DROP TABLE policies;
