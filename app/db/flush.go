package db

import (
	"fmt"
	"os"

	"amigo/migrations"
)

// Flush returns when everything that was committed before it is on the disk, and
// so survives a power cut. PostgreSQL has seen to that when it committed. SQLite
// survives the death of the process at once, but leaves its log to the system to
// write: whoever is about to tell the world that something is safe calls Flush.
func (d *DB) Flush() error {
	if d.dialect != migrations.SQLite {
		return nil
	}
	log, err := os.OpenFile(d.path+"-wal", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("db: flush: %w", err)
	}
	err = log.Sync()
	if closed := log.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("db: flush: %w", err)
	}
	return nil
}
