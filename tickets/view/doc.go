// Package view keeps the views of the queue that people make for themselves: a
// name for what stands in an address, so that one finds it again.
//
// A view is words only ([View.Query], in the names of [tickets.ParseFilter]). It
// shows nothing by itself: whoever opens it asks the desk, and gets what they may
// see; "me" in it is its reader.
//
//  1. Somebody who works on tickets gives a name to what they look at
//     ([Views.Save]). It is theirs alone, or shared with a team of theirs, or with
//     all who work on tickets.
//  2. It stands in the navigation of everybody who may see it ([Views.List]).
//  3. Its owner renames it, gives it another query, shares it, removes it; a
//     supervisor does so with what is shared. Of two who change it at once the
//     second is told.
//
// The package also knows which columns of the queue somebody wants to see, and in
// which order ([Views.Columns]).
package view
