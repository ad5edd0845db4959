package tickets_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/db/dbtest"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/tickets"
)

// chooses lets somebody choose what they are written about.
func (t *deskTest) chooses(uid string, pace people.Pace) {
	t.Helper()
	_, err := t.people.SetChoices(t.as(uid), t.ids[uid], people.Choices{Pace: pace}, "fr")
	t.ok(err)
}

// digests are the digests that were written to somebody, oldest first.
func (t *deskTest) digests(uid string) (all []mail.Letter) {
	t.Helper()
	letters, err := t.outbox.Latest(t.Context(), 0, 500)
	t.ok(err)
	for _, l := range letters {
		if l.Kind == "digest" && l.Person == int64(t.ids[uid]) {
			all = append(all, l)
		}
	}
	slices.Reverse(all)
	return all
}

// waits counts the lines that wait for somebody's digest.
func (t *deskTest) waits(uid string) (n int64) {
	t.Helper()
	t.ok(t.db.Gorm(t.Context()).Table("digest_lines").Where("person_id = ?", t.ids[uid]).Count(&n).Error)
	return n
}

func TestADigestComesNextMorningAndSaysEverythingOnce(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.chooses("claire", people.Digest)
		one, other := t.opens(t.as("claire")), t.opens(t.as("claire"))
		t.replies(t.as("alice"), one.ID, "Éteignez-la.")
		t.replies(t.as("bruno"), one.ID, "Ou changez le toner.")
		t.solves(t.as("alice"), other.ID)
		t.wrote(one.ID)
		t.wrote(other.ID)
		t.at("2026-11-19T07:55:00+01:00")
		if all := t.digests("claire"); len(all) != 0 {
			t.Fatalf("%d digests before eight", len(all))
		}
		t.at("2026-11-19T08:00:00+01:00")
		t.at("2026-11-19T08:05:00+01:00")
		all := t.digests("claire")
		if len(all) != 1 {
			t.Fatalf("%d digests", len(all))
		}
		l := all[0]
		for _, want := range []string{
			"AMIGO #" + one.ID.Ref(), "Éteignez-la.", "Ou changez le toner.", "Alice Blin (Assistance", "AMIGO #" + other.ID.Ref(),
			"Le toner était vide.", "/tickets/" + one.ID.Ref(), "jusqu'au mercredi 2", "/preferences", "ouvrez la demande",
		} {
			if !strings.Contains(strings.ReplaceAll(l.Text, "\u00a0", " "), want) {
				t.Errorf("the digest lacks %q:\n%s", want, l.Text)
			}
		}
		if l.Ticket != 0 || !strings.Contains(l.Headers["Reply-To"], "<assistance@academie.test>") || t.waits("claire") != 0 {
			t.Errorf("ticket %d, %s, %d lines left", l.Ticket, l.Headers["Reply-To"], t.waits("claire"))
		}
	})
}

func TestADigestAboutOneTicketIsAnsweredAsItsLettersAre(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.chooses("claire", people.Digest)
		ticket := t.opens(t.as("claire"))
		t.replies(t.as("alice"), ticket.ID, "Éteignez-la.")
		t.at("2026-11-19T08:00:00+01:00")
		all := t.digests("claire")
		if len(all) != 1 || all[0].Ticket != int64(ticket.ID) || !strings.Contains(all[0].Headers["Reply-To"], t.desk.ReplyAddress(ticket.ID, t.ids["claire"])) {
			t.Fatalf("%+v", all)
		}
	})
}

func TestWhatAsksForAnAnswerDoesNotWaitForTheDigest(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.chooses("claire", people.Digest)
		id := t.asks("claire")
		t.wrote(id, "waiting to claire@academie.test")
		by, err := t.desk.Open(t.by("claire", people.Mail), tickets.Open{Subject: "VPN", Body: "Rien."})
		t.ok(err)
		t.wrote(by.ID, "opened to claire@academie.test")
		phone, err := t.desk.Open(t.as("alice"), tickets.Open{Subject: "VPN", Body: "Rien.", Requester: t.ids["claire"], Channel: people.Phone})
		t.ok(err)
		t.wrote(phone.ID, "opened to claire@academie.test")
	})
}

