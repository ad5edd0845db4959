package i18n_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/i18n"
)

// printer speaks lang on Paris time.
func printer(t testing.TB, lang string) *i18n.Printer {
	t.Helper()
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(lang, nil)
}

// plain shows no-break spaces as tildes, so that tables can be read.
func plain(s string) string { return strings.ReplaceAll(s, i18n.NBSP, "~") }

// at is a time on the clocks of Paris.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return moment.UTC()
}

func TestTimesAreSaidAsPeopleSayThem(t *testing.T) {
	now := at(t, "2026-11-18 13:00") // a Wednesday
	for _, c := range []struct{ at, when, short, english, brief string }{
		{"2026-11-18 09:12", "aujourd'hui à 9~h~12", "9~h~12", "today at 9:12~am", "9:12~am"},
		{"2026-11-18 00:00", "aujourd'hui à 0~h", "0~h", "today at 12~am", "12~am"},
		{"2026-11-17 17:00", "hier à 17~h", "hier 17~h", "yesterday at 5~pm", "yesterday 5~pm"},
		{"2026-11-19 11:00", "demain à 11~h", "demain 11~h", "tomorrow at 11~am", "tomorrow 11~am"},
		{"2026-11-16 12:05", "lundi 16~novembre à 12~h~05", "lundi 12~h~05", "Monday 16~November at 12:05~pm", "Monday 12:05~pm"},
		{"2026-11-24 10:30", "mardi 24~novembre à 10~h~30", "mardi 10~h~30", "Tuesday 24~November at 10:30~am", "Tuesday 10:30~am"},
		{"2026-11-25 10:30", "mercredi 25~novembre à 10~h~30", "25~nov.", "Wednesday 25~November at 10:30~am", "25~Nov"},
		{"2026-11-11 13:00", "mercredi 11~novembre à 13~h", "11~nov.", "Wednesday 11~November at 1~pm", "11~Nov"},
		{"2026-08-01 13:00", "samedi 1er~août à 13~h", "1~août", "Saturday 1~August at 1~pm", "1~Aug"},
		{"2027-02-02 13:00", "mardi 2~février~2027 à 13~h", "2~févr.~2027", "Tuesday 2~February~2027 at 1~pm", "2~Feb~2027"},
	} {
		french, english := printer(t, "fr"), printer(t, "en")
		moment := at(t, c.at)
		for _, said := range []struct{ got, want string }{
			{french.When(moment, now), c.when},
			{french.Short(moment, now), c.short},
			{english.When(moment, now), c.english},
			{english.Short(moment, now), c.brief},
		} {
			if plain(said.got) != said.want {
				t.Errorf("%s: %q, want %q", c.at, plain(said.got), said.want)
			}
		}
	}
}

func TestADeadlineIsSaidAfterTheWordBefore(t *testing.T) {
	now := at(t, "2026-11-18 13:00")
	for moment, want := range map[string][2]string{
		"2026-11-17 17:00": {"avant 17~h hier", "before 5~pm yesterday"},
		"2026-11-18 15:52": {"avant 15~h~52 aujourd'hui", "before 3:52~pm today"},
		"2026-11-19 11:00": {"avant 11~h demain", "before 11~am tomorrow"},
		"2026-11-24 10:30": {"avant le mardi 24~novembre à 10~h~30", "before Tuesday 24~November at 10:30~am"},
	} {
		french, english := plain(printer(t, "fr").Until(at(t, moment), now)), plain(printer(t, "en").Until(at(t, moment), now))
		if "avant "+french != want[0] || "before "+english != want[1] {
			t.Errorf("%s: %q and %q, want %q", moment, french, english, want)
		}
	}
}

func TestTomorrowComesAfterMidnightAlsoWhenTheClocksChange(t *testing.T) {
	p := printer(t, "fr")
	for _, c := range []struct{ now, at, want string }{
		{"2026-03-28 23:30", "2026-03-29 23:45", "demain 23~h~45"}, // a day of 23 hours
		{"2026-10-25 00:30", "2026-10-25 23:45", "23~h~45"},        // a day of 25 hours
		{"2026-10-24 23:30", "2026-10-25 00:15", "demain 0~h~15"},
	} {
		if got := plain(p.Short(at(t, c.at), at(t, c.now))); got != c.want {
			t.Errorf("%s seen at %s: %q, want %q", c.at, c.now, got, c.want)
		}
	}
}

