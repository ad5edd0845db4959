package bulk

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"amigo/app/audit"
	"amigo/app/fault"
	"amigo/app/jobs"
	"amigo/app/people"
	"amigo/tickets"
)

// Start lets a change happen that was planned, or one go on that was stopped; only
// its author may. Started twice it happens once.
func (s *Bulks) Start(ctx context.Context, id ID) (err error) {
	defer fault.Wrap(&err, "bulk %d: start", id)
	b, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	if !b.Planned() {
		return fault.Because(fault.Invalid, "bulk.field.empty")
	}
	return s.db.Tx(ctx, func(ctx context.Context) error {
		moved, err := s.store.move(ctx, id, Running, Draft, Stopped)
		if err != nil || !moved {
			return err
		}
		if err := s.note(ctx, "bulk.start", b); err != nil {
			return err
		}
		return s.queue.Put(ctx, step{Bulk: id})
	})
}

// Stop ends a change that runs: the ticket under way is finished, no other is
// begun. Its author may, and administrators. One that does not run stays as it is.
func (s *Bulks) Stop(ctx context.Context, id ID) (err error) {
	defer fault.Wrap(&err, "bulk %d: stop", id)
	b, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context) error {
		moved, err := s.store.move(ctx, id, Stopped, Running)
		if err != nil || !moved {
			return err
		}
		return s.note(ctx, "bulk.stop", b)
	})
}

// step changes the next tickets.
type step struct {
	Bulk ID `json:"bulk"`
}

func (step) Kind() string { return "bulk.step" }

// sweep forgets what nobody started, and what was done long ago.
type sweep struct{}

func (sweep) Kind() string { return "bulk.sweep" }

// How long changes are kept.
const (
	draftsFor  = 24 * time.Hour      // that nobody started
	resultsFor = 90 * 24 * time.Hour // since their end
)

// Jobs registers the jobs.
func (s *Bulks) Jobs(m *jobs.Mux) {
	jobs.HandleOutside(m, s.step)
	jobs.Handle(m, s.sweep)
	jobs.Every(m, time.Hour, sweep{})
}

// step changes the next tickets, one after the other, and puts the step after it.
// One that meets with an accident leaves its ticket waiting and is tried again.
func (s *Bulks) step(ctx context.Context, job step) (err error) {
	defer fault.Wrap(&err, "bulk %d", job.Bulk)
	b, err := s.store.get(ctx, job.Bulk)
	if errors.Is(err, fault.NotFound) || err == nil && b.State != Running {
		return nil
	}
	if err != nil {
		return err
	}
	items, err := s.store.items(ctx, b.ID, Waiting, 0, chunk)
	if err != nil {
		return err
	}
	var accidents []error
	for _, it := range items {
		switch err := s.one(ctx, b, it); {
		case errors.Is(err, errNoAuthor):
			return s.giveUp(ctx, b)
		case err != nil:
			accidents = append(accidents, err)
		}
	}
	if err := errors.Join(accidents...); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context) error {
		if len(items) == chunk {
			err = s.queue.Put(ctx, job)
		} else {
			err = s.end(ctx, b, Done)
		}
		return errors.Join(err, s.queue.Done(ctx))
	})
}

// errNoAuthor says that there is nobody any more who may change the tickets.
var errNoAuthor = errors.New("bulk: the author may not")

// one changes one ticket, and writes that it did, in one transaction. What the
// desk refuses is written down.
func (s *Bulks) one(ctx context.Context, b Bulk, it item) error {
	err := s.db.Tx(ctx, func(ctx context.Context) error {
		mine, err := s.store.claim(ctx, b.ID, it.Ticket)
		if err != nil || !mine {
			return err
		}
		author, err := s.people.Actor(ctx, b.Author, people.Web)
		if errors.Is(err, fault.Denied) || errors.Is(err, fault.NotFound) || err == nil && !author.Is(people.Technician) {
			return errNoAuthor
		}
		if err != nil {
			return err
		}
		return s.act(people.As(ctx, author), b.Action, it)
	})
	if err == nil || errors.Is(err, errNoAuthor) || !refusal(err) {
		return err
	}
	it.Fate, it.Reason = Refused, reasonOf(err)
	return s.db.Tx(ctx, func(ctx context.Context) error { return s.store.settle(ctx, b.ID, it) })
}

