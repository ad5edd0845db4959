package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"amigo/app/people"
	"amigo/tickets"
)

// listInput is what a list can be asked for. It is read by [tickets.ParseFilter],
// as the queue's own address is; what stands here describes it, and refuses what
// is none of its words. Values stand side by side with commas, or in several
// parameters of one name.
type listInput struct {
	Status        []string `query:"status" enum:"new,open,waiting_requester,waiting_third_party,solved,closed" doc:"One or several, by comma; so may all others that say so."`
	Type          []string `query:"type" enum:"incident,request" doc:"One or several."`
	Priority      []string `query:"priority" enum:"low,normal,high,urgent" doc:"One or several."`
	Channel       []string `query:"channel" enum:"web,mail,phone,api,guest" doc:"One or several."`
	Queue         []string `query:"queue" doc:"Slugs of teams; me for those of the person of the token."`
	Assignee      []string `query:"assignee" doc:"uids; none for nobody's, me for the person's own."`
	Requester     []string `query:"requester" doc:"uids of those who asked or reported; me for the person of the token."`
	Category      []string `query:"category" doc:"One or several."`
	Service       []string `query:"service" doc:"Slugs, one or several."`
	Site          []string `query:"site" doc:"Codes, one or several."`
	Establishment []string `query:"establishment" doc:"UAI codes, one or several."`
	Tag           []string `query:"tag" doc:"Slugs; tickets that have any of them. Only staff see any."`
	SLA           []string `query:"sla" enum:"late,soon,running,paused,met,breached,none" doc:"How the promises stand, one or several."`
	CreatedFrom   string   `query:"created_from" doc:"A day in Paris: 2026-11-18, today, or so many days from it, -7d. The day is included, here and below."`
	CreatedTo     string   `query:"created_to"`
	UpdatedFrom   string   `query:"updated_from"`
	UpdatedTo     string   `query:"updated_to"`
	DueFrom       string   `query:"due_from"`
	DueTo         string   `query:"due_to"`
	SolvedFrom    string   `query:"solved_from"`
	SolvedTo      string   `query:"solved_to"`
	Watched       bool     `query:"watched" doc:"Only what the person watches."`
	Unheard       bool     `query:"unheard" doc:"Only where something was said that nobody at the desk has read."`
	Q             string   `query:"q" maxLength:"500" doc:"Words, phrases in quotation marks, or a reference: the newest 500 tickets that hold them. They come in the order of sort, not by relevance."`
	Sort          string   `query:"sort" maxLength:"40" doc:"due_at, created_at, updated_at and others of the queue; a leading minus turns it round. due_at, if nothing is said; it puts none last."`
	Limit         int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor        string   `query:"cursor" maxLength:"400"`

	asked url.Values
}

// closedLists are the parameters of which every value is known, and what else
// they are called.
var closedLists = map[string][]string{
	"status":   names(tickets.Statuses[:]),
	"type":     names(tickets.Types[:]),
	"priority": names(tickets.Priorities[:]),
	"channel":  names([]people.Channel{people.Web, people.Mail, people.Phone, people.API, people.PublicForm}),
	"sla":      names(tickets.SLAStates[:]),
}

func names[T ~string](all []T) (texts []string) {
	for _, one := range all {
		texts = append(texts, string(one))
	}
	return texts
}

// Resolve keeps the whole question. Of a parameter that is repeated huma reads
// and judges only the first: status=new&status=open asks for the same as
// status=new,open.
func (in *listInput) Resolve(ctx huma.Context) (wrong []error) {
	address := ctx.URL()
	in.asked = address.Query()
	for name, known := range closedLists {
		place := 0
		for i, text := range in.asked[name] {
			for value := range strings.SplitSeq(text, ",") {
				if i > 0 && !slices.Contains(known, value) {
					wrong = append(wrong, &huma.ErrorDetail{
						Message:  "expected value to be one of \"" + strings.Join(known, ", ") + "\"",
						Location: fmt.Sprintf("query.%s[%d]", name, place), Value: value,
					})
				}
				place++
			}
		}
	}
	return wrong
}

func (a *apiServer) listTickets(ctx context.Context, in *listInput) (*of[list[apiTicket]], error) {
	f, err := tickets.ParseFilter(in.asked)
	if err == nil {
		err = a.nameable(ctx, f)
	}
	if err != nil {
		return nil, failed(ctx, err)
	}
	f.Limit = in.Limit
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

// nameable refuses a filter that names a queue or a person who does not exist: a
// program would wait for ever for an answer that is not empty.
func (a *apiServer) nameable(ctx context.Context, f tickets.Filter) error {
	for _, slug := range f.Teams {
		if slug == tickets.Me {
			continue
		}
		if _, err := a.teamNamed(ctx, slug); err != nil {
			return err
		}
	}
	for field, uids := range map[string][]string{"assignee": f.Assignees, "requester": f.Requesters} {
		for _, uid := range uids {
			if uid == tickets.Me || uid == tickets.Nobody {
				continue
			}
			if _, err := a.personNamed(ctx, field, uid); err != nil {
				return err
			}
		}
	}
	return nil
}
