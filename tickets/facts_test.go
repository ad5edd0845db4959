package tickets_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// tags are the names of a ticket's tags.
func (t *deskTest) tags(id tickets.ID) string {
	t.Helper()
	all, err := t.desk.TagsOf(t.as("alice"), id)
	t.ok(err)
	var names []string
	for _, tag := range all[id] {
		names = append(names, tag.Name)
	}
	return strings.Join(names, ", ")
}

func TestTwoSpellingsAreOneTag(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		one, other := t.opens(t.as("claire")), t.opens(t.as("claire"))
		t.ok(t.desk.Tag(t.as("alice"), one.ID, tickets.TagChange{Add: []string{"Salle élèves", "salle-eleves", " "}}))
		t.ok(t.desk.Tag(t.as("bruno"), other.ID, tickets.TagChange{Add: []string{"SALLE ELEVES", "wifi"}}))
		if got, want := t.tags(other.ID), "Salle élèves, wifi"; got != want {
			t.Errorf("tags %q, want %q", got, want)
		}
		slug := tickets.Slug("Salle élèves")
		if again := tickets.Slug(slug); again != slug {
			t.Errorf("the slug of %q is %q", slug, again)
		}
		t.ok(t.desk.Tag(t.as("alice"), other.ID, tickets.TagChange{Remove: []string{slug}}))
		if got := t.tags(other.ID); got != "wifi" {
			t.Errorf("tags %q", got)
		}
		all, err := t.desk.Tags(t.as("alice"), 10)
		t.ok(err)
		if len(all) != 2 {
			t.Errorf("known are %v", all)
		}
	})
}

func TestTagsStandInTheHistoryAndCollideWithNobody(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.ok(t.desk.Tag(t.as("alice"), ticket.ID, tickets.TagChange{Add: []string{"réseau"}}))
		t.ok(t.desk.Tag(t.as("bruno"), ticket.ID, tickets.TagChange{Add: []string{"urgent"}, Remove: []string{"reseau"}}))
		t.ok(t.desk.Tag(t.as("bruno"), ticket.ID, tickets.TagChange{Add: []string{"urgent"}})) // it has it
		events, err := t.desk.Events(t.as("alice"), ticket.ID)
		t.ok(err)
		var told []string
		for _, e := range events {
			if pair, ok := e.Changes["tags"]; ok {
				told = append(told, pair[0]+" → "+pair[1])
			}
		}
		if want := []string{" → réseau", "réseau → urgent"}; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
		if now := t.now(ticket.ID); now.Version != ticket.Version {
			t.Errorf("version %d, was %d", now.Version, ticket.Version)
		}
	})
}

func TestTagsAreRefusedWhereTheyCannotBe(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		var many []string
		for i := range tickets.MaxTags + 1 {
			many = append(many, fmt.Sprint("tag ", i))
		}
		for _, add := range [][]string{{"!!!"}, {strings.Repeat("x", tickets.MaxTag+1)}, many} {
			t.refusesFields(t.desk.Tag(t.as("alice"), ticket.ID, tickets.TagChange{Add: add}), "tags")
		}
		t.refuses(t.desk.Tag(t.as("claire"), ticket.ID, tickets.TagChange{Add: []string{"x"}}), fault.Denied)
		t.refuses(t.desk.Tag(t.as("jean"), ticket.ID, tickets.TagChange{Add: []string{"x"}}), fault.NotFound)
		if all, err := t.desk.TagsOf(t.as("claire"), ticket.ID); err != nil || all != nil {
			t.Errorf("the requester reads %v, %v", all, err)
		}
		if _, err := t.desk.Tags(t.as("claire"), 10); !errors.Is(err, fault.Denied) {
			t.Errorf("the requester reads the tags: %v", err)
		}
	})
}

