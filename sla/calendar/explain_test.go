package calendar_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"amigo/sla/calendar"
)

func TestADueDateIsExplainedDayByDay(t *testing.T) {
	for _, tc := range []struct {
		from, work string
		want       []string
	}{
		{"2026-10-16T16:30:00+02:00", "2h", []string{
			"2026-10-16 default weekly 16:30-17:00 30m0s left 1h30m0s",
			"2026-10-17 Toussaint period 0s left 1h30m0s",
			"2026-10-18 Toussaint period 0s left 1h30m0s",
			"2026-10-19 Toussaint period 09:00-10:30 1h30m0s left 0s",
		}},
		{"2026-11-10T18:00:00+01:00", "1h", []string{
			"2026-11-10 default weekly 0s left 1h0m0s",
			"2026-11-11 default closed (11 novembre) 0s left 1h0m0s",
			"2026-11-12 default weekly 08:00-09:00 1h0m0s left 0s",
		}},
		{"2026-10-21T09:00:00+02:00", "7h", []string{
			"2026-10-21 Toussaint period 09:00-12:30 13:30-17:00 7h0m0s left 0s",
		}},
		{"2026-11-21T12:00:00+01:00", "0s", nil},
	} {
		steps, err := named(t, calendar.Normandie).Explain(instant(t, tc.from), duration(t, tc.work))
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(steps); strings.Join(got, "\n") != strings.Join(tc.want, "\n") {
			t.Errorf("%s and %s:\n%s\nwant\n%s", tc.from, tc.work, strings.Join(got, "\n"), strings.Join(tc.want, "\n"))
		}
	}
}

func TestAnExplanationJoinsWhatTheSettingOfTheClockCutInTwo(t *testing.T) {
	steps, err := compiled(t, nightShift("Europe/Paris")).Explain(instant(t, "2026-10-25T00:00:00+02:00"), 7*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(lines(steps), "\n"); got != "2026-10-25 default weekly 00:00-06:00 7h0m0s left 0s" {
		t.Error(got)
	}
}

func lines(steps []calendar.Step) (out []string) {
	for _, s := range steps {
		line := fmt.Sprintf("%s %s %s", s.Day, s.Name(), s.Rule)
		if s.Closure != "" {
			line += " (" + s.Closure + ")"
		}
		for _, span := range s.Spans {
			line += " " + span.From.Format("15:04") + "-" + span.To.Format("15:04")
		}
		out = append(out, fmt.Sprintf("%s %s left %s", line, s.Worked, s.Left))
	}
	return out
}
