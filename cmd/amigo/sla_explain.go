package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"amigo/sla/calendar"
)

// slaExplain tells a due date day by day in words, and the date itself last.
func slaExplain(c *calendar.Calendar, given []string) (slaAnswer, error) {
	start, work, err := startAndWork(given)
	if err != nil {
		return nil, err
	}
	due, err := c.Add(start, work)
	if err != nil {
		return nil, err
	}
	steps, err := c.Explain(start, work)
	if err != nil {
		return nil, err
	}
	local, amount := start.In(c.Zone()), inHours(work)
	if work == 0 {
		amount = "no minute"
	}
	answer := slaAnswer{fmt.Sprintf("%s of working time from %s at %s, %s",
		amount, local.Format("Monday 2 January 2006"), wallClock(local, calendar.DayOf(local)), c.Zone())}
	if len(steps) > 0 {
		answer = append(answer, "")
		answer = append(answer, slaTable(c, steps)...)
		answer = append(answer, "")
	}
	return append(answer, "due "+due.In(c.Zone()).Format(localTime)), nil
}

// slaTable is a line for each day: the day, its regime, what counted or why
// nothing did, how much that was and how much it leaves.
func slaTable(c *calendar.Calendar, steps []calendar.Step) []string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 3, ' ', 0)
	for _, step := range steps {
		var worked, left string
		if step.Worked > 0 {
			worked, left = inHours(step.Worked), inHours(step.Left)+" left"
		}
		if step.Left == 0 {
			left = "done"
		}
		day := step.Day.Weekday().String()[:3] + " " + step.Day.String()
		fmt.Fprintln(table, strings.Join([]string{day, slaRegime(step.Plan), slaHours(c, step), worked, left}, "\t"))
	}
	_ = table.Flush() // to memory
	var lines []string
	for line := range strings.Lines(text.String()) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return lines
}

// slaRegime is a day's period with the regime that it puts in force: Toussaint (holidays).
func slaRegime(p calendar.Plan) string {
	if p.Period == "" || p.Period == p.Regime {
		return p.Name()
	}
	return fmt.Sprintf("%s (%s)", p.Period, p.Regime)
}

// slaHours says which hours of a day counted, or why none did.
func slaHours(c *calendar.Calendar, step calendar.Step) string {
	if len(step.Spans) == 0 {
		return whyNone(c, step.Plan)
	}
	var spans []string
	for _, span := range step.Spans {
		spans = append(spans, wallClock(span.From, step.Day)+"-"+wallClock(span.To, step.Day))
	}
	said := strings.Join(spans, ", ")
	if step.Rule == calendar.ByException {
		said += ", hours of this day only"
	}
	return said + clockSet(c, step.Day)
}

// whyNone says why nothing counted on a day.
func whyNone(c *calendar.Calendar, p calendar.Plan) string {
	days, err := c.Days(p.Day, p.Day)
	switch {
	case err == nil && len(days[0].Open) > 0: // it began after closing, or the clock skips them
		var hours []string
		for _, open := range days[0].Open {
			hours = append(hours, open[0]+"-"+open[1])
		}
		return "nothing left of " + strings.Join(hours, ", ") + clockSet(c, p.Day)
	case p.Rule == calendar.ByException:
		return "closed on this day only"
	case p.Rule == calendar.ByClosure && p.Closure != "":
		return "closed, " + p.Closure
	case p.Rule == calendar.ByClosure:
		return "closed"
	}
	return "never open on " + p.Day.Weekday().String() + "s"
}

// clockSet says by how much the clock is set on a day, if it is.
func clockSet(c *calendar.Calendar, day calendar.Day) string {
	year, month, n := day.Time().Date()
	length := time.Date(year, month, n+1, 0, 0, 0, 0, c.Zone()).Sub(time.Date(year, month, n, 0, 0, 0, 0, c.Zone()))
	switch more := length - 24*time.Hour; {
	case more > 0:
		return ", the clock is set back by " + inHours(more)
	case more < 0:
		return ", the clock is set forward by " + inHours(-more)
	}
	return ""
}

// wallClock is the time of day as far as it is needed; the end of the day is 24:00.
func wallClock(t time.Time, day calendar.Day) string {
	switch {
	case calendar.DayOf(t) != day:
		return "24:00"
	case t.Second() == 0 && t.Nanosecond() == 0:
		return t.Format("15:04")
	}
	return t.Format("15:04:05.999999999")
}

// inHours writes a duration in hours and minutes: 1 h 30 min. Seconds only where there are any.
func inHours(d time.Duration) string {
	var parts []string
	if h := d / time.Hour; h > 0 {
		parts = append(parts, fmt.Sprintf("%d h", h))
	}
	if m := d % time.Hour / time.Minute; m > 0 || d < time.Minute && d%time.Minute == 0 {
		parts = append(parts, fmt.Sprintf("%d min", m))
	}
	if s := d % time.Minute; s > 0 {
		parts = append(parts, fmt.Sprintf("%v s", s.Seconds()))
	}
	return strings.Join(parts, " ")
}
