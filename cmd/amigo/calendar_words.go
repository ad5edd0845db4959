package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"amigo/sla/calendar"
)

// dayCount is a number of days in words.
func dayCount(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// stretch says on a line which days change, what they are and what they would be.
func stretch(before, after *calendar.Calendar, c calendar.Change) string {
	var was, will []calendar.Hours // of the days that change
	for day := c.From; day <= c.To; day++ {
		a, b := hoursOn(before, day), hoursOn(after, day)
		if a.Plan != b.Plan || !slices.Equal(a.Open, b.Open) || !slices.Equal(a.Marks, b.Marks) {
			was, will = append(was, a), append(will, b)
		}
	}
	old, now := side(c.Before, was), side(c.After, will)
	switch marksMove := !slices.Equal(c.Before.Marks, c.After.Marks); {
	case marksMove && old == now:
		old, now = marked(c.Before), marked(c.After)
	case marksMove:
		old, now = old+" "+marked(c.Before), now+" "+marked(c.After)
	}
	when := c.From.String()
	if c.From < c.To {
		when += " to " + c.To.String()
	}
	return fmt.Sprintf("%s, %s: %s, would be %s", when, dayCount(c.Days), old, now)
}

// hoursOn are a day's hours, without a Rule where it is not known.
func hoursOn(c *calendar.Calendar, day calendar.Day) calendar.Hours {
	if c != nil {
		if list, err := c.Days(day, day); err == nil {
			return list[0]
		}
	}
	return calendar.Hours{Plan: calendar.Plan{Day: day}}
}

// side is what days of the same plan are on one side of a comparison; h stands for them.
func side(h calendar.Hours, list []calendar.Hours) string {
	switch h.Rule {
	case "":
		return "unknown"
	case calendar.ByClosure:
		return strings.TrimSpace("closed " + h.Closure)
	}
	return strings.TrimSpace(h.Name() + " " + weekWords(list))
}

// marked names the marks of a day.
func marked(h calendar.Hours) string {
	if len(h.Marks) == 0 {
		return "not marked"
	}
	return "marked " + strings.Join(h.Marks, ", ")
}

// weekWords are the hours of days, by the day of the week where these differ;
// none where the same day of the week has different ones.
func weekWords(list []calendar.Hours) string {
	var byDay [7]string
	for _, h := range list {
		weekday, text := h.Day.Weekday(), openWords(h.Open)
		if byDay[weekday] != "" && byDay[weekday] != text {
			return ""
		}
		byDay[weekday] = text
	}
	var texts []string
	named := map[string][]string{}
	for i := range 7 {
		weekday := time.Weekday((i + 1) % 7) // Monday first
		text := byDay[weekday]
		if text == "" {
			continue
		}
		if named[text] == nil {
			texts = append(texts, text)
		}
		named[text] = append(named[text], strings.ToLower(weekday.String()[:3]))
	}
	if len(texts) == 1 {
		return texts[0]
	}
	for i, text := range texts {
		texts[i] = strings.Join(named[text], " ") + " " + text
	}
	return strings.Join(texts, "; ")
}

// openWords are the opening hours of a day.
func openWords(open []calendar.Interval) string {
	if len(open) == 0 {
		return "closed"
	}
	spans := make([]string, len(open))
	for i, span := range open {
		spans[i] = span[0] + "-" + span[1]
	}
	return strings.Join(spans, " ")
}
