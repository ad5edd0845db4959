package calendar_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"amigo/sla/calendar"
)

// said writes changes on a line each: 2026-10-17 2026-11-01 16 default 08:00-17:00 > Toussaint 09:00-12:30.
func said(changes []calendar.Change) string {
	side := func(h calendar.Hours) string {
		if h.Rule == "" {
			return "unknown"
		}
		text := h.Name()
		if h.Rule == calendar.ByClosure {
			text += " closed " + h.Closure
		}
		for _, o := range h.Open {
			text += " " + o[0] + "-" + o[1]
		}
		for _, m := range h.Marks {
			text += " +" + m
		}
		return strings.TrimSpace(text)
	}
	var lines []string
	for _, c := range changes {
		lines = append(lines, fmt.Sprintf("%s %s %d %s > %s", c.From, c.To, c.Days, side(c.Before), side(c.After)))
	}
	return strings.Join(lines, "\n")
}

func TestAPreviewNamesWhatChangesInAFewStretches(t *testing.T) {
	week := func(hours ...calendar.Interval) calendar.Weekly {
		return calendar.Weekly{"mon": hours, "tue": hours, "wed": hours, "thu": hours, "fri": hours}
	}
	base := func() calendar.Spec {
		return calendar.Spec{
			TZ: "Europe/Paris", KnownUntil: "2027-02-28", Weekly: week(calendar.Interval{"08:00", "17:00"}),
			Regimes:  map[string]calendar.Weekly{"holidays": week(calendar.Interval{"09:00", "12:00"})},
			Periods:  []calendar.Period{{From: "2026-12-19", To: "2027-01-03", Name: "Noël", Regime: "holidays"}},
			Holidays: &calendar.Holidays{},
		}
	}
	for what, tc := range map[string]struct {
		change   func(*calendar.Spec)
		from, to string
		want     []string
	}{
		"nothing": {func(*calendar.Spec) {}, "2026-09-01", "2027-02-28", nil},
		"a break": {
			func(s *calendar.Spec) {
				s.Periods = append(s.Periods, calendar.Period{From: "2026-10-17", To: "2026-11-01", Name: "Toussaint", Regime: "holidays"})
			}, "2026-09-01", "2027-02-28",
			// 1 November is a public holiday, which now falls into the break.
			[]string{
				"2026-10-17 2026-10-31 15 default 08:00-17:00 > Toussaint 09:00-12:00",
				"2026-11-01 2026-11-01 1 default closed Toussaint > Toussaint closed Toussaint",
			},
		},
		"shorter Wednesdays": {
			func(s *calendar.Spec) { s.Weekly["wed"] = []calendar.Interval{{"08:00", "13:00"}} }, "2026-11-01", "2027-01-31",
			// Armistice Day is a Wednesday, closed before and after; Christmas is another regime.
			[]string{
				"2026-11-04 2026-12-16 6 default 08:00-17:00 > default 08:00-13:00",
				"2027-01-06 2027-01-27 4 default 08:00-17:00 > default 08:00-13:00",
			},
		},
		"two exceptions in a row": {
			func(s *calendar.Spec) {
				s.Exceptions = map[string][]calendar.Interval{"2026-11-17": {{"10:00", "12:00"}}, "2026-11-18": {{"14:00", "16:00"}}, "2026-11-19": {{"14:00", "16:00"}}}
			}, "2026-11-01", "2026-11-30",
			[]string{
				"2026-11-17 2026-11-17 1 default 08:00-17:00 > default 10:00-12:00",
				"2026-11-18 2026-11-19 2 default 08:00-17:00 > default 14:00-16:00",
			},
		},
		"a closure": {
			func(s *calendar.Spec) { s.Closed = []calendar.ClosedDay{{Day: "2026-12-24", Name: "Réveillon"}} }, "2026-11-01", "2027-02-28",
			[]string{"2026-12-24 2026-12-24 1 Noël 09:00-12:00 > Noël closed Réveillon"},
		},
		"a mark": {
			func(s *calendar.Spec) {
				s.Marks = []calendar.Mark{{From: "2027-01-04", To: "2027-01-08", Name: "examens"}}
			}, "2026-11-01", "2027-02-28",
			[]string{"2027-01-04 2027-01-08 5 default 08:00-17:00 > default 08:00-17:00 +examens"},
		},
		"more days that are known": {
			func(s *calendar.Spec) { s.KnownUntil = "2027-03-30" }, "2027-02-01", "2027-04-01",
			[]string{
				"2027-03-01 2027-03-28 28 unknown > default 08:00-17:00",
				"2027-03-29 2027-03-29 1 unknown > default closed Lundi de Pâques",
				"2027-03-30 2027-03-30 1 unknown > default 08:00-17:00",
			},
		},
		"fewer": {func(s *calendar.Spec) { s.KnownUntil = "2027-02-26" }, "2027-02-01", "2027-04-01", []string{"2027-02-27 2027-02-28 2 default > unknown"}},
	} {
		after := base()
		tc.change(&after)
		got := said(calendar.Compare(compiled(t, base()), compiled(t, after), day(t, tc.from), day(t, tc.to)))
		if want := strings.Join(tc.want, "\n"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
		}
	}
}

func TestACalendarThatIsNewChangesEveryDay(t *testing.T) {
	c := compiled(t, calendar.Spec{TZ: "UTC", Weekly: calendar.Weekly{"mon": {{"08:00", "09:00"}}}})
	got := calendar.Compare(nil, c, day(t, "2026-11-17"), day(t, "2026-11-30"))
	if want := "2026-11-17 2026-11-30 14 unknown > default 08:00-09:00"; said(got) != want || got[0].After.Day != day(t, "2026-11-23") {
		t.Errorf("%s, shown by %s", said(got), got[0].After.Day)
	}
}

func TestAComparisonMissesNoDay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		one, at := drawSpec(rt)
		other, _ := drawSpec(rt)
		other.TZ = one.TZ
		before, after := compiled(t, one), compiled(t, other)
		middle := calendar.DayOf(at)
		from, to := middle-20, middle+20
		differ := make(map[calendar.Day]bool)
		for d := from; d <= to; d++ {
			x, err := before.Days(d, d)
			y, alsoErr := after.Days(d, d)
			if (err == nil) != (alsoErr == nil) {
				differ[d] = true
			} else if err == nil && !slices.EqualFunc(x, y, func(a, b calendar.Hours) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
				differ[d] = true
			}
		}
		end, total := from-1, 0
		for _, c := range calendar.Compare(before, after, from, to) {
			if c.From <= end || !differ[c.From] || !differ[c.To] {
				rt.Fatalf("stretch %s to %s after %s", c.From, c.To, end)
			}
			for d := end + 1; d < c.From; d++ {
				if differ[d] {
					rt.Fatalf("%s differs, in no stretch", d)
				}
			}
			end, total = c.To, total+c.Days
		}
		if total != len(differ) {
			rt.Fatalf("%d days in stretches, %d differ", total, len(differ))
		}
	})
}
