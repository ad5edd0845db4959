-- Filing the mail that comes in: conversations, duplicates, decisions.

-- +goose Up
-- thread is the first letter of the conversation, by its Message-ID; recipient
-- the addresses of ours that the letter was for; flags the words of its
-- verdict; decided_by the uid of who decided about a letter that was held.
ALTER TABLE inbound ADD COLUMN thread text NOT NULL DEFAULT '';
ALTER TABLE inbound ADD COLUMN recipient text NOT NULL DEFAULT '';
ALTER TABLE inbound ADD COLUMN flags text NOT NULL DEFAULT '';
ALTER TABLE inbound ADD COLUMN decided_by text NOT NULL DEFAULT '';
CREATE INDEX inbound_thread ON inbound (thread) WHERE thread <> '';
CREATE INDEX inbound_sha256 ON inbound (sha256);

-- last_error is what is wrong with reading a mailbox, empty when nothing is.
ALTER TABLE mailboxes ADD COLUMN last_error text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE mailboxes DROP COLUMN last_error;
DROP INDEX inbound_sha256;
DROP INDEX inbound_thread;
ALTER TABLE inbound DROP COLUMN decided_by;
ALTER TABLE inbound DROP COLUMN flags;
ALTER TABLE inbound DROP COLUMN recipient;
ALTER TABLE inbound DROP COLUMN thread;
