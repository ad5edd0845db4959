package tickets_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"amigo/app/fault"
	"amigo/sla/calendar"
	"amigo/tickets"
)

func TestHowPeopleWriteHowLongSomethingTook(t *testing.T) {
	for text, want := range map[string]int{
		"90": 90, "45 min": 45, "45min": 45, "45 mn": 45, "1h": 60, "1 h": 60, "1h30": 90, "1 h 30": 90, "1\u00a0h\u00a030": 90, "1:30": 90,
		"1,5 h": 90, "0,25h": 15, "1.5 hours": 90, "2 heures": 120, "1 heure 15 min": 75, "24 h": 1440, "1440": 1440, " 5 ": 5, "1 H 05": 65,
		"": 0, "0": 0, "0 h": 0, "abc": 0, "1 h 75": 0, "25 h": 0, "1441": 0, "-5": 0, "1 h 30 h": 0, "1,5": 0, "99999999": 0, "h": 0,
	} {
		got, ok := tickets.ParseMinutes(text)
		if want != 0 && (got != want || !ok) || want == 0 && ok {
			t.Errorf("%q is %d, %v; want %d", text, got, ok, want)
		}
	}
}

// efforts are what was noted of time on a ticket: "minutes on day: words".
func (t *deskTest) efforts(id tickets.ID) (all []string) {
	t.Helper()
	l, err := t.desk.Look(t.as("alice"), id)
	t.ok(err)
	for _, e := range l.Efforts {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%d on %s %s", e.Minutes, e.Day, e.Words)))
	}
	return all
}

func TestTimeSpentIsNotedAndCorrectedByWhoeverSpentIt(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.ok(t.desk.Spend(t.as("alice"), ticket.ID, tickets.Effort{Minutes: 90, Words: "  Sur  place "}))
		t.ok(t.desk.Spend(t.as("bruno"), ticket.ID, tickets.Effort{Minutes: 15, Day: calendar.DayOn(2026, 11, 17)}))
		if got, want := t.efforts(ticket.ID), []string{"90 on 2026-11-18 Sur place", "15 on 2026-11-17"}; !slices.Equal(got, want) {
			t.Fatalf("noted %q, want %q", got, want)
		}
		l, err := t.desk.Look(t.as("alice"), ticket.ID)
		t.ok(err)
		mine := l.Efforts[slices.IndexFunc(l.Efforts, func(e tickets.Effort) bool { return e.Person == t.ids["alice"] })]
		mine.Minutes = 60
		t.refuses(t.desk.Spend(t.as("bruno"), ticket.ID, mine), fault.NotFound)
		t.refuses(t.desk.Unspend(t.as("bruno"), ticket.ID, mine.ID), fault.NotFound)
		other := t.opens(t.as("claire"))
		t.refuses(t.desk.Unspend(t.as("alice"), other.ID, mine.ID), fault.NotFound)
		t.ok(t.desk.Spend(t.as("alice"), ticket.ID, mine))
		t.ok(t.desk.Unspend(t.as("alice"), ticket.ID, mine.ID))
		if got, want := t.efforts(ticket.ID), []string{"15 on 2026-11-17"}; !slices.Equal(got, want) {
			t.Errorf("noted %q, want %q", got, want)
		}
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasSpent, tickets.WasSpent, tickets.WasSpent, tickets.WasSpent)
		t.refuses(t.desk.Spend(t.as("claire"), ticket.ID, tickets.Effort{Minutes: 5}), fault.Denied)
		t.refuses(t.desk.Spend(t.as("jean"), ticket.ID, tickets.Effort{Minutes: 5}), fault.NotFound)
	})
}

func TestTimeThatCannotHaveBeenSpentIsRefused(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		tomorrow := calendar.DayOn(2026, 11, 19)
		t.refusesFields(t.desk.Spend(t.as("alice"), ticket.ID, tickets.Effort{Minutes: 0, Day: tomorrow, Words: strings.Repeat("x", 201)}), "minutes", "day", "words")
		t.refusesFields(t.desk.Spend(t.as("alice"), ticket.ID, tickets.Effort{Minutes: 1441}), "minutes")
		if got := t.efforts(ticket.ID); got != nil {
			t.Errorf("noted %q all the same", got)
		}
	})
}
