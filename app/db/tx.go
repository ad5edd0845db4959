package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"amigo/migrations"
)

// ErrDoomed is returned by a transaction whose closure went on after an inner
// one had failed: nothing of it was kept.
var ErrDoomed = errors.New("an inner transaction failed")

// txn is a transaction under way. It belongs to one goroutine.
type txn struct {
	gorm   *gorm.DB
	at     time.Time
	after  []func(context.Context)
	doomed error
	single bool // it is one statement
	marks  marks
}

type txKey struct{ d *DB }

func (d *DB) current(ctx context.Context) *txn {
	t, _ := ctx.Value(txKey{d}).(*txn)
	return t
}

// Tx runs f in a transaction and commits when f returns nil. Within another Tx
// of the same database it joins that one; if f fails there, the outer one is
// doomed whatever its closure answers. A panic rolls back and goes on.
func (d *DB) Tx(ctx context.Context, f func(ctx context.Context) error) error {
	t := d.current(ctx)
	if t == nil {
		return d.begin(ctx, f)
	}
	if t.single {
		return errSingle
	}
	err := f(ctx)
	if err != nil && t.doomed == nil {
		t.doomed = err
	}
	return err
}

// errSingle says that more than a statement was wanted of [DB.Single].
var errSingle = errors.New("db: a single statement is no transaction")

// Single runs f, which makes one statement that writes: by itself, on PostgreSQL without
// the round trips that begin and end a transaction. Within a Tx it is part of that one.
func (d *DB) Single(ctx context.Context, f func(ctx context.Context) error) error {
	if d.current(ctx) != nil {
		return d.Tx(ctx, f)
	}
	if d.dialect == migrations.SQLite {
		// A statement is made ready on the one connection that writes. Who has it, and wants
		// the same statement, would wait for whoever makes it ready and waits for the connection.
		return d.begin(ctx, func(ctx context.Context) error {
			d.current(ctx).single = true
			return f(ctx)
		})
	}
	t := &txn{gorm: d.write, at: d.now(), single: true}
	if err := f(context.WithValue(ctx, txKey{d}, t)); err != nil {
		return err
	}
	for _, after := range t.after {
		after(ctx)
	}
	return nil
}

func (d *DB) begin(outer context.Context, f func(ctx context.Context) error) (err error) {
	g := d.write.WithContext(outer).Begin()
	if g.Error != nil {
		return fmt.Errorf("db: begin: %w", Fault(g.Error))
	}
	t := &txn{gorm: g, at: d.now()}
	done := false
	defer func() {
		if !done { // f panicked
			g.Rollback()
		}
	}()
	err = f(context.WithValue(outer, txKey{d}, t))
	if err == nil && t.doomed != nil {
		err = fmt.Errorf("%w: %w", ErrDoomed, t.doomed)
	}
	done = true
	if err != nil {
		g.Rollback()
		return err
	}
	if err := g.Commit().Error; err != nil {
		g.Rollback()
		return fmt.Errorf("db: commit: %w", Fault(err))
	}
	if seen, ok := outer.Value(marksKey{d}).(*marks); ok {
		seen.forget()
	}
	for _, after := range t.after {
		after(outer)
	}
	return nil
}

// InTx says whether ctx carries a transaction of this database.
func (d *DB) InTx(ctx context.Context) bool { return d.current(ctx) != nil }

// Gorm answers with the connection of ctx's transaction; outside of one, with
// a pool to read from. Only stores call it.
func (d *DB) Gorm(ctx context.Context) *gorm.DB {
	if t := d.current(ctx); t != nil {
		return t.gorm.WithContext(ctx)
	}
	return d.read.WithContext(ctx)
}

// Now is the instant of ctx's transaction, or of this call outside of one: UTC,
// whole microseconds.
func (d *DB) Now(ctx context.Context) time.Time {
	if t := d.current(ctx); t != nil {
		return t.at
	}
	return d.now()
}

// AfterCommit runs f when the outermost transaction of ctx has been committed,
// in the order of the calls and in the same goroutine; at once outside of a
// transaction. f gets a context without the transaction.
func (d *DB) AfterCommit(ctx context.Context, f func(ctx context.Context)) {
	if t := d.current(ctx); t != nil {
		t.after = append(t.after, f)
		return
	}
	f(ctx)
}

// Lock waits until no other transaction holds key, and holds it until this one
// ends. SQLite has one writer at a time, so there is nothing to wait for there.
func (d *DB) Lock(ctx context.Context, key string) error {
	t := d.current(ctx)
	if t == nil {
		return fmt.Errorf("db: lock %q outside of a transaction", key)
	}
	if t.single {
		return errSingle
	}
	if d.dialect != migrations.Postgres {
		return nil
	}
	return Fault(t.gorm.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", key).Error)
}
