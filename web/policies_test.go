package web_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"amigo/sla"
	"amigo/tickets"
)

// policyNames are the policies that make promises, in their order.
func (w *town) policyNames() (names []string) {
	w.t.Helper()
	for _, p := range must(w.house.Engine.Policies(w.as("sam")))(w.t) {
		if p.RetiredAt == nil {
			names = append(names, p.Name)
		}
	}
	return names
}

func TestPoliciesAreReadInWordsAndMoved(t *testing.T) {
	w := newTown(t)
	before := w.policyNames()
	p := w.visit("sam").get("/admin/policies").want(http.StatusOK, inside(".side-link[aria-current]", says("Engagements")), count(".policy", len(before)),
		inside(".policy", says(before[0]), says("Priorité : Urgente"), says("Réponse 1 h · Nouvelle réponse 1 h · Résolution 4 h"), says("50 % : la personne qui suit · 75 % : l'équipe · 100 % : les superviseurs")))
	p.submit(".policy:nth-child(2) form", nil, [2]string{"by", "-1"}).want(http.StatusOK, inside("#flash", says("L'ordre est enregistré")))
	if after := w.policyNames(); after[0] != before[1] || after[1] != before[0] {
		t.Errorf("the order is %v, was %v", after, before)
	}
	w.wantNotedBy("sam", "policy.move", "policy:")
	p.submit(".policy:nth-child(2) form", nil, [2]string{"by", "-5"}).want(http.StatusUnprocessableEntity)
}

func TestOfTwoWhoMoveAPolicyAtOnceOneMovesItAndTheOtherIsTold(t *testing.T) {
	w := newTown(t)
	before := w.policyNames()
	sam := w.visit("sam")
	mine, theirs := sam.get("/admin/policies"), sam.get("/admin/policies")
	theirs.submit(".policy:nth-child(1) form", nil, [2]string{"by", "1"}).want(http.StatusOK, inside("#flash", says("enregistré")))
	mine.submit(".policy:nth-child(1) form", nil, [2]string{"by", "1"}).want(http.StatusOK, inside("#flash", says("a changé de place")))
	if after := w.policyNames(); after[1] != before[0] {
		t.Errorf("the order is %v, was %v", after, before)
	}
}

func TestAPolicyDoesNotChangeWhereThatCannotBeWrittenDown(t *testing.T) {
	w := newTown(t)
	before := w.policyNames()
	sam := w.visit("sam")
	list, form := sam.get("/admin/policies"), sam.get("/admin/policies/new")
	err := w.db.Tx(t.Context(), func(ctx context.Context) error {
		return w.db.Gorm(ctx).Exec("ALTER TABLE audit RENAME TO gone").Error
	})
	if err != nil {
		t.Fatal(err)
	}
	list.submit(".policy:nth-child(1) form", nil, [2]string{"by", "1"}).want(http.StatusInternalServerError)
	form.submit("form#policy", map[string]string{"name": "Examens", "target_resolution": "8 h"}).want(http.StatusInternalServerError)
	if after := w.policyNames(); !slices.Equal(after, before) {
		t.Errorf("the policies are %v, were %v", after, before)
	}
}

func TestAPolicyIsWrittenAsPeopleSayIt(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	form := sam.get("/admin/policies/new").want(http.StatusOK, has("input[name=category][value=messagerie]"), has("input[name=period][value=holidays]"), has("input[name=establishment][value=lycee]"))
	typed := map[string]string{"name": "Examens", "service": "cyclades", "channel": "web", "target_first": "0 h 30", "target_resolution": "8 heures", "level_0": "80 %", "tell_0": "team", "raise_0": "on"}
	back := form.submit("form#policy", typed).want(http.StatusUnprocessableEntity, inside("#f-target_resolution-error", says("Écrivez un temps")),
		inside("input[name=target_resolution]", attr("value", "8 heures")), has("input[name=service][value=cyclades][checked]"), inside("input[name=level_0]", attr("value", "80 %")), has(".problems"))
	more := back.submit("form#policy", nil, [2]string{"more", "yes"}).want(http.StatusOK, none(".problems"), inside("input[name=name]", attr("value", "Examens")))
	more.submit("form#policy", map[string]string{"target_resolution": "8 h"}).want(http.StatusOK, inside("#flash", says("créée")),
		inside(".policy:last-child", says("Service : Cyclades · Voie : AMIGO"), says("Réponse 30 min · Résolution 8 h"), says("80 % : l'équipe, priorité relevée")))
	all := must(w.house.Engine.Policies(w.as("sam")))(t)
	got := all[len(all)-1]
	if got.Targets[sla.First] != 30*time.Minute || got.Targets[sla.Resolution] != 8*time.Hour || len(got.Ladder) != 1 || got.Ladder[0] != (sla.Rung{Level: 80, Tell: sla.TellTeam, Raise: true}) {
		t.Errorf("kept as %+v", got)
	}
	w.wantNotedBy("sam", "policy.add", "policy:"+fmt.Sprint(got.ID))
	form.submit("form#policy", map[string]string{"name": " ", "target_first": "4 h"}).want(http.StatusUnprocessableEntity, has("#f-name-error"), inside("input[name=target_first]", attr("value", "4 h")))
}

