// Package mail writes letters and sends them.
//
// The life of a letter:
//
//  1. A use case hands a [Draft] to [Outbox.Send] in its own transaction. The
//     letter is laid out as text and as HTML, gets the Message-ID that it keeps
//     for ever, and stands in the outbox as queued. The same Key is one letter,
//     however often it is handed over.
//  2. A job carries it: the letter is claimed (sending), joined to what its reader
//     wrote, signed, given to the [Transport] outside of any transaction, and
//     marked sent. So many go to one domain at once; the others wait their turn
//     without a job, and domain.go says who wakes them.
//  3. What the server answers is judged in answer.go. Only what it says of the
//     reader or of the letter refuses it; all else is tried again with growing
//     pauses for 48 hours, by a few letters for all that share the trouble.
//  4. A letter that comes back is marked bounced, and so is its address. Nothing is
//     sent to an address where nobody is: such letters are written, refused, and
//     say why ([ReasonStopped]), until somebody confirms the address.
//
// All that somebody reads of one ticket is one conversation in their mail program:
// thread.go says by which headers.
//
// SMTP cannot deliver exactly once: between the server's 250 and our mark a
// crash, or a database that is away for half a minute, sends the letter again,
// under the same Message-ID, byte for byte the same but for the hour of its
// signature; and so does a 250 that never reaches us.
//
// Without a transport letters stay queued and can be read in the outbox as they
// would be sent. When one is configured later, those of the last 48 hours go
// out; older ones would only confuse.
//
// Start reading at [Outbox.Send]; then carry.go.
package mail
