package sla

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// What a policy may say at most.
const (
	MaxPolicyName = 100                  // characters
	MaxTarget     = 366 * 24 * time.Hour // of working time
	MaxLevel      = 1000                 // percent of a target
	MaxRungs      = 40                   // of one ladder
	maxValues     = 200                  // accepted values of one condition
)

// checked is a policy as it is kept, its rungs by rising level, or fault.Fields
// about what is wrong with it, its rungs numbered as they were given.
func (e *Engine) checked(ctx context.Context, p Policy) (Policy, error) {
	f := fault.Fields{}
	p.Name = strings.TrimSpace(p.Name)
	switch {
	case p.Name == "":
		f.Add("name", "sla.field.required")
	case utf8.RuneCountInString(p.Name) > MaxPolicyName:
		f.Add("name", "sla.field.long", "Max", MaxPolicyName)
	}
	checkTargets(f, p.Targets)
	for _, name := range p.Pauses {
		if !slices.Contains(Promises[:], name) {
			f.Add("pauses", "sla.field.choose")
		}
	}
	err := errors.Join(e.checkCalendar(ctx, f, p), e.checkConditions(ctx, f, p.Conditions), e.checkLadder(ctx, f, p.Ladder))
	if err != nil {
		return p, err
	}
	if p.Conditions == nil {
		p.Conditions = map[string][]string{}
	}
	p.Pauses = append([]PromiseName{}, p.Pauses...)
	p.Ladder = slices.Clone(p.Ladder)
	slices.SortStableFunc(p.Ladder, func(a, b Rung) int { return cmp.Compare(a.Level, b.Level) })
	return p, f.Err()
}

// checkTargets asks for one target at least, of whole minutes, and for an answer
// before the solution.
func checkTargets(f fault.Fields, targets map[PromiseName]time.Duration) {
	if len(targets) == 0 {
		f.Add("targets", "sla.field.target_missing")
	}
	for name, target := range targets {
		switch {
		case !slices.Contains(Promises[:], name):
			f.Add("targets", "sla.field.choose")
		case target < time.Minute || target%time.Minute != 0:
			f.Add("target."+string(name), "sla.field.minutes")
		case target > MaxTarget:
			f.Add("target."+string(name), "sla.field.target_long", "Max", int(MaxTarget/time.Hour))
		}
	}
	if end, promised := targets[Resolution]; promised && targets[First] > end {
		f.Add("target."+string(First), "sla.field.first_late")
	}
}

// checkCalendar asks for a calendar that is there.
func (e *Engine) checkCalendar(ctx context.Context, f fault.Fields, p Policy) error {
	_, err := e.book.Current(ctx, p.Calendar)
	if errors.Is(err, fault.NotFound) {
		f.Add("calendar", "sla.field.calendar")
		return nil
	}
	return err
}

// checkLadder asks for rungs that somebody can climb, in any order, and each of
// which does something. A level may stand there several times, to tell several
// audiences; but people are told once, and one team gets the ticket.
func (e *Engine) checkLadder(ctx context.Context, f fault.Fields, ladder []Rung) error {
	teams, err := e.people.Teams(ctx)
	if err != nil {
		return err
	}
	if len(ladder) > MaxRungs {
		f.Add("ladder", "sla.field.rungs_many", "Max", MaxRungs)
		return nil
	}
	for i, r := range ladder {
		known := r.Hand == "" || slices.ContainsFunc(teams, func(t people.Team) bool { return t.Slug == r.Hand })
		refuse := func(key string) { f.Add("ladder", key, "Rung", i+1, "Level", r.Level, "Max", MaxLevel) }
		switch {
		case r.Level < 1 || r.Level > MaxLevel:
			refuse("sla.field.level")
		case !slices.Contains([]Audience{"", TellAssignee, TellTeam, TellSupervisors}, r.Tell) || !known:
			refuse("sla.field.rung_choose")
		case r.Tell == "" && !r.Raise && r.Hand == "":
			refuse("sla.field.idle")
		case slices.ContainsFunc(ladder[:i], r.repeats):
			refuse("sla.field.rung_twice")
		}
	}
	return nil
}

// repeats says whether another rung of the same level tells the same people or
// hands the ticket over as well, or does all the same.
func (r Rung) repeats(o Rung) bool {
	return r.Level == o.Level && (r == o || r.Tell != "" && r.Tell == o.Tell || r.Hand != "" && o.Hand != "")
}

// checkConditions asks for conditions that this program knows, and for values
// that a ticket can have.
func (e *Engine) checkConditions(ctx context.Context, f fault.Fields, all map[string][]string) error {
	for name, accepted := range all {
		field := "condition." + name
		possible, open, err := e.possible(ctx, name)
		switch {
		case err != nil:
			return err
		case !slices.Contains(Conditions[:], name):
			f.Add(field, "sla.field.condition", "Name", name)
		case len(accepted) == 0 || len(accepted) > maxValues:
			f.Add(field, "sla.field.choose")
		}
		for _, v := range accepted {
			if strings.TrimSpace(v) == "" || !open && !slices.Contains(possible, v) {
				f.Add(field, "sla.field.value", "Value", v)
			}
		}
	}
	return nil
}

// possible lists the values that a ticket can have of a condition. A condition
// is open where people write the values themselves: a category, and a period
// that the next school year may bring.
func (e *Engine) possible(ctx context.Context, condition string) (values []string, open bool, err error) {
	switch condition {
	case "type":
		values = texts(tickets.Types[:])
	case "priority":
		values = texts(tickets.Priorities[:])
	case "channel":
		values = texts([]people.Channel{people.Web, people.Mail, people.Phone, people.API, people.PublicForm})
	case "role":
		values = texts(people.Roles[:])
	case "site":
		sites, err := e.people.Sites(ctx)
		for _, s := range sites {
			values = append(values, s.Code)
		}
		return values, false, err
	case "service":
		services, err := e.desk.Services(ctx)
		for _, s := range services {
			values = append(values, s.Slug)
		}
		return values, false, err
	case "establishment":
		return people.SchoolKinds(), false, nil
	}
	return values, condition == "category" || condition == "period", nil
}

func texts[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = string(v)
	}
	return out
}
