package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
)

// poolSize bounds the databases that wait on the server for the next test;
// test processes share them.
const poolSize = 64

// poolLocks is the class of the advisory locks on the databases of the pool.
const poolLocks = 8475

// borrowPostgres lends a database of the pool until the test ends. A lock of the
// server's, held by a connection of this process, keeps others away from it, and
// falls with the process however it ends.
func borrowPostgres(t testing.TB, template string) string {
	t.Helper()
	ctx := context.Background()
	u, conn := connect(t)
	n, err := lockOne(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%s_%d", template, n)
	if err := prepare(ctx, conn, at(u, name), name, template); err != nil {
		t.Fatal(err)
	}
	return at(u, name)
}

// lockOne finds a number of the pool that nobody has.
func lockOne(ctx context.Context, conn *sql.Conn) (int, error) {
	for n := range poolSize {
		var ours bool
		err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1, $2)", poolLocks, n).Scan(&ours)
		if err != nil || ours {
			return n, err
		}
	}
	return 0, fmt.Errorf("tests already use all %d databases", poolSize)
}

// prepare makes a database that holds what the template holds: the one of that
// name emptied, or a new one where there is none, or where a test changed more
// than rows.
func prepare(ctx context.Context, conn *sql.Conn, url, name, template string) error {
	var there bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil {
		return err
	}
	if there {
		if _, err := conn.ExecContext(ctx, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = $1", name); err != nil {
			return err
		}
		if err := empty(ctx, url); err == nil || !errors.Is(err, errChanged) {
			return err
		}
		if err := inTurn(ctx, conn, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			return err
		}
	}
	if err := copyTemplate(ctx, conn, name, template); err != nil {
		return err
	}
	return sign(ctx, conn, url, name)
}

var errChanged = errors.New("a test changed more than rows")

// sign writes on a new database what it looks like before any test.
func sign(ctx context.Context, conn *sql.Conn, url, name string) error {
	d, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // nothing was written through it
	var print string
	if err := d.QueryRowContext(ctx, fingerprint).Scan(&print); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "COMMENT ON DATABASE "+name+" IS '"+print+"'")
	return err
}

// empty deletes every row of a database and sets its counters back. It answers
// errChanged where the tables are not what they were, or have grown to where new
// files are the quicker way.
func empty(ctx context.Context, url string) error {
	d, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // what it did has been answered
	var same, grown bool
	err = d.QueryRowContext(ctx, "SELECT coalesce(shobj_description(oid, 'pg_database') = ("+fingerprint+"), false), pg_database_size(oid) > 64 << 20 "+
		"FROM pg_database WHERE datname = current_database()").Scan(&same, &grown)
	if err != nil {
		return err
	}
	if !same || grown {
		return errChanged
	}
	_, err = d.ExecContext(ctx, emptying)
	return err
}

// reusable readies a template for copies that are emptied: its counters start
// where the migrations left them, and it holds no row, which emptying would lose.
func reusable(ctx context.Context, template *sql.DB) error {
	if _, err := template.ExecContext(ctx, settling); err != nil {
		return err
	}
	var table string
	err := template.QueryRowContext(ctx, "SELECT oid::regclass::text FROM pg_class WHERE "+emptied+" AND pg_relation_size(oid) > 0").Scan(&table)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("a migration writes rows to %s: dbtest has to put them back when it empties a database", table)
	}
	return err
}

// settling makes the state of each counter the one that it starts from.
const settling = `DO $$
DECLARE s record;
BEGIN
	FOR s IN SELECT format('%I.%I', schemaname, sequencename) AS name, last_value + increment_by AS next FROM pg_sequences
		WHERE schemaname = 'public' AND sequencename NOT LIKE 'goose%' AND last_value IS NOT NULL
	LOOP
		EXECUTE format('ALTER SEQUENCE %s START WITH %s', s.name, s.next);
	END LOOP;
END $$`

// emptied are the tables that hold rows of tests.
const emptied = `relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'goose_db_version'`

// fingerprint tells whether anything but rows has changed in a database.
const fingerprint = `SELECT concat_ws(' ',
	(SELECT concat_ws('/', count(*), max(oid::bigint)) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
	(SELECT count(*) FROM pg_attribute WHERE NOT attisdropped),
	(SELECT concat_ws('/', count(*), max(oid::bigint)) FROM pg_constraint),
	(SELECT concat_ws('/', count(*), max(oid::bigint)) FROM pg_trigger),
	(SELECT concat_ws('/', count(*), max(oid::bigint)) FROM pg_proc),
	(SELECT concat_ws('/', count(*), max(oid::bigint)) FROM pg_attrdef),
	(SELECT concat_ws('/', count(*), max(version_id)) FROM goose_db_version))`

// emptying deletes in the tables that were written to, whatever refers to what,
// and gives the files of the larger ones back.
const emptying = `DO $$
DECLARE t record;
BEGIN
	SET LOCAL session_replication_role = replica;
	FOR t IN
		SELECT oid::regclass AS name, pg_relation_size(oid) AS bytes FROM pg_class
		WHERE ` + emptied + ` AND pg_relation_size(oid) > 0
	LOOP
		IF t.bytes > 1 << 20 THEN
			EXECUTE format('TRUNCATE %s CASCADE', t.name);
		ELSE
			EXECUTE format('DELETE FROM %s', t.name);
		END IF;
	END LOOP;
	FOR t IN SELECT oid::regclass AS name FROM pg_class
		WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'goose%'
	LOOP
		EXECUTE format('SELECT setval(%L, seqstart, false) FROM pg_sequence WHERE seqrelid = %L::regclass', t.name, t.name);
	END LOOP;
END $$`
