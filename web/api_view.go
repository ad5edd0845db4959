package web

import (
	"context"
	"maps"
	"slices"
	"time"

	"amigo/app/people"
	"amigo/sla"
	"amigo/tickets"
)

// apiTicket is a ticket as programs read it. Instants are RFC 3339 in UTC.
type apiTicket struct {
	Ref           int64                   `json:"ref" doc:"Shown to people as AMIGO #12345."`
	Subject       string                  `json:"subject"`
	Type          tickets.Type            `json:"type" enum:"incident,request"`
	Status        tickets.Status          `json:"status" enum:"new,open,waiting_requester,waiting_third_party,solved,closed"`
	Priority      tickets.Priority        `json:"priority" enum:"low,normal,high,urgent"`
	Channel       people.Channel          `json:"channel" enum:"web,mail,phone,api,guest"`
	Queue         string                  `json:"queue" doc:"Slug of the team."`
	Category      *string                 `json:"category"`
	Service       *string                 `json:"service"`
	Site          *string                 `json:"site"`
	Requester     apiPerson               `json:"requester"`
	ReportedBy    apiPerson               `json:"reported_by"`
	Establishment maybe[apiEstablishment] `json:"establishment"`
	Assignee      maybe[apiPerson]        `json:"assignee"`

	CreatedAt          time.Time  `json:"created_at"`
	FirstResponseDueAt *time.Time `json:"first_response_due_at"`
	NextResponseDueAt  *time.Time `json:"next_response_due_at"`
	ResolutionDueAt    *time.Time `json:"resolution_due_at"`
	DueAt              *time.Time `json:"due_at" doc:"The earliest that is unmet."`
	Provisional        bool       `json:"provisional" doc:"These dates lie on days for which no opening hours are published yet; they may move."`
	FirstRespondedAt   *time.Time `json:"first_responded_at"`
	SolvedAt           *time.Time `json:"solved_at"`
	ClosedAt           *time.Time `json:"closed_at"`

	SLA     apiSLA  `json:"sla" doc:"How the promise of resolution stands."`
	Outcome *string `json:"outcome"`
	Cause   *string `json:"cause"`
	Impact  *string `json:"impact" enum:"one,some,all" doc:"How many are hit: one person, some, everybody of a place. With the urgency it gives the priority."`
	Urgency *string `json:"urgency" enum:"later,soon,now"`

	Tags    []string `json:"tags" nullable:"false" doc:"Slugs; staff only, for others there are none."`
	Version int      `json:"version" doc:"Give it back with a change; another one is a conflict."`
}

// apiSLA is how a promise stands, in whole minutes of working time.
type apiSLA struct {
	State           sla.State `json:"state" enum:"running,paused,met,breached,none"`
	ConsumedMinutes int64     `json:"consumed_minutes"`
	TargetMinutes   int64     `json:"target_minutes"`
}

// apiTickets writes tickets with the names of everybody and everything in them.
func (a *apiServer) apiTickets(ctx context.Context, all []tickets.Ticket) ([]apiTicket, error) {
	ids, persons := make([]tickets.ID, 0, len(all)), make([]people.ID, 0, 3*len(all))
	for _, t := range all {
		ids = append(ids, t.ID)
		persons = append(persons, t.Requester, t.ReportedBy, t.Assignee)
	}
	who, err := a.People.Cards(ctx, persons)
	if err != nil {
		return nil, err
	}
	stands, err := a.Engine.Standings(ctx, ids)
	if err != nil {
		return nil, err
	}
	queues, err := a.queues(ctx)
	if err != nil {
		return nil, err
	}
	schools, err := a.schools(ctx, all)
	if err != nil {
		return nil, err
	}
	tags, err := a.Desk.TagsOf(ctx, ids...)
	if err != nil {
		return nil, err
	}
	items := make([]apiTicket, 0, len(all))
	for _, t := range all {
		v := viewTicket(t, who)
		for _, tag := range tags[t.ID] {
			v.Tags = append(v.Tags, tag.Slug)
		}
		v.Queue, v.Establishment.thing = queues[t.Team], schools[t.Establishment]
		v.SLA = viewSLA(sla.Of(stands[t.ID], sla.Resolution))
		items = append(items, v)
	}
	return items, nil
}

