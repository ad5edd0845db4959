package calendar_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/sla/calendar"
)

func TestADraftChangesNothingUntilItIsApplied(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		book := calendar.NewBook(d)
		first := put(t, book, "accueil", mondays("08:00", "09:00"))
		draft := drafted(t, book, calendar.Draft{
			Calendar: "accueil", Spec: mondays("08:00", "10:00"), Source: "accueil.json", Author: "superviseur.demo",
		})
		if draft.State != calendar.Ready || draft.Base != first.ID || !draft.CreatedAt.Equal(dbtest.Start) || draft.DecidedAt != nil {
			t.Fatalf("draft %+v", draft)
		}
		if v := current(t, book, "accueil"); v.ID != first.ID {
			t.Fatalf("version %d is in force already", v.Number)
		}

		clock.Advance(time.Hour)
		v, err := book.Apply(t.Context(), draft.ID, "admin.demo")
		if err != nil || v.Number != 2 || current(t, book, "accueil").ID != v.ID {
			t.Fatalf("version %d, %v", v.Number, err)
		}
		if m, err := v.At(instant(t, "2026-11-16T09:30:00+01:00")); err != nil || !m.Open {
			t.Errorf("at 9:30: %+v, %v", m, err)
		}
		got, err := book.Draft(t.Context(), draft.ID)
		if err != nil || got.State != calendar.Applied || got.Version != v.ID || got.Decider != "admin.demo" ||
			got.DecidedAt == nil || !got.DecidedAt.Equal(clock.Now()) {
			t.Errorf("afterwards %+v, %v", got, err)
		}
	})
}

func TestTheHistoryTellsWhereEachVersionCameFrom(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		book := calendar.NewBook(d)
		first := put(t, book, "accueil", mondays("08:00", "09:00"))
		clock.Advance(time.Hour)
		draft := drafted(t, book, calendar.Draft{Calendar: "accueil", Spec: mondays("08:00", "10:00"), Source: "zone-b.ics", Author: "superviseur.demo"})
		second, err := book.Apply(t.Context(), draft.ID, "admin.demo")
		if err != nil {
			t.Fatal(err)
		}
		list, err := book.History(t.Context(), "accueil")
		if err != nil || len(list) != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		now, was := list[0], list[1]
		if now.ID != second.ID || now.Number != 2 || now.Source != "zone-b.ics" || now.Author != "admin.demo" || !now.At.Equal(clock.Now()) {
			t.Errorf("now %+v", now)
		}
		if was.ID != first.ID || was.Number != 1 || was.Source != "" || was.Author != "" || !was.At.Equal(dbtest.Start) {
			t.Errorf("was %+v", was)
		}
		if now.Spec.Weekly["mon"][0] != (calendar.Interval{"08:00", "10:00"}) || was.Spec.Weekly["mon"][0] != (calendar.Interval{"08:00", "09:00"}) {
			t.Errorf("definitions %+v, %+v", now.Spec, was.Spec)
		}
		if s, err := book.Spec(t.Context(), first.ID); err != nil || s.Weekly["mon"][0] != was.Spec.Weekly["mon"][0] {
			t.Errorf("the definition of the first: %+v, %v", s, err)
		}
	})
}

func TestADraftOfWhatIsNoLongerInForceIsNotApplied(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		put(t, book, "accueil", mondays("08:00", "09:00"))
		stale := drafted(t, book, calendar.Draft{Calendar: "accueil", Spec: mondays("08:00", "10:00")})
		unmade := drafted(t, book, calendar.Draft{Calendar: "garage", Spec: mondays("08:00", "10:00")})
		between := put(t, book, "accueil", mondays("08:00", "11:00"))
		put(t, book, "garage", mondays("08:00", "11:00"))
		for _, draft := range []calendar.Draft{stale, unmade} {
			if _, err := book.Apply(t.Context(), draft.ID, "admin.demo"); !errors.Is(err, fault.Conflict) {
				t.Errorf("%s: %v, want a conflict", draft.Calendar, err)
			}
			if got, err := book.Draft(t.Context(), draft.ID); err != nil || got.State != calendar.Ready || got.DecidedAt != nil {
				t.Errorf("%s: afterwards %+v, %v", draft.Calendar, got, err)
			}
		}
		if v := current(t, book, "accueil"); v.ID != between.ID {
			t.Errorf("version %d is in force", v.Number)
		}
	})
}

