package tickets

import (
	"context"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
)

// naming are the fields by whose words a ticket is found.
var naming = []string{"subject", "requester", "establishment", "tags"}

// renames says whether a ticket is found by other words since something happened.
func (h Happening) renames() bool {
	return slices.ContainsFunc(naming, func(field string) bool { _, changed := h.Event.Changes[field]; return changed })
}

// index makes findable what has happened. What was said is added to what is
// known; what is new, or bears another name, is written anew.
func (w *turn) index(ctx context.Context) error {
	said := saidIn(w.happened)
	renamed := slices.ContainsFunc(w.happened, Happening.renames)
	if len(said) == 0 && !renamed {
		return nil
	}
	requester, err := w.person(ctx, w.t.Requester)
	if err != nil {
		return err
	}
	if w.fresh() {
		return w.desk.store.index(ctx, w.t, requester, nil, said)
	}
	if !renamed {
		if done, err := w.desk.store.indexMore(ctx, w.t.ID, requester.Lang, said); err != nil || done {
			return err
		}
	}
	return w.desk.reindex(ctx, w.t, requester)
}

// reindex writes the words of a ticket anew.
func (d *Desk) reindex(ctx context.Context, t Ticket, requester people.Person) error {
	said, err := d.store.messages(ctx, t.ID, true, 0, 0)
	if err != nil {
		return err
	}
	tags, err := d.store.tagsOf(ctx, []ID{t.ID})
	if err != nil {
		return err
	}
	return d.store.index(ctx, t, requester, tags[t.ID], said)
}

// rewordRenamed lets tickets be found by the new name of who asked for them.
type rewordRenamed struct{}

func (rewordRenamed) Kind() string { return "tickets.reword" }

// rewordRenamed goes on where it stopped when it is not given the time for all.
func (d *Desk) rewordRenamed(ctx context.Context, _ rewordRenamed) (err error) {
	defer fault.Wrap(&err, "tickets: reword")
	for {
		who, done, err := d.store.renamed(ctx)
		if err != nil || who == 0 {
			return err
		}
		if err := d.db.Tx(ctx, func(ctx context.Context) error { return d.reword(ctx, who, done) }); err != nil {
			return err
		}
	}
}

// reword writes the words of a few tickets of somebody anew, behind one of them.
func (d *Desk) reword(ctx context.Context, who people.ID, after ID) error {
	ids, err := d.store.askedAfter(ctx, who, after, rewordedTogether)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return d.store.allReworded(ctx, who, after)
	}
	if done, err := d.store.reworded(ctx, who, after, ids[len(ids)-1]); err != nil || !done {
		return err
	}
	requester, err := d.people.Get(ctx, who)
	if err != nil {
		return err
	}
	for _, id := range ids {
		t, err := d.store.lock(ctx, id)
		if err != nil {
			return err
		}
		if err := d.reindex(ctx, t, requester); err != nil {
			return err
		}
	}
	return nil
}

const (
	rewordEvery      = 5 * time.Minute
	rewordedTogether = 20 // tickets of one transaction
)
