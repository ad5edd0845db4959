// Package mailin turns the mail that arrives into tickets and messages.
//
// Mail is what strangers write: broken, forged, automatic, looping, hostile. Two
// promises hold through all of it: nothing is lost, and nothing speaks in
// somebody's name without proof.
//
// A letter's life:
//
//  1. A source receives the raw bytes and keeps them before it tells the server.
//  2. [Parse] takes them apart: who, what, when, the new text and the quoted one,
//     the attachments; whether a machine wrote it ([Sign]), whether it is a
//     delivery report ([Bounce]). It reads anything up to [MaxSize] in bounded
//     time and memory. What it cannot read becomes a ticket with the raw message.
//  3. The intake asks the directory and the tickets what they know ([Known]).
//  4. [Judge] decides ([Verdict]): reply on a ticket, open one, hold it for a
//     technician, mark a bounce, ignore, refuse. The verdict and its reason are
//     kept with the letter, so "where did my mail go?" is one question.
//  5. The intake carries the verdict out.
//
// Start reading at [Intake.Receive], then in file.go.
//
// # Receiving
//
// A [Source] brings messages to [Intake.Receive]: the listener of smtp.go (whose
// door.go counts connections, whose tls.go secures them and whose trace.go writes
// the lines of the last server), the same for our own mail server (lmtp.go), the
// reader of reader.go (imap.go is one visit to a mailbox over imap_wire.go,
// imap_search.go how it finds what is new, imap_fetch.go what it takes from there,
// imap_after.go what becomes of it then), the pipe of pipe.go. Receive keeps the
// bytes, then in one transaction a row and a job; only then does the source say
// yes. A message is known again by the key that its source gives it, or by its
// very bytes; by its Message-ID, its recipient and what it says when it is filed.
// health.go says of each source how it stands.
//
// # Filing
//
// The job of file.go does the rest, and may be repeated at any time. It files the
// messages that this one answers first, so that many that come at once become one
// conversation in its order; two that concern one conversation wait for each
// other. message.go is a message taken apart, know.go gathers what is known of it,
// upload.go brings its files to the desk and says in whose name, carry.go carries
// the verdict out, answer.go writes to the sender or the supervisors where that is
// safe. budget.go ends the answers to a loop, at the limits of rules.go, and
// answered.go tells the outbox which mails a letter of ours answers. What the
// verdict says, what became of it and the ticket itself are one transaction.
// held.go is for technicians, who decide what the rules could not, and list.go for
// the page where they do.
//
// Whoever nothing has proven speaks as a guest, even from an address of the
// directory: the guest is somebody else than its owner, and takes none of their
// rights. An establishment's own mailbox is the establishment. What a proven
// technician answers goes to who asked, unless it begins with "#note", or answers
// a letter that was for staff by another way than its signed address.
//
// # Parsing
//
// repair.go finds the head of the letter and mends it; head.go unfolds its fields,
// in which words.go decodes and address.go finds the people. prescan.go follows the
// MIME structure, and is the only code that does: one pass over the lines, at
// most [MaxDepth] containers open and [MaxParts] parts. The libraries that read
// whole messages are never given one: enmime takes time exponential in the depth
// of unclosed containers, and keeps an error for every wrong byte of base64. What
// it is best at, broken media types, it reads here too (media.go). Bytes are
// decoded by transfer.go, a little at a time: of a file only the size, the sum and
// the first bytes are wanted, and [Attachment.Data] decodes it again for those who
// take it. charset.go makes UTF-8 of texts. content.go sorts the parts into body and attachments; secured.go
// keeps whole what is signed or encrypted, opens a signature that holds the letter
// (opaque.go), and says what nobody could read; invitation.go tells in words what
// a calendar asks (ical.go reads it). html.go
// cleans, plain.go makes text of HTML, quote.go parts new from quoted by the
// marks of marks.go. automatic.go tells machines from people. bounce.go reads the
// reports of mail servers, with failure.go to recognise the irregular ones,
// original.go to find the letter that they are about and diagnosis.go to weigh
// their words.
//
// # Judging
//
// known.go is what the outside knows, verdict.go what can be decided, judge.go
// the rules, authres.go who proved the sender. The rules are pure and read from
// top to bottom: a letter is judged by the first that speaks of it. They lean to
// one side only: where it is not certain who speaks, the letter is held, nothing
// is sent out and nothing of the ticket is shown.
package mailin
