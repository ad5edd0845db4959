package web_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"amigo/tickets"
	drafts "amigo/tickets/draft"
	"amigo/web"
)

// grace lets staff take back what they have sent.
func grace(c *web.Config, _ *web.House) { c.Grace = 10 * time.Second }

// types saves a form as the script does while one types.
func (p *page) types(form, place, ref string, values map[string]string, files ...attached) *page {
	p.t.Helper()
	fields := p.filled(p.Find(form))
	for name, value := range values {
		fields.Set(name, value)
	}
	fields.Set("place", place)
	fields.Set("ticket", ref)
	fields.Set("form", strings.TrimPrefix(form, "form#"))
	return p.b.send("/drafts", fields, files)
}

func TestWhatIsTypedIsThereAfterSigningOutAndOnAnotherComputer(t *testing.T) {
	w := newTown(t)
	ref := w.ticket("bob", "Imprimante").ID.Ref()
	office := w.visit("theo").get("/tickets/" + ref)
	saved := office.types("form#composer", "reply", ref, map[string]string{"kind": "note", "body": "Entre nous :"}, attached{"files", "notice.txt", "lire"})
	saved.want(http.StatusOK, inside("[data-draft-state]", says("Brouillon gardé à 9 h"), says("notice.txt")), count("input[name=draft][value='1']", 1))
	home := w.visit("theo").get("/tickets/"+ref).want(http.StatusOK,
		inside("#composer-body", says("Entre nous :")), count("form#composer input[name=kind][value=note][checked]", 1), inside("form#composer .files", says("notice.txt")))
	for _, other := range []string{"tess", "bob"} {
		w.visit(other).get("/tickets/"+ref).want(http.StatusOK, silent("Entre nous"), silent("notice.txt"))
	}
	home.submit("form#composer", map[string]string{"body": "Entre nous : c'est vu."}).want(http.StatusOK, says("Note enregistrée"), inside(".message.is-note", says("notice.txt")))
	w.visit("theo").get("/tickets/"+ref).want(http.StatusOK, inside("#composer-body", silent("Entre nous")))
	office.types("form#composer", "reply", ref, map[string]string{"draft": "1", "body": "Entre nous : c'est"}).want(http.StatusConflict, says("envoyé ou effacé ailleurs"), none("input[name=draft]"))
}

func TestOfTwoComputersTheOlderTextIsShownBeneath(t *testing.T) {
	w := newTown(t)
	ref := w.ticket("bob", "Imprimante").ID.Ref()
	office, home := w.visit("theo").get("/tickets/"+ref), w.visit("theo").get("/tickets/"+ref)
	office.types("form#composer", "reply", ref, map[string]string{"body": "Écrit au bureau"}).want(http.StatusOK)
	home.types("form#composer", "reply", ref, map[string]string{"body": "Écrit à la maison"}).want(http.StatusOK, inside(".draft-aside", says("Écrit au bureau")))
	w.visit("theo").get("/tickets/"+ref).want(http.StatusOK, inside("#composer-body", says("Écrit à la maison")), inside(".draft-aside", says("Écrit au bureau")))
}

func TestADraftIsKeptByAButtonWithoutAScript(t *testing.T) {
	w := newTown(t)
	ref := w.ticket("bob", "Imprimante").ID.Ref()
	for _, who := range []string{"theo", "bob"} {
		w.visit(who).get("/tickets/"+ref).want(http.StatusOK, count("form#composer button[name=keep]", 1)).
			submit("form#composer", map[string]string{"body": "Pas fini de " + who}, [2]string{"keep", "yes"}).
			want(http.StatusOK, says("Le brouillon est gardé."), inside("#composer-body", says("Pas fini de "+who)))
	}
	theo := w.visit("theo").get("/tickets/"+ref+"?do=solve").submit("form#solve-form", map[string]string{"solution": "Presque"}, [2]string{"keep", "yes"})
	theo.want(http.StatusOK, says("Vous avez commencé à écrire une solution."))
	theo.b.get("/tickets/"+ref+"?do=solve").want(http.StatusOK, inside("textarea[name=solution]", says("Presque")))
	bob := w.visit("bob")
	bob.get("/tickets/new").submit("form#ask", map[string]string{"subject": "VPN", "body": "Depuis lundi", "service": "vpn"}, [2]string{"keep", "yes"}, attached{"files", "trace.txt", "x"})
	again := w.visit("bob").get("/tickets/new").want(http.StatusOK,
		inside("textarea[name=body]", says("Depuis lundi")), count("input[name=subject][value=VPN]", 1), inside("form#ask .files", says("trace.txt")))
	again.submit("form#ask", nil).want(http.StatusOK, says("est enregistrée"), inside(".file", says("trace.txt")))
	bob.get("/tickets/new").want(http.StatusOK, inside("textarea[name=body]", silent("Depuis lundi")))
	w.visit("theo").get("/drafts").want(http.StatusOK, says("Pas fini de theo"), says("Presque"), silent("bob"))
}

