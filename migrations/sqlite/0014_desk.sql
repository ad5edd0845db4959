-- The desk: what helps to find, sort and work tickets.

-- +goose Up
-- How many are hit and how much it presses give the priority; both empty where
-- somebody chose it. rank is the priority as a number, 0 low to 3 urgent, since
-- words do not sort. unheard_since is since when the requester's side has said
-- something that nobody at the desk has read.
ALTER TABLE tickets ADD COLUMN impact text NOT NULL DEFAULT '' CHECK (impact IN ('', 'one', 'some', 'all'));
ALTER TABLE tickets ADD COLUMN urgency text NOT NULL DEFAULT '' CHECK (urgency IN ('', 'later', 'soon', 'now'));
ALTER TABLE tickets ADD COLUMN rank integer NOT NULL DEFAULT 1;
ALTER TABLE tickets ADD COLUMN unheard_since datetime;
UPDATE tickets SET rank = CASE priority WHEN 'low' THEN 0 WHEN 'high' THEN 2 ELSE 3 END WHERE priority <> 'normal';
CREATE INDEX tickets_live_created ON tickets (created_at, id) WHERE status NOT IN ('solved', 'closed');
CREATE INDEX tickets_live_updated ON tickets (updated_at, id) WHERE status NOT IN ('solved', 'closed');
CREATE INDEX tickets_live_id ON tickets (id) WHERE status NOT IN ('solved', 'closed');
CREATE INDEX tickets_live_rank ON tickets (rank, due_at, lane, id) WHERE status NOT IN ('solved', 'closed');
CREATE INDEX tickets_live_status ON tickets (status, due_at, lane, id) WHERE status NOT IN ('solved', 'closed');
CREATE INDEX tickets_live_service ON tickets (service, due_at, lane, id) WHERE status NOT IN ('solved', 'closed');
CREATE INDEX tickets_live_site ON tickets (site, due_at, lane, id) WHERE status NOT IN ('solved', 'closed');
CREATE INDEX tickets_over ON tickets (status, created_at, id) WHERE status IN ('solved', 'closed');
CREATE INDEX tickets_merged ON tickets (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX attachments_sha256 ON attachments (sha256);
CREATE INDEX timers_provisional ON timers (calendar) WHERE provisional AND state IN ('running', 'paused');

-- version is the ticket's after an event that changed a field of it: whoever
-- changes what they saw earlier reads what has changed since.
ALTER TABLE events ADD COLUMN version integer NOT NULL DEFAULT 0;

-- Who at the desk wants to hear of a ticket that is not theirs, and whom a note
-- named; followers stand on the requester's side.
CREATE TABLE watchers (
    ticket_id integer NOT NULL REFERENCES tickets (id),
    person_id integer NOT NULL REFERENCES persons (id),
    since     datetime NOT NULL,
    PRIMARY KEY (ticket_id, person_id)
);
CREATE INDEX watchers_person ON watchers (person_id, ticket_id);
CREATE TABLE mentions (
    message_id integer NOT NULL REFERENCES messages (id),
    person_id  integer NOT NULL REFERENCES persons (id),
    ticket_id  integer NOT NULL REFERENCES tickets (id),
    read_at    datetime,
    PRIMARY KEY (message_id, person_id)
);
CREATE INDEX mentions_unread ON mentions (person_id, message_id) WHERE read_at IS NULL;
CREATE INDEX mentions_ticket ON mentions (ticket_id);

-- slug is the name folded, so that two spellings are one tag.
CREATE TABLE tags (
    slug       text PRIMARY KEY,
    name       text NOT NULL,
    created_at datetime NOT NULL
);
CREATE TABLE ticket_tags (
    ticket_id integer NOT NULL REFERENCES tickets (id),
    tag       text NOT NULL REFERENCES tags (slug),
    PRIMARY KEY (ticket_id, tag)
);
CREATE INDEX ticket_tags_tag ON ticket_tags (tag, ticket_id);

CREATE TABLE checks (
    id         integer PRIMARY KEY AUTOINCREMENT,
    ticket_id  integer NOT NULL REFERENCES tickets (id),
    position   integer NOT NULL,
    text       text NOT NULL,
    done_at    datetime,
    done_by    integer REFERENCES persons (id),
    created_at datetime NOT NULL
);
CREATE INDEX checks_ticket ON checks (ticket_id, position);

-- Time spent, by the day on which it was, in Paris.
CREATE TABLE efforts (
    id         integer PRIMARY KEY AUTOINCREMENT,
    ticket_id  integer NOT NULL REFERENCES tickets (id),
    person_id  integer NOT NULL REFERENCES persons (id),
    day        text NOT NULL,
    minutes    integer NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
    words      text NOT NULL DEFAULT '',
    created_at datetime NOT NULL
);
CREATE INDEX efforts_ticket ON efforts (ticket_id, id);

-- When somebody wants to be reminded of a ticket, and why.
CREATE TABLE wakes (
    ticket_id integer NOT NULL REFERENCES tickets (id),
    person_id integer NOT NULL REFERENCES persons (id),
    at        datetime NOT NULL,
    words     text NOT NULL DEFAULT '',
    woken_at  datetime,
    PRIMARY KEY (ticket_id, person_id)
);
CREATE INDEX wakes_due ON wakes (at) WHERE woken_at IS NULL;

-- Of two tickets that are related the one with the smaller number comes first.
CREATE TABLE links (
    ticket_id integer NOT NULL REFERENCES tickets (id),
    other_id  integer NOT NULL REFERENCES tickets (id),
    kind      text NOT NULL CHECK (kind IN ('related', 'duplicate', 'cause')),
    by_id     integer NOT NULL REFERENCES persons (id),
    at        datetime NOT NULL,
    PRIMARY KEY (ticket_id, other_id)
);
CREATE INDEX links_other ON links (other_id);

-- What somebody is writing. place is the form: reply, solve, ask; fields what else
-- stands in it; aside what the draft said elsewhere (both JSON). seen_id is the
-- newest message that stood above it; with send_at it is on its way until then;
-- problem says why it could not be sent (JSON).
CREATE TABLE drafts (
    id         integer PRIMARY KEY AUTOINCREMENT,
    person_id  integer NOT NULL REFERENCES persons (id),
    ticket_id  integer REFERENCES tickets (id),
    place      text NOT NULL,
    words      text NOT NULL,
    fields     text NOT NULL DEFAULT '{}',
    aside      text NOT NULL DEFAULT '[]',
    seen_id    integer NOT NULL DEFAULT 0,
    version    integer NOT NULL DEFAULT 1,
    updated_at datetime NOT NULL,
    send_at    datetime,
    problem    text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX drafts_one ON drafts (person_id, ticket_id, place) WHERE send_at IS NULL AND ticket_id IS NOT NULL;
CREATE UNIQUE INDEX drafts_new ON drafts (person_id, place) WHERE send_at IS NULL AND ticket_id IS NULL;
CREATE INDEX drafts_ticket ON drafts (ticket_id) WHERE ticket_id IS NOT NULL;
-- A file that a draft holds is not forgotten.
ALTER TABLE attachments ADD COLUMN draft_id integer REFERENCES drafts (id);
CREATE INDEX attachments_draft ON attachments (draft_id) WHERE draft_id IS NOT NULL;

-- Texts to answer with: of one person, of a team, or, with neither, everybody's.
CREATE TABLE templates (
    id         integer PRIMARY KEY AUTOINCREMENT,
    owner_id   integer REFERENCES persons (id),
    team_id    integer REFERENCES teams (id),
    name       text NOT NULL,
    body       text NOT NULL,
    lang       text NOT NULL,
    version    integer NOT NULL DEFAULT 1,
    updated_at datetime NOT NULL
);
CREATE INDEX templates_owner ON templates (owner_id);
CREATE TABLE signatures (
    person_id  integer PRIMARY KEY REFERENCES persons (id),
    text       text NOT NULL,
    updated_at datetime NOT NULL
);

-- query is what stands in the address of the queue. shared: '' for the owner
-- alone, their team, or all.
CREATE TABLE views (
    id         integer PRIMARY KEY AUTOINCREMENT,
    owner_id   integer NOT NULL REFERENCES persons (id),
    shared     text NOT NULL DEFAULT '' CHECK (shared IN ('', 'team', 'all')),
    team_id    integer REFERENCES teams (id),
    name       text NOT NULL,
    query      text NOT NULL,
    version    integer NOT NULL DEFAULT 1,
    updated_at datetime NOT NULL
);
CREATE INDEX views_owner ON views (owner_id);
CREATE INDEX views_shared ON views (shared) WHERE shared <> '';
-- The columns that somebody wants to see in the queue, in their order.
CREATE TABLE queue_columns (
    person_id integer PRIMARY KEY REFERENCES persons (id),
    chosen    text NOT NULL
);

-- A change of many tickets, and what becomes of each. action is JSON; version is
-- the ticket's when the change was shown, seen_id its newest message then; reason
-- is JSON, too.
CREATE TABLE bulks (
    id         integer PRIMARY KEY AUTOINCREMENT,
    author_id  integer NOT NULL REFERENCES persons (id),
    action     text NOT NULL,
    state      text NOT NULL CHECK (state IN ('draft', 'running', 'done', 'stopped')),
    total      integer NOT NULL DEFAULT 0,
    created_at datetime NOT NULL,
    done_at    datetime
);
CREATE INDEX bulks_author ON bulks (author_id, id);
CREATE TABLE bulk_items (
    bulk_id   integer NOT NULL REFERENCES bulks (id),
    ticket_id integer NOT NULL REFERENCES tickets (id),
    version   integer NOT NULL,
    seen_id   integer NOT NULL DEFAULT 0,
    state     text NOT NULL CHECK (state IN ('waiting', 'done', 'refused', 'nothing')),
    reason    text NOT NULL DEFAULT '',
    PRIMARY KEY (bulk_id, ticket_id)
);
CREATE INDEX bulk_items_waiting ON bulk_items (bulk_id, ticket_id) WHERE state = 'waiting';

-- Images as they are shown, drawn anew; small is empty for what cannot be drawn.
CREATE TABLE previews (
    sha256     text PRIMARY KEY,
    small      text NOT NULL,
    width      integer NOT NULL,
    height     integer NOT NULL,
    created_at datetime NOT NULL
);
CREATE INDEX previews_small ON previews (small) WHERE small <> '';

-- These are read with every page; see the migration before.

-- +goose StatementBegin
CREATE TRIGGER services_insert_edition AFTER INSERT ON services BEGIN
    INSERT INTO editions (name, mark) VALUES ('services', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER services_update_edition AFTER UPDATE ON services BEGIN
    INSERT INTO editions (name, mark) VALUES ('services', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER services_delete_edition AFTER DELETE ON services BEGIN
    INSERT INTO editions (name, mark) VALUES ('services', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER templates_insert_edition AFTER INSERT ON templates BEGIN
    INSERT INTO editions (name, mark) VALUES ('templates', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER templates_update_edition AFTER UPDATE ON templates BEGIN
    INSERT INTO editions (name, mark) VALUES ('templates', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER templates_delete_edition AFTER DELETE ON templates BEGIN
    INSERT INTO editions (name, mark) VALUES ('templates', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER signatures_insert_edition AFTER INSERT ON signatures BEGIN
    INSERT INTO editions (name, mark) VALUES ('signatures', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER signatures_update_edition AFTER UPDATE ON signatures BEGIN
    INSERT INTO editions (name, mark) VALUES ('signatures', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER signatures_delete_edition AFTER DELETE ON signatures BEGIN
    INSERT INTO editions (name, mark) VALUES ('signatures', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER views_insert_edition AFTER INSERT ON views BEGIN
    INSERT INTO editions (name, mark) VALUES ('views', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER views_update_edition AFTER UPDATE ON views BEGIN
    INSERT INTO editions (name, mark) VALUES ('views', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER views_delete_edition AFTER DELETE ON views BEGIN
    INSERT INTO editions (name, mark) VALUES ('views', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER queue_columns_insert_edition AFTER INSERT ON queue_columns BEGIN
    INSERT INTO editions (name, mark) VALUES ('queue_columns', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER queue_columns_update_edition AFTER UPDATE ON queue_columns BEGIN
    INSERT INTO editions (name, mark) VALUES ('queue_columns', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER queue_columns_delete_edition AFTER DELETE ON queue_columns BEGIN
    INSERT INTO editions (name, mark) VALUES ('queue_columns', hex(randomblob(16))) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark;
END;
-- +goose StatementEnd

-- Whose name has changed since their tickets were put into the words of search,
-- and up to which ticket that was done again.
CREATE TABLE renamed (
    person_id integer PRIMARY KEY REFERENCES persons (id),
    ticket_id integer NOT NULL DEFAULT 0
);
-- +goose StatementBegin
CREATE TRIGGER note_renamed AFTER UPDATE OF name ON persons WHEN OLD.name <> NEW.name BEGIN
    INSERT INTO renamed (person_id) VALUES (NEW.id) ON CONFLICT (person_id) DO UPDATE SET ticket_id = 0;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER note_renamed;
DROP TABLE renamed;
DROP TRIGGER queue_columns_delete_edition;
DROP TRIGGER queue_columns_update_edition;
DROP TRIGGER queue_columns_insert_edition;
DROP TRIGGER views_delete_edition;
DROP TRIGGER views_update_edition;
DROP TRIGGER views_insert_edition;
DROP TRIGGER signatures_delete_edition;
DROP TRIGGER signatures_update_edition;
DROP TRIGGER signatures_insert_edition;
DROP TRIGGER templates_delete_edition;
DROP TRIGGER templates_update_edition;
DROP TRIGGER templates_insert_edition;
DROP TRIGGER services_delete_edition;
DROP TRIGGER services_update_edition;
DROP TRIGGER services_insert_edition;
DROP TABLE previews;
DROP TABLE bulk_items;
DROP TABLE bulks;
DROP TABLE queue_columns;
DROP TABLE views;
DROP TABLE signatures;
DROP TABLE templates;
DROP INDEX attachments_draft;
ALTER TABLE attachments DROP COLUMN draft_id;
DROP TABLE drafts;
DROP TABLE links;
DROP TABLE wakes;
DROP TABLE efforts;
DROP TABLE checks;
DROP TABLE ticket_tags;
DROP TABLE tags;
DROP TABLE mentions;
DROP TABLE watchers;
DROP INDEX timers_provisional;
DROP INDEX attachments_sha256;
DROP INDEX tickets_merged;
DROP INDEX tickets_over;
DROP INDEX tickets_live_site;
DROP INDEX tickets_live_service;
DROP INDEX tickets_live_status;
DROP INDEX tickets_live_rank;
DROP INDEX tickets_live_id;
DROP INDEX tickets_live_updated;
DROP INDEX tickets_live_created;
ALTER TABLE events DROP COLUMN version;
ALTER TABLE tickets DROP COLUMN unheard_since;
ALTER TABLE tickets DROP COLUMN rank;
ALTER TABLE tickets DROP COLUMN urgency;
ALTER TABLE tickets DROP COLUMN impact;
