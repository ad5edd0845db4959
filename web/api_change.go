package web

import (
	"context"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// changeBody is what changes of a ticket; what is left out stays.
type changeBody struct {
	Version  int              `json:"version" minimum:"1" doc:"The version that was read."`
	Status   tickets.Status   `json:"status,omitempty" enum:"new,open,waiting_requester,waiting_third_party,solved,closed"`
	Type     tickets.Type     `json:"type,omitempty" enum:"incident,request"`
	Priority tickets.Priority `json:"priority,omitempty" enum:"low,normal,high,urgent"`
	Assignee sent[string]     `json:"assignee,omitempty" doc:"uid, or null for nobody."`
	Queue    string           `json:"queue,omitempty" maxLength:"100"`
	Category sent[string]     `json:"category,omitempty"`
	Service  sent[string]     `json:"service,omitempty"`
	Solution string           `json:"solution,omitempty" maxLength:"100000" doc:"Public; with status solved."`
	Outcome  string           `json:"outcome,omitempty" maxLength:"40" doc:"With status solved."`
	Cause    string           `json:"cause,omitempty" maxLength:"40" doc:"With status solved."`
}

type changeInput struct {
	Ref  apiRef `path:"ref" maxLength:"40" example:"12345"`
	Body changeBody
}

func (a *apiServer) changeTicket(ctx context.Context, in *changeInput) (*of[apiTicket], error) {
	id, err := in.Ref.id()
	if err != nil {
		return nil, failed(ctx, err)
	}
	// Who may not see the ticket learns nothing from what is wrong with the change.
	if _, err := a.Desk.Get(ctx, id); err != nil {
		return nil, failed(ctx, err)
	}
	c, err := a.changeOf(ctx, in.Body)
	if err != nil {
		return nil, failed(ctx, err)
	}
	t, err := a.Desk.Change(ctx, id, c)
	return a.answer(ctx, t, err)
}

func (a *apiServer) changeOf(ctx context.Context, b changeBody) (c tickets.Change, err error) {
	c = tickets.Change{Version: b.Version, Category: b.Category.pointer(), Service: b.Service.pointer()}
	c.Solve = tickets.Solve{Solution: b.Solution, Outcome: b.Outcome, Cause: b.Cause}
	if err := b.solvingOnly(); err != nil {
		return c, err
	}
	if b.Status != "" {
		c.Status = &b.Status
	}
	if b.Type != "" {
		c.Type = &b.Type
	}
	if b.Priority != "" {
		c.Priority = &b.Priority
	}
	if b.Queue != "" {
		team, err := a.teamNamed(ctx, b.Queue)
		if err != nil {
			return c, err
		}
		c.Team = &team
	}
	if b.Assignee.There {
		nobody := people.ID(0)
		c.Assignee = &nobody
		if !b.Assignee.Null && b.Assignee.Value != "" {
			*c.Assignee, err = a.personNamed(ctx, "assignee", b.Assignee.Value)
		}
	}
	return c, err
}

// solvingOnly refuses what would be lost unless the ticket is solved.
func (b changeBody) solvingOnly() error {
	wrong := fault.Fields{}
	for field, value := range map[string]string{"solution": b.Solution, "outcome": b.Outcome, "cause": b.Cause} {
		if value != "" && b.Status != tickets.Solved {
			wrong.Add(field, "web.api.solving_only")
		}
	}
	return wrong.Err()
}
