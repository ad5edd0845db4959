package sla

import (
	"context"
	"fmt"
	"time"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// Horizon is a calendar that ends too soon: somebody has to import or write what
// comes after its last published day.
type Horizon struct {
	Calendar string
	Until    calendar.Day // the last day whose hours are published
	Promises int          // living promises whose date is provisional for want of it
}

// foresight is how far ahead the hours have to be published: the longest default
// promise, 36 working hours, given during the summer, reaches five weeks ahead,
// and whoever imports a school year needs the time to come to it.
const foresight = 60

// Horizon lists the calendars that have an opening day within the next sixty
// days for which nobody has published the hours, or on which promises are
// provisional; by name.
func (e *Engine) Horizon(ctx context.Context) (short []Horizon, err error) {
	defer fault.Wrap(&err, "sla: horizon")
	all, err := e.book.List(ctx)
	if err != nil {
		return nil, err
	}
	provisional, err := e.store.provisional(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		ends, err := endsSoon(v.Calendar, e.db.Now(ctx))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.Name, err)
		}
		if n := provisional[v.Name]; ends || n > 0 {
			short = append(short, Horizon{Calendar: v.Name, Until: v.Published(), Promises: n})
		}
	}
	return short, nil
}

// endsSoon says whether a calendar has to guess an opening day that is near.
func endsSoon(c *calendar.Calendar, now time.Time) (bool, error) {
	today := calendar.DayOf(now.In(c.Zone()))
	from, to := max(c.Published()+1, today), today+foresight
	if from > to {
		return false, nil
	}
	_, known := c.Assumed().Known()
	if known < to { // not even assumed
		return true, nil
	}
	days, err := c.Assumed().Days(from, to)
	for _, d := range days {
		if len(d.Open) > 0 {
			return true, err
		}
	}
	return false, err
}

// Foresee is the job that asks the supervisors for the opening hours to come.
type Foresee struct{}

// Kind names the job in the database.
func (Foresee) Kind() string { return "sla.foresee" }

const foreseeEvery = time.Hour

// foresee writes to the supervisors about every calendar that ends too soon,
// while its office is open: once for each day on which it ends, which the key
// of the letter sees to.
func (e *Engine) foresee(ctx context.Context, _ Foresee) error {
	return e.db.Tx(ctx, func(ctx context.Context) error {
		short, err := e.Horizon(ctx)
		if err != nil || len(short) == 0 {
			return err
		}
		now := e.db.Now(ctx)
		who, err := e.supervisors(ctx, now)
		if err != nil {
			return err
		}
		for _, h := range short {
			v, err := e.book.Current(ctx, h.Calendar)
			if err != nil {
				return err
			}
			if told(now, v.Assumed()).After(now) {
				continue
			}
			for _, id := range who {
				if err := e.ask(ctx, h, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// ask writes to one supervisor about one calendar.
func (e *Engine) ask(ctx context.Context, h Horizon, id people.ID) error {
	reader, err := e.people.Get(ctx, id)
	if err != nil {
		return err
	}
	address, ok := reader.Mailbox()
	if !ok {
		return nil
	}
	d := h.draft(i18n.In(reader.Lang), reader, e.conf.PublicURL, e.db.Now(ctx))
	d.To = address
	_, err = e.outbox.Send(ctx, d)
	return err
}

// draft is the letter to a supervisor. It is pure.
func (h Horizon) draft(p *i18n.Printer, reader people.Person, site string, now time.Time) mail.Draft {
	until := p.DateAt(h.Until.Time(), now)
	d := mail.Draft{
		Key:  fmt.Sprintf("horizon:%s:%s:person:%d", h.Calendar, h.Until, reader.ID),
		Kind: "horizon", Person: int64(reader.ID), ToName: reader.Name, Lang: p.Lang(),
		Subject: p.T("sla.horizon.subject", "Calendar", h.Calendar, "Until", until),
		Body: mail.Body{
			Greeting:   p.T("sla.alert.greeting", "Name", reader.Name),
			Paragraphs: []string{p.T("sla.horizon.ends", "Calendar", h.Calendar, "Until", until)},
			Footer:     []string{p.T("sla.horizon.once")},
		},
	}
	if h.Promises > 0 {
		d.Body.Paragraphs = append(d.Body.Paragraphs, p.N("sla.horizon.promises", h.Promises))
	}
	d.Body.Paragraphs = append(d.Body.Paragraphs, p.T("sla.horizon.import"))
	if site != "" {
		d.Body.Link, d.Body.Action = site+"/admin/calendars", p.T("sla.horizon.open")
	}
	return d
}
