package web

import (
	"context"
	"strconv"

	"amigo/app/people"
	"amigo/tickets"
)

type pageInput struct {
	Ref    apiRef `path:"ref" maxLength:"40" example:"12345"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"40"`
}

// after reads a cursor that is the id of what came last.
func (in pageInput) after() (int64, error) {
	if in.Cursor == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(in.Cursor, 10, 64)
	if err != nil || n < 1 {
		return 0, tickets.ErrCursor
	}
	return n, nil
}

func (a *apiServer) listEvents(ctx context.Context, in *pageInput) (*of[list[apiEvent]], error) {
	id, err := in.Ref.id()
	if err != nil {
		return nil, failed(ctx, err)
	}
	after, err := in.after()
	if err != nil {
		return nil, failed(ctx, err)
	}
	// One more than asked for tells whether there is a rest.
	all, err := a.Desk.EventsPage(ctx, id, after, in.Limit+1)
	if err != nil {
		return nil, failed(ctx, err)
	}
	page, next := cut(all, after, in.Limit, func(e tickets.Event) int64 { return e.ID })
	items, err := a.apiEvents(ctx, page)
	if err != nil {
		return nil, failed(ctx, err)
	}
	answer := listOf(items, next)
	return &answer, nil
}

// cut gives the part of a list behind an id, and the cursor of the rest.
func cut[T any](all []T, after int64, limit int, id func(T) int64) (page []T, next string) {
	for len(all) > 0 && id(all[0]) <= after {
		all = all[1:]
	}
	if len(all) <= limit {
		return all, ""
	}
	return all[:limit], strconv.FormatInt(id(all[limit-1]), 10)
}

func (a *apiServer) apiEvents(ctx context.Context, all []tickets.Event) ([]apiEvent, error) {
	actors := make([]people.ID, 0, len(all))
	for _, e := range all {
		actors = append(actors, e.Actor)
	}
	who, err := a.People.Cards(ctx, actors)
	if err != nil {
		return nil, err
	}
	items := make([]apiEvent, 0, len(all))
	for _, e := range all {
		p := who[e.Actor]
		v := apiEvent{ID: e.ID, At: e.At, Kind: e.What, Actor: apiPerson{UID: p.UID, Name: p.Name}, Changes: e.Changes, Promise: e.Data["promise"]}
		if v.Changes == nil {
			v.Changes = map[string][2]string{}
		}
		v.Level, _ = strconv.Atoi(e.Data["level"])
		items = append(items, v)
	}
	return items, nil
}
