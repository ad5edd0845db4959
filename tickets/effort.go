package tickets

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// EffortID identifies a note of time spent.
type EffortID int64

// Effort is time that somebody of the desk spent on a ticket.
type Effort struct {
	ID        EffortID // 0: not noted yet
	Person    people.ID
	Day       calendar.Day // 0: today
	Minutes   int          // 1 to MaxMinutes
	Words     string
	CreatedAt time.Time
}

// Limits of what is noted of time. More is fault.Invalid, by field.
const (
	MaxMinutes     = 24 * 60 // of one note
	MaxEffortWords = 200     // characters
)

// Under these an event keeps how long somebody worked, and when.
const (
	minutesKey = "minutes"
	dayKey     = "day"
	beforeKey  = "before" // the minutes that were noted until then
)

// Spend notes time that the actor has spent on a ticket, or corrects a note of
// theirs where e has its ID; one of somebody else is fault.NotFound. Staff only,
// on closed tickets, too. Fields: minutes, day (not one that is still to come), words.
func (d *Desk) Spend(ctx context.Context, id ID, e Effort) (err error) {
	defer fault.Wrap(&err, "ticket %d: spend", id)
	_, err = d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toSpend); err != nil {
			return err
		}
		hours, err := d.conf.hours(ctx)
		if err != nil {
			return err
		}
		today := calendar.DayOf(w.at.In(hours.Zone()))
		if e.Day == 0 {
			e.Day = today
		}
		e.Person, e.CreatedAt, e.Words = w.actor.Person, w.at, cleanLine(e.Words)
		if err := e.check(today); err != nil {
			return err
		}
		if e.ID == 0 {
			w.spends(e.Minutes, 0, e.Day)
			return d.store.addEffort(ctx, id, e)
		}
		was, err := d.store.effort(ctx, id, e.ID, w.actor.Person)
		if err != nil {
			return err
		}
		w.spends(e.Minutes, was.Minutes, e.Day)
		return d.store.changeEffort(ctx, e)
	})
	return err
}

// Unspend takes back what the actor has noted; a note of somebody else is
// fault.NotFound. Staff only.
func (d *Desk) Unspend(ctx context.Context, id ID, note EffortID) (err error) {
	defer fault.Wrap(&err, "ticket %d: take back time %d", id, note)
	_, err = d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toSpend); err != nil {
			return err
		}
		was, err := d.store.effort(ctx, id, note, w.actor.Person)
		if err != nil {
			return err
		}
		w.spends(0, was.Minutes, was.Day)
		return d.store.dropEffort(ctx, note)
	})
	return err
}

// check says by field what is wrong with a note.
func (e Effort) check(today calendar.Day) error {
	f := fault.Fields{}
	if e.Minutes < 1 || e.Minutes > MaxMinutes {
		f.Add("minutes", "facts.effort.minutes")
	}
	if e.Day > today || e.Day < today-maxPast {
		f.Add("day", "facts.effort.day")
	}
	if utf8.RuneCountInString(e.Words) > MaxEffortWords {
		f.Add("words", "tickets.field.long", "Max", MaxEffortWords)
	}
	return f.Err()
}

// maxPast is how many days back time can be noted: a school year and a half.
const maxPast = 550

// spends says how long somebody worked, and what was noted before; 0: nothing.
func (w *turn) spends(minutes, before int, day calendar.Day) {
	w.happens(WasSpent, nil)
	e := &w.last().Event
	e.put(minutesKey, strconv.Itoa(minutes))
	e.put(dayKey, day.String())
	if before != 0 {
		e.put(beforeKey, strconv.Itoa(before))
	}
}

// The ways in which people write how long something took. What is in hours may
// have a part after the comma; a bare number is minutes.
var (
	inHours   = regexp.MustCompile(`^(\d{1,2})[.,](\d{1,2})\s*(?:h|heures?|hours?)$`)
	inBoth    = regexp.MustCompile(`^(?:(\d{1,2})\s*(?:h|:|heures?|hours?))?\s*(?:(\d{1,4})\s*(?:m|mn|min|minutes?)?)?$`)
	hoursOnly = regexp.MustCompile(`(?:h|:|heure|hour)`)
)

// ParseMinutes reads how long something took as people write it: "90",
// "45 min", "1h30", "1 h 30", "1:30", "1,5 h". ok is false for anything else, for
// nothing, and for more than MaxMinutes.
func ParseMinutes(text string) (minutes int, ok bool) {
	text = strings.ToLower(cleanLine(text))
	if m := inHours.FindStringSubmatch(text); m != nil {
		hours, err := strconv.ParseFloat(m[1]+"."+m[2], 64)
		minutes = int(hours*60 + 0.5)
		return minutes, err == nil && minutes >= 1 && minutes <= MaxMinutes
	}
	m := inBoth.FindStringSubmatch(text)
	if m == nil || m[1] == "" && m[2] == "" {
		return 0, false
	}
	rest := number(m[2])
	if hoursOnly.MatchString(text) && rest > 59 {
		return 0, false
	}
	minutes = number(m[1])*60 + rest
	return minutes, minutes >= 1 && minutes <= MaxMinutes
}

// number reads digits; none is 0.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}
