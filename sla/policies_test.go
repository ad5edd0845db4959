package sla_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// lycees is a policy that somebody might add.
func lycees() sla.Policy {
	return sla.Policy{
		Name:       " Lycées ",
		Conditions: map[string][]string{"establishment": {"lycee", "lycee_pro"}, "type": {"incident"}},
		Calendar:   calendar.Normandie,
		Targets:    map[sla.PromiseName]time.Duration{sla.Resolution: 2 * time.Hour},
		Pauses:     []sla.PromiseName{sla.Resolution},
		Ladder:     []sla.Rung{{Level: 80, Tell: sla.TellTeam}, {Level: 100, Raise: true}},
	}
}

func (w *world) policies() (names []string) {
	w.t.Helper()
	all, err := w.engine.Policies(w.t.Context())
	must(w.t, err)
	for _, p := range all {
		names = append(names, p.Name)
	}
	return names
}

// change lets a supervisor change a policy as it is read now.
func (w *world) change(p sla.Policy) error {
	now, err := w.engine.Policy(w.t.Context(), p.ID)
	if err != nil {
		return err
	}
	return w.engine.ChangePolicy(w.as("sam"), p, now.Digest())
}

// move lets a supervisor move a policy from where it is read now.
func (w *world) move(id sla.PolicyID, by int) error {
	now, err := w.engine.Policy(w.t.Context(), id)
	if err != nil {
		return err
	}
	return w.engine.MovePolicy(w.as("sam"), id, now.Position, by)
}

func TestSupervisorsArrangeThePolicies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sam := w.as("sam")
		p, err := w.engine.AddPolicy(sam, lycees())
		must(t, err)
		if got := strings.Join(w.policies(), " "); got != "Urgente Haute Normale Basse Lycées" {
			t.Errorf("added: %s", got)
		}
		must(t, w.move(p.ID, -3))
		if got := strings.Join(w.policies(), " "); got != "Urgente Lycées Haute Normale Basse" {
			t.Errorf("moved up: %s", got)
		}
		must(t, w.move(p.ID, +99))
		must(t, w.move(p.ID, -99))
		if got := strings.Join(w.policies(), " "); got != "Lycées Urgente Haute Normale Basse" {
			t.Errorf("moved to the top: %s", got)
		}
		p.Name, p.Targets[sla.First] = "Lycées et LP", time.Hour
		must(t, w.change(p))
		got, err := w.engine.Policy(sam, p.ID)
		must(t, err)
		if got.Name != p.Name || !maps.Equal(got.Targets, p.Targets) || got.Position >= 10+1 {
			t.Errorf("changed to %+v", got)
		}
		must(t, w.engine.RetirePolicy(sam, p.ID))
		if got := strings.Join(w.policies(), " "); got != "Urgente Haute Normale Basse" {
			t.Errorf("retired: %s", got)
		}
		if got, err = w.engine.Policy(sam, p.ID); err != nil || got.RetiredAt == nil {
			t.Errorf("the retired one is %+v, %v", got, err)
		}
		if err := w.change(p); !errors.Is(err, fault.Conflict) {
			t.Errorf("a retired policy was changed: %v", err)
		}
		if err := w.engine.MovePolicy(sam, 99, 10, 1); !errors.Is(err, fault.NotFound) {
			t.Errorf("a policy that is not there was moved: %v", err)
		}
	})
}

