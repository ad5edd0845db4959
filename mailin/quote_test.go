package mailin_test

import (
	"strings"
	"testing"

	"amigo/mailin"
)

// fresh marks, in the cases below, the lines that their sender wrote: those that
// begin with "+". The others are quoted, empty lines belong to neither.
var quotations = map[string]string{
	// Outlook, in all its habits.
	"Outlook":                          "+Bonjour,\n+Cela marche, merci.\n\nDe : Assistance <assistance@academie.test>\nEnvoyé : lundi 16 novembre 2026 09:12\nÀ : Claire Lemonnier\nObjet : Écran\n\nEst-ce réparé ?",
	"Outlook with copies":              "+Merci.\n\nDe : Assistance\nEnvoyé : lundi 16 novembre 2026 09:12\nÀ : Claire Lemonnier\nCc : Hugo Masson\nObjet : Écran\n\nEst-ce réparé ?",
	"Outlook without spaces":           "+Merci.\n\nDe: Assistance\nEnvoyé: lundi 16 novembre 2026 09:12\nÀ: Claire\nObjet: Écran\n\nEst-ce réparé ?",
	"Outlook in bold":                  "+Merci.\n\n*De :* Assistance <assistance@academie.test>\n*Envoyé :* lundi 16 novembre 2026 09:12\n*À :* Claire\n*Objet :* Écran\n\nEst-ce réparé ?",
	"Outlook behind a rule":            "+Merci.\n\n________________________________\nDe : Assistance\nEnvoyé : lundi 16 novembre 2026 09:12\nÀ : Claire\nObjet : Écran\n\nEst-ce réparé ?",
	"Outlook with no-break spaces":     "+Merci.\n\nDe\u00a0: Assistance\nEnvoyé\u00a0: lundi 16 novembre 2026 09:12\nÀ\u00a0: Claire\nObjet\u00a0: Écran\n\nEst-ce réparé\u00a0?",
	"Outlook with importance":          "+Merci.\n\nDe : Assistance\nEnvoyé : lundi 16 novembre 2026\nÀ : Claire\nObjet : Écran\nImportance : Haute\n\nEst-ce réparé ?",
	"Outlook, sender's date first":     "+Merci.\n\nDe : Assistance\nDate : lundi 16 novembre 2026 à 09:12\nÀ : Claire\nObjet : Écran\n\nEst-ce réparé ?",
	"Outlook in English":               "+Thanks.\n\nFrom: Desk <desk@academie.test>\nSent: Monday, November 16, 2026 9:12 AM\nTo: Claire\nSubject: Screen\n\nIs it repaired?",
	"Outlook in English with copies":   "+Thanks.\n\nFrom: Desk\nSent: Monday, November 16, 2026 9:12 AM\nTo: Claire\nCc: Hugo\nSubject: Screen\n\nIs it repaired?",
	"the old Outlook":                  "+Merci.\n\n-----Message d'origine-----\nDe : Assistance\nEnvoyé : lundi 16 novembre 2026\nÀ : Claire\nObjet : Écran\n\nEst-ce réparé ?",
	"the old Outlook, curly":           "+Merci.\n\n-----Message d’origine-----\nDe : Assistance\n\nEst-ce réparé ?",
	"the old Outlook in English":       "+Thanks.\n\n-----Original Message-----\nFrom: Desk\nSent: Monday\nTo: Claire\nSubject: Screen\n\nIs it repaired?",
	"Outlook on the web, iOS":          "+Merci.\n\nObtenir Outlook pour iOS\n________________________________\nDe : Assistance\nEnvoyé : lundi 16 novembre 2026\nÀ : Claire\nObjet : Écran\n\nEst-ce réparé ?",
	"Outlook on the web, Android":      "+Merci.\n\nObtenir Outlook pour Android<https://aka.ms/x>\n\nDe : Assistance\nEnvoyé : lundi 16 novembre 2026\nÀ : Claire\nObjet : Écran\n\nEst-ce réparé ?",
	"Outlook on the web, Android, you": "+Merci.\n\nObtenez Outlook pour Android",
	"Outlook on the web, download":     "+Merci.\n\nTélécharger Outlook pour iOS",
	"Outlook on the web, English":      "+Thanks.\n\nGet Outlook for iOS",
	"an answer under a signature":      "+Merci.\n+\n+Claire Lemonnier\n+02 31 00 00 00\n\nDe : Assistance\nEnvoyé : lundi\nÀ : Claire\nObjet : Écran\n\nEst-ce réparé ?",
	"two letters quoted":               "+Merci.\n\nDe : Assistance\nEnvoyé : mardi\nÀ : Claire\nObjet : RE: Écran\n\nEst-ce réparé ?\n\nDe : Claire\nEnvoyé : lundi\nÀ : Assistance\nObjet : Écran\n\nL'écran est noir.",
	"Exchange, meeting":                "+Je viendrai.\n\n-----Rendez-vous d'origine-----\nDe : Assistance\nEnvoyé : lundi\nÀ : Claire\nObjet : Visite\n\nMardi ?",
	"Windows Mail":                     "+Merci.\n\nProvenance : Courrier pour Windows 10\n\nDe : Assistance\nEnvoyé le :lundi 16 novembre 2026\nÀ : Claire\nObjet :Écran\n\nEst-ce réparé ?",

	// Gmail.
	"Gmail":                    "+Merci !\n\nLe lun. 16 nov. 2026 à 09:12, Assistance <assistance@academie.test> a écrit :\n\n> Est-ce réparé ?",
	"Gmail on two lines":       "+Merci !\n\nLe lun. 16 nov. 2026 à 09:12, Assistance <assistance@academie.test> a\nécrit :\n\n> Est-ce réparé ?",
	"Gmail on three lines":     "+Merci !\n\nLe lun. 16 nov. 2026 à 09:12,\nAssistance de l'académie\n<assistance@academie.test> a écrit :\n> Est-ce réparé ?",
	"Gmail with no-break":      "+Merci !\n\nLe lun. 16 nov. 2026 à 09:12, Assistance <assistance@academie.test> a écrit\u00a0:\n\n> Est-ce réparé\u00a0?",
	"Gmail without marks":      "+Merci !\n\nLe lun. 16 nov. 2026 à 09:12, Assistance <assistance@academie.test> a écrit :\n\nEst-ce réparé ?",
	"Gmail in English":         "+Thanks!\n\nOn Mon, Nov 16, 2026 at 9:12 AM Desk <desk@academie.test> wrote:\n\n> Is it repaired?",
	"Gmail in English, broken": "+Thanks!\n\nOn Mon, Nov 16, 2026 at 9:12 AM Desk\n<desk@academie.test> wrote:\n\n> Is it repaired?",
	"Gmail, an address of it":  "+Merci !\n\nLe lun. 16 nov. 2026 à 09:12, <assistance@academie.test> a écrit :\n\n> Est-ce réparé ?",
	"Gmail, levels":            "+Oui.\n\nLe mar. 17 nov. 2026 à 10:00, Assistance <a@b.test> a écrit :\n\n> Et maintenant ?\n>\n>> Le lun. 16 nov. 2026, Claire a écrit :\n>> Écran noir.",

	// Zimbra, Thunderbird, Apple, SOGo, Roundcube.
	"Zimbra":                    "+Merci.\n\n----- Mail original -----\nDe: \"Assistance\" <assistance@academie.test>\nÀ: \"Claire\" <claire@academie.test>\nEnvoyé: Lundi 16 Novembre 2026 09:12:00\nObjet: Écran\n\nEst-ce réparé ?",
	"Zimbra, long rule":         "+Merci.\n\n-------- Mail original --------\nDe: Assistance\nEnvoyé: Lundi\nObjet: Écran\n\nEst-ce réparé ?",
	"Zimbra, bare":              "+Merci.\n\nDe: \"Assistance\" <assistance@academie.test>\nÀ: \"Claire\" <claire@academie.test>\nEnvoyé: Lundi 16 Novembre 2026 09:12:00\nObjet: Écran\n\nEst-ce réparé ?",
	"Zimbra in English":         "+Thanks.\n\n----- Original Message -----\nFrom: \"Desk\" <desk@academie.test>\nTo: Claire\nSent: Monday\nSubject: Screen\n\nIs it repaired?",
	"Thunderbird":               "+Merci.\n\nLe 16/11/2026 à 09:12, Assistance a écrit :\n> Est-ce réparé ?",
	"Thunderbird, below":        "Le 16/11/2026 à 09:12, Assistance a écrit :\n> Est-ce réparé ?\n\n+Oui, merci.",
	"Thunderbird in English":    "+Thanks.\n\nOn 16/11/2026 09:12, Desk wrote:\n> Is it repaired?",
	"Thunderbird, forwarded":    "+Pour vous.\n+\n+-------- Message transféré --------\n+Sujet : Écran\n+Date : lundi\n+De : Hugo\n+Pour : Claire\n+\n+Écran noir.",
	"Apple Mail":                "+Merci.\n\nLe 16 nov. 2026 à 09:12, Assistance <assistance@academie.test> a écrit :\n\n> Est-ce réparé ?",
	"Apple Mail in English":     "+Thanks.\n\nOn 16 Nov 2026, at 09:12, Desk <desk@academie.test> wrote:\n\n> Is it repaired?",
	"Apple Mail, the day named": "+Merci.\n\nLe lundi 16 novembre 2026 à 09:12, Assistance <a@b.test> a écrit :\n\n> Est-ce réparé ?",
	"Apple, forwarded":          "+Voyez.\n+\n+Début du message réexpédié :\n+\n+De: Hugo\n+Objet: Écran\n+\n+Écran noir.",
	"SOGo":                      "+Merci.\n\nLe Lundi, Novembre 16, 2026 09:12 CET, Assistance <assistance@academie.test> a écrit:\n \n> Est-ce réparé ?",
	"Roundcube":                 "+Merci.\n\nLe 2026-11-16 09:12, Assistance a écrit :\n> Est-ce réparé ?",
	"Roundcube, long":           "+Merci.\n\n-------- Message original --------\nDe : Assistance\nDate : 16/11/2026\nÀ : Claire\nObjet : Écran\n\nEst-ce réparé ?",
	"a name first":              "+Merci.\n\nAssistance <assistance@academie.test> a écrit le 16/11/2026 à 09:12 :\n> Est-ce réparé ?",
	"quoted, no introduction":   "+Merci.\n\n> Est-ce réparé ?\n> L'équipe",

	// Telephones.
	"iPhone":               "+Merci.\n\nEnvoyé de mon iPhone",
	"iPhone and quotation": "+Merci.\n\nEnvoyé de mon iPhone\n\n> Le 16 nov. 2026 à 09:12, Assistance <a@b.test> a écrit :\n> \n> Est-ce réparé ?",
	"Orange":               "+Merci.\n\nEnvoyé depuis mon téléphone Orange",
	"Orange, quoted":       "+Merci.\n\nEnvoyé depuis mon téléphone Orange\n-------- Message d'origine --------\nDe : Assistance\nDate : 16/11/2026 09:12 (GMT+01:00)\nÀ : Claire\nObjet : Écran\n\nEst-ce réparé ?",
	"Samsung":              "+Merci.\n\nEnvoyé depuis mon appareil mobile Samsung.",
	"Android":              "+Merci.\n\nEnvoyé de mon appareil Android",
	"Yahoo":                "+Merci.\n\nEnvoyé à partir de Yahoo Mail sur Android",
	"in English":           "+Thanks.\n\nSent from my iPhone",
	"a signature's dashes": "+Merci.\n\n-- \nEnvoyé de mon iPhone",

	// Ours.
	"our marker":            "+Merci.\n\n" + mailin.ReplyMarkerFR + "\n\nEst-ce réparé ?\nAMIGO #12",
	"our marker, quoted":    "+Merci.\n\n> " + mailin.ReplyMarkerFR + "\n>\n> Est-ce réparé ?",
	"our marker in English": "+Thanks.\n\n" + mailin.ReplyMarkerEN + "\n\nIs it repaired?",
	"our marker, announced": "+Merci.\n\nLe lun. 16 nov. 2026 à 09:12, Assistance <a@b.test> a écrit :\n\n> " + mailin.ReplyMarkerFR + "\n> Est-ce réparé ?",

	// What must never be hidden.
	"answers between":              "+> Quelle marque ?\n+Ilyos.\n+> Quelle salle ?\n+B12.",
	"answers between, announced":   "+Le 16/11/2026 à 09:12, Assistance a écrit :\n+> Quelle marque ?\n+\n+Ilyos.\n+\n+> Quelle salle ?\n+\n+B12.",
	"above and between":            "+Voir plus bas.\n+\n+> Quelle marque ?\n+Ilyos.\n+> Quelle salle ?\n+B12.",
	"bottom, with signature":       "> Quelle marque ?\n> L'équipe\n\n+Ilyos.\n+\n+-- \n+Claire Lemonnier",
	"only a quotation":             "+> Est-ce réparé ?",
	"only an attribution":          "+Le 16/11/2026 à 09:12, Assistance a écrit :\n+> Est-ce réparé ?",
	"a person who quotes somebody": "+Bonjour,\n+\n+De : la direction, on m'a dit de vous écrire.\n+Le poste ne marche plus.",
	"someone wrote":                "+Bonjour,\n+\n+Hugo a écrit sur le tableau : salle fermée.\n+Que faire ?",
	"a colon and a date":           "+Le 16 novembre, voici la liste :\n+- écran\n+- clavier",
	"a table of addresses":         "+De : Caen\n+Vers Rouen, le réseau est lent.",
	"a signature":                  "+Merci.\n+\n+-- \n+Claire Lemonnier\n+Lycée Marcel-Pagnol",
	"a rule":                       "+Premier point\n+----------\n+Second point",
	"sent by bus":                  "+Envoyé par la directrice du collège pour signature, le dossier est incomplet.\n+Que faire ?",
	"a comparison":                 "+Le disque a moins de 5 Go >\n+et il est plein.",
}

