package feed

import (
	"cmp"
	"maps"
	"slices"

	"amigo/sla/calendar"
)

// merge is a definition in the making.
type merge struct {
	spec     calendar.Spec
	holds    []holiday // the school holidays that it has in the end, in order
	warnings []Warning
	problems problems
}

// around is how far the start of a summer may lie from the one that the
// definition has, to be the same summer.
const around = calendar.Day(14)

// span is what a feed says of a school year, from the first holiday to the last.
type span struct{ first, last calendar.Day }

// spans gives what holidays, which are in order, say of each school year.
func spans(list []holiday) map[int]span {
	years := map[int]span{}
	for _, h := range list {
		year, last := schoolYear(h.first), h.last
		if h.open {
			last += around
		}
		s, there := years[year]
		if !there {
			s.first = h.first
		}
		s.last = max(s.last, last)
		years[year] = s
	}
	return years
}

// schoolHoliday reads a period as school holidays, if it is some.
func schoolHoliday(p calendar.Period) (holiday, bool) {
	first, err := calendar.ParseDay(p.From)
	last, alsoErr := calendar.ParseDay(p.To)
	return holiday{name: p.Name, first: first, last: last}, p.Regime == calendar.SchoolHolidays && err == nil && alsoErr == nil
}

// replace puts the feed's holidays in the place of those that the definition
// has of the same days. Summers that the feed leaves open get the end that the
// definition knows.
func (m *merge) replace(news []holiday) {
	said := spans(news)
	var kept []calendar.Period
	for _, p := range m.spec.Periods {
		old, ok := schoolHoliday(p)
		s, speaks := said[schoolYear(old.first)]
		switch {
		case !ok:
			kept = append(kept, p)
		case !speaks || old.last < s.first || old.first > s.last:
			kept = append(kept, p)
			m.holds = append(m.holds, old)
		default:
			m.drop(old, news)
		}
	}
	m.spec.Periods = kept
	for _, h := range news {
		m.holds = append(m.holds, h)
		if !h.open {
			m.insert(h)
		}
	}
	slices.SortStableFunc(m.holds, func(x, y holiday) int { return cmp.Compare(x.first, y.first) })
}

// drop leaves a holiday of the definition out, for what the feed says instead.
func (m *merge) drop(old holiday, news []holiday) {
	for i := range news {
		h := &news[i]
		switch {
		case h.open && h.first <= old.last && old.first <= h.first+around:
			h.open, h.last = false, old.last
			m.warn(h.at, ownEnd, "Name", h.name, "Year", yearName(schoolYear(h.first)), "Day", h.last)
			return
		case h.first <= old.last && old.first <= h.last:
			return
		}
	}
	m.warn(place{}, takenOut, "Name", old.name, "From", old.first, "To", old.last)
}

// insert puts a holiday among those of the definition, in the order of their
// days; before all periods where there is none, so that those with hours of
// their own, which come later, go on winning.
func (m *merge) insert(h holiday) {
	from, at := h.first.String(), 0
	for i, p := range m.spec.Periods {
		if p.Regime != calendar.SchoolHolidays {
			continue
		}
		if p.From > from {
			break
		}
		at = i + 1
	}
	m.spec.Periods = slices.Insert(m.spec.Periods, at, calendar.Period{Name: h.name, From: from, To: h.last.String(), Regime: calendar.SchoolHolidays})
}

// know moves the last known day: forward over the school years that follow one
// another, as far as all holidays of each are known; back where a summer begins
// whose end nobody knows.
func (m *merge) know(news []holiday, a asked) {
	until, err := calendar.ParseDay(m.spec.KnownUntil)
	if err != nil {
		if slices.ContainsFunc(news, func(h holiday) bool { return h.open }) {
			m.warn(place{}, endless)
		}
		return
	}
	was := until
	for _, h := range news {
		until = m.before(h, until)
	}
	years := spans(news)
	for _, year := range slices.Sorted(maps.Keys(years)) {
		if years[year].last <= until {
			continue
		}
		if rentree := m.rentree(year); until < rentree {
			m.warn(place{}, gap, "Year", yearName(year), "From", until+1, "To", rentree, "Until", until)
			break
		}
		until = m.reach(year, until, a)
	}
	if until < was {
		m.warn(place{}, goesBack, "From", was, "To", until)
	}
	m.spec.KnownUntil = until.String()
}