func TestADraftIsOfTheVersionThatItWasDrawnFrom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		first, other := put(t, book, "accueil", mondays("08:00", "09:00")), put(t, book, "garage", mondays("08:00", "09:00"))
		put(t, book, "accueil", mondays("08:00", "10:00"))
		late := drafted(t, book, calendar.Draft{Calendar: "accueil", Base: first.ID, Spec: mondays("08:00", "11:00")})
		if late.Base != first.ID {
			t.Errorf("it is one of version %d", late.Base)
		}
		if _, err := book.Apply(t.Context(), late.ID, "ann"); !errors.Is(err, fault.Conflict) {
			t.Errorf("applied over what came between: %v", err)
		}
		for name, base := range map[string]calendar.VersionID{"of another calendar": other.ID, "of none": 4711} {
			if _, err := book.NewDraft(t.Context(), calendar.Draft{Calendar: "accueil", Base: base, Spec: mondays("08:00", "11:00")}); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestADraftOfANewCalendarMakesIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		book.Listen(func(context.Context, calendar.Version, calendar.Version) error {
			return errors.New("somebody heard of a first version")
		})
		draft := drafted(t, book, calendar.Draft{Calendar: "garage", Spec: mondays("08:00", "09:00")})
		if draft.Base != 0 {
			t.Errorf("drawn from version %d", draft.Base)
		}
		if v, err := book.Apply(t.Context(), draft.ID, "admin.demo"); err != nil || v.Number != 1 || v.Name != "garage" {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestADoubleClickAppliesOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		put(t, book, "accueil", mondays("08:00", "09:00"))
		var heard atomic.Int32
		book.Listen(func(_ context.Context, was, is calendar.Version) error {
			if was.Number != 1 || is.Number != 2 {
				t.Errorf("heard of %d after %d", is.Number, was.Number)
			}
			heard.Add(1)
			return nil
		})
		draft := drafted(t, book, calendar.Draft{Calendar: "accueil", Spec: mondays("08:00", "10:00")})
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if v, err := book.Apply(t.Context(), draft.ID, "admin.demo"); err != nil || v.Number != 2 {
					t.Errorf("version %d, %v", v.Number, err)
				}
			})
		}
		all.Wait()
		put(t, calendar.NewBook(d), "accueil", mondays("08:00", "11:00"))
		if v, err := book.Apply(t.Context(), draft.ID, "admin.demo"); err != nil || v.Number != 2 {
			t.Errorf("long after: version %d, %v", v.Number, err)
		}
		if heard.Load() != 1 {
			t.Errorf("heard %d times", heard.Load())
		}
	})
}

func TestOfTwoDraftsAtOnceOneIsApplied(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		put(t, book, "accueil", mondays("08:00", "09:00"))
		var drafts []calendar.Draft
		for _, end := range []string{"10:00", "11:00", "12:00"} {
			drafts = append(drafts, drafted(t, book, calendar.Draft{Calendar: "accueil", Spec: mondays("08:00", end)}))
		}
		var applied, refused atomic.Int32
		var all sync.WaitGroup
		for _, draft := range drafts {
			all.Go(func() {
				switch _, err := book.Apply(t.Context(), draft.ID, "admin.demo"); {
				case err == nil:
					applied.Add(1)
				case errors.Is(err, fault.Conflict):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if applied.Load() != 1 || refused.Load() != 2 || current(t, book, "accueil").Number != 2 {
			t.Errorf("%d applied, %d refused", applied.Load(), refused.Load())
		}
	})
}

func TestAListenerThatFailsUndoesAllOfIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		first := put(t, book, "accueil", mondays("08:00", "09:00"))
		broken := errors.New("no promise can be kept")
		fails := true
		book.Listen(func(context.Context, calendar.Version, calendar.Version) error {
			if fails {
				return broken
			}
			return nil
		})
		draft := drafted(t, book, calendar.Draft{Calendar: "accueil", Spec: mondays("08:00", "10:00")})
		if _, err := book.Apply(t.Context(), draft.ID, "admin.demo"); !errors.Is(err, broken) {
			t.Fatalf("applied: %v", err)
		}
		if v := current(t, book, "accueil"); v.ID != first.ID {
			t.Errorf("version %d is in force", v.Number)
		}
		if list, err := book.History(t.Context(), "accueil"); err != nil || len(list) != 1 {
			t.Errorf("history %+v, %v", list, err)
		}
		if got, err := book.Draft(t.Context(), draft.ID); err != nil || got.State != calendar.Ready || got.Version != 0 || got.Decider != "" {
			t.Errorf("draft %+v, %v", got, err)
		}
		fails = false
		if v, err := book.Apply(t.Context(), draft.ID, "admin.demo"); err != nil || v.Number != 2 {
			t.Errorf("once it is mended: version %d, %v", v.Number, err)
		}
	})
}

