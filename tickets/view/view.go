package view

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// ID identifies a view.
type ID int64

// Sharing says who sees a view beside its owner.
type Sharing string

// With whom a view is shared.
const (
	Alone    Sharing = ""     // nobody
	WithTeam Sharing = "team" // the members of its team
	WithAll  Sharing = "all"  // all who work on tickets
)

// Valid says whether s is one of them.
func (s Sharing) Valid() bool { return s == Alone || s == WithTeam || s == WithAll }

// View is a named question to the queue.
type View struct {
	ID      ID // 0: not kept yet
	Owner   people.ID
	Name    string
	Query   string // as an address has it: "status=open&site=rouen"
	Shared  Sharing
	Team    people.TeamID // with WithTeam
	Version int
}

// Limits of a view; beyond is fault.Invalid, by field.
const (
	MaxName  = 60   // characters
	MaxQuery = 2000 // bytes
	MaxViews = 50   // of one person
)

// Filter is what a view asks the desk.
func (v View) Filter() (tickets.Filter, error) {
	values, err := url.ParseQuery(v.Query)
	if err != nil {
		return tickets.Filter{}, tickets.ErrFilter
	}
	return tickets.ParseFilter(values)
}

// Views is where views are kept.
type Views struct {
	db      *db.DB
	store   store
	views   *db.Kept[[]View]
	columns *db.Kept[map[people.ID][]string]
}

// New builds it.
func New(d *db.DB) *Views {
	v := &Views{db: d, store: store{d}}
	v.views = db.Keep(d, "views", v.store.views)
	v.columns = db.Keep(d, "queue_columns", v.store.columns)
	return v
}

// List gives the views that the actor may see: their own, then those of others,
// each by name.
func (w *Views) List(ctx context.Context) (seen []View, err error) {
	defer fault.Wrap(&err, "views")
	a := people.ActorOf(ctx)
	if !a.Is(people.Technician) {
		return nil, nil
	}
	all, err := w.views.Get(ctx)
	for _, v := range all {
		if v.seenBy(a) {
			seen = append(seen, v)
		}
	}
	slices.SortStableFunc(seen, func(x, y View) int {
		if own := x.Owner == a.Person; own != (y.Owner == a.Person) {
			if own {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)), cmp.Compare(x.ID, y.ID))
	})
	return seen, err
}

// Get gives one; what the actor may not see is fault.NotFound.
func (w *Views) Get(ctx context.Context, id ID) (View, error) {
	seen, err := w.List(ctx)
	if err != nil {
		return View{}, err
	}
	if i := slices.IndexFunc(seen, func(v View) bool { return v.ID == id }); i >= 0 {
		return seen[i], nil
	}
	return View{}, fault.NotFound
}

// seenBy says whether somebody may see a view.
func (v View) seenBy(a people.Actor) bool {
	return v.Owner == a.Person || v.Shared == WithAll || v.Shared == WithTeam && a.In(v.Team)
}

// ChangedBy says whether somebody may change a view that they see: their own,
// and a supervisor any.
func (v View) ChangedBy(a people.Actor) bool { return v.Owner == a.Person || a.Is(people.Supervisor) }

// Save keeps a view: a new one, whose ID is 0, as the actor's own; else what its
// Name, Query and sharing have become since Version. Fields: name, query, shared,
// team. Somebody else was faster: fault.Conflict.
func (w *Views) Save(ctx context.Context, v View) (kept View, err error) {
	defer fault.Wrap(&err, "view %d: save", v.ID)
	a := people.ActorOf(ctx)
	if !a.Is(people.Technician) {
		return View{}, fault.Denied
	}
	v.Name = strings.TrimSpace(v.Name)
	if v.Shared != WithTeam {
		v.Team = 0
	}
	if err := v.check(a).Err(); err != nil {
		return View{}, err
	}
	err = w.db.Tx(ctx, func(ctx context.Context) error {
		if v.ID == 0 {
			v.Owner, v.Version = a.Person, 1
			return w.add(ctx, &v)
		}
		if err := w.mayChange(ctx, a, v.ID); err != nil {
			return err
		}
		done, err := w.store.write(ctx, v)
		v.Version++
		if err == nil && !done {
			err = fault.Because(fault.Conflict, "queue.view.overtaken")
		}
		return err
	})
	return v, err
}

// add keeps a new view, unless its owner has too many.
func (w *Views) add(ctx context.Context, v *View) error {
	n, err := w.store.owned(ctx, v.Owner)
	if err != nil {
		return err
	}
	if n >= MaxViews {
		return fault.Fields{"name": fault.Say("queue.view.crowd", "Max", MaxViews)}
	}
	return w.store.add(ctx, v)
}

// Remove forgets a view, unless somebody has changed it since version.
func (w *Views) Remove(ctx context.Context, id ID, version int) (err error) {
	defer fault.Wrap(&err, "view %d: remove", id)
	a := people.ActorOf(ctx)
	return w.db.Tx(ctx, func(ctx context.Context) error {
		if err := w.mayChange(ctx, a, id); err != nil {
			return err
		}
		done, err := w.store.remove(ctx, id, version)
		if err == nil && !done {
			err = fault.Because(fault.Conflict, "queue.view.overtaken")
		}
		return err
	})
}

// mayChange says whether the actor may change a view: one that they do not see is
// fault.NotFound, one that is another's fault.Denied.
func (w *Views) mayChange(ctx context.Context, a people.Actor, id ID) error {
	v, err := w.Get(ctx, id)
	if err == nil && !v.ChangedBy(a) {
		err = fault.Because(fault.Denied, "queue.view.theirs")
	}
	return err
}

// check says what cannot be kept of a view.
func (v View) check(a people.Actor) fault.Fields {
	wrong := fault.Fields{}
	switch {
	case v.Name == "":
		wrong.Add("name", "queue.view.nameless")
	case utf8.RuneCountInString(v.Name) > MaxName:
		wrong.Add("name", "queue.view.name_long", "Max", MaxName)
	case strings.ContainsFunc(v.Name, unicode.IsControl):
		wrong.Add("name", "queue.view.nameless")
	}
	if len(v.Query) > MaxQuery {
		wrong.Add("query", "queue.view.query_long")
	} else if _, err := v.Filter(); err != nil {
		wrong.Add("query", "queue.view.query")
	}
	switch {
	case !v.Shared.Valid():
		wrong.Add("shared", "queue.view.shared")
	case v.Shared == WithTeam && !a.In(v.Team) && !a.Is(people.Supervisor):
		wrong.Add("team", "queue.view.team")
	}
	return wrong
}
