package app

import (
	"errors"
	"slices"
	"time"

	"amigo/sla/calendar"
	"amigo/tickets"
)

// yearOf is over how long synthetic tickets are spread.
const yearOf = 365 * 24 * time.Hour

// day is a day on which tickets come.
type day struct {
	begins time.Time
	open   time.Duration
}

// weight is how many tickets come on a day, against others: most on long days of
// term, few in the holidays, hardly any on closed days.
func (d day) weight() float64 {
	switch hours := d.open.Hours(); {
	case hours == 0:
		return 0.5
	case hours > 8, hours < 6: // term, and its Wednesdays
		return hours
	default:
		return 3
	}
}

// arrivals are the instants at which n tickets were asked, in order.
func (s *studio) arrivals(n int) ([]time.Time, error) {
	days, err := s.days()
	if err != nil {
		return nil, err
	}
	all := make([]time.Time, 0, n)
	for len(all) < n {
		at := s.hour(weighted(s.dice, days, day.weight))
		if at.Before(s.now) && at.After(s.since) {
			all = append(all, at)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return all, nil
}

// days are those on which tickets come.
func (s *studio) days() (days []day, err error) {
	y, m, d := s.since.In(s.cal.Zone()).Date()
	for i := 0; ; i++ {
		begins := time.Date(y, m, d+i, 0, 0, 0, 0, s.cal.Zone())
		if begins.After(s.now) {
			return days, nil
		}
		open, err := s.cal.Between(begins, time.Date(y, m, d+i+1, 0, 0, 0, 0, s.cal.Zone()))
		if err != nil {
			return nil, err
		}
		days = append(days, day{begins, open})
	}
}

// hour is when on a day somebody asks: during opening hours, mostly in the
// middle of the morning and of the afternoon, or else in the evening.
func (s *studio) hour(d day) time.Time {
	var hour float64
	switch {
	case d.open == 0 || s.chance(0.12):
		hour = 7 + 15*s.Float64()
	case d.open < 6*time.Hour || s.chance(0.6):
		hour = 8 + 2.5*(s.Float64()+s.Float64())
	default:
		hour = 13 + 2*(s.Float64()+s.Float64())
	}
	y, m, dd := d.begins.Date()
	return time.Date(y, m, dd, 0, 0, int(hour*3600), 0, d.begins.Location()).UTC()
}

// later is when somebody who works the hours of the desk has worked so long.
func (s *studio) later(at time.Time, work time.Duration) time.Time {
	due, err := s.cal.Add(at, work)
	if err == nil {
		return due.Truncate(time.Second)
	}
	return s.never(err)
}

// closing is when the desk closes what a school has not contradicted since it was
// solved: in the morning after its days are over.
func (s *studio) closing(solved time.Time) time.Time {
	last, err := s.cal.DayAfter(calendar.DayOf(solved.In(s.cal.Zone())), tickets.UsualDelays.Close, calendar.TermDays)
	if err != nil {
		return s.never(err)
	}
	y, m, d := last.Time().Date()
	night, err := s.cal.At(time.Date(y, m, d+1, 0, 0, 0, 0, s.cal.Zone()))
	if err != nil {
		return s.never(err)
	}
	return night.Until.UTC()
}

// never is when something happens on a day that is not known: such a day has not
// come yet.
func (s *studio) never(err error) time.Time {
	if !calendar.Unknown(err) && !errors.Is(err, calendar.ErrTooFar) {
		s.errs = append(s.errs, err)
	}
	return s.now.Add(yearOf)
}

// worked is the working time between two instants.
func (s *studio) worked(from, to time.Time) time.Duration {
	d, err := s.cal.Between(from, to)
	if err != nil {
		s.errs = append(s.errs, err)
	}
	return d
}
