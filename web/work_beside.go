package web

import (
	"context"
	"slices"
	"strconv"
	"time"

	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/web/ui"
)

// tagPanel is which tags a ticket has, and how it gets more.
type tagPanel struct {
	list  []tickets.Tag
	known []tickets.Tag // offered while one is typed
	form  *ui.Field     // nil: none is being added
	open  bool          // tags still change
}

// maxKnownTags is how many tags are offered.
const maxKnownTags = 200

func (l timeline) tagPanel(ctx context.Context, d draft) tagPanel {
	t := i18n.From(ctx)
	v := tagPanel{list: l.look.Tags, open: l.ticket.Status != tickets.Closed}
	if d.do == doTags && v.open {
		v.form = &ui.Field{
			Name: "add", ID: "tag", Label: t.T("facts.tag.add"), Hint: t.T("facts.tag.hint"), Value: d.chosen("add", ""),
			Error: d.says(ctx, "tags"), Autofocus: true, Autocomplete: "off", MaxLength: 4 * tickets.MaxTag, Attrs: map[string]any{"list": "tags-known"},
		}
	}
	return v
}

// checkPanel is the checklist of a ticket.
type checkPanel struct {
	list []checkLine
	sum  string    // "2 of 5"
	form *ui.Field // nil: nothing is being added
	open bool      // the list still changes
}

// checkLine is one point of a checklist.
type checkLine struct {
	id, text, about string
	done            bool
	first, last     bool
}

func (l timeline) checkPanel(ctx context.Context, d draft) checkPanel {
	t := i18n.From(ctx)
	v, done := checkPanel{open: l.ticket.Status != tickets.Closed}, 0
	for i, c := range l.look.Checks {
		line := checkLine{id: number(c.ID), text: c.Text, first: i == 0, last: i == len(l.look.Checks)-1}
		if line.done = c.DoneAt != nil; line.done {
			line.about = t.T("facts.check.by", "Who", l.cast.name(c.DoneBy), "When", t.Short(*c.DoneAt, l.tell.now))
			done++
		}
		v.list = append(v.list, line)
	}
	if len(v.list) > 0 {
		v.sum = t.T("facts.check.sum", "Done", t.Int(done), "All", t.Int(len(v.list)))
	}
	if d.do == doCheck && v.open {
		v.form = &ui.Field{
			Name: "check", Label: t.T("facts.check.add"), Hint: t.T("facts.check.hint"), Value: d.chosen("check", ""), Rows: 3,
			Error: d.says(ctx, "check"), Autofocus: true,
		}
	}
	return v
}

// timePanel is the time that a ticket took.
type timePanel struct {
	list  []timeLine
	total string
	form  *timeForm // nil: nothing is being noted
}

// timeLine is one note of time spent.
type timeLine struct {
	id, day, time, who, words string
	change                    string // where it is corrected; empty for what others have noted
}

// timeForm asks for a note of time spent.
type timeForm struct {
	id, title           string
	minutes, day, words ui.Field
}

func (f *timeForm) fields() []ui.Field { return []ui.Field{f.minutes, f.day, f.words} }

