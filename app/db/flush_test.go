package db_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
)

// Flush syncs the log of this very database: it says so when there is none to sync.
func TestFlushSyncsTheLogOfItsDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "amigo.db")
	d, err := db.Open(t.Context(), db.Config{Path: path, Now: dbtest.NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path + "-wal"); err != nil {
		t.Fatal(err)
	}
	if err := d.Flush(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without its log: %v", err)
	}
}

func TestFlushHasNothingToDoOnPostgres(t *testing.T) {
	d, err := db.Open(t.Context(), db.Config{URL: dbtest.PostgresURL(t), Now: dbtest.NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Flush(); err != nil {
		t.Error(err)
	}
}
