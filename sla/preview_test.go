package sla_test

import (
	"testing"

	"amigo/sla/calendar"
	"amigo/tickets"
)

// bare is a definition without any day of its own: its weeks are all alike.
func bare(week calendar.Weekly, until string) calendar.Spec {
	return calendar.Spec{TZ: "Europe/Paris", KnownFrom: "2026-01-01", KnownUntil: until, Weekly: week}
}

func TestAPreviewCountsThePromisesThatWouldBecomeAGuess(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.open(tickets.Normal)
		p, err := w.engine.Preview(w.as("sam"), calendar.Normandie, bare(always(), "2026-11-17"))
		must(t, err)
		if p.Promises != 2 || p.Guessed != 2 || p.Settled != 0 || p.Lost != 0 {
			t.Errorf("preview %+v", p)
		}
	})
}

func TestAPromiseThatWouldLoseItsDateIsNotSettled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2028-07-04 16:00"))
		guess := w.open(tickets.Normal)
		if !guess.Provisional {
			t.Fatal("the promise is no guess to begin with")
		}
		over := bare(calendar.Weekly{}, "2030-07-04")
		over.Exceptions = map[string][]calendar.Interval{"2028-07-03": {{"08:00", "12:00"}}}
		p, err := w.engine.Preview(w.as("sam"), calendar.Normandie, over)
		must(t, err)
		if p.Promises != 2 || p.Lost != 2 || p.Settled != 0 || p.Guessed != 0 || p.Earlier+p.Later != 0 {
			t.Errorf("preview %+v", p)
		}
		if len(p.Sample) != 2 || p.Sample[0].Before == nil || p.Sample[0].After != nil {
			t.Errorf("the sample is %+v", p.Sample)
		}
		settled, err := w.engine.Preview(w.as("sam"), calendar.Normandie, bare(always(), "2030-07-04"))
		must(t, err)
		if settled.Settled != 2 || settled.Lost != 0 {
			t.Errorf("with days that are known: %+v", settled)
		}
	})
}
