package draft_test

import (
	"strings"
	"testing"

	"amigo/app/fault"
	"amigo/tickets"
	"amigo/tickets/draft"
)

func TestATemplateIsFilledInOnePass(t *testing.T) {
	values := draft.Values{draft.Requester: "Mme {{technicien}} Martin", draft.Technician: "Alice", draft.Reference: "AMIGO #1", draft.Team: "$1"}
	for body, want := range map[string]string{
		"Bonjour {{demandeur}},":               "Bonjour Mme {{technicien}} Martin,",
		"{{ Requester }} {{REQUESTER}}":        "Mme {{technicien}} Martin Mme {{technicien}} Martin",
		"{{référence}} {{reference}} {{team}}": "AMIGO #1 AMIGO #1 $1",
		"{{{demandeur}}}":                      "{Mme {{technicien}} Martin}",
		"{{dem{{technicien}}andeur}}":          "{{demAliceandeur}}",
		"{{inconnu}} {{}} {{ demandeur":        "{{inconnu}} {{}} {{ demandeur",
		"":                                     "",
	} {
		if got := draft.Fill(body, values); got != want {
			t.Errorf("%q is %q, want %q", body, got, want)
		}
	}
}

func TestWhatPeopleAreCalledIsNeverReadAsATemplate(t *testing.T) {
	each(t, func(t *world) {
		ticket := t.opens("claire")
		one, err := t.drafts.PutTemplate(t.as("alice"), draft.Template{
			Owner: t.ids["alice"], Name: "Bonjour", Lang: "fr", Body: "{{demandeur}}, {{reference}}, {{sujet}}, {{technicien}}, {{etablissement}}, {{échéance}}",
		})
		t.ok(err)
		text, err := t.drafts.Filled(t.as("alice"), one.ID, ticket)
		t.ok(err)
		if want := "Claire {{technicien}} Martin, " + ticket.ID.Label() + ", Imprimante muette, Alice Blin, Lycée Malherbe, dès que possible"; text != want {
			t.Errorf("%q, want %q", text, want)
		}
	})
}

func TestWhoseTemplatesAreSeenAndChangedByWhom(t *testing.T) {
	each(t, func(t *world) {
		teams, err := t.people.Teams(t.Context())
		t.ok(err)
		var caen, other draft.Template
		for _, team := range teams {
			switch team.Slug {
			case "assistance-caen":
				caen = draft.Template{Team: team.ID, Name: "De l'équipe", Body: "x", Lang: "fr"}
			case "reseau":
				other = draft.Template{Team: team.ID, Name: "D'une autre", Body: "x", Lang: "fr"}
			}
		}
		own, err := t.drafts.PutTemplate(t.as("alice"), draft.Template{Owner: t.ids["alice"], Name: " À  moi ", Body: "x", Lang: "en"})
		t.ok(err)
		caen, err = t.drafts.PutTemplate(t.as("alice"), caen)
		t.ok(err)
		_, err = t.drafts.PutTemplate(t.as("alice"), other)
		t.refusesField(err, "whose")
		_, err = t.drafts.PutTemplate(t.as("alice"), draft.Template{Name: "À tous", Body: "x", Lang: "fr"})
		t.refusesField(err, "whose")
		_, err = t.drafts.PutTemplate(t.as("alice"), draft.Template{Owner: t.ids["bruno"], Name: "Chez lui", Body: "x", Lang: "fr"})
		t.refusesField(err, "whose")
		all, err := t.drafts.PutTemplate(t.as("sophie"), draft.Template{Name: "Bienvenue", Body: "x", Lang: "fr"})
		t.ok(err)
		t.sees("alice", "À moi", "Bienvenue", "De l'équipe")
		t.sees("bruno", "Bienvenue")
		t.sees("sophie", "Bienvenue", "De l'équipe")
		_, err = t.drafts.Templates(t.as("claire"))
		t.refuses(err, fault.Denied)
		_, err = t.drafts.Template(t.as("bruno"), own.ID)
		t.refuses(err, fault.NotFound)
		t.refuses(t.drafts.RemoveTemplate(t.as("bruno"), own.ID), fault.NotFound)
		t.refuses(t.drafts.RemoveTemplate(t.as("bruno"), all.ID), fault.Denied)
		all.Owner = t.ids["bruno"] // everybody's made one's own
		_, err = t.drafts.PutTemplate(t.as("bruno"), all)
		t.refuses(err, fault.Denied)
		stale := caen
		caen.Body = "mieux"
		_, err = t.drafts.PutTemplate(t.as("alice"), caen)
		t.ok(err)
		stale.Body = "pire"
		_, err = t.drafts.PutTemplate(t.as("sophie"), stale)
		t.refuses(err, fault.Conflict)
		t.ok(t.drafts.RemoveTemplate(t.as("alice"), own.ID))
		t.sees("alice", "Bienvenue", "De l'équipe")
	})
}

// sees wants these templates for somebody, in this order.
func (w *world) sees(uid string, names ...string) {
	w.Helper()
	all, err := w.drafts.Templates(w.as(uid))
	w.ok(err)
	var got []string
	for _, t := range all {
		got = append(got, t.Name)
	}
	if strings.Join(got, ", ") != strings.Join(names, ", ") {
		w.Errorf("%s sees %q, want %q", uid, got, names)
	}
}

func TestATemplateWithAVariableThatThereIsNotIsRefused(t *testing.T) {
	each(t, func(t *world) {
		put := func(change func(*draft.Template)) error {
			one := draft.Template{Owner: t.ids["alice"], Name: "x", Body: "x", Lang: "fr"}
			change(&one)
			_, err := t.drafts.PutTemplate(t.as("alice"), one)
			return err
		}
		t.refusesField(put(func(o *draft.Template) { o.Body = "{{demandeur}} {{mot_de_passe}}" }), "body")
		t.refusesField(put(func(o *draft.Template) { o.Body = " \n" }), "body")
		t.refusesField(put(func(o *draft.Template) { o.Body = strings.Repeat("x", tickets.MaxBody+1) }), "body")
		t.refusesField(put(func(o *draft.Template) { o.Name = " " }), "name")
		t.refusesField(put(func(o *draft.Template) { o.Name = strings.Repeat("x", draft.MaxTemplateName+1) }), "name")
		t.refusesField(put(func(o *draft.Template) { o.Lang = "de" }), "lang")
		t.ok(put(func(o *draft.Template) { o.Body = "{{due}}" }))
	})
}
