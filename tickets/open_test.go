package tickets_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/live"
	"amigo/app/people"
	"amigo/tickets"
)

func TestOpeningFilesATicketWhereItBelongs(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, err := t.desk.Open(t.as("claire"), tickets.Open{Subject: "  Plus\r\nd'imprimante ", Body: "Bonjour,\r\nplus rien.\x00 "})
		t.ok(err)
		want := tickets.Ticket{
			ID: 10001, Type: tickets.Incident, Subject: "Plus d'imprimante", Status: tickets.Fresh, Priority: tickets.Normal,
			Channel: people.Web, Lane: 0, Team: t.team("assistance-caen"), Requester: t.ids["claire"], ReportedBy: t.ids["claire"],
			Establishment: "0140013N", Site: "caen", CreatedAt: dbtest.Start, UpdatedAt: dbtest.Start, Version: 1,
			UnheardSince: &dbtest.Start,
		}
		if !reflect.DeepEqual(ticket, want) {
			t.Errorf("opened\n%+v, want\n%+v", ticket, want)
		}
		if got := t.now(ticket.ID); !reflect.DeepEqual(got, want) {
			t.Errorf("kept\n%+v, want\n%+v", got, want)
		}
		messages, err := t.desk.Messages(t.as("claire"), ticket.ID)
		t.ok(err)
		if len(messages) != 1 || messages[0].Body != "Bonjour,\nplus rien." || messages[0].Internal || messages[0].Author != t.ids["claire"] {
			t.Errorf("said %+v", messages)
		}
		t.happened(ticket.ID, tickets.WasOpened)
		t.wrote(ticket.ID, "opened to claire@academie.test")
	})
}

func TestTheServiceAndTheSiteChooseTheTeam(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		for _, c := range []struct {
			who, service, category, team string
		}{
			{"claire", "vpn", "reseau", "reseau"},
			{"claire", "messagerie", "messagerie", "assistance-caen"},
			{"jean", "messagerie", "messagerie", "assistance-rouen"},
			{"jean", "i-prof", "rh", "applications"},
			{"jean", "pronote", "pedagogie", "numerique-educatif"},
			{"paul", "", "", "assistance-caen"}, // no establishment, but a site
			{"sophie", "", "", "assistance"},
		} {
			ticket, err := t.desk.Open(t.as(c.who), tickets.Open{Subject: "x", Body: "y", Service: c.service})
			t.ok(err)
			if ticket.Team != t.team(c.team) || ticket.Category != c.category {
				t.Errorf("%s about %q: team %d, category %q; want %s, %s", c.who, c.service, ticket.Team, ticket.Category, c.team, c.category)
			}
		}
	})
}

func TestMailAndPhoneComeSecondAtEqualUrgency(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		for channel, lane := range map[people.Channel]int{people.Web: 0, people.API: 0, people.PublicForm: 0, people.Mail: 1, people.Phone: 1} {
			ticket := t.opens(t.by("claire", channel))
			if ticket.Lane != lane || ticket.Channel != channel {
				t.Errorf("%s: lane %d, channel %s", channel, ticket.Lane, ticket.Channel)
			}
		}
	})
}

func TestAMailHappenedWhenItWasAccepted(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		yesterday := dbtest.Start.Add(-26 * time.Hour)
		ctx := t.by("claire", people.Mail)
		ticket, err := t.desk.Open(ctx, tickets.Open{Subject: "x", ReceivedAt: yesterday})
		t.ok(err)
		if !ticket.CreatedAt.Equal(yesterday) || !ticket.UpdatedAt.Equal(dbtest.Start) {
			t.Errorf("created %v, updated %v", ticket.CreatedAt, ticket.UpdatedAt)
		}
		ahead, err := t.desk.Open(ctx, tickets.Open{Subject: "x", Body: "y", ReceivedAt: dbtest.Start.Add(time.Hour)})
		t.ok(err)
		if !ahead.CreatedAt.Equal(dbtest.Start) {
			t.Errorf("a clock that is ahead was believed: %v", ahead.CreatedAt)
		}
		m, err := t.desk.Reply(ctx, ticket.ID, tickets.Reply{Body: "encore", ReceivedAt: yesterday.Add(time.Hour)})
		t.ok(err)
		if !m.CreatedAt.Equal(yesterday.Add(time.Hour)) {
			t.Errorf("said at %v", m.CreatedAt)
		}
	})
}

