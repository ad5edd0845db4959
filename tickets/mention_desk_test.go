package tickets_test

import (
	"strings"
	"testing"

	"amigo/app/fault"
	"amigo/tickets"
)

func TestANoteTellsTheColleagueWhomItNames(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Note(t.as("alice"), ticket.ID, tickets.Note{Body: "@bruno, c'est le réseau ? @claire n'est pas de la maison, et @alice, c'est moi."})
		t.ok(err)
		t.wrote(ticket.ID, "opened to claire@academie.test", "mentioned to bruno@academie.test")
		mine, err := t.desk.Mentions(t.as("bruno"))
		t.ok(err)
		if len(mine) != 1 || mine[0].Ticket != ticket.ID || mine[0].Read || !strings.Contains(mine[0].Body, "@bruno") {
			t.Fatalf("mentions %+v", mine)
		}
		for _, uid := range []string{"alice", "claire", "sophie"} {
			if others, err := t.desk.Mentions(t.as(uid)); err != nil || len(others) != 0 {
				t.Errorf("%s reads %v (%v)", uid, others, err)
			}
		}
		t.ok(t.desk.ReadMentions(t.as("alice"), 0))
		if mine, _ = t.desk.Mentions(t.as("bruno")); mine[0].Read {
			t.Error("somebody else has read it for them")
		}
		_, err = t.desk.Note(t.as("bruno"), ticket.ID, tickets.Note{Body: "Je regarde."})
		t.ok(err)
		if mine, _ = t.desk.Mentions(t.as("bruno")); !mine[0].Read {
			t.Error("who answers has not read it")
		}
		if followers, err := t.desk.Followers(t.as("alice"), ticket.ID); err != nil || len(followers) != 0 {
			t.Errorf("followers %v (%v): who is named would receive the requester's letters", followers, err)
		}
	})
}

func TestASolutionAndWordsToAThirdPartyAreStoppedByWhatCameMeanwhile(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		first, err := t.desk.Messages(t.as("alice"), ticket.ID)
		t.ok(err)
		seen := first[0].ID
		party, err := t.desk.AddThirdParty(t.as("alice"), ticket.ID, tickets.ThirdParty{Name: "Lumen", Address: "support@lumen.test"})
		t.ok(err)
		_, err = t.desk.Note(t.as("bruno"), ticket.ID, tickets.Note{Body: "une note n'arrête personne"})
		t.ok(err)
		_, err = t.desk.Consult(t.as("alice"), ticket.ID, tickets.Consult{Party: party.Person, Body: "Une idée ?", Seen: seen})
		t.ok(err)
		_, err = t.desk.Hear(t.system(), ticket.ID, tickets.Heard{Address: "support@lumen.test", Body: "Oui : redémarrez."})
		t.ok(err)
		_, err = t.desk.Consult(t.as("alice"), ticket.ID, tickets.Consult{Party: party.Person, Body: "Une idée ?", Seen: seen})
		t.refuses(err, fault.Conflict)
		_, err = t.desk.Solve(t.as("alice"), ticket.ID, tickets.Solve{Solution: "Redémarrée.", Seen: seen})
		t.refuses(err, fault.Conflict)
		_, err = t.desk.Reply(t.as("claire"), ticket.ID, tickets.Reply{Body: "Encore moi.", Seen: seen})
		t.ok(err) // of a third party the requester's side knows nothing
		all, err := t.desk.Messages(t.as("alice"), ticket.ID)
		t.ok(err)
		_, err = t.desk.Solve(t.as("alice"), ticket.ID, tickets.Solve{Solution: "Redémarrée.", Seen: all[len(all)-1].ID})
		t.ok(err)
	})
}

func TestAMessageIsForwardedWithItsFilesToWhoIsNew(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		file, err := t.desk.Attach(t.as("claire"), "photo.png", strings.NewReader("\x89PNG\r\n\x1a\n"))
		t.ok(err)
		ticket, err := t.desk.Open(t.as("claire"), tickets.Open{Subject: "Écran", Body: "Voyez la photo.", Attachments: []tickets.AttachmentID{file.ID}})
		t.ok(err)
		lumen := &tickets.ThirdParty{Name: "Lumen", Address: "support@lumen.test"}
		_, err = t.desk.Consult(t.as("alice"), ticket.ID, tickets.Consult{New: lumen, Body: "Voyez.", Forward: []tickets.AttachmentID{file.ID + 1000}})
		t.refusesFields(err, "files")
		if parties, _ := t.desk.ThirdParties(t.as("alice"), ticket.ID); len(parties) != 0 {
			t.Error("a party was added by words that were refused")
		}
		_, err = t.desk.Consult(t.as("alice"), ticket.ID, tickets.Consult{New: &tickets.ThirdParty{Address: "alice@academie.test", Name: "x"}, Body: "Voyez."})
		t.refusesFields(err, "address")
		m, err := t.desk.Consult(t.as("alice"), ticket.ID, tickets.Consult{New: lumen, Body: "Voyez.", Forward: []tickets.AttachmentID{file.ID}})
		t.ok(err)
		if len(m.Attachments) != 1 || m.Attachments[0].Name != "photo.png" || m.Attachments[0].ID == file.ID {
			t.Errorf("files %+v", m.Attachments)
		}
		if letters := t.letters(ticket.ID); len(letters) != 2 || !strings.HasPrefix(letters[1], "consulted") {
			t.Errorf("letters %v", letters)
		}
		other := t.opens(t.as("jean"))
		_, err = t.desk.Consult(t.as("alice"), other.ID, tickets.Consult{New: lumen, Body: "Voyez.", Forward: []tickets.AttachmentID{file.ID}})
		t.refusesFields(err, "files") // another ticket's
	})
}
