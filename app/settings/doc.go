// Package settings keeps what an installation has chosen for itself: which
// outcomes a report counts, after how many days a ticket is closed.
//
// A [Setting] belongs to the package that obeys it; here it only has a key, a
// usual value and a rule. What was chosen is a row of the table settings, as
// JSON; where nothing was chosen, or what was chosen is no longer allowed, the
// usual value holds. What is remembered of it is good only as long as the row is as
// it was ([db.Kept]), so that every process obeys from the next moment on.
package settings
