package calendar_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/sla/calendar"
)

func TestANewCalendarBearsANameThatCanStandInAnAddress(t *testing.T) {
	long := strings.Repeat("x", calendar.MaxName)
	for name, key := range map[string]string{
		"accueil": "", "on-call-2": "", "7": "", long: "",
		"": "bad_name", " accueil": "bad_name", "Accueil": "bad_name", "fermé": "bad_name", "a--b": "bad_name", "-a": "bad_name", "a-": "bad_name",
		"a/b": "bad_name", "a\n": "bad_name", long + "x": "bad_name",
		"drafts": "taken", "new": "taken", "places": "taken", "none": "taken",
	} {
		err := calendar.CheckName(name)
		fields, _ := errors.AsType[fault.Fields](err)
		if (err == nil) != (key == "") || key != "" && fields["name"].Key != "calendarpage.new."+key {
			t.Errorf("%q: %v, want %q", name, err, key)
		}
	}
}

func TestOnlyNewCalendarsAreRefusedForTheirName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		for _, name := range []string{"Fermé", "new"} {
			_, put := book.Put(t.Context(), name, mondays("08:00", "09:00"))
			_, drafted := book.NewDraft(t.Context(), calendar.Draft{Calendar: name, Spec: mondays("08:00", "09:00")})
			_, fetching := book.NewDraft(t.Context(), calendar.Draft{Calendar: name, State: calendar.Fetching})
			for _, err := range []error{put, drafted, fetching} {
				if _, ok := errors.AsType[fault.Fields](err); !ok {
					t.Errorf("%q: %v", name, err)
				}
			}
		}
		old := put(t, book, "ferme", mondays("08:00", "09:00"))
		// As earlier versions of the program allowed.
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			return d.Gorm(ctx).Exec("UPDATE calendars SET name = 'Fermé' WHERE name = 'ferme'").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if v, err := book.Current(t.Context(), "Fermé"); err != nil || v.ID != old.ID {
			t.Errorf("version %d, %v", v.ID, err)
		}
		if v := put(t, book, "Fermé", mondays("08:00", "10:00")); v.Number != 2 {
			t.Errorf("version %d", v.Number)
		}
		if draft := drafted(t, book, calendar.Draft{Calendar: "Fermé", Spec: mondays("08:00", "11:00")}); draft.Base == 0 {
			t.Errorf("%+v", draft)
		}
	})
}