func TestAChangedPolicyHoldsForOpenTicketsWhereThatIsAskedFor(t *testing.T) {
	w := newTown(t)
	w.withEngine()
	ticket := w.ticket("bob", "Imprimante muette")
	sam := w.visit("sam")
	var normal sla.Policy
	for _, p := range must(w.house.Engine.Policies(w.as("sam")))(t) {
		if p.Targets[sla.Resolution] == 18*time.Hour {
			normal = p
		}
	}
	at := "/admin/policies/" + fmt.Sprint(normal.ID)
	sam.get(at).want(http.StatusOK, inside("input[name=target_resolution]", attr("value", "18\u00a0h"))).
		submit("form#policy", map[string]string{"target_resolution": "9 h"}).want(http.StatusOK, inside("#flash", says("enregistrée")))
	w.drain()
	target := func() time.Duration {
		return sla.Of(must(w.house.Engine.Standings(w.as("theo"), []tickets.ID{ticket.ID}))(t)[ticket.ID], sla.Resolution).Target
	}
	if got := target(); got != 18*time.Hour {
		t.Errorf("an open ticket was judged anew: %v", got)
	}
	sam.get(at).submit("form#policy", map[string]string{"rejudge": "on"}).want(http.StatusOK)
	w.drain()
	if got := target(); got != 9*time.Hour {
		t.Errorf("an open ticket was not judged anew: %v", got)
	}
	w.wantNotedBy("sam", "policy.change", "policy:")
}

func TestAPolicyIsRetiredOnceThatIsConfirmed(t *testing.T) {
	w := newTown(t)
	names := w.policyNames()
	sam := w.visit("sam")
	first := sam.get("/admin/policies").Find(".policy h2 a").First().AttrOr("href", "")
	asked := sam.get(first).want(http.StatusOK, inside(`form#policy a[href$="?do=retire#retire"]`, says("Retirer"))).b.get(first+"?do=retire").want(http.StatusOK, inside("#retire", says("Retirer « "+names[0]+" » ?")))
	token := asked.Find("input[name=csrf]").First().AttrOr("value", "")
	sam.post(first+"/retire", map[string][]string{"csrf": {token}}).want(http.StatusOK, has("#retire"))
	if len(w.policyNames()) != len(names) {
		t.Fatal("it was retired without being asked")
	}
	asked.submit("#retire form", nil).want(http.StatusOK, inside("#flash", says("retirée")), count(".policy", len(names)-1), says("Politiques retirées"))
	sam.get(first).want(http.StatusOK, inside(".notice", says("Retirée depuis")), none("form#policy"))
	w.wantNotedBy("sam", "policy.retire", "policy:")
}

func TestWhoSavesAPolicySecondIsToldWhatChangedAndKeepsTheirInput(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	at := sam.get("/admin/policies").Find(".policy h2 a").First().AttrOr("href", "")
	mine, theirs := sam.get(at), sam.get(at)
	theirs.submit("form#policy", map[string]string{"target_resolution": "5 h"}).want(http.StatusOK, inside("#flash", says("enregistrée")))
	stale := mine.submit("form#policy", map[string]string{"name": "Très urgente", "target_resolution": "6 h"}).want(http.StatusConflict,
		inside("form#policy .notice", says("changé entre-temps"), says("Résolution 5 h"), says("Urgente")), inside("input[name=name]", attr("value", "Très urgente")), inside("input[name=target_resolution]", attr("value", "6 h")))
	if got := w.policyNames()[0]; got != "Urgente" {
		t.Errorf("it was overwritten: %s", got)
	}
	stale.submit("form#policy", nil).want(http.StatusOK, inside("#flash", says("enregistrée")), inside(".policy:first-child", says("Très urgente"), says("Résolution 6 h")))
}

