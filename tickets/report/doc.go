// Package report answers questions about many tickets at once. It only reads.
//
// The question that supervisors are held to is [Reporter.Resolution]: how long
// did it take to solve what was solved between two days, against the published
// eighteen hours? How it counts:
//
//   - a ticket counts once, on the day of its last solution, as it is now: one
//     that was reopened and is still open does not count;
//   - from the moment it was asked to the moment it was solved, in working time
//     on AMIGO's calendar and in elapsed time; what it waited for the requester
//     is in these figures, and out of the net one;
//   - incidents only, unless the question names other types; what ended as
//     merged, spam or test never counts;
//   - days are those of Paris, both included.
package report
