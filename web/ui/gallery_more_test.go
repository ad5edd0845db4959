package ui_test

import (
	"github.com/a-h/templ"

	"amigo/app/i18n"
	"amigo/web/ui"
)

func reportPage() templ.Component {
	page := atelier("Délai de résolution", 6)
	var months []ui.Point
	for i, mean := range []float64{20.1, 21, 0, 21.9, 19.5, 18.1, 17.6, 18.4, 16.9, 17.2, 16.4, 16.1} {
		months = append(months, ui.Point{Label: "NDJFMAMJJASO"[i : i+1], Text: i18n.In("fr").Decimal(mean, 1) + " h", Value: mean, None: mean == 0})
	}
	return in(page.Atelier(),
		in(ui.Head{Title: "Délai de résolution", Count: "octobre 2026"}.View(),
			ui.Segments("Période", ui.NavItem{Label: "Semaine", Href: "?week"}, ui.NavItem{Label: "Mois", Href: "?month", Current: true}), ui.Menu{Label: "Exporter", Items: []ui.Button{{Label: "CSV", Href: "?csv"}}}.View()),
		in(ui.Sheet(),
			ui.Figure{
				Number: "16,1 h", Verdict: ui.Mark{Meaning: ui.Done, Word: "1,9 h sous les 18 h annoncées"},
				Words: "Moyenne en heures ouvrées des 1 204 incidents résolus en octobre. Hors attente du demandeur : 12,7 h. Médiane 6,2 h ; neuf sur dix en moins de 41 h.",
				Chart: ui.Chart{Title: "Le délai moyen descend de 20,1 h en novembre à 16,1 h en octobre ; il est sous 18 h depuis juillet.", Points: months, Target: 18, TargetLabel: "18 h"},
			}.View(),
			ui.Table{
				Caption: "Par service",
				Columns: []ui.Column{{Label: "Service"}, {Label: "Résolus", Number: true, Sort: ui.Sort{Href: "?sort=count", Way: "descending"}}, {Label: "Moyenne ouvrée", Number: true, Sort: ui.Sort{Href: "?sort=mean"}}, {Label: "Écoulée", Number: true}, {Label: "Dans le délai", Number: true}},
				Rows: [][]ui.Cell{
					{{Text: "Connexion et mots de passe"}, {Text: "412", Href: "?service=1"}, {Text: "3,1 h"}, {Text: "9,4 h"}, {Text: "98 %"}},
					{{Text: "Messagerie"}, {Text: "188", Href: "?service=2"}, {Text: "9,8 h"}, {Text: "31,0 h"}, {Text: "94 %"}},
					{{Text: "Impressions"}, {Text: "121", Href: "?service=3"}, {Body: ui.Mark{Meaning: ui.Late, Word: "22,4 h"}.View()}, {Text: "70,1 h"}, {Text: "79 %"}},
					{{Text: "Postes de travail"}, {Text: "109", Href: "?service=4"}, {Body: ui.Mark{Meaning: ui.Late, Word: "31,9 h"}.View()}, {Text: "96,3 h"}, {Text: "71 %"}},
				},
			}.View(),
		))
}

