package draft_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/tickets/draft"
)

func TestAReplyLeavesWhenItsTimeHasComeAndNotBefore(t *testing.T) {
	each(t, func(t *world) {
		ticket := t.opens("claire")
		sent := t.sends("alice", ticket.ID, "Redémarrez-la.")
		pressed := t.clock.Now()
		if len(t.kept("alice", ticket.ID)) != 1 || !sent.Leaving() {
			t.Fatalf("on its way: %+v", sent)
		}
		t.later(9 * time.Second)
		now, err := t.desk.Get(t.as("alice"), ticket.ID)
		t.ok(err)
		if len(t.said(ticket.ID)) != 1 || now.Status != tickets.Fresh || now.Assignee != 0 {
			t.Fatalf("nothing has happened yet, but %+v", now)
		}
		t.later(2 * time.Second)
		t.later(time.Minute)
		if said := t.said(ticket.ID); !slices.Equal(said, []string{"Plus rien ne sort.", "Redémarrez-la."}) {
			t.Fatalf("said %q", said)
		}
		messages, err := t.desk.Messages(t.as("alice"), ticket.ID)
		t.ok(err)
		if !messages[1].CreatedAt.Equal(pressed) {
			t.Errorf("said at %s, pressed at %s", messages[1].CreatedAt, pressed)
		}
		if all := t.kept("alice", ticket.ID); len(all) != 0 {
			t.Errorf("left behind %+v", all)
		}
	})
}

func TestAReplyIsTakenBackWithItsFiles(t *testing.T) {
	each(t, func(t *world) {
		ticket, file := t.opens("claire"), t.file("alice", "notice.pdf")
		sent, err := t.drafts.Send(t.as("alice"), draft.Draft{Ticket: ticket.ID, Place: draft.Reply, Words: "Voici.", Files: []tickets.Attachment{file}}, 10*time.Second)
		t.ok(err)
		t.clock.Advance(5 * time.Second)
		t.keeps("alice", ticket.ID, 0, "Et aussi ceci")
		_, err = t.drafts.TakeBack(t.as("alice"), sent.ID)
		t.ok(err)
		t.later(time.Minute)
		all := t.kept("alice", ticket.ID)
		if len(all) != 1 || all[0].Words != "Voici.\n\nEt aussi ceci" || len(all[0].Files) != 1 || all[0].Leaving() || all[0].Problem != nil {
			t.Fatalf("taken back: %+v", all)
		}
		if said := t.said(ticket.ID); len(said) != 1 {
			t.Errorf("said %q", said)
		}
		_, err = t.drafts.TakeBack(t.as("alice"), sent.ID)
		t.refuses(err, fault.NotFound)
		again, err := t.drafts.Send(t.as("alice"), all[0], 10*time.Second)
		t.ok(err)
		_, err = t.drafts.SendNow(t.as("alice"), again.ID)
		t.ok(err)
		t.later(time.Minute)
		messages, err := t.desk.Messages(t.as("alice"), ticket.ID)
		t.ok(err)
		if len(messages) != 2 || len(messages[1].Attachments) != 1 {
			t.Errorf("sent %+v", messages)
		}
	})
}

func TestAReplyIsEitherTakenBackOrSentNeverBoth(t *testing.T) {
	each(t, func(t *world) {
		for range 6 {
			ticket := t.opens("claire")
			sent := t.sends("alice", ticket.ID, "Redémarrez-la.")
			t.clock.Advance(11 * time.Second)
			var group sync.WaitGroup
			var back, now error
			alice := t.as("alice")
			group.Go(func() { _, back = t.drafts.TakeBack(alice, sent.ID) })
			group.Go(func() { _, now = t.drafts.SendNow(alice, sent.ID) })
			group.Go(func() { _ = t.queue.Drain(t.Context(), t.mux) })
			group.Wait()
			t.later(time.Minute)
			for _, err := range []error{back, now} {
				if err != nil && !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Conflict) {
					t.Error(err)
				}
			}
			said, kept := len(t.said(ticket.ID))-1, len(t.kept("alice", ticket.ID))
			if said+kept != 1 || (kept == 1) != (back == nil) {
				t.Fatalf("%d said, %d kept; taken back: %v, sent: %v", said, kept, back, now)
			}
		}
	})
}