func viewTicket(t tickets.Ticket, who map[people.ID]people.Person) apiTicket {
	v := apiTicket{
		Ref: int64(t.ID), Subject: t.Subject, Type: t.Type, Status: t.Status, Priority: t.Priority, Channel: t.Channel,
		Category: orNull(t.Category), Service: orNull(t.Service), Site: orNull(t.Site),
		Requester: named(who[t.Requester]), ReportedBy: named(who[t.ReportedBy]),
		CreatedAt: t.CreatedAt, FirstResponseDueAt: t.FirstResponseDueAt, NextResponseDueAt: t.NextResponseDueAt,
		ResolutionDueAt: t.ResolutionDueAt, DueAt: t.DueAt, Provisional: t.Provisional, FirstRespondedAt: t.FirstRespondedAt, SolvedAt: t.SolvedAt, ClosedAt: t.ClosedAt,
		Outcome: orNull(t.Outcome), Cause: orNull(t.Cause), Impact: orNull(string(t.Impact)), Urgency: orNull(string(t.Urgency)),
		Tags: []string{}, Version: t.Version,
	}
	if t.Assignee != 0 {
		assignee := named(who[t.Assignee])
		v.Assignee.thing = &assignee
	}
	return v
}

func viewSLA(s sla.Standing) apiSLA {
	return apiSLA{State: s.State, ConsumedMinutes: int64(s.Consumed / time.Minute), TargetMinutes: int64(s.Target / time.Minute)}
}

func named(p people.Person) apiPerson { return apiPerson{p.UID, p.Name, p.Email} }

// queues names the teams.
func (a *apiServer) queues(ctx context.Context) (map[people.TeamID]string, error) {
	teams, err := a.People.Teams(ctx)
	names := make(map[people.TeamID]string, len(teams))
	for _, t := range teams {
		names[t.ID] = t.Slug
	}
	return names, err
}

// schools names the establishments of some tickets. One that the directory has
// forgotten keeps its code.
func (a *apiServer) schools(ctx context.Context, all []tickets.Ticket) (map[string]*apiEstablishment, error) {
	names := map[string]*apiEstablishment{}
	for _, t := range all {
		if t.Establishment != "" {
			names[t.Establishment] = &apiEstablishment{UAI: t.Establishment}
		}
	}
	found, err := a.People.EstablishmentsMany(ctx, slices.Sorted(maps.Keys(names)))
	for uai, e := range found {
		names[uai].Name = e.Name
	}
	return names, err
}

// apiMessage is something said on a ticket.
type apiMessage struct {
	ID          int64           `json:"id"`
	Author      apiPerson       `json:"author"`
	Internal    bool            `json:"internal"`
	Body        string          `json:"body"`
	CreatedAt   time.Time       `json:"created_at"`
	Attachments []apiAttachment `json:"attachments" nullable:"false"`
}

// apiAttachment is a file of a message.
type apiAttachment struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size" doc:"Bytes."`
}

func (a *apiServer) apiMessages(ctx context.Context, all []tickets.Message) ([]apiMessage, error) {
	authors := make([]people.ID, 0, len(all))
	for _, m := range all {
		authors = append(authors, m.Author)
	}
	who, err := a.People.Cards(ctx, authors)
	if err != nil {
		return nil, err
	}
	items := make([]apiMessage, 0, len(all))
	for _, m := range all {
		p := who[m.Author]
		v := apiMessage{
			ID: int64(m.ID), Author: apiPerson{UID: p.UID, Name: p.Name}, Internal: m.Internal, Body: m.Body,
			CreatedAt: m.CreatedAt, Attachments: []apiAttachment{},
		}
		for _, f := range m.Attachments {
			v.Attachments = append(v.Attachments, apiAttachment{int64(f.ID), f.Name, f.Type, f.Size})
		}
		items = append(items, v)
	}
	return items, nil
}

// apiEvent is one line of a ticket's history.
type apiEvent struct {
	ID      int64                `json:"id"`
	At      time.Time            `json:"at"`
	Kind    tickets.What         `json:"kind"`
	Actor   apiPerson            `json:"actor"`
	Changes map[string][2]string `json:"changes" nullable:"false" doc:"Field: before, after."`
	Level   int                  `json:"level,omitempty" doc:"Of an escalation: percent of the target used."`
	Promise string               `json:"promise,omitempty" doc:"Of an escalation: first, next or resolution."`
}