func TestADraftOfATicketThatIsNotOnesOwnIsNotThere(t *testing.T) {
	w := newTown(t)
	ref := w.ticket("bob", "Imprimante").ID.Ref()
	page := w.visit("ann").get("/tickets/new")
	page.types("form#ask", "reply", ref, map[string]string{"body": "x"}).want(http.StatusNotFound)
	page.types("form#ask", "reply", "999999", map[string]string{"body": "x"}).want(http.StatusNotFound)
	page.types("form#ask", "reply", "'; --", map[string]string{"body": "x"}).want(http.StatusNotFound)
	page.types("form#ask", "nowhere", ref, map[string]string{"body": "x"}).want(http.StatusNotFound)
}

func TestAReplyCanBeTakenBackForTenSeconds(t *testing.T) {
	w := newTown(t, grace)
	w.house.Drafts.Jobs(w.mux)
	ref := w.ticket("bob", "Imprimante").ID.Ref()
	theo := w.visit("theo")
	send := func(text string) *page {
		return theo.get("/tickets/"+ref).submit("form#composer", map[string]string{"body": text}, attached{"files", "notice.txt", "lire"})
	}
	sent := send("Redémarrez-la.").want(http.StatusOK, says("part dans 10 secondes"), inside(".is-leaving", says("Redémarrez-la."), says("notice.txt"), says("part dans 10")), inside("#composer-body", silent("Redémarrez")))
	w.visit("bob").get("/tickets/"+ref).want(http.StatusOK, silent("Redémarrez"))
	w.visit("tess").get("/tickets/"+ref).want(http.StatusOK, silent("Redémarrez"))
	back := sent.Find(".is-leaving form").First().AttrOr("action", "")
	tess := w.visit("tess")
	tess.post(back, url.Values{"csrf": {tess.get("/tickets/"+ref).Find("input[name=csrf]").First().AttrOr("value", "")}}).want(http.StatusNotFound)
	taken := sent.submit(".is-leaving form[action$='/back']", nil).want(http.StatusOK, says("rien n'a été envoyé"), none(".is-leaving"), inside("#composer-body", says("Redémarrez-la.")), inside("form#composer .files", says("notice.txt")))
	w.clock.Advance(time.Minute)
	w.drain()
	w.visit("bob").get("/tickets/"+ref).want(http.StatusOK, silent("Redémarrez"))
	again := taken.submit("form#composer", nil)
	again.submit(".is-leaving form[action$='/now']", nil).want(http.StatusOK, says("Message envoyé."), none(".is-leaving"), inside(".message.is-reply", says("Redémarrez-la."), says("notice.txt")))
	// A page that was left open says that it is too late.
	again.submit(".is-leaving form[action$='/back']", nil).want(http.StatusOK, says("Le message était déjà parti."))
	waiting := send("Et débranchez-la.")
	id := strings.TrimPrefix(waiting.Find(".is-leaving").AttrOr("id", ""), "leaving-")
	theo.get("/drafts/"+id).want(http.StatusOK, says("part dans"))
	w.clock.Advance(11 * time.Second)
	w.drain()
	theo.get("/drafts/"+id).want(http.StatusOK, says("Message envoyé."))
	w.visit("bob").get("/tickets/"+ref).want(http.StatusOK, says("Et débranchez-la."))
}

func TestAReplyThatANewerMessageStopsComesBackWithThatMessageMarked(t *testing.T) {
	w := newTown(t, grace)
	w.house.Drafts.Jobs(w.mux)
	ticket := w.ticket("bob", "Imprimante")
	ref := ticket.ID.Ref()
	w.visit("theo").get("/tickets/"+ref).submit("form#composer", map[string]string{"body": "Redémarrez-la."})
	_, err := w.house.Desk.Reply(w.as("bob"), ticket.ID, tickets.Reply{Body: "Elle brûle !"})
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(11 * time.Second)
	w.drain()
	theo := w.visit("theo").get("/drafts").want(http.StatusOK, says("Bob Demandeur a écrit entre-temps"), inside("nav a[href='/drafts']", says("1"))).b.get("/tickets/" + ref)
	theo.want(http.StatusOK, inside(".message.is-fresh", says("Elle brûle !"), says("nouveau")), inside("#composer-body", says("Redémarrez-la.")), says("a écrit entre-temps"))
	theo.submit("form#composer", nil).want(http.StatusOK, count(".is-leaving", 1), none(".is-fresh"))
}