func TestOnlySupervisorsTouchPolicies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		theo := w.as("theo")
		k := w.open(tickets.Normal)
		_, add := w.engine.AddPolicy(theo, lycees())
		_, try := w.engine.DryRun(theo, k.ID)
		_, see := w.engine.Preview(theo, calendar.Normandie, calendar.Spec{})
		for what, err := range map[string]error{
			"add": add, "dry run": try, "preview": see, "change": w.engine.ChangePolicy(theo, sla.Policy{ID: 1}, ""),
			"move": w.engine.MovePolicy(theo, 1, 10, 1), "retire": w.engine.RetirePolicy(theo, 1), "rejudge": w.engine.Rejudge(theo),
		} {
			if !errors.Is(err, fault.Denied) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestAPolicyThatCannotBeIsRefusedByField(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		hour := func(p sla.PromiseName, d time.Duration) map[sla.PromiseName]time.Duration {
			return map[sla.PromiseName]time.Duration{p: d}
		}
		for name, c := range map[string]struct {
			spoil func(*sla.Policy)
			field string
		}{
			"no name":                {func(p *sla.Policy) { p.Name = "  " }, "name"},
			"a long name":            {func(p *sla.Policy) { p.Name = strings.Repeat("é", 101) }, "name"},
			"no such calendar":       {func(p *sla.Policy) { p.Calendar = "caen" }, "calendar"},
			"nothing promised":       {func(p *sla.Policy) { p.Targets = nil }, "targets"},
			"no time":                {func(p *sla.Policy) { p.Targets = hour(sla.First, 0) }, "target.first"},
			"seconds":                {func(p *sla.Policy) { p.Targets = hour(sla.Internal, 90*time.Second) }, "target.internal"},
			"more than a year":       {func(p *sla.Policy) { p.Targets = hour(sla.Next, 367*24*time.Hour) }, "target.next"},
			"an unknown promise":     {func(p *sla.Policy) { p.Targets = hour("last", time.Hour) }, "targets"},
			"an unknown condition":   {func(p *sla.Policy) { p.Conditions["weather"] = []string{"fine"} }, "condition.weather"},
			"an unknown priority":    {func(p *sla.Policy) { p.Conditions["priority"] = []string{"low", "lower"} }, "condition.priority"},
			"a kind of no school":    {func(p *sla.Policy) { p.Conditions["establishment"] = []string{"bar"} }, "condition.establishment"},
			"an unknown site":        {func(p *sla.Policy) { p.Conditions["site"] = []string{"paris"} }, "condition.site"},
			"an unknown service":     {func(p *sla.Policy) { p.Conditions["service"] = []string{"minitel"} }, "condition.service"},
			"a condition of nothing": {func(p *sla.Policy) { p.Conditions["category"] = nil }, "condition.category"},
			"an empty value":         {func(p *sla.Policy) { p.Conditions["period"] = []string{""} }, "condition.period"},
			"an unknown pause":       {func(p *sla.Policy) { p.Pauses = []sla.PromiseName{"lunch"} }, "pauses"},
			"a level of nothing":     {func(p *sla.Policy) { p.Ladder[0].Level = 0 }, "ladder"},
			"a level too high":       {func(p *sla.Policy) { p.Ladder[1].Level = 1001 }, "ladder"},
			"a rung twice":           {func(p *sla.Policy) { p.Ladder[1] = p.Ladder[0] }, "ladder"},
			"an answer too late":     {func(p *sla.Policy) { p.Targets[sla.First] = 3 * time.Hour }, "target.first"},
			"a name that is taken":   {func(p *sla.Policy) { p.Name = "urgente" }, "name"},
			"an audience told twice": {func(p *sla.Policy) { p.Ladder[1] = sla.Rung{Level: 80, Tell: sla.TellTeam, Raise: true} }, "ladder"},
			"two teams at one level": {func(p *sla.Policy) {
				p.Ladder = []sla.Rung{{Level: 80, Hand: "reseau"}, {Level: 80, Tell: sla.TellTeam, Hand: "support"}}
			}, "ladder"},
			"an unknown audience":   {func(p *sla.Policy) { p.Ladder[0].Tell = "everybody" }, "ladder"},
			"an unknown team":       {func(p *sla.Policy) { p.Ladder[0].Hand = "nowhere" }, "ladder"},
			"a rung without effect": {func(p *sla.Policy) { p.Ladder[0].Tell = "" }, "ladder"},
		} {
			p := lycees()
			c.spoil(&p)
			_, err := w.engine.AddPolicy(w.as("sam"), p)
			if fields := fault.FieldsOf(err); len(fields) != 1 || fields[c.field].Key == "" {
				t.Errorf("%s: %v, want %s refused", name, err, c.field)
			}
		}
	})
}

