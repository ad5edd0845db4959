package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	drafts "amigo/tickets/draft"
	"amigo/web/ui"
)

// ask is the form for a new ticket, as somebody has filled it so far.
type ask struct {
	requester     people.ID // 0: whoever fills it, or nobody chosen yet
	sought        string    // a colleague's name, uid or address, not chosen yet
	establishment string
	kind          tickets.Type
	subject, body string
	service       string
	priority      tickets.Priority
	channel       people.Channel
	team          people.TeamID
	once          string // names this form: sent twice, it opens one ticket
	kept          []tickets.Attachment
	saved         string   // the version that the server keeps
	aside         []string // what another device wrote
}

// ticketAsk shows the empty form. Links may fill parts of it.
func (s *Server) ticketAsk(c echo.Context) error {
	a := ask{
		once: rand.Text(), kind: tickets.Incident, priority: tickets.Normal, channel: people.Phone,
		subject: c.QueryParam("subject"), service: c.QueryParam("service"),
	}
	if a.subject == "" && a.service == "" {
		if err := s.resumeAsk(c.Request().Context(), &a); err != nil {
			return err
		}
	}
	return s.showAsk(c, http.StatusOK, a, nil, nil)
}

// readAsk reads the form, field by field.
func readAsk(f *form) ask {
	return ask{
		requester: people.ID(f.number("requester")), sought: f.text("colleague"), establishment: f.text("establishment"),
		kind: tickets.Type(f.text("type")), subject: f.text("subject"), body: f.text("body"), service: f.text("service"),
		priority: tickets.Priority(f.text("priority")), channel: people.Channel(f.text("channel")), team: people.TeamID(f.number("team")),
		once: f.text("once"), saved: f.text("draft"),
	}
}

// ticketOpen opens the ticket, or takes a step on the way: choosing for whom it
// is, taking a file out again.
func (s *Server) ticketOpen(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	a := readAsk(f)
	var wrong fault.Fields
	var err error
	if a.kept, wrong, err = s.keepFiles(c, f); err != nil {
		return err
	}
	switch {
	case f.Has("pick"):
		a.requester, a.sought, a.establishment = people.ID(f.number("pick")), "", ""
		return s.showAsk(c, http.StatusOK, a, wrong, nil)
	case f.Has("drop"):
		a.saved = s.savedAsk(ctx, f, a)
		return s.showAsk(c, http.StatusOK, a, wrong, nil)
	case f.Has("keep") && len(wrong) == 0:
		return s.askKeep(c, f, a)
	}
	found, err := s.seek(ctx, &a, wrong)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		if err := s.alsoWrong(ctx, a, wrong); err != nil {
			return err
		}
		a.saved = s.savedAsk(ctx, f, a)
		return s.showAsk(c, http.StatusUnprocessableEntity, a, wrong, found)
	}
	t, err := s.Desk.Open(ctx, s.command(ctx, a))
	if fields := fault.FieldsOf(err); fields != nil {
		maps.Copy(wrong, fields)
		a.saved = s.savedAsk(ctx, f, a)
		return s.showAsk(c, http.StatusUnprocessableEntity, a, wrong, found)
	}
	if err != nil {
		return err
	}
	if err := s.Drafts.Settle(ctx, 0, drafts.Ask); err != nil {
		return err
	}
	said, err := s.opened(ctx, t)
	if err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: said, Sent: askDraft})
	return seeOther(c, "/tickets/"+t.ID.Ref())
}

// askDraft is the name under which a browser keeps the form while it is filled.
const askDraft = "ask"

// command is what a filled form asks of the desk.
func (s *Server) command(ctx context.Context, a ask) tickets.Open {
	sum := sha256.Sum256([]byte(strings.Join([]string{a.requester.String(), a.subject, a.body, a.service, a.establishment}, "\x00")))
	o := tickets.Open{
		Type: a.kind, Subject: a.subject, Body: a.body, Priority: a.priority, Requester: a.requester,
		Establishment: a.establishment, Service: a.service, Attachments: idsOf(a.kept),
	}
	if a.once != "" {
		// What was changed after going back is another request, not the same one again.
		o.BodyHash = hex.EncodeToString(sum[:])
		o.IdempotencyKey = "web/" + a.once[:min(len(a.once), 40)] + "/" + o.BodyHash[:32]
	}
	if people.ActorOf(ctx).Is(people.Technician) {
		o.Channel, o.Team = a.channel, a.team
	}
	return o
}

