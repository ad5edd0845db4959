// Package bulk changes many tickets in one go: a selection, or all that a view
// holds. It never does more than the desk would do ticket by ticket; what it adds
// is a look at everything before anything happens.
//
// The life of such a change ([Bulk]):
//
//  1. [Bulks.Gather] or [Bulks.GatherAll] fixes which tickets it is about, at most
//     [MaxTickets]. What enters the view later is not touched.
//  2. [Bulks.Plan] takes what is to become of them (an [Action]), asks the desk's
//     own rules about each ticket ([tickets.Desk.Foresee]), and keeps the answer:
//     the ticket will change, will be refused, or is so already. With it the version
//     of the ticket is kept, and the newest message where words will be sent.
//     [Bulks.Lines] shows it, before → after. One may plan again.
//  3. [Bulks.Start] hands it to a job. Ticket by ticket, each in a transaction of its
//     own that also writes what became of it, the job acts as the author, with the
//     rights that the author has then. A ticket that is not as it was shown is
//     refused, and the others go on. Letters go out as if each had been changed by
//     hand.
//  4. It is done, or somebody stops it ([Bulks.Stop]): what was not reached stays
//     untouched, and may be started again.
//
// Whoever pulls the plug at any line finds each ticket changed once or not at all:
// that a ticket was changed, and that its line says so, is one transaction.
//
// A change of many tickets is its author's; administrators may look at it and
// stop it, for everybody else it does not exist. Start and end stand in the record.
//
// Start reading at [Action], then plan.go and run.go.
package bulk
