package db

import (
	"context"
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"gorm.io/gorm"
)

// Kept remembers what was read of a table that seldom changes (teams, policies,
// settings) for as long as the table stays as it is. It is never out of date: each
// time it is asked for, the database says which edition the table is, in one
// short answer for all such tables; see the triggers of migration 0013.
type Kept[T any] struct {
	db   *DB
	name string
	read func(ctx context.Context) (T, error)

	now atomic.Pointer[reading[T]]
}

// reading is what was read of an edition.
type reading[T any] struct {
	mark  string
	value T
}

// Keep remembers what read makes of a table, or of "settings/KEY". Who asks for
// the value must not change it: others have the same.
func Keep[T any](d *DB, name string, read func(ctx context.Context) (T, error)) *Kept[T] {
	d.editions.watch(name)
	return &Kept[T]{db: d, name: name, read: read}
}

// Get gives the value, which within a transaction is what that has made of it.
func (k *Kept[T]) Get(ctx context.Context) (T, error) {
	// The mark is read first: a value can be newer than its mark, which costs another
	// look, but not older.
	mark, err := k.db.mark(ctx, k.name)
	if err != nil {
		var none T
		return none, err
	}
	if r := k.now.Load(); r != nil && r.mark == mark {
		return r.value, nil
	}
	value, err := k.read(ctx)
	if err == nil { // a mark that is undone never comes again
		k.now.Store(&reading[T]{mark, value})
	}
	return value, err
}

// marks are the editions of all tables at some moment. Those who hold them see the
// tables as they were then, or newer.
type marks struct {
	mu  sync.Mutex
	all map[string]string
}

type marksKey struct{ d *DB }

// Glance gives a context in which the editions are asked for once, for something
// short like a request: it sees its own changes, and others' at the next request.
func (d *DB) Glance(ctx context.Context) context.Context {
	return context.WithValue(ctx, marksKey{d}, &marks{})
}

// mark gives the edition of a table; empty as long as nothing of it has ever changed.
func (d *DB) mark(ctx context.Context, name string) (string, error) {
	m, _ := ctx.Value(marksKey{d}).(*marks)
	if t := d.current(ctx); t != nil {
		m = &t.marks
	}
	if m == nil {
		m = &marks{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil {
		all, err := d.marks(ctx)
		if err != nil {
			return "", err
		}
		m.all = all
	}
	return m.all[name], nil
}

func (d *DB) marks(ctx context.Context) (map[string]string, error) {
	var rows []struct{ Name, Mark string }
	if err := d.Gorm(ctx).Table("editions").Find(&rows).Error; err != nil {
		return nil, Fault(err)
	}
	all := make(map[string]string, len(rows))
	for _, r := range rows {
		all[r.Name] = r.Mark
	}
	return all, nil
}

func (m *marks) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = nil
}

// editions are the tables that are remembered.
type editions struct {
	mu     sync.Mutex
	tables map[string]bool
}

func (e *editions) watch(name string) {
	table, _, _ := strings.Cut(name, "/")
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tables = maps.Clone(e.tables)
	if e.tables == nil {
		e.tables = map[string]bool{}
	}
	e.tables[table] = true
}

// touches says whether a statement may change one of the tables.
func (e *editions) touches(s *gorm.Statement) bool {
	e.mu.Lock()
	tables := e.tables
	e.mu.Unlock()
	if s.Table != "" {
		return tables[s.Table]
	}
	sql := s.SQL.String()
	for table := range tables {
		if strings.Contains(sql, table) {
			return true
		}
	}
	return false
}

// forgetting has a transaction that changes such a table ask again for the editions.
func (d *DB) forgetting(g *gorm.DB) error {
	forget := func(g *gorm.DB) {
		if t := d.current(g.Statement.Context); t != nil && d.editions.touches(g.Statement) {
			t.marks.forget()
		}
	}
	const name = "amigo:edition"
	for _, register := range []func(string, func(*gorm.DB)) error{
		g.Callback().Create().After("gorm:create").Register, g.Callback().Update().After("gorm:update").Register,
		g.Callback().Delete().After("gorm:delete").Register, g.Callback().Raw().After("gorm:raw").Register,
	} {
		if err := register(name, forget); err != nil {
			return err
		}
	}
	return nil
}
