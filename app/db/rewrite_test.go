package db_test

import (
	"context"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
)

type job struct {
	ID          int64 `gorm:"primaryKey"`
	Kind        string
	Args        string
	State       string
	RunAt       time.Time
	Attempts    int
	MaxAttempts int
	CreatedAt   time.Time
	DoneAt      *time.Time
}

func TestRewriteSetsTheColumnsOfManyRowsAndNoOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rows := make([]job, 700)
		for i := range rows {
			rows[i] = job{Kind: "test.test", Args: `{"a": "l'été"}`, State: "ready", RunAt: dbtest.Start, CreatedAt: dbtest.Start}
		}
		done := dbtest.Start.Add(1500 * time.Microsecond)
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			if err := db.Bulk(ctx, d, rows); err != nil {
				return err
			}
			var written []job
			if err := d.Gorm(ctx).Order("id").Find(&written).Error; err != nil {
				return err
			}
			for i := range written {
				written[i].Args, written[i].Attempts, written[i].DoneAt, written[i].State = `"quote" \ é`, i, &done, "failed"
			}
			written[1].DoneAt = nil
			return db.Rewrite(ctx, d, append(written[:600], job{ID: 1 << 40}), "args", "attempts", "done_at")
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []job
		if err := d.Gorm(t.Context()).Order("id").Find(&got).Error; err != nil {
			t.Fatal(err)
		}
		for i, j := range got {
			rewritten := i < 600
			switch {
			case len(got) != 700 || j.State != "ready" || !j.RunAt.Equal(dbtest.Start):
				t.Fatalf("row %d of %d: %+v", i, len(got), j)
			case rewritten && (j.Args != `"quote" \ é` || j.Attempts != i || (j.DoneAt == nil) != (i == 1) || i != 1 && !j.DoneAt.Equal(done)):
				t.Fatalf("row %d: %+v", i, j)
			case !rewritten && (j.Attempts != 0 || j.DoneAt != nil):
				t.Fatalf("row %d was not asked for: %+v", i, j)
			}
		}
	})
}

func TestRewriteBelongsIntoATransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if db.Rewrite(t.Context(), d, []job{{ID: 1}}, "args") == nil {
			t.Error("rows were rewritten outside of a transaction")
		}
	})
}
