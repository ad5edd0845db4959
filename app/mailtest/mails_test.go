package mailtest_test

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"mime"
	"slices"
	"strings"

	"amigo/app/mailtest"
	"amigo/mailin"
)

// sent is a mail as a person's mail client writes it, and what must become of it.
type sent struct {
	id       string // Message-ID, without brackets
	from, to string
	raw      string

	state   mailin.State
	reason  mailin.Reason
	says    string            // what its message on the ticket says, somewhere
	subject string            // of the ticket that it opens
	files   map[string]string // what comes with it, by name; servers may write lines above it
}

// press writes mails that no other test has written.
type press struct{ run string }

func newPress() press { return press{strings.ToLower(rand.Text())} }

// mail is one with a head of its own lines and a body. It is wanted filed as new.
func (p press) mail(n int, kind, from, to, subject string, head []string, body string) sent {
	s := sent{
		id: fmt.Sprintf("%s.%d.%s@poste.%s", kind, n, p.run, mailtest.Domain), from: from, to: to, subject: subject,
		state: mailin.Filed, reason: mailin.NewRequest,
	}
	all := slices.Concat([]string{
		"From: " + person(from), "To: <" + to + ">", "Subject: " + mime.QEncoding.Encode("utf-8", subject), "Message-ID: <" + s.id + ">",
		"Date: Wed, 18 Nov 2026 09:00:00 +0100", "MIME-Version: 1.0",
	}, head)
	s.raw = strings.Join(all, "\r\n") + "\r\n\r\n" + strings.ReplaceAll(body, "\n", "\r\n")
	return s
}

func person(address string) string {
	local, _, _ := strings.Cut(address, "@")
	return "Personne " + local + " <" + address + ">"
}

// saying sets what must be read on the ticket, files what must come with it.
func (s sent) saying(words string) sent { s.says = words; return s }

func (s sent) with(name, content string) sent {
	s.files = map[string]string{name: content}
	return s
}

func (s sent) becomes(state mailin.State, reason mailin.Reason) sent {
	s.state, s.reason = state, reason
	return s
}

const plain = "Content-Type: text/plain; charset=utf-8"

var eightBit = []string{plain, "Content-Transfer-Encoding: 8bit"}

func (p press) plain(n int, from string) sent {
	return p.mail(n, "plain", from, mailtest.House, fmt.Sprintf("Imprimante %d muette", n), []string{plain},
		".Une ligne qui commence par un point\n\nRien ne sort.\n").saying(".Une ligne qui commence par un point\n\nRien ne sort.")
}

func (p press) eightBit(n int, from string) sent {
	return p.mail(n, "8bit", from, mailtest.House, "Écran noir à l’accueil", eightBit, "L’écran reste noir depuis ce matin — même après un redémarrage.\n").
		saying("L’écran reste noir depuis ce matin — même après un redémarrage.")
}

func (p press) html(n int, from string) sent {
	return p.mail(n, "html", from, mailtest.House, "Demande en HTML", []string{"Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 8bit"},
		"<html><body><p>Le vidéoprojecteur <b>clignote</b>.</p><script>alert(1)</script></body></html>\n").saying("Le vidéoprojecteur clignote.")
}

func (p press) alternative(n int, from string) sent {
	return p.mail(n, "alternative", from, mailtest.House, "Demande en deux versions", []string{"Content-Type: multipart/alternative; boundary=alt"},
		parts("alt", plain+"\n\nLa version en texte.\n", "Content-Type: text/html; charset=utf-8\n\n<p>La version en <i>HTML</i>.</p>\n")).saying("La version en texte.")
}

// long has a subject that must be folded, beyond what one line may hold.
func (p press) long(n int, from string) sent {
	subject := strings.TrimSpace(strings.Repeat("Création d’un compte élève à Évreux ", 5))
	s := p.mail(n, "long", from, mailtest.House, subject, eightBit, "Voir l’objet.\n").saying("Voir l’objet.")
	s.raw = strings.ReplaceAll(s.raw, "?= =?", "?=\r\n =?")
	return s
}

// attachment comes with a file of so many bytes.
func (p press) attachment(n int, from string, size int) sent {
	content := strings.Repeat(p.run+"\x00\xff", size/len(p.run)+1)[:size]
	return p.mail(n, "attachment", from, mailtest.House, "Journal joint", []string{"Content-Type: multipart/mixed; boundary=mix"},
		parts("mix", plain+"\n\nLe journal est joint.\n", file("application/octet-stream", `attachment; filename="journal.bin"`, content))).
		saying("Le journal est joint.").with("journal.bin", content)
}

// pixel is a picture of one point.
const pixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"

func (p press) inline(n int, from string) sent {
	return p.mail(n, "inline", from, mailtest.House, "Capture d’écran", []string{`Content-Type: multipart/related; type="text/html"; boundary=rel`},
		parts("rel", "Content-Type: text/html; charset=utf-8\n\n<p>Voici l'erreur :</p><img src=\"cid:capture@poste\">\n",
			"Content-ID: <capture@poste>\n"+file("image/png", `inline; filename="capture.png"`, pixel))).
		saying("Voici l'erreur :").with("capture.png", pixel)
}

