package sla_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/mail"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// known puts a version of AMIGO's calendar in force that ends on a day.
func (w *world) known(until string) {
	w.t.Helper()
	spec, err := calendar.Named(calendar.Normandie)
	must(w.t, err)
	spec.KnownUntil = until
	_, err = w.book.Put(w.t.Context(), calendar.Normandie, spec)
	must(w.t, err)
}

// asked lists the letters that ask for the hours to come, oldest first.
func (w *world) asked() []mail.Letter {
	w.t.Helper()
	all, err := w.outbox.Latest(w.t.Context(), 0, 1000)
	must(w.t, err)
	all = slices.DeleteFunc(all, func(l mail.Letter) bool { return l.Kind != "horizon" })
	slices.Reverse(all)
	return all
}

func TestSupervisorsAreAskedForTheHoursToComeOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.known("2027-01-17") // sixty days from Wednesday 18 November; the office is open on Monday
		w.walk("2026-11-18 12:15", time.Hour)
		if got := w.asked(); len(got) != 0 {
			t.Fatalf("sixty days before: %d letters", len(got))
		}
		w.walk("2026-11-19 07:45", time.Hour) // the sixtieth day is Monday, but nobody is there
		if got := w.asked(); len(got) != 0 {
			t.Fatalf("before the opening: %d letters", len(got))
		}
		w.walk("2026-11-20 12:00", time.Hour)
		got := w.asked()
		if len(got) != 1 || got[0].Address != "sam@academie.test" {
			t.Fatalf("asked %+v", got)
		}
		for _, part := range []string{"normandie", "dimanche 17\u00a0janvier\u00a02027", "https://amigo.test/admin/calendars"} {
			if !strings.Contains(strings.ReplaceAll(got[0].Text, "\n", " "), part) {
				t.Errorf("%q is not said in\n%s", part, got[0].Text)
			}
		}
		short, err := w.engine.Horizon(t.Context())
		must(t, err)
		if len(short) != 1 || short[0].Calendar != calendar.Normandie || short[0].Until.String() != "2027-01-17" || short[0].Promises != 0 {
			t.Errorf("the horizon is %+v", short)
		}
		w.known("2027-01-18") // a day more is another question
		w.walk("2026-11-23 12:00", time.Hour)
		if got := w.asked(); len(got) != 2 {
			t.Errorf("%d letters after a day was added", len(got))
		}
		w.known("2027-07-02")
		short, err = w.engine.Horizon(t.Context())
		must(t, err)
		if len(short) != 0 {
			t.Errorf("still short: %+v", short)
		}
	})
}

func TestAProvisionalPromiseIsSaidWithTheHorizon(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.known("2026-11-18")
		w.open(tickets.Normal) // 18 h from Wednesday morning lie beyond Wednesday
		short, err := w.engine.Horizon(t.Context())
		must(t, err)
		if len(short) != 1 || short[0].Promises != 1 {
			t.Fatalf("the horizon is %+v", short)
		}
		w.pass("2026-11-18 10:15")
		if got := w.asked(); len(got) != 1 || !strings.Contains(got[0].Text, "1 échéance en cours") && !strings.Contains(got[0].Text, "1\u00a0échéance en cours") {
			t.Errorf("asked %+v", got)
		}
	})
}
