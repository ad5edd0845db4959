package sla_test

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// lives is how many random lives a law is held against.
const lives = "40"

// written rows, as the laws read them.
type (
	timerFact struct {
		ID, PolicyID               int64
		Promise, State, Calendar   string
		TargetSeconds, UsedSeconds int64
		DueAt, RingAt              *time.Time
		StartedAt                  time.Time
		StoppedAt                  *time.Time
		Provisional                bool
	}
	segmentFact struct {
		VersionID calendar.VersionID
		FromAt    time.Time
		ToAt      *time.Time
		Seconds   int64
	}
)

func (w *world) facts(id tickets.ID) (timers []timerFact, segments map[int64][]segmentFact) {
	w.t.Helper()
	g := w.db.Gorm(w.t.Context())
	must(w.t, g.Table("timers").Where("ticket_id = ?", id).Order("id").Find(&timers).Error)
	segments = map[int64][]segmentFact{}
	for _, t := range timers {
		var all []segmentFact
		must(w.t, g.Table("segments").Where("timer_id = ?", t.ID).Order("id").Find(&all).Error)
		segments[t.ID] = all
	}
	return timers, segments
}

// broken says which law the timers of a ticket break; empty: none.
func (w *world) broken(id tickets.ID, settled bool) string {
	w.t.Helper()
	timers, segments := w.facts(id)
	if why := w.lacking(id, timers); why != "" {
		return fmt.Sprintf("%s: %+v", why, timers)
	}
	var due *time.Time
	for _, t := range timers {
		if why := w.brokenBy(t, segments[t.ID], settled); why != "" {
			return fmt.Sprintf("%s: %+v, %+v", why, t, segments[t.ID])
		}
		if t.State == "running" && t.Promise != "internal" && t.DueAt != nil && (due == nil || t.DueAt.Before(*due)) {
			due = t.DueAt
		}
	}
	if got := w.get(id).DueAt; (got == nil) != (due == nil) || got != nil && !got.Equal(*due) {
		return fmt.Sprintf("the ticket is due at %v, its promises at %v", got, due)
	}
	return ""
}

// lacking says what is promised twice, too long, or not at all: the resolution of
// what is not over is promised if the policy for its priority does.
func (w *world) lacking(id tickets.ID, timers []timerFact) string {
	w.t.Helper()
	k, alive := w.get(id), map[string]int{}
	for _, t := range timers {
		if t.State == "running" || t.State == "paused" {
			alive[t.Promise]++
		}
	}
	all, err := w.engine.Policies(w.t.Context())
	must(w.t, err)
	for _, t := range timers {
		i := slices.IndexFunc(all, func(p sla.Policy) bool { return int64(p.ID) == t.PolicyID })
		stands := k.Status.Waiting() && i >= 0 && slices.Contains(all[i].Pauses, sla.PromiseName(t.Promise))
		if t.State == "paused" && !stands || t.State == "running" && stands {
			return fmt.Sprintf("%s is %s of a ticket that is %s", t.Promise, t.State, k.Status)
		}
	}
	want := 0
	for _, p := range all {
		if !k.Status.Over() && p.Targets[sla.Resolution] > 0 && slices.Contains(p.Conditions["priority"], string(k.Priority)) {
			want = 1
		}
	}
	if alive["resolution"] != want {
		return fmt.Sprintf("%d resolutions are promised, want %d", alive["resolution"], want)
	}
	for promise, n := range alive {
		if n > 1 || k.Status.Over() {
			return fmt.Sprintf("%d of %s are promised of a ticket that is %s", n, promise, k.Status)
		}
	}
	return ""
}