func (l timeline) timePanel(ctx context.Context, d draft) timePanel {
	t := i18n.From(ctx)
	var v timePanel
	total := 0
	for _, e := range l.look.Efforts {
		total += e.Minutes
		line := timeLine{
			id: number(e.ID), day: t.DateAt(e.Day.Time(), l.tell.now), time: t.Working(minutes(e.Minutes)), who: l.cast.name(e.Person), words: e.Words,
		}
		if e.Person == l.me {
			line.change = "/tickets/" + l.ticket.ID.Ref() + "?do=" + doSpend + "&who=" + line.id + "#time"
		}
		v.list = append(v.list, line)
	}
	if total > 0 {
		v.total = t.Working(minutes(total))
	}
	if d.do == doSpend {
		v.form = l.timeForm(ctx, d)
	}
	return v
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// timeForm is the form as it is filled: as it was typed, else as it was noted.
func (l timeline) timeForm(ctx context.Context, d draft) *timeForm {
	t := i18n.From(ctx)
	now := tickets.Effort{Day: calendar.DayOf(l.tell.now.In(t.Zone()))}
	f := &timeForm{title: t.T("facts.time.add")}
	if i := slices.IndexFunc(l.look.Efforts, func(e tickets.Effort) bool { return number(e.ID) == d.who && e.Person == l.me }); i >= 0 {
		now, f.id, f.title = l.look.Efforts[i], d.who, t.T("facts.time.change")
	}
	length := ""
	if now.Minutes > 0 {
		length = strconv.Itoa(now.Minutes) + " min"
	}
	f.minutes = ui.Field{
		Name: "minutes", Label: t.T("facts.time.minutes"), Hint: t.T("facts.time.hint"), Value: d.chosen("minutes", length),
		Error: d.says(ctx, "minutes"), Autofocus: true, Autocomplete: "off",
	}
	f.day = ui.Field{Name: "day", Type: "date", Label: t.T("facts.time.day"), Value: d.chosen("day", now.Day.String()), Error: d.says(ctx, "day")}
	f.words = ui.Field{
		Name: "words", Label: t.T("facts.time.words"), Value: d.chosen("words", now.Words), Error: d.says(ctx, "words"),
		Optional: true, MaxLength: tickets.MaxEffortWords,
	}
	return f
}

// wakePanel is who wants to be reminded of a ticket, and when.
type wakePanel struct {
	list []wakeLine
	form *wakeForm // nil: nothing is being asked
	mine bool      // the reader has a reminder
}

// wakeLine is one reminder.
type wakeLine struct {
	who, when, words string
	mine, woken      bool
}

// wakeForm asks when somebody wants to be reminded.
type wakeForm struct {
	day, clock, words ui.Field
	quick             []ui.Option // mornings to choose from at once
}

func (f *wakeForm) fields() []ui.Field { return []ui.Field{f.day, f.clock, f.words} }

func (l timeline) wakePanel(ctx context.Context, d draft) wakePanel {
	t := i18n.From(ctx)
	var v wakePanel
	for _, w := range l.look.Wakes {
		line := wakeLine{
			who: l.cast.name(w.Person), when: t.When(w.At, l.tell.now), words: w.Words, mine: w.Person == l.me, woken: w.WokenAt != nil,
		}
		if line.woken && !line.mine {
			continue // it is over, and was nobody else's business
		}
		v.mine = v.mine || line.mine
		v.list = append(v.list, line)
	}
	if d.do == doWake {
		v.form = newWakeForm(ctx, d, l.tell.now)
	}
	return v
}

// morning is the clock at which work is taken up again.
const morning = "09:00"

// newWakeForm offers the mornings of the week that comes.
func newWakeForm(ctx context.Context, d draft, now time.Time) *wakeForm {
	t := i18n.From(ctx)
	today := calendar.DayOf(now.In(t.Zone()))
	f := &wakeForm{}
	for day := today + 1; day <= today+7; day++ {
		if weekday := day.Time().Weekday(); weekday != time.Saturday && weekday != time.Sunday {
			f.quick = append(f.quick, ui.Option{Value: day.String(), Label: t.Date(day.Time())})
		}
	}
	f.day = ui.Field{Name: "day", ID: "wake-day", Type: "date", Label: t.T("facts.wake.day"), Value: d.chosen("day", f.quick[0].Value), Error: d.says(ctx, "at"), Autofocus: true}
	f.clock = ui.Field{Name: "clock", ID: "wake-clock", Type: "time", Label: t.T("facts.wake.clock"), Value: d.chosen("clock", morning), Hint: t.T("facts.wake.hint")}
	f.words = ui.Field{
		Name: "words", ID: "wake-words", Label: t.T("facts.wake.words"), Value: d.chosen("words", ""), Error: d.says(ctx, "words"),
		Optional: true, MaxLength: tickets.MaxWakeWords,
	}
	return f
}