func TestRungsAreRefusedByTheLineInWhichTheyWereGivenAndKeptByLevel(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sam, p := w.as("sam"), lycees()
		p.Ladder = []sla.Rung{{Level: 2000, Tell: sla.TellTeam}, {Level: 100, Raise: true}, {Level: 50, Tell: sla.TellTeam}, {Level: 50, Tell: sla.TellSupervisors, Raise: true}}
		_, err := w.engine.AddPolicy(sam, p)
		if got := fault.FieldsOf(err)["ladder"]; got.Key != "sla.field.level" || got.Args["Rung"] != 1 {
			t.Errorf("refused with %+v", got)
		}
		p.Ladder[0].Level = 150
		p, err = w.engine.AddPolicy(sam, p)
		must(t, err)
		kept, err := w.engine.Policy(sam, p.ID)
		must(t, err)
		var levels []int
		for _, r := range kept.Ladder {
			levels = append(levels, r.Level)
		}
		if want := []int{50, 50, 100, 150}; !slices.Equal(levels, want) || !slices.Equal(kept.Ladder, p.Ladder) {
			t.Errorf("kept %+v, given back %+v", kept.Ladder, p.Ladder)
		}
	})
}

func TestAPolicyIsNotChangedByWhoReadWhatItNoLongerSays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sam := w.as("sam")
		all, err := w.engine.Policies(sam)
		must(t, err)
		seen, mine := all[2].Digest(), all[2]
		must(t, w.move(all[2].ID, -1)) // where it stands is not what it says
		mine.Calendar, mine.Targets = calendar.Normandie, map[sla.PromiseName]time.Duration{sla.Resolution: 9 * time.Hour}
		must(t, w.engine.ChangePolicy(sam, mine, seen))
		theirs := all[2]
		theirs.Name = "Courante"
		if err := w.engine.ChangePolicy(sam, theirs, seen); !errors.Is(err, fault.Conflict) {
			t.Errorf("the second editor is told %v", err)
		}
		theirs.Name = "Haute"
		if fields := fault.FieldsOf(w.change(theirs)); fields["name"].Key == "" {
			t.Errorf("two policies may have one name: %v", fields)
		}
		now, err := w.engine.Policy(sam, mine.ID)
		must(t, err)
		if now.Name != "Normale" || now.Targets[sla.Resolution] != 9*time.Hour {
			t.Errorf("it says %+v", now)
		}
	})
}

func TestOfTwoWhoMoveAPolicyAtOnceOneMovesIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sam := w.as("sam")
		all, err := w.engine.Policies(sam)
		must(t, err)
		must(t, w.engine.MovePolicy(sam, all[0].ID, all[0].Position, +1))
		if err := w.engine.MovePolicy(sam, all[0].ID, all[0].Position, +1); !errors.Is(err, fault.Conflict) {
			t.Errorf("the second is told %v", err)
		}
		if got := strings.Join(w.policies(), " "); got != "Haute Urgente Normale Basse" {
			t.Errorf("moved to %s", got)
		}
	})
}

func TestAPolicyThatIsSentTwiceIsAddedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.engine.AddPolicy(w.as("sam"), lycees())
		must(t, err)
		if _, err := w.engine.AddPolicy(w.as("sam"), lycees()); !errors.Is(err, fault.Conflict) {
			t.Errorf("the second is told %v", err)
		}
		if got := len(w.policies()); got != 5 {
			t.Errorf("there are %d policies", got)
		}
	})
}