func TestWhatIsWrongWithANewTicketIsSaidByField(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		for name, c := range map[string]struct {
			who     string
			open    tickets.Open
			refused []string
		}{
			"nothing at all":                     {"claire", tickets.Open{}, []string{"subject", "body"}},
			"blanks":                             {"claire", tickets.Open{Subject: " \n ", Body: "\t"}, []string{"subject", "body"}},
			"a subject that is too long":         {"claire", tickets.Open{Subject: strings.Repeat("é", 201), Body: "x"}, []string{"subject"}},
			"a text that is too long":            {"claire", tickets.Open{Subject: "x", Body: strings.Repeat("é", tickets.MaxBody+1)}, []string{"body"}},
			"values that do not exist":           {"claire", tickets.Open{Subject: "x", Body: "x", Type: "wish", Priority: "now", Service: "fax", Channel: "fax"}, []string{"type", "priority", "service", "channel"}},
			"the priority that is staff's":       {"claire", tickets.Open{Subject: "x", Body: "x", Priority: tickets.Urgent}, []string{"priority"}},
			"somebody else's establishment":      {"claire", tickets.Open{Subject: "x", Body: "x", Establishment: "0760001A"}, []string{"establishment"}},
			"an establishment that is not there": {"alice", tickets.Open{Subject: "x", Body: "x", Establishment: "9999999Z"}, []string{"establishment"}},
			"a requester who is not there":       {"alice", tickets.Open{Subject: "x", Body: "x", Requester: 9999}, []string{"requester"}},
			"AMIGO as the requester":             {"alice", tickets.Open{Subject: "x", Body: "x", Requester: people.SystemID}, []string{"requester"}},
			"a team that is not there":           {"alice", tickets.Open{Subject: "x", Body: "x", Team: 9999}, []string{"team"}},
			"a file that is not there":           {"claire", tickets.Open{Subject: "x", Body: "x", Attachments: []tickets.AttachmentID{9999}}, []string{"files"}},
			"a category that is too long":        {"claire", tickets.Open{Subject: "x", Body: "x", Category: strings.Repeat("c", 61)}, []string{"category"}},
		} {
			_, err := t.desk.Open(t.as(c.who), c.open)
			t.refusesFields(err, c.refused...)
			if t.Failed() {
				t.Fatalf("with %s", name)
			}
		}
		found, err := t.desk.Count(t.as("sophie"), tickets.Filter{})
		t.ok(err)
		if found != 0 {
			t.Errorf("%d tickets were opened all the same", found)
		}
		long := tickets.Open{Subject: strings.Repeat("é", 200), Body: strings.Repeat("é", tickets.MaxBody), Priority: tickets.High}
		if _, err := t.desk.Open(t.as("claire"), long); err != nil {
			t.Errorf("the longest texts are refused: %v", err)
		}
	})
}

func TestNobodyOpensNothing(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		_, err := t.desk.Open(t.Context(), tickets.Open{Subject: "x", Body: "x"})
		t.refuses(err, fault.Denied)
	})
}

func TestOneAsksForAColleagueAndTheyHearOfIt(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, err := t.desk.Open(t.as("claire"), tickets.Open{Subject: "x", Body: "y", Requester: t.ids["jean"]})
		t.ok(err)
		if ticket.Requester != t.ids["jean"] || ticket.ReportedBy != t.ids["claire"] || ticket.Establishment != "0760001A" {
			t.Errorf("opened %+v", ticket)
		}
		t.wrote(ticket.ID, "opened to jean@academie.test")
		for _, who := range []string{"jean", "claire"} {
			if _, err := t.desk.Get(t.as(who), ticket.ID); err != nil {
				t.Errorf("%s: %v", who, err)
			}
		}
		_, err = t.desk.Open(t.claiming("claire"), tickets.Open{Subject: "x", Body: "y", Requester: t.ids["jean"]})
		t.refusesFields(err, "requester")
		t.guest("someone@example.org")
		_, err = t.desk.Open(t.as("claire"), tickets.Open{Subject: "x", Body: "y", Requester: t.ids["someone@example.org"]})
		t.refusesFields(err, "requester")
	})
}

