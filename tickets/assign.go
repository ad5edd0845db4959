package tickets

import (
	"context"

	"amigo/app/fault"
	"amigo/app/people"
)

// Assign gives a ticket to a person, a team, or both; Version 0 means as it is now.
type Assign struct {
	Version  int
	Assignee *people.ID // nil: unchanged; 0: nobody
	Team     *people.TeamID
}

// Assign gives a ticket to somebody; a new one is open then. Staff only. Fields:
// assignee (not a technician, or not any more), team.
func (d *Desk) Assign(ctx context.Context, id ID, c Assign) (t Ticket, err error) {
	defer fault.Wrap(&err, "ticket %d: assign", id)
	return d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toTransfer); err != nil {
			return err
		}
		if err := w.expect(ctx, c.Version); err != nil {
			return err
		}
		return w.assign(ctx, c.Assignee, c.Team)
	})
}

func (w *turn) assign(ctx context.Context, assignee *people.ID, team *people.TeamID) error {
	f := fault.Fields{}
	do := toTransfer
	if assignee != nil && *assignee != 0 {
		do = toAssign
		if err := w.checkAssignee(ctx, f, *assignee); err != nil {
			return err
		}
	}
	if team != nil {
		if err := w.meetTeams(ctx); err != nil {
			return err
		}
		if w.known.team(*team).ID == 0 {
			f.Add("team", "tickets.field.choose")
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	before := w.t
	if assignee != nil {
		w.t.Assignee = *assignee
	}
	if team != nil {
		w.t.Team = *team
	}
	if w.t.Assignee == before.Assignee && w.t.Team == before.Team {
		return nil
	}
	if err := w.begin(do); err != nil {
		return err
	}
	w.happens(WasAssigned, nil)
	return nil
}

// checkAssignee refuses whoever does not work tickets.
func (w *turn) checkAssignee(ctx context.Context, f fault.Fields, id people.ID) error {
	p, err := w.person(ctx, id)
	if err != nil {
		return err
	}
	if p.Kind != people.Member || p.DisabledAt != nil || !p.Role.AtLeast(people.Technician) {
		f.Add("assignee", "tickets.field.assignee")
	}
	return nil
}