func TestAReplyOnItsWayIsStoppedByANewerMessageAndIsADraftAgain(t *testing.T) {
	each(t, func(t *world) {
		ticket := t.opens("claire")
		messages, err := t.desk.Messages(t.as("alice"), ticket.ID)
		t.ok(err)
		reply := draft.Draft{Ticket: ticket.ID, Place: draft.Reply, Words: "Redémarrez-la.", Seen: messages[0].ID}
		_, err = t.drafts.Send(t.as("alice"), reply, 10*time.Second)
		t.ok(err)
		_, err = t.desk.Reply(t.as("claire"), ticket.ID, tickets.Reply{Body: "Elle brûle !"})
		t.ok(err)
		t.later(11 * time.Second)
		all := t.kept("alice", ticket.ID)
		if len(all) != 1 || all[0].Leaving() || all[0].Problem == nil || all[0].Problem.Key != "tickets.refused.newer" || all[0].Words != reply.Words {
			t.Fatalf("kept %+v", all)
		}
		// Sent again without having read, it does not even begin to wait.
		_, err = t.drafts.Send(t.as("alice"), reply, 10*time.Second)
		t.refuses(err, fault.Conflict)
		if said := t.said(ticket.ID); len(said) != 2 {
			t.Errorf("said %q", said)
		}
	})
}

func TestWhatCannotBeSentAnyMoreComesBackAsADraft(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(t *world, id tickets.ID)
		problem   string
	}{
		"the author was disabled": {func(t *world, _ tickets.ID) { t.imports(people.Entry{UID: "alice", Disabled: new(true)}) }, "people.signin.disabled"},
		"the author is no technician any more": {func(t *world, _ tickets.ID) {
			t.imports(people.Entry{UID: "alice", Role: people.Requester})
		}, "composer.back.role"},
		"the ticket was merged": {func(t *world, id tickets.ID) {
			t.ok(t.desk.Merge(t.as("bruno"), id, t.opens("claire").ID))
		}, "tickets.refused.merged"},
		"the ticket was solved and closed": {func(t *world, id tickets.ID) {
			_, err := t.desk.Solve(t.as("bruno"), id, tickets.Solve{Solution: "Fait."})
			t.ok(err)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *world) {
				ticket := t.opens("claire")
				messages, err := t.desk.Messages(t.as("alice"), ticket.ID)
				t.ok(err)
				alice := t.as("alice")
				_, err = t.drafts.Send(alice, draft.Draft{Ticket: ticket.ID, Place: draft.Reply, Words: "Redémarrez-la.", Seen: messages[0].ID}, 10*time.Second)
				t.ok(err)
				c.meanwhile(t, ticket.ID)
				t.later(11 * time.Second)
				all, err := t.drafts.Of(alice, ticket.ID)
				t.ok(err)
				if len(all) != 1 || all[0].Problem == nil || all[0].Leaving() || c.problem != "" && all[0].Problem.Key != c.problem {
					t.Fatalf("kept %+v", all)
				}
				if slices.Contains(t.said(ticket.ID), "Redémarrez-la.") {
					t.Error("it was sent all the same")
				}
				failed, err := t.queue.Failed(t.Context())
				t.ok(err)
				if len(failed) != 0 {
					t.Errorf("failed jobs: %+v", failed)
				}
			})
		})
	}
}

// imports changes people in the directory.
func (w *world) imports(all ...people.Entry) {
	w.Helper()
	_, err := w.people.Import(w.Context(), people.Batch{Persons: all})
	w.ok(err)
}

func TestAProcessThatDiesOnTheWaySendsOnce(t *testing.T) {
	each(t, func(t *world) {
		ticket := t.opens("claire")
		t.sends("alice", ticket.ID, "Redémarrez-la.")
		t.clock.Advance(11 * time.Second)
		// Killed after the words were said and before the job was marked: what it did
		// is done, and the job is done again.
		killed, cancel := context.WithCancel(t.Context())
		t.desk.Listen(func(context.Context, tickets.Happening) error {
			cancel()
			return nil
		})
		_ = t.queue.Drain(killed, t.mux)
		for range 3 {
			t.later(3 * time.Minute)
		}
		if said := t.said(ticket.ID); !slices.Equal(said, []string{"Plus rien ne sort.", "Redémarrez-la."}) {
			t.Errorf("said %q", said)
		}
	})
}

