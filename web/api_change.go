package web

import (
	"context"
	"slices"

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

	Subject       string          `json:"subject,omitempty" maxLength:"200"`
	Requester     string          `json:"requester,omitempty" maxLength:"200" doc:"uid of the person who needs help."`
	Establishment sent[string]    `json:"establishment,omitempty" doc:"UAI code, or null for the requester's main one."`
	Impact        tickets.Impact  `json:"impact,omitempty" enum:"one,some,all" doc:"With the urgency it gives the priority, unless one is sent."`
	Urgency       tickets.Urgency `json:"urgency,omitempty" enum:"later,soon,now"`
	Tags          []string        `json:"tags,omitempty" maxItems:"20" doc:"All that the ticket shall have, by name or slug."`

	Solution string `json:"solution,omitempty" maxLength:"100000" doc:"Public; with status solved."`
	Outcome  string `json:"outcome,omitempty" maxLength:"40" doc:"With status solved."`
	Cause    string `json:"cause,omitempty" maxLength:"40" doc:"With status solved."`
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
	c, err := a.changeOf(ctx, id, in.Body)
	if err != nil {
		return nil, failed(ctx, err)
	}
	t, err := a.Desk.Change(ctx, id, c)
	return a.answer(ctx, t, err)
}

func (a *apiServer) changeOf(ctx context.Context, id tickets.ID, b changeBody) (c tickets.Change, err error) {
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
	if c.Assignee, err = a.assigneeOf(ctx, b.Assignee); err != nil {
		return c, err
	}
	return c, a.factsOf(ctx, id, b, &c)
}

// assigneeOf is to whom a ticket goes: somebody, nobody, or nil for whom it has.
func (a *apiServer) assigneeOf(ctx context.Context, s sent[string]) (*people.ID, error) {
	if !s.There {
		return nil, nil
	}
	nobody := people.ID(0)
	if s.Null || s.Value == "" {
		return &nobody, nil
	}
	id, err := a.personNamed(ctx, "assignee", s.Value)
	return &id, err
}

// factsOf adds to a change what it says of the ticket itself.
func (a *apiServer) factsOf(ctx context.Context, id tickets.ID, b changeBody, c *tickets.Change) error {
	c.Establishment = b.Establishment.pointer()
	if b.Subject != "" {
		c.Subject = &b.Subject
	}
	if b.Impact != "" {
		c.Impact = &b.Impact
	}
	if b.Urgency != "" {
		c.Urgency = &b.Urgency
	}
	if b.Requester != "" {
		who, err := a.personNamed(ctx, "requester", b.Requester)
		if err != nil {
			return err
		}
		c.Requester = &who
	}
	if b.Tags == nil {
		return nil
	}
	has, err := a.Desk.TagsOf(ctx, id)
	c.Tags = &tickets.TagChange{Add: b.Tags}
	for _, tag := range has[id] {
		if !slices.ContainsFunc(b.Tags, func(name string) bool { return tickets.Slug(name) == tag.Slug }) {
			c.Tags.Remove = append(c.Tags.Remove, tag.Slug)
		}
	}
	return err
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
