package tickets_test

import (
	"context"
	"slices"
	"testing"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// lets lets somebody of the directory follow a ticket.
func (t *deskTest) lets(ctx context.Context, id tickets.ID, uid string) error {
	t.Helper()
	_, err := t.desk.Follow(ctx, id, tickets.Follow{Person: t.ids[uid]})
	return err
}

// followers are the uids of who follows a ticket.
func (t *deskTest) followers(id tickets.ID) (uids []string) {
	t.Helper()
	all, err := t.desk.Followers(t.as("sophie"), id)
	t.ok(err)
	for _, f := range all {
		p, err := t.people.Get(t.Context(), f.Person)
		t.ok(err)
		uids = append(uids, p.UID)
	}
	slices.Sort(uids)
	return uids
}

func TestAFollowerReadsAndIsWrittenToFromThenOn(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.replies(t.as("alice"), ticket.ID, "Avant.")
		t.ok(t.lets(t.as("claire"), ticket.ID, "paul"))
		t.replies(t.as("alice"), ticket.ID, "Après.")
		t.wrote(ticket.ID, "opened to claire@academie.test", "replied to claire@academie.test",
			"replied to claire@academie.test", "replied to paul@academie.test")
		said, err := t.desk.Messages(t.as("paul"), ticket.ID)
		t.ok(err)
		if len(said) != 3 {
			t.Errorf("the follower reads %d messages", len(said))
		}
		all, err := t.desk.Followers(t.as("paul"), ticket.ID)
		t.ok(err)
		if len(all) != 1 || all[0].AddedBy != t.ids["claire"] || all[0].AddedAt == nil {
			t.Errorf("who let them in is lost: %+v", all)
		}
		events, err := t.desk.Events(t.as("claire"), ticket.ID)
		t.ok(err)
		last := events[len(events)-2] // before the answer
		if last.What != tickets.WasFollowed || last.Actor != t.ids["claire"] || last.Data["person"] != t.ids["paul"].String() {
			t.Errorf("the history says %+v", last)
		}
	})
}

func TestWhoMayLetWhomFollow(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		outside := tickets.Follow{Address: "mere@exemple.test"}
		_, err := t.desk.Follow(t.as("claire"), ticket.ID, outside)
		t.refusesFields(err, "who") // it would be an open relay of history
		_, err = t.desk.Follow(t.as("claire"), ticket.ID, tickets.Follow{Address: "Paul@Academie.test"})
		t.ok(err)
		t.refuses(t.lets(t.as("paul"), ticket.ID, "jean"), fault.Denied)
		t.refuses(t.lets(t.as("jean"), ticket.ID, "jean"), fault.NotFound)
		t.refuses(t.lets(t.claiming("claire"), ticket.ID, "jean"), fault.NotFound)
		_, err = t.desk.Follow(t.as("alice"), ticket.ID, outside)
		t.ok(err)
		if got := t.followers(ticket.ID); !slices.Equal(got, []string{"mail:mere@exemple.test", "paul"}) {
			t.Errorf("followed by %v", got)
		}
		for _, who := range []tickets.Follow{{}, {Person: 999}, {Person: people.SystemID}, {Address: "assistance@academie.test"}, {Address: "no address"}} {
			_, err = t.desk.Follow(t.as("alice"), ticket.ID, who)
			t.refusesFields(err, "who")
		}
		p := t.lumen(ticket.ID)
		_, err = t.desk.Follow(t.as("alice"), ticket.ID, tickets.Follow{Person: p.Person})
		t.refusesFields(err, "who")
		t.ok(t.lets(t.as("alice"), ticket.ID, "claire")) // takes part already: nothing happens
		if got := t.followers(ticket.ID); len(got) != 2 {
			t.Errorf("followed by %v", got)
		}
	})
}

func TestWhoMayLetAFollowerGo(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		for _, uid := range []string{"paul", "jean", "rene"} {
			t.ok(t.lets(t.as("claire"), ticket.ID, uid))
		}
		t.refuses(t.desk.Unfollow(t.as("paul"), ticket.ID, t.ids["jean"]), fault.Denied)
		t.ok(t.desk.Unfollow(t.as("paul"), ticket.ID, t.ids["paul"]))
		_, err := t.desk.Get(t.as("paul"), ticket.ID)
		t.refuses(err, fault.NotFound)
		t.ok(t.desk.Unfollow(t.as("claire"), ticket.ID, t.ids["jean"]))
		t.ok(t.desk.Unfollow(t.as("alice"), ticket.ID, t.ids["rene"]))
		t.refuses(t.desk.Unfollow(t.as("alice"), ticket.ID, t.ids["rene"]), fault.NotFound)
		if got := t.followers(ticket.ID); len(got) != 0 {
			t.Errorf("still followed by %v", got)
		}
		t.replies(t.as("alice"), ticket.ID, "Après.")
		t.wrote(ticket.ID, "opened to claire@academie.test", "replied to claire@academie.test")
	})
}

func TestAFollowerWhoHasLeftGetsNothing(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.ok(t.lets(t.as("claire"), ticket.ID, "paul"))
		t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
			return t.db.Gorm(ctx).Exec("UPDATE persons SET disabled_at = ? WHERE id = ?", t.clock.Now(), t.ids["paul"]).Error
		}))
		t.replies(t.as("alice"), ticket.ID, "Après.")
		t.wrote(ticket.ID, "opened to claire@academie.test", "replied to claire@academie.test")
		other := t.opens(t.as("claire"))
		t.refusesFields(t.lets(t.as("claire"), other.ID, "paul"), "who")
	})
}

func TestWhomAMailWasCopiedToIsKeptAsWordsAndNothingElse(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, err := t.desk.Open(t.by("claire", people.Mail), tickets.Open{
			Subject: "Imprimante", Body: "Muette.", Cc: []string{"Paul@academie.test", "paul@academie.test", "not one", "chef@exemple.test"},
		})
		t.ok(err)
		_, err = t.desk.Reply(t.by("claire", people.Mail), ticket.ID, tickets.Reply{Body: "Encore.", Cc: []string{"jean@academie.test"}})
		t.ok(err)
		said, err := t.desk.Messages(t.as("claire"), ticket.ID)
		t.ok(err)
		if !slices.Equal(said[0].Cc, []string{"paul@academie.test", "chef@exemple.test"}) || !slices.Equal(said[1].Cc, []string{"jean@academie.test"}) {
			t.Errorf("copied to %v and %v", said[0].Cc, said[1].Cc)
		}
		if got := t.followers(ticket.ID); len(got) != 0 {
			t.Errorf("followed by %v", got)
		}
		_, err = t.desk.Get(t.as("paul"), ticket.ID)
		t.refuses(err, fault.NotFound)
	})
}