func TestTheReadersZoneTellsTheTime(t *testing.T) {
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
	if got := plain(c.Printer("fr", time.FixedZone("Saint-Pierre", -3*3600)).Clock(noon)); got != "9~h" {
		t.Errorf("clock %q, want 9~h", got)
	}
	if got := plain(c.Printer("fr", nil).Clock(noon)); got != "13~h" {
		t.Errorf("clock in Paris %q, want 13~h", got)
	}
}

func TestLengthsOfWorkingTime(t *testing.T) {
	for _, c := range []struct {
		length          time.Duration
		french, english string
	}{
		{0, "0~min", "0~min"},
		{59 * time.Second, "moins d'une minute", "less than a minute"},
		{25*time.Minute + 59*time.Second, "25~min", "25~min"},
		{130 * time.Minute, "2~h~10", "2~h~10~min"},
		{3 * time.Hour, "3~h", "3~h"},
		{3*time.Hour + 5*time.Minute, "3~h~05", "3~h~05~min"},
		{-40 * time.Minute, "−40~min", "−40~min"},
		{1250 * time.Hour, "1~250~h", "1,250~h"},
	} {
		if got := plain(printer(t, "fr").Working(c.length)); got != c.french {
			t.Errorf("%v: %q, want %q", c.length, got, c.french)
		}
		if got := plain(printer(t, "en").Working(c.length)); got != c.english {
			t.Errorf("%v: %q, want %q", c.length, got, c.english)
		}
	}
}

func TestNumbersWearTheMarksOfTheirLanguage(t *testing.T) {
	fr, en := printer(t, "fr"), printer(t, "en")
	for _, c := range []struct{ got, want string }{
		{fr.Int(0), "0"},
		{fr.Int(999), "999"},
		{fr.Int(1234), "1~234"},
		{fr.Int(-1234567), "−1~234~567"},
		{en.Int(1234567), "1,234,567"},
		{fr.Hours(1104), "18,4~h"},
		{en.Hours(1104), "18.4~h"},
		{fr.Hours(1080), "18,0~h"},
		{fr.Hours(math.NaN()), "–~h"},
		{fr.Decimal(1234.56, 1), "1~234,6"},
		{fr.Decimal(5.25, 1), "5,3"},
		{fr.Decimal(-0.5, 0), "−1"},
		{fr.Percent(0.98), "98~%"},
		{en.Percent(0.98), "98%"},
		{fr.Percent(1), "100~%"},
		{fr.Percent(0.998), "99,8~%"},
		{fr.Percent(0.99999), "99,9~%"},
		{fr.Percent(0.0001), "0,1~%"},
		{fr.Percent(0), "0~%"},
		{fr.Size(0), "0~o"},
		{fr.Size(1023), "1~023~o"},
		{fr.Size(412 << 10), "412~Ko"},
		{en.Size(412 << 10), "412~KB"},
		{fr.Size(25 << 20), "25~Mo"},
		{fr.Size(2_516_582), "2,4~Mo"},
		{fr.Size(2 << 20), "2~Mo"},
		{fr.Size(1<<20 - 1), "1~Mo"},
		{en.Size(3 << 40), "3~TB"},
		{fr.Join(nil), ""},
		{fr.Join([]string{"a"}), "a"},
		{fr.Join([]string{"a", "b"}), "a et b"},
		{fr.Join([]string{"a", "b", "c"}), "a, b et c"},
		{en.Join([]string{"a", "b", "c"}), "a, b and c"},
	} {
		if plain(c.got) != c.want {
			t.Errorf("%q, want %q", plain(c.got), c.want)
		}
	}
}

func TestAnUnknownKeyAndAForgottenValueAreSeen(t *testing.T) {
	p := printer(t, "fr")
	if got := p.T("no.such.key"); got != "⟦no.such.key⟧" {
		t.Errorf("unknown key: %q", got)
	}
	if got := p.T("core.when.today"); got != "⟦core.when.today⟧" {
		t.Errorf("forgotten value: %q", got)
	}
}