func TestWhoOnlyWantsTheSolutionGetsItAndWhatAsksThem(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.chooses("claire", people.Solved)
		ticket := t.opens(t.as("claire"))
		t.replies(t.as("alice"), ticket.ID, "Je regarde.")
		t.asksAgain(ticket.ID)
		t.replies(t.as("claire"), ticket.ID, "Une C400.")
		t.solves(t.as("alice"), ticket.ID)
		t.wrote(ticket.ID, "waiting to claire@academie.test", "answered to alice@academie.test", "solved to claire@academie.test")
		if n := t.waits("claire"); n != 0 {
			t.Errorf("%d lines wait", n)
		}
	})
}

func TestTechniciansHaveADigestToo(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.chooses("bruno", people.Digest)
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Assign(t.as("sophie"), ticket.ID, tickets.Assign{Assignee: ptr(t.ids["bruno"])})
		t.ok(err)
		t.replies(t.as("claire"), ticket.ID, "C'est urgent.")
		t.at("2026-11-19T08:00:00+01:00")
		all := t.digests("bruno")
		if len(all) != 1 || !strings.Contains(all[0].Text, "Sophie Roux vous a confié") || !strings.Contains(all[0].Text, "C'est urgent.") {
			t.Fatalf("%+v", all)
		}
		if strings.Contains(all[0].Headers["Reply-To"], "+r.") {
			t.Errorf("an answer to what was assigned goes to the requester: %s", all[0].Headers["Reply-To"])
		}
	})
}

func TestADigestSaysNothingThatItsReaderMayNotKnowAnyMore(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		for _, uid := range []string{"claire", "paul", "jean"} {
			t.chooses(uid, people.Digest)
		}
		kept, hidden, lost := t.opens(t.as("claire")), t.opens(t.as("claire")), t.opens(t.as("claire"))
		t.follow(lost.ID, "paul")
		t.follow(lost.ID, "jean")
		t.replies(t.as("alice"), kept.ID, "Premier mot.")
		said := t.replies(t.as("alice"), hidden.ID, "Un mot de passe.")
		t.replies(t.as("alice"), lost.ID, "Entre vous.")
		_, err := t.desk.Note(t.as("alice"), kept.ID, tickets.Note{Body: "Entre nous."})
		t.ok(err)
		t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
			return errors.Join(
				t.db.Gorm(ctx).Exec("UPDATE messages SET internal = TRUE WHERE id = ?", said.ID).Error,
				t.db.Gorm(ctx).Exec("UPDATE messages SET body = 'Mot corrigé.' WHERE body = 'Premier mot.'").Error,
				t.db.Gorm(ctx).Exec("DELETE FROM followers WHERE person_id = ?", t.ids["paul"]).Error,
				t.db.Gorm(ctx).Exec("UPDATE persons SET disabled_at = ? WHERE id = ?", t.clock.Now(), t.ids["jean"]).Error,
			)
		}))
		t.at("2026-11-19T08:00:00+01:00")
		all := t.digests("claire")
		if len(all) != 1 {
			t.Fatalf("%d digests", len(all))
		}
		for words, want := range map[string]bool{"Mot corrigé.": true, "Entre vous.": true, "Premier mot.": false, "Un mot de passe.": false, "Entre nous.": false} {
			if strings.Contains(all[0].Text, words) != want {
				t.Errorf("%q is there: %v\n%s", words, !want, all[0].Text)
			}
		}
		for _, uid := range []string{"paul", "jean"} {
			if n := len(t.digests(uid)); n != 0 || t.waits(uid) != 0 {
				t.Errorf("%s: %d digests, %d lines", uid, n, t.waits(uid))
			}
		}
	})
}

func TestWhoWantsNoDigestAnyMoreHearsAtOnceWhatTheyStillWant(t *testing.T) {
	for pace, want := range map[people.Pace]map[string]bool{
		people.Every:  {"Je regarde.": true, "Le toner était vide.": true},
		people.Solved: {"Je regarde.": false, "Le toner était vide.": true},
	} {
		t.Run(string(pace), func(t *testing.T) {
			eachDesk(t, func(t *deskTest) {
				t.chooses("claire", people.Digest)
				ticket, other := t.opens(t.as("claire")), t.opens(t.as("claire"))
				t.replies(t.as("alice"), ticket.ID, "Je regarde.")
				t.solves(t.as("alice"), other.ID)
				t.clock.Advance(time.Hour)
				t.drain()
				t.chooses("claire", pace)
				t.clock.Advance(5 * time.Minute)
				t.drain()
				all := t.digests("claire")
				if len(all) != 1 || t.waits("claire") != 0 {
					t.Fatalf("%d digests, %d lines", len(all), t.waits("claire"))
				}
				for words, there := range want {
					if strings.Contains(all[0].Text, words) != there {
						t.Errorf("%q is there: %v", words, !there)
					}
				}
				// Back again, on the same day: the next morning brings what is new since, and that alone.
				t.chooses("claire", people.Digest)
				t.replies(t.as("alice"), ticket.ID, "Et maintenant ?")
				t.at("2026-11-19T08:00:00+01:00")
				if all = t.digests("claire"); len(all) != 2 || !strings.Contains(all[1].Text, "Et maintenant ?") || strings.Contains(all[1].Text, "Je regarde.") {
					t.Errorf("%d digests", len(all))
				}
			})
		})
	}
}

