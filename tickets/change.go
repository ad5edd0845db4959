package tickets

import (
	"context"
	"slices"

	"amigo/app/fault"
	"amigo/app/people"
)

// Change is what staff change of a ticket in one go; nil: unchanged.
type Change struct {
	Version  int // 0: as it is now
	Status   *Status
	Type     *Type
	Priority *Priority
	Assignee *people.ID
	Team     *people.TeamID
	Category *string
	Service  *string
	Solve    Solve // read when Status is Solved

	Subject       *string
	Requester     *people.ID
	Establishment *string // UAI; empty: the requester's main one
	Impact        *Impact // with Urgency it gives the priority, unless Priority is chosen
	Urgency       *Urgency
	Tags          *TagChange // collides with nobody's form: Version is not asked for it alone
}

// Change changes a ticket in one transaction. A transition that does not exist
// is fault.Invalid; for whoever has seen another version it is an [OvertakenError].
// Whoever becomes the requester reads the whole conversation, and whoever was it
// no longer does, unless they reported it or follow it. Fields: type, subject,
// priority, impact, urgency, category, service, requester, establishment, tags,
// and those of Assign and Solve.
func (d *Desk) Change(ctx context.Context, id ID, c Change) (t Ticket, err error) {
	defer fault.Wrap(&err, "ticket %d: change", id)
	return d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toClassify); err != nil {
			return err
		}
		if err := w.expect(ctx, c.Version); err != nil {
			return err
		}
		if err := w.classify(ctx, c); err != nil {
			return err
		}
		if err := w.assign(ctx, c.Assignee, c.Team); err != nil {
			return err
		}
		switch {
		case c.Status == nil || *c.Status == w.t.Status:
			return nil
		case *c.Status == Solved:
			return w.solve(ctx, c.Solve)
		}
		return w.goTo(*c.Status)
	})
}

// classify says what sort of ticket it is.
func (w *turn) classify(ctx context.Context, c Change) error {
	f := fault.Fields{}
	before := w.t
	if c.Type != nil {
		if w.t.Type = *c.Type; !c.Type.Valid() {
			f.Add("type", "tickets.field.choose")
		}
	}
	if c.Subject != nil {
		w.t.Subject = cleanLine(*c.Subject)
		checkSubject(f, w.t.Subject)
	}
	w.weigh(f, c)
	if c.Service != nil || c.Category != nil {
		service, category := w.t.Service, w.t.Category
		if c.Service != nil {
			service, category = *c.Service, "" // the new service brings its own
		}
		if c.Category != nil {
			category = *c.Category
		}
		if err := w.setService(ctx, f, &w.t, service, category); err != nil {
			return err
		}
	}
	if err := w.setAsker(ctx, f, c); err != nil {
		return err
	}
	tags, err := w.retagged(ctx, f, c.Tags)
	if err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	if w.t == before && !tags.changed() {
		return nil
	}
	w.happens(WasClassified, nil)
	return w.retag(ctx, tags)
}

// setAsker says whose ticket it is, and where they work. Where only the person
// changes, the place is theirs, unless both work there.
func (w *turn) setAsker(ctx context.Context, f fault.Fields, c Change) error {
	place := ""
	if c.Establishment != nil {
		place = *c.Establishment
	}
	switch {
	case c.Requester != nil && *c.Requester == 0:
		f.Add("requester", "tickets.field.requester")
		return nil
	case c.Requester != nil && *c.Requester != w.t.Requester:
		if err := w.handOver(ctx, f, *c.Requester); err != nil {
			return err
		}
		if c.Establishment == nil && worksAt(w.known.persons[w.t.Requester], w.t.Establishment) {
			return nil
		}
	case c.Establishment == nil || *c.Establishment == w.t.Establishment:
		return nil
	}
	if _, err := w.person(ctx, w.t.Requester); err != nil {
		return err
	}
	was := w.t.Establishment
	w.t.Establishment = ""
	if err := w.setPlace(ctx, f, &w.t, place); err != nil {
		return err
	}
	if f["establishment"].Key != "" {
		w.t.Establishment = was
	}
	return nil
}

// handOver makes somebody else the requester; nobody who works on the ticket from
// outside can be.
func (w *turn) handOver(ctx context.Context, f fault.Fields, to people.ID) error {
	if err := w.setRequester(ctx, f, &w.t, Open{Requester: to}); err != nil {
		return err
	}
	parties, err := w.desk.store.parties(ctx, w.t.ID)
	if slices.ContainsFunc(parties, func(p ThirdParty) bool { return p.Person == to }) {
		f.Add("requester", "circle.field.third_party")
	}
	return err
}

func worksAt(p people.Person, uai string) bool {
	return uai != "" && slices.ContainsFunc(p.Establishments, func(e people.Establishment) bool { return e.UAI == uai })
}

// goTo brings the ticket to another status, without words.
func (w *turn) goTo(to Status) error {
	do, ok := actFor(w.t.Status, to)
	if !ok {
		return w.refused()
	}
	if err := w.begin(do); err != nil {
		return err
	}
	switch do {
	case toAsk, toRefer:
		w.happens(WasPaused, nil)
	case toResume:
		w.happens(WasResumed, nil)
	case toReopen:
		w.happens(WasReopened, nil)
	case toClose:
		w.happens(WasClosed, nil)
	}
	return nil
}
