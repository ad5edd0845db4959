// Package calendar knows when an office is open, and counts time by it.
//
// "Four hours" in a promise are four hours in which somebody was there to
// work. A [Calendar] is the pure arithmetic of such hours: it turns a start and
// an amount of working time into a due date, two instants into the working time
// between them, and an instant into "open until 13:00". It asks no clock, no
// database and no network; every answer follows from its definition and the
// instants it is given. A [Book] remembers the definitions.
//
// # The life of a calendar
//
//  1. Somebody writes a [Spec]: a time zone, weekly hours, regimes (other
//     weekly hours, such as those of the school holidays), periods that put a
//     regime in force, closed days, single days with hours of their own, and
//     the days between which all this is known. Its JSON stands below.
//
//  2. [Parse] reads its shape, [New] checks its meaning and says everything
//     that is wrong at once ([SpecError]); [Lines] finds where it stands in the
//     text, and [Spec.Check] also names what can only be a slip. Two calendars
//     come with the program ([Named]): normandie, on which requesters are
//     promised something, and techniciens-caen.
//
//  3. For each day one rule decides: an exception, else a closure or a public
//     holiday, else the last period that covers the day, else the weekly
//     hours. [Calendar.Plan] tells which.
//
//  4. When a stretch of time is first asked about, the calendar draws a sheet
//     of it: the opening spans of 512 days as instants, with running totals.
//     This happens once; from then on [Calendar.Add] and [Calendar.Between] are
//     two binary searches and allocate nothing, however long the span, and any
//     number of goroutines may ask.
//
//  5. [Calendar.At] tells whether the office is open, and until when.
//     [Calendar.Explain] lists the days on the way to a due date and what
//     counted on each, so that nobody has to believe one.
//
//  6. The [Book] keeps definitions in the database as versions that never
//     change. A new definition is a new [Version]; the ones that judged a
//     ticket stay readable under their [VersionID].
//
//  7. What somebody edits or imports is a [Draft] first, with a [Remark] for
//     each thing that is wrong with it or to be looked at. [Compare] shows which
//     days would change; [Book.Apply] puts it in force, unless another version
//     was meanwhile, and tells those who promised something by the one before,
//     all in one transaction. [Book.History] says where each version came from.
//
//  8. Beyond the last day that is published, [Calendar.Assumed] goes on with the
//     usual hours for those who must name a date all the same, and says of each
//     day that it is a guess.
//
// # A definition
//
// Only tz and weekly are needed; a day of the week that is missing is closed:
//
//	{
//	  "tz":         "Europe/Paris",
//	  "weekly":     {"mon": [["08:00", "12:00"], ["13:00", "17:00"]], "sat": [["22:00", "24:00"]]},
//	  "regimes":    {"holidays": {"mon": [["09:00", "12:30"]]}},
//	  "periods":    [{"from": "2026-10-17", "to": "2026-11-01", "name": "Toussaint", "regime": "holidays"},
//	                 {"from": "2027-06-01", "to": "2027-06-30", "name": "Examens", "weekly": {"mon": [["07:00", "19:00"]]}}],
//	  "closed":     ["2026-12-26", {"day": "2027-05-07", "name": "Pont de l'Ascension"}],
//	  "exceptions": {"2026-12-24": [["08:00", "12:00"]]},
//	  "marks":      [{"from": "2026-09-01", "to": "2026-09-11", "name": "Rentrée"}],
//	  "known_from": "2026-09-01", "known_until": "2027-07-02",
//	  "public_holidays": {"whit_monday": false},
//	  "school_zone":     "B"
//	}
//
// The public holidays are those of metropolitan France, worked out for every
// year; marks name days without changing their hours, so that policies and
// reports may ask for them; the school zone says whose holidays the periods are.
//
// # What is promised
//
// The end of an interval does not belong to it, yet work that is done exactly
// at closing time is due then and not at the next opening. No work is due at
// once, even when the office is closed. An hour that the clock shows twice
// counts twice, one that it skips does not count: hours are those on the wall
// of the office, their length is real. Past midnight, opening hours continue as
// the next day's: [["22:00", "24:00"]] and then [["00:00", "06:00"]].
//
// Nothing is guessed unless somebody asks for a guess: an answer that depends on a day that is not known is
// an [UnknownDayError], which is also what an office hears that asks for next
// year before the ministry has published it. Where a Spec sets no bounds, the
// days from 1970 to 2199 are known. No due date lies more than three years
// ahead ([ErrTooFar]).
//
// Start reading at calendar.go; sheet.go is what makes it quick, parts.go what
// makes it right where clocks are set.
package calendar
