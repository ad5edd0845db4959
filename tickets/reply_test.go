package tickets_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/tickets"
)

func TestTheFirstAnswerOpensAndTakesTheTicket(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.clock.Advance(10 * time.Minute)
		t.replies(t.as("alice"), ticket.ID, "Je regarde.")
		got := t.now(ticket.ID)
		if got.Status != tickets.Opened || got.Assignee != t.ids["alice"] || got.Version != 2 {
			t.Errorf("after the answer %+v", got)
		}
		if got.FirstRespondedAt == nil || !got.FirstRespondedAt.Equal(dbtest.Start.Add(10*time.Minute)) {
			t.Errorf("first answered at %v", got.FirstRespondedAt)
		}
		t.clock.Advance(time.Hour)
		t.replies(t.as("bruno"), ticket.ID, "Moi aussi.")
		if again := t.now(ticket.ID); again.Assignee != t.ids["alice"] || !again.FirstRespondedAt.Equal(*got.FirstRespondedAt) || again.Version != 2 {
			t.Errorf("after a second answer %+v", again)
		}
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasAssigned, tickets.WasAnswered, tickets.WasAnswered)
		t.wrote(ticket.ID, "opened to claire@academie.test", "replied to claire@academie.test", "replied to claire@academie.test")
	})
}

func TestTheAnswersLetterBringsTheWordsAndSignsThem(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		m := t.replies(t.as("alice"), ticket.ID, "Éteignez-la, puis rallumez-la.")
		letters, err := t.outbox.OfTicket(t.Context(), int64(ticket.ID))
		t.ok(err)
		answer := letters[1]
		for _, want := range []string{"Répondez au-dessus de cette ligne", "Alice Blin (Assistance de Caen)", "Éteignez-la, puis rallumez-la.", "https://amigo.test/tickets/10001"} {
			if !strings.Contains(answer.Text, want) {
				t.Errorf("the letter lacks %q:\n%s", want, answer.Text)
			}
		}
		if answer.Subject != "[AMIGO #10001] Imprimante muette" || answer.Message != int64(m.ID) {
			t.Errorf("letter %+v", answer)
		}
		if got := answer.Headers["References"]; got != "<"+letters[0].MessageID+">" {
			t.Errorf("references %q", got)
		}
		address := t.desk.ReplyAddress(ticket.ID, t.ids["claire"])
		if !strings.Contains(answer.Headers["Reply-To"], "<"+address+">") {
			t.Errorf("reply to %q, want %s", answer.Headers["Reply-To"], address)
		}
	})
}

func TestMoreWordsReachWhoeverHasTheTicket(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.replies(t.as("claire"), ticket.ID, "Personne ?")
		if got := t.now(ticket.ID); got.Status != tickets.Fresh || got.FirstRespondedAt != nil || got.Version != 1 {
			t.Errorf("after the requester's words %+v", got)
		}
		_, err := t.desk.Assign(t.as("sophie"), ticket.ID, tickets.Assign{Assignee: ptr(t.ids["alice"])})
		t.ok(err)
		t.replies(t.as("claire"), ticket.ID, "Toujours rien.")
		t.wrote(ticket.ID, "opened to claire@academie.test", "assigned to alice@academie.test", "answered to alice@academie.test")
	})
}

func TestAQuestionPausesAndItsAnswerResumes(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Reply(t.as("alice"), ticket.ID, tickets.Reply{Body: "Quel modèle ?", Then: tickets.WaitingRequester})
		t.ok(err)
		if got := t.now(ticket.ID).Status; got != tickets.WaitingRequester {
			t.Errorf("status %s", got)
		}
		t.replies(t.as("claire"), ticket.ID, "Une C400.")
		if got := t.now(ticket.ID); got.Status != tickets.Opened || got.Version != 3 {
			t.Errorf("after the answer %+v", got)
		}
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasAssigned, tickets.WasAnswered, tickets.WasPaused, tickets.WasCompleted, tickets.WasResumed)
		t.wrote(ticket.ID, "opened to claire@academie.test", "waiting to claire@academie.test", "answered to alice@academie.test")
	})
}

func TestTheRequestersWordsDoNotEndAWaitForSomebodyElse(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Reply(t.as("alice"), ticket.ID, tickets.Reply{Body: "Je demande à la Région.", Then: tickets.WaitingThirdParty})
		t.ok(err)
		t.replies(t.as("claire"), ticket.ID, "Merci.")
		if got := t.now(ticket.ID).Status; got != tickets.WaitingThirdParty {
			t.Errorf("status %s", got)
		}
		_, err = t.desk.Reply(t.as("alice"), ticket.ID, tickets.Reply{Body: "La Région a répondu.", Then: tickets.Opened})
		t.ok(err)
		if got := t.now(ticket.ID).Status; got != tickets.Opened {
			t.Errorf("status %s", got)
		}
	})
}