// act does to a ticket what one would do by hand.
func (s *Bulks) act(ctx context.Context, a Action, it item) error {
	if a.Into != 0 {
		return s.merge(ctx, a.Into, it)
	}
	text, err := s.textFor(ctx, a, it.Ticket)
	if err != nil {
		return err
	}
	if _, err := s.desk.Change(ctx, it.Ticket, a.change(it.Version, it.Seen, text)); err != nil {
		return err
	}
	if answer := a.answer(it.Seen, text); answer != nil {
		_, err = s.desk.Reply(ctx, it.Ticket, *answer)
	}
	return err
}

// merge lets a ticket go on as another. The desk asks for no version there: whether
// it was the one that was shown is seen from what came of it.
func (s *Bulks) merge(ctx context.Context, into tickets.ID, it item) error {
	if err := s.desk.Merge(ctx, it.Ticket, into); err != nil {
		return err
	}
	t, err := s.desk.Get(ctx, it.Ticket)
	if err == nil && t.Version != it.Version+1 {
		err = fault.Because(fault.Conflict, "bulk.refused.changed")
	}
	return err
}

// textFor is what is said on a ticket.
func (s *Bulks) textFor(ctx context.Context, a Action, id tickets.ID) (string, error) {
	if a.Text == "" || s.fill == nil {
		return a.Text, nil
	}
	t, err := s.desk.Get(ctx, id)
	if err != nil {
		return "", err
	}
	return s.fill(ctx, a.Text, a.Lang, t)
}

// Example is the text as it will be said on the first ticket that it is said on;
// empty where there is none.
func (s *Bulks) Example(ctx context.Context, b Bulk) (text string, on tickets.ID, err error) {
	defer fault.Wrap(&err, "bulk %d: example", b.ID)
	if b.Action.Text == "" {
		return "", 0, nil
	}
	items, err := s.store.items(ctx, b.ID, Waiting, 0, 1)
	if err != nil || len(items) == 0 {
		return "", 0, err
	}
	text, err = s.textFor(ctx, b.Action, items[0].Ticket)
	return text, items[0].Ticket, err
}

// giveUp stops a change whose author may not do it any more.
func (s *Bulks) giveUp(ctx context.Context, b Bulk) error {
	return s.db.Tx(ctx, func(ctx context.Context) error {
		if err := s.store.refuseRest(ctx, b.ID, fault.Say("bulk.refused.author")); err != nil {
			return err
		}
		return errors.Join(s.end(ctx, b, Stopped), s.queue.Done(ctx))
	})
}

// end brings a change that runs to its end, and notes how it went.
func (s *Bulks) end(ctx context.Context, b Bulk, as State) error {
	moved, err := s.store.move(ctx, b.ID, as, Running)
	if err != nil || !moved {
		return err
	}
	return s.note(people.As(ctx, people.Actor{}), "bulk."+string(as), b)
}

// note writes into the record what was done with a change, to how many tickets.
// What AMIGO does, it does for the author.
func (s *Bulks) note(ctx context.Context, action string, b Bulk) error {
	actor := people.ActorOf(ctx)
	if actor.Nobody() {
		author, err := s.people.Get(ctx, b.Author)
		if err != nil {
			return err
		}
		actor.UID = author.UID
	}
	tally, err := s.store.tally(ctx, b.ID)
	if err != nil {
		return err
	}
	details := map[string]any{"fields": b.Action.fields()}
	for _, fate := range slices.Sorted(maps.Keys(tally)) {
		details[string(fate)] = tally[fate]
	}
	return s.audit.Write(ctx, audit.Entry{Actor: actor.UID, Action: action, Subject: "bulk:" + numberOf(int64(b.ID)), Details: details})
}

// fields names what an action changes.
func (a Action) fields() (names []string) {
	for name, set := range map[string]bool{
		FieldAssignee: a.Assignee != nil, FieldTeam: a.Team != 0, FieldStatus: a.Status != "", FieldPriority: a.Priority != "",
		FieldCategory: a.Category != "", FieldTags: len(a.AddTags)+len(a.RemoveTags) > 0, "text": a.Text != "", FieldInto: a.Into != 0,
	} {
		if set {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (s *Bulks) sweep(ctx context.Context, _ sweep) (err error) {
	defer fault.Wrap(&err, "bulk: sweep")
	now := s.db.Now(ctx)
	return s.store.forget(ctx, now.Add(-draftsFor), now.Add(-resultsFor))
}