func TestADryRunSaysWhichConditionsDoNotHold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.open(tickets.High)
		p := lycees()
		p.Conditions["period"] = []string{"default"}
		_, err := w.engine.AddPolicy(w.as("sam"), p)
		must(t, err)
		trials, err := w.engine.DryRun(w.as("sam"), k.ID)
		must(t, err)
		var said []string
		for _, trial := range trials {
			said = append(said, trial.Policy.Name+" "+strings.Join(trial.Failed, ",")+map[bool]string{true: "applies"}[trial.Applies])
		}
		want := []string{"Urgente priority", "Haute applies", "Normale priority", "Basse priority", "Lycées establishment"}
		if !slices.Equal(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
	})
}

func TestAPolicyMayAskForThePeriodInWhichATicketWasOpened(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := lycees()
		p.Conditions = map[string][]string{"period": {calendar.SchoolHolidays, "rentrée"}}
		p, err := w.engine.AddPolicy(w.as("sam"), p)
		must(t, err)
		must(t, w.move(p.ID, -9))
		w.redefine(func(s *calendar.Spec) {
			s.Marks = append(s.Marks, calendar.Mark{From: "2026-11-20", To: "2026-11-20", Name: "rentrée"})
		})
		for opened, want := range map[string]string{
			"2026-11-19 09:00": "2026-11-23 09:00", // term: eighteen hours
			"2026-11-20 09:00": "2026-11-20 11:00", // the mark: two
			"2026-12-21 09:00": "2026-12-21 11:00", // Christmas holidays: two
		} {
			w.clock.Set(paris(t, opened))
			k := w.open(tickets.Normal)
			wantAt(t, "resolution of what was opened at "+opened, k.ResolutionDueAt, want)
		}
	})
}

func TestRejudgingPutsOpenTicketsUnderThePoliciesOfTodayAndKeepsTheTimeUsed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		runs, waits := w.open(tickets.Normal), w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-18 11:00"))
		_, err := w.desk.Reply(w.as("theo"), waits.ID, tickets.Reply{Body: "Lequel ?", Then: tickets.WaitingRequester})
		must(t, err)
		all, err := w.engine.Policies(t.Context())
		must(t, err)
		normal := all[2]
		normal.Targets = map[sla.PromiseName]time.Duration{sla.Resolution: 4 * time.Hour}
		must(t, w.change(normal))
		wantAt(t, "resolution, as it was promised", w.get(runs.ID).ResolutionDueAt, "2026-11-20 13:00")
		must(t, w.engine.Rejudge(w.as("sam")))
		w.drain()
		got := w.get(runs.ID)
		wantAt(t, "resolution, as it is promised now", got.ResolutionDueAt, "2026-11-18 13:00")
		if s := w.standing(runs.ID, sla.First); s.State != sla.None {
			t.Errorf("the first answer is still promised: %+v", s)
		}
		if s := w.standing(waits.ID, sla.Resolution); s.State != sla.Paused || s.Target != 4*time.Hour || s.Consumed != 2*time.Hour {
			t.Errorf("the one that waits stands %+v", s)
		}
		if got.Version != runs.Version {
			t.Errorf("judging anew moved the version to %d", got.Version)
		}
	})
}

