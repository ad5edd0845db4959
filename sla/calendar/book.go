package calendar

import (
	"context"
	"encoding/json"
	"sync"

	"amigo/app/db"
	"amigo/app/fault"
)

// VersionID identifies one version of a calendar for ever: what judged a ticket stays readable.
type VersionID int64

// Version is a calendar as it was defined at some time. It never changes.
type Version struct {
	ID     VersionID
	Name   string // of the calendar
	Number int    // 1, 2, 3 … within the calendar
	*Calendar
}

// Book keeps the versions of all calendars in the database. It is safe for concurrent use.
type Book struct {
	db    *db.DB
	store store

	listeners []Listener
	current   *db.Kept[map[string]newestVersion] // by the name of the calendar

	mu       sync.Mutex
	compiled map[VersionID]Version
}

// Listener hears, inside the transaction that writes it, of a version that is in
// force from now on; an error undoes it. The first version of a calendar is
// heard of by nobody: no promise can run on another.
type Listener func(ctx context.Context, old, now Version) error

// Listen lets somebody hear of new versions; only while the program is built.
func (b *Book) Listen(l Listener) { b.listeners = append(b.listeners, l) }

// maxCompiled bounds how many versions are kept ready for use.
const maxCompiled = 64

// NewBook opens the book of calendars.
func NewBook(d *db.DB) *Book {
	b := &Book{db: d, store: store{d}, compiled: make(map[VersionID]Version)}
	b.current = db.Keep(d, versionRow{}.TableName(), b.readCurrent)
	return b
}

// Seed writes the calendars that come with the program, where there is none of
// their name yet. It may run any number of times, also at once.
func (b *Book) Seed(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "calendar: seed")
	for _, name := range Names() {
		spec, err := Named(name)
		if err != nil {
			return err
		}
		text, err := checked(spec)
		if err != nil {
			return err
		}
		err = b.db.Tx(ctx, func(ctx context.Context) error {
			made, err := b.store.make(ctx, name)
			if err != nil || !made {
				return err
			}
			_, err = b.store.append(ctx, edition{name: name, spec: text})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Put makes a definition the current version of a calendar, which is new if
// there is none of that name. A definition that the current version already has
// makes no new one. One that does not pass [Spec.Check] is a [SpecError], a new
// name that does not pass [CheckName] fault.Fields.
func (b *Book) Put(ctx context.Context, name string, spec Spec) (v Version, err error) {
	defer fault.Wrap(&err, "calendar %q: put", name)
	text, err := checked(spec)
	if err != nil {
		return v, err
	}
	err = b.db.Tx(ctx, func(ctx context.Context) error {
		if err := b.lock(ctx, name); err != nil {
			return err
		}
		now, err := b.currentOrNew(ctx, name)
		if err != nil {
			return err
		}
		v, err = b.succeed(ctx, now, edition{name: name, spec: text})
		return err
	})
	return v, err
}

// lock makes those who decide what a calendar is wait for each other.
func (b *Book) lock(ctx context.Context, name string) error { return b.db.Lock(ctx, "calendar "+name) }

// succeed puts an edition in force after the current version and tells the
// listeners, unless it is the first or the current version itself.
func (b *Book) succeed(ctx context.Context, before Version, e edition) (v Version, err error) {
	row, err := b.put(ctx, e)
	if err != nil {
		return v, err
	}
	if v, err = b.compile(ctx, row); err != nil {
		return v, err
	}
	if before.ID == 0 || before.ID == v.ID {
		return v, nil
	}
	for _, l := range b.listeners {
		if err := l(ctx, before, v); err != nil {
			return v, err
		}
	}
	return v, nil
}

// put gives the current version if it has the digest, or else writes the next;
// one transaction after the other for each calendar.
func (b *Book) put(ctx context.Context, e edition) (namedRow, error) {
	made, err := b.store.make(ctx, e.name)
	if err != nil {
		return namedRow{}, err
	}
	if !made {
		row, err := b.store.current(ctx, e.name)
		if err != nil || row.Version.Digest == e.digest() {
			return row, err
		}
	}
	return b.store.append(ctx, e)
}

// Current is the newest version of a calendar, the one that promises of today
// are made on; fault.NotFound if there is no calendar of that name.
func (b *Book) Current(ctx context.Context, name string) (v Version, err error) {
	defer fault.Wrap(&err, "calendar %q", name)
	all, err := b.current.Get(ctx)
	if err != nil {
		return v, err
	}
	now, ok := all[name]
	if !ok {
		return v, fault.NotFound
	}
	return now.version, now.err
}

// newestVersion is the last version of a calendar, or why it is not fit for use.
type newestVersion struct {
	version Version
	err     error
}

// readCurrent compiles the newest version of every calendar.
func (b *Book) readCurrent(ctx context.Context) (map[string]newestVersion, error) {
	rows, err := b.store.list(ctx)
	all := make(map[string]newestVersion, len(rows))
	for _, row := range rows {
		v, err := b.compile(ctx, row)
		all[row.Name] = newestVersion{v, err}
	}
	return all, err
}

// Version is a version by its identity, fault.NotFound if there is none.
func (b *Book) Version(ctx context.Context, id VersionID) (v Version, err error) {
	defer fault.Wrap(&err, "calendar version %d", id)
	if v, ok := b.ready(id); ok {
		return v, nil
	}
	row, err := b.store.version(ctx, id)
	if err != nil {
		return v, err
	}
	return b.compile(ctx, row)
}

// List gives the current version of every calendar, by name.
func (b *Book) List(ctx context.Context) (list []Version, err error) {
	defer fault.Wrap(&err, "calendar: list")
	rows, err := b.store.list(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		v, err := b.compile(ctx, row)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// compile turns a row into a version that is ready for use, and keeps it.
func (b *Book) compile(ctx context.Context, row namedRow) (Version, error) {
	if v, ok := b.ready(row.Version.ID); ok {
		return v, nil
	}
	spec, err := Parse([]byte(row.Version.Spec))
	if err != nil {
		return Version{}, err
	}
	c, err := New(spec)
	if err != nil {
		return Version{}, err
	}
	v := Version{ID: row.Version.ID, Name: row.Name, Number: row.Version.Number, Calendar: c}
	// Not before it is certain: SQLite gives the identity of a version that was
	// rolled back to the next one.
	b.db.AfterCommit(ctx, func(context.Context) { b.keep(v) })
	return v, nil
}

func (b *Book) ready(id VersionID) (Version, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	v, ok := b.compiled[id]
	return v, ok
}

// keep makes room by dropping the oldest version: the fewest tickets still run on it.
func (b *Book) keep(v Version) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.compiled[v.ID] = v
	if len(b.compiled) <= maxCompiled {
		return
	}
	oldest := v.ID
	for id := range b.compiled {
		oldest = min(oldest, id)
	}
	delete(b.compiled, oldest)
}

// checked is a definition in which nothing is wrong, as the database keeps it.
func checked(s Spec) (text string, err error) {
	if err := s.Check(); err != nil {
		return "", err
	}
	data, err := json.Marshal(s)
	return string(data), err
}
