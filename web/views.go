package web

import (
	"context"
	"time"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// view is a named part of the queue.
type view struct {
	name, icon string
	counted    bool // its size stands in the navigation
	filter     tickets.Filter
	soon       bool // only what is due soon
}

// What still asks for work, and what the next move is ours on.
var (
	alive   = []tickets.Status{tickets.Fresh, tickets.Opened, tickets.WaitingRequester, tickets.WaitingThirdParty}
	ours    = []tickets.Status{tickets.Fresh, tickets.Opened}
	waiting = []tickets.Status{tickets.WaitingRequester, tickets.WaitingThirdParty}
)

// views are the parts of the queue, in the order of the navigation.
var views = []view{
	{name: "mine", icon: "inbox", counted: true, filter: tickets.Filter{Mine: true, Statuses: alive}},
	{name: "team", icon: "users", counted: true, filter: tickets.Filter{MyTeams: true, Statuses: alive}},
	{name: "free", icon: "hand", counted: true, filter: tickets.Filter{Unassigned: true, Statuses: ours}},
	{name: "soon", icon: "clock", counted: true, filter: tickets.Filter{Statuses: ours}, soon: true},
	{name: "waiting", icon: "hourglass", counted: true, filter: tickets.Filter{Statuses: waiting}},
	{name: "all", icon: "layers"},
}

// soonWork is how much working time before its due date a ticket is due soon.
const soonWork = 2 * time.Hour

func (v view) href() string { return "/tickets?view=" + v.name }

// viewNamed finds a view; without a name, the one that the actor begins with:
// the team's, or everything for who is in no team.
func viewNamed(name string, a people.Actor) (view, bool) {
	if name == "" {
		name = "team"
		if len(a.Teams) == 0 {
			name = "all"
		}
	}
	for _, v := range views {
		if v.name == name {
			return v, true
		}
	}
	return view{}, false
}

// filterOf is what a view asks for now.
func (s *Server) filterOf(ctx context.Context, v view) (tickets.Filter, error) {
	f := v.filter
	if v.soon {
		until, err := s.soonUntil(ctx)
		if err != nil {
			return f, err
		}
		f.DueBefore = &until
	}
	return f, nil
}

// soonUntil is the instant before which a due date is soon.
func (s *Server) soonUntil(ctx context.Context) (time.Time, error) {
	v, err := s.Book.Current(ctx, calendar.Normandie)
	if err != nil {
		return time.Time{}, err
	}
	now := s.DB.Now(ctx)
	until, err := v.Add(now, soonWork)
	if calendar.Unknown(err) {
		return now.Add(soonWork), nil
	}
	return until, err
}

// counted writes out a count: nothing for none, "1 000 +" where it is not
// looked for any further.
func counted(t *i18n.Printer, n int) string {
	switch {
	case n == 0:
		return ""
	case n >= tickets.MaxCount:
		return t.Int(tickets.MaxCount) + i18n.NBSP + "+"
	}
	return t.Int(n)
}
