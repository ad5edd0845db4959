package db

import (
	"context"
	"errors"
	"math/bits"
	"slices"

	"amigo/migrations"
)

// bulkRows is how many rows one statement of Bulk writes at most: SQLite takes
// 32,766 parameters, and the widest table has thirty columns.
const bulkRows = 512

// Reserve takes n numbers, in rising order, from those that a table gives its
// rows, so that rows that name each other can be written in few statements. It
// must run inside a transaction, which on SQLite is the only one that writes;
// there, numbers that are not used are given again.
func (d *DB) Reserve(ctx context.Context, table string, n int) (ids []int64, err error) {
	t := d.current(ctx)
	if t == nil {
		return nil, errors.New("db: numbers reserved outside of a transaction")
	}
	g := t.gorm.WithContext(ctx)
	if d.dialect == migrations.Postgres {
		err = g.Raw("SELECT nextval(pg_get_serial_sequence(?, 'id')) FROM generate_series(1, ?)", table, n).Scan(&ids).Error
		slices.Sort(ids)
		return ids, Fault(err)
	}
	var last int64
	err = g.Raw("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = ?", table).Scan(&last).Error
	for i := range n {
		ids = append(ids, last+1+int64(i))
	}
	return ids, Fault(err)
}

// Bulk writes many rows of one table. Only stores call it, inside a transaction.
func Bulk[T any](ctx context.Context, d *DB, rows []T) error {
	t := d.current(ctx)
	if t == nil {
		return errors.New("db: rows written outside of a transaction")
	}
	for len(rows) > 0 {
		// Powers of two, so that there are ten statements to keep ready and not five hundred.
		n := min(bulkRows, 1<<(bits.Len(uint(len(rows)))-1))
		some := rows[:n]
		if err := t.gorm.WithContext(ctx).Create(&some).Error; err != nil {
			return Fault(err)
		}
		rows = rows[n:]
	}
	return nil
}