func partsPage() templ.Component {
	page := atelier("Éléments", 5)
	page.Flashes = []ui.Flash{{Text: "Une information."}, {Meaning: ui.Done, Text: "C'est enregistré."}, {Meaning: ui.Soon, Text: "Un message est arrivé pendant que vous écriviez."}, {Meaning: ui.Late, Text: "La pièce jointe dépasse 25 Mo. Votre texte est conservé."}}
	var statuses, priorities, channels []templ.Component
	for _, code := range []string{"new", "open", "waiting_requester", "waiting_third_party", "solved", "closed"} {
		statuses = append(statuses, ui.Status(code))
	}
	for _, code := range []string{"urgent", "high", "normal", "low"} {
		priorities = append(priorities, ui.Priority(code))
	}
	for _, code := range []string{"web", "mail", "phone", "api", "guest"} {
		channels = append(channels, ui.Channel(code))
	}
	help := ui.Dialog{ID: "help", Title: "Une question"}
	return in(page.Atelier(),
		ui.Head{Title: "Éléments"}.View(),
		in(ui.Split{Aside: ui.Facet{Name: "status", Label: "Statut", Options: []ui.Option{{Value: "open", Label: "Ouvert", Chosen: true}, {Value: "waiting", Label: "En attente"}}}.View(), Label: "Filtres"}.View(),
			in(ui.Sheet(),
				in(ui.Actions(), statuses...), in(ui.Actions(), priorities...), in(ui.Actions(), channels...),
				in(ui.Actions(), clock(ui.Late, "en retard de 40 min").View(), clock(ui.Soon, "dans 25 min").View(), clock(ui.Calm, "dans 2 h 10").View(), clock(ui.Paused, "en attente").View(), clock(ui.Done, "faite à 9 h 40").View()),
				in(ui.Actions(), ui.Button{Label: "Prendre", Kind: ui.Primary, Key: "p"}.View(), ui.Button{Label: "Ouvrir"}.View(), ui.Button{Label: "Colonnes", Kind: ui.Text}.View(), ui.Button{Label: "Résoudre", Kind: ui.Solve}.View(), ui.Button{Label: "Refuser", Kind: ui.Refuse}.View(), ui.Button{Label: "Petit", Small: true}.View(), ui.Button{Label: "Actualiser", Icon: "refresh-cw", Bare: true}.View(), ui.Button{Label: "Envoyer", Hint: "Ctrl ↵", Attrs: templ.Attributes{"disabled": true}}.View()),
				in(ui.Banner{Meaning: ui.Soon, Title: "Un nouveau message est arrivé.", Text: "Lisez-le avant d'envoyer votre réponse : votre texte est conservé.", Live: true}.View(), in(ui.Actions(), ui.Button{Label: "Lire", Small: true}.View())),
				ui.Banner{Meaning: ui.Late, Title: "La messagerie académique est interrompue."}.View(),
				ui.Steps{Names: []string{"Code", "Qui et pourquoi", "Autoriser"}, Current: 1}.View(),
				help.Opener("Ouvrir la question"),
				in(help.View(), html(`<p>Voulez-vous fusionner ces deux tickets ?</p>`)),
				in(ui.Panel{Title: "Personnes"}.View(), ui.Person{Name: "Alix Blin", About: "Postes de travail, Caen"}.Chip(), ui.Person{Name: "Jean-Baptiste de La Rochefoucauld-Montmorency", About: "Section d'enseignement général et professionnel adapté"}.Portrait(), ui.Person{Name: "Mme Le Goff"}.Badge()),
				ui.Composer{Action: "/x", CSRF: "token", Notes: true, Kind: "note", Error: "Écrivez un message avant d'envoyer.", Present: "C. Dubois regarde aussi ce ticket."}.View(),
				in(ui.Form{Action: "/tickets/new", CSRF: "token", ID: "small", Draft: "new", Files: true}.View(), fields(true)...),
			)))
}

func fields(wrong bool) []templ.Component {
	subject := ui.Field{Name: "subject", Label: "Sujet", Hint: "En quelques mots : ce qui ne va pas, et où.", MaxLength: 200, Value: "Imprimante"}
	body := ui.Field{Name: "body", Label: "Description", Rows: 4, Value: "Plus rien ne sort."}
	place := ui.Field{Name: "establishment", Label: "Établissement"}
	impact := ui.Field{Name: "impact", Label: "Qui est gêné ?", Value: "one"}
	if wrong {
		subject.Value, subject.Error = "", "Écrivez un sujet."
		impact.Value, impact.Error = "", "Choisissez une réponse."
		place.Error = "Choisissez un établissement."
	}
	return []templ.Component{
		ui.Problems(subject, impact, place),
		subject.Input(),
		place.Select([]ui.Option{{Value: "0140013N", Label: "Lycée Malherbe", Group: "Caen"}, {Value: "0141234A", Label: "Collège Pasteur", Group: "Caen"}, {Value: "0761234B", Label: "Lycée Flaubert", Group: "Rouen"}}),
		body.Area(),
		impact.Radios([]ui.Option{{Value: "one", Label: "Moi seulement", Hint: "Je suis gêné dans mon travail."}, {Value: "some", Label: "Plusieurs personnes", Hint: "Un bureau, une classe."}, {Value: "all", Label: "Tout l'établissement"}}),
		ui.Field{Name: "notify", Label: "Prévenir", Optional: true}.Checks([]ui.Option{{Value: "mail", Label: "Par courriel", Chosen: true}, {Value: "phone", Label: "Par téléphone"}}),
		ui.Field{Name: "phone", Label: "Téléphone", Type: "tel", Autocomplete: "tel", InputMode: "tel", Optional: true, Placeholder: "02 31 00 00 00"}.Input(),
		ui.Field{Name: "files", Label: "Pièces jointes", Optional: true, Hint: "Une photo de l'écran aide souvent. 25 Mo au plus par fichier."}.Files(25 << 20),
		ui.Field{Name: "colleague", Label: "Je fais cette demande pour quelqu'un d'autre", Optional: true}.Check(),
		in(ui.Actions(), ui.Button{Label: "Envoyer la demande", Kind: ui.Primary}.View(), ui.Button{Label: "Annuler", Kind: ui.Text, Href: "/"}.View()),
	}
}