func TestATechnicianTakesACallForAnybody(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, err := t.desk.Open(t.by("alice", people.Phone), tickets.Open{
			Subject: "x", Body: "y", Requester: t.ids["jean"], Priority: tickets.Urgent, Establishment: "0140013n", Team: t.team("reseau"),
		})
		t.ok(err)
		if ticket.Establishment != "0140013N" || ticket.Site != "caen" || ticket.Team != t.team("reseau") || ticket.Priority != tickets.Urgent {
			t.Errorf("opened %+v", ticket)
		}
		t.wrote(ticket.ID, "opened to jean@academie.test")
	})
}

func TestAGuestOpensAndReadsNothing(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ctx := t.guest("someone@example.org")
		ticket, err := t.desk.Open(ctx, tickets.Open{Subject: "Cheap pills", Body: "Click here."})
		t.ok(err)
		_, err = t.desk.Get(ctx, ticket.ID)
		t.refuses(err, fault.NotFound)
		_, err = t.desk.Messages(ctx, ticket.ID)
		t.refuses(err, fault.NotFound)
		_, err = t.desk.Events(ctx, ticket.ID)
		t.refuses(err, fault.NotFound)
		page, err := t.desk.List(ctx, tickets.Filter{})
		t.ok(err)
		n, err := t.desk.Count(ctx, tickets.Filter{})
		t.ok(err)
		if len(page.Tickets) != 0 || n != 0 {
			t.Errorf("a guest lists %d and counts %d", len(page.Tickets), n)
		}
		t.replies(ctx, ticket.ID, "And more.")
		letters, err := t.outbox.OfTicket(t.Context(), int64(ticket.ID))
		t.ok(err)
		if len(letters) != 1 || strings.ReplaceAll(letters[0].Subject, i18n.NBSP, " ") != "[AMIGO #10001] Votre demande du mercredi 18 novembre" || strings.Contains(letters[0].Text, "Click") {
			t.Errorf("letters %+v", letters)
		}
		// What staff answer names the matter: somebody has read it.
		t.replies(t.as("alice"), ticket.ID, "What is this about?")
		letters, err = t.outbox.OfTicket(t.Context(), int64(ticket.ID))
		t.ok(err)
		if n := len(letters); n != 2 || letters[n-1].Subject != "[AMIGO #10001] Cheap pills" || !strings.Contains(letters[n-1].Headers["References"], letters[0].MessageID) {
			t.Errorf("letters %+v", letters)
		}
	})
}

func TestAutomaticMailIsNeverAnswered(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, err := t.desk.Open(t.by("claire", people.Mail), tickets.Open{Subject: "Disque plein", Body: "98 %", Quiet: true})
		t.ok(err)
		t.wrote(ticket.ID)
	})
}

func TestThePromiseStandsOnTheTicketAndInTheLetter(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.promising()
		ticket := t.opens(t.as("claire"))
		first, resolution := dbtest.Start.Add(time.Hour), dbtest.Start.Add(24*time.Hour)
		if ticket.FirstResponseDueAt == nil || !ticket.FirstResponseDueAt.Equal(first) || !ticket.ResolutionDueAt.Equal(resolution) || !ticket.DueAt.Equal(first) {
			t.Errorf("promised %v, %v, %v", ticket.FirstResponseDueAt, ticket.ResolutionDueAt, ticket.DueAt)
		}
		if ticket.Version != 1 {
			t.Errorf("the promise moved the version to %d", ticket.Version)
		}
		letters, err := t.outbox.OfTicket(t.Context(), int64(ticket.ID))
		t.ok(err)
		text := strings.Join(strings.Fields(letters[0].Text), " ")
		if !strings.Contains(text, "Nous vous répondons avant le mercredi 18 novembre à 10 h ; résolution prévue avant le jeudi 19 novembre à 9 h.") {
			t.Errorf("the letter says\n%s", letters[0].Text)
		}
	})
}

