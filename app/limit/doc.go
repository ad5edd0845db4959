// Package limit says how often something may happen: sign-ins from an address,
// mails from a sender, tickets of a guest.
//
// A [Rate] allows a burst at once and as many over its period. The rule is the
// generic cell rate algorithm of telephony (ITU-T I.371): all that is kept of a
// key is one instant, the theoretical arrival time of the next event that
// conforms. Events push it into the future, time catches up with it, and an
// event that would push it further than a whole period ahead is too much.
//
//  1. [Limiter.Take] counts an event under a key and says whether it is allowed;
//     one that is not allowed is not counted.
//  2. The instants are rows in the database, so all processes count together
//     and a restart forgives nothing.
//  3. A row whose instant has passed says as much as no row; [Limiter.Prune]
//     deletes those.
//  4. [Local] counts in one process and writes nothing, for programs that ask a
//     hundred times a second.
//
// The arithmetic is one pure function, in gcra.go.
package limit
