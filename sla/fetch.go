package sla

import (
	"context"
	"errors"
	"maps"

	"amigo/app/fault"
	"amigo/app/fetch"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/sla/calendar/feed"
)

// maxFetched is how large a calendar may be that is fetched: the ministry's
// whole calendar, all zones and years, is smaller.
const maxFetched = 1 << 20

// Fetch is the job that fetches what somebody else publishes, for a draft that
// waits for it.
type Fetch struct {
	Draft calendar.DraftID `json:"draft"`
	Zone  string           `json:"zone,omitempty"` // or an académie; empty: the calendar's own
}

// Kind names the job in the database.
func (Fetch) Kind() string { return "sla.fetch" }

// Fetch makes a draft of a calendar from what lies at an address: the holidays
// of a zone or an académie, put into the current definition (see feed.Into), or
// a whole definition. The draft is Fetching until a job has been there, then
// Ready, or Refused with the reasons, a line each. Nothing is put in force.
// Supervisors and above; an address that cannot be asked for is a [fetch.Error].
func (e *Engine) Fetch(ctx context.Context, calendarName, address, zone, author string) (id calendar.DraftID, err error) {
	defer fault.Wrap(&err, "calendar %q: fetch", calendarName)
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return 0, fault.Denied
	}
	if err := fetch.Check(address); err != nil {
		return 0, err
	}
	err = e.db.Tx(ctx, func(ctx context.Context) error {
		d, err := e.book.NewDraft(ctx, calendar.Draft{Calendar: calendarName, State: calendar.Fetching, Source: address, Author: author})
		if err != nil {
			return err
		}
		id = d.ID
		return e.queue.Put(ctx, Fetch{Draft: d.ID, Zone: zone})
	})
	return id, err
}

// fetch fills a draft with what lies at its source, or refuses it. Only what is
// an accident of ours is tried again: for all the rest somebody waits at a page.
func (e *Engine) fetch(ctx context.Context, job Fetch) (err error) {
	defer fault.Wrap(&err, "calendar draft %d: fetch", job.Draft)
	d, err := e.book.Draft(ctx, job.Draft)
	if err != nil || d.State != calendar.Fetching {
		return err
	}
	spec, warnings, err := e.fetched(ctx, d, job.Zone)
	if err == nil {
		err = e.book.FillDraft(ctx, d.ID, spec, calendar.WriteRemarks(warnings))
	}
	if errors.Is(err, fault.Invalid) || errors.Is(err, fault.Unavailable) {
		why := Remarks(err)
		if why == nil {
			why = []calendar.Remark{{Text: err.Error()}}
		}
		err = e.book.RefuseDraft(ctx, d.ID, calendar.WriteRemarks(why))
	}
	if errors.Is(err, fault.Conflict) {
		return nil // it was discarded meanwhile
	}
	return err
}

func (e *Engine) fetched(ctx context.Context, d calendar.Draft, zone string) (calendar.Spec, []feed.Warning, error) {
	data, err := e.client.Get(ctx, d.Source, maxFetched)
	if err != nil {
		return calendar.Spec{}, nil, err
	}
	return e.draw(ctx, d.Base, data, zone)
}

// Draw gives the next definition of a calendar from what somebody else
// published: what feed.Read recognises, put into the current definition. For a
// calendar that is new it must be a whole definition. What lies is a
// [feed.Error] or a calendar.SpecError. Nothing is written.
func (e *Engine) Draw(ctx context.Context, calendarName string, data []byte, zone string) (calendar.Spec, []feed.Warning, error) {
	now, err := e.book.Current(ctx, calendarName)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return calendar.Spec{}, nil, err
	}
	return e.draw(ctx, now.ID, data, zone)
}

// draw is Draw into a version; 0 is a calendar that is new.
func (e *Engine) draw(ctx context.Context, version calendar.VersionID, data []byte, zone string) (calendar.Spec, []feed.Warning, error) {
	f, err := feed.Read(data)
	if err != nil {
		return calendar.Spec{}, nil, err
	}
	var base calendar.Spec
	if version != 0 {
		if base, err = e.book.Spec(ctx, version); err != nil {
			return calendar.Spec{}, nil, err
		}
	}
	return f.Into(base, zone)
}

// Remarks say why a calendar was not fetched or drawn, in words for pages and
// for logs; none where that is an accident of ours.
func Remarks(err error) []calendar.Remark {
	if wrong, ok := errors.AsType[*calendar.SpecError](err); ok {
		return wrong.Remarks()
	}
	if wrong, ok := errors.AsType[*feed.Error](err); ok {
		return wrong.Problems
	}
	wrong, ok := errors.AsType[*fetch.Error](err)
	if !ok {
		return nil
	}
	args := maps.Clone(wrong.Args)
	args["Host"] = wrong.Host
	return []calendar.Remark{{Rule: "fetch." + string(wrong.Rule), Args: args, Text: wrong.Error()}}
}