func (p press) invitation(n int, from string) sent {
	event := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Poste//FR", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:" + p.run, "DTSTAMP:20261118T080000Z",
		"DTSTART:20261125T083000Z", "DTEND:20261125T093000Z", "SUMMARY:Point sur le réseau", "ORGANIZER:mailto:" + from, "END:VEVENT", "END:VCALENDAR", "",
	}, "\n")
	return p.mail(n, "invitation", from, mailtest.House, "Invitation : point sur le réseau", []string{"Content-Type: multipart/alternative; boundary=inv"},
		parts("inv", plain+"\n\nVous êtes invités.\n", "Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n"+event)).saying("Point sur le réseau")
}

// signed is signed with a certificate: what was signed comes whole beside it.
func (p press) signed(n int, from string) sent {
	body := parts("sig", plain+"\nContent-Transfer-Encoding: quoted-printable\n\nMerci de cr=C3=A9er le compte.\n",
		file("application/pkcs7-signature; name=smime.p7s", `attachment; filename="smime.p7s"`, "\x30\x82\x01\x0a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"))
	head := `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=sig`
	return p.mail(n, "signed", from, mailtest.House, "Demande signée", []string{head}, body).
		saying("Merci de créer le compte.").with("signed.eml", head+"\r\n\r\n"+strings.ReplaceAll(body, "\n", "\r\n"))
}

// international has a head that no encoding hides (RFC 6532).
func (p press) international(n int, from string) sent {
	s := p.mail(n, "utf8", from, mailtest.House, "Éditeur de mathématiques", eightBit, "Où est-il passé ?\n").saying("Où est-il passé ?")
	s.raw = strings.Replace(s.raw, mime.QEncoding.Encode("utf-8", s.subject), s.subject, 1)
	s.raw = strings.Replace(s.raw, "From: Personne", "From: Zoé Élève", 1)
	return s
}

// outlook is what an old client writes in the letters of Windows.
func (p press) outlook(n int, from string) sent {
	return p.mail(n, "outlook", from, mailtest.House, "Tableau à 30 €",
		[]string{`Content-Type: text/plain; charset="windows-1252"`, "Content-Transfer-Encoding: quoted-printable", "X-Mailer: Microsoft Outlook 16.0"},
		"Le tableau co=FBte 30 =80, dit-on.\n").saying("Le tableau coûte 30 €")
}

// absence is written by a machine in the name of somebody who is away.
func (p press) absence(n int, from string) sent {
	return p.mail(n, "absence", from, mailtest.House, "Réponse automatique : Imprimante", []string{plain, "Auto-Submitted: auto-replied"},
		"Je suis absent.\n").becomes(mailin.Ignored, mailin.AutomaticMail)
}

// parts puts parts between boundaries.
func parts(boundary string, all ...string) string {
	var b strings.Builder
	for _, part := range all {
		b.WriteString("--" + boundary + "\n" + part + "\n")
	}
	return b.String() + "--" + boundary + "--\n"
}

// file is a part with content in base64.
func file(kind, disposition, content string) string {
	text, lines := base64.StdEncoding.EncodeToString([]byte(content)), strings.Builder{}
	for line := range slices.Chunk([]byte(text), 76) {
		lines.Write(append(line, '\n'))
	}
	return "Content-Type: " + kind + "\nContent-Transfer-Encoding: base64\nContent-Disposition: " + disposition + "\n\n" + lines.String()
}

// answers is how mail clients write words above what they answer: their mark, and
// whether the letter is HTML.
var answers = []struct {
	kind  string
	write func(words, letter string) (contentType, body string)
}{
	{"outlook", func(words, letter string) (string, string) {
		return plain, words + "\n\n-----Message d'origine-----\nDe : Assistance AMIGO <" + mailtest.House + ">\nEnvoyé : mercredi 18 novembre 2026 09:00\n" +
			"À : Personne\nObjet : Votre demande\n\n" + letter
	}},
	{"gmail", func(words, letter string) (string, string) {
		return plain, words + "\n\nLe mer. 18 nov. 2026 à 09:00, Assistance AMIGO <" + mailtest.House + "> a écrit :\n\n> " + strings.ReplaceAll(letter, "\n", "\n> ") + "\n"
	}},
	{"outlook-html", func(words, letter string) (string, string) {
		return "Content-Type: text/html; charset=utf-8", `<html><body><p class="MsoNormal">` + words + `</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">` +
			"<p class=\"MsoNormal\"><b>De :</b> Assistance AMIGO &lt;" + mailtest.House + "&gt;<br><b>Envoyé :</b> mercredi 18 novembre 2026 09:00<br><b>À :</b> Personne<br>" +
			"<b>Objet :</b> Votre demande</p></div><p>Au revoir</p></body></html>"
	}},
}