func TestASolutionIsStoppedByANewerMessage(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante")
	form := w.visit("theo").get("/tickets/" + ticket.ID.Ref() + "?do=solve")
	if _, err := w.house.Desk.Reply(w.as("bob"), ticket.ID, tickets.Reply{Body: "Elle brûle !"}); err != nil {
		t.Fatal(err)
	}
	stopped := form.submit("form#solve-form", map[string]string{"solution": "Redémarrée.", "outcome": "fixed"}).want(http.StatusConflict,
		inside(".message.is-fresh", says("Elle brûle !")), inside("textarea[name=solution]", says("Redémarrée.")), says("Bob Demandeur a écrit entre-temps"))
	stopped.submit("form#solve-form", nil).want(http.StatusOK, says("Ticket résolu."))
}

func TestAMessageIsForwardedInOneStep(t *testing.T) {
	w := newTown(t)
	bob := w.visit("bob").get("/tickets/new").submit("form#ask", map[string]string{"subject": "Écran", "body": "Voyez la photo."}, attached{"files", "photo.txt", "x"})
	ref := strings.TrimPrefix(bob.path, "/tickets/")
	theo := w.visit("theo").get("/tickets/" + ref)
	way := theo.Find(".message-ways a").First().AttrOr("href", "")
	form := theo.b.get(way).want(http.StatusOK, inside("#composer-body", says("> Voyez la photo.")), count("input[name=kind][value=consult][checked]", 1), count("input[name=forward][checked]", 1))
	wrong := form.submit("form#composer", map[string]string{"address": "pas une adresse"}).want(http.StatusUnprocessableEntity,
		inside("#composer-address-error", says("adresse")), inside("#composer-body", says("> Voyez la photo.")), count("input[name=forward][checked]", 1))
	wrong.submit("form#composer", map[string]string{"address": "support@lumen.test", "name": "Lumen"}).want(http.StatusOK,
		says("Le message est parti au tiers"), inside(".message.is-note", says("Lumen"), says("photo.txt")), inside("#parties", says("support@lumen.test")))
}

func TestTemplatesAreWrittenSeenAndInserted(t *testing.T) {
	w := newTown(t)
	theo := w.visit("theo")
	theo.get("/templates").want(http.StatusOK, says("Aucun modèle"))
	form := theo.get("/templates/new").want(http.StatusOK, inside("#variables", says("{{demandeur}}")))
	fill := map[string]string{"name": "Bonjour", "body": "Bonjour {{demandeur}}, au sujet de {{reference}}.", "lang": "fr", "whose": "own"}
	form.submit("form#template", fill, [2]string{"preview", "yes"}).want(http.StatusOK, says("Bonjour Mme Martin, au sujet de AMIGO #12345."), inside("textarea[name=body]", says("{{demandeur}}")))
	form.submit("form#template", map[string]string{"name": "x", "body": "{{secret}}"}).want(http.StatusUnprocessableEntity, inside("#f-body-error", says("{{secret}} n'est pas une variable connue")))
	form.submit("form#template", map[string]string{"name": "x", "body": "x", "whose": "all"}).want(http.StatusUnprocessableEntity, inside("#f-whose-error", says("Vous ne pouvez pas")))
	form.submit("form#template", fill).want(http.StatusOK, says("Le modèle est enregistré."), says("Bonjour"))
	ref := w.ticket("bob", "Imprimante").ID.Ref()
	page := theo.get("/tickets/" + ref)
	id := page.Find("select[name=template] option").Last().AttrOr("value", "")
	page.submit("form#composer", map[string]string{"body": "Avant.", "template": id}, [2]string{"insert", "yes"}).want(http.StatusOK,
		inside("#composer-body", says("Avant. Bonjour Bob Demandeur, au sujet de AMIGO #"+ref+".")))
	if text := theo.get("/tickets/" + ref + "/templates/" + id); text.status != http.StatusOK || text.raw != "Bonjour Bob Demandeur, au sujet de AMIGO #"+ref+"." {
		t.Errorf("%d %q", text.status, text.raw)
	}
	tess := w.visit("tess")
	tess.get("/tickets/" + ref + "/templates/" + id).want(http.StatusNotFound)
	tess.get("/templates/" + id).want(http.StatusNotFound)
	tess.get("/templates").want(http.StatusOK, silent("Bonjour"))
	theo.get("/templates/"+id).submit("form[action$='/remove']", nil).want(http.StatusOK, says("Le modèle est supprimé."), says("Aucun modèle"))
}