// stay leaves the last known day where it is: somebody who is not the ministry
// does not say that these are all holidays of a school year. Those behind it
// are kept, but still nobody knows what lies around them.
func (m *merge) stay(news []holiday) {
	until, err := calendar.ParseDay(m.spec.KnownUntil)
	for _, h := range news {
		switch {
		case err != nil: // every day is known
			if h.open {
				m.warn(h.at, endless)
			}
		case h.open && h.first > until:
			m.warn(h.at, unknown, "Name", h.name, "Day", h.first)
		case h.open:
			m.problems.refuse(h.at, neverEnds, "Name", h.name, "Year", yearName(schoolYear(h.first)))
		case h.last > until:
			m.warn(h.at, notKnown, "Name", h.name, "From", h.first, "To", h.last, "Until", until)
		}
	}
}

// before is the last known day if holidays begin that do not end.
func (m *merge) before(h holiday, until calendar.Day) calendar.Day {
	if from, err := calendar.ParseDay(m.spec.KnownFrom); !h.open || h.first > until || err == nil && h.first <= from {
		return until
	}
	if m.holds[len(m.holds)-1].first > h.first {
		m.problems.refuse(h.at, neverEnds, "Name", h.name, "Year", yearName(schoolYear(h.first)))
	}
	return h.first - 1
}

// rentree is the last day before a school year.
func (m *merge) rentree(year int) calendar.Day {
	for _, h := range m.holds {
		if !h.open && isSummer(h.first, h.last) && h.last.Time().Year() == year {
			return h.last
		}
	}
	return calendar.DayOn(year, 8, 31)
}

// reach is the last day of a school year up to which all holidays are known.
// In the zones A, B and C there are four before each summer: behind one that is
// missing, or that does not end, nothing is known. Corse and the others have holidays of their own.
func (m *merge) reach(year int, until calendar.Day, a asked) calendar.Day {
	seen := map[string]bool{}
	for _, h := range m.holds {
		if schoolYear(h.first) != year {
			continue
		}
		name := labelOf(h.name)
		for _, earlier := range usual[:max(0, slices.Index(usual, name))] {
			if len(a.zone) == 1 && !seen[earlier] && h.last > until {
				m.warn(h.at, missing, "Year", yearName(year), "Name", name, "Missing", earlier, "Until", until)
				return until
			}
		}
		seen[name] = true
		if h.open {
			until = max(until, h.first-1)
			if name != summer {
				m.warn(h.at, noEnd, "Name", h.name, "Year", yearName(year), "Until", until)
			}
			return until
		}
		until = max(until, h.last)
	}
	return until
}

// closures adds closed days and names of days, and says how many there are.
func (m *merge) closures(f Feed, a asked) (added int) {
	closed, marked := map[string]bool{}, map[calendar.Mark]bool{}
	for _, c := range m.spec.Closed {
		closed[c.Day] = true
	}
	for _, mark := range m.spec.Marks {
		marked[mark] = true
	}
	m.spec.Closed, m.spec.Marks = slices.Clip(m.spec.Closed), slices.Clip(m.spec.Marks)
	for _, e := range f.Entries {
		switch {
		case !a.concerns(e):
		case e.Kind == Closure:
			if until := m.spec.KnownUntil; !f.Official && until != "" && (e.Resumes-1).String() > until {
				last, _ := calendar.ParseDay(until)
				m.warn(e.at(), notKnown, "Name", e.Label, "From", e.Starts, "To", e.Resumes-1, "Until", last)
			}
			for day := e.Starts; day < e.Resumes; day++ {
				added++
				if text := day.String(); !closed[text] {
					closed[text] = true
					m.spec.Closed = append(m.spec.Closed, calendar.ClosedDay{Day: text, Name: e.Label})
				}
			}
		case e.Kind == Occasion && e.Official:
			m.warn(e.at(), noHours, "Name", e.Label, "Day", e.Starts)
		case e.Kind == Occasion:
			added++
			mark := calendar.Mark{From: e.Starts.String(), To: (e.Resumes - 1).String(), Name: e.Label}
			switch {
			case marked[mark]:
			case mark.To < m.spec.KnownFrom, m.spec.KnownUntil != "" && mark.From > m.spec.KnownUntil:
				m.warn(e.at(), unknown, "Name", e.Label, "Day", e.Starts)
			default:
				marked[mark] = true
				m.spec.Marks = append(m.spec.Marks, mark)
			}
		}
	}
	return added
}

func (m *merge) warn(at place, w *wording, pairs ...any) {
	m.warnings = append(m.warnings, remark(at, w, pairs...))
}
