package db

import (
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"modernc.org/sqlite"

	"amigo/app/fault"
)

// SQLite's extended result codes, https://www.sqlite.org/rescode.html.
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteReadOnly   = 8
	sqliteIOErr      = 10
	sqliteFull       = 13
	sqliteCantOpen   = 14
	sqliteForeignKey = 787
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
)

// Fault gives a driver's error its kind: no row is NotFound, a duplicate or a
// lost race is Conflict, a reference to nothing is Invalid, a database that
// does not answer is Unavailable. Other errors, and nil, pass unchanged.
func Fault(err error) error {
	if err == nil {
		return nil
	}
	if kind := kindOf(err); kind != nil {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

func kindOf(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, sql.ErrNoRows) {
		return fault.NotFound
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return kindOfPostgres(pg.Code)
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return kindOfSQLite(lite.Code())
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return fault.Unavailable
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return fault.Unavailable
	}
	return nil
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
func kindOfPostgres(code string) error {
	switch {
	case code == "23505", code == "40001", code == "40P01":
		return fault.Conflict
	case code == "23503":
		return fault.Invalid
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57P"):
		return fault.Unavailable
	}
	return nil
}

func kindOfSQLite(code int) error {
	switch code {
	case sqliteUnique, sqlitePrimaryKey:
		return fault.Conflict
	case sqliteForeignKey:
		return fault.Invalid
	}
	switch code & 0xff {
	case sqliteBusy, sqliteLocked, sqliteIOErr, sqliteFull, sqliteCantOpen, sqliteReadOnly:
		return fault.Unavailable
	}
	return nil
}