func TestTheSameKeyIsTheSameTicket(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		c := tickets.Open{Subject: "x", Body: "y", IdempotencyKey: "k1", BodyHash: "h1"}
		first, err := t.desk.Open(t.by("claire", people.API), c)
		t.ok(err)
		again, err := t.desk.Open(t.by("claire", people.API), c)
		t.ok(err)
		if again.ID != first.ID {
			t.Errorf("the same key made %d and %d", first.ID, again.ID)
		}
		other := c
		other.BodyHash = "h2"
		_, err = t.desk.Open(t.by("claire", people.API), other)
		t.refuses(err, fault.Invalid)
		theirs, err := t.desk.Open(t.by("jean", people.API), other)
		t.ok(err)
		if theirs.ID == first.ID {
			t.Error("a key of somebody else counts")
		}
		c.IdempotencyKey = strings.Repeat("k", 201)
		_, err = t.desk.Open(t.by("claire", people.API), c)
		t.refusesFields(err, "idempotency_key")
	})
}

func TestTheSameKeyAtTheSameTimeIsOneTicket(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ctx := t.by("claire", people.API)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := t.desk.Open(ctx, tickets.Open{Subject: "x", Body: "y", IdempotencyKey: "k", BodyHash: "h"}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		n, err := t.desk.Count(ctx, tickets.Filter{})
		t.ok(err)
		if n != 1 {
			t.Errorf("%d tickets", n)
		}
	})
}

func TestAListenersErrorUndoesTheTicket(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		broken := errors.New("broken")
		t.desk.Listen(func(context.Context, tickets.Happening) error { return broken })
		_, err := t.desk.Open(t.as("claire"), tickets.Open{Subject: "x", Body: "y"})
		t.refuses(err, broken)
		n, err := t.desk.Count(t.as("sophie"), tickets.Filter{})
		t.ok(err)
		latest, lettersErr := t.outbox.Latest(t.Context(), 0, 10)
		t.ok(lettersErr)
		if n != 0 || len(latest) != 0 {
			t.Errorf("%d tickets and %d letters are left", n, len(latest))
		}
	})
}

func TestAListenerMayNotChangeWhatItHearsOf(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.desk.Listen(func(ctx context.Context, h tickets.Happening) error {
			_, err := t.desk.Note(people.As(ctx, people.System()), h.After.ID, tickets.Note{Body: "heard"})
			return err
		})
		if _, err := t.desk.Open(t.as("claire"), tickets.Open{Subject: "x", Body: "y"}); err == nil {
			t.Error("the listener was let in again")
		}
	})
}

func TestListenersHearInTheOrderInWhichTheyCame(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		var heard []string
		for _, name := range []string{"a", "b"} {
			t.desk.Listen(func(_ context.Context, h tickets.Happening) error {
				heard = append(heard, name+" "+string(h.Event.What))
				if h.Event.What == tickets.WasOpened && (h.Before != (tickets.Ticket{}) || h.Message == nil || h.Event.ID == 0) {
					t.Errorf("heard %+v", h)
				}
				return nil
			})
		}
		ticket := t.opens(t.as("claire"))
		t.replies(t.as("alice"), ticket.ID, "Bonjour.")
		if got := strings.Join(heard, ", "); got != "a opened, b opened, a assigned, b assigned, a answered, b answered" {
			t.Errorf("heard %s", got)
		}
	})
}

func TestOpenPagesHearOfEveryChange(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		changes := t.hub.Subscribe(ctx)
		ticket := t.opens(t.as("claire"))
		for _, v := range []struct {
			change func()
			what   string
		}{
			{func() {}, "ticket"},
			{func() { t.replies(t.as("alice"), ticket.ID, "Bonjour.") }, "ticket"},
			{func() { t.ok(t.desk.PromiseMany(t.system(), []tickets.Promise{{Ticket: ticket.ID}})) }, "ticket"},
			{func() { t.ok(t.desk.Escalate(t.system(), ticket.ID, tickets.Escalation{Promise: "first", Level: 75})) }, tickets.LiveInside},
		} {
			v.change()
			if got, want := <-changes, (live.Change{What: v.what, ID: int64(ticket.ID)}); got != want {
				t.Errorf("heard %+v, want %+v", got, want)
			}
		}
	})
}