func TestADraftThatIsAlreadyInForceMakesNoVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		first := put(t, book, "accueil", mondays("08:00", "09:00"))
		draft := drafted(t, book, calendar.Draft{Calendar: "accueil", Spec: mondays("08:00", "09:00")})
		if v, err := book.Apply(t.Context(), draft.ID, "admin.demo"); err != nil || v.ID != first.ID {
			t.Errorf("version %d, %v", v.Number, err)
		}
		if got, err := book.Draft(t.Context(), draft.ID); err != nil || got.State != calendar.Applied || got.Version != first.ID {
			t.Errorf("draft %+v, %v", got, err)
		}
	})
}

func TestADraftIsFilledWhenItsDefinitionArrives(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		put(t, book, "accueil", mondays("08:00", "09:00"))
		draft := drafted(t, book, calendar.Draft{Calendar: "accueil", Source: "https://calendrier.academie.test/b.ics"})
		if draft.State != calendar.Fetching {
			t.Fatalf("without a definition: %s", draft.State)
		}
		if _, err := book.Apply(t.Context(), draft.ID, "admin.demo"); !errors.Is(err, fault.Conflict) {
			t.Errorf("applied on its way: %v", err)
		}
		err := book.FillDraft(t.Context(), draft.ID, mondays("10:00", "08:00"))
		if _, wrong := errors.AsType[*calendar.SpecError](err); !wrong {
			t.Errorf("filled with nonsense: %v", err)
		}
		if err := book.FillDraft(t.Context(), draft.ID, mondays("08:00", "10:00")); err != nil {
			t.Fatal(err)
		}
		if err := book.FillDraft(t.Context(), draft.ID, mondays("08:00", "11:00")); !errors.Is(err, fault.Conflict) {
			t.Errorf("filled twice: %v", err)
		}
		got, err := book.Draft(t.Context(), draft.ID)
		if err != nil || got.State != calendar.Ready || got.Spec.Weekly["mon"][0] != (calendar.Interval{"08:00", "10:00"}) {
			t.Errorf("%+v, %v", got, err)
		}
		if v, err := book.Apply(t.Context(), draft.ID, "admin.demo"); err != nil || v.Number != 2 {
			t.Errorf("version %d, %v", v.Number, err)
		}
	})
}

func TestARefusedDraftStaysReadableWithItsReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		draft := drafted(t, book, calendar.Draft{Calendar: "accueil", State: calendar.Fetching, Source: "b.ics", Author: "superviseur.demo"})
		if err := book.RefuseDraft(t.Context(), draft.ID, "line 7: DTEND is before DTSTART"); err != nil {
			t.Fatal(err)
		}
		for what, try := range map[string]func() error{
			"apply":   func() error { _, err := book.Apply(t.Context(), draft.ID, "admin.demo"); return err },
			"fill":    func() error { return book.FillDraft(t.Context(), draft.ID, mondays("08:00", "09:00")) },
			"refuse":  func() error { return book.RefuseDraft(t.Context(), draft.ID, "another reason") },
			"discard": func() error { return book.Discard(t.Context(), draft.ID, "admin.demo") },
		} {
			if err := try(); !errors.Is(err, fault.Conflict) {
				t.Errorf("%s: %v, want a conflict", what, err)
			}
		}
		got, err := book.Draft(t.Context(), draft.ID)
		if err != nil || got.State != calendar.Refused || got.Reason != "line 7: DTEND is before DTSTART" ||
			got.Source != "b.ics" || got.Author != "superviseur.demo" || got.DecidedAt == nil {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := book.Current(t.Context(), "accueil"); !errors.Is(err, fault.NotFound) {
			t.Errorf("the calendar: %v", err)
		}
	})
}

func TestADiscardedDraftIsNeverApplied(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		draft := drafted(t, book, calendar.Draft{Calendar: "accueil", Spec: mondays("08:00", "09:00")})
		for range 2 {
			if err := book.Discard(t.Context(), draft.ID, "superviseur.demo"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := book.Apply(t.Context(), draft.ID, "admin.demo"); !errors.Is(err, fault.Conflict) {
			t.Errorf("applied: %v", err)
		}
		if got, err := book.Draft(t.Context(), draft.ID); err != nil || got.State != calendar.Discarded || got.Decider != "superviseur.demo" {
			t.Errorf("%+v, %v", got, err)
		}
		applied := drafted(t, book, calendar.Draft{Calendar: "accueil", Spec: mondays("08:00", "09:00")})
		if _, err := book.Apply(t.Context(), applied.ID, "admin.demo"); err != nil {
			t.Fatal(err)
		}
		if err := book.Discard(t.Context(), applied.ID, "admin.demo"); !errors.Is(err, fault.Conflict) {
			t.Errorf("what is in force was discarded: %v", err)
		}
	})
}

func TestDraftsAreListedNewestFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		for _, name := range []string{"accueil", "garage", "accueil", "accueil"} {
			drafted(t, book, calendar.Draft{Calendar: name, Spec: mondays("08:00", "09:00")})
		}
		for _, tc := range []struct {
			name        string
			limit, want int
		}{{"accueil", 10, 3}, {"accueil", 2, 2}, {"garage", 10, 1}, {"", 10, 4}, {"nulle-part", 10, 0}} {
			list, err := book.Drafts(t.Context(), tc.name, tc.limit)
			if err != nil || len(list) != tc.want {
				t.Fatalf("%q: %d, %v, want %d", tc.name, len(list), err, tc.want)
			}
			for i := 1; i < len(list); i++ {
				if list[i-1].ID <= list[i].ID {
					t.Errorf("%q: %d before %d", tc.name, list[i-1].ID, list[i].ID)
				}
			}
		}
	})
}

func TestDraftsThatCannotBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		for _, draft := range []calendar.Draft{
			{Calendar: "", Spec: mondays("08:00", "09:00")},
			{Calendar: "accueil", Spec: mondays("09:00", "08:00")},
			{Calendar: "accueil", State: calendar.Ready},
		} {
			if _, err := book.NewDraft(t.Context(), draft); !errors.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", draft, err)
			}
		}
		if list, err := book.Drafts(t.Context(), "", 10); err != nil || len(list) != 0 {
			t.Errorf("left behind: %+v, %v", list, err)
		}
		for what, try := range map[string]func() error{
			"draft":   func() error { _, err := book.Draft(t.Context(), 12345); return err },
			"apply":   func() error { _, err := book.Apply(t.Context(), 12345, ""); return err },
			"fill":    func() error { return book.FillDraft(t.Context(), 12345, mondays("08:00", "09:00")) },
			"refuse":  func() error { return book.RefuseDraft(t.Context(), 12345, "") },
			"discard": func() error { return book.Discard(t.Context(), 12345, "") },
			"history": func() error { _, err := book.History(t.Context(), "accueil"); return err },
			"spec":    func() error { _, err := book.Spec(t.Context(), 12345); return err },
		} {
			if err := try(); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: %v, want not found", what, err)
			}
		}
	})
}

func drafted(t *testing.T, book *calendar.Book, d calendar.Draft) calendar.Draft {
	t.Helper()
	made, err := book.NewDraft(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func current(t *testing.T, book *calendar.Book, name string) calendar.Version {
	t.Helper()
	v, err := book.Current(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
