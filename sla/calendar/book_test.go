package calendar_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/sla/calendar"
)

func mondays(from, to string) calendar.Spec {
	return calendar.Spec{TZ: "Europe/Paris", Weekly: calendar.Weekly{"mon": {{from, to}}}}
}

func TestSeedingTwiceOrAtOnceWritesEachCalendarOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := calendar.NewBook(d).Seed(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		book := calendar.NewBook(d)
		if err := book.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		list, err := book.List(t.Context())
		if err != nil || len(list) != 2 || list[0].Name != calendar.Normandie || list[1].Name != calendar.TechniciensCaen {
			t.Fatalf("%+v, %v", list, err)
		}
		for _, v := range list {
			if v.Number != 1 {
				t.Errorf("%s has version %d", v.Name, v.Number)
			}
		}
		due, err := list[0].Add(instant(t, "2026-10-16T16:30:00+02:00"), 2*time.Hour)
		if want := instant(t, "2026-10-19T10:30:00+02:00"); err != nil || !due.Equal(want) {
			t.Errorf("due %v, %v, want %v", due, err, want)
		}
	})
}

func TestSeedingLeavesAChangedCalendarAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		put(t, book, calendar.Normandie, mondays("08:00", "09:00"))
		if err := book.Seed(t.Context()); err != nil {
			t.Fatal(err)
		}
		v, err := book.Current(t.Context(), calendar.Normandie)
		if err != nil || v.Number != 1 {
			t.Fatalf("version %d, %v", v.Number, err)
		}
		if m, err := v.At(instant(t, "2026-11-17T10:00:00+01:00")); err != nil || m.Open {
			t.Fatalf("a Tuesday: %+v, %v", m, err)
		}
	})
}

func TestOnlyAnotherDefinitionMakesANewVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		first := put(t, book, "accueil", mondays("08:00", "09:00"))
		again := put(t, book, "accueil", mondays("08:00", "09:00"))
		second := put(t, book, "accueil", mondays("08:00", "10:00"))
		back := put(t, book, "accueil", mondays("08:00", "09:00"))
		if first.Number != 1 || again.ID != first.ID || second.Number != 2 || back.Number != 3 || back.ID == first.ID {
			t.Fatalf("versions %d %d %d %d", first.Number, again.Number, second.Number, back.Number)
		}
		current, err := book.Current(t.Context(), "accueil")
		if err != nil || current.ID != back.ID {
			t.Fatalf("current is version %d, %v", current.Number, err)
		}
	})
}

func TestAVersionStaysAsItWasPut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first := put(t, calendar.NewBook(d), "accueil", mondays("08:00", "09:00"))
		put(t, calendar.NewBook(d), "accueil", mondays("08:00", "10:00"))
		other := calendar.NewBook(d) // another process, which has compiled nothing yet
		for range 2 {
			v, err := other.Version(t.Context(), first.ID)
			if err != nil || v.ID != first.ID || v.Number != 1 || v.Name != "accueil" {
				t.Fatalf("%+v, %v", v, err)
			}
			m, err := v.At(instant(t, "2026-11-16T09:30:00+01:00"))
			if err != nil || m.Open {
				t.Fatalf("at 9:30: %+v, %v", m, err)
			}
		}
	})
}

func TestManyWhoPutAtOnceNumberTheirVersionsInARow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		var all sync.WaitGroup
		for _, end := range []string{"09:00", "10:00", "11:00", "12:00"} {
			all.Go(func() {
				if _, err := book.Put(t.Context(), "accueil", mondays("08:00", end)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if v, err := book.Current(t.Context(), "accueil"); err != nil || v.Number != 4 {
			t.Fatalf("version %d, %v, want 4", v.Number, err)
		}
	})
}

func TestAVersionThatWasRolledBackIsForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		put(t, book, "accueil", mondays("08:00", "09:00"))
		changedMind := errors.New("changed my mind")
		var dropped calendar.Version
		err := d.Tx(t.Context(), func(ctx context.Context) (err error) {
			if dropped, err = book.Put(ctx, "accueil", mondays("08:00", "23:00")); err != nil {
				return err
			}
			if v, err := book.Version(ctx, dropped.ID); err != nil || v.Number != 2 {
				t.Errorf("within its transaction: version %d, %v", v.Number, err)
			}
			return changedMind
		})
		if !errors.Is(err, changedMind) {
			t.Fatal(err)
		}
		if _, err := book.Version(t.Context(), dropped.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("the version that was rolled back: %v", err)
		}
		// SQLite gives its identity to this one.
		second := put(t, book, "accueil", mondays("08:00", "10:00"))
		v, err := book.Version(t.Context(), second.ID)
		if err != nil || v.Number != 2 {
			t.Fatalf("version %d, %v", v.Number, err)
		}
		if m, err := v.At(instant(t, "2026-11-16T12:00:00+01:00")); err != nil || m.Open {
			t.Errorf("at noon: %+v, %v", m, err)
		}
	})
}

func TestMoreVersionsThanAreKeptReadyAreStillThere(t *testing.T) {
	d := dbtest.SQLite(t, func() time.Time { return dbtest.Start })
	book := calendar.NewBook(d)
	var ids []calendar.VersionID
	for i := range 70 {
		ids = append(ids, put(t, book, "accueil", mondays("08:00", clock(9*60+i))).ID)
	}
	for i, id := range ids {
		if v, err := book.Version(t.Context(), id); err != nil || v.Number != i+1 {
			t.Fatalf("version %d: %d, %v", i+1, v.Number, err)
		}
	}
}

func TestWhatIsNotInTheBook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		if _, err := book.Current(t.Context(), "accueil"); !errors.Is(err, fault.NotFound) {
			t.Errorf("no such calendar: %v", err)
		}
		if _, err := book.Version(t.Context(), 12345); !errors.Is(err, fault.NotFound) {
			t.Errorf("no such version: %v", err)
		}
		for _, name := range []string{"", " accueil"} {
			if _, err := book.Put(t.Context(), name, mondays("08:00", "09:00")); !errors.Is(err, fault.Invalid) {
				t.Errorf("name %q: %v", name, err)
			}
		}
		_, err := book.Put(t.Context(), "accueil", mondays("09:00", "08:00"))
		if _, ok := errors.AsType[*calendar.SpecError](err); !ok {
			t.Errorf("wrong hours: %v", err)
		}
		if list, err := book.List(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("the book is not empty: %+v, %v", list, err)
		}
	})
}

func put(t *testing.T, book *calendar.Book, name string, s calendar.Spec) calendar.Version {
	t.Helper()
	v, err := book.Put(t.Context(), name, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
