package mailin_test

import (
	"bytes"
	"strings"
	"testing"

	"amigo/mailin"
)

func TestWhatIsSignedOrEncryptedIsKeptToTheByte(t *testing.T) {
	for name, file := range map[string]string{
		"smime-signed": "signed.eml", "smime-opaque": "signed.eml", "smime-opaque-streamed": "signed.eml", "smime-signed-unreadable": "signed.eml",
		"smime-encrypted": "encrypted.eml", "smime-enveloped": "encrypted.eml", "pgp-encrypted": "encrypted.eml", "pgp-inline": "encrypted.eml",
	} {
		raw := read(t, "testdata/letters/"+name+".eml")
		l, err := mailin.Parse(raw)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		whole := 0
		for _, a := range l.Attachments {
			if a.Name == file && bytes.Equal(a.Data(), raw) {
				whole++
			}
		}
		if whole != 1 {
			t.Errorf("%s: the whole letter is attached %d times as %s", name, whole, file)
		}
		if l.Signed != (file == "signed.eml") || l.Encrypted != (file == "encrypted.eml") {
			t.Errorf("%s: signed %v, encrypted %v", name, l.Signed, l.Encrypted)
		}
		if l.Encrypted && (!strings.Contains(l.NewText, "chiffré") || !strings.Contains(l.NewText, "écrivez à nouveau")) {
			t.Errorf("%s: the text does not say that it is encrypted and what to do: %q", name, l.NewText)
		}
	}
}

func TestASignatureIsOpenedAndItsFilesAreFound(t *testing.T) {
	l, err := letter(t, "letters/smime-opaque-streamed.eml")
	if err != nil || l.NewText != "Voici le bordereau signé." {
		t.Fatalf("%q, %v", l.NewText, err)
	}
	for _, a := range l.Attachments {
		if a.Name == "bordereau.csv" && a.Type == "text/csv" {
			return
		}
	}
	t.Error("the file inside the signature is missing")
}

func TestAnInvitationIsToldInParisTime(t *testing.T) {
	for name, want := range map[string][]string{
		"invitation-outlook": {
			"Invitation de Claire LEMONNIER <claire.lemonnier@academie.test>", "jeudi 19 novembre 2026 de 14 h à 15 h 30 (heure de Paris)",
			"Lycée Marcel-Pagnol, salle B12", "se répète",
		},
		"invitation-changed":   {"Invitation modifiée", "vendredi 20 novembre 2026 de 9 h à 9 h 45 (heure de Paris)", "Salle B14"},
		"invitation-cancelled": {"Événement annulé", "du jeudi 19 novembre 2026 au vendredi 20 novembre 2026, toute la journée"},
		"invitation-declined":  {"décline l'invitation", "fuseau « Customized Time Zone »"},
		"invitation-google":    {"jeudi 19 novembre 2026 de 9 h à 10 h (heure de Paris)", "Réunion réseau jeudi."},
	} {
		l, err := letter(t, "letters/"+name+".eml")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(l.NewText)
		for _, phrase := range want {
			if strings.Count(text, phrase) != 1 {
				t.Errorf("%s: %q does not stand once in:\n%s", name, phrase, text)
			}
		}
		files := 0
		for _, a := range l.Attachments {
			if a.Type == "text/calendar" && strings.HasSuffix(a.Name, ".ics") {
				files++
			}
		}
		if files == 0 {
			t.Errorf("%s: the calendar is no attachment", name)
		}
	}
}
