package tickets

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"amigo/app/fault"
	"amigo/app/people"
)

// Escalation says that a promise comes near, or was missed.
type Escalation struct {
	Promise string // "first", "next", "resolution", "internal"
	Level   int    // percent of the target used
	Passed  []int  // lower levels that were climbed while nobody looked
}

// data is what the event keeps of it, for a ticket with children that wait.
func (e Escalation) data(children int) map[string]string {
	data := map[string]string{"level": strconv.Itoa(e.Level), "promise": e.Promise}
	if len(e.Passed) > 0 {
		var passed []string
		for _, level := range slices.Sorted(slices.Values(e.Passed)) {
			passed = append(passed, strconv.Itoa(level))
		}
		data["passed"] = strings.Join(passed, ",")
	}
	if children > 0 {
		data["children"] = strconv.Itoa(children)
	}
	return data
}

// Escalate records it on the ticket, with the number of its children that are
// still open; quiet; System only. Letters are the business of whoever keeps
// the promise.
func (d *Desk) Escalate(ctx context.Context, id ID, e Escalation) (err error) {
	defer fault.Wrap(&err, "ticket %d: escalate", id)
	if err := quietly(ctx); err != nil {
		return err
	}
	return d.db.Tx(ctx, func(ctx context.Context) error {
		t, err := d.store.lock(ctx, id)
		if err != nil {
			return err
		}
		if err := d.store.raise(ctx, id, e.Level); err != nil {
			return err
		}
		children, err := d.store.openChildren(ctx, id)
		if err != nil {
			return err
		}
		w := d.turnOn(ctx, t)
		w.actor = people.System()
		w.happens(WasEscalated, nil)
		w.last().Event.Data = e.data(children)
		if err := d.store.addEvent(ctx, &w.last().Event); err != nil {
			return err
		}
		d.publishInside(ctx, id)
		return nil
	})
}

// Elevation is what an escalation does to the ticket itself.
type Elevation struct {
	Level int           // of the escalation, in percent
	Raise int           // by how much the priority rises; urgent is the end of it
	Team  people.TeamID // who gets the ticket; 0: it stays
}

// Elevate raises a ticket's priority and hands it to another team, as whoever
// acts; the events say that an escalation did it. Whoever had the ticket keeps
// it only as a member of the new team. What already is so is no change.
func (d *Desk) Elevate(ctx context.Context, id ID, e Elevation) (t Ticket, err error) {
	defer fault.Wrap(&err, "ticket %d: elevate", id)
	return d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toClassify); err != nil {
			return err
		}
		higher := w.t.Priority.raised(e.Raise)
		if err := w.classify(ctx, Change{Priority: &higher}); err != nil {
			return err
		}
		if e.Team != 0 {
			if err := w.hand(ctx, e.Team); err != nil {
				return err
			}
		}
		for i := range w.happened {
			data := map[string]string{"reason": "escalated", "level": strconv.Itoa(e.Level)}
			maps.Copy(data, w.happened[i].Event.Data)
			w.happened[i].Event.Data = data
		}
		return nil
	})
}

// hand gives the ticket to a team, and takes it from whoever is no member.
func (w *turn) hand(ctx context.Context, team people.TeamID) error {
	who, err := w.person(ctx, w.t.Assignee)
	if err != nil {
		return err
	}
	var assignee *people.ID
	if !slices.ContainsFunc(who.Teams, func(t people.Team) bool { return t.ID == team }) {
		assignee = new(people.ID)
	}
	return w.assign(ctx, assignee, &team)
}

// raised is the priority that is some steps more urgent.
func (p Priority) raised(steps int) Priority {
	i := slices.Index(Priorities[:], p)
	return Priorities[min(max(i, 0)+max(steps, 0), len(Priorities)-1)]
}
