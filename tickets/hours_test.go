package tickets_test

import (
	"context"
	"strings"
	"testing"

	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// acknowledged is what the acknowledgement of a new ticket says, on one line,
// its no-break spaces plain.
func (t *deskTest) acknowledged(ctx context.Context) string {
	t.Helper()
	return strings.ReplaceAll(t.lastLetter(t.opens(ctx).ID), "\u00a0", " ")
}

func TestAnAcknowledgementSaysWhenTheServiceReopensAndNothingOfItWhileItIsOpen(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		for _, c := range []struct{ name, at, reopens string }{
			{"in the morning", "2026-11-18T09:00:00+01:00", ""},
			{"on a Wednesday afternoon", "2026-11-18T13:00:00+01:00", "jeudi 19 novembre à 8 h"},
			{"in the night", "2026-11-20T03:00:00+01:00", "vendredi 20 novembre à 8 h"},
			{"at the weekend", "2026-11-21T10:00:00+01:00", "lundi 23 novembre à 8 h"},
			{"at the moment of opening", "2026-11-23T08:00:00+01:00", ""},
			{"at Christmas", "2026-12-24T18:00:00+01:00", "lundi 28 décembre à 9 h"},
			{"at lunch, in the holidays", "2026-12-28T12:45:00+01:00", "lundi 28 décembre à 13 h 30"},
			{"in the holidays, at work", "2026-12-29T10:00:00+01:00", ""},
			{"on New Year's Eve", "2026-12-31T20:00:00+01:00", "lundi 4 janvier 2027 à 8 h"},
			{"on a public holiday", "2027-05-17T10:00:00+02:00", "mardi 18 mai à 8 h"},
		} {
			t.at(c.at)
			letter := t.acknowledged(t.as("claire"))
			want := "Le service est fermé ; il rouvre " + c.reopens + "."
			if said := strings.Contains(letter, "Le service est fermé"); said != (c.reopens != "") || said && !strings.Contains(letter, want) {
				t.Errorf("%s: want %q in\n%s", c.name, c.reopens, letter)
			}
		}
	})
}

func TestAnAcknowledgementFromOutsideTheHoursNamesTheNumberOfTheEstablishmentInTheReadersLanguage(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.at("2026-11-21T10:00:00+01:00") // Saturday
		for who, words := range map[string][]string{
			"claire": {"Le service est fermé ; il rouvre lundi 23 novembre à 8 h.", "appelez le 09 70 80 97 97.", "AMIGO #"},
			"jean":   {"The service is closed; it reopens on Monday 23 November at 8 am.", "call 0806 000 488 or 0810 14 50 61.", "AMIGO #"},
		} {
			letter := t.acknowledged(t.by(who, people.Mail))
			for _, want := range words {
				if !strings.Contains(letter, want) {
					t.Errorf("%s does not read %q:\n%s", who, want, letter)
				}
			}
		}
	})
}

func TestAnAcknowledgementGoesByTheHoursOfWhoeverServesTheTicket(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		onCall, err := calendar.New(calendar.Spec{TZ: "Europe/Paris", Weekly: calendar.Weekly{"sat": {{"08:00", "12:00"}}, "sun": {{"09:00", "12:00"}}}})
		t.ok(err)
		t.desk.Listen(func(ctx context.Context, h tickets.Happening) error {
			return t.desk.PromiseMany(ctx, []tickets.Promise{{Ticket: h.After.ID, Hours: onCall}})
		})
		for at, want := range map[string]string{
			"2026-11-21T10:00:00+01:00": "",                         // Saturday, on call
			"2026-11-21T13:00:00+01:00": "dimanche 22 novembre à 9", // Saturday, over
		} {
			t.at(at)
			letter := t.acknowledged(t.as("claire"))
			if !strings.Contains(letter, want) || strings.Contains(letter, "fermé") != (want != "") {
				t.Errorf("at %s the letter lacks %q:\n%s", at, want, letter)
			}
		}
	})
}
