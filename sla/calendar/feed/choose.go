package feed

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"amigo/sla/calendar"
)

// asked is whose holidays are wanted: those of a zone, or of an académie.
type asked struct {
	name   string     // as a definition keeps it: B, Corse, Caen
	zone   string     // empty: the feed names no zones
	places [][]string // folded names of the académie, those that come first decide; none: all of the zone
}

// holiday is some days off: a name, and the first and last of them.
type holiday struct {
	name        string
	first, last calendar.Day
	open        bool // nobody says when it ends; last is first
	bridge      bool
	at          place
}

// whose finds out whose holidays are wanted. Without a name a feed of one zone
// gives that.
func (f Feed) whose(name string) (asked, error) {
	zones := f.Zones()
	if name == "" {
		switch len(zones) {
		case 0:
			return asked{}, nil
		case 1:
			return asked{name: zones[0], zone: zones[0]}, nil
		}
		return asked{}, refusal(place{}, whichZone, "Zones", strings.Join(zones, ", "))
	}
	if named := zonesIn(name); len(named) == 1 {
		if len(zones) > 0 && !slices.Contains(zones, named[0]) {
			return asked{}, refusal(place{}, noZone, "Name", named[0], "Zones", strings.Join(zones, ", "))
		}
		return asked{name: named[0], zone: named[0]}, nil
	}
	folded := fold(name)
	a := asked{name: strings.TrimSpace(name), zone: academies[folded], places: [][]string{{folded}, also[folded]}}
	for _, e := range f.Entries {
		if a.rank(e) == 0 && len(e.Zones) == 1 {
			a.zone = e.Zones[0]
		}
	}
	if a.zone == "" || len(zones) > 0 && !slices.Contains(zones, a.zone) {
		return asked{}, refusal(place{}, nobody, "Name", clip(name), "Zones", strings.Join(zones, ", "))
	}
	return a, nil
}

// rank says how well the académies of an entry answer: 0 is the one that was
// asked for, then the others of the same; -1 is none.
func (a asked) rank(e Entry) int {
	for rank, names := range a.places {
		for _, place := range e.Places {
			if slices.Contains(names, fold(place)) {
				return rank
			}
		}
	}
	return -1
}

// concerns says whether an entry speaks of those who were asked for.
func (a asked) concerns(e Entry) bool {
	return len(e.Zones) == 0 || slices.Contains(e.Zones, a.zone) || a.rank(e) >= 0
}

// chooser draws the holidays of somebody from the entries of a feed.
type chooser struct {
	asked
	returns  []Entry
	warnings []Warning
	problems problems
}

// group is a holiday of a school year.
type group struct {
	year  int
	label string
}

// holidays are the days off of those who were asked for, in order.
func (f Feed) holidays(a asked) (list []holiday, warnings []Warning, err error) {
	c := chooser{asked: a}
	groups := map[group][]Entry{}
	for _, e := range f.Entries {
		switch {
		case !a.concerns(e):
		case e.Kind == Return && e.Population != Teachers:
			c.returns = append(c.returns, e)
		case e.Kind == Holiday || e.Kind == Bridge:
			g := group{schoolYear(e.Starts), e.Label}
			groups[g] = append(groups[g], e)
		}
	}
	for _, g := range slices.SortedFunc(maps.Keys(groups), func(x, y group) int {
		return cmp.Or(cmp.Compare(x.year, y.year), cmp.Compare(groups[x][0].Starts, groups[y][0].Starts), cmp.Compare(x.label, y.label))
	}) {
		for _, e := range c.choose(g, groups[g]) {
			list = append(list, c.daysOff(e)...)
		}
	}
	slices.SortStableFunc(list, func(x, y holiday) int { return cmp.Compare(x.first, y.first) })
	c.apart(list)
	return list, c.warnings, c.problems.err()
}

// version is how some académies write a holiday, in pieces that do not touch.
type version struct {
	places []string // none: all of the zone
	pieces []Entry
}

// choose gives the pieces of a holiday that hold for those who were asked for.
func (c *chooser) choose(g group, entries []Entry) []Entry {
	byPlace := c.byPlace(entries)
	var versions []version
	for _, name := range slices.Sorted(maps.Keys(byPlace)) {
		v := version{pieces: c.join(byPlace[name])}
		if len(v.pieces) == 0 {
			continue
		}
		if name != "" {
			v.places = []string{name}
		}
		same := slices.IndexFunc(versions, v.agrees)
		if same < 0 {
			versions = append(versions, v)
			continue
		}
		versions[same].places = append(versions[same].places, v.places...)
	}
	return c.most(g, versions)
}

// byPlace sorts entries by académie, those of all under the empty name. Where
// the académie that was asked for has entries, only these are there.
func (c *chooser) byPlace(entries []Entry) map[string][]Entry {
	best := -1
	for _, e := range entries {
		if rank := c.rank(e); rank >= 0 && (best < 0 || rank < best) {
			best = rank
		}
	}
	sorted := map[string][]Entry{}
	for _, e := range entries {
		if best >= 0 && c.rank(e) != best {
			continue
		}
		if len(e.Places) == 0 {
			sorted[""] = append(sorted[""], e)
		}
		for _, name := range e.Places {
			if best < 0 || slices.Contains(c.places[best], fold(name)) {
				sorted[name] = append(sorted[name], e)
			}
		}
	}
	return sorted
}

