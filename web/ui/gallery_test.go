package ui_test

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/a-h/templ"

	"amigo/web/ui"
)

// The gallery draws every component in every state, on pages like those of the
// product. The people are invented. go test ./web/ui -gallery FOLDER
// writes the pages there, beside a copy of the built files, to be looked at.

var gallery = map[string]templ.Component{
	"queue":    queuePage(),
	"ticket":   ticketPage(),
	"report":   reportPage(),
	"parts":    partsPage(),
	"empty":    emptyPage(),
	"home":     homePage(),
	"requests": requestsPage(),
	"request":  requestPage(),
	"form":     formPage(),
	"join":     joinPage(),
	"fault":    faultPage(),
}

// in puts children inside a component.
func in(parent templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return parent.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

// html is a piece of page that needs no component.
func html(text string) templ.Component { return templ.Raw(text) }

var wednesday = time.Date(2026, 11, 18, 9, 12, 0, 0, time.UTC)

func at(words string) ui.Moment {
	return ui.Moment{At: wednesday, Words: words, Exact: "mercredi 18 novembre 2026 à 9 h 12"}
}

func clock(meaning ui.Meaning, words string) ui.Clock {
	c := ui.Clock{Meaning: meaning, Words: words, Exact: "jeudi 19 novembre à 10 h 30", At: wednesday}
	if meaning == ui.Paused {
		c.At, c.Exact = time.Time{}, "reprend à la réponse du demandeur"
	}
	return c
}

func atelier(title string, current int) ui.Page {
	entries := []ui.NavItem{
		{Label: "Mes tickets", Href: "/tickets?vue=moi", Count: "6"},
		{Label: "Mon équipe", Href: "/tickets?vue=equipe", Count: "34"},
		{Label: "À prendre", Href: "/tickets?vue=libres", Count: "9"},
		{Label: "Bientôt dus", Href: "/tickets?vue=bientot", Count: "5"},
		{Label: "En attente", Href: "/tickets?vue=attente", Count: "18"},
		{Label: "Tous", Href: "/tickets"},
		{Label: "Rapports", Href: "/reports"},
	}
	entries[current].Current = true
	return ui.Page{
		Title: title,
		Nav: []ui.NavGroup{
			{Items: entries[:6]},
			{Items: append([]ui.NavItem{{Label: "Courrier", Href: "/mail"}, {Label: "Aide et articles", Href: "/aide"}, {Label: "À distance", Href: "/distance"}}, entries[6])},
		},
		New:   &ui.Link{Label: "Nouveau ticket", Href: "/tickets/new"},
		Hours: &ui.Hours{Open: true, Words: "Ouvert jusqu'à 13 h", Detail: "mercredi, période scolaire"},
		Viewer: &ui.Viewer{
			Person:  ui.Person{Name: "Alix Blin", About: "Technicienne, Postes de travail, Caen"},
			Key:     "t7",
			SignOut: "/auth/logout",
			Links:   []ui.Link{{Label: "Mon profil", Href: "/profil", Icon: "circle-user-round"}, {Label: "English", Href: "/langue/en", Icon: "globe", Whole: true}},
		},
		CSRF: "token",
	}
}

func accueil(title string, signedIn bool) ui.Page {
	p := ui.Page{
		Title:   title,
		Tagline: "Assistance de l'académie",
		SignIn:  "/auth/oidc/login",
		CSRF:    "token",
		Foot: []ui.Link{
			{Label: "Accessibilité : partiellement conforme", Href: "/accessibilite"},
			{Label: "Données personnelles", Href: "/donnees-personnelles"},
			{Label: "English", Href: "/langue/en", Whole: true},
		},
	}
	if signedIn {
		p.Nav = []ui.NavGroup{{Items: []ui.NavItem{{Label: "Aide", Href: "/aide"}, {Label: "Mes demandes", Href: "/tickets", Count: "3", Current: true}}}}
		p.Viewer = &ui.Viewer{Person: ui.Person{Name: "Mme Martin", About: "Secrétaire, lycée Malherbe, Caen"}, Key: "p4", SignOut: "/auth/logout"}
	}
	return p
}

func queuePage() templ.Component {
	page := atelier("Mon équipe", 1)
	return in(page.Atelier(),
		in(ui.Split{Aside: peek(), Label: "Aperçu", Peek: true}.View(),
			in(ui.Head{Title: "Mon équipe", Count: "34"}.View(),
				ui.Search{Action: "/tickets", Value: "statut:ouvert site:Rouen,Caen", Placeholder: "Chercher ou filtrer"}.View(),
				ui.Button{Label: "Enregistrer la vue", Kind: ui.Text}.View(),
				ui.Menu{Label: "Colonnes", Kind: ui.Text, Items: []ui.Button{{Label: "Établissement"}, {Label: "Service"}}}.View(),
			),
			ui.Queue{Caption: "Mon équipe, par échéance", Rows: queueRows(), Pick: "ticket", Heads: map[string]ui.Sort{"due": {Href: "?sort=-due_at", Way: "ascending"}, "ref": {Href: "?sort=ref"}}}.View(),
			in(ui.Foot("11 sur 34 · à urgence égale, les demandes inscrites dans AMIGO passent d'abord"),
				ui.Pager{Later: "?cursor=x"}.View()),
		))
}

func queueRows() []ui.Row {
	blin, dubois, fouquet := ui.Person{Name: "Alix Blin"}, ui.Person{Name: "Camille Dubois"}, ui.Person{Name: "Élie Fouquet"}
	rows := []ui.Row{
		{Subject: "VPN coupé depuis lundi, plus d'accès aux lecteurs réseau ni à la messagerie depuis le domicile", Due: clock(ui.Late, "en retard de 40 min"), Requester: "M. Petit", Place: "DSDEN de l'Orne", Channel: "mail", Assignee: blin, Priority: "urgent", Fresh: true},
		{Subject: "Imprimante du secrétariat muette", Due: clock(ui.Soon, "dans 25 min"), Requester: "Mme Martin", Place: "Lycée Malherbe, Caen", Channel: "web", Chosen: true},
		{Subject: "Compte verrouillé après trois essais", Due: clock(ui.Soon, "dans 48 min"), Requester: "Mme Leroy", Place: "Collège Fontenelle, Rouen", Channel: "web", Assignee: dubois, Priority: "high"},
		{Subject: "I-Prof : page blanche après la connexion", Due: clock(ui.Calm, "dans 2 h 10"), Requester: "M. Roux", Place: "École Jean-Moulin, Lisieux", Channel: "phone", Assignee: dubois, Fresh: true},
		{Subject: "Demande d'un espace Tribu pour le projet d'établissement", Due: clock(ui.Calm, "dans 3 h 05"), Requester: "Mme Hamelin", Place: "Lycée Littré, Avranches", Channel: "web", Tags: []ui.Mark{{Word: "Demande", Meaning: ui.Paused}}},
		{Subject: "Clé OTP : le code PIN n'est plus accepté", Due: clock(ui.Calm, "dans 5 h"), Requester: "M. Duval", Place: "Rectorat, site de Rouen", Channel: "web", Assignee: blin},
		{Subject: "Certificat à renouveler sur le poste de gestion", Due: clock(ui.Paused, "en attente"), Requester: "Mme Noël", Place: "Lycée Flaubert, Rouen", Channel: "mail", Assignee: blin},
		{Subject: "Copieur I14RC : numérisation vers le lecteur S:", Due: clock(ui.Paused, "en attente"), Requester: "M. Lemaire", Place: "Rectorat, site de Caen", Channel: "web", Assignee: fouquet, Priority: "low"},
		{Subject: "Pronote : les absences du matin ne remontent pas", Due: clock(ui.Calm, "demain 9 h 40"), Requester: "Mme Besnard", Place: "Collège Prévert, Coutances", Channel: "guest"},
		{Subject: "Changement de nom dans l'annuaire", Due: clock(ui.Calm, "demain 11 h"), Requester: "Mme Guérin", Place: "École Les Tilleuls, Bernay", Channel: "phone", Tags: []ui.Mark{{Word: "Demande", Meaning: ui.Paused}}},
		{Subject: "Visio-agents : pas de son côté participants", Due: clock(ui.Done, "résolu à 9 h 02"), Requester: "M. Marie", Place: "DSDEN du Calvados", Channel: "api", Assignee: dubois},
	}
	for i, ref := range strings.Fields("12331 12345 12344 12346 12340 12339 12290 12287 12352 12353 12355") {
		rows[i].Ref, rows[i].Href, rows[i].Value = ref, "/tickets/"+ref, ref
	}
	return rows
}

func peek() templ.Component {
	return in(ui.Panel{Title: "Imprimante du secrétariat muette", More: &ui.Link{Label: "12345", Href: "/tickets/12345"}}.View(),
		html(`<p class="text-small text-quiet">Mme Martin, secrétaire · Lycée Malherbe, Caen<br>aujourd'hui à 9 h 12, inscrit dans AMIGO</p>`),
		html(`<p class="said text-read">Bonjour, plus rien ne sort du copieur depuis ce matin, le voyant est orange. J'ai les bulletins à imprimer avant 11 h.</p>`),
		ui.Facts(ui.Fact{Term: "Réponse", Body: clock(ui.Soon, "dans 25 min").View()}, ui.Fact{Term: "Résolution", Text: "jeudi 10 h 30"}, ui.Fact{Term: "Service", Text: "Impressions"}),
		in(ui.Actions(), ui.Button{Label: "Prendre", Kind: ui.Primary}.View(), ui.Button{Label: "Ouvrir", Href: "/tickets/12345"}.View()),
	)
}

func ticketPage() templ.Component {
	page := atelier("Imprimante du secrétariat muette", 0)
	page.Flashes = []ui.Flash{{Meaning: ui.Done, Text: "Réponse envoyée à Mme Martin.", Sent: "reply-12345"}}
	return in(page.Atelier(),
		in(ui.Head{Title: "Imprimante du secrétariat muette", Over: "AMIGO #12345 · incident · Impressions · Caen"}.View(),
			ui.Status("open"),
			ui.Priority("high"),
			ui.Button{Label: "Prendre"}.View(),
			ui.Menu{Label: "Mettre en attente", Items: []ui.Button{{Label: "du demandeur"}, {Label: "d'un tiers"}}}.View(),
			ui.Button{Label: "Résoudre", Kind: ui.Solve, Icon: "check"}.View(),
			ui.Menu{Label: "Autres actions", Icon: "ellipsis", Bare: true, Kind: ui.Text, Items: []ui.Button{{Label: "Fusionner…", Icon: "merge", Href: "/tickets/12345/merge"}}}.View(),
		),
		in(ui.Split{Aside: ticketAside(), Label: "À propos du ticket"}.View(),
			in(ui.Thread(),
				ui.Message{ID: "m-1", Author: "Mme Martin", At: at("aujourd'hui à 9 h 12"), About: "dans AMIGO", Text: "Bonjour,\nplus rien ne sort du copieur depuis ce matin, le voyant est orange. J'ai les bulletins à imprimer avant 11 h.", Files: []ui.File{{Name: "photo-voyant.jpg", Href: "/f/1", Size: 412_000, Image: true}, {Name: "configuration-du-copieur-du-secretariat-apres-la-mise-a-jour.pdf", Href: "/f/2", Size: 2_400_000}}}.View(),
				ui.Events([]ui.Event{{At: at("9 h 20"), Text: "Priorité normale → haute"}, {At: at("9 h 31"), Text: "Pris par A. Blin"}}),
				ui.Message{ID: "m-2", Voice: ui.Note, Author: "A. Blin", At: at("9 h 33"), Text: "Le copieur I14RC a déjà eu un bourrage bac 2 vendredi (12290)."}.View(),
				ui.Message{ID: "m-3", Voice: ui.Ours, Author: "A. Blin", At: at("9 h 40"), About: "envoyée par courriel ✓", Text: "Bonjour Madame, ouvrez le bac 2 et retirez la feuille coincée au fond à gauche, puis éteignez et rallumez le copieur. Dites-moi si le voyant s'éteint."}.View(),
				ui.Events([]ui.Event{{At: at("9 h 40"), Text: "Attend le demandeur"}}),
				ui.Message{ID: "m-4", Author: "Mme Martin", At: at("9 h 55"), About: "par courriel", Text: "Le voyant est toujours orange. Le copieur affiche : https://copieur-secretariat.lyc-malherbe.ac-normandie.example/configuration/alimentation/bac2?etat=bourrage", Quoted: "Le 18 novembre à 9 h 40, l'assistance a écrit :\nBonjour Madame, ouvrez le bac 2 et retirez la feuille…"}.View(),
				ui.Composer{Action: "/tickets/12345/reply", CSRF: "token", Hidden: map[string]string{"version": "7"}, Notes: true, To: "Mme Martin recevra cette réponse par courriel.", Draft: "reply-12345", Limit: 25 << 20, Body: "Merci pour votre retour,", Others: []ui.Button{{Label: "Envoyer et résoudre", Name: "then", Value: "solve"}}}.View(),
			)))
}

func ticketAside() templ.Component {
	return templ.Join(
		in(ui.Panel{Title: "Échéances"}.View(), ui.Promises(
			ui.Promise{Term: "Réponse", Clock: ui.Clock{Meaning: ui.Done, Words: "faite à 9 h 40", At: wednesday}},
			ui.Promise{Term: "Résolution", Clock: clock(ui.Calm, "2 h 10 restantes"), Bar: true, Spent: 45, Why: &ui.Why{
				Label: "Pourquoi cette date ?", Caption: "Ce qui a compté", Promised: "Promis : 8 h de temps ouvré.",
				Lines: []ui.WhyLine{
					{Title: "mercredi 18 novembre", Text: "9 h 12 – 13 h", Worked: "3 h 48"},
					{Meaning: ui.Paused, Title: "samedi 21 novembre – dimanche 22 novembre", Text: "fermé", Worked: "–"},
				},
				Sum: "Compté : 5 h 50.\nÉchéance : jeudi 19 novembre à 10 h 30.",
			}},
			ui.Promise{Term: "Nouvelles", Clock: clock(ui.Late, "en retard de 5 min"), Bar: true, Spent: 100},
		)),
		in(ui.Panel{Title: "Demandeur"}.View(),
			ui.Person{Name: "Mme Martin", About: "Secrétaire, lycée Malherbe, Caen · 0140013N", Href: "/people/4"}.Chip(),
			html(`<p class="text-small text-quiet">4 demandes · a lu « Le copieur n'imprime plus »</p>`)),
		in(ui.Panel{Title: "Classement", More: &ui.Link{Label: "Modifier", Href: "#"}}.View(),
			ui.Facts(ui.Fact{Term: "Catégorie", Text: "Impressions"}, ui.Fact{Term: "Service", Text: "Copieurs"}, ui.Fact{Term: "Suivi par", Body: ui.Person{Name: "Alix Blin"}.Chip()}, ui.Fact{Term: "Équipe", Text: "Postes de travail"})),
		in(ui.Panel{Title: "À distance"}.View(),
			html(`<p class="text-small text-quiet">Aucune session. Le code est dit au téléphone, il sert une fois.</p>`),
			ui.Button{Label: "Ouvrir une session"}.View()),
	)
}
