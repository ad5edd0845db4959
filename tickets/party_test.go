package tickets_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/app/seal"
	"amigo/tickets"
)

// lumen is a publisher who works on a ticket under a number of its own.
func (t *deskTest) lumen(id tickets.ID) tickets.ThirdParty {
	t.Helper()
	p, err := t.desk.AddThirdParty(t.as("alice"), id, tickets.ThirdParty{Name: "Éditions Lumen", Address: "Support@Lumen.test", Reference: "INC-77"})
	t.ok(err)
	return p
}

// hears files what a third party writes.
func (t *deskTest) hears(id tickets.ID, from, body string) tickets.Message {
	t.Helper()
	ctx := people.As(t.Context(), people.System())
	m, err := t.desk.Hear(ctx, id, tickets.Heard{Address: from, Body: body})
	t.ok(err)
	return m
}

func TestAThirdPartyIsWrittenToAloneAndItsAnswerIsForStaffAlone(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		p := t.lumen(ticket.ID)
		t.wrote(ticket.ID, "opened to claire@academie.test") // to be noted is no news
		asked, err := t.desk.Consult(t.as("alice"), ticket.ID, tickets.Consult{
			Party: p.Person, Body: "La licence est-elle encore bonne ?", Then: tickets.WaitingThirdParty,
		})
		t.ok(err)
		if now := t.now(ticket.ID); now.Status != tickets.WaitingThirdParty || now.Assignee != t.ids["alice"] || now.FirstRespondedAt != nil {
			t.Errorf("after writing to the party: %+v", now)
		}
		said := t.hears(ticket.ID, "support@lumen.test", "Elle a expiré.")
		t.wrote(ticket.ID, "opened to claire@academie.test", "consulted to support@lumen.test", "informed to alice@academie.test")
		if now := t.now(ticket.ID); now.Status != tickets.WaitingThirdParty {
			t.Errorf("an answer moves the ticket to %s", now.Status)
		}
		if !asked.Internal || asked.Addressee != p.Person || !said.Internal || said.Author != p.Person {
			t.Errorf("asked %+v, said %+v", asked, said)
		}
		theirs, err := t.desk.Messages(t.as("claire"), ticket.ID)
		t.ok(err)
		if len(theirs) != 1 {
			t.Errorf("the requester reads %d messages", len(theirs))
		}
		for _, what := range []tickets.What{tickets.WasInvolved, tickets.WasConsulted, tickets.WasInformed} {
			if slices.Contains(t.history(t.as("claire"), ticket.ID), what) {
				t.Errorf("the requester reads that the ticket was %s", what)
			}
		}
	})
}

func TestALetterToAThirdPartyHasBothReferencesAndNothingOfTheTicket(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		p := t.lumen(ticket.ID)
		_, err := t.desk.Note(t.as("alice"), ticket.ID, tickets.Note{Body: "Claire Martin a perdu son mot de passe."})
		t.ok(err)
		_, err = t.desk.Consult(t.as("alice"), ticket.ID, tickets.Consult{Party: p.Person, Body: "Où en êtes-vous ?"})
		t.ok(err)
		letters, err := t.outbox.OfTicket(t.Context(), int64(ticket.ID))
		t.ok(err)
		l := letters[len(letters)-1]
		if l.Subject != "["+ticket.ID.Label()+"] [INC-77] Imprimante muette" {
			t.Errorf("subject %q", l.Subject)
		}
		if !strings.Contains(l.Headers["Reply-To"], t.desk.ReplyAddress(ticket.ID, p.Person)) {
			t.Errorf("an answer goes to %s", l.Headers["Reply-To"])
		}
		for _, secret := range []string{"Plus rien ne sort", "mot de passe", "Claire", "/tickets/"} {
			if strings.Contains(l.Text+l.HTML, secret) {
				t.Errorf("the party reads %q:\n%s", secret, l.Text)
			}
		}
	})
}

