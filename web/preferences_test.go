package web_test

import (
	"context"
	"net/http"
	"testing"

	"amigo/app/people"
)

// mailbox says how letters to somebody's main address fare.
func (w *town) mailbox(uid, state, why string) {
	w.t.Helper()
	id := must(w.house.People.ByUID(w.t.Context(), uid))(w.t).ID
	err := w.db.Tx(w.t.Context(), func(ctx context.Context) error {
		return w.db.Gorm(ctx).Exec("UPDATE addresses SET state = ?, state_at = ?, state_why = ? WHERE person_id = ?", state, w.db.Now(ctx), why, id).Error
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// chosen is what somebody wants to be written about.
func (w *town) chosen(uid string) people.Choices {
	w.t.Helper()
	id := must(w.house.People.ByUID(w.t.Context(), uid))(w.t).ID
	return must(w.house.People.Choices(w.t.Context(), id))(w.t)
}

func TestEverybodyChoosesWhatTheyAreWrittenAbout(t *testing.T) {
	w := newTown(t)
	bob := w.visit("bob")
	p := bob.get("/preferences").want(http.StatusOK, inside(".accueil h1", says("Mes préférences")),
		inside(`input[name=pace][value=every]`, attr("checked", "")), inside("main", says("à 8 h")), inside("#f-quiet-hint", says("Vos heures")))
	p.submit("form#preferences", nil).want(http.StatusOK, inside("#flash", says("rien changé")))
	p.submit("form#preferences", map[string]string{"pace": "never"}).want(http.StatusUnprocessableEntity, has("#f-pace-error"), has(".problems"))
	p.submit("form#preferences", map[string]string{"pace": "digest", "quiet": "on"}).want(http.StatusOK, inside("#flash", says("enregistrées")),
		inside(`input[name=pace][value=digest]`, attr("checked", "")), inside("input[name=quiet]", attr("checked", "")))
	if got := w.chosen("bob"); got != (people.Choices{Pace: people.Digest, Quiet: true}) {
		t.Errorf("chosen %+v", got)
	}
	w.wantNotedBy("bob", "letters.choose", "person:bob")
}

func TestTechniciansChooseInTheirOwnWords(t *testing.T) {
	w := newTown(t)
	p := w.visit("theo").get("/preferences").want(http.StatusOK, has(".atelier"), inside("main", says("L'essentiel")), inside("main", says("vous est confié")), inside(`.menu-list a[href="/preferences"]`, says("Mes préférences")))
	p.submit("form#preferences", map[string]string{"pace": "solved"}).want(http.StatusOK, inside("#flash", says("enregistrées")))
	if got := w.chosen("theo"); got.Pace != people.Solved {
		t.Errorf("chosen %+v", got)
	}
}

func TestTheChosenLanguageIsSpokenWhateverTheBrowserWasTold(t *testing.T) {
	w := newTown(t)
	b := w.visit("bob")
	p := b.get("/preferences?lang=fr")
	p.submit("form#preferences", map[string]string{"lang": "en"}).want(http.StatusOK, inside("#flash", says("are saved")), inside("h1", says("My preferences")))
	b.get("/tickets").want(http.StatusOK, inside("html", attr("lang", "en")))
	b.get("/preferences?lang=fr").submit("form#preferences", nil).want(http.StatusOK, inside("#flash", says("nothing")), inside("html", attr("lang", "en")))
}

func TestAnAddressThatIsStoppedSaysWhyAndIsConfirmedByItsOwner(t *testing.T) {
	w := newTown(t)
	b := w.visit("bob")
	b.get("/preferences").want(http.StatusOK, has(".address"), none(".address form"))
	w.mailbox("bob", "soft", "452 4.2.2 over quota")
	b.get("/preferences").want(http.StatusOK, inside(".address", says("continuons"), says("452 4.2.2 over quota")), none(".address form"))
	w.mailbox("bob", "hard", "550 5.1.1 unknown")
	p := b.get("/preferences").want(http.StatusOK, inside(".address", says("ne reçoit plus"), says("Depuis le mercredi 18 novembre"), says("550 5.1.1 unknown")))
	p.submit(".address form", nil).want(http.StatusOK, inside("#flash", says("Nous écrivons de nouveau")), none(".address form"))
	w.mailbox("bob", "hard", "")
	w.visit("ann").get("/preferences").submit("form#preferences", nil).want(http.StatusOK)
	ann := w.visit("ann").get("/preferences")
	token := ann.Find("main input[name=csrf]").First().AttrOr("value", "")
	address := must(w.house.People.ByUID(t.Context(), "bob"))(t).Email
	ann.b.post("/preferences/addresses", map[string][]string{"csrf": {token}, "address": {address}}).want(http.StatusNotFound)
}
