package mailin_test

import (
	"fmt"
	"strings"
	"testing"

	"amigo/app/people"
	"amigo/mailin"
)

// The people of the letters in testdata/judge.
var (
	claire = mailin.Party{Person: 10, Kind: people.Member, Role: people.Requester}
	marc   = mailin.Party{Person: 20, Kind: people.Member, Role: people.Technician}
	school = mailin.Party{Person: 30, Kind: people.School, Role: people.Requester, Establishment: "0140018J"}
	nadia  = mailin.Party{Person: 40, Kind: people.Guest, Role: people.Requester}
	gone   = mailin.Party{Person: 50, Kind: people.Member, Role: people.Requester, Disabled: true}
)

// from is what is known of a letter from somebody, where nobody is proven.
func from(p mailin.Party, more ...func(*mailin.Known)) mailin.Known {
	k := mailin.Known{Sender: p, Directory: p.Kind != people.Guest && p.Person != 0}
	for _, m := range more {
		m(&k)
	}
	return k
}

// proven puts the installation behind a mail server that authenticates.
func proven(k *mailin.Known) { k.AuthservID, k.Trusted = "mx.academie.test", true }

// untrusted is the same installation, and a source that anybody can write to.
func untrusted(k *mailin.Known) { k.AuthservID = "mx.academie.test" }

// signed points to ticket 12345 by a secret made for a person.
func signed(recipient people.ID, more ...func(*mailin.Thread)) func(*mailin.Known) {
	t := &mailin.Thread{Ticket: 12345, Recipient: recipient}
	for _, m := range more {
		m(t)
	}
	return func(k *mailin.Known) { k.Signed = t }
}

// named points to ticket 12345 by the subject.
func named(more ...func(*mailin.Thread)) func(*mailin.Known) {
	t := &mailin.Thread{Ticket: 12345}
	for _, m := range more {
		m(t)
	}
	return func(k *mailin.Known) { k.Named = t }
}

func expired(t *mailin.Thread)    { t.Expired = true }
func merged(t *mailin.Thread)     { t.Survivor = 12399 }
func longClosed(t *mailin.Thread) { t.LongClosed = true }
func takesPart(t *mailin.Thread)  { t.Participates = true }
func thirdParty(t *mailin.Thread) { t.ThirdParty = true }
func forStaff(t *mailin.Thread)   { t.Staff = true }
func ours(k *mailin.Known) {
	k.Returned = &mailin.SentLetter{Ticket: 12345, Address: "parti@college-bocage.test"}
}
func own(k *mailin.Known)           { k.Own = true }
func monitor(k *mailin.Known)       { k.Monitor = true }
func blocked(k *mailin.Known)       { k.Blocked = true }
func seen(k *mailin.Known)          { k.Before = mailin.SeenSame }
func seenOther(k *mailin.Known)     { k.Before = mailin.SeenOther }
func spent(k *mailin.Known)         { k.Spent = mailin.SenderBudget }
func guestsHeld(k *mailin.Known)    { k.Guests = mailin.GuestsHeld }
func guestsRefused(k *mailin.Known) { k.Guests = mailin.GuestsRefused }

var nobody mailin.Party

