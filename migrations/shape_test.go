package migrations_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"amigo/app/db"
	"amigo/migrations"
)

// The shape of a database is a sorted list of facts in words that both
// dialects share: "tickets.subject text", "teams unique (slug)" …
//
// Tables of words for search are left out: they are a virtual table of FTS5 on
// SQLite and a table with tsvector columns on PostgreSQL, and have no more in
// common than their columns, which [words] lists.

func shape(t *testing.T, d *db.DB) []string {
	t.Helper()
	queries := postgresFacts
	if d.Dialect() == migrations.SQLite {
		queries = sqliteFacts
	}
	var facts []string
	for _, q := range queries {
		facts = append(facts, texts(t, d.SQL(), q)...)
	}
	slices.Sort(facts)
	return facts
}

// words lists the columns of the tables of words, their keys apart.
func words(t *testing.T, d *db.DB) []string {
	t.Helper()
	if d.Dialect() == migrations.SQLite {
		return texts(t, d.SQL(), `SELECT l.name || '.' || c.name FROM pragma_table_list l, pragma_table_info(l.name) c
			WHERE l.schema = 'main' AND l.type = 'virtual' ORDER BY 1`)
	}
	return texts(t, d.SQL(), `SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'public' AND udt_name = 'tsvector' ORDER BY 1`)
}

// Tables and columns; then keys and other unique sets; references; indexes.
var postgresFacts = []string{
	`SELECT c.table_name || '.' || c.column_name || ' ' || CASE c.udt_name
			WHEN 'int8' THEN 'integer' WHEN 'int4' THEN 'integer' WHEN 'timestamptz' THEN 'instant'
			WHEN 'bool' THEN 'boolean' WHEN 'bytea' THEN 'bytes' WHEN 'float8' THEN 'real' ELSE c.udt_name END
		|| CASE c.is_nullable WHEN 'YES' THEN ' or null' ELSE '' END
		|| CASE WHEN c.column_default IS NULL THEN '' ELSE ' by default' END
	FROM information_schema.columns c
	WHERE c.table_schema = 'public' AND c.table_name ` + postgresTables,
	`SELECT t.relname || CASE WHEN i.indisprimary THEN ' key (' ELSE ' unique (' END || ` + postgresColumns + ` || ')'
		|| CASE WHEN i.indpred IS NULL THEN '' ELSE ' of some rows' END
	FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
	WHERE i.indisunique AND t.relnamespace = 'public'::regnamespace AND t.relname ` + postgresTables,
	`SELECT t.relname || '.' || a.attname || ' refers to ' || f.relname || '.' || b.attname
	FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid,
		LATERAL unnest(c.conkey, c.confkey) AS k (a, b)
		JOIN pg_attribute a ON a.attnum = k.a JOIN pg_attribute b ON b.attnum = k.b
	WHERE c.contype = 'f' AND a.attrelid = t.oid AND b.attrelid = f.oid AND t.relname ` + postgresTables,
	`SELECT t.relname || ' index ' || n.relname || ' (' || ` + postgresColumns + ` || ')'
		|| CASE WHEN i.indpred IS NULL THEN '' ELSE ' of some rows' END
	FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid
	WHERE NOT i.indisunique AND t.relnamespace = 'public'::regnamespace AND t.relname ` + postgresTables,
}

const (
	postgresTables  = `NOT IN (SELECT table_name FROM information_schema.columns WHERE udt_name = 'tsvector' OR table_name = 'goose_db_version')`
	postgresColumns = `(SELECT string_agg(coalesce(a.attname::text, 'expression'), ', ' ORDER BY k.place)
		FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (number, place)
		LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number)`
)

var sqliteFacts = []string{
	`SELECT l.name || '.' || c.name || ' ' || CASE lower(c.type) WHEN 'datetime' THEN 'instant' WHEN 'blob' THEN 'bytes' ELSE lower(c.type) END
		|| CASE WHEN c."notnull" OR c.pk THEN '' ELSE ' or null' END
		|| CASE WHEN c.dflt_value IS NULL THEN '' ELSE ' by default' END
	FROM pragma_table_list l, pragma_table_info(l.name) c WHERE ` + sqliteTables,
	`SELECT l.name || ' key (' || (SELECT group_concat(name, ', ') FROM
		(SELECT name FROM pragma_table_info(l.name) WHERE pk > 0 ORDER BY pk)) || ')'
	FROM pragma_table_list l WHERE ` + sqliteTables,
	`SELECT l.name || ' unique (' || ` + sqliteColumns + ` || ')' || CASE WHEN i.partial THEN ' of some rows' ELSE '' END
	FROM pragma_table_list l, pragma_index_list(l.name) i WHERE i."unique" AND i.origin <> 'pk' AND ` + sqliteTables,
	`SELECT l.name || '.' || f."from" || ' refers to ' || f."table" || '.' || f."to"
	FROM pragma_table_list l, pragma_foreign_key_list(l.name) f WHERE ` + sqliteTables,
	`SELECT l.name || ' index ' || i.name || ' (' || ` + sqliteColumns + ` || ')' || CASE WHEN i.partial THEN ' of some rows' ELSE '' END
	FROM pragma_table_list l, pragma_index_list(l.name) i WHERE NOT i."unique" AND ` + sqliteTables,
}

const (
	sqliteTables  = `l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite_%' AND l.name <> 'goose_db_version'`
	sqliteColumns = `(SELECT group_concat(name, ', ') FROM (SELECT coalesce(name, 'expression') AS name FROM pragma_index_info(i.name) ORDER BY seqno))`
)

func texts(t *testing.T, pool *sql.DB, query string) (list []string) {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// sameFacts demands two lists to be equal, and names what only one of them has.
func sameFacts(t *testing.T, a string, have []string, b string, want []string) {
	t.Helper()
	if len(have) == 0 {
		t.Errorf("%s has no facts at all", a)
	}
	var diff []string
	for _, f := range have {
		if !slices.Contains(want, f) {
			diff = append(diff, fmt.Sprintf("only %s: %s", a, f))
		}
	}
	for _, f := range want {
		if !slices.Contains(have, f) {
			diff = append(diff, fmt.Sprintf("only %s: %s", b, f))
		}
	}
	if len(diff) > 0 {
		t.Error(strings.Join(diff, "\n"))
	} else if !slices.Equal(have, want) {
		t.Errorf("%s says %d facts, %s %d: something stands twice", a, len(have), b, len(want))
	}
}
