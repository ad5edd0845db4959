package people

import (
	"context"
	"fmt"
	"slices"
	"time"

	"amigo/app/audit"
)

// Import writes a batch into the directory, all of it or, when anything is
// wrong with it, nothing: then the error is [Problems]. Persons whom the batch
// does not name stay as they are.
func (d *Directory) Import(ctx context.Context, b Batch) (Report, error) {
	b = b.normal()
	var r Report
	err := d.db.Tx(ctx, func(ctx context.Context) error {
		if err := d.alone(ctx); err != nil {
			return err
		}
		var err error
		r, err = d.load(ctx, b)
		return err
	})
	if err != nil {
		return Report{}, fmt.Errorf("people: import: %w", err)
	}
	return r, nil
}

// load checks a normal batch against the directory and writes it.
func (d *Directory) load(ctx context.Context, b Batch) (Report, error) {
	k, err := d.store.known(ctx, b)
	if err != nil {
		return Report{}, err
	}
	k = k.with(b)
	if problems := b.check(k); len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
		return Report{}, problems
	}
	if err := d.store.putPlaces(ctx, b); err != nil {
		return Report{}, err
	}
	if k.teams, err = d.store.teamsBySlug(ctx); err != nil {
		return Report{}, err
	}
	changed, r := b.plan(k, d.db.Now(ctx))
	if err := d.store.put(ctx, changed); err != nil {
		return Report{}, err
	}
	return r, d.audit.Write(ctx, audit.Entry{
		Actor: actorUID(ctx), Action: "people.import", Subject: "directory",
		Details: map[string]any{
			"created": r.Created, "changed": r.Changed, "unchanged": r.Unchanged,
			"establishments": len(b.Establishments), "teams": len(b.Teams),
		},
	})
}

// plan lists the persons whom a batch makes or changes, as they will be.
func (b Batch) plan(k known, at time.Time) ([]Person, Report) {
	var changed []Person
	var r Report
	for _, e := range b.Persons {
		old, there := k.persons[e.UID]
		p := e.onto(old, k, at)
		switch {
		case !there:
			r.Created++
		case p.same(old):
			r.Unchanged++
			continue
		default:
			r.Changed++
		}
		changed = append(changed, p)
	}
	return changed, r
}

// same says whether two states of a person are written alike.
func (p Person) same(other Person) bool {
	return p.Name == other.Name && p.Title == other.Title && p.Role == other.Role && p.Lang == other.Lang &&
		p.Phone == other.Phone && p.Site == other.Site && (p.DisabledAt == nil) == (other.DisabledAt == nil) &&
		slices.Equal(p.Addresses, other.Addresses) &&
		slices.EqualFunc(p.Establishments, other.Establishments, func(a, b Establishment) bool { return a.UAI == b.UAI }) &&
		slices.EqualFunc(p.Teams, other.Teams, func(a, b Team) bool { return a.ID == b.ID })
}

// actorUID is who acts in ctx, AMIGO itself when nobody does.
func actorUID(ctx context.Context) string {
	if a := ActorOf(ctx); !a.Nobody() {
		return a.UID
	}
	return System().UID
}
