-- Letters out, and mail in.

-- +goose Up
-- key names the cause (a message, an event) and the reader, so that no cause
-- sends the same person two letters.
CREATE TABLE letters (
    id         integer PRIMARY KEY AUTOINCREMENT,
    key        text NOT NULL CONSTRAINT letters_key_key UNIQUE,
    kind       text NOT NULL,
    ticket_id  integer REFERENCES tickets (id),
    message_id integer REFERENCES messages (id),
    person_id  integer NOT NULL REFERENCES persons (id),
    address    text NOT NULL,
    lang       text NOT NULL,
    subject    text NOT NULL,
    text       text NOT NULL,
    html       text NOT NULL,
    headers    text NOT NULL,
    mid        text NOT NULL CONSTRAINT letters_mid_key UNIQUE,
    state      text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'refused', 'bounced')),
    attempts   integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    created_at datetime NOT NULL,
    claimed_at datetime,
    sent_at    datetime
);
CREATE INDEX letters_ticket ON letters (ticket_id, id);
CREATE INDEX letters_person ON letters (person_id, id);
CREATE INDEX letters_state ON letters (state, id);

-- One row is one message received, kept with its verdict for ever. key is the
-- place in the mailbox (uidvalidity/uid) or the SHA-256 of the bytes.
CREATE TABLE inbound (
    id            integer PRIMARY KEY AUTOINCREMENT,
    source        text NOT NULL,
    key           text NOT NULL,
    sha256        text NOT NULL,
    size          integer NOT NULL,
    received_at   datetime NOT NULL,
    envelope_from text NOT NULL DEFAULT '',
    envelope_to   text NOT NULL DEFAULT '',
    trusted       boolean NOT NULL,
    state         text NOT NULL CHECK (state IN ('received', 'filed', 'held', 'ignored', 'failed')),
    verdict       text NOT NULL DEFAULT '',
    reason        text NOT NULL DEFAULT '',
    attempts      integer NOT NULL DEFAULT 0,
    last_error    text NOT NULL DEFAULT '',
    sender        text NOT NULL DEFAULT '',
    subject       text NOT NULL DEFAULT '',
    mid           text NOT NULL DEFAULT '',
    body_hash     text NOT NULL DEFAULT '',
    ticket_id     integer REFERENCES tickets (id),
    message_id    integer REFERENCES messages (id),
    filed_at      datetime,
    CONSTRAINT inbound_source_key_key UNIQUE (source, key)
);
CREATE INDEX inbound_state ON inbound (state, id);
CREATE INDEX inbound_mid ON inbound (mid) WHERE mid <> '';
CREATE INDEX inbound_ticket ON inbound (ticket_id);

-- Where reading a mailbox stands.
CREATE TABLE mailboxes (
    source      text NOT NULL PRIMARY KEY,
    uidvalidity integer NOT NULL,
    uidnext     integer NOT NULL,
    updated_at  datetime NOT NULL
);

-- +goose Down
DROP TABLE mailboxes;
DROP TABLE inbound;
DROP TABLE letters;