func TestANewPolicyThatIsSentTwiceIsMadeOnce(t *testing.T) {
	w := newTown(t)
	before := len(w.policyNames())
	form := w.visit("sam").get("/admin/policies/new")
	typed := map[string]string{"name": "Examens", "target_resolution": "8 h"}
	form.submit("form#policy", typed).want(http.StatusOK, inside("#flash", says("créée")))
	form.submit("form#policy", typed).want(http.StatusOK, inside("#flash", says("existe déjà")), count(".policy", before+1))
	form.submit("form#policy", map[string]string{"name": "examens", "target_resolution": "9 h"}).want(http.StatusUnprocessableEntity, inside("#f-name-error", says("autre politique")))
}

func TestWhatIsWrongWithAPolicySaysWhere(t *testing.T) {
	w := newTown(t)
	form := w.visit("sam").get("/admin/policies/new")
	typed := func(more map[string]string) map[string]string {
		all := map[string]string{"name": "Examens", "target_resolution": "8 h"}
		maps.Copy(all, more)
		return all
	}
	form.submit("form#policy", typed(map[string]string{"target_resolution": "99999 h"})).want(http.StatusUnprocessableEntity, inside("#f-target_resolution-error", says("8784 h au plus")))
	form.submit("form#policy", typed(map[string]string{"target_first": "9 h"})).want(http.StatusUnprocessableEntity, inside("#f-target_first-error", says("après la résolution")))
	form.submit("form#policy", typed(map[string]string{"level_0": "2000", "tell_0": "team", "level_1": "50", "tell_1": "team"})).want(http.StatusUnprocessableEntity,
		inside("#ladder", says("Ligne 1"), says("2000 %")), inside("input[name=level_0]", attr("value", "2000")), inside("input[name=level_1]", attr("value", "50")))
	form.submit("form#policy", typed(map[string]string{"level_0": "50", "tell_0": "team", "level_1": "50", "tell_1": "team"})).want(http.StatusUnprocessableEntity, inside("#ladder", says("Ligne 2"), says("déjà")))
}

func TestALadderThatIsTooLongIsRefusedAndNotCutOff(t *testing.T) {
	w := newTown(t)
	typed := map[string]string{"name": "Examens", "target_resolution": "8 h"}
	for i := range sla.MaxRungs + 1 {
		typed[fmt.Sprintf("level_%d", i)], typed[fmt.Sprintf("tell_%d", i)] = fmt.Sprint(50+i), "team"
	}
	w.visit("sam").get("/admin/policies/new").submit("form#policy", typed).want(http.StatusUnprocessableEntity,
		inside("#ladder", says("40 au plus")), inside("input[name=level_40]", attr("value", "90")))
}

func TestThePoliciesAreTriedOnATicket(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	names := w.policyNames()
	sam := w.visit("sam")
	sam.get("/admin/policies?ticket="+ticket.ID.Ref()).want(http.StatusOK, inside("#trial", says("Imprimante muette")), count(".trials li", len(names)),
		inside(".trials li:nth-child(1)", says("ne s'applique pas"), says(names[0]), says("Priorité : Urgente")),
		inside(".trials li:nth-child(3)", says("s'applique"), says("Résolution 18 h")), inside(".trials li:nth-child(4)", says("ne s'applique pas"), says("Priorité : Basse")))
	for _, asked := range []string{"#" + ticket.ID.Ref(), ticket.ID.Label(), "amigo " + ticket.ID.Ref(), " AMIGO\u00a0#" + ticket.ID.Ref() + " "} {
		sam.get("/admin/policies?ticket="+url.QueryEscape(asked)).want(http.StatusOK, inside("#trial", says("Imprimante muette")))
	}
	for asked, want := range map[string]string{"x": "numéro", "99999": "ticket"} {
		sam.get("/admin/policies?ticket="+asked).want(http.StatusUnprocessableEntity, inside("#f-ticket-error", says(want)), inside("input[name=ticket]", attr("value", asked)))
	}
}
