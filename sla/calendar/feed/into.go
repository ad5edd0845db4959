package feed

import (
	"cmp"
	"slices"

	"amigo/sla/calendar"
)

// Into draws from base the definition that has the feed's holidays of a zone
// ("B", "Zone B", "Corse") or of an académie ("Caen"); without one, those of
// base's own school zone, or of the only one that there is. In the school years
// of which the feed speaks its holidays replace base's, from the first that it
// names to the last; everything else stays. The last known day moves as far
// as every day up to it is known then, if the feed is the ministry's; anybody
// else's feed never moves it.
//
// A feed in our own JSON is the new definition itself, with the [Doubts] of it. The base is never
// changed. Fails with an [Error], or with a calendar.SpecError where what comes
// out is no calendar.
func (f Feed) Into(base calendar.Spec, zone string) (calendar.Spec, []Warning, error) {
	if f.Spec != nil {
		return *f.Spec, Doubts(*f.Spec), nil
	}
	a, err := f.whose(cmp.Or(zone, base.SchoolZone))
	if err != nil {
		return calendar.Spec{}, nil, err
	}
	news, warnings, err := f.holidays(a)
	if err != nil {
		return calendar.Spec{}, nil, err
	}
	m := merge{spec: base, warnings: slices.Concat(f.Passed, warnings)}
	m.spec.SchoolZone = cmp.Or(a.name, base.SchoolZone)
	if len(news) > 0 {
		if base.Regimes[calendar.SchoolHolidays] == nil {
			return calendar.Spec{}, nil, refusal(place{}, noRegime, "Regime", calendar.SchoolHolidays)
		}
		m.replace(news)
		if f.Official {
			m.know(news, a)
		} else {
			m.stay(news)
		}
	}
	days := m.closures(f, a)
	if err := m.problems.err(); err != nil {
		return calendar.Spec{}, nil, err
	}
	if len(news)+days == 0 {
		return calendar.Spec{}, nil, refusal(place{}, nothing, "Name", a.name)
	}
	if err := m.spec.Check(); err != nil {
		return calendar.Spec{}, nil, err
	}
	return m.spec, m.warnings, nil
}

// Doubts are what somebody should look at in a whole definition, which may be
// meant: one that follows a school zone and ends on no day has holidays that
// end, and behind the last of them counts every day as one of term.
func Doubts(s calendar.Spec) []Warning {
	if s.SchoolZone == "" || s.KnownUntil != "" {
		return nil
	}
	return []Warning{remark(place{}, endless)}
}
