package web

import (
	"strconv"
	"strings"

	"amigo/tickets"
)

// escalated says which promise comes near, what was passed on the way, and how
// many tickets follow this one.
func (l timeline) escalated(e tickets.Event) string {
	t := l.tell.t
	said := t.T("web.event.escalated", "Level", e.Data["level"], "Promise", t.T("tickets.promise."+e.Data["promise"]))
	if passed := e.Data["passed"]; passed != "" {
		said += " " + t.T("sla.event.passed", "Levels", t.Join(strings.Split(passed, ",")))
	}
	if n, err := strconv.Atoi(e.Data["children"]); err == nil {
		said += " " + t.N("sla.event.children", n)
	}
	return said
}

// because adds the reason to what AMIGO did by itself for an escalation.
func (l timeline) because(e tickets.Event, said string) string {
	if e.Data["reason"] != "escalated" {
		return said
	}
	return said + " " + l.tell.t.T("sla.event.reason", "Level", e.Data["level"])
}
