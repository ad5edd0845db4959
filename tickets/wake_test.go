package tickets_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

func TestAReminderComesWhenTheOfficeIsOpen(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		for name, c := range map[string]struct{ asked, want string }{
			"while it is open":            {"2026-11-19T09:00:00+01:00", "2026-11-19T09:00:00+01:00"},
			"at night":                    {"2026-11-19T22:00:00+01:00", "2026-11-20T08:00:00+01:00"},
			"before it opens":             {"2026-11-19T06:30:00+01:00", "2026-11-19T08:00:00+01:00"},
			"on a Sunday":                 {"2026-11-22T09:00:00+01:00", "2026-11-23T08:00:00+01:00"},
			"on Christmas":                {"2026-12-25T09:00:00+01:00", "2026-12-28T09:00:00+01:00"},
			"on a day of 2027":            {"2027-11-10T03:00:00+01:00", "2027-11-10T08:00:00+01:00"},
			"at Easter, clocks being set": {"2027-03-28T09:00:00+02:00", "2027-03-30T08:00:00+02:00"},
			"after the summer, guessing":  {"2027-09-15T23:00:00+02:00", "2027-09-16T08:00:00+02:00"},
		} {
			when, err := t.desk.WakeMe(t.as("alice"), ticket.ID, t.instant(c.asked), "")
			t.ok(err)
			if !when.Equal(t.instant(c.want)) {
				t.Errorf("%s: asked for %s, is %s, want %s", name, c.asked, when, c.want)
			}
		}
	})
}

// reminders are the reminders of a ticket, as the desk reads them.
func (t *deskTest) reminders(id tickets.ID) []tickets.Wake {
	t.Helper()
	l, err := t.desk.Look(t.as("alice"), id)
	t.ok(err)
	return l.Wakes
}

func TestWhoeverAskedIsRemindedOnceByALetter(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.WakeMe(t.as("alice"), ticket.ID, t.instant("2026-11-19T09:00:00+01:00"), "Rappeler l'éditeur")
		t.ok(err)
		_, err = t.desk.WakeMe(t.as("bruno"), ticket.ID, t.instant("2026-11-20T09:00:00+01:00"), "")
		t.ok(err)
		t.at("2026-11-19T08:59:00+01:00")
		t.wrote(ticket.ID, "opened to claire@academie.test")
		t.at("2026-11-19T09:00:30+01:00")
		t.at("2026-11-19T09:02:00+01:00")
		t.wrote(ticket.ID, "opened to claire@academie.test", "woken to alice@academie.test")
		wakes := t.reminders(ticket.ID)
		woken := slices.IndexFunc(wakes, func(w tickets.Wake) bool { return w.Person == t.ids["alice"] && w.WokenAt != nil })
		if len(wakes) != 2 || woken < 0 || wakes[woken].Words != "Rappeler l'éditeur" {
			t.Errorf("reminders %+v", wakes)
		}
		if now := t.now(ticket.ID); now.Version != ticket.Version {
			t.Errorf("version %d, was %d", now.Version, ticket.Version)
		}
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasWoken)
		if got := t.history(t.as("claire"), ticket.ID); !slices.Equal(got, []tickets.What{tickets.WasOpened}) {
			t.Errorf("the requester reads of %v", got)
		}
	})
}

func TestALaterWishTakesThePlaceOfTheOneBefore(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, alice := t.opens(t.as("claire")), t.as("alice")
		for _, at := range []string{"2026-11-19T09:00:00+01:00", "2026-11-20T10:00:00+01:00"} {
			_, err := t.desk.WakeMe(alice, ticket.ID, t.instant(at), "")
			t.ok(err)
		}
		t.at("2026-11-19T12:00:00+01:00")
		t.wrote(ticket.ID, "opened to claire@academie.test")
		_, err := t.desk.WakeMe(alice, ticket.ID, time.Time{}, "")
		t.ok(err)
		t.at("2026-11-20T12:00:00+01:00")
		t.wrote(ticket.ID, "opened to claire@academie.test")
		if wakes := t.reminders(ticket.ID); len(wakes) != 0 {
			t.Errorf("reminders %+v", wakes)
		}
	})
}

func TestWhoWorksHereNoMoreIsNotReminded(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.WakeMe(t.as("bruno"), ticket.ID, t.instant("2026-11-19T09:00:00+01:00"), "")
		t.ok(err)
		t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
			return t.db.Gorm(ctx).Exec("UPDATE persons SET role = ? WHERE id = ?", people.Requester, t.ids["bruno"]).Error
		}))
		t.at("2026-11-19T09:01:00+01:00")
		t.wrote(ticket.ID, "opened to claire@academie.test")
	})
}

func TestAReminderThatCannotComeIsRefused(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, alice := t.opens(t.as("claire")), t.as("alice")
		_, err := t.desk.WakeMe(alice, ticket.ID, t.instant("2026-11-18T08:00:00+01:00"), strings.Repeat("x", 201))
		t.refusesFields(err, "at", "words")
		_, err = t.desk.WakeMe(alice, ticket.ID, t.instant("2028-11-18T08:00:00+01:00"), "")
		t.refusesFields(err, "at")
		_, err = t.desk.WakeMe(t.as("claire"), ticket.ID, t.instant("2026-11-19T09:00:00+01:00"), "")
		t.refuses(err, fault.Denied)
		_, err = t.desk.WakeMe(t.as("jean"), ticket.ID, t.instant("2026-11-19T09:00:00+01:00"), "")
		t.refuses(err, fault.NotFound)
	})
}