func TestThePriorityFollowsFromImpactAndUrgencyUntilSomebodyChoosesIt(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, alice := t.opens(t.as("claire")), t.as("alice")
		now, err := t.desk.Change(alice, ticket.ID, tickets.Change{Impact: ptr(tickets.HitsAll), Urgency: ptr(tickets.AtOnce)})
		t.ok(err)
		if now.Priority != tickets.Urgent {
			t.Errorf("priority %s", now.Priority)
		}
		now, err = t.desk.Change(alice, ticket.ID, tickets.Change{Urgency: ptr(tickets.CanWait)})
		t.ok(err)
		if now.Priority != tickets.Normal || now.Impact != tickets.HitsAll {
			t.Errorf("priority %s, impact %s", now.Priority, now.Impact)
		}
		now, err = t.desk.Change(alice, ticket.ID, tickets.Change{Priority: ptr(tickets.High), Impact: ptr(tickets.HitsOne)})
		t.ok(err)
		if now.Priority != tickets.High || now.Impact != "" || now.Urgency != "" {
			t.Errorf("chosen: %s, of %q and %q", now.Priority, now.Impact, now.Urgency)
		}
		_, err = t.desk.Change(alice, ticket.ID, tickets.Change{Impact: ptr(tickets.HitsOne)})
		t.refusesFields(err, "urgency")
		_, err = t.desk.Change(alice, ticket.ID, tickets.Change{Impact: ptr(tickets.Impact("everybody")), Urgency: ptr(tickets.Soon)})
		t.refusesFields(err, "impact")
	})
}

func TestTheSubjectTheRequesterAndTheirPlaceCanBeCorrected(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, alice := t.opens(t.as("claire")), t.as("alice")
		now, err := t.desk.Change(alice, ticket.ID, tickets.Change{Subject: ptr("  Imprimante  du CDI "), Requester: ptr(t.ids["jean"])})
		t.ok(err)
		if now.Subject != "Imprimante du CDI" || now.Requester != t.ids["jean"] || now.Establishment != "0760001A" || now.Site != "rouen" {
			t.Errorf("now %+v", now)
		}
		if _, err := t.desk.Get(t.as("jean"), ticket.ID); err != nil {
			t.Errorf("the new requester: %v", err)
		}
		if now, err = t.desk.Change(alice, ticket.ID, tickets.Change{Establishment: ptr("0149904p")}); err != nil || now.Establishment != "0149904P" || now.Site != "caen" {
			t.Errorf("place %q, %q: %v", now.Establishment, now.Site, err)
		}
		events, err := t.desk.Events(alice, ticket.ID)
		t.ok(err)
		if got := events[1].Changes; got["subject"] != [2]string{"Imprimante muette", "Imprimante du CDI"} || got["requester"] != [2]string{"claire", "jean"} {
			t.Errorf("told %v", got)
		}
		_, err = t.desk.Change(alice, ticket.ID, tickets.Change{
			Subject: ptr(strings.Repeat("x", 3000)), Requester: ptr(people.ID(999)), Establishment: ptr("0000000X"),
		})
		t.refusesFields(err, "subject", "requester", "establishment")
		_, err = t.desk.Change(alice, ticket.ID, tickets.Change{Subject: ptr(" "), Requester: ptr(people.ID(0))})
		t.refusesFields(err, "subject", "requester")
		if after := t.now(ticket.ID); after.Subject != "Imprimante du CDI" || after.Requester != t.ids["jean"] {
			t.Errorf("a refused change left %+v", after)
		}
	})
}

func TestAThirdPartyIsNotMadeTheRequester(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, alice := t.opens(t.as("claire")), t.as("alice")
		party, err := t.desk.AddThirdParty(alice, ticket.ID, tickets.ThirdParty{Name: "Lumen", Address: "support@lumen.test"})
		t.ok(err)
		_, err = t.desk.Change(alice, ticket.ID, tickets.Change{Requester: &party.Person})
		t.refusesFields(err, "requester")
	})
}

