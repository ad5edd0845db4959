package db_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
)

type team struct {
	ID   int64 `gorm:"primaryKey"`
	Slug string
	Name string
}

func TestReservedNumbersAreFreeAndRising(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var ids []int64
		for range 2 {
			err := d.Tx(t.Context(), func(ctx context.Context) error {
				reserved, err := d.Reserve(ctx, "teams", 3)
				if err != nil {
					return err
				}
				ids = append(ids, reserved...)
				rows := []team{{reserved[0], fmt.Sprint(reserved[0]), "A"}, {reserved[2], fmt.Sprint(reserved[2]), "C"}}
				return db.Bulk(ctx, d, rows)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(ids) != 6 || !slices.IsSorted(ids) || len(slices.Compact(ids)) != 6 {
			t.Errorf("reserved %v", ids)
		}
		later := team{Slug: "later", Name: "later"}
		if err := d.Tx(t.Context(), func(ctx context.Context) error { return d.Gorm(ctx).Create(&later).Error }); err != nil {
			t.Fatal(err)
		}
		if later.ID <= ids[5] {
			t.Errorf("the row after %v has number %d", ids, later.ID)
		}
	})
}

func TestBulkWritesMoreRowsThanOneStatementHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rows := make([]setting, 1201)
		for i := range rows {
			rows[i] = setting{Key: fmt.Sprint(i), Value: "x", UpdatedAt: dbtest.Start}
		}
		if err := d.Tx(t.Context(), func(ctx context.Context) error { return db.Bulk(ctx, d, rows) }); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d); n != 1201 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestBulkBelongsIntoATransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if db.Bulk(t.Context(), d, []setting{{Key: "a"}}) == nil {
			t.Error("rows were written outside of a transaction")
		}
		if _, err := d.Reserve(t.Context(), "teams", 1); err == nil {
			t.Error("numbers were reserved outside of a transaction")
		}
	})
}
