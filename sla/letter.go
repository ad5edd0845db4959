package sla

import (
	"fmt"
	"math"
	"time"
	"unicode"
	"unicode/utf8"

	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
)

// most is how many promises one letter lists; of more it gives the number.
const most = 50

// bulletin is a letter to somebody about promises that come near, or were missed.
type bulletin struct {
	Newest   int64 // of the alerts that it tells of
	Reader   people.Person
	Warnings []warning // the most urgent first; at least one
	Site     string    // AMIGO's address, or empty
	Now      time.Time
}

// draft writes it in the reader's language: about one ticket in the thread of
// that ticket, about several as a list. It is pure.
func (b bulletin) draft(p *i18n.Printer) mail.Draft {
	d := mail.Draft{
		Key:  fmt.Sprintf("alert:%d:person:%d", b.Newest, b.Reader.ID),
		Kind: "escalated", Person: int64(b.Reader.ID), ToName: b.Reader.Name, Lang: p.Lang(),
		Body: mail.Body{Greeting: p.T("sla.alert.greeting", "Name", b.Reader.Name)},
	}
	if n := b.tickets(); n > 1 {
		b.list(&d, p, n)
	} else {
		b.single(&d, p)
	}
	if b.Site != "" {
		d.Body.Footer = append(d.Body.Footer, p.T("preferences.footer", "Address", b.Site+"/preferences"))
	}
	return d
}

// tickets counts the tickets.
func (b bulletin) tickets() int {
	seen := map[int64]bool{}
	for _, w := range b.Warnings {
		seen[int64(w.Ticket.ID)] = true
	}
	return len(seen)
}

// single is about one ticket, perhaps about several of its promises.
func (b bulletin) single(d *mail.Draft, p *i18n.Printer) {
	w := b.Warnings[0]
	d.Ticket, d.Subject = int64(w.Ticket.ID), "["+w.Ticket.ID.Label()+"] "+w.Ticket.Subject
	for _, w := range b.Warnings {
		d.Body.Paragraphs = append(d.Body.Paragraphs, p.T(w.pick("sla.alert.near", "sla.alert.reached", "sla.alert.missed"),
			"Promise", w.name(p), "Due", b.day(p, *w.DueAt)))
		d.Body.Facts = append(d.Body.Facts, b.measure(w, p)...)
		if w.Provisional {
			d.Body.Paragraphs = append(d.Body.Paragraphs, p.T("sla.alert.provisional"))
		}
	}
	d.Body.Facts = append(d.Body.Facts,
		[2]string{p.T("sla.alert.requester"), w.Requester},
		[2]string{p.T("sla.alert.priority"), p.Say(w.Ticket.Priority.Word())})
	if b.Site != "" {
		d.Body.Link, d.Body.Action = b.link(w), p.T("sla.alert.open")
	}
	d.Body.Footer = []string{p.T("sla.alert.ticket", "Ref", w.Ticket.ID.Label())}
}

// measure says how far the time of a promise is used up; of several promises, for
// each in one line that names it.
func (b bulletin) measure(w warning, p *i18n.Printer) [][2]string {
	left, used := p.Working(w.Left().Abs()), p.Percent(w.share())
	if len(b.Warnings) > 1 {
		return [][2]string{{
			capital(p.T("sla.alert.promise", "Promise", w.name(p))),
			p.T(w.pick("sla.alert.fact_near", "sla.alert.fact_reached", "sla.alert.fact_missed"), "Time", left, "Used", used),
		}}
	}
	return [][2]string{
		{p.T("sla.alert.used"), used},
		{p.T(w.pick("sla.alert.left", "sla.alert.left", "sla.alert.late")), left},
	}
}

// capital begins a line with a capital letter.
func capital(line string) string {
	first, size := utf8.DecodeRuneInString(line)
	return string(unicode.ToUpper(first)) + line[size:]
}

// list is about several tickets.
func (b bulletin) list(d *mail.Draft, p *i18n.Printer, n int) {
	d.Subject = p.N("sla.alert.several", n)
	d.Body.Paragraphs = []string{p.T("sla.alert.intro")}
	for i, w := range b.Warnings {
		if i == most {
			d.Body.Items = append(d.Body.Items, mail.Item{Title: p.N("sla.alert.more", len(b.Warnings)-most)})
			break
		}
		lines := []string{capital(p.T(w.pick("sla.alert.item_near", "sla.alert.item_reached", "sla.alert.item_missed"),
			"Promise", w.name(p), "Due", b.day(p, *w.DueAt), "Time", p.Working(w.Left().Abs())))}
		if w.Provisional {
			lines = append(lines, p.T("sla.alert.provisional"))
		}
		d.Body.Items = append(d.Body.Items, mail.Item{
			Title: w.Ticket.ID.Label() + i18n.NBSP + "– " + w.Ticket.Subject, Link: b.link(w), Lines: lines,
		})
	}
	if b.Site != "" {
		d.Body.Link, d.Body.Action = b.Site+"/tickets", p.T("sla.alert.queue")
	}
	d.Body.Footer = []string{p.T("sla.alert.seldom")}
}

// link is the ticket's page; empty while nobody knows where AMIGO is.
func (b bulletin) link(w warning) string {
	if b.Site == "" {
		return ""
	}
	return b.Site + "/tickets/" + w.Ticket.ID.Ref()
}

// day is an instant in a letter, which may be read tomorrow.
func (b bulletin) day(p *i18n.Printer, t time.Time) string {
	return p.T("core.when.date", "Date", p.DateAt(t, b.Now), "Clock", p.Clock(t))
}

// pick chooses between what is said before the due date, at that very second,
// when a promise is still kept, and after it.
func (w warning) pick(near, reached, missed string) string {
	switch left := w.Left(); {
	case left > 0:
		return near
	case left == 0:
		return reached
	}
	return missed
}

// share is how much of the time is used, 0.5 for a half, rounded down to whole
// percent: what is nearly used up is not said to be.
func (w warning) share() float64 { return math.Floor(100*float64(w.Consumed)/float64(w.Target)) / 100 }

func (w warning) name(p *i18n.Printer) string { return p.T("tickets.promise." + string(w.Promise)) }
