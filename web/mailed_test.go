package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web"
)

// letterOf is the newest letter of a kind about a ticket.
func (w *town) letterOf(id tickets.ID, kind string) (found mail.Letter) {
	w.t.Helper()
	for _, l := range must(w.house.Outbox.OfTicket(w.t.Context(), int64(id)))(w.t) {
		if l.Kind == kind {
			found = l
		}
	}
	if found.ID == 0 {
		w.t.Fatalf("no letter %q", kind)
	}
	return found
}

func TestATechnicianSeesWhatBecameOfALetterAndSendsItAgain(t *testing.T) {
	w := newTown(t)
	ticket := w.solved("bob", "Copieur muet")
	path := "/tickets/" + ticket.ID.Ref()
	letter := w.letterOf(ticket.ID, "solved")
	tess := w.visit("tess")
	tess.get(path).want(http.StatusOK, inside(".message .mailed", says("À envoyer à bob@academie.test")), silent("n'est pas arrivé"))
	if err := w.house.Outbox.Bounce(w.as("tess"), letter.ID, true, "550 5.1.1 <bob@academie.test>: Recipient address rejected"); err != nil {
		t.Fatal(err)
	}
	page := tess.get(path).want(http.StatusOK, inside(".notice", says("n'est pas arrivé"), says("cette adresse n'existe pas")),
		inside(".message .mailed", says("Revenu de bob@academie.test"), says("Confirmer l'adresse et renvoyer")))
	w.visit("bob").get(path).want(http.StatusOK, none(".mailed"), silent("n'est pas arrivé"))
	page.submit(".message .mailed form", nil, [2]string{"confirm", "on"}).want(http.StatusOK, inside("#flash", says("repart")), silent("n'est pas arrivé"))
	if again := must(w.house.Outbox.Get(t.Context(), letter.ID))(t); again.State != mail.Queued {
		t.Errorf("it is %s", again.State)
	}
	bob := must(w.house.People.ByUID(t.Context(), "bob"))(t)
	if _, ok := bob.Mailbox(); !ok || bob.Addresses[0].Stopped() {
		t.Error("the address is not confirmed")
	}
}

// Administrators read in words why a letter did not arrive, and what kind it is.
func TestTheOutboxSaysWhyInWords(t *testing.T) {
	w := newTown(t)
	ticket := w.solved("bob", "Copieur muet")
	letter := w.letterOf(ticket.ID, "solved")
	if err := w.house.Outbox.Bounce(w.as("tess"), letter.ID, true, "550 5.1.1 <bob@academie.test>: Recipient address rejected"); err != nil {
		t.Fatal(err)
	}
	ada := w.visit("ada")
	ada.get("/admin/letters?state=bounced").want(http.StatusOK, inside("main tbody tr", says("revenue"), says("cette adresse n'existe pas"), silent("rejected")))
	ada.get(fmt.Sprintf("/admin/letters/%d", letter.ID)).want(http.StatusOK, inside("main .facts", says("cette adresse n'existe pas"), says("Recipient address rejected")))
	words := i18n.In("fr")
	for _, kind := range []string{"consulted", "informed", "limits", "too-large", "no-guests"} {
		if name := web.LetterKind(words, kind); name == kind {
			t.Errorf("a letter of the kind %s has no name", kind)
		}
	}
}

// What a server says of the letter is not said of the address.
func TestARefusedLetterDoesNotAccuseTheAddress(t *testing.T) {
	w := newTown(t)
	ticket := w.solved("bob", "Copieur muet")
	letter := w.letterOf(ticket.ID, "solved")
	if err := w.house.Outbox.Bounce(w.as("tess"), letter.ID, false, "550 5.6.0 content not accepted"); err != nil {
		t.Fatal(err)
	}
	w.visit("tess").get("/tickets/"+ticket.ID.Ref()).want(http.StatusOK,
		inside(".notice", says("content not accepted")), silent("cette adresse n'existe pas"))
}

func TestALetterOfATicketIsReadByWhoeverWorksItWithoutTheReadersVote(t *testing.T) {
	w := newTown(t)
	ticket, other := w.solved("bob", "Copieur muet"), w.ticket("ann", "Souris muette")
	letter := w.letterOf(ticket.ID, "solved")
	path := "/tickets/" + ticket.ID.Ref() + "/letters/" + strconv.FormatInt(int64(letter.ID), 10)
	tess := w.visit("tess")
	for _, p := range []*page{tess.get(path).want(http.StatusOK, says("Le bac était vide."), has("iframe")), tess.get(path+"/body").want(http.StatusOK, says("Le bac était vide."))} {
		if satisfactionLinks.MatchString(p.raw) || !strings.Contains(p.raw, "/satisfaction/…") {
			t.Errorf("%s shows the link by which the reader rates", p.path)
		}
	}
	tess.get("/tickets/" + other.ID.Ref() + "/letters/" + strconv.FormatInt(int64(letter.ID), 10)).want(http.StatusNotFound)
	w.visit("bob").get(path).want(http.StatusForbidden)
	token := tess.get("/aide").Find("input[name=csrf]").First().AttrOr("value", "")
	if p := tess.post(path+"/again", url.Values{"csrf": {token}}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("a letter that is still on its way was sent again: %d", p.status)
	}
}

func TestWhatAMIGOItselfNotesCameByNoWay(t *testing.T) {
	w := newTown(t)
	ticket := w.solved("bob", "Copieur muet")
	must(w.house.Desk.Note(people.As(t.Context(), people.System()), ticket.ID, tickets.Note{Body: "La lettre est revenue."}))(t)
	w.visit("tess").get("/tickets/"+ticket.ID.Ref()).want(http.StatusOK, inside("main", says("La lettre est revenue."), silent("par une application")))
}
