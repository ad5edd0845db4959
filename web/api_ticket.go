package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

func (a *apiServer) installTickets(api huma.API) {
	create := operation(http.MethodPost, "/tickets", "openTicket", "Open a ticket")
	create.DefaultStatus = http.StatusCreated
	huma.Register(api, create, a.openTicket)
	huma.Register(api, operation(http.MethodGet, "/tickets", "listTickets", "List the tickets that the person may see"), a.listTickets)
	huma.Register(api, operation(http.MethodGet, "/tickets/{ref}", "getTicket", "Read a ticket"), a.getTicket)
	huma.Register(api, operation(http.MethodPatch, "/tickets/{ref}", "changeTicket", "Change a ticket"), a.changeTicket)
	huma.Register(api, operation(http.MethodGet, "/tickets/{ref}/events", "listEvents", "Read what happened to a ticket"), a.listEvents)
}

// openBody is what opens a ticket.
type openBody struct {
	Subject       string           `json:"subject" minLength:"1" maxLength:"200"`
	Body          string           `json:"body" minLength:"1" maxLength:"100000"`
	Type          tickets.Type     `json:"type,omitempty" enum:"incident,request" doc:"An incident, if nothing is said."`
	Category      string           `json:"category,omitempty" maxLength:"100"`
	Service       string           `json:"service,omitempty" maxLength:"100" doc:"Slug of the service."`
	Priority      tickets.Priority `json:"priority,omitempty" enum:"low,normal,high,urgent" doc:"Normal, if nothing is said."`
	Requester     string           `json:"requester,omitempty" maxLength:"200" doc:"uid of the person who needs help; the person of the token, if nothing is said."`
	Establishment string           `json:"establishment,omitempty" maxLength:"8" doc:"UAI code."`
	Attachments   []int64          `json:"attachments,omitempty" maxItems:"20" doc:"Ids of files posted before."`
}

type openInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"The same key and body give the same ticket; another body under it is refused."`
	Body openBody
}

func (a *apiServer) openTicket(ctx context.Context, in *openInput) (*created[apiTicket], error) {
	b := in.Body
	c := tickets.Open{
		Type: b.Type, Subject: b.Subject, Body: b.Body, Priority: b.Priority, Service: b.Service, Category: b.Category,
		Establishment: b.Establishment, Attachments: attachmentIDs(b.Attachments), IdempotencyKey: in.Key,
	}
	if in.Key != "" {
		c.BodyHash = digest(b)
	}
	if b.Requester != "" {
		who, err := a.personNamed(ctx, "requester", b.Requester)
		if err != nil {
			return nil, failed(ctx, err)
		}
		c.Requester = who
	}
	t, err := a.Desk.Open(ctx, c)
	if err != nil {
		return nil, failed(ctx, err)
	}
	view, err := a.apiTickets(ctx, []tickets.Ticket{t})
	if err != nil {
		return nil, failed(ctx, err)
	}
	return &created[apiTicket]{Location: apiRoot + "/tickets/" + t.ID.Ref(), Body: view[0]}, nil
}

// digest tells two bodies apart by what they say, not by how it is spelled.
func digest(b openBody) string {
	text, err := json.Marshal(b)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func attachmentIDs(ids []int64) []tickets.AttachmentID {
	all := make([]tickets.AttachmentID, 0, len(ids))
	for _, id := range ids {
		all = append(all, tickets.AttachmentID(id))
	}
	return all
}

// personNamed finds whom a field names by uid; nobody is that field's fault.
func (a *apiServer) personNamed(ctx context.Context, field, uid string) (people.ID, error) {
	p, err := a.People.ByUID(ctx, uid)
	if errors.Is(err, fault.NotFound) || err == nil && p.Kind == people.SystemAccount {
		return 0, fault.Fields{field: fault.Say("web.api.nobody", "UID", uid)}
	}
	return p.ID, err
}

// teamNamed finds the team of a queue by its slug.
func (a *apiServer) teamNamed(ctx context.Context, slug string) (people.TeamID, error) {
	teams, err := a.People.Teams(ctx)
	if err != nil {
		return 0, err
	}
	for _, t := range teams {
		if t.Slug == slug {
			return t.ID, nil
		}
	}
	return 0, fault.Fields{"queue": fault.Say("web.api.no_queue", "Queue", slug)}
}

type listInput struct {
	Status   []string         `query:"status" enum:"new,open,waiting_requester,waiting_third_party,solved,closed" doc:"One or several, by comma."`
	Queue    string           `query:"queue" maxLength:"100"`
	Assignee string           `query:"assignee" maxLength:"200" doc:"uid; none for nobody's."`
	Category string           `query:"category" maxLength:"100"`
	Service  string           `query:"service" maxLength:"100"`
	Priority tickets.Priority `query:"priority" enum:"low,normal,high,urgent"`
	Q        string           `query:"q" maxLength:"500" doc:"Words, quoted phrases, or a reference."`
	Sort     string           `query:"sort" maxLength:"40" doc:"due_at, created_at, updated_at; a leading minus turns it round."`
	Limit    int              `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor   string           `query:"cursor" maxLength:"400"`
}

