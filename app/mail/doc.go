// Package mail writes letters and sends them.
//
// The life of a letter:
//
//  1. A use case hands a [Draft] to [Outbox.Send] in its own transaction. The
//     letter is laid out as text and as HTML, gets the Message-ID that it keeps
//     for ever, and stands in the outbox as queued. The same Key is one letter,
//     however often it is handed over.
//  2. A job carries it: the letter is claimed (sending), given to the
//     [Transport] outside of any transaction, and marked sent.
//  3. A server that says "never" (5xx) makes it refused; "not now", or silence,
//     is tried again with growing pauses for 48 hours.
//  4. A letter that comes back is marked bounced, and so is its address.
//
// SMTP cannot deliver exactly once: between the server's 250 and our mark a
// crash sends the letter again, under the same Message-ID.
//
// Without a transport letters stay queued and can be read in the outbox as they
// would be sent. When one is configured later, those of the last 48 hours go
// out; older ones would only confuse.
package mail
