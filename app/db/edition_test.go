package db_test

import (
	"context"
	"errors"
	"testing"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/db/dbtest"
)

// remembered counts how often a setting is really read.
type remembered struct {
	*db.Kept[string]
	t     *testing.T
	reads int
}

func remember(t *testing.T, d *db.DB) *remembered {
	r := &remembered{t: t}
	r.Kept = db.Keep(d, "settings/word", func(ctx context.Context) (string, error) {
		r.reads++
		var all []string
		err := d.Gorm(ctx).Table("settings").Where("key = 'word'").Pluck("value", &all).Error
		if len(all) == 0 {
			return "", err
		}
		return all[0], err
	})
	return r
}

func (r *remembered) says(ctx context.Context, want string, reads int) {
	r.t.Helper()
	if got, err := r.Get(ctx); err != nil || got != want || r.reads != reads {
		r.t.Fatalf("says %q after %d reads (%v), want %q after %d", got, r.reads, err, want, reads)
	}
}

func set(ctx context.Context, d *db.DB, value string) error {
	return d.Gorm(ctx).Clauses(clause.OnConflict{UpdateAll: true, Columns: []clause.Column{{Name: "key"}}}).
		Create(&setting{Key: "word", Value: value, UpdatedAt: d.Now(ctx)}).Error
}

func write(t *testing.T, d *db.DB, value string) {
	t.Helper()
	if err := d.Tx(t.Context(), func(ctx context.Context) error { return set(ctx, d, value) }); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsKeptOfATableIsReadAgainOnlyWhenTheTableHasChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, r := t.Context(), remember(t, d)
		r.says(ctx, "", 1)
		r.says(ctx, "", 1)
		write(t, d, "one")
		r.reads = 0
		r.says(ctx, "one", 1)
		r.says(ctx, "one", 1)
		if err := d.Tx(ctx, func(ctx context.Context) error { return put(ctx, d, "other", "x") }); err != nil {
			t.Fatal(err)
		}
		r.says(ctx, "one", 1)
		// Somebody who knows nothing of what is kept, another process for instance.
		if _, err := d.SQL().ExecContext(ctx, "UPDATE settings SET value = 'two' WHERE key = 'word'"); err != nil {
			t.Fatal(err)
		}
		r.says(ctx, "two", 2)
		if _, err := d.SQL().ExecContext(ctx, "DELETE FROM settings WHERE key = 'word'"); err != nil {
			t.Fatal(err)
		}
		r.says(ctx, "", 3)
	})
}

func TestATransactionSeesWhatItMadeOfAKeptTableAndNobodyElseDoesWhenItIsUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, r := t.Context(), remember(t, d)
		write(t, d, "one")
		r.says(ctx, "one", 1)
		undone := errors.New("undone")
		err := d.Tx(ctx, func(ctx context.Context) error {
			r.says(ctx, "one", 1)
			if err := set(ctx, d, "two"); err != nil {
				return err
			}
			r.says(ctx, "two", 2)
			r.says(ctx, "two", 2)
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		r.says(ctx, "one", 3)
		write(t, d, "two")
		r.says(ctx, "two", 4)
	})
}

func TestARequestAsksForEditionsOnceAndSeesItsOwnChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := remember(t, d)
		write(t, d, "one")
		request := d.Glance(t.Context())
		r.says(request, "one", 1)
		write(t, d, "two") // by another request
		r.says(request, "one", 1)
		r.says(d.Glance(t.Context()), "two", 2)
		if err := d.Tx(request, func(ctx context.Context) error { return set(ctx, d, "three") }); err != nil {
			t.Fatal(err)
		}
		r.says(request, "three", 3)
	})
}
