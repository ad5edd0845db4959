package bulk

import (
	"context"
	"slices"
	"strings"

	"amigo/app/fault"
	"amigo/tickets"
)

// item is what becomes of one ticket.
type item struct {
	Ticket  tickets.ID
	Version int               // of the ticket when it was shown
	Seen    tickets.MessageID // its newest message then, where words are sent; else 0
	Fate    Fate
	Reason  fault.Message // of a refusal
}

// chunk is how many tickets are read, or changed, in one go.
const chunk = 50

// Plan says what is to become of the tickets of a draft, and keeps what the desk's
// rules say of each; only its author may. Fields: see [Action]; action, when there
// is nothing to do.
func (s *Bulks) Plan(ctx context.Context, id ID, a Action) (err error) {
	defer fault.Wrap(&err, "bulk %d: plan", id)
	b, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	if b.State != Draft {
		return fault.Because(fault.Conflict, "bulk.refused.started")
	}
	a.Text = strings.TrimSpace(strings.ReplaceAll(a.Text, "\r\n", "\n"))
	if err := s.check(ctx, a, b.Total); err != nil {
		return err
	}
	b.Action = a
	// Read before the transaction that writes: on SQLite everybody waits for that one.
	items, err := s.store.items(ctx, id, "", 0, MaxTickets)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(items, tickets.MaxPage) {
		if err := s.judge(ctx, b, some); err != nil {
			return err
		}
	}
	return s.db.Tx(ctx, func(ctx context.Context) error {
		if kept, err := s.store.plan(ctx, b); err != nil {
			return err
		} else if !kept {
			return fault.Because(fault.Conflict, "bulk.refused.started")
		}
		return s.store.replaceItems(ctx, id, items)
	})
}

// judge finds out what will become of some tickets.
func (s *Bulks) judge(ctx context.Context, b Bulk, items []item) error {
	foreseen, err := s.foresee(ctx, b, items)
	if err != nil {
		return err
	}
	newest := map[tickets.ID]tickets.MessageID{}
	if b.Action.Text != "" {
		if newest, err = s.store.newest(ctx, ticketsOf(items)); err != nil {
			return err
		}
	}
	for i := range items {
		f, there := foreseen[items[i].Ticket]
		items[i].Version, items[i].Seen, items[i].Reason = f.Before.Version, newest[items[i].Ticket], fault.Message{}
		switch {
		case !there:
			items[i].Fate, items[i].Reason = Refused, fault.Say("tickets.field.ref")
		case f.Err != nil:
			items[i].Fate, items[i].Reason = Refused, reasonOf(f.Err)
		case b.Action.Text == "" && len(Differences(f)) == 0:
			items[i].Fate = Unchanged
		default:
			items[i].Fate = Waiting
		}
	}
	return nil
}

// foresee is what the desk says that an action would make of some tickets, those
// that the actor may see.
func (s *Bulks) foresee(ctx context.Context, b Bulk, items []item) (map[tickets.ID]tickets.Foreseen, error) {
	found, err := s.desk.GetMany(ctx, ticketsOf(items))
	if err != nil {
		return nil, err
	}
	all := make(map[tickets.ID]tickets.Foreseen, len(found))
	if b.Action.Into != 0 {
		for _, t := range found {
			f, err := s.foreseeMerge(ctx, t, b.Action.Into)
			if err != nil {
				return nil, err
			}
			all[t.ID] = f
		}
		return all, nil
	}
	foreseen, err := s.desk.Foresee(ctx, found, b.Action.change(0, 0, b.Action.Text), b.Action.answer(0, b.Action.Text))
	for _, f := range foreseen {
		all[f.Before.ID] = f
	}
	return all, err
}

// foreseeMerge is foresee for one ticket that is to go on as another. The
// survivor among those that were chosen stays as it is.
func (s *Bulks) foreseeMerge(ctx context.Context, t tickets.Ticket, into tickets.ID) (tickets.Foreseen, error) {
	f := tickets.Foreseen{Before: t, After: t}
	if t.ID == into {
		return f, nil
	}
	_, err := s.desk.Merging(ctx, t.ID, into)
	if err != nil && !refusal(err) {
		return f, err
	}
	if f.Err = err; err == nil {
		f.After.MergedInto, f.After.Status = into, tickets.Closed
	}
	return f, nil
}

func ticketsOf(items []item) []tickets.ID {
	ids := make([]tickets.ID, 0, len(items))
	for _, it := range items {
		ids = append(ids, it.Ticket)
	}
	return ids
}
