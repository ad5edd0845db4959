package report

import (
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// Group says by what a report is divided; empty: not at all.
type Group string

// The groups.
const (
	Whole            Group = ""
	ByCategory       Group = "category"
	ByService        Group = "service"
	ByCause          Group = "cause"
	ByOutcome        Group = "outcome"
	ByTeam           Group = "team"
	ByPriority       Group = "priority"
	ByChannel        Group = "channel"
	BySite           Group = "site"
	ByDepartement    Group = "departement"
	ByEstablishments Group = "establishment_type"
	ByMonth          Group = "month" // of the solution: "2026-11"
	// ByPeriod divides by the named days of AMIGO's calendar on which tickets were
	// solved: the school holidays, and marks such as the rentrée. Where names
	// overlap a ticket stands under each.
	ByPeriod Group = "period"
)

// Groups lists what a report can be divided by.
var Groups = []Group{
	ByCategory, ByService, ByCause, ByOutcome, ByTeam, ByPriority, ByChannel, BySite, ByDepartement, ByEstablishments, ByPeriod, ByMonth,
}

// Valid says whether g is something to divide by.
func (g Group) Valid() bool { return slices.Contains(Groups, g) }

// Filter keeps the tickets that share something: those that a Row of that Key counts.
type Filter struct {
	Group Group
	Key   string
}

// Question asks about the tickets that were solved from one day to another.
type Question struct {
	From, To calendar.Day // both included, in Paris
	Group    Group
	Types    []tickets.Type // empty: those that were chosen
	Where    []Filter       // each of them holds
}

// longest is how many days a question may span: ten years.
const longest = 3660

func (q Question) check() error {
	wrong := fault.Fields{}
	if q.To < q.From {
		wrong.Add("to", "report.days_reversed")
	}
	if q.To-q.From > longest {
		wrong.Add("from", "report.too_long")
	}
	if q.Group != Whole && !q.Group.Valid() {
		wrong.Add("group", "report.unknown_group")
	}
	if slices.ContainsFunc(q.Where, func(f Filter) bool { return !f.Group.Valid() }) {
		wrong.Add("where", "report.unknown_group")
	}
	return wrong.Err()
}

// asks says whether a ticket is one that the question's filters keep.
func (q Question) asks(s Solved) bool {
	return !slices.ContainsFunc(q.Where, func(f Filter) bool { return !slices.Contains(s.keys(f.Group), f.Key) })
}

// keys are what a ticket shares with those of its group: one key, or several
// where names of days overlap.
func (s Solved) keys(g Group) []string {
	switch g {
	case ByPeriod:
		if len(s.names) == 0 {
			return []string{""}
		}
		return s.names
	case ByMonth:
		return []string{s.day.Time().Format("2006-01")}
	}
	return []string{s.row.key(g)}
}

// midnight is when a day begins in a zone.
func midnight(d calendar.Day, zone *time.Location) time.Time {
	y, m, day := d.Time().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, zone)
}
