// Package live tells open pages what changed, so that they can look again.
//
// A change carries ids only; the page asks for the thing itself, and is answered
// or refused as ever. Who may hear of an id is for the listener to judge: this
// package knows no ticket.
//
//  1. A use case calls [Hub.Publish] in its transaction. When that is
//     committed, the change goes to Redis, and from there to every process.
//  2. A page calls [Hub.Subscribe] and hears of every change until it goes.
//     All pages of a process share one subscription in Redis.
//  3. Whoever may have missed something hears of [Everything] instead: a
//     reader that was too slow, or all of them after Redis was away.
//
// [Presence] is who has a thing before them at this moment, and who is writing.
//
// Nothing waits for this package. Publishing never fails and never takes time;
// while Redis is away the changes melt into one Everything, told on its return.
package live
