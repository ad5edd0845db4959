-- Who may ask, who answers, and where they work.

-- +goose Up
CREATE TABLE sites (
    code text NOT NULL PRIMARY KEY,
    name text NOT NULL
);

-- uai is the national number of a school or office: seven digits and a letter.
CREATE TABLE establishments (
    uai         text NOT NULL PRIMARY KEY,
    name        text NOT NULL,
    kind        text NOT NULL,
    public      boolean NOT NULL,
    departement text NOT NULL,
    city        text NOT NULL,
    address     text NOT NULL DEFAULT '',
    phone       text NOT NULL DEFAULT '',
    site        text NOT NULL REFERENCES sites (code)
);

CREATE TABLE persons (
    id          integer PRIMARY KEY AUTOINCREMENT,
    uid         text NOT NULL CONSTRAINT persons_uid_key UNIQUE,
    kind        text NOT NULL CHECK (kind IN ('member', 'guest', 'establishment', 'system')),
    name        text NOT NULL,
    title       text NOT NULL DEFAULT '',
    role        text NOT NULL CHECK (role IN ('requester', 'technician', 'supervisor', 'administrator')),
    lang        text NOT NULL DEFAULT 'fr',
    phone       text NOT NULL DEFAULT '',
    site        text REFERENCES sites (code),
    disabled_at datetime,
    created_at  datetime NOT NULL,
    updated_at  datetime NOT NULL
);
CREATE INDEX persons_role ON persons (role) WHERE role <> 'requester';

-- address is lower case. Exactly one address of a person is the main one.
CREATE TABLE addresses (
    address   text NOT NULL PRIMARY KEY,
    person_id integer NOT NULL REFERENCES persons (id),
    main      boolean NOT NULL,
    state     text NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'soft', 'hard'))
);
CREATE INDEX addresses_person ON addresses (person_id);

CREATE TABLE memberships (
    person_id     integer NOT NULL REFERENCES persons (id),
    establishment text NOT NULL REFERENCES establishments (uai),
    main          boolean NOT NULL,
    PRIMARY KEY (person_id, establishment)
);
CREATE INDEX memberships_establishment ON memberships (establishment);

CREATE TABLE teams (
    id   integer PRIMARY KEY AUTOINCREMENT,
    slug text NOT NULL CONSTRAINT teams_slug_key UNIQUE,
    name text NOT NULL,
    site text REFERENCES sites (code)
);

CREATE TABLE team_members (
    team_id   integer NOT NULL REFERENCES teams (id),
    person_id integer NOT NULL REFERENCES persons (id),
    PRIMARY KEY (team_id, person_id)
);
CREATE INDEX team_members_person ON team_members (person_id);

-- A person is bound to an account at the identity provider once.
CREATE TABLE accounts (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    person_id  integer NOT NULL CONSTRAINT accounts_person_id_key UNIQUE REFERENCES persons (id),
    created_at datetime NOT NULL,
    PRIMARY KEY (issuer, subject)
);

-- hash is the SHA-256 of the bearer token, in hexadecimal; the token is never kept.
CREATE TABLE tokens (
    id         integer PRIMARY KEY AUTOINCREMENT,
    hash       text NOT NULL CONSTRAINT tokens_hash_key UNIQUE,
    person_id  integer NOT NULL REFERENCES persons (id),
    role       text NOT NULL,
    created_at datetime NOT NULL,
    expires_at datetime NOT NULL,
    used_at    datetime,
    revoked_at datetime
);
CREATE INDEX tokens_person ON tokens (person_id);

-- hash is the SHA-256 of the session token; data is what the pages keep in it.
CREATE TABLE sessions (
    hash       text NOT NULL PRIMARY KEY,
    person_id  integer REFERENCES persons (id),
    issuer     text NOT NULL DEFAULT '',
    subject    text NOT NULL DEFAULT '',
    sid        text NOT NULL DEFAULT '',
    data       blob NOT NULL,
    created_at datetime NOT NULL,
    seen_at    datetime NOT NULL,
    expires_at datetime NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_account ON sessions (issuer, subject, sid);
CREATE INDEX sessions_expires ON sessions (expires_at);

-- +goose Down
DROP TABLE sessions;
DROP TABLE tokens;
DROP TABLE accounts;
DROP TABLE team_members;
DROP TABLE teams;
DROP TABLE memberships;
DROP TABLE addresses;
DROP TABLE persons;
DROP TABLE establishments;
DROP TABLE sites;
