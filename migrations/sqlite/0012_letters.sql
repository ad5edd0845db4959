-- Letters as each person wants them, what people thought of the solution, who else
-- takes part in a ticket.

-- +goose Up
-- domain is that of the address: so many letters go to one at once. not_before is
-- when a letter may go out, for those who are not to be written to at night.
ALTER TABLE letters ADD COLUMN domain text NOT NULL DEFAULT '';
ALTER TABLE letters ADD COLUMN not_before datetime;
UPDATE letters SET domain = substr(address, instr(address, '@') + 1);
CREATE INDEX letters_sending ON letters (domain) WHERE state = 'sending';

-- waits says that no job carries a queued letter: as many as may are under way to
-- its domain, or nobody takes any, and what goes through next wakes it. files are
-- those that travel with it, as JSON.
ALTER TABLE letters ADD COLUMN waits boolean NOT NULL DEFAULT false;
ALTER TABLE letters ADD COLUMN files text NOT NULL DEFAULT '';
UPDATE letters SET waits = true WHERE state = 'queued';
CREATE INDEX letters_waiting ON letters (domain, attempts, id) WHERE waits;

-- A domain that takes no letters now, and until when it is left alone; the empty
-- one is the server that carries them.
CREATE TABLE mail_pauses (
    domain   text PRIMARY KEY,
    failures integer NOT NULL,
    since    datetime NOT NULL,
    until    datetime NOT NULL,
    why      text NOT NULL
);

-- Since when an address is in its state, what the mail server said, and how many
-- letters in a row came back.
ALTER TABLE addresses ADD COLUMN state_at datetime;
ALTER TABLE addresses ADD COLUMN state_why text NOT NULL DEFAULT '';
ALTER TABLE addresses ADD COLUMN bounces integer NOT NULL DEFAULT 0;

-- What somebody wants to be written about. Who is not here wants every message,
-- at any hour.
CREATE TABLE letter_choices (
    person_id  integer PRIMARY KEY REFERENCES persons (id),
    pace       text NOT NULL CHECK (pace IN ('every', 'digest', 'solved')),
    quiet      boolean NOT NULL,
    updated_at datetime NOT NULL
);

-- What waits for somebody's next digest: a letter that was not written.
CREATE TABLE digest_lines (
    id         integer PRIMARY KEY AUTOINCREMENT,
    person_id  integer NOT NULL REFERENCES persons (id),
    ticket_id  integer NOT NULL REFERENCES tickets (id),
    event_id   integer NOT NULL REFERENCES events (id),
    message_id integer REFERENCES messages (id),
    kind       text NOT NULL,
    due_at     datetime NOT NULL,
    CONSTRAINT digest_lines_person_id_event_id_key UNIQUE (person_id, event_id)
);
CREATE INDEX digest_lines_due ON digest_lines (due_at, person_id);

-- What somebody of the requester's side thought of a solution, the last time that
-- they said so. solved_at is when that solution was given: a ticket that was
-- reopened has several.
CREATE TABLE ratings (
    ticket_id integer NOT NULL REFERENCES tickets (id),
    person_id integer NOT NULL REFERENCES persons (id),
    solved_at datetime NOT NULL,
    rating    text NOT NULL CHECK (rating IN ('good', 'bad')),
    comment   text NOT NULL DEFAULT '',
    rated_at  datetime NOT NULL,
    PRIMARY KEY (ticket_id, person_id, solved_at)
);
CREATE INDEX ratings_rated ON ratings (rated_at);

-- Those outside who work on a ticket: a publisher, the Région. What they write is
-- for staff alone; reference is the number that they gave it.
CREATE TABLE third_parties (
    ticket_id integer NOT NULL REFERENCES tickets (id),
    person_id integer NOT NULL REFERENCES persons (id),
    name      text NOT NULL,
    reference text NOT NULL DEFAULT '',
    added_by  integer NOT NULL REFERENCES persons (id),
    added_at  datetime NOT NULL,
    PRIMARY KEY (ticket_id, person_id)
);
CREATE INDEX third_parties_person ON third_parties (person_id);

-- cc lists the addresses that a mail was copied to, a line each: text, and no
-- right. addressee is the third party to whom an internal message was written.
ALTER TABLE messages ADD COLUMN cc text NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN addressee_id integer REFERENCES persons (id);

-- Who let a follower in, and when.
ALTER TABLE followers ADD COLUMN added_by integer REFERENCES persons (id);
ALTER TABLE followers ADD COLUMN added_at datetime;

-- Since when reading a mailbox fails, how often it has since then, and when it last
-- went well. The doors by which mail comes in stand here too.
ALTER TABLE mailboxes ADD COLUMN failing_since datetime;
ALTER TABLE mailboxes ADD COLUMN read_at datetime;
ALTER TABLE mailboxes ADD COLUMN failures integer NOT NULL DEFAULT 0;

-- Whether a mail has more to show than its text: HTML, images from elsewhere.
ALTER TABLE inbound ADD COLUMN look text NOT NULL DEFAULT '' CHECK (look IN ('', 'html', 'remote'));

-- What somebody has to look at is counted on every page.
CREATE INDEX inbound_todo ON inbound (state) WHERE state IN ('held', 'failed');
CREATE INDEX inbound_message ON inbound (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX jobs_failed ON jobs (id) WHERE state = 'failed';
CREATE INDEX addresses_stopped ON addresses (person_id) WHERE state = 'hard';

-- Who is not answered for a while, because too many letters came in an hour: a
-- sender, by address, or a ticket, by reference. budget is what was exceeded.
CREATE TABLE silences (
    kind   text NOT NULL CHECK (kind IN ('sender', 'ticket')),
    who    text NOT NULL,
    budget integer NOT NULL,
    since  datetime NOT NULL,
    until  datetime NOT NULL,
    PRIMARY KEY (kind, who)
);
CREATE INDEX silences_until ON silences (until);

-- +goose Down
DROP TABLE silences;
DROP INDEX addresses_stopped;
DROP INDEX jobs_failed;
DROP INDEX inbound_message;
DROP INDEX inbound_todo;
ALTER TABLE inbound DROP COLUMN look;
ALTER TABLE mailboxes DROP COLUMN failures;
ALTER TABLE mailboxes DROP COLUMN read_at;
ALTER TABLE mailboxes DROP COLUMN failing_since;
ALTER TABLE followers DROP COLUMN added_at;
ALTER TABLE followers DROP COLUMN added_by;
ALTER TABLE messages DROP COLUMN addressee_id;
ALTER TABLE messages DROP COLUMN cc;
DROP TABLE third_parties;
DROP TABLE ratings;
DROP TABLE digest_lines;
DROP TABLE letter_choices;
ALTER TABLE addresses DROP COLUMN bounces;
ALTER TABLE addresses DROP COLUMN state_why;
ALTER TABLE addresses DROP COLUMN state_at;
DROP TABLE mail_pauses;
DROP INDEX letters_waiting;
ALTER TABLE letters DROP COLUMN files;
ALTER TABLE letters DROP COLUMN waits;
DROP INDEX letters_sending;
ALTER TABLE letters DROP COLUMN not_before;
ALTER TABLE letters DROP COLUMN domain;