func TestAnotherCalendarKeepsTheTimeUsed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		runs, waits := w.open(tickets.Normal), w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-19 10:00")) // six hours are used
		_, err := w.desk.Reply(w.as("theo"), waits.ID, tickets.Reply{Body: "Lequel ?", Then: tickets.WaitingRequester})
		must(t, err)
		all, err := w.engine.Policies(t.Context())
		must(t, err)
		onCall := all[0] // what is urgent is looked after day and night
		_, err = w.book.Put(people.As(t.Context(), people.System()), "astreinte", calendar.Spec{TZ: "Europe/Paris", Weekly: always()})
		must(t, err)
		onCall.Calendar, onCall.Targets[sla.Resolution] = "astreinte", 20*time.Hour
		must(t, w.change(onCall))

		urgent := tickets.Urgent
		for _, id := range []tickets.ID{runs.ID, waits.ID} {
			_, err := w.desk.Change(w.as("theo"), id, tickets.Change{Priority: &urgent})
			must(t, err)
		}
		if s := w.standing(runs.ID, sla.Resolution); s.Calendar != "astreinte" || s.Consumed != 6*time.Hour {
			t.Errorf("the one that runs stands %+v", s)
		}
		wantAt(t, "its resolution, in the night", w.get(runs.ID).ResolutionDueAt, "2026-11-20 00:00")
		w.clock.Set(paris(t, "2026-11-19 20:00"))
		_, err = w.desk.Reply(w.as("ann"), waits.ID, tickets.Reply{Body: "Celui-ci."})
		must(t, err)
		if s := w.standing(waits.ID, sla.Resolution); s.Calendar != "astreinte" || s.Consumed != 6*time.Hour {
			t.Errorf("the one that waited stands %+v", s)
		}
		wantAt(t, "its resolution", w.get(waits.ID).ResolutionDueAt, "2026-11-20 10:00")

		onCall.Calendar = calendar.Normandie // and nobody is on call any more
		must(t, w.change(onCall))
		must(t, w.engine.Rejudge(w.as("sam")))
		w.drain()
		if s := w.standing(runs.ID, sla.Resolution); s.Calendar != calendar.Normandie || s.Consumed != 16*time.Hour {
			t.Errorf("back on AMIGO's calendar it stands %+v", s)
		}
		wantAt(t, "its resolution, after four more hours", w.get(runs.ID).ResolutionDueAt, "2026-11-20 12:00")
		if why := w.broken(runs.ID, true); why != "" {
			t.Error(why)
		}
	})
}

// always is a week around the clock.
func always() calendar.Weekly {
	week := calendar.Weekly{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		week[day] = []calendar.Interval{{"00:00", "24:00"}}
	}
	return week
}

func TestAPreviewSaysWhatWouldMoveAndWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		runs, waits := w.open(tickets.Normal), w.open(tickets.Normal)
		_, err := w.desk.Reply(w.as("theo"), waits.ID, tickets.Reply{Body: "Lequel ?", Then: tickets.WaitingRequester})
		must(t, err)
		w.clock.Set(paris(t, "2028-07-04 16:00"))
		guess := w.open(tickets.Normal)
		before := w.written(runs.ID) + w.written(waits.ID) + w.written(guess.ID)

		spec, err := calendar.Named(calendar.Normandie)
		must(t, err)
		closes("2026-11-19")(&spec)
		spec.Exceptions = map[string][]calendar.Interval{"2026-11-18": {{"08:00", "12:00"}}}
		spec.KnownUntil = "2028-09-03"
		p, err := w.engine.Preview(w.as("sam"), calendar.Normandie, spec)
		must(t, err)
		if p.Promises != 5 || p.Later != 2 || p.Earlier != 0 || p.Settled != 2 || len(p.Sample) != 2 {
			t.Errorf("preview %+v", p)
		}
		if m := p.Sample[0]; m.Ticket != runs.ID || m.Promise != sla.Resolution || m.Subject != runs.Subject {
			t.Errorf("the first of the sample is %+v", m)
		} else {
			wantAt(t, "it moves to", m.After, "2026-11-23 14:00")
		}
		if after := w.written(runs.ID) + w.written(waits.ID) + w.written(guess.ID); after != before {
			t.Error("a preview has written")
		}
		w.wantLeft(0)
		if _, err := w.engine.Preview(w.as("sam"), calendar.Normandie, calendar.Spec{TZ: "Mars"}); !errors.Is(err, fault.Invalid) {
			t.Errorf("a definition that is wrong: %v", err)
		}
	})
}