func TestNewTextIsToldFromQuoted(t *testing.T) {
	if len(quotations) < 60 {
		t.Fatalf("%d cases", len(quotations))
	}
	for name, written := range quotations {
		var text, fresh, quoted []string
		for line := range strings.SplitSeq(written, "\n") {
			line, new := strings.CutPrefix(line, "+")
			text = append(text, line)
			switch {
			case strings.TrimSpace(line) == "":
			case new:
				fresh = append(fresh, line)
			default:
				quoted = append(quoted, line)
			}
		}
		gotNew, gotQuoted := mailin.Split(strings.Join(text, "\n"), "RE: Écran")
		if got := solid(gotNew); got != strings.Join(fresh, "\n") {
			t.Errorf("%s: new is\n%s\nand not\n%s", name, got, strings.Join(fresh, "\n"))
		}
		if got := solid(gotQuoted); got != strings.Join(quoted, "\n") {
			t.Errorf("%s: quoted is\n%s\nand not\n%s", name, got, strings.Join(quoted, "\n"))
		}
	}
}

// solid are the lines of a text that are not empty.
func solid(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func TestWhatIsForwardedIsTheNews(t *testing.T) {
	text := "Pour suite à donner.\n\nDe : Hugo Masson\nEnvoyé : vendredi 13 novembre 2026\nÀ : Claire\nObjet : Écran\n\nÉcran noir."
	for subject, whole := range map[string]bool{
		"TR: Écran": true, "TR : Écran": true, "Fwd: Écran": true, "FW: Écran": true, "Tr: Écran": true,
		"RE: Écran": false, "RE: TR: Écran": false, "Travaux : Écran": false, "": false,
	} {
		fresh, quoted := mailin.Split(text, subject)
		if (quoted == "") != whole {
			t.Errorf("%q: new %q, quoted %q", subject, fresh, quoted)
		}
	}
}
