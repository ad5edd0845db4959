-- A database as version 3 of the schema left it, with a few rows.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO goose_db_version VALUES(1,0,1,'2026-11-18 08:00:00');
INSERT INTO goose_db_version VALUES(2,1,1,'2026-11-18 08:00:00');
INSERT INTO goose_db_version VALUES(3,2,1,'2026-11-18 08:00:00');
INSERT INTO goose_db_version VALUES(4,3,1,'2026-11-18 08:00:00');
CREATE TABLE settings (
    key        text NOT NULL PRIMARY KEY,
    value      text NOT NULL,
    updated_at datetime NOT NULL
);
INSERT INTO settings VALUES('demonstration','yes','2026-11-18 08:00:00+00:00');
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
INSERT INTO jobs VALUES(1,'sla.sweep','{}','done','2026-11-18 08:00:00+00:00','2026-11-18 08:00:00+00:00',1,20,'2026-11-18 08:00:00.25+00:00','2026-11-18 08:00:00.5+00:00','','2026-11-18 08:00:00+00:00');
INSERT INTO jobs VALUES(2,'mail.send','{"Letter":7}','ready',NULL,'2026-11-18 09:00:00+00:00',1,20,NULL,NULL,'connection refused','2026-11-18 08:00:00.123456+00:00');
CREATE TABLE limits (
    key text NOT NULL PRIMARY KEY,
    tat datetime NOT NULL
);
CREATE TABLE audit (
    id      integer PRIMARY KEY AUTOINCREMENT,
    at      datetime NOT NULL,
    actor   text NOT NULL,
    action  text NOT NULL,
    subject text NOT NULL,
    details text NOT NULL,
    hash    text NOT NULL CONSTRAINT audit_hash_key UNIQUE
);
CREATE TABLE sites (
    code text NOT NULL PRIMARY KEY,
    name text NOT NULL
);
INSERT INTO sites VALUES('caen','Caen');
INSERT INTO sites VALUES('rouen','Rouen');
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
INSERT INTO establishments VALUES('0140001A','Collège des Tilleuls','college',1,'14','Caen','','','caen');
INSERT INTO establishments VALUES('0760002B','Lycée de la Côte','lycee',1,'76','Rouen','','','rouen');
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
INSERT INTO persons VALUES(1,'system','system','AMIGO','','administrator','fr','',NULL,NULL,'2026-11-18 08:00:00+00:00','2026-11-18 08:00:00+00:00');
INSERT INTO persons VALUES(2,'clara.martin','member','Clara Martin','','requester','fr','','caen',NULL,'2026-11-18 08:00:00+00:00','2026-11-18 08:00:00+00:00');
INSERT INTO persons VALUES(3,'hugo.lefevre','member','Hugo Lefèvre','','technician','fr','','rouen',NULL,'2026-11-18 08:00:00+00:00','2026-11-18 08:00:00+00:00');
CREATE TABLE addresses (
    address   text NOT NULL PRIMARY KEY,
    person_id integer NOT NULL REFERENCES persons (id),
    main      boolean NOT NULL,
    state     text NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'soft', 'hard'))
);
INSERT INTO addresses VALUES('clara.martin@academie.test',2,1,'ok');
INSERT INTO addresses VALUES('c.martin@academie.test',2,0,'ok');
CREATE TABLE memberships (
    person_id     integer NOT NULL REFERENCES persons (id),
    establishment text NOT NULL REFERENCES establishments (uai),
    main          boolean NOT NULL,
    PRIMARY KEY (person_id, establishment)
);
INSERT INTO memberships VALUES(2,'0140001A',1);
CREATE TABLE teams (
    id   integer PRIMARY KEY AUTOINCREMENT,
    slug text NOT NULL CONSTRAINT teams_slug_key UNIQUE,
    name text NOT NULL,
    site text REFERENCES sites (code)
);
INSERT INTO teams VALUES(1,'postes-caen','Postes de travail, Caen','caen');
CREATE TABLE team_members (
    team_id   integer NOT NULL REFERENCES teams (id),
    person_id integer NOT NULL REFERENCES persons (id),
    PRIMARY KEY (team_id, person_id)
);
INSERT INTO team_members VALUES(1,3);
CREATE TABLE accounts (
    issuer     text NOT NULL,
    subject    text NOT NULL,
    person_id  integer NOT NULL CONSTRAINT accounts_person_id_key UNIQUE REFERENCES persons (id),
    created_at datetime NOT NULL,
    PRIMARY KEY (issuer, subject)
);
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
INSERT INTO sessions VALUES('c0ffee',2,'','','',X'00ff10','2026-11-18 08:00:00+00:00','2026-11-18 08:00:00+00:00','2026-11-18 18:00:00+00:00');
CREATE TABLE calendars (
    id   integer PRIMARY KEY AUTOINCREMENT,
    name text NOT NULL CONSTRAINT calendars_name_key UNIQUE
);
INSERT INTO calendars VALUES(1,'normandie');
CREATE TABLE calendar_versions (
    id          integer PRIMARY KEY AUTOINCREMENT,
    calendar_id integer NOT NULL REFERENCES calendars (id),
    number      integer NOT NULL,
    spec        text NOT NULL,
    digest      text NOT NULL,
    created_at  datetime NOT NULL,
    CONSTRAINT calendar_versions_calendar_id_number_key UNIQUE (calendar_id, number)
);
INSERT INTO calendar_versions VALUES(1,1,1,'{"tz":"Europe/Paris"}','abc','2026-11-18 08:00:00+00:00');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('goose_db_version',8);
INSERT INTO sqlite_sequence VALUES('persons',3);
INSERT INTO sqlite_sequence VALUES('jobs',2);
INSERT INTO sqlite_sequence VALUES('teams',1);
INSERT INTO sqlite_sequence VALUES('calendars',1);
INSERT INTO sqlite_sequence VALUES('calendar_versions',1);
CREATE INDEX jobs_ready ON jobs (run_at, id) WHERE state = 'ready';
CREATE INDEX jobs_handed ON jobs (handed_at) WHERE state = 'handed';
CREATE INDEX persons_role ON persons (role) WHERE role <> 'requester';
CREATE INDEX addresses_person ON addresses (person_id);
CREATE INDEX memberships_establishment ON memberships (establishment);
CREATE INDEX team_members_person ON team_members (person_id);
CREATE INDEX tokens_person ON tokens (person_id);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_account ON sessions (issuer, subject, sid);
CREATE INDEX sessions_expires ON sessions (expires_at);
COMMIT;
