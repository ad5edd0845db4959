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

func TestBeyondTheKnownDaysThePromiseIsProvisional(t *testing.T) {
	h := normal(t)
	h.cal = h.cal.Assumed()
	r := Timer{Target: 18 * time.Hour}
	// Tuesday 4 July 2028, 16:00, is the last hour that is known; then the usual
	// hours of term are assumed, a Wednesday's too.
	r.run(at(t, "2028-07-04 16:00"), h)
	wantInstant(t, "due", r.DueAt, "2028-07-07 11:00")
	if !r.Provisional {
		t.Error("the date is not marked as a guess")
	}
	wantInstant(t, "bell", r.RingAt, "2028-07-06 11:00")
	if err := r.halt(at(t, "2028-07-04 16:30"), paused, h); err != nil || r.Provisional || r.Used != 30*time.Minute {
		t.Errorf("%v: paused on a known day: %+v", err, r)
	}
	r.run(at(t, "2028-07-05 08:00"), h)
	if err := r.halt(at(t, "2028-07-05 09:00"), paused, h); err != nil || !r.Provisional || r.DueAt != nil {
		t.Errorf("%v: paused on a day that is not known: %+v", err, r)
	}
}

func TestADateThatIsOnlyReachedOnKnownDaysIsNoGuess(t *testing.T) {
	h := normal(t)
	h.cal = h.cal.Assumed()
	r := Timer{Target: 9 * time.Hour}
	r.run(at(t, "2028-07-03 17:00"), h)
	wantInstant(t, "due at closing on the last known day", r.DueAt, "2028-07-04 17:00")
	if r.Provisional {
		t.Error("it is marked as a guess")
	}
	if wantInstant(t, "the bell rings on the next day", r.RingAt, "2028-07-04 12:30"); r.Level != 0 {
		t.Error("a level was told")
	}
}

func TestWhatWasDueStaysDueOnItsDay(t *testing.T) {
	h := normal(t)
	r := Timer{Target: 2 * time.Hour}
	r.run(at(t, "2026-11-19 08:00"), h)
	if err := r.halt(at(t, "2026-11-19 11:00"), paused, h); err != nil {
		t.Fatal(err)
	}
	wantInstant(t, "due while paused late", r.DueAt, "2026-11-19 10:00")
	r.run(at(t, "2026-11-20 09:00"), h)
	wantInstant(t, "due when it runs on", r.DueAt, "2026-11-19 10:00")
	r.retarget(time.Hour, 1, h)
	wantInstant(t, "due once less is promised", r.DueAt, "2026-11-19 09:00")
	r.retarget(4*time.Hour, 1, h)
	wantInstant(t, "due once more is promised", r.DueAt, "2026-11-20 10:00")
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
		"2026-11-19 12:00": {50, 75, 100},
		"2026-11-20 08:00": {50, 75, 100, 150},
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

func TestTheHighestRungOfTheLongestPromiseIsNotClimbedAtOnce(t *testing.T) {
	h := normal(t)
	h.policy.Ladder = []Rung{{Level: MaxLevel, Tell: TellTeam}}
	r := Timer{Target: MaxTarget}
	r.run(at(t, "2026-11-19 08:00"), h)
	if got, err := r.rungs(at(t, "2026-11-20 08:00"), h); err != nil || len(got) != 0 {
		t.Errorf("climbed %v, %v", got, err)
	}
	if want := 10 * MaxTarget; r.share(MaxLevel) != want {
		t.Errorf("a thousand percent are %v, want %v", r.share(MaxLevel), want)
	}
}

func TestAPromiseOfPeopleOnCallCrossesTheSettingOfTheClock(t *testing.T) {
	week := calendar.Weekly{"sat": {{"18:00", "24:00"}}, "sun": {{"00:00", "12:00"}}}
	cal, err := calendar.New(calendar.Spec{TZ: "Europe/Paris", Weekly: week})
	if err != nil {
		t.Fatal(err)
	}
	h := hours{version: 1, cal: cal, policy: Policy{Ladder: []Rung{{Level: 50, Tell: TellTeam}}}}
	for start, want := range map[string][2]string{
		"2026-10-24 22:00": {"2026-10-25 01:00", "2026-10-25 03:00"}, // the hour from 2 to 3 comes twice
		"2027-03-27 22:00": {"2027-03-28 01:00", "2027-03-28 05:00"}, // and in spring not at all
	} {
		r := Timer{Target: 6 * time.Hour}
		r.run(at(t, start), h)
		wantInstant(t, "the bell", r.RingAt, want[0])
		wantInstant(t, "due", r.DueAt, want[1])
		if err := r.stop(*r.DueAt, h); err != nil || r.State != met || r.Used != r.Target {
			t.Errorf("%v: stopped when it was due: %+v", err, r)
		}
	}
}
