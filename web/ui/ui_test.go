package ui_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"amigo/web/ui"
)

func french(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	return draw(t, context.Background(), c)
}

// has fails unless exactly n elements match.
func has(t *testing.T, doc *goquery.Document, n int, selector string) {
	t.Helper()
	if got := doc.Find(selector).Length(); got != n {
		html, _ := doc.Find("body").Html()
		t.Errorf("%d of %s, want %d in %s", got, selector, n, html)
	}
}

// says fails unless the element's words are these.
func says(t *testing.T, doc *goquery.Document, selector, want string) {
	t.Helper()
	if got := strings.Join(strings.Fields(doc.Find(selector).Text()), " "); got != want {
		t.Errorf("%s says %q, want %q", selector, got, want)
	}
}

func TestFieldTiesItsHintAndItsErrorToTheControl(t *testing.T) {
	doc := french(t, ui.Field{Name: "subject", Label: "Sujet", Hint: "En bref.", Error: "Écrivez un sujet.", MaxLength: 200}.Input())
	has(t, doc, 1, "label[for=f-subject]")
	has(t, doc, 1, "input#f-subject[name=subject][required][maxlength='200'][aria-invalid=true][aria-describedby='f-subject-error f-subject-hint']")
	says(t, doc, "#f-subject-error", "Écrivez un sujet.")
	says(t, doc, "#f-subject-hint", "En bref.")
}

func TestFieldThatIsRightSaysNothingMore(t *testing.T) {
	doc := french(t, ui.Field{Name: "subject", Label: "Sujet", Optional: true, Value: `"><script>`}.Input())
	has(t, doc, 0, "[aria-invalid], [aria-describedby], [required], script")
	says(t, doc, "label", "Sujet (facultatif)")
	if got := doc.Find("input").AttrOr("value", ""); got != `"><script>` {
		t.Errorf("value came back as %q", got)
	}
}

func TestSelectKeepsTheAnswerAndGroupsTheOthers(t *testing.T) {
	options := []ui.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B", Group: "Caen"}, {Value: "c", Label: "C", Group: "Caen"}, {Value: "d", Label: "D", Group: "Rouen"}}
	doc := french(t, ui.Field{Name: "place", Label: "Lieu", Value: "c"}.Select(options))
	has(t, doc, 1, "option[selected]")
	has(t, doc, 1, "optgroup[label=Caen] option[value=c][selected]")
	has(t, doc, 2, "optgroup")
	has(t, doc, 0, "option[value='']")
	has(t, french(t, ui.Field{Name: "place", Label: "Lieu"}.Select(options)), 1, "option[value='']")
}

func TestRadiosAreOneQuestionWithOneAnswer(t *testing.T) {
	doc := french(t, ui.Field{Name: "impact", Label: "Qui ?", Value: "some", Error: "Choisissez."}.Radios([]ui.Option{{Value: "one", Label: "Moi"}, {Value: "some", Label: "Plusieurs"}}))
	says(t, doc, "fieldset legend", "Qui ?")
	has(t, doc, 2, "fieldset[aria-describedby=f-impact-error] label input[type=radio][name=impact][required]")
	has(t, doc, 1, "input[value=some][checked]")
	has(t, doc, 1, "input[checked]")
}

func TestProblemsLeadToTheFieldsThatAreWrong(t *testing.T) {
	right, wrong := ui.Field{Name: "a", Label: "A"}, ui.Field{Name: "b", Label: "B", Error: "Non."}
	doc := french(t, ui.Problems(right, wrong))
	has(t, doc, 1, "[role=alert][tabindex='-1'][data-focus] a")
	has(t, doc, 1, "a[href='#f-b']")
	has(t, french(t, ui.Problems(right)), 0, "body > *")
}

func TestButtonWithAnAddressIsALink(t *testing.T) {
	has(t, french(t, ui.Button{Label: "Ouvrir", Href: "/x", Key: "o"}.View()), 1, "a.btn[href='/x'][aria-keyshortcuts=o]")
	has(t, french(t, ui.Button{Label: "Prendre", Name: "do", Value: "take"}.View()), 1, "button.btn[name=do][value=take]")
	has(t, french(t, ui.Button{Label: "Nuire", Href: "javascript:alert(1)"}.View()), 0, "a[href^='javascript']")
	says(t, french(t, ui.Button{Label: "Actualiser", Icon: "refresh-cw", Bare: true}.View()), "button .sr-only", "Actualiser")
}

func TestClockIsAShapeWordsAndADate(t *testing.T) {
	at := time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
	doc := french(t, ui.Clock{Meaning: ui.Late, Words: "en retard de 40 min", Exact: "mercredi à 13 h", At: at}.View())
	has(t, doc, 1, ".clock.is-late svg[aria-hidden=true] use[href$='#late']")
	has(t, doc, 1, "time[datetime='2026-11-18T12:00:00Z'][title='mercredi à 13 h']")
	says(t, doc, "time", "en retard de 40 min , mercredi à 13 h")
	has(t, french(t, ui.Clock{Meaning: ui.Paused, Words: "en attente"}.View()), 0, "time")
}

func TestEveryMeaningHasAShapeOfItsOwn(t *testing.T) {
	shapes := map[string]bool{}
	for _, m := range []ui.Meaning{ui.Calm, ui.Soon, ui.Late, ui.Done, ui.Paused} {
		shapes[french(t, ui.Mark{Meaning: m, Word: "x"}.View()).Find("use").AttrOr("href", "")] = true
	}
	if len(shapes) != 5 {
		t.Errorf("shapes: %v", shapes)
	}
}

