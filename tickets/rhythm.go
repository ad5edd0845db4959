package tickets

import (
	"cmp"
	"context"
	"errors"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// Rhythm is when somebody works: on which days of which calendar. Letters that
// may wait come by it. It is pure.
type Rhythm struct {
	Calendar calendar.Version // beyond its published days, as they usually are
	Days     calendar.Workdays
}

// Rhythm is a person's own. Technicians keep the calendar of their team, or of
// its site; everybody else AMIGO's, of which people of a school have the days of
// the term.
func (d *Desk) Rhythm(ctx context.Context, p people.Person) (r Rhythm, err error) {
	defer fault.Wrap(&err, "tickets: rhythm of %d", p.ID)
	r.Days = calendar.OpenDays
	name := ""
	if p.Role.AtLeast(people.Technician) {
		name, err = d.officeOf(ctx, p)
	} else if len(p.Establishments) > 0 {
		r.Days = daysAt(p.Establishments[0])
	}
	if err != nil {
		return r, err
	}
	r.Calendar, err = d.conf.book(ctx, name)
	return r, err
}

// officeOf names the calendar by which a technician's first team measures
// itself; empty where it has none of its own.
func (d *Desk) officeOf(ctx context.Context, p people.Person) (string, error) {
	if len(p.Teams) == 0 || p.Teams[0].Calendar != "" {
		return firstOf(p.Teams).Calendar, nil
	}
	sites, err := d.people.Sites(ctx)
	for _, s := range sites {
		if s.Code == p.Teams[0].Site {
			return s.Calendar, err
		}
	}
	return "", err
}

func firstOf(teams []people.Team) people.Team {
	if len(teams) == 0 {
		return people.Team{}
	}
	return teams[0]
}

// book reads a calendar, AMIGO's where it has no name or is not there.
func (c Config) book(ctx context.Context, name string) (calendar.Version, error) {
	house := cmp.Or(c.Calendar, calendar.Normandie)
	if c.Book == nil {
		cal, err := builtIn()
		return calendar.Version{Name: house, Calendar: cal}, err
	}
	v, err := c.Book.Current(ctx, cmp.Or(name, house))
	if errors.Is(err, fault.NotFound) && name != "" {
		v, err = c.Book.Current(ctx, house)
	}
	return v, err
}

// morningHour is when gathered letters come, on the reader's clock.
const morningHour = 8

// Morning is the next 8:00 of a day that counts, at an instant or after it. Where
// the calendar cannot say, it is that of the next day.
func (r Rhythm) Morning(at time.Time) time.Time {
	cal := r.Calendar.Assumed()
	at8 := func(d calendar.Day) time.Time {
		y, m, n := d.Time().Date()
		return time.Date(y, m, n, morningHour, 0, 0, 0, cal.Zone())
	}
	today := calendar.DayOf(at.In(cal.Zone()))
	if cal.Counts(today, r.Days) && !at8(today).Before(at) {
		return at8(today).UTC()
	}
	next, err := cal.DayAfter(today, 1, r.Days)
	if err != nil {
		next = today + 1
	}
	return at8(next).UTC()
}

// Opening is the first instant of working time from an instant on: itself within
// opening hours, and where the calendar cannot say.
func (r Rhythm) Opening(at time.Time) time.Time {
	cal := r.Calendar.Assumed()
	for now := at; now.Sub(at) < calendar.Horizon; {
		m, err := cal.At(now)
		if err != nil {
			return at
		}
		if m.Open && cal.Counts(calendar.DayOf(now.In(cal.Zone())), r.Days) {
			return now.UTC()
		}
		if m.Until.IsZero() {
			return at
		}
		now = m.Until
	}
	return at
}

// NotBefore says from which instant on a letter of an instant may be sent to a
// person: at once to most people, and with the next opening of their own hours
// to those who want to be left in peace outside of them. It is what
// [mail.Config] asks for.
func (d *Desk) NotBefore(ctx context.Context, person int64, at time.Time) (time.Time, error) {
	id := people.ID(person)
	c, err := d.people.Choices(ctx, id)
	if err != nil || !c.Quiet {
		return at, err
	}
	who, err := d.people.Get(ctx, id)
	if err != nil {
		return at, err
	}
	r, err := d.Rhythm(ctx, who)
	if err != nil {
		return at, err
	}
	return r.Opening(at), nil
}
