package sla

import (
	"testing"
	"time"

	"amigo/sla/calendar"
)

// normal is the policy for normal tickets on AMIGO's own calendar.
func normal(t *testing.T) hours {
	t.Helper()
	spec, err := calendar.Named(calendar.Normandie)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := calendar.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return hours{version: 1, cal: cal, policy: Defaults()[2]}
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	v, err := time.ParseInLocation("2006-01-02 15:04", s, paris)
	if err != nil {
		t.Fatal(err)
	}
	return v.UTC()
}

func wantInstant(t *testing.T, what string, got *time.Time, want string) {
	t.Helper()
	switch {
	case want == "" && got != nil:
		t.Errorf("%s is %v, want none", what, got)
	case want == "":
	case got == nil:
		t.Errorf("%s is none, want %s", what, want)
	case !got.Equal(at(t, want)):
		t.Errorf("%s is %v, want %s", what, got.In(time.FixedZone("", 3600)), want)
	}
}

func TestTimerStandsStillWhileWaitingAndKeepsWhatWasUsed(t *testing.T) {
	h := normal(t)
	r := Timer{Promise: Resolution, Target: 18 * time.Hour}
	// Wednesday 18 November 2026, 9:00; Wednesdays close at 13:00.
	r.run(at(t, "2026-11-18 09:00"), h)
	wantInstant(t, "due", r.DueAt, "2026-11-20 13:00")
	wantInstant(t, "the first bell, at 9 h of 18", r.RingAt, "2026-11-19 13:00")

	if err := r.halt(at(t, "2026-11-18 11:00"), paused, h); err != nil {
		t.Fatal(err)
	}
	wantInstant(t, "due while paused", r.DueAt, "")
	wantInstant(t, "bell while paused", r.RingAt, "")
	if r.Used != 2*time.Hour {
		t.Fatalf("used %v", r.Used)
	}
	r.Open = nil
	r.run(at(t, "2026-11-23 10:00"), h)
	wantInstant(t, "due after the pause", r.DueAt, "2026-11-24 17:00")
}

func TestConsumingExactlyTheTargetMeetsThePromise(t *testing.T) {
	h := normal(t)
	for stop, want := range map[string]timerState{
		"2026-11-20 12:59": met,
		"2026-11-20 13:00": met,
		"2026-11-20 13:01": missed,
	} {
		r := Timer{Target: 18 * time.Hour}
		r.run(at(t, "2026-11-18 09:00"), h)
		if err := r.stop(at(t, stop), h); err != nil {
			t.Fatal(err)
		}
		if r.State != want {
			t.Errorf("stopped at %s: %s, want %s", stop, r.State, want)
		}
	}
}

func TestWhatFallsDueAtClosingIsToldAtTheNextOpening(t *testing.T) {
	h := normal(t)
	r := Timer{Target: 4 * time.Hour, Level: 75}
	r.run(at(t, "2026-11-18 09:00"), h)
	wantInstant(t, "due at closing on a Wednesday", r.DueAt, "2026-11-18 13:00")
	wantInstant(t, "told on Thursday morning", r.RingAt, "2026-11-19 08:00")
}

func TestTimerCrossesASchoolHoliday(t *testing.T) {
	h := normal(t)
	r := Timer{Target: 18 * time.Hour}
	// Friday 18 December 2026, 16:00, the last hour of term; then 7 h a day from 9:00.
	r.run(at(t, "2026-12-18 16:00"), h)
	wantInstant(t, "due", r.DueAt, "2026-12-23 12:00")
}

func TestBeyondTheKnownDaysNothingIsPromised(t *testing.T) {
	h := normal(t)
	r := Timer{Target: 18 * time.Hour}
	r.run(at(t, "2028-07-04 16:00"), h)
	wantInstant(t, "due", r.DueAt, "")
	wantInstant(t, "bell", r.RingAt, "")
	if err := r.stop(at(t, "2028-07-04 16:30"), h); err != nil || r.State != met || r.Used != 30*time.Minute {
		t.Fatalf("%v: %+v", err, r)
	}
}

func TestRetargetingKeepsTheTimeUsed(t *testing.T) {
	h := normal(t)
	r := Timer{Target: 18 * time.Hour}
	r.run(at(t, "2026-11-19 08:00"), h)
	r.retarget(4*time.Hour, 1, h)
	wantInstant(t, "due after it became urgent", r.DueAt, "2026-11-19 12:00")
}

func TestRungsAreClimbedInOrder(t *testing.T) {
	h := normal(t)
	r := Timer{Target: 4 * time.Hour}
	r.run(at(t, "2026-11-19 08:00"), h)
	for now, want := range map[string][]int{
		"2026-11-19 09:59": nil,
		"2026-11-19 10:00": {50},
		"2026-11-19 11:00": {50, 75},
		"2026-11-20 08:00": {50, 75, 100},
	} {
		got, err := r.rungs(at(t, now), h)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Errorf("at %s: %v, want %v", now, got, want)
			continue
		}
		for i := range got {
			if got[i].Level != want[i] {
				t.Errorf("at %s: %v, want %v", now, got, want)
			}
		}
	}
}
