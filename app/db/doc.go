// Package db is storage: GORM on PostgreSQL or SQLite, transactions, and the
// instant at which things happen.
//
// It is the only package that knows which database runs. The rest of AMIGO
// sees one surface:
//
//  1. [Open] connects; [DB.Migrate] brings the schema up to date.
//  2. A use case opens a transaction: d.Tx(ctx, func(ctx context.Context) error {…}).
//     Inside, the context carries it: a Tx within a Tx joins the outer one, and
//     [DB.Gorm] answers with the connection of the transaction. The closure's
//     parameter is called ctx so that the outer one cannot be used by mistake.
//  3. [DB.Now] is one instant for the whole transaction, in UTC and whole
//     microseconds, which is what both databases keep.
//  4. [DB.AfterCommit] runs something once the outermost transaction is
//     durable: a bell to ring, a page to wake. Nothing that must not be lost.
//  5. [DB.Lock] makes transactions that name the same key wait for each other.
//
// A Tx that fails dooms the transaction it joined: PostgreSQL has aborted it
// anyway, and SQLite must not go on where PostgreSQL would not. So an expected
// duplicate is written with ON CONFLICT and read from RowsAffected, never
// caught as an error.
//
// Many rows at once are written by [Bulk], under numbers that [DB.Reserve] takes,
// and changed by [Rewrite].
//
// SQLite has one connection that writes and a pool that can only read, so
// writing outside of a transaction fails there at once; PostgreSQL has one pool.
//
// [Fault] turns a driver's errors into the kinds of app/fault. [DB.Match] and
// [DB.DayOf] are the two pieces of SQL that the dialects spell differently and
// that stores need.
package db
