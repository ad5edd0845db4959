// Package audit keeps what was done, for ever: who signed in, who made a token,
// who read what they seldom read.
//
//  1. A use case calls [Log.Write] in its transaction: what was done and its
//     record are kept together or not at all.
//  2. Each row carries a hash of itself and of the hash before it, so the rows
//     form a chain. Writers wait for each other, so the chain has one end, and
//     the place of that end is noted beside it.
//  3. [Log.Verify] walks the chain and names the first row that was changed, put
//     in between, or missed, the newest ones included.
//
// Rows are never changed or deleted by AMIGO; an erased person stays as a uid
// that leads nowhere.
//
// The chain shows that somebody meddled with the rows. It cannot stop a person
// who owns the database and computes all the hashes anew: against that the end
// of the chain ([Log.End]) is written down elsewhere now and then, and compared.
package audit