func TestWhatTheDeskRefusesIsRefusedAtOnce(t *testing.T) {
	each(t, func(t *world) {
		ticket := t.opens("claire")
		for name, c := range map[string]struct {
			d     draft.Draft
			field string
		}{
			"nothing":              {draft.Draft{Place: draft.Reply}, "body"},
			"no such party":        {draft.Draft{Place: draft.Reply, Words: "x", With: map[string]string{draft.Kind: "consult", draft.Party: "77"}}, "party"},
			"an address of ours":   {draft.Draft{Place: draft.Reply, Words: "x", With: map[string]string{draft.Kind: "consult", draft.Address: "assistance@academie.test"}}, "address"},
			"a solution of nobody": {draft.Draft{Place: draft.Solve, Words: "x", With: map[string]string{draft.Outcome: "magic"}}, "outcome"},
		} {
			c.d.Ticket = ticket.ID
			_, err := t.drafts.Send(t.as("alice"), c.d, 10*time.Second)
			if _, refused := fault.FieldsOf(err)[c.field]; !refused {
				t.Errorf("%s: %v, want %s refused", name, err, c.field)
			}
		}
		if all := t.kept("alice", ticket.ID); len(all) != 0 {
			t.Errorf("kept %+v", all)
		}
		if parties, _ := t.desk.ThirdParties(t.as("alice"), ticket.ID); len(parties) != 0 {
			t.Errorf("parties %v", parties)
		}
		note, err := t.drafts.Send(t.as("alice"), draft.Draft{Ticket: ticket.ID, Place: draft.Reply, Words: "Entre nous", With: map[string]string{draft.Kind: "note"}}, 10*time.Second)
		t.ok(err)
		if note.Leaving() || len(t.said(ticket.ID)) != 2 {
			t.Error("a note waits for nothing")
		}
		sent, err := t.drafts.Send(t.as("alice"), draft.Draft{
			Ticket: ticket.ID, Place: draft.Reply, Words: "Une idée ?", With: map[string]string{draft.Kind: "consult", draft.Address: "support@lumen.test", draft.Name: "Lumen"},
		}, 10*time.Second)
		t.ok(err)
		if parties, _ := t.desk.ThirdParties(t.as("alice"), ticket.ID); len(parties) != 0 || !sent.Leaving() {
			t.Errorf("parties %v before anything was sent", parties)
		}
		t.later(11 * time.Second)
		if parties, _ := t.desk.ThirdParties(t.as("alice"), ticket.ID); len(parties) != 1 || parties[0].Name != "Lumen" {
			t.Errorf("parties %v", parties)
		}
	})
}

func TestASignatureStandsUnderWhatLeavesAndUnderNothingElse(t *testing.T) {
	each(t, func(t *world) {
		ticket := t.opens("claire")
		t.ok(t.drafts.SetSignature(t.as("alice"), "Alice Blin\nAssistance de Caen"))
		t.refuses(t.drafts.SetSignature(t.as("claire"), "x"), fault.Denied)
		t.refusesField(t.drafts.SetSignature(t.as("alice"), strings.Repeat("x", draft.MaxSignature+1)), "signature")
		for _, d := range []draft.Draft{
			{Place: draft.Reply, Words: "Redémarrez-la.\n"},
			{Place: draft.Reply, Words: "Entre nous", With: map[string]string{draft.Kind: "note"}},
			{Place: draft.Solve, Words: "C'était le toner.", With: map[string]string{draft.Outcome: "fixed"}},
		} {
			d.Ticket = ticket.ID
			_, err := t.drafts.Send(t.as("alice"), d, 0)
			t.ok(err)
		}
		_, err := t.drafts.Send(t.as("claire"), draft.Draft{Ticket: ticket.ID, Place: draft.Reply, Words: "Merci !"}, 0)
		t.ok(err)
		want := []string{
			"Plus rien ne sort.", "Redémarrez-la.\n\nAlice Blin\nAssistance de Caen", "Entre nous", "C'était le toner.\n\nAlice Blin\nAssistance de Caen", "Merci !",
		}
		if said := t.said(ticket.ID); !slices.Equal(said, want) {
			t.Errorf("said %q", said)
		}
		t.ok(t.drafts.SetSignature(t.as("alice"), " \n"))
		if text, err := t.drafts.Signature(t.as("alice")); err != nil || text != "" {
			t.Errorf("signature %q (%v)", text, err)
		}
	})
}