func (w *world) brokenBy(t timerFact, all []segmentFact, settled bool) string {
	var used int64
	var open *segmentFact
	for i, s := range all {
		if i > 0 && s.FromAt.Before(*all[i-1].ToAt) {
			return "a time is used twice"
		}
		if s.ToAt == nil {
			open = &all[i]
			continue
		}
		used += s.Seconds
	}
	runs, stands := t.State == "running", t.State == "paused"
	switch {
	case used != t.UsedSeconds:
		return "what was used is not the sum of its stretches"
	case runs != (open != nil):
		return "it runs without a stretch, or the other way round"
	case t.State == "met" && used > t.TargetSeconds, t.State == "missed" && used <= t.TargetSeconds:
		return "it was met with more than the target, or missed with less"
	case stands && used <= t.TargetSeconds && t.DueAt != nil, !runs && t.RingAt != nil:
		return "it is due, or rings, while it stands still"
	}
	if settled && (runs || stands) {
		for _, s := range all {
			v, err := w.book.Version(w.t.Context(), s.VersionID)
			must(w.t, err)
			if now, err := w.book.Current(w.t.Context(), v.Name); err != nil || now.ID != v.ID {
				return "a stretch is counted by an old version"
			}
		}
	}
	if !runs {
		return ""
	}
	v, err := w.book.Version(w.t.Context(), open.VersionID)
	must(w.t, err)
	if used < t.TargetSeconds {
		due, err := v.Assumed().Add(open.FromAt, time.Duration(t.TargetSeconds-used)*time.Second)
		if must(w.t, err); t.DueAt == nil || !t.DueAt.Equal(due) {
			return fmt.Sprintf("it should be due at %v", due)
		}
	}
	if t.RingAt != nil {
		if m, err := v.Assumed().At(*t.RingAt); err != nil || !m.Open {
			return "it rings while nobody is there"
		}
	}
	return ""
}

// chapterOf draws something that somebody may do with a ticket.
func chapterOf(t *rapid.T) chapter {
	c := rapid.SampledFrom([]chapter{
		{by: "theo", do: tickets.WasNoted, body: "Vu."},
		{by: "theo", do: tickets.WasAssigned},
		{by: "theo", do: tickets.WasAnswered, body: "On regarde."},
		{by: "tess", do: tickets.WasAnswered, then: tickets.WaitingRequester, body: "Lequel ?"},
		{by: "ann", do: tickets.WasCompleted, body: "Celui-ci."},
		{by: "tess", do: tickets.WasPaused, then: tickets.WaitingThirdParty},
		{by: "theo", do: tickets.WasPaused, then: tickets.WaitingRequester},
		{by: "theo", do: tickets.WasResumed},
		{by: "theo", do: tickets.WasSolved, body: "C'est fait."},
		{by: "tess", do: tickets.WasSolved},
		{by: "tess", do: tickets.WasReopened},
	}).Draw(t, "chapter")
	c.after = time.Duration(rapid.IntRange(0, 3*24*60*60).Draw(t, "seconds later")) * time.Second
	return c
}

// changeOf draws a change of AMIGO's calendar, in the weeks after the start.
func changeOf(t *rapid.T) func(*calendar.Spec) {
	day := func(label string) string {
		return (calendar.DayOf(dbtest.Start) + calendar.Day(rapid.IntRange(-1, 25).Draw(t, label))).String()
	}
	shut, early := day("closed"), day("other hours")
	return func(s *calendar.Spec) {
		closes(shut)(s)
		if early != shut {
			s.Exceptions = map[string][]calendar.Interval{early: {{"06:30", "07:45"}, {"12:00", "20:10"}}}
		}
	}
}

// impossible says whether somebody was refused what cannot be done there.
func impossible(err error) bool {
	return errors.Is(err, fault.Invalid) || errors.Is(err, fault.Denied) || errors.Is(err, fault.Conflict)
}

