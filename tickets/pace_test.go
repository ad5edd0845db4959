package tickets

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla/calendar"
)

func TestWhichLetterComesHowSoonForWhichPace(t *testing.T) {
	var table strings.Builder
	line := func(name string, l letter, filed bool) {
		fmt.Fprintf(&table, "%-34s", name)
		for _, p := range people.Paces {
			fmt.Fprintf(&table, " %-14s", paced(l, p, filed))
		}
		fmt.Fprintln(&table)
	}
	fmt.Fprintf(&table, "%-34s %-14s %-14s %-14s\n", "", people.Paces[0], people.Paces[1], people.Paces[2])
	line("opened by mail, phone or a colleague", openedLetter, false)
	line("opened by the reader on a page", openedLetter, true)
	var all []letter
	for _, r := range rules {
		if r.send != openedLetter && !slices.Contains(all, r.send) {
			all = append(all, r.send)
		}
	}
	slices.Sort(all)
	for _, l := range all {
		line(string(l), l, true)
	}
	golden(t, "paces.golden", table.String())
}

func TestWhoeverHasChosenNothingGetsEveryLetterAtOnce(t *testing.T) {
	for _, r := range rules {
		for _, pace := range []people.Pace{people.Every, ""} {
			if got := paced(r.send, pace, true); got != atOnce {
				t.Errorf("%s at pace %q: %s", r.send, pace, got)
			}
		}
	}
}

// rhythmOf is one on the calendar that comes with the program.
func rhythmOf(t *testing.T, which calendar.Workdays) Rhythm {
	t.Helper()
	cal, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return Rhythm{Calendar: calendar.Version{Calendar: cal}, Days: which}
}

func TestTheDigestComesAtEightOfTheReadersNextWorkingDay(t *testing.T) {
	for name, c := range map[string]struct {
		at, school, desk string
	}{
		"in the morning, before":           {"2026-11-18T07:59:59+01:00", "2026-11-18T08:00:00+01:00", "2026-11-18T08:00:00+01:00"},
		"at eight":                         {"2026-11-18T08:00:00+01:00", "2026-11-18T08:00:00+01:00", "2026-11-18T08:00:00+01:00"},
		"during the day":                   {"2026-11-18T08:00:01+01:00", "2026-11-19T08:00:00+01:00", "2026-11-19T08:00:00+01:00"},
		"on Friday":                        {"2026-11-20T15:00:00+01:00", "2026-11-23T08:00:00+01:00", "2026-11-23T08:00:00+01:00"},
		"on the last day before Christmas": {"2026-12-18T15:00:00+01:00", "2027-01-04T08:00:00+01:00", "2026-12-21T08:00:00+01:00"},
		"when clocks are set":              {"2026-03-27T15:00:00+01:00", "2026-03-30T08:00:00+02:00", "2026-03-30T08:00:00+02:00"},
		"on days that do not exist":        {"2199-12-31T15:00:00+01:00", "2200-01-01T08:00:00+01:00", "2200-01-01T08:00:00+01:00"},
	} {
		for which, want := range map[calendar.Workdays]string{calendar.TermDays: c.school, calendar.OpenDays: c.desk} {
			if got := rhythmOf(t, which).Morning(*instant(t, c.at)); !got.Equal(*instant(t, want)) {
				t.Errorf("%s, %s: %s, want %s", name, which, got, want)
			}
		}
	}
}

func TestQuietEndsWithTheReadersNextOpening(t *testing.T) {
	for name, c := range map[string]struct {
		at, school, desk string // empty: at once
	}{
		"within opening hours":                     {"2026-11-18T10:00:00+01:00", "", ""},
		"after a Wednesday in term, which is half": {"2026-11-18T14:00:00+01:00", "2026-11-19T08:00:00+01:00", "2026-11-19T08:00:00+01:00"},
		"at night":                      {"2026-11-17T23:00:00+01:00", "2026-11-18T08:00:00+01:00", "2026-11-18T08:00:00+01:00"},
		"at the weekend":                {"2026-11-21T12:00:00+01:00", "2026-11-23T08:00:00+01:00", "2026-11-23T08:00:00+01:00"},
		"in the holidays of the school": {"2026-12-22T10:00:00+01:00", "2027-01-04T08:00:00+01:00", ""},
		"where no calendar goes":        {"2199-12-31T23:00:00+01:00", "", ""},
	} {
		for which, want := range map[calendar.Workdays]string{calendar.TermDays: c.school, calendar.OpenDays: c.desk} {
			if want == "" {
				want = c.at
			}
			if got := rhythmOf(t, which).Opening(*instant(t, c.at)); !got.Equal(*instant(t, want)) {
				t.Errorf("%s, %s: %s, want %s", name, which, got, want)
			}
		}
	}
}

