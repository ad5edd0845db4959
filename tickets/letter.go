package tickets

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// scene is all that a letter may speak of.
type scene struct {
	notice
	Ticket    Ticket // as it is in the end, with its promises
	Reader    people.Person
	Author    people.Person // who caused the letter
	Team      people.Team
	Requester people.Person
	Phones    []string      // whom to call in an emergency
	Reopens   time.Time     // when the service, closed now, opens again; zero: it is open
	Proven    bool          // who opened the ticket is who they say
	Link      string        // the ticket's page
	ReplyTo   string        // where the reader's answer goes; empty: nowhere
	Choose    string        // where the reader chooses what they receive; empty: nowhere
	Rate      string        // where the reader says what they think of the solution; empty: nowhere
	Until     *calendar.Day // the last day to answer, or to contradict; nil: there is none
	Question  *Message      // of a reminder: what was asked last
	Party     ThirdParty    // who writes from outside, or is written to
	Files     []mail.Item   // what a third party is sent with the words
	Now       time.Time
}

// draft writes the letter in the reader's language. It is pure.
func (s scene) draft(p *i18n.Printer) mail.Draft {
	d := mail.Draft{
		Key: s.key(), Kind: string(s.letter), Ticket: int64(s.Ticket.ID), Person: int64(s.Reader.ID),
		ToName: s.Reader.Name, Lang: p.Lang(), Subject: "[" + s.Ticket.ID.Label() + "] " + s.Ticket.Subject,
		Body: mail.Body{Greeting: p.T("tickets.letter.greeting", "Name", s.Reader.Name)},
	}
	if m := s.about.Message; m != nil {
		d.Message = int64(m.ID)
	}
	// A technician who answers "I am on it" must not say it to the requester.
	if s.letter == assignedLetter || s.letter == informedLetter || s.letter == mentionedLetter || s.letter == wokenLetter {
		s.ReplyTo = ""
	}
	d.ReplyTo = s.ReplyTo
	see, invite, footer := "tickets.letter.see", "tickets.letter.invite", "tickets.letter.footer"
	if s.letter.forStaff() {
		see, invite, footer = "tickets.letter.work", "tickets.letter.invite_staff", "tickets.letter.staff"
	}
	if s.ReplyTo != "" {
		d.Body.ReplyMarker = p.T("tickets.letter.marker")
		d.Body.Footer = append(d.Body.Footer, p.T(invite))
	}
	d.Body.Footer = append(d.Body.Footer, p.T(footer, "Ref", s.Ticket.ID.Label()))
	// Guests and schools have no account, so no page to go to; of a third party the page is not.
	if s.Reader.Kind == people.Member && s.Link != "" && s.letter != consultedLetter {
		d.Body.Link, d.Body.Action = s.Link, p.T(see)
		d.Body.Footer = append(d.Body.Footer, p.T("preferences.footer", "Address", s.Choose))
	}
	s.write(&d, p)
	return d
}

// key names the cause of the letter and its reader.
func (s scene) key() string {
	if m := s.about.Message; m != nil {
		return fmt.Sprintf("message:%d:person:%d", m.ID, s.Reader.ID)
	}
	return fmt.Sprintf("event:%d:person:%d", s.about.Event.ID, s.Reader.ID)
}

