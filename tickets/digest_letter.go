package tickets

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// What one letter lists at most; of more it says how much.
const (
	mostSubjects = 50 // tickets
	mostNews     = 12 // of one ticket, the newest
	excerptLines = 8  // of one message
	excerptSize  = 600
)

// digest is a letter about what is new on some tickets.
type digest struct {
	Newest   int64 // of the lines that it is made of
	Reader   people.Person
	Subjects []subject // by what was new first
	Site     string    // AMIGO's address, or empty
	Now      time.Time
}

// subject is a ticket on which something is new.
type subject struct {
	Ticket  Ticket
	News    []news
	Link    string // its page, or empty
	ReplyTo string // where the reader's answer goes; empty: nowhere
	Rate    string // where the reader rates the solution; empty: nowhere
}

// news is one thing that happened, and what was said with it.
type news struct {
	letter
	Event Event
	By    string // who did it
	Text  string // what was said; empty: nothing
	Files []string
}

// draft writes the digest in the reader's language: about one ticket in the
// thread of that ticket, about several as a list, to which nobody can answer. It
// is pure.
func (g digest) draft(p *i18n.Printer) mail.Draft {
	d := mail.Draft{
		Key:  fmt.Sprintf("digest:%d:person:%d", g.Newest, g.Reader.ID),
		Kind: "digest", Person: int64(g.Reader.ID), ToName: g.Reader.Name, Lang: p.Lang(),
		Body: mail.Body{
			Greeting:   p.T("tickets.letter.greeting", "Name", g.Reader.Name),
			Paragraphs: []string{p.N(g.pick("digest.intro", "digest.intro_staff"), len(g.Subjects))},
		},
	}
	for i, s := range g.Subjects {
		if i == mostSubjects {
			d.Body.Items = append(d.Body.Items, mail.Item{Title: p.N(g.pick("digest.more", "digest.more_staff"), len(g.Subjects)-i)})
			break
		}
		d.Body.Items = append(d.Body.Items, g.item(s, p))
	}
	if len(g.Subjects) == 1 {
		g.single(&d, p)
	} else {
		g.several(&d, p)
	}
	if g.Site != "" {
		d.Body.Footer = append(d.Body.Footer, p.T("preferences.footer", "Address", preferencesAt(g.Site)))
	}
	return d
}

// single is about one ticket, and can be answered.
func (g digest) single(d *mail.Draft, p *i18n.Printer) {
	s := g.Subjects[0]
	d.Ticket, d.Subject = int64(s.Ticket.ID), "["+s.Ticket.ID.Label()+"] "+s.Ticket.Subject
	if s.ReplyTo != "" && s.answerable() {
		invite := "tickets.letter.invite"
		if slices.ContainsFunc(s.News, func(n news) bool { return n.forStaff() }) {
			invite = "tickets.letter.invite_staff"
		}
		d.ReplyTo, d.Body.ReplyMarker = s.ReplyTo, p.T("tickets.letter.marker")
		d.Body.Footer = append(d.Body.Footer, p.T(invite))
	}
	if s.Link != "" {
		d.Body.Items[0].Link = "" // the button leads there
		d.Body.Link, d.Body.Action = s.Link, p.T(g.pick("tickets.letter.see", "tickets.letter.work"))
	}
}

// several is about several, of which an answer to the letter would mean none.
func (g digest) several(d *mail.Draft, p *i18n.Printer) {
	d.Subject = p.N(g.pick("digest.several", "digest.several_staff"), len(g.Subjects))
	if g.Site == "" {
		return
	}
	d.Body.Paragraphs = append(d.Body.Paragraphs, p.T(g.pick("digest.answer", "digest.answer_staff")))
	d.Body.Link, d.Body.Action = g.Site+"/tickets", p.T(g.pick("digest.all", "digest.queue"))
}

// pick chooses between what is said to who asks for help, and to who gives it.
func (g digest) pick(side, staff string) string {
	if g.Reader.Role.AtLeast(people.Technician) {
		return staff
	}
	return side
}

// answerable says whether an answer is for whom the reader means it: what a
// technician answers to "this is yours now" would go to the requester.
func (s subject) answerable() bool {
	for _, n := range s.News {
		if n.letter == assignedLetter || n.letter == informedLetter || n.letter == mentionedLetter {
			return false
		}
	}
	return true
}

// item says how a ticket stands, and what is new on it.
func (g digest) item(s subject, p *i18n.Printer) mail.Item {
	item := mail.Item{
		Title: s.Ticket.ID.Label() + i18n.NBSP + "– " + s.Ticket.Subject, Link: s.Link,
		Lines: []string{p.T("digest.status", "Status", p.Say(s.Ticket.Status.Word()))},
	}
	if s.Ticket.MergedInto != 0 {
		item.Lines = append(item.Lines, p.T("digest.merged", "Into", s.Ticket.MergedInto.Label()))
	}
	if day := s.until(); day != 0 && s.ReplyTo != "" {
		item.Lines = append(item.Lines, p.T("digest.until", "Day", p.DateAt(day.Time(), g.Now)))
	}
	shown := s.News
	if more := len(shown) - mostNews; more > 0 {
		shown = shown[more:]
		item.Lines = append(item.Lines, p.N("digest.before", more))
	}
	for _, n := range shown {
		when := p.T("core.when.date", "Date", p.DateAt(n.Event.At, g.Now), "Clock", p.Clock(n.Event.At))
		item.Said = append(item.Said, mail.Saying{
			By:   p.T("digest.news."+string(n.letter), "Name", n.By, "When", when),
			Text: excerpt(n.Text),
		})
		if len(n.Files) > 0 {
			item.Said = append(item.Said, mail.Saying{By: p.T("tickets.letter.files") + " " + strings.Join(n.Files, ", ")})
		}
	}
	if s.Rate != "" {
		item.Said = append(item.Said, mail.Saying{By: p.T("tickets.rating.question")})
		for _, r := range Ratings {
			item.Choices = append(item.Choices, mail.Choice{Label: p.Say(r.Word()), Link: s.Rate + "?r=" + string(r)})
		}
	}
	return item
}

// until is the last day on which a solution that still holds can be contradicted;
// 0 when there is none.
func (s subject) until() (day calendar.Day) {
	if s.Ticket.Status != Solved {
		return 0
	}
	for _, n := range s.News {
		if n.letter == solvedLetter || n.letter == abandonedLetter {
			day = untilIn(n.Event.Data)
		}
	}
	return day
}

// excerpt is the beginning of a text, as far as a digest brings it.
func excerpt(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	short := strings.TrimSpace(strings.Join(lines[:min(len(lines), excerptLines)], "\n"))
	if utf8.RuneCountInString(short) > excerptSize {
		short = cut(short, excerptSize)
		if i := strings.LastIndexAny(short, " \n"); i > 0 {
			short = short[:i]
		}
	} else if len(lines) <= excerptLines {
		return short
	}
	return strings.TrimRight(short, " \n") + " […]"
}

// preferencesAt is where people choose what they receive.
func preferencesAt(site string) string { return site + "/preferences" }