func TestAValueIsNeverReadAsATemplate(t *testing.T) {
	if got := printer(t, "fr").T("core.when.today", "Clock", "{{.Secret}}"); got != "aujourd'hui à {{.Secret}}" {
		t.Errorf("said %q", got)
	}
}

func TestAMessageFromElsewhereIsSaidWithItsTimesWrittenOut(t *testing.T) {
	p := printer(t, "fr")
	m := fault.Say("core.when.today", "Clock", at(t, "2026-11-18 09:12"))
	if got := plain(p.Say(m)); got != "aujourd'hui à mercredi 18~novembre~2026 à 9~h~12" {
		t.Errorf("a time: %q", got)
	}
	if got := plain(p.T("core.short.tomorrow", "Clock", 130*time.Minute)); got != "demain 2~h~10" {
		t.Errorf("a length: %q", got)
	}
	list := fault.Say("core.list.last", "Before", []string{"a", "b"}, "Last", fault.Say("core.minute.less"))
	if got := p.Say(list); got != "a et b et moins d'une minute" {
		t.Errorf("a list and a message: %q", got)
	}
}

func TestEveryFailureHasASentenceAndNoneShowsTheError(t *testing.T) {
	p := printer(t, "en")
	seen := map[string]error{}
	for _, err := range []error{
		fault.Invalid, fault.NotFound, fault.Conflict, fault.Denied, fault.Unavailable, errors.New("disk"),
	} {
		said := p.Explain(fmt.Errorf("secret path: %w", err))
		if strings.Contains(said, "secret") || strings.Contains(said, "⟦") {
			t.Errorf("%v: %q", err, said)
		}
		if other, twice := seen[said]; twice {
			t.Errorf("%v is explained like %v", err, other)
		}
		seen[said] = err
	}
	own := fault.Because(fault.Denied, "core.short.yesterday", "Clock", "5")
	if got := p.Explain(fmt.Errorf("x: %w", own)); got != "yesterday 5" {
		t.Errorf("own sentence: %q", got)
	}
	fields := fault.Fields{}
	fields.Add("b", "core.minute.less")
	fields.Add("a", "core.short.tomorrow", "Clock", "1.")
	if got := p.Explain(fields.Err()); got != "tomorrow 1. less than a minute" {
		t.Errorf("fields: %q", got)
	}
}

func TestAContextCarriesThePrinterAndFallsBackToFrenchOnParisTime(t *testing.T) {
	if p := i18n.From(context.Background()); p.Lang() != "fr" || p.Zone().String() != "Europe/Paris" {
		t.Errorf("fallback speaks %s in %s", p.Lang(), p.Zone())
	}
	if p := i18n.From(i18n.With(context.Background(), printer(t, "en"))); p.Lang() != "en" {
		t.Errorf("carried printer speaks %s", p.Lang())
	}
}

func BenchmarkSay(b *testing.B) {
	p := printer(b, "fr")
	for b.Loop() {
		p.T("core.minute.less")
	}
}

func TestMonthsAreCalledByNameAndOtherYearsToo(t *testing.T) {
	now := at(t, "2026-11-18 13:00")
	for _, c := range []struct{ at, french, english, brief string }{
		{"2026-10-31 23:59", "octobre", "October", "oct."},
		{"2025-12-31 23:59", "décembre 2025", "December 2025", "déc."},
		{"2026-01-01 00:00", "janvier", "January", "janv."},
	} {
		french, moment := printer(t, "fr"), at(t, c.at)
		if got := french.Month(moment, now); got != c.french {
			t.Errorf("%s: %q, want %q", c.at, got, c.french)
		}
		if got := printer(t, "en").Month(moment, now); got != c.english {
			t.Errorf("%s: %q, want %q", c.at, got, c.english)
		}
		if got := french.Brief(moment); got != c.brief {
			t.Errorf("%s: %q, want %q", c.at, got, c.brief)
		}
	}
}
