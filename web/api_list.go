package web

import (
	"context"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"amigo/tickets"
)

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

// Resolve takes the statuses of a parameter that is repeated: status=new&status=open
// asks for the same as status=new,open.
func (in *listInput) Resolve(ctx huma.Context) (wrong []error) {
	address := ctx.URL()
	given := address.Query()["status"]
	for _, text := range given[min(len(given), 1):] {
		for status := range strings.SplitSeq(text, ",") {
			if !tickets.Status(status).Valid() {
				wrong = append(wrong, &huma.ErrorDetail{Message: "expected one of the statuses", Location: fmt.Sprintf("query.status[%d]", len(in.Status)), Value: status})
			}
			in.Status = append(in.Status, status)
		}
	}
	return wrong
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
