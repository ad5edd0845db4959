package db_test

import (
	"context"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
)

func TestTextIsWhatBothDatabasesKeep(t *testing.T) {
	for given, want := range map[string]string{"Café": "Café", "a\x00b": "ab", "caf\xe9 !": "caf\uFFFD !", "": ""} {
		if got := db.Text(given); got != want {
			t.Errorf("%q becomes %q, want %q", given, got, want)
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Tx(t.Context(), func(ctx context.Context) error { return put(ctx, d, "a", db.Text("\x00\xff\xfe")) }); err != nil {
			t.Fatal(err)
		}
	})
}