// alsoWrong adds what the desk would refuse of a form that is not sent to it yet,
// so that everything is said at once. Where somebody works is not asked before
// it is known who they are.
func (s *Server) alsoWrong(ctx context.Context, a ask, wrong fault.Fields) error {
	if a.requester == 0 {
		a.establishment = ""
	}
	err := s.Desk.Check(ctx, s.command(ctx, a))
	fields := fault.FieldsOf(err)
	if err != nil && fields == nil {
		return err
	}
	for field, why := range fields {
		if _, said := wrong[field]; !said {
			wrong[field] = why
		}
	}
	return nil
}

// maxFound is how many people are offered to choose from.
const maxFound = 6

// seek finds the colleague who was written down. Only one who is named exactly,
// by uid or address, is taken at once; else the writer chooses among those
// who were found.
func (s *Server) seek(ctx context.Context, a *ask, wrong fault.Fields) ([]people.Person, error) {
	staff := people.ActorOf(ctx).Is(people.Technician)
	if a.requester != 0 || a.sought == "" {
		if staff && a.requester == 0 {
			wrong.Add("colleague", "web.ask.who_missing")
		}
		return nil, nil
	}
	found, err := s.People.Search(ctx, a.sought, maxFound)
	if err != nil {
		return nil, err
	}
	for _, p := range found {
		if namedExactly(p, a.sought) {
			a.requester, a.sought = p.ID, ""
			if !worksAt(p, a.establishment) {
				a.establishment = "" // the form offered the writer's own
			}
			return nil, nil
		}
	}
	if len(found) == 0 {
		wrong.Add("colleague", "web.ask.nobody")
	} else {
		wrong.Add("colleague", "web.ask.choose")
	}
	return found, nil
}

func namedExactly(p people.Person, text string) bool {
	if strings.EqualFold(p.UID, text) {
		return true
	}
	for _, a := range p.Addresses {
		if a.Address == people.NormalAddress(text) {
			return true
		}
	}
	return false
}

func worksAt(p people.Person, uai string) bool {
	return slices.ContainsFunc(p.Establishments, func(e people.Establishment) bool { return e.UAI == uai })
}

// ticketPeople offers people while their name is being typed: a part of the form.
func (s *Server) ticketPeople(c echo.Context) error {
	ctx := c.Request().Context()
	if err := s.allow(c, "people:"+people.ActorOf(ctx).Person.String(), peopleRate); err != nil {
		return err
	}
	var found []people.Person
	if text := c.QueryParam("colleague"); len(text) > 1 {
		var err error
		if found, err = s.People.Search(ctx, text, maxFound); err != nil {
			return err
		}
	}
	return s.show(c, http.StatusOK, peopleFound(candidates(found)))
}

// candidate is somebody to choose.
type candidate struct {
	id     string
	person ui.Person
}

func candidates(found []people.Person) []candidate {
	all := make([]candidate, 0, len(found))
	for _, p := range found {
		all = append(all, candidate{id: p.ID.String(), person: chip(p)})
	}
	return all
}

// chip is a person with what they do and where.
func chip(p people.Person) ui.Person {
	var about []string
	if p.Title != "" {
		about = append(about, p.Title)
	}
	if len(p.Establishments) > 0 {
		about = append(about, placeName(p.Establishments[0]))
	}
	return ui.Person{Name: p.Name, About: strings.Join(about, " · ")}
}

// opened says what was promised on a ticket that was just opened.
func (s *Server) opened(ctx context.Context, t tickets.Ticket) (string, error) {
	p := i18n.From(ctx)
	if people.ActorOf(ctx).Is(people.Technician) {
		return p.T("web.ask.done_staff", "Ref", t.ID.Ref()), nil
	}
	estimated, err := s.estimates(ctx, t)
	text := p.T("web.ask.done", "Ref", t.ID.Ref())
	if promise := promised(p, t, estimated, s.DB.Now(ctx)); promise != "" {
		text += " " + promise
	}
	return text, err
}

// number writes an id into a form; empty for none.
func number[ID ~int64](id ID) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(int64(id), 10)
}
