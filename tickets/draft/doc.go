// Package draft keeps what people write until it is sent, and sends it.
//
// A draft is what stands in one form of one person: what they say on a ticket, how
// they solve it, a new request. Its life:
//
//  1. While somebody types, the page sends what stands there ([Drafts.Keep]). It is
//     kept on the server: it is there on another computer, after signing out, after
//     the power went. Nobody but its author ever reads it.
//  2. Two devices may write the same one. The words that came last stand; what the
//     other had written is set aside and shown beneath, so that nothing is lost.
//  3. [Drafts.Send] does what the form asks of the desk. Words that would leave the
//     house wait for some seconds first: the draft is on its way, with an instant
//     and a job, and until then nothing at all has happened on the ticket.
//  4. Until then its author may take it back ([Drafts.TakeBack]) or send it off at
//     once ([Drafts.SendNow]). Either it is taken back or it is sent, never both: each
//     is a guarded update of the same row.
//  5. What cannot be sent any more (somebody has written meanwhile, the ticket is
//     closed, its author may not) is a draft again, and says why.
//  6. It is gone once it was sent, and after thirty days without a touch.
//
// Whether words can be sent is asked of the desk itself, when they are sent and
// before they wait: they are said in a transaction that is not kept.
//
// The package also has what helps to write: templates, whose few variables are
// filled in one pass, so that nothing that people are called is ever read as a
// template ([Fill]); and a signature for each person, put under what leaves.
//
// Start reading at draft.go, then send.go.
package draft
