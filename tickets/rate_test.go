package tickets_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

var ratingLink = regexp.MustCompile(`https://amigo\.test/satisfaction/([A-Za-z0-9_-]+)\?r=good`)

// codes are those of the letters about a ticket to somebody, oldest first.
func (t *deskTest) codes(id tickets.ID, uid string) (all []string) {
	t.Helper()
	letters, err := t.outbox.OfTicket(t.Context(), int64(id))
	t.ok(err)
	for _, l := range letters {
		if l.Person != int64(t.ids[uid]) {
			continue
		}
		if m := ratingLink.FindStringSubmatch(l.Text); m != nil {
			all = append(all, m[1])
			if !strings.Contains(l.HTML, m[1]+"?r=bad") {
				t.Errorf("the letter of %s offers one answer only", uid)
			}
		}
	}
	return all
}

// rates says what the holder of a code thinks.
func (t *deskTest) rates(code string, r tickets.Rating, comment string) tickets.Ballot {
	t.Helper()
	b, err := t.desk.Rate(t.Context(), code, tickets.Rate{Rating: r, Comment: &comment})
	t.ok(err)
	return b
}

func TestWhoeverGotTheSolutionRatesItWithoutSigningIn(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.follow(ticket.ID, "paul")
		t.solves(t.as("alice"), ticket.ID)
		for _, uid := range []string{"claire", "paul"} {
			codes := t.codes(ticket.ID, uid)
			if len(codes) != 1 {
				t.Fatalf("%s got %d codes", uid, len(codes))
			}
			b, err := t.desk.Ballot(t.Context(), codes[0])
			t.ok(err)
			if b.Ticket.ID != ticket.ID || b.Person != t.ids[uid] || b.Rating != "" || !b.Open() || b.Earlier() {
				t.Errorf("the ballot of %s is %+v", uid, b)
			}
		}
		t.rates(t.codes(ticket.ID, "claire")[0], tickets.Good, " Merci !\r\n")
		t.rates(t.codes(ticket.ID, "paul")[0], tickets.Bad, "")
		b, err := t.desk.Ballot(t.Context(), t.codes(ticket.ID, "claire")[0])
		t.ok(err)
		if b.Rating != tickets.Good || b.Comment != "Merci !" {
			t.Errorf("claire's is %+v", b)
		}
		events, err := t.desk.Events(t.as("alice"), ticket.ID)
		t.ok(err)
		last := events[len(events)-2:]
		if last[0].What != tickets.WasRated || last[0].Actor != t.ids["claire"] || last[0].Data["rating"] != "good" || last[0].Data["comment"] != "Merci !" || last[1].Data["rating"] != "bad" {
			t.Errorf("events %+v", last)
		}
		if slices.Contains(t.history(t.as("claire"), ticket.ID), tickets.WasRated) {
			t.Error("the requester's side reads what others thought")
		}
		if now := t.now(ticket.ID); now.Status != tickets.Solved || now.Version != ticket.Version+1 {
			t.Errorf("rating moved the ticket: %s, version %d", now.Status, now.Version)
		}
		t.wrote(ticket.ID, "opened to claire@academie.test", "solved to claire@academie.test", "solved to paul@academie.test")
	})
}

func TestARatingMayBeChangedAndTheSameOnceMoreIsNothing(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.solves(t.as("alice"), ticket.ID)
		code := t.codes(ticket.ID, "claire")[0]
		t.rates(code, tickets.Bad, "Elle est encore muette.")
		t.rates(code, tickets.Bad, "Elle est encore muette.")
		b, err := t.desk.Rate(t.Context(), code, tickets.Rate{Rating: tickets.Good})
		t.ok(err)
		if b.Rating != tickets.Good || b.Comment != "Elle est encore muette." {
			t.Errorf("now it is %+v", b)
		}
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasAssigned, tickets.WasSolved, tickets.WasRated, tickets.WasRated)
		t.wrote(ticket.ID, "opened to claire@academie.test", "solved to claire@academie.test", "rated to alice@academie.test")
		_, err = t.desk.Rate(t.Context(), code, tickets.Rate{Rating: "superb"})
		t.refusesFields(err, "rating")
		_, err = t.desk.Rate(t.Context(), code, tickets.Rate{Rating: tickets.Bad, Comment: ptr(strings.Repeat("é", tickets.MaxComment+1))})
		t.refusesFields(err, "comment")
	})
}