// verdicts are the situations whose verdicts stand in testdata/judge/verdicts.txt.
var verdicts = []struct {
	situation string
	letter    string
	known     mailin.Known
}{
	{"a requester writes, From is believed", "claire-unproven", from(claire)},
	{"a requester writes, proven", "claire-new", from(claire, proven)},
	{"a requester writes, not proven where it could be", "claire-unproven", from(claire, proven)},
	{"the proof comes from a source that anybody can write to", "claire-new", from(claire, untrusted)},
	{"the proof is of another server", "claire-other-server", from(claire, proven)},
	{"the proof stands in the second of two fields of our server", "claire-two-fields", from(claire, proven)},
	{"the proof is of another domain", "claire-other-domain-proven", from(claire, proven)},
	{"our server could not tell", "claire-temperror", from(claire, proven)},
	{"DMARC fails for the directory", "claire-failed", from(claire, proven)},
	{"DMARC fails and a forged pass stands below", "claire-forged-below", from(claire, proven)},
	{"our server said nothing and a forged pass stands below", "claire-forged-only-below", from(claire, proven)},
	{"DMARC fails for an unknown name of the directory's domain", "unknown-of-the-domain-failed", from(nobody, proven, func(k *mailin.Known) { k.Directory = true })},
	{"DMARC fails for a stranger", "parent-failed", from(nobody, proven)},
	{"two senders", "two-senders", from(claire, proven)},
	{"no sender", "no-sender", from(nobody)},
	{"a stranger writes", "parent-new", from(nobody)},
	{"a stranger writes again and again", "parent-new", from(nobody, guestsHeld)},
	{"a stranger writes where none are taken", "parent-new", from(nobody, guestsRefused)},
	{"a refused sender", "parent-new", from(nobody, blocked)},
	{"a school writes, believed", "school-new", from(school)},
	{"a school writes, proven", "school-new", from(school, proven)},
	{"a technician writes, nobody is proven", "marc-new", from(marc)},
	{"a technician writes, proven", "marc-new", from(marc, proven)},
	{"somebody who left writes", "claire-unproven", from(gone)},

	{"a reply to the signed address", "claire-reply", from(claire, proven, signed(10))},
	{"a reply to the signed address, From is believed", "claire-reply-unproven", from(claire, signed(10))},
	{"a reply to the signed address, not proven", "claire-reply-unproven", from(claire, proven, signed(10))},
	{"a reply to somebody else's signed address", "claire-reply", from(claire, proven, signed(11))},
	{"a stranger answers to a signed address", "parent-reply", from(nobody, signed(10))},
	{"a guest answers to their signed address", "parent-reply", from(nadia, signed(40))},
	{"the signed address is past its time", "claire-reply", from(claire, proven, signed(10, expired))},
	{"somebody who left answers", "claire-reply-unproven", from(gone, signed(50))},
	{"DMARC fails on a signed address", "claire-failed", from(claire, proven, signed(10))},
	{"the ticket was merged", "claire-reply", from(claire, proven, signed(10, merged))},
	{"the ticket was closed long ago", "claire-reply", from(claire, proven, signed(10, longClosed))},
	{"the ticket was merged into one closed long ago", "claire-reply", from(claire, proven, signed(10, merged, longClosed))},

	{"the subject names a ticket of the sender", "claire-reply", from(claire, proven, named(takesPart))},
	{"the subject names a ticket of the sender, From is believed", "claire-reply-unproven", from(claire, named(takesPart))},
	{"the subject names a ticket of the sender, not proven", "claire-reply-unproven", from(claire, proven, named(takesPart))},
	{"the subject names somebody else's ticket", "claire-reply", from(claire, proven, named())},
	{"a stranger names a ticket", "parent-reply", from(nobody, named())},
	{"a guest names their ticket", "parent-reply", from(nadia, named(takesPart))},
	{"a school names a ticket of its own", "school-new", from(school, proven, named(takesPart))},
	{"the ticket named was merged", "claire-reply", from(claire, proven, named(takesPart, merged))},
	{"the ticket named was closed long ago", "claire-reply", from(claire, proven, named(takesPart, longClosed))},

	{"a proven technician answers", "marc-reply", from(marc, proven, named())},
	{"a proven technician answers to another's signed address", "marc-reply", from(marc, proven, signed(10))},
	{"a proven technician notes", "marc-note", from(marc, proven, named())},
	{"a proven technician answers a letter for staff", "marc-reply", from(marc, proven, signed(20, forStaff))},
	{"a proven technician answers a letter for staff that a colleague was sent", "marc-reply", from(marc, proven, signed(21, forStaff))},
	{"a proven technician notes in answer to a letter for staff", "marc-note", from(marc, proven, signed(20, forStaff))},
	{"a proven technician answers a letter for staff on a ticket closed long ago", "marc-reply", from(marc, proven, signed(20, forStaff, longClosed))},
	{"a proven technician notes on a ticket closed long ago", "marc-note", from(marc, proven, named(longClosed))},
	{"a proven technician answers on a ticket closed long ago", "marc-reply", from(marc, proven, named(longClosed))},
	{"a technician's name in answer to a letter for staff, not proven", "marc-unproven", from(marc, proven, signed(20, forStaff))},
	{"somebody else answers a letter for staff", "claire-reply", from(claire, proven, signed(20, forStaff))},
	{"a requester writes #note", "claire-note", from(claire, proven, signed(10))},
	{"a technician's name, nobody is proven", "marc-unproven", from(marc, named(takesPart))},
	{"a technician's name on their signed address", "marc-unproven", from(marc, signed(20))},
	{"a technician's name, not proven where it could be", "marc-unproven", from(marc, proven, named(takesPart))},
	{"a publisher answers", "publisher-reply", from(nobody, named(thirdParty))},
	{"a publisher answers to its signed address", "publisher-reply", from(nobody, signed(60, thirdParty))},

	{"an absence on a ticket", "claire-absent", from(claire, signed(10))},
	{"an absence on a ticket closed long ago", "claire-absent", from(claire, signed(10, longClosed))},
	{"an absence to somebody else's signed address", "claire-absent", from(claire, signed(11))},
	{"an absence about nothing", "english-absence", from(nobody)},
	{"an alert of a listed system", "monitoring", from(nobody, monitor)},
	{"an alert of another system", "monitoring", from(nobody)},
	{"a newsletter", "newsletter", from(nobody)},
	{"one of our people through a mailing list", "claire-list", from(claire, proven)},
	{"marked as spam", "spam", from(nobody)},

	{"a hard bounce of our letter", "bounce-hard", from(nobody, ours)},
	{"a soft bounce of our letter", "bounce-soft", from(nobody, ours)},
	{"our letter is late", "bounce-delayed", from(nobody, ours)},
	{"our letter arrived", "bounce-delivered", from(nobody, ours)},
	{"a bounce of a letter that we did not send", "bounce-hard", from(nobody)},

	{"our own letter comes back", "claire-reply", from(nobody, own)},
	{"the same letter again", "claire-new", from(claire, seen)},
	{"another letter under the same Message-ID", "claire-new", from(claire, seenOther)},
	{"the loop budget is spent", "parent-new", from(nobody, spent)},
	{"more parts than are read", "too-many-parts", from(nobody)},
	{"not a letter", "unreadable", from(nobody)},
}

