package tickets_test

import (
	"fmt"
	"slices"
	"testing"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// kin is what is around a ticket: "tie number".
func (t *deskTest) kin(id tickets.ID) (all []string) {
	t.Helper()
	l, err := t.desk.Look(t.as("alice"), id)
	t.ok(err)
	for _, r := range l.Kin.All {
		if r.Tie != tickets.SameAsker && r.Tie != tickets.SamePlace {
			all = append(all, fmt.Sprintf("%s %d", r.Tie, r.ID-10000))
		}
	}
	slices.Sort(all)
	return all
}

func TestTicketsAreTiedAndUntied(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		one, two, three := t.opens(t.as("claire")), t.opens(t.as("jean")), t.opens(t.as("paul"))
		alice := t.as("alice")
		t.ok(t.desk.Link(alice, two.ID, one.ID, tickets.Related))
		t.ok(t.desk.Link(alice, one.ID, two.ID, tickets.Related)) // the same
		t.ok(t.desk.Link(alice, one.ID, three.ID, tickets.Cause))
		for id, want := range map[tickets.ID][]string{one.ID: {"cause 3", "related 2"}, two.ID: {"related 1"}, three.ID: {"effect 1"}} {
			if got := t.kin(id); !slices.Equal(got, want) {
				t.Errorf("around %d are %q, want %q", id, got, want)
			}
		}
		t.ok(t.desk.Link(alice, three.ID, one.ID, tickets.Duplicate)) // in the place of what was
		if got, want := t.kin(one.ID), []string{"duplicated 3", "related 2"}; !slices.Equal(got, want) {
			t.Errorf("around are %q, want %q", got, want)
		}
		t.ok(t.desk.Unlink(alice, one.ID, three.ID))
		t.refuses(t.desk.Unlink(alice, one.ID, three.ID), fault.NotFound)
		t.happened(two.ID, tickets.WasOpened, tickets.WasLinked)
		if now := t.now(one.ID); now.Version != one.Version {
			t.Errorf("version %d, was %d", now.Version, one.Version)
		}
		t.refusesFields(t.desk.Link(alice, one.ID, one.ID, tickets.Related), "ref")
		t.refusesFields(t.desk.Link(alice, one.ID, 9, "friend"), "ref", "kind")
		t.refuses(t.desk.Link(t.as("claire"), one.ID, two.ID, tickets.Related), fault.Denied)
		t.refuses(t.desk.Link(t.as("jean"), one.ID, two.ID, tickets.Related), fault.NotFound)
	})
}

func TestAPageShowsFamilyAndWhatElseThePersonAndThePlaceHaveAsked(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		var asked []tickets.ID
		for range 7 {
			asked = append(asked, t.opens(t.as("claire")).ID)
		}
		other, err := t.desk.Open(t.as("alice"), tickets.Open{Subject: "x", Body: "x", Requester: t.ids["paul"], Establishment: "0140013N"})
		t.ok(err)
		alice := t.as("alice")
		t.solves(alice, asked[0])
		t.ok(t.desk.Adopt(alice, asked[1], other.ID))
		t.ok(t.desk.Merge(alice, asked[2], asked[6]))
		l, err := t.desk.Look(alice, asked[6])
		t.ok(err)
		if got := len(l.Kin.Of(tickets.SameAsker)); got != 5 {
			t.Errorf("%d tickets of the same person are listed", got)
		}
		if want := (tickets.Tally{All: 7, Live: 5}); l.Kin.Asked != want {
			t.Errorf("asked %+v, want %+v", l.Kin.Asked, want)
		}
		if want := (tickets.Tally{All: 8, Live: 6}); l.Kin.Place != want {
			t.Errorf("place %+v, want %+v", l.Kin.Place, want)
		}
		if !l.Kin.Has(other.ID, tickets.SamePlace) || !l.Kin.Has(asked[2], tickets.MergedIn) {
			t.Errorf("around are %+v", l.Kin.All)
		}
		if got := t.kin(other.ID); !slices.Equal(got, []string{"child 2"}) {
			t.Errorf("around the parent are %q", got)
		}
		if got := t.kin(asked[1]); !slices.Equal(got, []string{"parent 8"}) {
			t.Errorf("around the child are %q", got)
		}
	})
}

