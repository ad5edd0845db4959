// Package sla makes promises about tickets and keeps watch over them.
//
// The requester is promised three things: the first answer, the next answer, the
// resolution. They run on AMIGO's calendar, and so should every [Policy]; only
// one for people on call names another. A fourth promise is made to nobody
// outside: the internal one, how long a team may keep a ticket, on the team's
// own calendar, else its site's. It is no due date that a list sorts by.
//
// A timer is one promise about one ticket:
//
//  1. A ticket is opened. The first policy whose conditions hold, in the order
//     that supervisors have given them, starts a timer for the first answer, one
//     for the resolution, and perhaps the team's ([Engine] hears of it inside
//     the transaction that opens the ticket).
//  2. The ticket waits for somebody else: the timers that the policy names stand
//     still. It goes on: they run on, with the time already used.
//  3. A technician answers: the first answer is met or missed. The requester
//     writes again: a timer for the next answer starts.
//  4. Another team gets the ticket: the target of the one is met or missed, that
//     of the other starts.
//  5. The ticket is solved: the resolution is met or missed. It is reopened: the
//     same timer runs on; the time during which it was solved does not count.
//  6. Something of the ticket changes and another policy applies: the target
//     changes, and perhaps the calendar; the time used stays. What that policy
//     does not promise is withdrawn, and goes on when another promises it again.
//  7. It is merged into another: its promises are dropped, and the other goes on
//     with the time of whoever asked first (inherit.go). What is split off is
//     counted from when its words came in.
//
// A timer keeps its segments, the stretches of time during which it ran, and
// with each the version of the calendar that counts it. Everything else that is
// said of a timer follows from them: what was used, when it is due, when the next
// bell rings; so every due date can be explained long afterwards
// ([Engine.Explain]).
//
// What falls within the target is met: consumed ≤ target. A due date at closing
// time stays there, and nobody is told outside of opening hours: what comes due
// at closing is told at the next opening.
//
// # Calendars change
//
// A new version of a calendar puts the job sla.repromise into its own
// transaction. The job counts anew, some hundred tickets at a time, every
// segment of a living timer that an older version counts, as if there had never
// been another; what is left to do stands in the segments themselves, so it may
// be cut off anywhere, and [Engine.Left] knows how much it is. A ticket that
// something happens to, or whose bell rings, before its turn is counted anew
// there and then. What was solved keeps the version that judged it; what was told
// stays told, and what the new hours make late rings at the next opening.
// [Engine.Preview] says beforehand what a definition would move.
//
// Beyond the last day whose hours are published the clock counts the usual ones
// (calendar.Calendar.Assumed), and the promise says that it is provisional until
// the version comes that knows.
//
// Policies change, too: [Engine.AddPolicy], ChangePolicy, MovePolicy and
// RetirePolicy decide about what happens from then on, [Engine.Rejudge] puts
// what is open under the policies of today, [Engine.DryRun] says which applies to
// a ticket and why.
//
// # Bells
//
// The database is the timer, the queue only rings: sla.sweep looks each minute
// for timers whose ring_at has come, and sla.ring climbs the policy's ladder,
// each level once for all time (table escalations): it is recorded on the
// ticket, the priority rises, another team gets it, people are alerted. After a
// standstill of the whole program the highest level reached is told, to everyone
// of the rungs below it, too; those are marked as passed. Children of a parent
// that is open climb in silence.
//
// An alert is a row for each person (table alerts). sla.alert gathers those of
// one person into one letter and marks them in the same transaction, at most
// every ten minutes and while the promise's office is open; what was settled
// meanwhile is left out. Whoever is away is stood in for by their deputy.
//
// Each hour sla.foresee looks ahead: a calendar that ends soon makes it write to
// the supervisors ([Engine.Horizon]).
//
// Tickets that were lived elsewhere come with the promises that would have been
// made of them ([Engine.Load]).
//
// The decisions are pure: clock.go (a timer), moves.go (what an event does to
// timers), policy.go and condition.go (which policy). hear.go, repromise.go and
// sweep.go carry them out.
package sla
