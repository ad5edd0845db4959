package web

import (
	"net/url"

	"amigo/tickets"
	"amigo/web/ui"
)

// askerCard is whose ticket it is, and what else they and their place have asked.
type askerCard struct {
	person ui.Person
	facts  []ui.Fact
	asked  nearby // by the same person
	place  nearby // from the same establishment, by others
}

// nearby are tickets that are only near to one: the newest of them, and where the
// others are.
type nearby struct {
	title, all, href string
	list             []kinLine
}

// askerOf is whose ticket it is, where they work, and how to reach them.
func (l timeline) askerOf() askerCard {
	p, t := l.tell.t, l.ticket
	who := l.cast.persons[t.Requester]
	card := askerCard{person: ui.Person{Name: l.cast.name(t.Requester), About: joined(who.Title, l.cast.place(t))}}
	add := func(key, text string) {
		if text != "" {
			card.facts = append(card.facts, ui.Fact{Term: p.T("web.person." + key), Text: text})
		}
	}
	add("establishment", t.Establishment)
	add("phone", who.Phone)
	add("place_phone", l.cast.places[t.Establishment].Phone)
	if who.Email != "" {
		card.facts = append(card.facts, ui.Fact{Term: p.T("web.person.email"), Body: mailAddress(who.Email)})
	}
	if t.ReportedBy != t.Requester {
		add("reported_by", l.cast.name(t.ReportedBy))
	}
	kin := l.look.Kin
	card.asked = l.nearby("asked", kin.Asked, kin.Of(tickets.SameAsker), "/tickets?view=all&requester="+url.QueryEscape(who.UID))
	if t.Establishment != "" {
		card.place = l.nearby("place", kin.Place, kin.Of(tickets.SamePlace), "/tickets?view=all&establishment="+t.Establishment)
	}
	return card
}

// nearby draws tickets that are near to this one; empty where there are none.
func (l timeline) nearby(name string, n tickets.Tally, list []tickets.Relative, href string) nearby {
	if len(list) == 0 {
		return nearby{}
	}
	t := l.tell.t
	v := nearby{title: t.T("facts.near." + name), href: href}
	count := t.Int(n.All)
	if n.All >= tickets.MaxCount {
		count = t.T("facts.near.beyond", "N", t.Int(tickets.MaxCount))
	}
	v.all = t.T("facts.near.all", "All", count, "Live", t.Int(n.Live))
	for _, r := range list {
		v.list = append(v.list, l.kinLine(r))
	}
	return v
}
