// Package sla makes promises about tickets and keeps watch over them.
//
// A promise is one of three: the first answer, the next answer, the resolution.
// A [Policy] says how much working time each may take, on which calendar. A
// timer is one promise about one ticket:
//
//  1. A ticket is opened. The first policy whose conditions hold starts a timer
//     for the first answer and one for the resolution ([Engine] hears of it
//     inside the transaction that opens the ticket).
//  2. The ticket waits for somebody else: the timers that the policy names stand
//     still. It goes on: they run on, with the time already used.
//  3. A technician answers: the first answer is met or missed. The requester
//     writes again: a timer for the next answer starts.
//  4. The ticket is solved: the resolution is met or missed. It is reopened: the
//     same timer runs on; the time during which it was solved does not count.
//  5. Something of the ticket changes and another policy applies: the target
//     changes, the time used stays.
//
// A timer keeps its segments, the stretches of time during which it ran, and
// with each the version of the calendar that counted it, so that every due date
// can be explained long afterwards ([Engine.Explain]).
//
// What falls within the target is met: consumed ≤ target. A due date at closing
// time stays there, and nobody is told outside of opening hours: what comes due
// at closing is told at the next opening.
//
// The database is the timer, the queue only rings: sla.sweep looks each minute
// for timers whose ring_at has come, and sla.ring tells who stands on the
// policy's ladder, once each for all time (table escalations). After a pause of
// the whole program the highest rung reached is told, with everyone of the rungs
// below it.
//
// Tickets that were lived elsewhere come with the promises that would have been
// made of them ([Engine.Load]).
//
// The decisions are pure: clock.go (a timer), moves.go (what an event does to
// timers), policy.go (which policy). hear.go and sweep.go carry them out.
package sla
