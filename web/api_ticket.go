package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

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
	text, _ := json.Marshal(b) // words and numbers: it cannot fail
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
