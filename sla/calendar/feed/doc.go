// Package feed reads the calendars that others publish, and draws from them the
// next definition of a calendar of ours. It is pure: it knows no file, no
// address and no database, and it changes nothing; what it gives is looked at
// before it is put in force.
//
// # The life of a feed
//
//  1. [Read] recognises by its content what it was given: an iCalendar file, the
//     rows of the ministry's school calendar as JSON or as CSV, or a whole
//     definition in our own JSON. What lies is refused with the line and the
//     reason, all of it at once ([Error]).
//
//  2. A [Feed] holds an [Entry] for each row, as it was written: whose it is
//     (zones, académies, pupils or teachers), when it starts, when classes resume.
//
//  3. [Feed.Into] chooses the rows of one zone, or of one académie, turns them
//     into days off, and puts these in the place of the school holidays that a
//     definition had in those school years. Everything else of it stays. What
//     somebody should look at comes back as a [Warning].
//
// A problem and a warning name a rule ([Rules]) and its values: a page says them
// in its reader's language, a command in the English of words.go.
//
// # How the ministry's dates are read
//
// An official start is the last day of class, and the holidays begin after it:
// where it is a weekday, the first day off is the next one. An official end is
// the day on which classes resume, so the last day off is the day before; it is
// also how iCalendar writes an end. The API writes midnight in Paris as UTC:
// 2026-12-18T23:00Z is the 19th.
//
// There is one row for each académie, and for pupils and teachers where they
// differ; pupils decide. The combined iCalendar file cuts a holiday into pieces
// wherever a zone joins or leaves it, so pieces that touch are one. A summer may
// have no end yet (DTEND equal to DTSTART, or none): then it ends on the day
// before the pupils' rentrée, where the feed has one, or nobody knows when. The
// bridge of Ascension is written in at least three ways, and always is Thursday
// to Sunday. Until 2019 Normandie was Caen and Rouen.
//
// Where the académies of a zone do not agree (spring 2018), the one that was
// asked for decides; if a zone was asked for, the days of most of its académies
// are taken, with a warning, and where there is no majority the feed is refused.
//
// # Other iCalendar files
//
// In a file of anybody else days are what they are: the first day of an event
// is the first day off. Events that it has copied from the ministry, as their
// identity (UID) says, are read as the ministry's. An event that closes the
// whole place (férié, établissement fermé, fermeture annuelle …) closes its
// days; what may close a room or a door is a mark, with a warning. One of several
// days is a holiday. The others of a day (rentrée, and what speaks of
// examinations however long it is) become marks: a name for policies and
// reports, which changes no hours. Such a file never moves the last known day:
// what lies behind it is kept, with a warning, and the day stays unknown.
//
// In all iCalendar files times cover the days that they fill from morning to
// evening; what fills none is passed over, with a warning. Of an event that was
// revised its newest version counts, and nothing of one that was cancelled.
//
// Start reading at feed.go; then text.go, ical.go, version.go and event.go for
// what is read; choose.go, into.go and merge.go for what is drawn from it;
// words.go is what can be wrong.
package feed