func TestTheRequestersWordsReopenASolvedTicket(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.solves(t.as("alice"), ticket.ID)
		t.clock.Advance(time.Hour)
		t.replies(t.by("claire", people.Mail), ticket.ID, "Toujours muette.")
		got := t.now(ticket.ID)
		if got.Status != tickets.Opened || got.SolvedAt != nil || got.Outcome != "" || got.Cause != "" || got.Reopened != 1 {
			t.Errorf("reopened %+v", got)
		}
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasAssigned, tickets.WasSolved, tickets.WasCompleted, tickets.WasReopened)
		t.wrote(ticket.ID, "opened to claire@academie.test", "solved to claire@academie.test", "reopened to alice@academie.test")
	})
}

func TestWordsThatWereUnderWayWhileItWasSolvedReopenItAfterwards(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.clock.Advance(time.Hour)
		solved := t.solves(t.as("alice"), ticket.ID)
		_, err := t.desk.Reply(t.by("claire", people.Mail), ticket.ID, tickets.Reply{Body: "?", ReceivedAt: dbtest.Start.Add(time.Minute)})
		t.ok(err)
		events, err := t.desk.Events(t.as("alice"), ticket.ID)
		t.ok(err)
		if last := events[len(events)-1]; last.What != tickets.WasReopened || last.At.Before(*solved.SolvedAt) {
			t.Errorf("last event %+v", last)
		}
	})
}

func TestAutomaticWordsMoveNothing(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		ctx := t.by("claire", people.Mail)
		_, err := t.desk.Reply(t.as("alice"), ticket.ID, tickets.Reply{Body: "?", Then: tickets.WaitingRequester})
		t.ok(err)
		absent := tickets.Reply{Body: "Je suis absente.", Quiet: true, Automatic: true}
		_, err = t.desk.Reply(ctx, ticket.ID, absent)
		t.ok(err)
		if got := t.now(ticket.ID).Status; got != tickets.WaitingRequester {
			t.Errorf("an absence note made it %s", got)
		}
		t.solves(t.as("alice"), ticket.ID)
		_, err = t.desk.Reply(ctx, ticket.ID, absent)
		t.ok(err)
		if got := t.now(ticket.ID).Status; got != tickets.Solved {
			t.Errorf("an absence note made it %s", got)
		}
	})
}

func TestNobodyWritesOnAClosedTicketButColleagues(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.solves(t.as("alice"), ticket.ID)
		t.at("2026-12-03T08:00:00+01:00")
		for _, who := range []string{"claire", "alice"} {
			_, err := t.desk.Reply(t.as(who), ticket.ID, tickets.Reply{Body: "x"})
			t.refuses(err, fault.Invalid)
			if m, _ := fault.MessageOf(err); m.Key != "tickets.refused.closed" {
				t.Errorf("%s hears %q", who, m.Key)
			}
		}
		_, err := t.desk.Note(t.as("alice"), ticket.ID, tickets.Note{Body: "Pour mémoire."})
		t.ok(err)
	})
}

func TestAReplyToWhatIsNoLongerTheLastWordIsStopped(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		messages, err := t.desk.Messages(t.as("alice"), ticket.ID)
		t.ok(err)
		seen := messages[0].ID
		_, err = t.desk.Note(t.as("bruno"), ticket.ID, tickets.Note{Body: "interne"})
		t.ok(err)
		t.replies(t.as("claire"), ticket.ID, "En fait, c'est réparé.")
		_, err = t.desk.Reply(t.as("alice"), ticket.ID, tickets.Reply{Body: "J'arrive.", Seen: seen})
		t.refuses(err, fault.Conflict)
		if m, _ := fault.MessageOf(err); m.Key != "tickets.refused.newer" || m.Args["Who"] != "Claire Martin" {
			t.Errorf("said %+v", m)
		}
		_, err = t.desk.Reply(t.as("claire"), ticket.ID, tickets.Reply{Body: "Pardon.", Seen: seen})
		t.ok(err) // the newer ones are her own
	})
}

func TestWhatIsWrongWithAReplyIsSaidByField(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Reply(t.as("claire"), ticket.ID, tickets.Reply{Body: " "})
		t.refusesFields(err, "body")
		_, err = t.desk.Reply(t.as("alice"), ticket.ID, tickets.Reply{Body: "x", Then: tickets.Solved})
		t.refusesFields(err, "then")
		_, err = t.desk.Reply(t.as("claire"), ticket.ID, tickets.Reply{Body: "x", Then: tickets.WaitingRequester})
		t.refuses(err, fault.Denied)
		_, err = t.desk.Reply(t.as("alice"), ticket.ID, tickets.Reply{Body: strings.Repeat("x", tickets.MaxBody+1)})
		t.refusesFields(err, "body")
		_, err = t.desk.Reply(t.by("claire", people.Mail), ticket.ID, tickets.Reply{Quoted: "> tout est cité"})
		t.ok(err)
		if got := t.now(ticket.ID); got.Status != tickets.Fresh {
			t.Errorf("a refused reply left it %s", got.Status)
		}
	})
}

