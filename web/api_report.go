package web

import (
	"context"
	"math"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"amigo/app/fault"
	"amigo/sla/calendar"
	"amigo/tickets/report"
)

func (a *apiServer) installReports(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/reports/resolution", "resolutionReport", "The time to resolution of what was solved between two days"), a.resolution)
}

type reportInput struct {
	From  string   `query:"from" required:"true" format:"date" doc:"A day in Paris, included."`
	To    string   `query:"to" required:"true" format:"date" doc:"A day in Paris, included."`
	Group string   `query:"group" enum:"category,service,cause,outcome,team,priority,channel,site,departement,establishment_type,period,month"`
	Where []string `query:"where,explode" maxItems:"20" doc:"Only tickets of these groups, each as group:key, such as site:caen."`
}

// apiReport answers with minutes; within_target is a share between 0 and 1. Both
// are null where nothing was solved.
type apiReport struct {
	From          string        `json:"from"`
	To            string        `json:"to"`
	TargetMinutes int64         `json:"target_minutes"`
	Counted       string        `json:"counted" enum:"working,elapsed" doc:"Which minutes are held to the target."`
	Groups        []reportGroup `json:"groups" nullable:"false"`
}

type reportGroup struct {
	Key                  string   `json:"key" doc:"all, when the report is not divided."`
	Count                int      `json:"count"`
	MeanWorkingMinutes   *float64 `json:"mean_working_minutes"`
	MeanElapsedMinutes   *float64 `json:"mean_elapsed_minutes"`
	MedianWorkingMinutes *float64 `json:"median_working_minutes"`
	P90WorkingMinutes    *float64 `json:"p90_working_minutes"`
	WithinTarget         *float64 `json:"within_target"`
	MeanNetMinutes       *float64 `json:"mean_net_minutes" doc:"Working minutes without what was waited for the requester or a third party."`
	MedianElapsedMinutes *float64 `json:"median_elapsed_minutes"`
	P90ElapsedMinutes    *float64 `json:"p90_elapsed_minutes"`
	Rated                int      `json:"rated" doc:"How many people have said what they think of the solutions."`
	Satisfied            *float64 `json:"satisfied" doc:"Share of them who were satisfied, 0 to 1; null where nobody said."`
}

// groupOf is a row as programs see it. Where nothing was solved there is no mean
// and no share: zero would be the best of all.
func groupOf(key string, row report.Row) reportGroup {
	g := reportGroup{Key: key, Count: row.Count}
	if row.Count == 0 {
		return g
	}
	minutes := func(f float64) *float64 { f = hundredth(f); return &f }
	g.MeanWorkingMinutes, g.MeanElapsedMinutes, g.MeanNetMinutes = minutes(row.MeanWorking), minutes(row.MeanElapsed), minutes(row.MeanNet)
	g.MedianWorkingMinutes, g.P90WorkingMinutes = minutes(row.MedianWorking), minutes(row.P90Working)
	g.MedianElapsedMinutes, g.P90ElapsedMinutes = minutes(row.MedianElapsed), minutes(row.P90Elapsed)
	g.WithinTarget, g.Rated = &row.Within, row.Rated
	if row.Rated > 0 {
		g.Satisfied = &row.Satisfied
	}
	return g
}

func (a *apiServer) resolution(ctx context.Context, in *reportInput) (*of[apiReport], error) {
	q := report.Question{Group: report.Group(in.Group)}
	var err error
	if q.From, err = calendar.ParseDay(in.From); err != nil {
		return nil, failed(ctx, fault.Fields{"from": fault.Say("web.api.no_day", "Day", in.From)})
	}
	if q.To, err = calendar.ParseDay(in.To); err != nil {
		return nil, failed(ctx, fault.Fields{"to": fault.Say("web.api.no_day", "Day", in.To)})
	}
	for _, text := range in.Where {
		group, key, both := strings.Cut(text, ":")
		if !both {
			return nil, failed(ctx, fault.Fields{"where": fault.Say("web.api.where", "Where", text)})
		}
		q.Where = append(q.Where, report.Filter{Group: report.Group(group), Key: key})
	}
	answer, err := a.Reporter.Resolution(ctx, q)
	if err != nil {
		return nil, failed(ctx, err)
	}
	r := apiReport{From: q.From.String(), To: q.To.String(), TargetMinutes: int64(answer.Choices.TargetMinutes), Counted: string(answer.Choices.Counted), Groups: []reportGroup{}}
	for _, row := range answer.Rows {
		key := row.Key
		if q.Group == report.Whole {
			key = "all"
		}
		r.Groups = append(r.Groups, groupOf(key, row))
	}
	return &of[apiReport]{r}, nil
}

// hundredth drops digits that nobody has measured.
func hundredth(f float64) float64 { return math.Round(f*100) / 100 }
