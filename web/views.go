package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	saved "amigo/tickets/view"
)

// view is a named part of the queue: one that everybody has, or one that
// somebody has saved.
type view struct {
	name, icon string
	counted    bool // its size stands in the navigation
	filter     tickets.Filter
	saved      *saved.View
}

// What still asks for work, and what the next move is ours on.
var (
	alive   = []tickets.Status{tickets.Fresh, tickets.Opened, tickets.WaitingRequester, tickets.WaitingThirdParty}
	ours    = []tickets.Status{tickets.Fresh, tickets.Opened}
	waiting = []tickets.Status{tickets.WaitingRequester, tickets.WaitingThirdParty}
)

// views are the parts of the queue that everybody has, in the order of the
// navigation. Each is what an address could ask.
var views = []view{
	{name: "mine", icon: "inbox", counted: true, filter: tickets.Filter{Assignees: []string{tickets.Me}, Statuses: alive}},
	{name: "team", icon: "users", counted: true, filter: tickets.Filter{Teams: []string{tickets.Me}, Statuses: alive}},
	{name: "free", icon: "hand", counted: true, filter: tickets.Filter{Assignees: []string{tickets.Nobody}, Statuses: ours}},
	{name: "soon", icon: "clock", counted: true, filter: tickets.Filter{SLA: []tickets.SLAState{tickets.SLALate, tickets.SLASoon}, Statuses: ours}},
	{name: "waiting", icon: "hourglass", counted: true, filter: tickets.Filter{Statuses: waiting}},
	{name: "all", icon: "layers"},
}

func (v view) href() string { return "/tickets?view=" + v.name }

// title is what a view is called.
func (v view) title(t *i18n.Printer) string {
	if v.saved != nil {
		return v.saved.Name
	}
	return t.T("web.view." + v.name)
}

// viewOf makes a saved view one of the queue.
func viewOf(kept saved.View) (view, error) {
	f, err := kept.Filter()
	return view{name: strconv.FormatInt(int64(kept.ID), 10), icon: "bookmark", counted: true, filter: f, saved: &kept}, err
}

// viewNamed finds a view that everybody has; without a name, the one that the
// actor begins with: the team's, or everything for who is in no team.
func viewNamed(name string, a people.Actor) (view, bool) {
	if name == "" {
		name = "team"
		if len(a.Teams) == 0 {
			name = "all"
		}
	}
	if i := slices.IndexFunc(views, func(v view) bool { return v.name == name }); i >= 0 {
		return views[i], true
	}
	return view{}, false
}

// asked is what an address asks of the queue: which view, what it says itself,
// and what both come to.
type asked struct {
	part   view
	own    tickets.Filter // of the address alone
	filter tickets.Filter
}

// askedOf reads an address of the queue. What it says itself takes the place of
// what its view says. Who asks something without naming a view asks everywhere.
func (s *Server) askedOf(ctx context.Context, ask url.Values) (q asked, err error) {
	if q.own, err = tickets.ParseFilter(ask); err != nil {
		return q, err
	}
	given := q.own.Values()
	for _, paging := range []string{"sort", "limit", "cursor"} {
		given.Del(paging)
	}
	name := ask.Get("view")
	if name == "" && len(given) > 0 {
		name = "all"
	}
	if q.part, err = s.viewCalled(ctx, name); err != nil {
		return q, err
	}
	whole := q.part.filter.Values()
	for field, values := range q.own.Values() {
		whole[field] = values
	}
	if q.part.name == "all" && !reachesBack(q.own) {
		whole.Set("status", tickets.Filter{Statuses: alive}.Values().Get("status"))
	}
	q.filter, err = tickets.ParseFilter(whole)
	return q, err
}

// reachesBack says whether somebody asks for more than what still asks for work.
func reachesBack(f tickets.Filter) bool {
	return len(f.Statuses) > 0 || f.Text != "" || len(f.Requesters) > 0 || len(f.Establishments) > 0 || len(f.Tags) > 0 || f.Watched ||
		f.Solved != (tickets.Span{}) || slices.Contains(f.SLA, tickets.SLAMet) || slices.Contains(f.SLA, tickets.SLABreached)
}

// viewCalled finds a view by its name in an address: a word, or the number of one
// that the actor may see.
func (s *Server) viewCalled(ctx context.Context, name string) (view, error) {
	if v, ok := viewNamed(name, people.ActorOf(ctx)); ok {
		return v, nil
	}
	id, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		return view{}, fault.NotFound
	}
	kept, err := s.Views.Get(ctx, saved.ID(id))
	if err != nil {
		return view{}, err
	}
	return viewOf(kept)
}

// askedOfQueue is what an address asks of the queue, as a filter.
func (s *Server) askedOfQueue(ctx context.Context, ask url.Values) (tickets.Filter, error) {
	q, err := s.askedOf(ctx, ask)
	return q.filter, err
}

// savedViews are those that the actor may see; one that cannot be read any more
// is left out.
func (s *Server) savedViews(ctx context.Context) (all []view, err error) {
	kept, err := s.Views.List(ctx)
	for _, k := range kept {
		if v, err := viewOf(k); err == nil {
			all = append(all, v)
		}
	}
	return all, err
}

// counted writes out a count: nothing for none, "plus de 1 000" where it is not
// looked for any further.
func counted(t *i18n.Printer, n int) string {
	if n == 0 {
		return ""
	}
	return sized(t, tickets.Size{N: min(n, tickets.MaxCount), More: n >= tickets.MaxCount})
}

// sized writes out a size; nothing for none.
func sized(t *i18n.Printer, s tickets.Size) string {
	switch {
	case s.More && s.N == 0:
		return "?"
	case s.More:
		return t.Int(s.N) + i18n.NBSP + "+"
	case s.N == 0:
		return ""
	}
	return t.Int(s.N)
}
