package report_test

import (
	"errors"
	"testing"

	"amigo/app/fault"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/tickets/report"
)

// stories are three tickets whose times are counted by hand: AMIGO is open from
// 8 to 17 o'clock, on Wednesdays until 13 o'clock.
func (w *world) stories() {
	w.t.Helper()
	w.solved("ann", "2026-11-18 09:00", "2026-11-18 11:30")              // Wednesday: 150 worked
	w.solved("bob", "2026-11-19 10:00", "2026-11-20 16:00")              // 420 + 480 worked, 1800 elapsed
	w.solved("ann", "2026-11-18 09:00", "2026-11-23 12:00")              // 240 + 540 + 540 + 240 worked, 7380 elapsed
	w.solved("ann", "2026-11-18 09:00", "2026-11-18 09:30", "spam")      // never counts
	w.solved("ann", "2026-11-18 09:00", "2026-11-18 09:30", "abandoned") // 30 worked
}

func (w *world) whole(q report.Question) report.Answer {
	w.t.Helper()
	a, err := w.reporter.Resolution(w.as("sam"), q)
	must(w.t, err)
	return a
}

func TestTheChoicesDecideWhatCountsAndWhatIsLate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.stories()
		usual := w.whole(november(t))
		if r := usual.All; r.Count != 4 || r.MeanWorking != (30+150+900+1560)/4. || r.MeanElapsed != (30+150+1800+7380)/4. || r.Within != 0.75 || len(usual.Late) != 1 {
			t.Errorf("usually %+v, %d late", r, len(usual.Late))
		}
		c := report.Choices{Types: []tickets.Type{tickets.Incident, tickets.Request}, Counted: report.ElapsedHours, LeftOut: []string{"abandoned"}, TargetMinutes: 29 * 60}
		must(t, w.reporter.Choose(w.as("sam"), c))
		chosen := w.whole(november(t))
		if r := chosen.All; r.Count != 3 || r.MeanElapsed != (150+1800+7380)/3. || r.MedianElapsed != 1800 || r.Within != 1/3. || len(chosen.Late) != 2 || chosen.Late[0].Elapsed.Minutes() != 7380 {
			t.Errorf("as chosen %+v", r)
		}
		if held := chosen.Choices.Spread(chosen.All); held.Median != 1800 {
			t.Errorf("held: %+v", held)
		}
	})
}

func TestOnlyWhatCanBeIsChosenAndOnlyBySupervisors(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if err := w.reporter.Choose(w.as("theo"), report.Usual()); !errors.Is(err, fault.Denied) {
			t.Errorf("a technician: %v", err)
		}
		if _, err := w.reporter.Choices(w.as("ann")); !errors.Is(err, fault.Denied) {
			t.Errorf("a requester: %v", err)
		}
		for field, spoil := range map[string]func(*report.Choices){
			"types":    func(c *report.Choices) { c.Types = nil },
			"counted":  func(c *report.Choices) { c.Counted = "sunny" },
			"target":   func(c *report.Choices) { c.TargetMinutes = 0 },
			"left_out": func(c *report.Choices) { c.LeftOut = report.Choosable() },
			"quiet":    func(c *report.Choices) { c.Quiet = []report.Kind{"hourly"} },
		} {
			c := report.Usual()
			spoil(&c)
			if fields := fault.FieldsOf(w.reporter.Choose(w.as("ada"), c)); len(fields) != 1 || fields[field].Key == "" {
				t.Errorf("%s: %v", field, fields)
			}
		}
	})
}

func TestASolvedTicketKeepsTheCalendarThatJudgedIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.solved("ann", "2026-11-19 10:00", "2026-11-20 16:00") // 420 + 480 worked
		before := w.whole(november(t)).All
		spec, err := calendar.Named(calendar.Normandie)
		must(t, err)
		spec.Exceptions = map[string][]calendar.Interval{"2026-11-20": {{"08:00", "10:00"}}}
		if _, err := w.book.Put(w.system(), calendar.Normandie, spec); err != nil {
			t.Fatal(err)
		}
		if after := w.whole(november(t)).All; before.MeanWorking != 900 || after != before {
			t.Errorf("before %+v, after %+v", before, after)
		}
		// What is opened and solved by the new version is judged by it.
		w.solved("bob", "2026-11-19 10:00", "2026-11-20 16:00")
		if rows := w.whole(november(t)).All; rows.MeanWorking != (900+420+120)/2. {
			t.Errorf("%+v", rows)
		}
	})
}

func TestFiguresAreDividedAndNarrowedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		spec, err := calendar.Named(calendar.Normandie)
		must(t, err)
		spec.Marks = []calendar.Mark{{From: "2026-11-18", To: "2026-11-19", Name: "bac blanc"}, {From: "2026-11-19", To: "2026-11-21", Name: "inspection"}}
		if _, err := w.book.Put(w.system(), calendar.Normandie, spec); err != nil {
			t.Fatal(err)
		}
		w.stories()
		w.solved("bob", "2026-11-19 09:00", "2026-11-19 10:00")
		q := november(t)
		q.Group = report.ByPeriod
		a := w.whole(q)
		var rows []string
		for _, r := range a.Rows {
			rows = append(rows, r.Key+" "+string(rune('0'+r.Count)))
		}
		same(t, "by period", rows, " 1", "bac blanc 3", "inspection 2")
		if a.All.Count != 5 {
			t.Errorf("a ticket of two periods counts %d times in all", a.All.Count-4)
		}
		both := november(t, report.Filter{Group: report.ByPeriod, Key: "bac blanc"}, report.Filter{Group: report.BySite, Key: "rouen"})
		if n := w.whole(both).All.Count; n != 1 {
			t.Errorf("of Rouen, in the period: %d", n)
		}
		found, err := w.reporter.Tickets(w.as("sam"), november(t, report.Filter{Group: report.BySite, Key: "caen"}))
		must(t, err)
		if len(found) != 3 || found[0].Working.Minutes() != 1560 {
			t.Errorf("%d of Caen, the slowest %v", len(found), found[0].Working)
		}
		if _, err := w.reporter.Resolution(w.as("sam"), november(t, report.Filter{Group: "colour"})); fault.FieldsOf(err)["where"].Key == "" {
			t.Errorf("an unknown filter: %v", err)
		}
	})
}

func TestATrendHasAPointForEachWeekAlsoForThoseWithoutTickets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.stories()
		trend, err := w.reporter.Trend(w.as("sam"), november(t), report.Weekly, 3)
		must(t, err)
		var lines []string
		for _, s := range trend {
			lines = append(lines, s.From.String()+" "+s.To.String()+" "+string(rune('0'+s.Count)))
		}
		same(t, "by week", lines, "2026-11-16 2026-11-22 3", "2026-11-23 2026-11-29 1", "2026-11-30 2026-12-06 0")
	})
}

func TestWhatPeopleThoughtOfTheLastSolutionStandsBesideIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first, second := w.solved("ann", "2026-11-18 09:00", "2026-11-18 11:30"), w.solved("bob", "2026-11-19 10:00", "2026-11-20 16:00")
		again := w.solved("ann", "2026-11-20 16:30", "2026-11-20 16:40")
		for _, c := range []struct {
			by     string
			ticket tickets.Ticket
			rating tickets.Rating
		}{{"ann", first, tickets.Good}, {"bob", second, tickets.Bad}, {"ann", again, tickets.Bad}} {
			b, ok, err := w.desk.OwnBallot(w.as(c.by), c.ticket)
			must(t, err)
			if !ok {
				t.Fatalf("%s cannot rate", c.by)
			}
			_, err = w.desk.Rate(t.Context(), b.Code, tickets.Rate{Rating: c.rating})
			must(t, err)
		}
		w.at("2026-11-20 16:50")
		_, err := w.desk.Reopen(w.as("ann"), again.ID, "Toujours muette.")
		must(t, err)
		w.at("2026-11-20 16:55")
		_, err = w.desk.Solve(w.as("theo"), again.ID, tickets.Solve{Solution: "C'est réparé.", Outcome: "fixed"})
		must(t, err)
		if r := w.whole(november(t)).All; r.Count != 3 || r.Rated != 2 || r.Satisfied != 0.5 {
			t.Errorf("%d solved, %d rated, %v satisfied", r.Count, r.Rated, r.Satisfied)
		}
	})
}
