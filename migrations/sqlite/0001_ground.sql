-- The ground: settings, the job outbox, rates, the audit record.

-- +goose Up
CREATE TABLE settings (
    key        text NOT NULL PRIMARY KEY,
    value      text NOT NULL,
    updated_at datetime NOT NULL
);

-- One row is one promise to do something later. slot is set for periodic jobs
-- only, and makes one row of each beat, whoever inserts it first.
CREATE TABLE jobs (
    id           integer PRIMARY KEY AUTOINCREMENT,
    kind         text NOT NULL,
    args         text NOT NULL,
    state        text NOT NULL CHECK (state IN ('ready', 'handed', 'done', 'failed')),
    slot         datetime,
    run_at       datetime NOT NULL,
    attempts     integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL,
    handed_at    datetime,
    done_at      datetime,
    last_error   text NOT NULL DEFAULT '',
    created_at   datetime NOT NULL,
    CONSTRAINT jobs_kind_slot_key UNIQUE (kind, slot)
);
CREATE INDEX jobs_ready ON jobs (run_at, id) WHERE state = 'ready';
CREATE INDEX jobs_handed ON jobs (handed_at) WHERE state = 'handed';

-- GCRA: tat is the theoretical arrival time of the next conforming event.
CREATE TABLE limits (
    key text NOT NULL PRIMARY KEY,
    tat datetime NOT NULL
);

-- Append-only; hash covers the row and the hash of the row before it.
CREATE TABLE audit (
    id      integer PRIMARY KEY AUTOINCREMENT,
    at      datetime NOT NULL,
    actor   text NOT NULL,
    action  text NOT NULL,
    subject text NOT NULL,
    details text NOT NULL,
    hash    text NOT NULL CONSTRAINT audit_hash_key UNIQUE
);

-- +goose Down
DROP TABLE audit;
DROP TABLE limits;
DROP TABLE jobs;
DROP TABLE settings;
