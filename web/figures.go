package web

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"amigo/app/people"
	"amigo/tickets"
)

// figures are counts that stand on every page, kept for a moment and until
// something changes: whoever has just done something sees what it did.
type figures struct {
	mu  sync.Mutex
	all map[string]figure
}

type figure struct {
	n      tickets.Size
	at     time.Time
	change uint64 // how many changes had been heard of before it was counted
}

// Limits of what is kept.
const (
	figureFor   = 2 * time.Second
	mostFigures = 500
)

// find gives what is kept under some names, and which of them have to be counted.
func (f *figures) find(names []string, now time.Time, change uint64) (known map[string]tickets.Size, missing []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	known = make(map[string]tickets.Size, len(names))
	for _, name := range names {
		kept, ok := f.all[name]
		if age := now.Sub(kept.at); ok && kept.change == change && age >= 0 && age < figureFor {
			known[name] = kept.n
		} else {
			missing = append(missing, name)
		}
	}
	return known, missing
}

// keep remembers what was counted from an instant on.
func (f *figures) keep(counted map[string]tickets.Size, at time.Time, change uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil || len(f.all) > mostFigures {
		f.all = map[string]figure{}
	}
	for name, n := range counted {
		f.all[name] = figure{n, at, change}
	}
}

// count gives some counts: those that are kept, and the others as read counts them.
func (s *Server) count(ctx context.Context, names []string, read func(missing []string) (map[string]tickets.Size, error)) (map[string]tickets.Size, error) {
	now, change := s.DB.Now(ctx), s.Hub.Count()
	known, missing := s.counts.find(names, now, change)
	if len(missing) == 0 {
		return known, nil
	}
	counted, err := read(missing)
	if err != nil {
		return known, err
	}
	s.counts.keep(counted, now, change)
	for name, n := range counted {
		known[name] = n
	}
	return known, nil
}

// figureOf is the name of the count of a view: of those that depend on the
// reader one each, of the others one for all.
func figureOf(v view, a people.Actor) string {
	name := v.filter.Values().Encode()
	switch {
	case slices.Contains(v.filter.Assignees, tickets.Me), slices.Contains(v.filter.Requesters, tickets.Me), v.filter.Watched:
		return name + " " + number(a.Person)
	case slices.Contains(v.filter.Teams, tickets.Me):
		var teams []string
		for _, t := range a.Teams {
			teams = append(teams, strconv.FormatInt(int64(t), 10))
		}
		return name + " " + strings.Join(teams, ",")
	}
	return name
}