func TestASignatureIsChosenShownAndPutUnderReplies(t *testing.T) {
	w := newTown(t)
	theo := w.visit("theo")
	theo.get("/preferences").submit("form#signature-form", map[string]string{"signature": "Théo, à Caen"}).want(http.StatusOK, says("Votre signature est enregistrée."), inside("textarea[name=signature]", says("Théo, à Caen")))
	theo.get("/preferences").submit("form#signature-form", map[string]string{"signature": strings.Repeat("x", drafts.MaxSignature+1)}).want(http.StatusUnprocessableEntity, inside("#f-signature-error", says("trop long")))
	ref := w.ticket("bob", "Imprimante").ID.Ref()
	theo.get("/tickets/"+ref).want(http.StatusOK, inside(".composer-signature", says("Théo, à Caen"))).
		submit("form#composer", map[string]string{"body": "Redémarrez-la."}).want(http.StatusOK, inside(".message.is-reply", says("Redémarrez-la. Théo, à Caen")))
	w.visit("bob").get("/preferences").want(http.StatusOK, none("#signature-form"))
}

func TestWhoIsMentionedReadsIt(t *testing.T) {
	w := newTown(t)
	ref := w.ticket("bob", "Imprimante").ID.Ref()
	w.visit("theo").get("/tickets/"+ref).submit("form#composer", map[string]string{"kind": "note", "body": "@Tess Technicienne, tu connais ?"})
	tess := w.visit("tess").get("/mentions")
	tess.want(http.StatusOK, says("tu connais ?"), says("Théo Technicien"), inside("nav a[href='/mentions']", says("1")))
	tess.submit("form[action='/mentions/read']:has([name=ticket])", nil).want(http.StatusOK, silent("non lue"), inside("nav a[href='/mentions']", silent("1")))
	w.visit("theo").get("/mentions").want(http.StatusOK, says("Personne ne vous a mentionné"))
}

// painted is a PNG of some width and height.
func painted(t *testing.T, width, height int) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			m.Set(x, y, color.RGBA{uint8(x), uint8(y), 200, 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAnImageIsPreviewedAsWeHaveDrawnItForWhoMayReadIt(t *testing.T) {
	w := newTown(t)
	ref := w.ticket("bob", "Imprimante").ID.Ref()
	photo := painted(t, 1600, 900)
	noted := w.visit("theo").get("/tickets/"+ref).submit("form#composer", map[string]string{"kind": "note", "body": "Voyez."},
		attached{"files", "photo.png", photo}, attached{"files", "page.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"}, attached{"files", "bombe.png", "\x89PNG\r\n\x1a\n et rien"})
	var previews []string
	for _, node := range noted.Find("img.file-preview").EachIter() {
		previews = append(previews, node.AttrOr("src", ""))
	}
	if len(previews) != 2 {
		t.Fatalf("previews %v: an SVG has none", previews)
	}
	for range 2 { // drawn, then kept
		p := noted.b.get(previews[0]).want(http.StatusOK)
		drawn, format, err := image.Decode(strings.NewReader(p.raw))
		if err != nil || format != "png" || drawn.Bounds().Dx() != 480 || drawn.Bounds().Dy() != 270 || p.raw == photo {
			t.Fatalf("%s %v (%v)", format, drawn, err)
		}
		if got := p.header.Get("Content-Security-Policy"); got != "sandbox; default-src 'none'" || p.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("policy %q", got)
		}
	}
	noted.b.get(previews[1]).want(http.StatusNotFound)
	w.visit("bob").get(previews[0]).want(http.StatusNotFound) // a note's file is for staff
	w.visit("tess").get(previews[0]).want(http.StatusOK)
	w.visit("tess").get("/attachments/x/preview").want(http.StatusNotFound)
}

func TestTheLimitsOfFilesAreSaidBeforeAndAfter(t *testing.T) {
	w := newTown(t)
	ref := w.ticket("bob", "Imprimante").ID.Ref()
	page := w.visit("bob").get("/tickets/"+ref).want(http.StatusOK, inside("#composer-limits", says("25"), says("20 fichiers"), says("100")))
	page.submit("form#composer", map[string]string{"body": "Voici"}, attached{"files", "vide.txt", ""}, attached{"files", "plein.txt", "x"}).want(http.StatusUnprocessableEntity,
		inside("#composer-error", says("vide.txt"), says("vide")), inside("form#composer .files", says("plein.txt")), inside("#composer-body", says("Voici")))
	w.visit("bob").get("/tickets/"+ref).want(http.StatusOK, inside("form#composer .files", says("plein.txt")))
}
