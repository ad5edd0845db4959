package web_test

import (
	"net/http"
	"testing"
)

// solvedStories are tickets whose times are counted by hand below. AMIGO is
// open from 8 to 17 o'clock, on Wednesdays until 13 o'clock.
func (w *apiWorld) solvedStories() {
	w.t.Helper()
	story := func(opened, solved, by string, more fields, outcome string) string {
		w.at(opened)
		ticket := w.open(by, more)
		w.at(solved)
		w.change("theo", ticket, fields{"status": "solved", "outcome": outcome, "cause": "hardware"}).want(http.StatusOK)
		return ticket
	}
	// Wednesday 9:00 to 11:30: 150 minutes, all of them worked.
	story("2026-11-18 09:00", "2026-11-18 11:30", "ann", fields{"service": "impressions"}, "fixed")
	// Wednesday 12:00 to Thursday 9:30: 60 + 90 worked; 21 h 30 elapsed.
	story("2026-11-18 12:00", "2026-11-19 09:30", "bob", fields{"service": "messagerie"}, "workaround")
	// Thursday 10:00 to Friday 16:00: 420 + 480 worked; 30 h elapsed.
	story("2026-11-19 10:00", "2026-11-20 16:00", "ann", fields{"service": "impressions", "priority": "high"}, "fixed")
	// Wednesday 9:00 to Monday 12:00: 240 + 540 + 540 + 240 worked; 123 h elapsed.
	story("2026-11-18 09:00", "2026-11-23 12:00", "bob", fields{"service": "messagerie"}, "fixed")

	// None of these counts: a wish, spam, one that is open again, one of another day.
	story("2026-11-18 09:00", "2026-11-20 09:00", "ann", fields{"type": "request"}, "done")
	story("2026-11-18 09:00", "2026-11-20 09:00", "ann", nil, "spam")
	again := story("2026-11-18 09:00", "2026-11-20 09:00", "ann", nil, "fixed")
	w.at("2026-11-20 10:00")
	w.ask("ann", "POST", again+"/messages", fields{"body": "Toujours muette."}).want(http.StatusCreated)
	story("2026-11-18 09:00", "2026-11-24 09:00", "ann", nil, "fixed")
}

func TestTheReportOfResolutionIsWhatOneCountsByHand(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		w.solvedStories()
		whole := w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-23", nil).want(http.StatusOK)
		whole.wantAt(fields{"from": "2026-11-18", "to": "2026-11-23", "target_minutes": 1080.0, "counted": "working"})
		want := fields{
			"key": "all", "count": 4.0,
			"mean_working_minutes":   690.0,  // (150 + 150 + 900 + 1560) / 4
			"mean_elapsed_minutes":   2655.0, // (150 + 1290 + 1800 + 7380) / 4
			"median_working_minutes": 525.0,  // between 150 and 900
			"p90_working_minutes":    1362.0, // 900 + 0.7 × 660
			"within_target":          0.75,
		}
		wantGroups(t, whole, want)

		wantGroups(t, w.ask("ada", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-23&group=service", nil).want(http.StatusOK),
			fields{"key": "impressions", "count": 2.0, "mean_working_minutes": 525.0, "mean_elapsed_minutes": 975.0, "median_working_minutes": 525.0, "p90_working_minutes": 825.0, "within_target": 1.0},
			fields{"key": "messagerie", "count": 2.0, "mean_working_minutes": 855.0, "mean_elapsed_minutes": 4335.0, "median_working_minutes": 855.0, "p90_working_minutes": 1419.0, "within_target": 0.5},
		)
		// Days are those of Paris, both included: the first two were solved until Thursday.
		early := w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-19", nil).want(http.StatusOK)
		wantGroups(t, early, fields{"key": "all", "count": 2.0, "mean_working_minutes": 150.0})
		for group, keys := range map[string][]string{
			"priority": {"high", "normal"}, "channel": {"api"}, "team": {"assistance-caen", "assistance-rouen"}, "site": {"caen", "rouen"},
			"departement": {"14", "76"}, "establishment_type": {"college", "lycee"}, "cause": {"hardware"}, "outcome": {"fixed", "workaround"}, "month": {"2026-11"},
		} {
			answer := w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-23&group="+group, nil).want(http.StatusOK)
			var expected []fields
			for _, key := range keys {
				expected = append(expected, fields{"key": key})
			}
			wantGroups(t, answer, expected...)
		}
	})
}

// wantGroups demands groups in order, each with some figures.
func wantGroups(t *testing.T, a answer, want ...fields) {
	t.Helper()
	groups := a.list("groups")
	if len(groups) != len(want) {
		t.Fatalf("%s: %d groups, want %d: %s", a.asked, len(groups), len(want), a.raw)
	}
	for i, g := range groups {
		for name, value := range want[i] {
			if g[name] != value {
				t.Errorf("%s: group %v: %s is %v, want %v", a.asked, g["key"], name, g[name], value)
			}
		}
	}
}

func TestAReportOfNothingIsNothing(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		empty := w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-18", nil).want(http.StatusOK)
		wantGroups(t, empty, fields{"key": "all", "count": 0.0})
		for name, value := range empty.list("groups")[0] {
			if name != "key" && name != "count" && name != "rated" && value != nil {
				t.Errorf("%s of nothing is %v", name, value)
			}
		}
		if figures := len(empty.list("groups")[0]); figures != 12 {
			t.Errorf("%d fields of a group: %s", figures, empty.raw)
		}
		wantGroups(t, w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-18&group=team", nil).want(http.StatusOK))
	})
}

func TestReportsAreForSupervisors(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		for uid, status := range map[string]int{"ann": 403, "theo": 403, "sam": 200, "ada": 200} {
			w.ask(uid, "GET", "/reports/resolution?from=2026-11-18&to=2026-11-18", nil).want(status)
		}
		w.ask("sam", "GET", "/reports/resolution", nil).refuses("query.from", "query.to")
		w.ask("sam", "GET", "/reports/resolution?from=2026-11-32&to=2026-11-18", nil).refuses("query.from")
		w.ask("sam", "GET", "/reports/resolution?from=2026-11-19&to=2026-11-18", nil).refuses("query.to")
		w.ask("sam", "GET", "/reports/resolution?from=2001-11-19&to=2026-11-18", nil).refuses("query.from")
		w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-18&group=colour", nil).refuses("query.group")
		w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-18&where=site", nil).refuses("query.where")
		w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-18&where=colour:red", nil).refuses("query.where")
	})
}