func TestALookShowsEachReaderWhatIsTheirs(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, alice := t.opens(t.as("claire")), t.as("alice")
		t.replies(alice, ticket.ID, "Nous arrivons.")
		_, err := t.desk.Note(alice, ticket.ID, tickets.Note{Body: "Toner ?"})
		t.ok(err)
		t.follow(ticket.ID, "rene")
		_, err = t.desk.AddThirdParty(alice, ticket.ID, tickets.ThirdParty{Name: "Lumen", Address: "support@lumen.test", Reference: "INC-7"})
		t.ok(err)
		t.ok(t.desk.Watch(t.as("sophie"), ticket.ID, true))
		staff, err := t.desk.Look(alice, ticket.ID)
		t.ok(err)
		if len(staff.Messages) != 3 || len(staff.Followers) != 1 || !slices.Equal(staff.Watchers, []people.ID{t.ids["sophie"]}) {
			t.Errorf("staff see %d messages, %v, %v", len(staff.Messages), staff.Followers, staff.Watchers)
		}
		if p := staff.Parties; len(p) != 1 || p[0].Address != "support@lumen.test" || p[0].Reference != "INC-7" || p[0].AddedBy != t.ids["alice"] {
			t.Errorf("third parties %+v", p)
		}
		for _, who := range []string{"claire", "alice", "rene", "sophie"} {
			if staff.People[t.ids[who]].Name == "" {
				t.Errorf("%s is not known", who)
			}
		}
		for _, who := range []string{"claire", "rene"} {
			l, err := t.desk.Look(t.as(who), ticket.ID)
			t.ok(err)
			if len(l.Messages) != 2 || len(l.Followers) != 1 || l.Parties != nil || l.Watchers != nil || l.Kin.All != nil {
				t.Errorf("%s sees %+v", who, l)
			}
		}
		_, err = t.desk.Look(t.as("jean"), ticket.ID)
		t.refuses(err, fault.NotFound)
		_, err = t.desk.Look(t.claiming("claire"), ticket.ID)
		t.refuses(err, fault.NotFound)
	})
}

func TestTheFollowersOfATicketFollowWhatIsSplitOffAndThirdPartiesDoNot(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, alice := t.opens(t.as("claire")), t.as("alice")
		t.follow(ticket.ID, "rene")
		_, err := t.desk.AddThirdParty(alice, ticket.ID, tickets.ThirdParty{Name: "Lumen", Address: "support@lumen.test"})
		t.ok(err)
		m := t.replies(t.as("claire"), ticket.ID, "Et le scanner aussi.")
		made, err := t.desk.Split(alice, ticket.ID, m.ID)
		t.ok(err)
		l, err := t.desk.Look(alice, made.ID)
		t.ok(err)
		if len(l.Followers) != 1 || l.Followers[0].Person != t.ids["rene"] || l.Parties != nil {
			t.Errorf("followers %+v, third parties %+v", l.Followers, l.Parties)
		}
		if _, err := t.desk.Get(t.as("rene"), made.ID); err != nil {
			t.Errorf("the follower: %v", err)
		}
	})
}

func TestAMergeIsShownBeforeItHappens(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		from, into, alice := t.opens(t.as("claire")), t.opens(t.as("jean")), t.as("alice")
		t.follow(from.ID, "rene")
		t.follow(into.ID, "claire")
		_, err := t.desk.AddThirdParty(alice, from.ID, tickets.ThirdParty{Name: "Lumen", Address: "support@lumen.test"})
		t.ok(err)
		m, err := t.desk.Merging(alice, from.ID, into.ID)
		t.ok(err)
		if m.From.ID != from.ID || m.Into.ID != into.ID || !slices.Equal(m.Follow, []people.ID{t.ids["rene"]}) || len(m.Parties) != 1 {
			t.Errorf("will be %+v", m)
		}
		if now := t.now(from.ID); now.Status != from.Status {
			t.Errorf("a preview has made it %s", now.Status)
		}
		_, err = t.desk.Merging(alice, from.ID, from.ID)
		t.refusesFields(err, "into")
		_, err = t.desk.Merging(alice, from.ID, 9)
		t.refusesFields(err, "into")
		_, err = t.desk.Merging(t.as("claire"), from.ID, into.ID)
		t.refuses(err, fault.Denied)
		_, err = t.desk.Merging(t.as("paul"), from.ID, into.ID)
		t.refuses(err, fault.NotFound)
	})
}
