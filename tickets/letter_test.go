package tickets

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// written shows a draft as a person reads it; no-break spaces are tildes.
func written(d mail.Draft) string {
	var w strings.Builder
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&w, "%s%s\n", label, text)
		}
	}
	line("Key: ", d.Key)
	line("To: ", d.ToName)
	line("Subject: ", d.Subject)
	line("Reply-To: ", d.ReplyTo)
	line("\n~~ ", d.Body.ReplyMarker)
	line("\n", d.Body.Greeting)
	for _, p := range d.Body.Paragraphs {
		line("\n", p)
	}
	line("\n> ", d.Body.Quote)
	for _, f := range d.Body.Facts {
		line("\n", f[0]+" "+f[1])
	}
	for _, i := range d.Body.Items {
		line("\n* ", i.Title)
		line("  ", i.Link)
		for _, l := range i.Lines {
			line("  ", l)
		}
		for _, x := range i.Said {
			line("  ", x.By)
			line("  > ", strings.ReplaceAll(x.Text, "\n", "\n  > "))
		}
		for _, c := range i.Choices {
			line("  [] ", c.Label+" "+c.Link)
		}
	}
	for _, p := range d.Body.After {
		line("\n", p)
	}
	for _, c := range d.Body.Choices {
		line("\n[] ", c.Label+"\n"+c.Link)
	}
	line("\n", d.Body.Action)
	line("", d.Body.Link)
	for _, f := range d.Body.Footer {
		line("\n-- ", f)
	}
	return strings.ReplaceAll(w.String(), i18n.NBSP, "~")
}

func TestEveryLetterInBothLanguages(t *testing.T) {
	now := time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC)
	first, resolution := now.Add(26*time.Hour), now.Add(50*24*time.Hour)
	martin := people.Person{ID: 7, Name: "Claire Martin", Kind: people.Member}
	blin := people.Person{ID: 20, Name: "Alice Blin", Kind: people.Member, Role: people.Technician}
	guest := people.Person{ID: 40, Name: "x <script>", Kind: people.Guest}
	school := people.Person{ID: 41, Name: "Collège des Quais", Kind: people.School}
	play := func(l letter, author, reader people.Person) scene {
		ticket := Ticket{
			ID: 10001, Subject: "Imprimante du secrétariat muette", Priority: High, Requester: martin.ID,
			FirstResponseDueAt: &first, ResolutionDueAt: &resolution, DueAt: &first,
		}
		return scene{
			notice: notice{letter: l, reader: reader.ID, about: Happening{
				Event: Event{ID: 3}, After: ticket,
				Message: &Message{ID: 5, Body: "Éteignez-la, puis rallumez-la.\nEst-ce mieux ?", Attachments: []Attachment{{Name: "notice.pdf"}}},
			}},
			Ticket: ticket, Reader: reader, Author: author, Requester: martin, Team: people.Team{Name: "Assistance de Caen"},
			Phones: people.Establishment{}.EmergencyPhones(), Proven: true, Now: now,
			Link: "https://amigo.test/tickets/10001", Choose: "https://amigo.test/preferences", ReplyTo: "assistance+r.code@academie.test",
		}
	}
	letters := map[string]scene{
		"opened":           play(openedLetter, martin, martin),
		"opened-for":       play(openedLetter, blin, martin),
		"opened-unproven":  play(openedLetter, guest, guest),
		"opened-school":    play(openedLetter, school, school),
		"opened-estimated": play(openedLetter, martin, martin),
		"opened-closed":    play(openedLetter, martin, martin),
		"replied":          play(repliedLetter, blin, martin),
		"replied-to-guest": play(repliedLetter, blin, guest),
		"waiting":          play(waitingLetter, blin, martin),
		"solved":           play(solvedLetter, blin, martin),
		"solved-for-good":  play(solvedLetter, blin, martin),
		"waiting-until":    play(waitingLetter, blin, martin),
		"reminded":         play(remindedLetter, people.Person{ID: 1, Name: "AMIGO"}, martin),
		"abandoned":        play(abandonedLetter, people.Person{ID: 1, Name: "AMIGO"}, martin),
		"merged":           play(mergedLetter, blin, martin),
		"assigned":         play(assignedLetter, people.Person{ID: 30, Name: "Sophie Roux"}, blin),
		"answered":         play(answeredLetter, martin, blin),
		"reopened":         play(reopenedLetter, martin, blin),
		"consulted":        play(consultedLetter, blin, people.Person{ID: 50, Name: "Éditions Lumen", Kind: people.Guest}),
		"consulted-member": play(consultedLetter, blin, people.Person{ID: 51, Name: "Région Normandie", Kind: people.Member}),
		"informed":         play(informedLetter, people.Person{ID: 50, Name: "support@lumen.test"}, blin),
		"mentioned":        play(mentionedLetter, people.Person{ID: 21, Name: "Bruno Caron"}, blin),
		"rated":            play(ratedLetter, martin, blin),
		"woken":            play(wokenLetter, people.Person{ID: 1, Name: "AMIGO"}, blin),
		"without-mail":     play(repliedLetter, blin, martin),
	}
	change := func(name string, f func(*scene)) { s := letters[name]; f(&s); letters[name] = s }
	change("opened", func(s *scene) { s.Phones = []string{"09 70 80 97 97"} })
	change("opened-unproven", func(s *scene) { s.Proven = false })
	change("opened-estimated", func(s *scene) { s.Ticket.Provisional = true })
	change("opened-closed", func(s *scene) { s.Reopens = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC) })
	change("without-mail", func(s *scene) { s.ReplyTo, s.Link = "", "" })
	change("woken", func(s *scene) {
		s.about.Message = nil
		s.about.Event.Data = map[string]string{wordsKey: "Rappeler l'éditeur."}
	})
	until := calendar.DayOn(2026, time.December, 2)
	for _, name := range []string{"solved", "waiting-until", "reminded", "abandoned"} {
		change(name, func(s *scene) { s.Until = &until })
	}
	for _, name := range []string{"solved", "abandoned"} {
		change(name, func(s *scene) { s.Rate = "https://amigo.test/satisfaction/code" })
	}
	change("rated", func(s *scene) { s.about.Event.put(commentKey, "Elle est de nouveau muette.") })
	for _, name := range []string{"reminded", "abandoned", "merged", "rated"} {
		change(name, func(s *scene) { s.about.Message = nil })
	}
	change("reminded", func(s *scene) { s.Question = &Message{ID: 4, Body: "De quel modèle s'agit-il ?"} })
	lumen := ThirdParty{Person: 50, Name: "Éditions Lumen", Reference: "INC-77"}
	change("consulted", func(s *scene) {
		s.Party, s.Files = lumen, []mail.Item{{Title: "notice.pdf", Link: "https://amigo.test/fichiers/code"}}
	})
	change("informed", func(s *scene) { s.Party = lumen })
	change("merged", func(s *scene) { s.Ticket.MergedInto = 10007 })
	for name, s := range letters {
		for _, lang := range i18n.Languages {
			text := written(s.draft(i18n.In(lang)))
			golden(t, "letters/"+name+"."+lang, text)
			if strings.Contains(text, "⟦") {
				t.Errorf("%s in %s lacks a sentence", name, lang)
			}
		}
	}
}