func TestWhateverHappensThePromisesKeepTheirLaws(t *testing.T) {
	must(t, flag.Set("rapid.checks", lives))
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock)
	all, err := w.engine.Policies(t.Context())
	must(t, err)
	for _, p := range all { // teams have targets, too; what pauses differs; what is low need never be solved
		p.Targets[sla.Internal] = p.Targets[sla.First] * 2
		p.Pauses = slices.Concat(p.Pauses, map[bool][]sla.PromiseName{true: {sla.First, sla.Internal}}[p.Conditions["priority"][0] != string(tickets.Normal)])
		if p.Conditions["priority"][0] == string(tickets.Low) {
			delete(p.Targets, sla.Resolution)
		}
		must(t, w.change(p))
	}
	teams, err := w.people.Teams(t.Context())
	must(t, err)
	must(t, w.people.SetCalendar(w.as("sam"), people.Place{Team: teams[0].ID}, calendar.TechniciensCaen))
	rapid.Check(t, func(r *rapid.T) {
		clock.Set(dbtest.Start)
		k := w.open(rapid.SampledFrom(tickets.Priorities[:]).Draw(r, "priority"))
		for range rapid.IntRange(1, 12).Draw(r, "chapters") {
			settled := false
			switch rapid.IntRange(0, 11).Draw(r, "what") {
			case 0:
				w.redefine(changeOf(r))
			case 1:
				clock.Advance(2 * time.Minute) // whatever the clock was set back by
				w.drain()
				settled = true
			case 2:
				p := rapid.SampledFrom(tickets.Priorities[:]).Draw(r, "new priority")
				if _, err := w.desk.Change(w.as("theo"), k.ID, tickets.Change{Priority: &p}); err != nil && !impossible(err) {
					r.Fatal(err)
				}
			case 3:
				team := rapid.SampledFrom(teams).Draw(r, "team").ID
				if _, err := w.desk.Assign(w.as("theo"), k.ID, tickets.Assign{Team: &team}); err != nil && !impossible(err) {
					r.Fatal(err)
				}
			case 4: // a mail that was under way
				late := time.Duration(rapid.IntRange(0, 2*24*60*60).Draw(r, "seconds under way")) * time.Second
				if _, err := w.desk.Reply(w.as("ann"), k.ID, tickets.Reply{Body: "Celui-ci.", ReceivedAt: clock.Now().Add(-late)}); err != nil && !impossible(err) {
					r.Fatal(err)
				}
			case 5: // somebody sets the clock
				clock.Advance(-time.Duration(rapid.IntRange(0, 90).Draw(r, "seconds back")) * time.Second)
			default:
				c := chapterOf(r)
				clock.Advance(c.after)
				if err := w.act(k.ID, c); err != nil && !impossible(err) {
					r.Fatal(err)
				}
			}
			if why := w.broken(k.ID, settled); why != "" {
				r.Fatal(why)
			}
		}
	})
}

func TestAChangeOfTheCalendarInTheMiddleIsAsIfItHadAlwaysBeen(t *testing.T) {
	must(t, flag.Set("rapid.checks", lives))
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock)
	rapid.Check(t, func(r *rapid.T) {
		w.redefine(changeOf(r))
		clock.Set(dbtest.Start)
		k := w.open(tickets.Normal)
		change, changeAfter := changeOf(r), rapid.IntRange(0, 6).Draw(r, "chapters before the change")
		var lived []chapter
		var lag time.Duration // of what could not be done
		for i := range rapid.IntRange(1, 9).Draw(r, "chapters") {
			if i == changeAfter {
				w.redefine(change)
			}
			c := chapterOf(r)
			clock.Advance(c.after)
			lag += c.after
			switch err := w.act(k.ID, c); {
			case err == nil:
				c.after, lag = lag, 0
				lived = append(lived, c)
			case !impossible(err):
				r.Fatal(err)
			}
		}
		w.redefine(change)
		w.drain()
		past := w.past(tickets.Normal, lived)
		past.Opened.Channel = people.API
		if live, loaded := w.alive(k.ID), w.alive(w.load(past)); live != loaded {
			r.Fatalf("with the change in the middle\n%s\nas if it had always been\n%s", live, loaded)
		}
	})
}

// alive is all that is promised of a ticket and still to be kept.
func (w *world) alive(id tickets.ID) string {
	w.t.Helper()
	timers, segments := w.facts(id)
	var out strings.Builder
	for _, t := range timers {
		if t.State != "running" && t.State != "paused" {
			continue
		}
		fmt.Fprintf(&out, "%s %s used %d since %v due %v guess %v\n", t.Promise, t.State, t.UsedSeconds, t.StartedAt, at(t.DueAt), t.Provisional)
		for _, s := range segments[t.ID] {
			fmt.Fprintf(&out, "\t%v - %v: %d by %d\n", s.FromAt, at(s.ToAt), s.Seconds, s.VersionID)
		}
	}
	k := w.get(id)
	fmt.Fprintf(&out, "due %v", at(k.DueAt))
	return out.String()
}

func at(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.String()
}