func emptyPage() templ.Component {
	page := atelier("À prendre", 2)
	page.Hours = &ui.Hours{Words: "Fermé jusqu'à demain 8 h", Detail: "mercredi après-midi"}
	return in(page.Atelier(), ui.Head{Title: "À prendre", Count: "0"}.View(),
		in(ui.Empty{Icon: "inbox", Title: "Plus rien à prendre", Text: "Tous les tickets de votre équipe sont suivis. Les prochains apparaîtront ici."}.View(), ui.Button{Label: "Voir mes tickets", Href: "/tickets"}.View()))
}

func homePage() templ.Component {
	return in(accueil("Assistance", false).Accueil(),
		ui.Title("", "Comment pouvons-nous vous aider ?"),
		ui.Search{Action: "/aide", Placeholder: "Par exemple : je n'arrive pas à me connecter", Large: true}.View(),
		ui.Reach{Hours: ui.Hours{Open: true, Words: "Ouvert aujourd'hui jusqu'à 13 h"}, Phones: []ui.Phone{{Label: "Urgence, lycées publics", Number: "09 00 00 00 00"}, {Label: "Autres", Number: "08 00 00 00 00"}}}.View(),
		html(`<h2>Je n'arrive pas à me connecter</h2>`),
		ui.Doors(
			ui.Door{Link: ui.Link{Label: "Mot de passe expiré ou oublié", Href: "/aide/1", Icon: "key-round"}, Text: "Le changer soi-même, en moins de cinq minutes"},
			ui.Door{Link: ui.Link{Label: "Page blanche ou bloquée", Href: "/aide/2", Icon: "refresh-cw"}, Text: "Vider le cache et les cookies du navigateur"},
			ui.Door{Link: ui.Link{Label: "Quel est mon identifiant ?", Href: "/aide/3", Icon: "user-round"}, Text: "Sa forme exacte selon le portail"},
			ui.Door{Link: ui.Link{Label: "Compte verrouillé", Href: "/aide/4", Icon: "lock"}, Text: "Après trois essais, ce qu'il faut faire"},
		),
		in(ui.Columns(),
			in(ui.Panel{Title: "Ouvrir une demande"}.View(), html(`<p class="text-quiet">Connecté ou non. Les demandes inscrites ici passent avant les autres.</p>`), ui.Button{Label: "Ouvrir une demande", Kind: ui.Primary, Href: "/assistance"}.View()),
			in(ui.Panel{Title: "Un technicien vous a donné un code ?"}.View(), html(`<p class="text-quiet">Vérifiez qui vous appelle, puis autorisez la prise en main.</p>`), ui.Button{Label: "Rejoindre une session", Href: "/rejoindre"}.View())))
}