func TestAnUnprovenAddressReadsNothingThatWasTyped(t *testing.T) {
	typed := []string{"Achetez des pilules", "https://evil.test", "Gratuit"}
	guest := people.Person{ID: 40, Name: typed[2], Kind: people.Guest}
	s := scene{
		notice: notice{letter: openedLetter, about: Happening{Message: &Message{ID: 5, Body: typed[1]}}},
		Ticket: Ticket{ID: 10001, Subject: typed[0], Requester: 40}, Reader: guest, Author: guest, Requester: guest,
		Phones: []string{"0806 000 488"},
	}
	d := s.draft(i18n.In("fr"))
	all := written(d) + d.ToName
	for _, words := range typed {
		if strings.Contains(all, words) {
			t.Errorf("the letter says %q:\n%s", words, all)
		}
	}
}

func TestAPromiseIsSaidAsFarAsThereIsOne(t *testing.T) {
	at := time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC)
	for want, ticket := range map[string]Ticket{
		"": {},
		"Nous vous répondons avant le mercredi 18~novembre à 9~h.":                                                         {FirstResponseDueAt: &at},
		"Résolution prévue avant le mercredi 18~novembre à 9~h.":                                                           {ResolutionDueAt: &at},
		"Nous vous répondons avant le mercredi 18~novembre à 9~h~; résolution prévue avant le mercredi 18~novembre à 9~h.": {FirstResponseDueAt: &at, ResolutionDueAt: &at},
	} {
		got := strings.ReplaceAll(scene{Ticket: ticket, Now: at}.promise(i18n.In("fr")), i18n.NBSP, "~")
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFilesGoToWhoHasNoPageToFindThemOn(t *testing.T) {
	said := Message{ID: 5, Body: "Voici.", Attachments: []Attachment{
		{Name: "notice.pdf", Type: "application/pdf", Sum: "a", Size: 9 << 20}, {Name: "video.mp4", Type: "video/mp4", Sum: "b", Size: 20 << 20},
	}}
	write := func(kind people.Kind, l letter) mail.Draft {
		reader := people.Person{ID: 7, Name: "Claire Martin", Kind: kind}
		return scene{
			notice: notice{letter: l, reader: 7, about: Happening{Message: &said}}, Ticket: Ticket{ID: 10001, Subject: "x"},
			Reader: reader, Author: reader, Requester: reader, Proven: true, ReplyTo: "a+r.b@x",
		}.draft(i18n.In("fr"))
	}
	guest, member := write(people.Guest, repliedLetter), write(people.Member, repliedLetter)
	if len(guest.Files) != 1 || guest.Files[0] != (mail.File{Name: "notice.pdf", Type: "application/pdf", Sum: "a", Size: 9 << 20}) {
		t.Errorf("a guest gets %v", guest.Files)
	}
	if text := written(guest); !strings.Contains(text, "Pièces jointes~: notice.pdf") || !strings.Contains(text, "Pièces trop lourdes pour un courriel~: video.mp4") {
		t.Errorf("the letter says\n%s", text)
	}
	if text := written(member); len(member.Files) != 0 || !strings.Contains(text, "Pièces jointes~: notice.pdf, video.mp4") {
		t.Errorf("a member gets %v and reads\n%s", member.Files, text)
	}
	if d := write(people.Guest, openedLetter); len(d.Files) != 0 {
		t.Errorf("a guest's own files come back: %v", d.Files)
	}
}