func TestTheDigestInBothLanguages(t *testing.T) {
	now := time.Date(2026, 11, 19, 7, 0, 0, 0, time.UTC)
	told := func(l letter, by, text string) news {
		return news{letter: l, Event: Event{ID: 3, At: now.Add(-20 * time.Hour)}, By: by, Text: text}
	}
	printer := subject{
		Ticket: Ticket{ID: 10001, Subject: "Imprimante du secrétariat muette", Status: Opened},
		Link:   "https://amigo.test/tickets/10001", ReplyTo: "assistance+r.code@academie.test",
		News: []news{told(openedLetter, "Claire Martin", ""), told(repliedLetter, "Alice Blin (Assistance de Caen)", "Éteignez-la, puis rallumez-la.\nEst-ce mieux ?")},
	}
	solved := subject{
		Ticket: Ticket{ID: 10002, Subject: "VPN", Status: Solved}, Link: "https://amigo.test/tickets/10002",
		ReplyTo: "assistance+r.edoc@academie.test", Rate: "https://amigo.test/satisfaction/code",
		News: []news{told(solvedLetter, "Bruno Caron (Réseau)", "C'est réparé.")},
	}
	printer.News[1].Files = []string{"notice.pdf"}
	solved.News[0].Event.put(untilKey, "2026-12-02")
	joined := subject{
		Ticket: Ticket{ID: 10003, Subject: "Imprimante", Status: Closed, MergedInto: 10001}, Link: "https://amigo.test/tickets/10003",
		News: []news{told(mergedLetter, "Alice Blin", "")},
	}
	given := printer
	given.News = []news{told(assignedLetter, "Sophie Roux", "")}
	said := printer
	said.News = []news{told(answeredLetter, "Claire Martin", "Elle est muette.")}
	crowd := printer
	crowd.News = nil
	for range mostNews + 3 {
		crowd.News = append(crowd.News, told(answeredLetter, "Claire Martin", strings.Repeat("une ligne\n", excerptLines+1)))
	}
	claire := people.Person{ID: 7, Name: "Claire Martin", Kind: people.Member}
	alice := people.Person{ID: 20, Name: "Alice Blin", Kind: people.Member, Role: people.Technician}
	for name, g := range map[string]digest{
		"digest-one":     {Reader: claire, Subjects: []subject{printer}, Site: "https://amigo.test"},
		"digest-several": {Reader: claire, Subjects: []subject{printer, solved, joined}, Site: "https://amigo.test"},
		"digest-given":   {Reader: alice, Subjects: []subject{given}, Site: "https://amigo.test"},
		"digest-said":    {Reader: alice, Subjects: []subject{said}, Site: "https://amigo.test"},
		"digest-crowd":   {Reader: alice, Subjects: []subject{crowd, given}, Site: "https://amigo.test"},
		"digest-nowhere": {Reader: claire, Subjects: []subject{{Ticket: printer.Ticket, News: printer.News}, {Ticket: joined.Ticket, News: joined.News}}},
	} {
		for _, lang := range i18n.Languages {
			g.Newest, g.Now = 12, now
			text := written(g.draft(i18n.In(lang)))
			golden(t, "letters/"+name+"."+lang, text)
			if strings.Contains(text, "⟦") {
				t.Errorf("%s in %s lacks a sentence", name, lang)
			}
		}
	}
}

func TestAVeryLongDigestSaysHowMuchItLeavesOut(t *testing.T) {
	var g digest
	for i := range mostSubjects + 7 {
		g.Subjects = append(g.Subjects, subject{Ticket: Ticket{ID: ID(10001 + i), Status: Opened}, News: []news{{letter: repliedLetter}}})
	}
	items := g.draft(i18n.In("fr")).Body.Items
	if last := items[len(items)-1]; len(items) != mostSubjects+1 || !strings.Contains(last.Title, "7"+i18n.NBSP+"autres") && !strings.Contains(last.Title, "7 autres") {
		t.Errorf("%d items, the last %+v", len(items), last)
	}
}

func TestAnExcerptEndsWithAWordAndSaysThatItDoes(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "  deux mots\n": "deux mots",
		strings.Repeat("x\n", excerptLines+1):             strings.TrimSpace(strings.Repeat("x\n", excerptLines)) + " […]",
		strings.Repeat("x\n", excerptLines):               strings.TrimSpace(strings.Repeat("x\n", excerptLines)),
		strings.Repeat("é", excerptSize-1) + " et encore": strings.Repeat("é", excerptSize-1) + " […]",
	} {
		if got := excerpt(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