func TestAConflictSaysWhatHasChangedSince(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Change(t.as("alice"), ticket.ID, tickets.Change{Version: ticket.Version, Priority: ptr(tickets.High)})
		t.ok(err)
		t.ok(t.desk.Tag(t.as("alice"), ticket.ID, tickets.TagChange{Add: []string{"réseau"}}))
		_, err = t.desk.Assign(t.as("alice"), ticket.ID, tickets.Assign{Assignee: ptr(t.ids["alice"])})
		t.ok(err)
		_, err = t.desk.Change(t.as("bruno"), ticket.ID, tickets.Change{Version: ticket.Version, Type: ptr(tickets.Request)})
		t.refuses(err, fault.Conflict)
		var o *tickets.OvertakenError
		if !errors.As(err, &o) {
			t.Fatalf("error %v", err)
		}
		var since []string
		for _, e := range o.Since {
			for _, field := range []string{"priority", "assignee", "status", "tags"} {
				if pair, ok := e.Changes[field]; ok {
					since = append(since, fmt.Sprint(field, ": ", pair[0], " → ", pair[1]))
				}
			}
		}
		if want := []string{"priority: normal → high", "assignee:  → alice", "status: new → open"}; !slices.Equal(since, want) {
			t.Errorf("since %q, want %q", since, want)
		}
		if m, _ := fault.MessageOf(err); m.Args["Who"] != "Alice Blin" {
			t.Errorf("said %v", m)
		}
	})
}

func TestWhatTheRequestersSideSaysIsUnheardUntilTheDeskReadsOrAnswers(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		unheard := func(id tickets.ID) bool { return t.now(id).UnheardSince != nil }
		ticket := t.opens(t.as("claire"))
		if !unheard(ticket.ID) {
			t.Error("a new ticket is heard before anybody has read it")
		}
		before := t.now(ticket.ID)
		t.ok(t.desk.Read(t.as("alice"), ticket.ID))
		if now := t.now(ticket.ID); now.UnheardSince != nil || now.Version != before.Version || !now.UpdatedAt.Equal(before.UpdatedAt) {
			t.Errorf("read: %+v", now)
		}
		t.replies(t.as("claire"), ticket.ID, "Toujours rien.")
		if !unheard(ticket.ID) {
			t.Error("more words are heard already")
		}
		t.refuses(t.desk.Read(t.as("claire"), ticket.ID), fault.Denied)
		t.refuses(t.desk.Read(t.as("jean"), ticket.ID), fault.NotFound)
		t.replies(t.as("alice"), ticket.ID, "Nous arrivons.")
		if unheard(ticket.ID) {
			t.Error("an answer has heard nothing")
		}
		phoned, err := t.desk.Open(t.as("alice"), tickets.Open{Subject: "Appel", Body: "…", Requester: t.ids["claire"], Channel: people.Phone})
		t.ok(err)
		if unheard(phoned.ID) {
			t.Error("what the desk has written down is unheard")
		}
	})
}

func TestWhoWatchesHearsWhatTheRequesterSays(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.ok(t.desk.Watch(t.as("bruno"), ticket.ID, true))
		t.ok(t.desk.Watch(t.as("bruno"), ticket.ID, true))
		t.replies(t.as("claire"), ticket.ID, "Toujours rien.")
		t.replies(t.as("alice"), ticket.ID, "Nous arrivons.")
		t.ok(t.desk.Watch(t.as("bruno"), ticket.ID, false))
		t.replies(t.as("claire"), ticket.ID, "Merci.")
		t.wrote(ticket.ID, "opened to claire@academie.test", "answered to bruno@academie.test", "replied to claire@academie.test", "answered to alice@academie.test")
		t.refuses(t.desk.Watch(t.as("claire"), ticket.ID, true), fault.Denied)
		t.refuses(t.desk.Watch(t.as("jean"), ticket.ID, true), fault.NotFound)
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasCompleted, tickets.WasAssigned, tickets.WasAnswered, tickets.WasCompleted)
	})
}