func TestATargetOfTheTeamRunsOnTheTeamsCalendarWhileItHasTheTicket(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		teams, err := w.people.Teams(t.Context())
		must(t, err)
		var other people.TeamID
		for _, team := range teams {
			switch team.Slug {
			case "assistance-caen":
				must(t, w.people.SetCalendar(w.as("sam"), people.Place{Team: team.ID}, calendar.TechniciensCaen))
			case "reseau":
				other = team.ID
			}
		}
		all, err := w.engine.Policies(t.Context())
		must(t, err)
		p := all[2]
		p.Targets[sla.Internal], p.Pauses = 6*time.Hour, append(p.Pauses, sla.Internal)
		must(t, w.change(p))

		k := w.open(tickets.Normal) // Wednesday, 9:00: the technicians of Caen stay until 18:00
		s := w.standing(k.ID, sla.Internal)
		wantAt(t, "the team's", s.DueAt, "2026-11-18 15:00")
		wantAt(t, "due", k.DueAt, "2026-11-18 13:00")
		if s.Calendar != calendar.TechniciensCaen {
			t.Errorf("it runs on %s", s.Calendar)
		}
		w.clock.Set(paris(t, "2026-11-18 14:00"))
		_, err = w.desk.Assign(w.as("theo"), k.ID, tickets.Assign{Team: &other})
		must(t, err)
		s = w.standing(k.ID, sla.Internal)
		if wantAt(t, "the next team's", s.DueAt, "2026-11-19 14:00"); s.Calendar != calendar.Normandie || s.Consumed != 0 {
			t.Errorf("the next team's stands %+v", s)
		}
		if got := w.timers(k.ID, sla.Internal); got != "met 5h0m0s, running 0s" {
			t.Errorf("the teams' targets: %s", got)
		}
		w.clock.Set(paris(t, "2026-11-19 10:00"))
		_, err = w.desk.Reply(w.as("theo"), k.ID, tickets.Reply{Body: "Lequel ?", Then: tickets.WaitingRequester})
		must(t, err)
		if s := w.standing(k.ID, sla.Internal); s.State != sla.Paused || s.Consumed != 2*time.Hour {
			t.Errorf("while the ticket waits it stands %+v", s)
		}
		w.clock.Set(paris(t, "2026-11-20 08:00"))
		_, err = w.desk.Solve(w.as("theo"), k.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
		must(t, err)
		if got := w.timers(k.ID, sla.Internal); got != "met 5h0m0s, met 2h0m0s" {
			t.Errorf("the teams' targets, solved: %s", got)
		}
	})
}

func TestAPolicyKeepsItsPromisesWhenItIsRetired(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.open(tickets.Normal)
		must(t, w.engine.RetirePolicy(w.as("sam"), w.standing(k.ID, sla.First).Policy))
		w.clock.Set(paris(t, "2026-11-18 11:00"))
		_, err := w.desk.Reply(w.as("theo"), k.ID, tickets.Reply{Body: "Lequel ?", Then: tickets.WaitingRequester})
		must(t, err)
		if s := w.standing(k.ID, sla.Resolution); s.State != sla.Paused || s.Consumed != 2*time.Hour {
			t.Errorf("the resolution stands %+v", s)
		}
		if next := w.open(tickets.Normal); next.DueAt != nil {
			t.Errorf("a retired policy promised %v", next.DueAt)
		}
	})
}

// timers are all timers of a promise, with the time that they have used.
func (w *world) timers(id tickets.ID, name sla.PromiseName) string {
	w.t.Helper()
	var rows []struct {
		State       string
		UsedSeconds int64
	}
	must(w.t, w.db.Gorm(w.t.Context()).Table("timers").Where("ticket_id = ? AND promise = ?", id, name).Order("id").Find(&rows).Error)
	var all []string
	for _, r := range rows {
		all = append(all, r.State+" "+(time.Duration(r.UsedSeconds)*time.Second).String())
	}
	return strings.Join(all, ", ")
}