func TestATechnicianWhoAsksForHelpDoesNotAnswerThemselves(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("bruno"))
		t.replies(t.as("bruno"), ticket.ID, "J'oubliais : bureau 12.")
		if got := t.now(ticket.ID); got.Status != tickets.Fresh || got.FirstRespondedAt != nil || got.Assignee != 0 {
			t.Errorf("his own words answered him: %+v", got)
		}
		if _, err := t.desk.Note(t.as("bruno"), ticket.ID, tickets.Note{Body: "interne"}); err != nil {
			t.Errorf("he is no longer staff on it: %v", err)
		}
		_, err := t.desk.Assign(t.as("bruno"), ticket.ID, tickets.Assign{Assignee: ptr(t.ids["bruno"])})
		t.ok(err)
		t.replies(t.as("bruno"), ticket.ID, "Je m'en occupe donc.")
		if got := t.now(ticket.ID); got.FirstRespondedAt == nil {
			t.Error("on a ticket that he works he answers")
		}
	})
}

func TestTwoAnswersAtTheSameTimeAreBothKept(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		alice, bruno := t.as("alice"), t.as("bruno")
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { t.replies(alice, ticket.ID, "A") })
			wg.Go(func() { t.replies(bruno, ticket.ID, "B") })
		}
		wg.Wait()
		messages, err := t.desk.Messages(alice, ticket.ID)
		t.ok(err)
		if got := t.now(ticket.ID); len(messages) != 9 || got.Status != tickets.Opened || got.Version != 2 {
			t.Errorf("%d messages, %+v", len(messages), got)
		}
	})
}

func TestFollowersReadAndAreWrittenTo(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Get(t.as("jean"), ticket.ID)
		t.refuses(err, fault.NotFound)
		t.follow(ticket.ID, "jean")
		_, err = t.desk.Get(t.as("jean"), ticket.ID)
		t.ok(err)
		t.replies(t.as("alice"), ticket.ID, "Bonjour.")
		t.wrote(ticket.ID, "opened to claire@academie.test", "replied to claire@academie.test", "replied to jean@academie.test")
		for who, want := range map[string]bool{"claire": true, "jean": true, "paul": false, "alice": false} {
			if got, err := t.desk.Participates(t.Context(), ticket.ID, t.ids[who]); got != want || err != nil {
				t.Errorf("%s takes part: %v, %v", who, got, err)
			}
		}
		_, err = t.desk.Participates(t.Context(), 99, t.ids["jean"])
		t.refuses(err, fault.NotFound)
	})
}

func TestLettersGoToNobodyWhoLeftOrCannotBeReached(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		letters, err := t.outbox.OfTicket(t.Context(), int64(ticket.ID))
		t.ok(err)
		t.ok(t.outbox.Bounce(t.Context(), letters[0].ID, true, "no such mailbox"))
		t.follow(ticket.ID, "jean")
		_, err = t.people.Import(t.Context(), people.Batch{Persons: []people.Entry{{UID: "jean", Name: "Jean Petit", Disabled: ptr(true)}}})
		t.ok(err)
		t.replies(t.as("alice"), ticket.ID, "Bonjour.")
		t.wrote(ticket.ID, "opened to claire@academie.test", "replied to claire@academie.test")
		letters, err = t.outbox.OfTicket(t.Context(), int64(ticket.ID))
		t.ok(err)
		if last := letters[1]; last.State != mail.Refused || last.Reason() != mail.ReasonStopped {
			t.Errorf("the letter to where they come back is %s: %q", last.State, last.LastError)
		}
	})
}

func TestAReplyAddressNamesTicketAndPersonAndCannotBeMadeUp(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		address := t.desk.ReplyAddress(10001, t.ids["claire"])
		local, _, _ := strings.Cut(address, "@")
		if len(local) > 64 || local != strings.ToLower(local) || !strings.HasPrefix(local, "assistance+r.") {
			t.Errorf("address %q", address)
		}
		want := tickets.ReplyToken{Ticket: 10001, Person: t.ids["claire"]}
		for _, form := range []string{address, strings.ToUpper(local) + "@ELSEWHERE.test"} {
			form = strings.Replace(form, "+R.", "+r.", 1)
			if got, ok := t.desk.OpenReplyAddress(form); !ok || got != want {
				t.Errorf("%s is %+v, %v", form, got, ok)
			}
		}
		forged := []byte(address)
		forged[len("assistance+r.")+3] ^= 1
		for _, form := range []string{"", "assistance@academie.test", "assistance+r.@academie.test", string(forged), strings.TrimSuffix(address, "@academie.test")} {
			if got, ok := t.desk.OpenReplyAddress(form); ok {
				t.Errorf("%q passes as %+v", form, got)
			}
		}
		if a := t.desk.ReplyAddress(1<<40, 1<<40); a == "" {
			t.Error("large numbers do not fit")
		}
	})
}
