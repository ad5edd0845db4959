-- Finding people by the beginnings of words, and a school's own mail address.

-- +goose Up
-- Person 1 is AMIGO itself, whoever comes first.
INSERT INTO sqlite_sequence (name, seq)
SELECT 'persons', 1 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'persons');

-- sort_name is the name in a-z and 0-9, so that both databases put people in one order.
ALTER TABLE persons ADD COLUMN sort_name text NOT NULL DEFAULT '';

-- email is lower case, empty when it is not known.
ALTER TABLE establishments ADD COLUMN email text NOT NULL DEFAULT '';
CREATE INDEX establishments_email ON establishments (email) WHERE email <> '';

-- The words of members' names, uids and addresses, folded; a prefix is a range.
CREATE TABLE person_words (
    word      text NOT NULL,
    person_id integer NOT NULL REFERENCES persons (id),
    PRIMARY KEY (word, person_id)
) WITHOUT ROWID;
CREATE INDEX person_words_person ON person_words (person_id);

-- +goose Down
DROP TABLE person_words;
DROP INDEX establishments_email;
ALTER TABLE establishments DROP COLUMN email;
ALTER TABLE persons DROP COLUMN sort_name;
