-- Tickets that wait, tickets that belong together, and the reports that were sent.

-- +goose Up
-- waiting_since is when a ticket began to wait for its requester, reminded_at
-- when it was last asked for an answer; provisional says that the promised dates
-- lie on days that are not known yet; a child follows its parent.
ALTER TABLE tickets ADD COLUMN waiting_since datetime;
ALTER TABLE tickets ADD COLUMN reminded_at datetime;
ALTER TABLE tickets ADD COLUMN provisional boolean NOT NULL DEFAULT false;
ALTER TABLE tickets ADD COLUMN parent_id integer REFERENCES tickets (id);
CREATE INDEX tickets_waiting ON tickets (waiting_since, id) WHERE status = 'waiting_requester';
CREATE INDEX tickets_parent ON tickets (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX tickets_unclosed ON tickets (solved_at, id) WHERE status = 'solved';

-- A report as it was sent, and the corrections of it: number 1 is the report,
-- 2 and on are corrections. Days are Paris days, both included; figures is JSON.
CREATE TABLE reports (
    id          integer PRIMARY KEY AUTOINCREMENT,
    kind        text NOT NULL CHECK (kind IN ('daily', 'weekly', 'monthly')),
    from_day    text NOT NULL,
    to_day      text NOT NULL,
    number      integer NOT NULL,
    figures     text NOT NULL,
    composed_at datetime NOT NULL,
    sent_at     datetime,
    CONSTRAINT reports_kind_from_day_number_key UNIQUE (kind, from_day, number)
);

-- +goose Down
DROP TABLE reports;
DROP INDEX tickets_unclosed;
DROP INDEX tickets_parent;
DROP INDEX tickets_waiting;
ALTER TABLE tickets DROP COLUMN parent_id;
ALTER TABLE tickets DROP COLUMN provisional;
ALTER TABLE tickets DROP COLUMN reminded_at;
ALTER TABLE tickets DROP COLUMN waiting_since;