func TestAThirdPartyFetchesItsFilesAsLongAsItWorksOnTheTicket(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		p := t.lumen(ticket.ID)
		a, err := t.desk.Attach(t.as("alice"), "journal.txt", strings.NewReader("erreur 12"))
		t.ok(err)
		_, err = t.desk.Consult(t.as("alice"), ticket.ID, tickets.Consult{Party: p.Person, Body: "Voici le journal.", Attachments: []tickets.AttachmentID{a.ID}})
		t.ok(err)
		letters, err := t.outbox.OfTicket(t.Context(), int64(ticket.ID))
		t.ok(err)
		_, rest, found := strings.Cut(letters[len(letters)-1].Text, "/fichiers/")
		if !found {
			t.Fatalf("the letter names no address:\n%s", letters[len(letters)-1].Text)
		}
		token := strings.Fields(rest)[0]
		fetch := func(token string) error {
			_, r, err := t.desk.HandedOut(t.Context(), token)
			if err != nil {
				return err
			}
			defer func() { _ = r.Close() }()
			if text, err := io.ReadAll(r); err != nil || string(text) != "erreur 12" {
				t.Errorf("it holds %q, %v", text, err)
			}
			return nil
		}
		t.ok(fetch(token))
		t.refuses(fetch(token+"a"), fault.Invalid)
		t.clock.Advance(31 * 24 * time.Hour)
		t.refuses(fetch(token), seal.ErrExpired)
		t.clock.Advance(-31 * 24 * time.Hour)
		t.ok(t.desk.RemoveThirdParty(t.as("alice"), ticket.ID, p.Person))
		t.refuses(fetch(token), fault.NotFound)
	})
}

func TestWhoCannotBeAThirdParty(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.follow(ticket.ID, "jean")
		t.lumen(ticket.ID)
		for name, c := range map[string]struct {
			party  tickets.ThirdParty
			fields []string
		}{
			"nobody":        {tickets.ThirdParty{}, []string{"name", "address"}},
			"the requester": {tickets.ThirdParty{Name: "Claire", Address: "claire@academie.test"}, []string{"address"}},
			"a follower":    {tickets.ThirdParty{Name: "Jean", Address: "jean@academie.test"}, []string{"address"}},
			"a technician":  {tickets.ThirdParty{Name: "Bruno", Address: "bruno@academie.test"}, []string{"address"}},
			"ourselves":     {tickets.ThirdParty{Name: "AMIGO", Address: "Assistance+x@academie.test"}, []string{"address"}},
			"one of them":   {tickets.ThirdParty{Name: "Lumen", Address: "support@lumen.test"}, []string{"address"}},
			"a long story":  {tickets.ThirdParty{Name: strings.Repeat("a", 121), Address: "a@b.test", Reference: strings.Repeat("1", 61)}, []string{"name", "reference"}},
		} {
			_, err := t.desk.AddThirdParty(t.as("alice"), ticket.ID, c.party)
			if err == nil {
				t.Errorf("%s can be one", name)
			}
			t.refusesFields(err, c.fields...)
		}
		_, err := t.desk.AddThirdParty(t.as("claire"), ticket.ID, tickets.ThirdParty{Name: "Région", Address: "dsi@region.test"})
		t.refuses(err, fault.Denied)
		_, err = t.desk.ThirdParties(t.as("claire"), ticket.ID)
		t.refuses(err, fault.Denied)
		_, err = t.desk.Hear(t.as("alice"), ticket.ID, tickets.Heard{Address: "support@lumen.test", Body: "Moi aussi"})
		t.refuses(err, fault.Denied)
		_, err = t.desk.AddThirdParty(t.as("alice"), ticket.ID, tickets.ThirdParty{Name: "Paul, qui édite", Address: "paul@academie.test"})
		t.ok(err) // of the directory, and no part of the ticket
		_, err = t.desk.Get(t.as("paul"), ticket.ID)
		t.refuses(err, fault.NotFound)
	})
}

