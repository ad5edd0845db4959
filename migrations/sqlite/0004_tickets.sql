-- The desk: tickets, what was said, what happened.

-- +goose Up
CREATE TABLE services (
    slug     text NOT NULL PRIMARY KEY,
    name_fr  text NOT NULL,
    name_en  text NOT NULL,
    category text NOT NULL
);

-- lane is 0 for what was entered in AMIGO and 1 for mail and phone: at the same
-- due date the first comes first. The dates of promises are written by whoever
-- keeps them; due_at is the earliest that is unmet.
CREATE TABLE tickets (
    id                     integer PRIMARY KEY AUTOINCREMENT,
    type                   text NOT NULL CHECK (type IN ('incident', 'request')),
    subject                text NOT NULL,
    status                 text NOT NULL CHECK (status IN ('new', 'open', 'waiting_requester', 'waiting_third_party', 'solved', 'closed')),
    priority               text NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    channel                text NOT NULL CHECK (channel IN ('web', 'mail', 'phone', 'api', 'guest')),
    lane                   integer NOT NULL,
    team_id                integer NOT NULL REFERENCES teams (id),
    assignee_id            integer REFERENCES persons (id),
    requester_id           integer NOT NULL REFERENCES persons (id),
    reported_by_id         integer NOT NULL REFERENCES persons (id),
    establishment          text REFERENCES establishments (uai),
    site                   text REFERENCES sites (code),
    service                text REFERENCES services (slug),
    category               text NOT NULL DEFAULT '',
    first_response_due_at  datetime,
    next_response_due_at   datetime,
    resolution_due_at      datetime,
    due_at                 datetime,
    first_responded_at     datetime,
    solved_at              datetime,
    closed_at              datetime,
    outcome                text NOT NULL DEFAULT '',
    cause                  text NOT NULL DEFAULT '',
    merged_into_id         integer REFERENCES tickets (id),
    reopened               integer NOT NULL DEFAULT 0,
    escalation             integer NOT NULL DEFAULT 0,
    created_at             datetime NOT NULL,
    updated_at             datetime NOT NULL,
    version                integer NOT NULL DEFAULT 1
);
CREATE INDEX tickets_due ON tickets (due_at, lane, id) WHERE status NOT IN ('solved', 'closed');
CREATE INDEX tickets_due_ever ON tickets (due_at, lane, id);
CREATE INDEX tickets_team ON tickets (team_id, due_at, lane, id) WHERE status NOT IN ('solved', 'closed');
CREATE INDEX tickets_assignee ON tickets (assignee_id, due_at, lane, id) WHERE status NOT IN ('solved', 'closed');
CREATE INDEX tickets_created ON tickets (created_at, id);
CREATE INDEX tickets_updated ON tickets (updated_at, id);
CREATE INDEX tickets_requester ON tickets (requester_id, created_at);
CREATE INDEX tickets_reported_by ON tickets (reported_by_id, created_at);
CREATE INDEX tickets_establishment ON tickets (establishment, created_at);
CREATE INDEX tickets_solved ON tickets (solved_at) WHERE solved_at IS NOT NULL;

-- People beside the requester who follow a ticket and may read it.
CREATE TABLE followers (
    ticket_id integer NOT NULL REFERENCES tickets (id),
    person_id integer NOT NULL REFERENCES persons (id),
    PRIMARY KEY (ticket_id, person_id)
);
CREATE INDEX followers_person ON followers (person_id);

CREATE TABLE messages (
    id         integer PRIMARY KEY AUTOINCREMENT,
    ticket_id  integer NOT NULL REFERENCES tickets (id),
    author_id  integer NOT NULL REFERENCES persons (id),
    channel    text NOT NULL,
    internal   boolean NOT NULL,
    body       text NOT NULL,
    quoted     text NOT NULL DEFAULT '',
    created_at datetime NOT NULL
);
CREATE INDEX messages_ticket ON messages (ticket_id, id);

-- A file is uploaded first (ticket_id null) and claimed by a message later.
CREATE TABLE attachments (
    id          integer PRIMARY KEY AUTOINCREMENT,
    ticket_id   integer REFERENCES tickets (id),
    message_id  integer REFERENCES messages (id),
    uploader_id integer NOT NULL REFERENCES persons (id),
    sha256      text NOT NULL,
    name        text NOT NULL,
    type        text NOT NULL,
    size        integer NOT NULL,
    created_at  datetime NOT NULL
);
CREATE INDEX attachments_message ON attachments (message_id);
CREATE INDEX attachments_loose ON attachments (created_at) WHERE ticket_id IS NULL;

CREATE TABLE events (
    id        integer PRIMARY KEY AUTOINCREMENT,
    ticket_id integer NOT NULL REFERENCES tickets (id),
    at        datetime NOT NULL,
    kind      text NOT NULL,
    actor_id  integer NOT NULL REFERENCES persons (id),
    changes   text NOT NULL DEFAULT '{}',
    data      text NOT NULL DEFAULT '{}'
);
CREATE INDEX events_ticket ON events (ticket_id, id);

-- The first answer to a request that may be repeated (Idempotency-Key).
CREATE TABLE idempotency (
    person_id  integer NOT NULL REFERENCES persons (id),
    key        text NOT NULL,
    body_hash  text NOT NULL,
    ticket_id  integer NOT NULL REFERENCES tickets (id),
    created_at datetime NOT NULL,
    PRIMARY KEY (person_id, key)
);

-- Search: tokens of app/words; complete is what public holds and internal notes beside it.
CREATE VIRTUAL TABLE ticket_words USING fts5 (public, complete, tokenize = 'ascii', content = '', contentless_delete = 1);

-- The first ticket is number 10001: a number that people can tell from a count.
INSERT INTO sqlite_sequence (name, seq) VALUES ('tickets', 10000);

-- +goose Down
DROP TABLE ticket_words;
DROP TABLE idempotency;
DROP TABLE events;
DROP TABLE attachments;
DROP TABLE messages;
DROP TABLE followers;
DROP TABLE tickets;
DROP TABLE services;