func TestADigestIsWrittenOnceByManyWorkersAndAfterAnAccident(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		const readers = 12
		var batch people.Batch
		for i := range readers {
			batch.Persons = append(batch.Persons, people.Entry{UID: fmt.Sprintf("p%d", i), Name: "P", Addresses: []string{fmt.Sprintf("p%d@academie.test", i)}})
		}
		_, err := t.people.Import(t.Context(), batch)
		t.ok(err)
		ticket := t.opens(t.as("jean"))
		for _, e := range batch.Persons {
			p, err := t.people.ByUID(t.Context(), e.UID)
			t.ok(err)
			t.ids[e.UID] = p.ID
			t.chooses(e.UID, people.Digest)
			t.follow(ticket.ID, e.UID)
		}
		t.replies(t.as("alice"), ticket.ID, "À tous.")
		t.clock.Set(t.instant("2026-11-19T08:00:00+01:00"))
		// The transaction that has written a letter dies before it ends: nothing of it was.
		died := errors.New("killed")
		err = t.db.Tx(t.Context(), func(ctx context.Context) error { return errors.Join(t.desk.Digests(ctx), died) })
		if !errors.Is(err, died) || len(t.digests("p0")) != 0 || t.waits("p0") != 1 {
			t.Fatalf("%v: %d digests, %d lines", err, len(t.digests("p0")), t.waits("p0"))
		}
		var workers sync.WaitGroup
		for range 4 {
			workers.Go(func() {
				if err := t.desk.Digests(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		workers.Wait()
		for _, e := range batch.Persons {
			if n := len(t.digests(e.UID)); n != 1 || t.waits(e.UID) != 0 {
				t.Errorf("%s: %d digests, %d lines", e.UID, n, t.waits(e.UID))
			}
		}
	})
}

func TestDigestsForWhichNoTimeIsLeftComeWithTheNextBeat(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.chooses("claire", people.Digest)
		t.replies(t.as("alice"), t.opens(t.as("claire")).ID, "Éteignez-la.")
		t.clock.Set(t.instant("2026-11-19T08:00:00+01:00"))
		short, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		t.ok(t.desk.Digests(short))
		if n := len(t.digests("claire")); n != 0 || t.waits("claire") == 0 {
			t.Errorf("%d digests, begun with seconds to go", n)
		}
		t.ok(t.desk.Digests(t.Context()))
		if n := len(t.digests("claire")); n != 1 || t.waits("claire") != 0 {
			t.Errorf("%d digests, %d lines left", n, t.waits("claire"))
		}
	})
}

func TestQuietPeopleAreWrittenToWithTheirNextOpening(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		night := t.instant("2026-12-22T22:00:00+01:00")
		for uid, want := range map[string]string{
			"claire": "2027-01-04T08:00:00+01:00", "rene": "2026-12-23T09:00:00+01:00", "alice": "2026-12-23T09:00:00+01:00", "paul": "2026-12-22T22:00:00+01:00",
		} {
			if uid != "paul" {
				_, err := t.people.SetChoices(t.as(uid), t.ids[uid], people.Choices{Pace: people.Every, Quiet: true}, "fr")
				t.ok(err)
			}
			at, err := t.desk.NotBefore(t.Context(), int64(t.ids[uid]), night)
			t.ok(err)
			if !at.Equal(t.instant(want)) {
				t.Errorf("%s is written to at %s, want %s", uid, at, want)
			}
		}
		if at, err := t.desk.NotBefore(t.Context(), 0, dbtest.Start); err != nil || !at.Equal(dbtest.Start) {
			t.Errorf("nobody in particular: %s, %v", at, err)
		}
	})
}