func (a *apiServer) listTickets(ctx context.Context, in *listInput) (*of[list[apiTicket]], error) {
	f := tickets.Filter{
		Category: in.Category, Service: in.Service, Priority: in.Priority, Text: in.Q,
		Sort: tickets.Sort(in.Sort), Limit: in.Limit, Cursor: in.Cursor,
	}
	for _, status := range in.Status {
		f.Statuses = append(f.Statuses, tickets.Status(status))
	}
	var err error
	if in.Queue != "" {
		if f.Team, err = a.teamNamed(ctx, in.Queue); err != nil {
			return nil, failed(ctx, err)
		}
	}
	switch in.Assignee {
	case "":
	case "none":
		f.Unassigned = true
	default:
		if f.Assignee, err = a.personNamed(ctx, "assignee", in.Assignee); err != nil {
			return nil, failed(ctx, err)
		}
	}
	page, err := a.Desk.List(ctx, f)
	if err != nil {
		return nil, failed(ctx, err)
	}
	items, err := a.apiTickets(ctx, page.Tickets)
	if err != nil {
		return nil, failed(ctx, err)
	}
	answer := listOf(items, page.Next)
	return &answer, nil
}

// apiRef names a ticket. What is no reference names nothing.
type apiRef string

func (r apiRef) id() (tickets.ID, error) {
	id, ok := tickets.ParseRef(string(r))
	if !ok {
		return 0, fmt.Errorf("ticket %q: %w", string(r), fault.NotFound)
	}
	return id, nil
}

type refInput struct {
	Ref apiRef `path:"ref" maxLength:"40" example:"12345"`
}

func (a *apiServer) getTicket(ctx context.Context, in *refInput) (*of[apiTicket], error) {
	id, err := in.Ref.id()
	if err != nil {
		return nil, failed(ctx, err)
	}
	t, err := a.Desk.Get(ctx, id)
	return a.answer(ctx, t, err)
}

// answer writes a ticket, or why there is none.
func (a *apiServer) answer(ctx context.Context, t tickets.Ticket, err error) (*of[apiTicket], error) {
	if err != nil {
		return nil, failed(ctx, err)
	}
	view, err := a.apiTickets(ctx, []tickets.Ticket{t})
	if err != nil {
		return nil, failed(ctx, err)
	}
	return &of[apiTicket]{view[0]}, nil
}

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

// pointer is nil for what was not sent, and points to nothing ("") for null.
func (s sent[T]) pointer() *T {
	if !s.There {
		return nil
	}
	return &s.Value
}

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
	all, err := a.Desk.Events(ctx, id)
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
	who, err := a.People.GetMany(ctx, actors)
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
