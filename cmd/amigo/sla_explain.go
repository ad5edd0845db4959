package main

import (
	"fmt"
	"strings"
	"time"

	"amigo/sla/calendar"
)

// slaExplain tells a due date day by day, and the date itself last.
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
	var lines slaAnswer
	for _, step := range steps {
		lines = append(lines, slaStep(step))
	}
	return append(lines, "due "+due.In(c.Zone()).Format(localTime)), nil
}

// slaStep is a day on one line: 2026-10-19 Mon Toussaint 09:00-10:30 1 h 30 min, 0 min left.
func slaStep(step calendar.Step) string {
	parts := []string{step.Day.String(), step.Day.Weekday().String()[:3], step.Name()}
	switch step.Rule {
	case calendar.ByException:
		parts = append(parts, "(exception)")
	case calendar.ByClosure:
		parts = append(parts, strings.TrimSpace("closed "+step.Closure))
	}
	for _, span := range step.Spans {
		parts = append(parts, wallClock(span.From, step.Day)+"-"+wallClock(span.To, step.Day))
	}
	return fmt.Sprintf("%s %s, %s left", strings.Join(parts, " "), inHours(step.Worked), inHours(step.Left))
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