func TestAnOldLetterSaysNothingOfANewerSolution(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.clock.Advance(time.Hour)
		t.solves(t.as("alice"), ticket.ID)
		first := t.codes(ticket.ID, "claire")[0]
		t.clock.Advance(time.Hour)
		t.replies(t.as("claire"), ticket.ID, "Toujours rien.")
		b, err := t.desk.Ballot(t.Context(), first)
		t.ok(err)
		if b.Open() {
			t.Error("a solution can be rated while somebody works on the ticket again")
		}
		_, err = t.desk.Rate(t.Context(), first, tickets.Rate{Rating: tickets.Good})
		t.refuses(err, fault.Invalid)
		t.clock.Advance(time.Hour)
		t.solves(t.as("alice"), ticket.ID)
		second := t.codes(ticket.ID, "claire")[1]
		t.rates(second, tickets.Good, "")
		if b := t.rates(first, tickets.Bad, ""); !b.Earlier() {
			t.Error("nothing tells that it is about an earlier solution")
		}
		b, err = t.desk.Ballot(t.Context(), second)
		t.ok(err)
		if b.Rating != tickets.Good {
			t.Errorf("the newer solution is rated %q", b.Rating)
		}
		own, ok, err := t.desk.OwnBallot(t.as("claire"), t.now(ticket.ID))
		t.ok(err)
		if !ok || own.Code != second {
			t.Error("signed in, one rates another solution than by the letter")
		}
	})
}

func TestACodeThatDoesNotOpenIsNothing(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.follow(ticket.ID, "paul")
		t.follow(ticket.ID, "rene")
		t.solves(t.as("alice"), ticket.ID)
		code := t.codes(ticket.ID, "claire")[0]
		swapped := "A"
		if strings.HasPrefix(code, swapped) {
			swapped = "B"
		}
		wrong := []string{"", "x", swapped + code[1:], code[:len(code)-1], strings.TrimPrefix(t.desk.ReplyAddress(ticket.ID, t.ids["claire"]), "assistance+r.")}
		gone := t.codes(ticket.ID, "paul")[0]
		t.unfollow(ticket.ID, "paul")
		left := t.codes(ticket.ID, "rene")[0]
		t.ok(t.leaves("rene"))
		for _, code := range append(wrong, gone, left) {
			_, err := t.desk.Ballot(t.Context(), code)
			t.refuses(err, fault.NotFound)
			_, err = t.desk.Rate(t.Context(), code, tickets.Rate{Rating: tickets.Good})
			t.refuses(err, fault.NotFound)
		}
		for _, uid := range []string{"alice", "sophie", "jean"} {
			if _, ok, err := t.desk.OwnBallot(t.as(uid), t.now(ticket.ID)); ok || err != nil {
				t.Errorf("%s has a ballot (%v)", uid, err)
			}
		}
		t.clock.Advance(60*24*time.Hour - time.Second)
		_, err := t.desk.Ballot(t.Context(), code)
		t.ok(err)
		t.clock.Advance(time.Second)
		_, err = t.desk.Ballot(t.Context(), code)
		t.refuses(err, fault.NotFound)
	})
}

func TestAGuestRatesAndATechnicianWhoAskedDoes(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		asked, err := t.desk.Open(t.guest("parent@exemple.test"), tickets.Open{Subject: "Pronote", Body: "Je ne peux pas me connecter."})
		t.ok(err)
		t.solves(t.as("alice"), asked.ID)
		t.rates(t.codes(asked.ID, "parent@exemple.test")[0], tickets.Good, "")
		own := t.opens(t.as("bruno"))
		t.solves(t.as("alice"), own.ID)
		t.rates(t.codes(own.ID, "bruno")[0], tickets.Bad, "Trop long.")
		if got := t.letters(own.ID); got[len(got)-1] != "rated to alice@academie.test" {
			t.Errorf("letters %q", got)
		}
	})
}

// unfollow lets a follower go.
func (t *deskTest) unfollow(id tickets.ID, uid string) {
	t.Helper()
	t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
		return t.db.Gorm(ctx).Exec("DELETE FROM followers WHERE ticket_id = ? AND person_id = ?", id, t.ids[uid]).Error
	}))
}

// leaves makes somebody leave the academy.
func (t *deskTest) leaves(uid string) error {
	_, err := t.people.Import(t.Context(), people.Batch{Persons: []people.Entry{{UID: uid, Name: "René Hue", Disabled: ptr(true)}}})
	return err
}
