package sla

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// escalate does what stands on the rungs that a timer has climbed: it is
// recorded, the ticket is raised and handed over, people are told. Of several
// levels the highest is told, to everyone of all of them; the others are passed.
// The timer has been saved before: what is done to the ticket moves it again.
func (e *Engine) escalate(ctx context.Context, t *Timer, climbed []Rung) error {
	ctx = people.As(ctx, people.System())
	ticket, err := e.desk.Get(ctx, t.Ticket)
	if err != nil {
		return err
	}
	child, err := e.follows(ctx, ticket)
	if err != nil {
		return err
	}
	passed, told, err := e.record(ctx, t, climbed, child)
	if err != nil || !told {
		return err
	}
	if err := e.desk.Escalate(ctx, ticket.ID, tickets.Escalation{Promise: string(t.Promise), Level: t.Level, Passed: passed}); err != nil {
		return err
	}
	if ticket, err = e.elevate(ctx, t, ticket, climbed); err != nil {
		return err
	}
	who, err := e.audience(ctx, ticket, climbed)
	if err != nil {
		return err
	}
	return e.alert(ctx, t, who)
}

// follows says whether a ticket only follows its parent, which is still open:
// then nobody is told of its promises, but of the parent's.
func (e *Engine) follows(ctx context.Context, t tickets.Ticket) (bool, error) {
	if t.Parent == 0 {
		return false, nil
	}
	parent, err := e.desk.Get(ctx, t.Parent)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && !parent.Status.Over(), err
}

// record writes down the levels climbed. told is false when nobody is to hear
// of the highest, because it was written down before or the ticket is silent.
func (e *Engine) record(ctx context.Context, t *Timer, climbed []Rung, silent bool) (passed []int, told bool, err error) {
	before := 0
	for _, rung := range climbed { // by rising level
		if rung.Level == before {
			continue
		}
		before = rung.Level
		highest := rung.Level == t.Level
		first, err := e.store.climb(ctx, t.ID, rung.Level, silent || !highest)
		switch {
		case err != nil:
			return nil, false, err
		case highest:
			told = first && !silent
		case first:
			passed = append(passed, rung.Level)
		}
	}
	return passed, told, nil
}

// elevate raises the priority, once for each rung that says so, and hands the
// ticket to the team of the highest rung that names one.
func (e *Engine) elevate(ctx context.Context, t *Timer, ticket tickets.Ticket, climbed []Rung) (tickets.Ticket, error) {
	up := tickets.Elevation{Level: t.Level}
	slug := ""
	for _, rung := range climbed {
		if rung.Raise {
			up.Raise++
		}
		if rung.Hand != "" {
			slug = rung.Hand
		}
	}
	if slug != "" {
		teams, err := e.people.Teams(ctx)
		if err != nil {
			return ticket, err
		}
		if i := slices.IndexFunc(teams, func(t people.Team) bool { return t.Slug == slug }); i >= 0 {
			up.Team = teams[i].ID
		} else {
			slog.WarnContext(ctx, "a policy hands tickets to a team that is not there", "policy", t.Policy, "team", slug)
		}
	}
	if up.Raise == 0 && up.Team == 0 {
		return ticket, nil
	}
	return e.desk.Elevate(ctx, ticket.ID, up)
}

// audience names the people of some rungs, each once.
func (e *Engine) audience(ctx context.Context, t tickets.Ticket, climbed []Rung) ([]people.ID, error) {
	var all []people.ID
	asked := map[Audience]bool{"": true}
	for _, rung := range climbed {
		if asked[rung.Tell] {
			continue
		}
		asked[rung.Tell] = true
		who, err := e.listeners(ctx, t, rung.Tell)
		if err != nil {
			return nil, err
		}
		for _, id := range who {
			if !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	return all, nil
}

// listeners are the people of an audience. A ticket that nobody has, or whose
// assignee is away and has nobody in their place, is the team's.
func (e *Engine) listeners(ctx context.Context, t tickets.Ticket, a Audience) ([]people.ID, error) {
	now := e.db.Now(ctx)
	switch a {
	case TellSupervisors:
		return e.supervisors(ctx, now)
	case TellAssignee:
		who, err := e.people.StandIn(ctx, t.Assignee, now)
		if err != nil {
			return nil, err
		}
		if who != 0 {
			return []people.ID{who}, nil
		}
	}
	return e.team(ctx, t.Team, now)
}

// team are the members of a team who are there; when nobody is, all of them and
// the supervisors.
func (e *Engine) team(ctx context.Context, team people.TeamID, now time.Time) ([]people.ID, error) {
	var members []people.Person
	var err error
	if team != 0 {
		if members, err = e.people.Staff(ctx, people.Technician, team); err != nil {
			return nil, err
		}
	}
	all := idsOf(members)
	away, err := e.people.Away(ctx, all, now)
	if err != nil {
		return nil, err
	}
	there := slices.DeleteFunc(slices.Clone(all), func(id people.ID) bool { _, gone := away[id]; return gone })
	if len(there) > 0 {
		return there, nil
	}
	supervisors, err := e.supervisors(ctx, now)
	return append(all, supervisors...), err
}

// supervisors are the supervisors who are there, and the deputies of those who
// are not; all of them when nobody is. Administrators, who may all that
// supervisors may, are left to their own work unless there is nobody else.
func (e *Engine) supervisors(ctx context.Context, now time.Time) ([]people.ID, error) {
	staff, err := e.people.Staff(ctx, people.Supervisor, 0)
	if err != nil {
		return nil, err
	}
	only := slices.DeleteFunc(slices.Clone(staff), func(p people.Person) bool { return p.Role != people.Supervisor })
	if len(only) == 0 {
		only = staff
	}
	var there []people.ID
	for _, id := range idsOf(only) {
		who, err := e.people.StandIn(ctx, id, now)
		if err != nil {
			return nil, err
		}
		if who != 0 && !slices.Contains(there, who) {
			there = append(there, who)
		}
	}
	if len(there) == 0 {
		return idsOf(only), nil
	}
	return there, nil
}

func idsOf(all []people.Person) []people.ID {
	ids := make([]people.ID, 0, len(all))
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	return ids
}
