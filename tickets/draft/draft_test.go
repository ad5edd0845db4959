package draft_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/tickets"
	"amigo/tickets/draft"
)

func TestADraftIsThereOnAnotherComputer(t *testing.T) {
	each(t, func(t *world) {
		ticket, file := t.opens("claire"), t.file("alice", "notice.pdf")
		_, err := t.drafts.Keep(t.as("alice"), draft.Draft{
			Ticket: ticket.ID, Place: draft.Reply, Words: "Bonjour,", With: map[string]string{draft.Kind: "note"}, Files: []tickets.Attachment{file}, Seen: 3,
		})
		t.ok(err)
		all := t.kept("alice", ticket.ID)
		if len(all) != 1 || all[0].Words != "Bonjour," || all[0].With[draft.Kind] != "note" || all[0].Seen != 3 || all[0].Version != 1 || len(all[0].Files) != 1 {
			t.Fatalf("kept %+v", all)
		}
		listed, err := t.drafts.List(t.as("alice"))
		t.ok(err)
		if len(listed) != 1 || listed[0].Files[0].Name != "notice.pdf" {
			t.Errorf("listed %+v", listed)
		}
		if d := t.keeps("alice", ticket.ID, 1, ""); d.ID != 0 || len(t.kept("alice", ticket.ID)) != 0 {
			t.Error("a draft without a word and without a file is none")
		}
	})
}

func TestNobodyReadsSomebodyElsesDraft(t *testing.T) {
	each(t, func(t *world) {
		ticket := t.opens("claire")
		mine := t.keeps("alice", ticket.ID, 0, "Entre nous")
		sent := t.sends("alice", ticket.ID, "Bientôt")
		for _, uid := range []string{"bruno", "sophie", "claire", "jean"} {
			if all := t.kept(uid, ticket.ID); len(all) != 0 {
				t.Errorf("%s reads %+v", uid, all)
			}
			for _, id := range []draft.ID{mine.ID, sent.ID, 4711} {
				_, err := t.drafts.Get(t.as(uid), id)
				t.refuses(err, fault.NotFound)
				t.refuses(t.drafts.Drop(t.as(uid), id), fault.NotFound)
				_, err = t.drafts.TakeBack(t.as(uid), id)
				t.refuses(err, fault.NotFound)
				_, err = t.drafts.SendNow(t.as(uid), id)
				t.refuses(err, fault.NotFound)
			}
		}
		_, err := t.drafts.Keep(t.as("jean"), draft.Draft{Ticket: ticket.ID, Place: draft.Reply, Words: "x"})
		t.refuses(err, fault.NotFound)
		_, err = t.drafts.Keep(t.Context(), draft.Draft{Ticket: ticket.ID, Place: draft.Reply, Words: "x"})
		t.refuses(err, fault.Denied)
		_, err = t.drafts.Keep(t.as("alice"), draft.Draft{Ticket: ticket.ID, Place: "elsewhere", Words: "x"})
		t.refuses(err, fault.NotFound)
		_, err = t.drafts.Keep(t.as("alice"), draft.Draft{Ticket: ticket.ID, Place: draft.Reply, Words: strings.Repeat("é", draft.MaxWords+1)})
		t.refusesField(err, "body")
	})
}

func TestTheOlderOfTwoDraftsIsNotLost(t *testing.T) {
	each(t, func(t *world) {
		ticket := t.opens("claire")
		at := t.keeps("alice", ticket.ID, 0, "au bureau")
		home := t.keeps("alice", ticket.ID, 0, "à la maison") // a page drawn before the other was kept
		if !slices.Equal(home.Aside, []string{"au bureau"}) || home.Version != 2 {
			t.Fatalf("%+v", home)
		}
		again := t.keeps("alice", ticket.ID, at.Version, "au bureau, plus loin")
		if all := t.kept("alice", ticket.ID); all[0].Words != "au bureau, plus loin" || !slices.Equal(all[0].Aside, []string{"à la maison"}) {
			t.Errorf("%+v", all)
		}
		if last := t.keeps("alice", ticket.ID, again.Version, "au bureau, plus loin encore"); !slices.Equal(last.Aside, []string{"à la maison"}) {
			t.Errorf("what was set aside went with the next word: %+v", last)
		}
	})
}

func TestFilesOfADraftAreKeptAsLongAsTheDraft(t *testing.T) {
	each(t, func(t *world) {
		ticket, held, loose := t.opens("claire"), t.file("alice", "tenu.pdf"), t.file("alice", "perdu.pdf")
		kept, err := t.drafts.Keep(t.as("alice"), draft.Draft{Ticket: ticket.ID, Place: draft.Reply, Words: "Voir", Files: []tickets.Attachment{held}})
		t.ok(err)
		others := t.file("bruno", "pas-le-mien.pdf")
		_, err = t.drafts.Keep(t.as("alice"), draft.Draft{Ticket: ticket.ID, Place: draft.Reply, Words: "Voir", Files: []tickets.Attachment{held, others}, Version: kept.Version})
		t.ok(err)
		if files := t.kept("alice", ticket.ID)[0].Files; len(files) != 1 {
			t.Errorf("a draft holds somebody else's file: %+v", files)
		}
		t.later(20 * 24 * time.Hour)
		_, r, err := t.desk.File(t.as("alice"), held.ID)
		t.ok(err)
		_ = r.Close()
		_, _, err = t.desk.File(t.as("alice"), loose.ID)
		t.refuses(err, fault.NotFound)
		t.later(11 * 24 * time.Hour) // thirty days without a touch, and a day
		t.later(25 * time.Hour)
		if all := t.kept("alice", ticket.ID); len(all) != 0 {
			t.Errorf("after thirty days there is %+v", all)
		}
		_, _, err = t.desk.File(t.as("alice"), held.ID)
		t.refuses(err, fault.NotFound)
	})
}

func TestWhatWasSentIsNoDraftAnyMore(t *testing.T) {
	each(t, func(t *world) {
		ticket := t.opens("claire")
		kept := t.keeps("claire", ticket.ID, 0, "Encore une chose")
		_, err := t.drafts.Send(t.as("claire"), draft.Draft{Ticket: ticket.ID, Place: draft.Reply, Words: "Encore une chose", Version: kept.Version}, 10*time.Second)
		t.ok(err)
		if said := t.said(ticket.ID); len(said) != 2 {
			t.Fatalf("a requester's words wait: %q", said)
		}
		// Pages that save as one types may be late.
		for _, late := range []draft.Draft{
			{Ticket: ticket.ID, Place: draft.Reply, Words: "Encore une chose", Version: kept.Version},
			{Ticket: ticket.ID, Place: draft.Reply, Words: "Encore une ch"},
		} {
			_, err = t.drafts.Keep(t.as("claire"), late)
			t.refuses(err, fault.Conflict)
		}
		if all := t.kept("claire", ticket.ID); len(all) != 0 {
			t.Errorf("there is %+v", all)
		}
		t.keeps("claire", ticket.ID, 0, "Et une autre")
		ask, err := t.drafts.Keep(t.as("claire"), draft.Draft{Place: draft.Ask, With: map[string]string{"subject": "VPN"}, Ticket: ticket.ID})
		t.ok(err)
		if ask.Ticket != 0 {
			t.Error("a new request is beside any ticket")
		}
		t.ok(t.drafts.Settle(t.as("claire"), 0, draft.Ask))
		if all := t.kept("claire", 0); len(all) != 0 {
			t.Errorf("there is %+v", all)
		}
	})
}