// write says what each kind of letter says.
func (s scene) write(d *mail.Draft, p *i18n.Printer) {
	b := &d.Body
	say := func(key string, pairs ...any) { b.Paragraphs = append(b.Paragraphs, p.T(key, pairs...)) }
	switch s.letter {
	case openedLetter:
		s.acknowledge(d, p)
	case repliedLetter:
		say("tickets.letter.replied", "Name", s.author())
		s.quote(d, p)
	case waitingLetter:
		say("tickets.letter.waiting", "Name", s.author())
		s.quote(d, p)
		s.warn(b, p)
	case remindedLetter:
		say("tickets.letter.reminded")
		s.quote(d, p)
		s.warn(b, p)
	case solvedLetter:
		say("tickets.letter.solved", "Name", s.author())
		s.quote(d, p)
		s.offer(b, p)
		s.ask(b, p)
	case abandonedLetter:
		say("tickets.letter.abandoned")
		s.offer(b, p)
		s.ask(b, p)
	case mergedLetter:
		say("tickets.letter.merged", "Ref", s.Ticket.ID.Label(), "Into", s.Ticket.MergedInto.Label())
	case assignedLetter:
		say("tickets.letter.assigned", "Name", s.Author.Name)
		s.particulars(b, p)
	case answeredLetter:
		say("tickets.letter.answered", "Name", s.Author.Name)
		s.quote(d, p)
	case ratedLetter:
		say("tickets.letter.rated", "Name", s.Author.Name)
		b.Quote = s.about.Event.Data[commentKey]
	case consultedLetter:
		s.consult(d, p)
	case informedLetter:
		say("circle.letter.informed", "Name", s.Party.Name)
		s.quote(d, p)
	case mentionedLetter:
		say("composer.letter.mentioned", "Name", s.Author.Name)
		s.quote(d, p)
	case wokenLetter:
		say("facts.letter.woken")
		b.Quote = s.about.Event.Data[wordsKey]
		s.particulars(b, p)
	case reopenedLetter:
		say("tickets.letter.reopened", "Name", s.Author.Name)
		s.quote(d, p)
	}
}

// warn says until when an answer is waited for.
func (s scene) warn(b *mail.Body, p *i18n.Printer) {
	if s.Until != nil {
		b.After = append(b.After, p.T("tickets.letter.silence", "Day", p.DateAt(s.Until.Time(), s.Now)))
	}
}

// offer says how a solution is contradicted, and until when.
func (s scene) offer(b *mail.Body, p *i18n.Printer) {
	switch {
	case s.ReplyTo == "":
	case s.Until == nil:
		b.After = append(b.After, p.T("tickets.letter.unsolved.ever"))
	default:
		b.After = append(b.After, p.T("tickets.letter.unsolved.until", "Day", p.DateAt(s.Until.Time(), s.Now)))
	}
}

// ask asks what the reader thinks of the solution. The links lead to a page that
// asks once more: who scans letters follows them, too.
func (s scene) ask(b *mail.Body, p *i18n.Printer) {
	if s.Rate == "" {
		return
	}
	b.After = append(b.After, p.T("tickets.rating.question"))
	for _, r := range Ratings {
		b.Choices = append(b.Choices, mail.Choice{Label: p.Say(r.Word()), Link: s.Rate + "?r=" + string(r)})
	}
}

// acknowledge says that the ticket has arrived, when somebody will be there to
// read it, what is promised, and whom to call who cannot wait. To an
// address that nobody has proven it repeats nothing that was typed, so that it
// cannot be made to carry a stranger's words. What staff answer later has the
// ticket's subject: then somebody has read it.
func (s scene) acknowledge(d *mail.Draft, p *i18n.Printer) {
	b := &d.Body
	ref := s.Ticket.ID.Label()
	switch {
	case !s.Proven:
		d.Subject, d.Nameless = "["+ref+"] "+p.T("tickets.letter.yours", "Day", p.DateAt(s.Now, s.Now)), true
		d.ToName, b.Greeting = "", p.T("tickets.letter.hello")
		b.Paragraphs = append(b.Paragraphs, p.T("tickets.letter.opened", "Ref", ref))
	case s.Author.ID != s.Reader.ID:
		b.Paragraphs = append(b.Paragraphs, p.T("tickets.letter.opened_for", "Ref", ref, "Name", s.Author.Name))
	default:
		b.Paragraphs = append(b.Paragraphs, p.T("tickets.letter.opened", "Ref", ref))
	}
	if !s.Reopens.IsZero() {
		b.Paragraphs = append(b.Paragraphs, p.T("tickets.letter.closed", "Reopens", s.day(p, s.Reopens)))
	}
	if promise := s.promise(p); promise != "" {
		b.Paragraphs = append(b.Paragraphs, promise)
		if s.Ticket.Provisional {
			b.Paragraphs = append(b.Paragraphs, p.T("tickets.letter.promise.estimated"))
		}
	}
	if s.Reader.Kind == people.School {
		b.Paragraphs = append(b.Paragraphs, p.T("tickets.letter.whom"))
	}
	b.Paragraphs = append(b.Paragraphs, p.T("tickets.letter.emergency", "Phones", phones(s.Phones, p)))
}

