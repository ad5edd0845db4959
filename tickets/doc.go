// Package tickets is the desk: tickets, what is said on them, and who hears of it.
//
// A ticket is one request for help. Somebody asks (the requester), perhaps
// through a colleague (who reported it); a team has it in its queue; a
// technician works on it. What people say on it are messages: public replies,
// and internal notes that the requester's side never sees. Everything that
// happens to it is an event, kept for ever.
//
// # The life of a ticket
//
//  1. [Desk.Open] files it: a route gives it a team, the requester an
//     acknowledgement. It is new.
//  2. Somebody takes it ([Desk.Assign]) or answers ([Desk.Reply]): it is open.
//  3. It may wait for the requester or for a third party ([Desk.Wait]); the
//     requester's next words end the wait for them. Without any they are asked
//     again once, and in the end the ticket is solved for want of an answer.
//  4. [Desk.Solve] ends the work with a solution, an outcome and a cause. More
//     words by the requester's side reopen it.
//  5. When nobody has for some days, it closes. A closed ticket changes no more:
//     what comes after is a new one.
//  6. For two months the requester's side may say what it thinks of the solution
//     ([Desk.Rate]), by the link that the letter of the solution has brought.
//
// How long the desk waits before it acts by itself are the [Delays], counted in
// the requester's own working days; almanac.go says which. A day that a letter
// names is theirs to its end.
//
// Tickets that are about the same thing belong together: one goes on as another
// ([Desk.Merge]), some of its words become a ticket of their own ([Desk.Split]),
// or many become the children of one ([Desk.Adopt]).
//
// What moves it from where to where ("." stays; "-" cannot be):
//
//	          new                 open                waiting_requester   waiting_third_party solved              closed
//	see       .                   .                   .                   .                   .                   .
//	seenotes  .                   .                   .                   .                   .                   .
//	complete  .                   .                   open                .                   open                -
//	answer    open                .                   .                   .                   .                   -
//	note      .                   .                   .                   .                   .                   .
//	assign    open                .                   .                   .                   .                   -
//	transfer  .                   .                   .                   .                   .                   -
//	classify  .                   .                   .                   .                   .                   -
//	ask       waiting_requester   waiting_requester   .                   waiting_requester   -                   -
//	refer     waiting_third_party waiting_third_party waiting_third_party .                   -                   -
//	resume    open                .                   open                open                -                   -
//	solve     solved              solved              solved              solved              -                   -
//	reopen    -                   -                   -                   -                   open                -
//	close     -                   -                   -                   -                   closed              -
//	remind    -                   -                   .                   -                   -                   -
//	merge     closed              closed              closed              closed              closed              -
//	split     .                   .                   .                   .                   .                   -
//	adopt     .                   .                   .                   .                   .                   -
//	rate      -                   -                   -                   -                   .                   .
//	involve   .                   .                   .                   .                   .                   -
//	consult   .                   .                   .                   .                   .                   -
//	hear      .                   .                   .                   .                   .                   .
//	follow    .                   .                   .                   .                   .                   -
//	invite    .                   .                   .                   .                   .                   -
//	unfollow  .                   .                   .                   .                   .                   .
//	read      .                   .                   .                   .                   .                   .
//	watch     .                   .                   .                   .                   .                   .
//	check     .                   .                   .                   .                   .                   -
//	spend     .                   .                   .                   .                   .                   .
//	wake      .                   .                   .                   .                   .                   .
//	link      .                   .                   .                   .                   .                   .
//
// That is what [next], in state.go, answers; a test compares the two.
//
// # Who may what
//
// Technicians and above work every ticket. The requester's side (requester,
// reporter, followers) reads it without the notes and says more. A ticket that
// is not yours does not exist. Somebody whose identity is only claimed, as in
// a mail that nobody vouches for, may write but reads nothing. [may], in
// access.go, is the table.
//
// Those outside who work on a ticket, a publisher or the Région, are its third
// parties (party.go). They take no part in it: staff write to each alone
// ([Desk.Consult]), and what they answer is a note ([Desk.Hear]). Who follows a
// ticket was let in by staff or by the requester (follow.go); the copies of a
// mail are words, and let nobody in.
//
// # How a change happens
//
// Every use case is one file and one transaction: read the ticket under a lock,
// ask [may] and [next], write what changed where its version still is what it
// was, write the event, tell the listeners ([Desk.Listen]), then write the
// letters that the event causes ([notices]) with the dates that the listeners
// have promised. A listener's error undoes it all. Listeners keep promises with
// quiet writes ([Desk.PromiseMany], [Desk.Escalate]), which never move the
// version: a sweep never collides with somebody's open form.
//
// Not everybody wants every letter: pace.go says which comes how soon to whom,
// digest.go gathers those of a day into one, and rhythm.go knows whose morning
// it is.
//
// A life that was lived elsewhere, or made up, comes by the same rules:
// [Desk.Relive] lets it happen once more, [Desk.Keep] writes it.
//
// # Where what stands
//
// The Desk has one method for each thing that somebody does, in the file of that
// name; they come in groups:
//
//   - work on a ticket: open.go, reply.go, note.go, assign.go, change.go, wait.go,
//     solve.go, reopen.go, escalate.go, lapse.go;
//   - what stands beside the conversation: tag.go, check.go, effort.go, wake.go,
//     watch.go, unheard.go; impact.go says what makes a priority;
//   - tickets among themselves: merge.go, split.go, adopt.go, link.go, and kin.go for
//     all of them at once;
//   - who else is there: follow.go, party.go, consult.go;
//   - what is read: look.go for one ticket as its page shows it, query.go, attach.go,
//     and rate.go for who has but a link;
//   - letters: notice.go says which, letter.go and its like what they say, post.go
//     writes them;
//   - what other packages ask for: address.go for mail, promise.go for promises,
//     rhythm.go for quiet hours, delay.go and route.go for settings, past.go for
//     lives lived elsewhere.
//
// # Where to start reading
//
// ticket.go for the nouns, state.go and access.go for the rules, then reply.go:
// the use case in which most of it meets. turn.go is what use cases are made of.
package tickets
