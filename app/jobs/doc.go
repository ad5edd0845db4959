// Package jobs is work for later: an outbox of jobs in the database, and asynq
// to ring the bell for them.
//
// The database is the truth. A row in the table jobs is a promise to do
// something, and Redis only makes it happen soon: emptying Redis at any moment
// loses nothing. The life of a job:
//
//  1. [Queue.Put] writes a row in the caller's transaction, ready. If that
//     transaction is not kept, there never was a job.
//  2. The relay of a process that works hands the row over: it is marked
//     handed, its attempt counted, and a task of asynq named after row and
//     attempt is enqueued. Put rings for the relay; it also looks each second.
//  3. A worker runs the handler. With [Handle] the same transaction marks the
//     row done, so the effect and its record are one. With [HandleOutside],
//     for the network, the mark comes after: at least once.
//  4. An error or a panic puts the row back, ready, with the reason, to be
//     tried later and later; after its last attempt it is failed, to be read
//     in [Queue.Failed] and revived by [Queue.Retry]. Nothing vanishes.
//  5. A row that was handed over and is neither done nor alive in Redis after
//     two minutes is handed over again: the process died, or Redis forgot. It
//     is given up only if it was begun in the end, not for going down with others.
//
// Retries, delays and periodic work live in the rows, never in asynq: its
// scheduler doubles tasks when two processes run it, and what it keeps dies
// with Redis.
//
// Periodic jobs ([Every]) are rows, too, unique by kind and slot: every process
// that works tries to insert the current slot, one succeeds. [Slot] tells the
// handler when it last ran, so that one run makes up for a night of downtime.
//
// A handler has ninety seconds; more work than that is several jobs. A kind
// that this process does not know, as happens when two versions run side by
// side, is left to others.
//
// Start reading at [Queue.Put]; then relay.go and run.go. [Queue.Drain] is for
// tests: it does everything that is due, in order, without Redis.
package jobs
