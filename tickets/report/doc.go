// Package report answers questions about many tickets at once, and writes the
// answers that supervisors are sent. It changes no ticket.
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
//   - by the version of the calendar that judged it, whatever became of the
//     calendar since;
//   - as an installation has chosen ([Choices]): which types count, which of the
//     two times is held to the target, which outcomes are left out. What ended
//     as merged, spam or test never counts;
//   - days are those of Paris, both included.
//
// Beside it stands what people thought of those solutions: of the last one of
// each ticket, by everybody of the requester's side who said so.
//
// # The reports that are sent
//
//  1. A job looks every few minutes whether the last day, week or month that is
//     over has its report. Nothing is composed before AMIGO's office has opened,
//     and nothing on a day on which it stays shut.
//  2. What is composed is a row of the table reports, number 1 of its kind and
//     first day, and a letter to each supervisor, in one transaction: the key of
//     the row lets one of any number of workers through, so a report goes out
//     once. What was missed while nobody was there is kept; only the latest of a
//     kind is also sent.
//  3. A report is never changed. By night another job counts again what was
//     kept, by the choices that held then; where tickets were reopened or
//     reclassified since, the new figures become number 2 and on, beside it.
//
// Start reading at resolution.go; compose.go is where reports come from.
package report
