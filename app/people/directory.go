package people

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/fault"
)

// Directory is everyone whom AMIGO knows.
type Directory struct {
	db    *db.DB
	store store
	audit *audit.Log
	roles GroupRoles
	hears []func(context.Context, ID, Choices) error // of new choices
	teams *db.Kept[[]Team]
	sites *db.Kept[[]Site]

	// NewToken makes secrets; crypto/rand.Text unless a test sets it.
	NewToken func() string
}

// New builds the directory.
func New(d *db.DB, log *audit.Log, roles GroupRoles) *Directory {
	s := store{d}
	return &Directory{
		db: d, store: s, audit: log, roles: roles, NewToken: rand.Text,
		teams: db.Keep(d, teamRow{}.TableName(), s.teams), sites: db.Keep(d, siteRow{}.TableName(), s.sites),
	}
}

// Seed writes the person that AMIGO itself is and the sites, unless they are there.
func (d *Directory) Seed(ctx context.Context) error {
	return d.db.Tx(ctx, func(ctx context.Context) error {
		if err := d.store.seed(ctx, System(), []Site{{Code: "caen", Name: "Caen"}, {Code: "rouen", Name: "Rouen"}}); err != nil {
			return fmt.Errorf("people: seed: %w", err)
		}
		return nil
	})
}

// Get reads one person whole. None is fault.NotFound, here and below.
func (d *Directory) Get(ctx context.Context, id ID) (Person, error) {
	return d.one(ctx, fmt.Sprintf("person %d", id), "id = ?", id)
}

// GetMany reads several persons, by id, which may repeat; those that are not
// there are left out.
func (d *Directory) GetMany(ctx context.Context, ids []ID) (map[ID]Person, error) {
	found := make(map[ID]Person, len(ids))
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for chunk := range slices.Chunk(ids, chunkSize) {
		all, err := d.store.persons(ctx, "id IN ?", db.Some(chunk))
		if err != nil {
			return nil, fmt.Errorf("people: get many: %w", err)
		}
		for _, p := range all {
			found[p.ID] = p
		}
	}
	return found, nil
}

// Names reads several persons as lists show them: by id, which may repeat,
// without addresses, establishments and teams. Those that are not there are
// left out.
func (d *Directory) Names(ctx context.Context, ids []ID) (map[ID]Person, error) {
	found := make(map[ID]Person, len(ids))
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for chunk := range slices.Chunk(ids, chunkSize) {
		all, err := d.store.rows(ctx, chunk)
		if err != nil {
			return nil, fmt.Errorf("people: names: %w", err)
		}
		for _, r := range all {
			found[r.ID] = r.person()
		}
	}
	return found, nil
}

// Cards reads several persons as programs name them, by id, which may repeat: uid,
// name and main address, and nothing else. Those that are not there are left out.
func (d *Directory) Cards(ctx context.Context, ids []ID) (map[ID]Person, error) {
	found := make(map[ID]Person, len(ids))
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for chunk := range slices.Chunk(ids, chunkSize) {
		if err := d.store.cards(ctx, chunk, found); err != nil {
			return nil, fmt.Errorf("people: cards: %w", err)
		}
	}
	return found, nil
}

// Counts counts the members that are not disabled, by role.
func (d *Directory) Counts(ctx context.Context) (map[Role]int, error) {
	counts, err := d.store.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("people: counts: %w", err)
	}
	return counts, nil
}

// ByUID finds a person by exact uid.
func (d *Directory) ByUID(ctx context.Context, uid string) (Person, error) {
	return d.one(ctx, fmt.Sprintf("person %q", uid), "uid = ?", db.Text(uid))
}

// one reads the only person for whom a condition holds.
func (d *Directory) one(ctx context.Context, what, where string, arg any) (Person, error) {
	all, err := d.store.persons(ctx, where, arg)
	switch {
	case err != nil:
		return Person{}, fmt.Errorf("people: %s: %w", what, err)
	case len(all) == 0:
		return Person{}, fmt.Errorf("people: %s: %w", what, fault.NotFound)
	}
	return all[0], nil
}

// Actor is a person ready to act by a channel, with rights as they are now. A
// disabled person is fault.Denied. A member on the web or by the API has been
// proven; of anyone else the caller who has proof says so.
func (d *Directory) Actor(ctx context.Context, id ID, by Channel) (Actor, error) {
	s, err := d.store.standing(ctx, id)
	if err != nil {
		return Actor{}, fmt.Errorf("people: actor %d: %w", id, err)
	}
	return s.Actor(by)
}

// alone makes those who write new persons or addresses wait for each other, so
// that what they found free is still free when they write.
func (d *Directory) alone(ctx context.Context) error { return d.db.Lock(ctx, "people") }
