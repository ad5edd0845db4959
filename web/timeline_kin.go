package web

import (
	"amigo/sla/calendar"
	"amigo/tickets"
)

// related says to which other ticket an event ties this one.
func (l timeline) related(e tickets.Event) string {
	return l.tell.t.T("web.event."+string(e.What), "Who", l.cast.name(e.Actor), "Ref", other(e).Label())
}

// other is the ticket that an event names beside its own; 0 when it names none.
func other(e tickets.Event) tickets.ID {
	ref := e.Data["ref"]
	if e.What == tickets.WasReleased {
		ref = e.Changes["parent"][0]
	}
	id, _ := tickets.ParseRef(ref)
	return id
}

// leadsTo is the page of the other ticket, for those who may read it: staff, the
// requester, and whoever followed a ticket into the one that it goes on as.
func (l timeline) leadsTo(e tickets.Event) string {
	id := other(e)
	if id == 0 || !l.staff && l.me != l.ticket.Requester && e.What != tickets.WasMerged {
		return ""
	}
	return "/tickets/" + id.Ref()
}

// reminded says that the requester was asked again, and until when an answer is
// waited for.
func (l timeline) reminded(e tickets.Event) string {
	t := l.tell.t
	day, err := calendar.ParseDay(e.Data["until"])
	if err != nil {
		return t.T("web.event.reminded")
	}
	return t.T("web.event.reminded_until", "Day", t.DateAt(day.Time(), l.tell.now))
}