func TestEveryRuleGivesItsVerdict(t *testing.T) {
	var table strings.Builder
	for _, c := range verdicts {
		l, _ := letter(t, "judge/"+c.letter+".eml")
		fmt.Fprintf(&table, "%s (%s)\n    %s\n", c.situation, c.letter, sentence(mailin.Judge(l, c.known)))
	}
	golden(t, "judge/verdicts.txt", []byte(table.String()))
}

// sentence writes a verdict on one line, without what is empty.
func sentence(v mailin.Verdict) string {
	words := []string{string(v.Act), string(v.Reason), "as", string(v.Voice)}
	add := func(when bool, format string, args ...any) {
		if when {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	add(v.Person != 0, "(person %d)", v.Person)
	add(v.Establishment != "", "of %s", v.Establishment)
	add(v.Proven, "proven")
	add(v.Ticket != 0, "ticket %d", v.Ticket)
	add(v.Linked != 0, "linked to %d", v.Linked)
	add(v.Internal, "internal")
	add(v.Note, "note")
	add(v.Reopens, "reopens")
	add(v.Address != "", "address %s", v.Address)
	add(v.Hard, "hard")
	for _, f := range v.Flags {
		add(true, "[%s]", f)
	}
	add(v.Answer, "· answered")
	add(v.Silence != "", "· silent: %s", v.Silence)
	return strings.Join(words, " ")
}

func TestTooLargeLetterIsRefused(t *testing.T) {
	l, err := mailin.Parse(make([]byte, mailin.MaxSize+1))
	if err == nil {
		t.Fatal("read")
	}
	if v := mailin.Judge(l, mailin.Known{}); v.Act != mailin.Refuse || v.Reason != mailin.LetterTooBig {
		t.Errorf("%+v", v)
	}
}

func TestNoteIsTheFirstLineOnly(t *testing.T) {
	for text, want := range map[string]string{
		"#note\nà voir":         "à voir",
		"#note : à voir\nlundi": "à voir\nlundi",
		"\n  #NOTE à voir":      "à voir",
		"à voir\n#note":         "-",
		"#notez bien":           "-",
		"Bonjour #note":         "-",
		"#note":                 "",
	} {
		body, ok := mailin.NoteOf(text)
		if ok != (want != "-") || ok && body != want {
			t.Errorf("%q: %q, %v", text, body, ok)
		}
	}
}

func TestSubjectNamesATicketOnlyInOurBrackets(t *testing.T) {
	for subject, want := range map[string]int64{
		"Re: [AMIGO #12345] Imprimante":               12345,
		"RE: TR: [amigo #7] x":                        7,
		"[Case 1] Re: [AMIGO\u00a0#12345] [AMIGO #2]": 12345,
		"[AMIGO 12]":                    12,
		"AMIGO #12345":                  0,
		"[AMIGO #0]":                    0,
		"[AMIGO #99999999999999999999]": 0,
		"":                              0,
	} {
		id, ok := mailin.SubjectRef(subject)
		if int64(id) != want || ok != (want != 0) {
			t.Errorf("%q: %d, %v, want %d", subject, id, ok, want)
		}
	}
}

func FuzzJudge(f *testing.F) {
	for _, path := range messages(f, "judge") {
		l, _ := letter(f, "judge/"+path[strings.LastIndexByte(path, '/')+1:])
		f.Add(l.Subject, l.From, l.NewText, string(l.Automatic), uint16(0x1fff))
	}
	f.Fuzz(func(t *testing.T, subject, sender, text, sign string, bits uint16) {
		on := func(n int) bool { return bits>>n&1 == 1 }
		l := mailin.Letter{Subject: subject, From: sender, FromAll: []string{sender}, NewText: text, Automatic: mailin.Sign(sign)}
		k := from([]mailin.Party{nobody, claire, marc, school}[bits>>14])
		if on(0) {
			k.AuthservID = "mx.academie.test"
		}
		k.Trusted, k.Own, k.Monitor, k.Blocked = on(1), on(2), on(3), on(4)
		if on(5) {
			k.Signed = &mailin.Thread{Ticket: 1, Recipient: 10, Expired: on(6), LongClosed: on(7), ThirdParty: on(8), Staff: on(13)}
		}
		if on(9) {
			k.Named = &mailin.Thread{Ticket: 2, Participates: on(10), LongClosed: on(11)}
		}
		if on(12) {
			l.AuthResults = []mailin.AuthField{{Value: text}}
		}
		v := mailin.Judge(l, k)
		switch {
		case v.Act == "" || v.Reason == "" || v.Voice == "":
			t.Fatalf("no verdict: %+v", v)
		case v.Act == mailin.Reply && (v.Ticket == 0 || v.Voice == mailin.Nobody):
			t.Fatalf("a reply to nothing or by nobody: %+v", v)
		case v.Act == mailin.Hold && (v.Answer || v.Reopens || v.Voice != mailin.Nobody):
			t.Fatalf("a held letter speaks: %+v", v)
		case l.Automatic != mailin.ByPerson && (v.Answer || v.Reopens):
			t.Fatalf("an automatic letter is answered or reopens: %+v", v)
		case k.AuthservID == "" && k.Sender == marc && v.Voice == mailin.AsPerson:
			t.Fatalf("a technician is believed without proof: %+v", v)
		case v.Reason == mailin.AmongStaff && (!v.Internal || !v.Proven || v.Reopens):
			t.Fatalf("what is said among staff is heard: %+v", v)
		case v.Note && !v.Proven:
			t.Fatalf("a note without proof: %+v", v)
		}
	})
}