// join makes one of the pieces that touch, for the population that decides.
// Pieces that overlap say different things about the same days.
func (c *chooser) join(entries []Entry) (pieces []Entry) {
	deciding := Teachers
	for _, e := range entries {
		deciding = max(deciding, e.Population)
	}
	if deciding == Teachers {
		return nil
	}
	entries = slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return e.Population != deciding })
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Starts, b.Starts), -cmp.Compare(a.Resumes, b.Resumes))
	})
	for _, e := range entries {
		if len(pieces) == 0 {
			pieces = append(pieces, e)
			continue
		}
		switch last := &pieces[len(pieces)-1]; {
		case e.Starts == last.Starts && (e.Resumes == last.Resumes || e.open()):
		case e.Starts < last.Resumes:
			c.problems.refuse(e.at(), clash, "Name", e.Label, "From", e.Starts, "To", e.Resumes,
				"AtLine", ordinal(last.Line), "AtRecord", ordinal(last.Record), "OtherFrom", last.Starts, "OtherTo", last.Resumes)
		case e.Starts == last.Resumes && !last.open() && !e.open():
			last.Resumes = e.Resumes
		default:
			pieces = append(pieces, e)
		}
	}
	return pieces
}

// agrees says whether two versions name the same days.
func (v version) agrees(w version) bool {
	return slices.EqualFunc(v.pieces, w.pieces, sameDays)
}

func sameDays(a, b Entry) bool { return a.Starts == b.Starts && a.Resumes == b.Resumes }

// against names who says what of a holiday: the académies of both versions, none
// for the whole zone, with the first piece on which they do not agree.
func (v version) against(w version, g group) []any {
	at := 0
	for at < min(len(v.pieces), len(w.pieces)) && sameDays(v.pieces[at], w.pieces[at]) {
		at++
	}
	here, there := v.pieces[min(at, len(v.pieces)-1)], w.pieces[min(at, len(w.pieces)-1)]
	return []any{
		"Name", g.label, "Year", yearName(g.year),
		"Here", strings.Join(v.places, ", "), "From", here.Starts, "To", here.Resumes,
		"There", strings.Join(w.places, ", "), "OtherFrom", there.Starts, "OtherTo", there.Resumes,
	}
}

// most gives the version of most académies; one of the whole zone stands for all of them.
func (c *chooser) most(g group, versions []version) []Entry {
	if len(versions) == 0 {
		return nil
	}
	weight := func(v version) int { return cmp.Or(len(v.places), len(academies)) }
	slices.SortStableFunc(versions, func(a, b version) int { return -cmp.Compare(weight(a), weight(b)) })
	first := versions[0]
	if len(versions) > 1 && weight(first) == weight(versions[1]) {
		c.problems.refuse(first.pieces[0].at(), odds, first.against(versions[1], g)...)
	}
	for _, other := range versions[1:] {
		c.warn(other.pieces[0].at(), uneven, first.against(other, g)...)
	}
	return first.pieces
}

// daysOff reads an entry as days off, which may turn out to be none.
func (c *chooser) daysOff(e Entry) []holiday {
	if e.open() {
		e.Resumes = c.returned(e)
	}
	h := holiday{name: e.Label, first: e.Starts, last: e.Resumes - 1, open: e.open(), bridge: e.Kind == Bridge, at: e.at()}
	if e.Official && !h.bridge {
		h.first = afterClass(e.Starts)
	}
	switch {
	case h.open:
		h.last = h.first
	case h.last < h.first:
		c.warn(h.at, noDayOff, "Name", e.Label, "From", e.Starts, "To", e.Resumes)
		return nil
	}
	return []holiday{h}
}

// returned is the day of the pupils' rentrée that ends a summer, or its start
// where nobody says.
func (c *chooser) returned(e Entry) calendar.Day {
	day := e.Starts
	for _, r := range c.returns {
		if r.Starts > e.Starts+20 && r.Starts < e.Starts+longest && (day == e.Starts || r.Starts > day) {
			day = r.Starts
		}
	}
	return day
}

// apart refuses holidays that overlap; only the bridge may lie within others.
func (c *chooser) apart(list []holiday) {
	before := -1
	for i, h := range list {
		if h.bridge {
			continue
		}
		if before >= 0 && h.first <= list[before].last {
			b := list[before]
			c.problems.refuse(h.at, overlap, "Name", h.name, "From", h.first, "To", h.last,
				"AtLine", ordinal(b.at.Line), "AtRecord", ordinal(b.at.Record), "Other", b.name, "OtherFrom", b.first, "OtherTo", b.last)
			continue
		}
		before = i
	}
}

func (c *chooser) warn(at place, w *wording, pairs ...any) {
	c.warnings = append(c.warnings, remark(at, w, pairs...))
}
