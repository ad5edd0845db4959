package db_test

import (
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/migrations"
)

func TestAQueryAfreshIsTheSameQueryAndIsPreparedNowhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		at := time.Date(2026, 11, 18, 8, 0, 0, 123456000, time.UTC)
		for range 8 { // after five PostgreSQL would plan for all values
			var row struct {
				Word   string
				Number int64
			}
			err := d.Afresh(d.Gorm(t.Context()).Raw("SELECT 'a' AS word, 41 AS number WHERE ? = 'it''s' AND 7 IN ? AND ?", "it's", []int64{3, 7}, true)).Scan(&row).Error
			if err != nil || row.Word != "a" || row.Number != 41 {
				t.Fatalf("%+v: %v", row, err)
			}
		}
		if d.Dialect() != migrations.Postgres {
			return
		}
		var same bool
		if err := d.Afresh(d.Gorm(t.Context()).Raw("SELECT ? = timestamptz '2026-11-18 08:00:00.123456Z'", at)).Scan(&same).Error; err != nil || !same {
			t.Errorf("an instant arrives as another: %v", err)
		}
		var n int
		err := d.Afresh(d.Gorm(t.Context()).Raw("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%it''''s%'")).Scan(&n).Error
		if err != nil || n != 0 {
			t.Errorf("%d statements are prepared: %v", n, err)
		}
	})
}
