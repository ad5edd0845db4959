package sla

import (
	"cmp"
	"context"
	"time"

	"amigo/app/people"
	"amigo/sla/calendar"
)

// reading is a look into the book of calendars, at the current version of each
// at most once: what belongs together is counted by the same hours.
type reading struct {
	book     *calendar.Book
	current  map[string]calendar.Version
	versions map[calendar.VersionID]calendar.Version
}

func (e *Engine) reading() reading {
	return reading{e.book, map[string]calendar.Version{}, map[calendar.VersionID]calendar.Version{}}
}

// today is the current version of a calendar.
func (r reading) today(ctx context.Context, name string) (calendar.Version, error) {
	if v, read := r.current[name]; read {
		return v, nil
	}
	v, err := r.book.Current(ctx, name)
	if err == nil {
		r.current[name], r.versions[v.ID] = v, v
	}
	return v, err
}

// version is a version by its identity.
func (r reading) version(ctx context.Context, id calendar.VersionID) (calendar.Version, error) {
	if v, read := r.versions[id]; read {
		return v, nil
	}
	v, err := r.book.Version(ctx, id)
	if err == nil {
		r.versions[id] = v
	}
	return v, err
}

// hours gives the current version of a calendar, to count from now on.
func (r reading) hours(ctx context.Context, name string, p Policy) (hours, error) {
	v, err := r.today(ctx, name)
	if err != nil {
		return hours{}, err
	}
	return hours{version: v.ID, cal: v.Assumed(), policy: p, read: r.versions}, nil
}

// hoursOf gives the hours that a timer's open segment is counted by, or the
// current ones when none is open.
func (r reading) hoursOf(ctx context.Context, t *Timer, p Policy) (hours, error) {
	for _, s := range t.Past {
		if _, err := r.version(ctx, s.Version); err != nil {
			return hours{}, err
		}
	}
	if t.Open == nil {
		return r.hours(ctx, t.Calendar, p)
	}
	v, err := r.version(ctx, t.Open.Version)
	if err != nil {
		return hours{}, err
	}
	return hours{version: v.ID, cal: v.Assumed(), policy: p, read: r.versions}, nil
}

// renew counts anew every segment of a living timer whose calendar has a newer
// version. What was told stays told.
func (r reading) renew(ctx context.Context, t *Timer, p Policy) error {
	if !t.State.alive() {
		return nil
	}
	renewed := false
	var used time.Duration
	for i := range t.Past {
		anew, err := r.recount(ctx, &t.Past[i])
		if err != nil {
			return err
		}
		renewed = renewed || anew
		used += t.Past[i].Worked
	}
	if t.Open != nil {
		anew, err := r.recount(ctx, t.Open)
		if err != nil {
			return err
		}
		renewed = renewed || anew
	}
	if !renewed {
		return nil
	}
	h, err := r.hoursOf(ctx, t, p)
	if err != nil {
		return err
	}
	t.Used = used
	t.settle(h)
	return nil
}

// recount counts a segment by the newest version of its calendar, unless it is.
func (r reading) recount(ctx context.Context, s *Segment) (anew bool, err error) {
	old, err := r.version(ctx, s.Version)
	if err != nil {
		return false, err
	}
	now, err := r.today(ctx, old.Name)
	if err != nil || now.ID == s.Version {
		return false, err
	}
	s.Version, s.changed = now.ID, true
	if s.To == nil {
		return true, nil
	}
	return true, s.count(*s.To, now.Assumed())
}

// offices are the calendars by which teams measure themselves: a team's own,
// else its site's, else AMIGO's. Nothing is read while no policy asks for it.
func (e *Engine) offices(ctx context.Context, all []Policy) (map[people.TeamID]string, error) {
	if !internally(all) {
		return nil, nil
	}
	sites, err := e.people.Sites(ctx)
	if err != nil {
		return nil, err
	}
	teams, err := e.people.Teams(ctx)
	if err != nil {
		return nil, err
	}
	bySite := make(map[string]string, len(sites))
	for _, s := range sites {
		bySite[s.Code] = s.Calendar
	}
	offices := make(map[people.TeamID]string, len(teams))
	for _, t := range teams {
		offices[t.ID] = cmp.Or(t.Calendar, bySite[t.Site], calendar.Normandie)
	}
	return offices, nil
}