func TestAThirdPartyIsChangedAndRemoved(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		p := t.lumen(ticket.ID)
		t.ok(t.desk.ChangeThirdParty(t.as("bruno"), ticket.ID, tickets.ThirdParty{Person: p.Person, Name: "Lumen", Reference: "INC-78"}))
		all, err := t.desk.ThirdParties(t.as("alice"), ticket.ID)
		t.ok(err)
		if len(all) != 1 || all[0].Name != "Lumen" || all[0].Reference != "INC-78" || all[0].Address != "support@lumen.test" || all[0].AddedBy != t.ids["alice"] {
			t.Errorf("it is %+v", all)
		}
		t.ok(t.desk.RemoveThirdParty(t.as("bruno"), ticket.ID, p.Person))
		_, err = t.desk.Consult(t.as("alice"), ticket.ID, tickets.Consult{Party: p.Person, Body: "Encore là ?"})
		t.refusesFields(err, "party")
		t.refuses(t.desk.RemoveThirdParty(t.as("bruno"), ticket.ID, p.Person), fault.NotFound)
		_, err = t.desk.Hear(people.As(t.Context(), people.System()), ticket.ID, tickets.Heard{Address: "support@lumen.test", Body: "Oui"})
		t.refuses(err, fault.NotFound)
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasInvolved, tickets.WasInvolved, tickets.WasDropped)
	})
}

func TestThirdPartiesStandInTheOrderOfTheAlphabet(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		for i, name := range []string{"Zébulon", "éditions du Parc", "Eaux vives", "Édition Lumen", "atelier"} {
			_, err := t.desk.AddThirdParty(t.as("alice"), ticket.ID, tickets.ThirdParty{Name: name, Address: fmt.Sprintf("a%d@dehors.test", i)})
			t.ok(err)
		}
		all, err := t.desk.ThirdParties(t.as("alice"), ticket.ID)
		t.ok(err)
		var names []string
		for _, p := range all {
			names = append(names, p.Name)
		}
		if want := []string{"atelier", "Eaux vives", "Édition Lumen", "éditions du Parc", "Zébulon"}; !slices.Equal(names, want) {
			t.Errorf("they stand as %q", names)
		}
	})
}

func TestAThirdPartyGoesOnWithTheTicketThatItsOwnGoesOnAs(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		one, other := t.opens(t.as("claire")), t.opens(t.as("jean"))
		p := t.lumen(one.ID)
		// Jean is a third party of Claire's ticket and requester of the other: there he stays what he is.
		_, err := t.desk.AddThirdParty(t.as("alice"), one.ID, tickets.ThirdParty{Name: "Jean", Address: "jean@academie.test"})
		t.ok(err)
		t.ok(t.desk.Merge(t.as("alice"), one.ID, other.ID))
		all, err := t.desk.ThirdParties(t.as("alice"), other.ID)
		t.ok(err)
		if len(all) != 1 || all[0].Person != p.Person {
			t.Errorf("the survivor has %+v", all)
		}
	})
}

func TestATicketIsCalledByTheReferenceOfAThirdParty(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		p := t.lumen(ticket.ID)
		for subject, want := range map[string]tickets.ID{
			"Re: votre demande [INC-77]": ticket.ID, "inc-77": ticket.ID, "INC-771": 0, "XINC-77": 0, "INC77": 0, "": 0,
		} {
			got, err := t.desk.CalledByThem(t.Context(), p.Person, subject)
			t.ok(err)
			if got != want {
				t.Errorf("%q calls %d, want %d", subject, got, want)
			}
		}
		got, err := t.desk.CalledByThem(t.Context(), t.ids["paul"], "INC-77")
		if t.ok(err); got != 0 {
			t.Error("somebody else calls it, too")
		}
		t.lumen(t.opens(t.as("jean")).ID)
		got, err = t.desk.CalledByThem(t.Context(), p.Person, "INC-77")
		if t.ok(err); got != 0 {
			t.Error("of two tickets one is called")
		}
	})
}

func TestAThirdPartyIsHeardOnAClosedTicketAndOpensNothing(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.lumen(ticket.ID)
		t.solves(t.as("alice"), ticket.ID)
		t.ok(second(t.desk.Change(t.as("alice"), ticket.ID, tickets.Change{Status: ptr(tickets.Closed)})))
		t.hears(ticket.ID, "support@lumen.test", "C'est corrigé depuis hier.")
		if now := t.now(ticket.ID); now.Status != tickets.Closed {
			t.Errorf("it is %s", now.Status)
		}
		_, err := t.desk.AddThirdParty(t.as("alice"), ticket.ID, tickets.ThirdParty{Name: "Région", Address: "dsi@region.test"})
		if !errors.Is(err, fault.Invalid) {
			t.Errorf("a closed ticket changes: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }
