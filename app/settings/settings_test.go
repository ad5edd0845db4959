package settings_test

import (
	"errors"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/settings"
)

type delays struct{ Days int }

func positive(d delays) error {
	if d.Days < 1 {
		return fault.Fields{"days": fault.Say("core.required")}
	}
	return nil
}

func TestASettingIsTheUsualUntilSomebodyChooses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := settings.New(d, "test.delays", delays{5}, positive)
		wants(t, s, 5)
		if err := s.Put(t.Context(), delays{7}); err != nil {
			t.Fatal(err)
		}
		wants(t, s, 7)
		if err := s.Put(t.Context(), delays{0}); !errors.Is(err, fault.Invalid) {
			t.Fatalf("no days: %v", err)
		}
		wants(t, s, 7)
		wants(t, settings.New(d, "test.other", delays{3}, nil), 3)
	})
}

func TestWhatIsNoLongerAllowedFallsBackToTheUsual(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := settings.New(d, "test.delays", delays{}, nil).Put(t.Context(), delays{-1}); err != nil {
			t.Fatal(err)
		}
		wants(t, settings.New(d, "test.delays", delays{5}, positive), 5)
		if err := settings.New(d, "test.delays", "", nil).Put(t.Context(), "five"); err != nil {
			t.Fatal(err)
		}
		wants(t, settings.New(d, "test.delays", delays{5}, positive), 5)
	})
}

func wants(t *testing.T, s *settings.Setting[delays], days int) {
	t.Helper()
	if got, err := s.Get(t.Context()); err != nil || got.Days != days {
		t.Fatalf("%d days, %v; want %d", got.Days, err, days)
	}
}
