package web

import (
	"time"

	"amigo/app/i18n"
	"amigo/tickets"
)

// rated says what somebody thought of the solution, and why.
func (l timeline) rated(e tickets.Event) string {
	t := l.tell.t
	said := t.T("satisfaction.event."+e.Data["rating"], "Who", l.cast.name(e.Actor))
	if at, err := time.Parse(time.RFC3339, e.Data["solved_at"]); err == nil {
		said += " " + t.T("satisfaction.event.earlier", "Day", t.DateAt(at.In(t.Zone()), l.tell.now))
	}
	if comment := e.Data["comment"]; comment != "" {
		said += i18n.NBSP + t.T("satisfaction.event.comment", "Comment", comment)
	}
	return said
}