func requestsPage() templ.Component {
	page := accueil("Mes demandes", true)
	page.Flashes = []ui.Flash{{Meaning: ui.Done, Text: "Votre demande 12345 est enregistrée. Nous vous répondons avant mercredi 11 h."}}
	return in(page.Accueil(),
		in(ui.Title("", "Mes demandes"), ui.Button{Label: "Ouvrir une demande", Icon: "plus", Kind: ui.Primary, Href: "/tickets/new"}.View()),
		ui.Requests([]ui.Request{
			{Href: "/tickets/12345", Subject: "Imprimante du secrétariat muette", About: "n° 12345 · réponse avant mercredi 11 h", Status: "new"},
			{Href: "/tickets/12290", Subject: "Certificat à renouveler sur le poste de gestion", About: "n° 12290 · A. Blin vous a posé une question hier", Status: "waiting_requester"},
			{Href: "/tickets/12200", Subject: "Accès à l'espace Tribu", About: "n° 12200 · suivi par C. Dubois", Status: "open"},
			{Href: "/tickets/12180", Subject: "Pièce en rupture", About: "n° 12180", Status: "waiting_third_party"},
			{Href: "/tickets/12100", Subject: "Changement de nom dans l'annuaire", About: "n° 12100 · 12 octobre", Status: "solved"},
			{Href: "/tickets/12000", Subject: "Mot de passe", About: "n° 12000 · 2 octobre", Status: "closed"},
		}),
		ui.Pager{Earlier: "?c=a", Later: "?c=b"}.View())
}

func requestPage() templ.Component {
	return in(accueil("Imprimante du secrétariat muette", true).Accueil(),
		ui.Title("Demande n° 12345", "Imprimante du secrétariat muette"),
		ui.Banner{Title: "Nous vous répondons avant mercredi 11 h.", Text: "Résolution prévue avant jeudi 10 h 30. Suivi par Alix Blin."}.View(),
		in(ui.Thread(),
			ui.Message{ID: "m-1", Author: "Vous", At: at("aujourd'hui à 9 h 12"), Text: "Bonjour,\nplus rien ne sort du copieur depuis ce matin, le voyant est orange.", Files: []ui.File{{Name: "photo-voyant.jpg", Href: "/f/1", Size: 412_000, Image: true}}}.View(),
			ui.Message{ID: "m-3", Voice: ui.Ours, Author: "Alix Blin, assistance", At: at("9 h 40"), Text: "Bonjour Madame, ouvrez le bac 2 et retirez la feuille coincée au fond à gauche. Dites-moi si le voyant s'éteint."}.View(),
			ui.Composer{Action: "/tickets/12345/reply", CSRF: "token", Draft: "reply-12345", Limit: 25 << 20, Send: "Répondre"}.View()))
}

func formPage() templ.Component {
	return in(accueil("Ouvrir une demande", true).Accueil(),
		ui.Title("", "Ouvrir une demande"),
		in(ui.Form{Action: "/tickets/new", CSRF: "token", Draft: "new", Files: true}.View(), fields(true)...))
}

func joinPage() templ.Component {
	return in(accueil("Rejoindre une session", false).Accueil(),
		ui.Steps{Names: []string{"Code", "Qui et pourquoi", "Autoriser"}, Current: 1}.View(),
		ui.Title("", "Est-ce bien la personne qui vous appelle ?"),
		in(ui.Panel{}.View(),
			ui.Person{Name: "Alix Blin", About: "Assistance, équipe Postes de travail, Caen"}.Portrait(),
			ui.Facts(ui.Fact{Term: "Votre demande", Text: "#12345 Imprimante du secrétariat muette"}, ui.Fact{Term: "Verra", Text: "votre écran, sans pouvoir agir"}, ui.Fact{Term: "Durée", Text: "deux heures au plus, vous arrêtez quand vous voulez"})),
		ui.Button{Label: "C'est le bon nombre, continuer", Kind: ui.Primary}.View(),
		ui.Button{Label: "Je n'ai rien demandé", Kind: ui.Refuse}.View())
}

func faultPage() templ.Component {
	return in(accueil("Page introuvable", false).Accueil(),
		in(ui.Fault{Title: "Cette page n'existe pas, ou n'est pas pour vous.", Text: "L'adresse a pu changer. Rien n'a été perdu.", Code: "7F3K-2Q"}.View(),
			ui.Button{Label: "Revenir à l'accueil", Kind: ui.Primary, Href: "/"}.View(), ui.Button{Label: "Mes demandes", Href: "/tickets"}.View()))
}