func TestStatusSpeaksToWhoReadsIt(t *testing.T) {
	says(t, french(t, ui.Status("waiting_requester")), ".is-paused", "Attend le demandeur")
	says(t, french(t, ui.StatusForRequester("waiting_requester")), ".is-soon", "Attend votre réponse")
	says(t, french(t, ui.Status("unheard")), ".mark", "unheard")
	has(t, french(t, ui.Priority("normal")), 0, ".tag")
}

func TestQueueRowIsOneLinkAndNamesItsBox(t *testing.T) {
	doc := french(t, ui.Queue{Caption: "Équipe", Pick: "ticket", Rows: []ui.Row{{Href: "/tickets/7", Ref: "7", Value: "7", Subject: "Imprimante", Channel: "mail", Requester: "Mme Martin"}}}.View())
	has(t, doc, 1, "tbody tr#row-7 a")
	has(t, doc, 1, "input[type=checkbox][name=ticket][value='7'][aria-label='Choisir le ticket 7']")
	has(t, doc, 1, ".q-way [role=img][aria-label='Arrivé par courriel']")
	says(t, doc, "td.q-who", "à prendre")
}

func TestQueueSaysByWhatItIsSorted(t *testing.T) {
	doc := french(t, ui.Queue{Caption: "x", Heads: map[string]ui.Sort{"due": {Href: "?sort=-due_at", Way: "ascending"}}}.View())
	has(t, doc, 1, "th[aria-sort=ascending] a[href='?sort=-due_at']")
	has(t, doc, 1, "th a")
}

func TestMessageFoldsWhatItRepeats(t *testing.T) {
	doc := french(t, ui.Message{ID: "m-1", Voice: ui.Note, Author: "A. Blin", Text: "<b>neuf</b>", Quoted: "ancien"}.View())
	has(t, doc, 1, "article#m-1.is-note [hx-ignore] details:not([open])")
	says(t, doc, "[hx-ignore] > .said", "<b>neuf</b>")
	says(t, doc, ".message-about strong", "note interne")
}

func TestEventsFoldFromTwoOn(t *testing.T) {
	one, two := ui.Event{Text: "Ouvert"}, ui.Event{Text: "Pris"}
	has(t, french(t, ui.Events(nil)), 0, "body > *")
	has(t, french(t, ui.Events([]ui.Event{one})), 0, "details")
	doc := french(t, ui.Events([]ui.Event{one, two}))
	has(t, doc, 2, "details li")
	if got := doc.Find("summary").Text(); !strings.Contains(got, "Pris") || !strings.Contains(got, "1 autre événement") {
		t.Errorf("the summary says %q", got)
	}
}

func TestComposerChoosesItsKindWithoutJavaScript(t *testing.T) {
	desk := french(t, ui.Composer{Action: "/r", CSRF: "t", Notes: true, Kind: "note", Hidden: map[string]string{"version": "7"}}.View())
	has(t, desk, 2, "form[action='/r'][method=post] input[type=radio][name=kind]")
	has(t, desk, 1, "input[value=note][checked]")
	has(t, desk, 1, "input[type=hidden][name=version][value='7']")
	requester := french(t, ui.Composer{Action: "/r", CSRF: "t"}.View())
	has(t, requester, 0, "input[type=radio]")
	has(t, requester, 1, "input[type=hidden][name=kind][value=reply]")
	says(t, requester, "button .composer-only-reply", "Envoyer")
}

func TestPagerHasNothingToSayOnAnOnlyPage(t *testing.T) {
	has(t, french(t, ui.Pager{}.View()), 0, "body > *")
	has(t, french(t, ui.Pager{Later: "?c=2"}.View()), 1, "nav a")
}

func TestAssetsComeFromWhereTheServerSays(t *testing.T) {
	ctx := ui.WithAssets(context.Background(), func(name string) string { return "/a/" + name + "?1" })
	doc := draw(t, ctx, ui.Page{Title: "x"}.Atelier())
	has(t, doc, 1, "link[rel=stylesheet][href='/a/amigo.css?1']")
	has(t, doc, 1, "svg use[href='/a/icons.svg?1#mark']")
}

func TestPageWithoutViewerOffersToSignIn(t *testing.T) {
	doc := french(t, ui.Page{Title: "x", SignIn: "/auth/oidc/login"}.Accueil())
	has(t, doc, 1, "a[href='/auth/oidc/login'][hx-boost=false]")
	has(t, doc, 0, "form")
	signed := french(t, ui.Page{Title: "x", CSRF: "t", Viewer: &ui.Viewer{Person: ui.Person{Name: "Mme Martin"}, Key: "p4", SignOut: "/auth/logout"}}.Accueil())
	has(t, signed, 1, "body[data-viewer=p4] form[action='/auth/logout'][hx-boost=false] button")
}

// TestEveryIconExists holds the names in our sources to those that are built.
func TestEveryIconExists(t *testing.T) {
	list, err := os.ReadFile("../icons.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for name := range strings.FieldsSeq(string(list)) {
		known[name] = true
	}
	own, err := filepath.Glob("../icons/*.svg")
	if err != nil || len(own) == 0 {
		t.Fatalf("our own icons: %v, %v", own, err)
	}
	for _, file := range own {
		known[strings.TrimSuffix(filepath.Base(file), ".svg")] = true
	}
	for name, page := range gallery {
		french(t, page).Find("use").Each(func(_ int, s *goquery.Selection) {
			if _, icon, _ := strings.Cut(s.AttrOr("href", ""), "#"); !known[icon] {
				t.Errorf("%s draws %q, which is neither in icons.txt nor in icons", name, icon)
			}
		})
	}
}
