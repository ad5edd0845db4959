package dbtest

import (
	"context"
	"slices"
	"sync"
	"testing"

	"gorm.io/gorm/schema"

	"amigo/app/db"
)

// Columns lists the columns of a table, in alphabetical order.
func Columns(t testing.TB, d *db.DB, table string) []string {
	t.Helper()
	rows, err := d.SQL().QueryContext(context.Background(), "SELECT * FROM "+table+" WHERE 1 = 0")
	if err != nil {
		t.Fatalf("table %s: %v", table, err)
	}
	defer rows.Close() //nolint:errcheck // it has no rows
	names, err := rows.Columns()
	if err != nil {
		t.Fatalf("table %s: %v", table, err)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("table %s: %v", table, err)
	}
	slices.Sort(names)
	return names
}

// MatchesTable demands that a row struct, as GORM reads it, has exactly the
// columns of a table. A store's test calls it for each of its rows:
//
//	dbtest.MatchesTable(t, d, ticketRow{}, "tickets")
func MatchesTable(t testing.TB, d *db.DB, row any, table string) {
	t.Helper()
	have, want := rowColumns(t, row), Columns(t, d, table)
	for _, c := range want {
		if !slices.Contains(have, c) {
			t.Errorf("%T lacks the column %s.%s", row, table, c)
		}
	}
	for _, c := range have {
		if !slices.Contains(want, c) {
			t.Errorf("%T has %s, which is no column of %s", row, c, table)
		}
	}
}

func rowColumns(t testing.TB, row any) []string {
	t.Helper()
	s, err := schema.Parse(row, &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		t.Fatalf("%T: %v", row, err)
	}
	return s.DBNames
}