// promise says by when: "Nous vous répondons avant le … ; résolution prévue avant le …".
func (s scene) promise(p *i18n.Printer) string {
	first, resolution := s.Ticket.FirstResponseDueAt, s.Ticket.ResolutionDueAt
	switch {
	case first != nil && resolution != nil:
		return p.T("tickets.letter.promise.both", "First", s.day(p, *first), "Resolution", s.day(p, *resolution))
	case first != nil:
		return p.T("tickets.letter.promise.first", "First", s.day(p, *first))
	case resolution != nil:
		return p.T("tickets.letter.promise.resolution", "Resolution", s.day(p, *resolution))
	}
	return ""
}

// day is an instant in a letter, which may be read tomorrow.
func (s scene) day(p *i18n.Printer, t time.Time) string {
	return p.T("core.when.date", "Date", p.DateAt(t, s.Now), "Clock", p.Clock(t))
}

// phones joins telephone numbers, each of which stays on one line.
func phones(all []string, p *i18n.Printer) string {
	whole := make([]string, 0, len(all))
	for _, number := range all {
		whole = append(whole, strings.ReplaceAll(number, " ", i18n.NBSP))
	}
	return strings.Join(whole, " "+p.T("tickets.letter.or")+" ")
}

// author is who answers, with the team for which they do.
func (s scene) author() string {
	if s.Team.Name == "" {
		return s.Author.Name
	}
	return s.Author.Name + " (" + s.Team.Name + ")"
}

// quote brings what was said, and names the files that came with it.
func (s scene) quote(d *mail.Draft, p *i18n.Printer) {
	m := cmp.Or(s.about.Message, s.Question)
	if m == nil {
		return
	}
	d.Body.Quote = m.Body
	if len(m.Attachments) == 0 {
		return
	}
	files := make([]mail.File, 0, len(m.Attachments))
	for _, a := range m.Attachments {
		files = append(files, mail.File{Name: a.Name, Type: a.Type, Sum: a.Sum, Size: a.Size})
	}
	if s.Reader.Kind == people.Member {
		nameFiles(&d.Body, p.T("tickets.letter.files"), files)
		return
	}
	// Whoever has no page to find the files on gets them, as far as mail carries them.
	travel, left := mail.Fit(files)
	d.Files = travel
	nameFiles(&d.Body, p.T("tickets.letter.files"), travel)
	nameFiles(&d.Body, p.T("tickets.letter.files_left"), left)
	if len(left) > 0 {
		d.Body.After = append(d.Body.After, p.T("tickets.letter.files_ask"))
	}
}

func nameFiles(b *mail.Body, label string, files []mail.File) {
	names := make([]string, 0, len(files))
	for _, f := range files {
		names = append(names, f.Name)
	}
	if len(names) > 0 {
		b.Facts = append(b.Facts, [2]string{label, strings.Join(names, ", ")})
	}
}

// particulars are what a technician wants to know at a glance.
func (s scene) particulars(b *mail.Body, p *i18n.Printer) {
	b.Facts = append(b.Facts,
		[2]string{p.T("tickets.letter.requester"), s.Requester.Name},
		[2]string{p.T("tickets.letter.priority"), p.Say(s.Ticket.Priority.Word())})
	if s.Ticket.DueAt != nil {
		b.Facts = append(b.Facts, [2]string{p.T("tickets.letter.due"), s.day(p, *s.Ticket.DueAt)})
	}
}
