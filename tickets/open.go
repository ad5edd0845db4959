package tickets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
)

// Open is the command that opens a ticket.
type Open struct {
	Type          Type // empty: Incident
	Subject       string
	Body          string
	Quoted        string
	Priority      Priority       // empty: Normal; above High only staff and programs
	Requester     people.ID      // 0: the actor
	Establishment string         // UAI; empty: the requester's main one
	Service       string         // slug
	Category      string         // empty: the service's
	Team          people.TeamID  // 0: by service and site
	Channel       people.Channel // empty: the actor's
	Attachments   []AttachmentID // the actor's own loose ones
	Cc            []string       // mail: to whom else it went; nobody follows because of it
	ReceivedAt    time.Time      // mail: when it was accepted; zero: now. Promises run from it
	Quiet         bool           // causes no letter to the actor: automatic mail is never answered

	IdempotencyKey, BodyHash string // API: the same key is the same ticket; another body is refused
}

// Open opens a ticket. Anybody may who is somebody, proven or not. What is
// wrong with it is fault.Fields: type, subject, body, priority, requester,
// establishment, service, category, team, channel, files, idempotency_key.
func (d *Desk) Open(ctx context.Context, c Open) (t Ticket, err error) {
	if c.IdempotencyKey == "" {
		t, _, err = d.OpenWith(ctx, c)
		return t, err
	}
	defer fault.Wrap(&err, "tickets: open")
	if people.ActorOf(ctx).Nobody() {
		return Ticket{}, fault.Denied
	}
	err = d.db.Tx(ctx, func(ctx context.Context) error {
		t, err = d.openOnce(ctx, c)
		return err
	})
	return t, err
}

// OpenWith is Open for whoever wants to know the first message, too. The command
// has no IdempotencyKey.
func (d *Desk) OpenWith(ctx context.Context, c Open) (t Ticket, first MessageID, err error) {
	defer fault.Wrap(&err, "tickets: open")
	if people.ActorOf(ctx).Nobody() {
		return Ticket{}, 0, fault.Denied
	}
	err = d.db.Tx(ctx, func(ctx context.Context) error {
		t, first, err = d.open(ctx, c)
		return err
	})
	return t, first, err
}

// Check says by field what [Desk.Open] would find wrong with a command, and opens
// nothing.
func (d *Desk) Check(ctx context.Context, c Open) (err error) {
	defer fault.Wrap(&err, "tickets: check")
	if people.ActorOf(ctx).Nobody() {
		return fault.Denied
	}
	_, err = d.turnOn(ctx, Ticket{}).draft(ctx, c.clean())
	return err
}

// openOnce opens a ticket unless the actor already has under the same key.
func (d *Desk) openOnce(ctx context.Context, c Open) (Ticket, error) {
	if utf8.RuneCountInString(c.IdempotencyKey) > MaxKey {
		return Ticket{}, fault.Fields{"idempotency_key": fault.Say("tickets.field.long", "Max", MaxKey)}
	}
	who := people.ActorOf(ctx).Person
	if err := d.db.Lock(ctx, fmt.Sprintf("tickets.open/%d/%s", who, c.IdempotencyKey)); err != nil {
		return Ticket{}, err
	}
	id, hash, err := d.store.repeated(ctx, who, c.IdempotencyKey)
	switch {
	case err != nil:
		return Ticket{}, err
	case id != 0 && hash != c.BodyHash:
		return Ticket{}, fault.Because(fault.Invalid, "tickets.refused.reused")
	case id != 0:
		return d.store.ticket(ctx, id)
	}
	t, _, err := d.open(ctx, c)
	if err != nil {
		return Ticket{}, err
	}
	return t, d.store.remember(ctx, who, c.IdempotencyKey, c.BodyHash, t.ID)
}

// open writes the ticket and its first message, and tells everyone.
func (d *Desk) open(ctx context.Context, c Open) (Ticket, MessageID, error) {
	w := d.turnOn(ctx, Ticket{})
	w.quiet = c.Quiet
	w.at = received(c.ReceivedAt, w.at)
	c = c.clean()
	t, err := w.draft(ctx, c)
	if err != nil {
		return Ticket{}, 0, err
	}
	if !w.takesDown() {
		t.UnheardSince = &w.at
	}
	if err := d.store.add(ctx, &t); err != nil {
		return Ticket{}, 0, err
	}
	w.t = t
	m, err := w.say(ctx, Message{Body: c.Body, Quoted: c.Quoted, Cc: c.Cc}, c.Attachments)
	if err != nil {
		return Ticket{}, 0, err
	}
	w.happens(WasOpened, m)
	if err := w.announce(ctx); err != nil {
		return Ticket{}, 0, err
	}
	return w.t, m.ID, nil
}

// clean is the command with its texts as they are kept.
func (c Open) clean() Open {
	c.Subject, c.Body, c.Attachments = cleanLine(c.Subject), cleanText(c.Body), once(c.Attachments)
	return c
}

// draft makes a new ticket of a command, or says by field what is wrong with it.
func (w *turn) draft(ctx context.Context, c Open) (Ticket, error) {
	f := fault.Fields{}
	checkSubject(f, c.Subject)
	w.checkWords(f, c.Body, len(c.Attachments))
	t := Ticket{
		Type: cmp.Or(c.Type, Incident), Subject: c.Subject, Status: Fresh, Priority: cmp.Or(c.Priority, Normal),
		Channel: cmp.Or(c.Channel, w.actor.Channel), ReportedBy: w.actor.Person, Version: 1,
		CreatedAt: w.at, UpdatedAt: w.desk.db.Now(ctx),
	}
	t.Lane = lane(t.Channel)
	w.checkKind(f, t)
	if err := errors.Join(w.setRequester(ctx, f, &t, c), w.setService(ctx, f, &t, c.Service, c.Category)); err != nil {
		return Ticket{}, err
	}
	if err := w.setPlace(ctx, f, &t, c.Establishment); err != nil {
		return Ticket{}, err
	}
	if err := w.setTeam(ctx, f, &t, c.Team); err != nil {
		return Ticket{}, err
	}
	return t, f.Err()
}

// lane is 0 for what was entered in AMIGO, 1 for mail and phone.
func lane(c people.Channel) int {
	if c == people.Mail || c == people.Phone {
		return 1
	}
	return 0
}

func checkSubject(f fault.Fields, subject string) {
	switch n := utf8.RuneCountInString(subject); {
	case n == 0:
		f.Add("subject", "tickets.field.required")
	case n > MaxSubject:
		f.Add("subject", "tickets.field.long", "Max", MaxSubject)
	}
}

func (w *turn) checkKind(f fault.Fields, t Ticket) {
	if !t.Type.Valid() {
		f.Add("type", "tickets.field.choose")
	}
	w.checkPriority(f, t.Priority)
	channels := []people.Channel{people.Web, people.Mail, people.Phone, people.API, people.PublicForm}
	if !slices.Contains(channels, t.Channel) {
		f.Add("channel", "tickets.field.choose")
	}
}

// checkPriority leaves the most urgent to staff, and to programs, which an
// administrator gave their token.
func (w *turn) checkPriority(f fault.Fields, p Priority) {
	if !p.Valid() || p == Urgent && !w.actor.Is(people.Technician) && w.actor.Channel != people.API {
		f.Add("priority", "tickets.field.choose")
	}
}

// setRequester says for whom the ticket is. One may ask for a colleague; only
// staff ask for a guest or a school.
func (w *turn) setRequester(ctx context.Context, f fault.Fields, t *Ticket, c Open) error {
	t.Requester = cmp.Or(c.Requester, w.actor.Person)
	p, err := w.person(ctx, t.Requester)
	if err != nil {
		return err
	}
	self := t.Requester == w.actor.Person
	known := p.ID != 0 && p.DisabledAt == nil && (self || p.Kind != people.SystemAccount)
	if !known || !self && !w.mayAskFor(p) {
		f.Add("requester", "tickets.field.requester")
	}
	return nil
}

func (w *turn) mayAskFor(p people.Person) bool {
	return w.actor.Is(people.Technician) || w.actor.Believed && p.Kind == people.Member
}

// setService says what the ticket is about.
func (w *turn) setService(ctx context.Context, f fault.Fields, t *Ticket, slug, category string) error {
	t.Service, t.Category = slug, cleanLine(category)
	if utf8.RuneCountInString(t.Category) > MaxCategory {
		f.Add("category", "tickets.field.long", "Max", MaxCategory)
	}
	if slug == "" {
		return nil
	}
	s, err := w.desk.service(ctx, slug)
	if errors.Is(err, fault.NotFound) {
		f.Add("service", "tickets.field.choose")
		return nil
	}
	t.Category = cmp.Or(t.Category, s.Category)
	return err
}

// setPlace says where the ticket is from: an establishment of the requester or
// of who asks for them; staff may name any.
func (w *turn) setPlace(ctx context.Context, f fault.Fields, t *Ticket, uai string) error {
	requester := w.known.persons[t.Requester]
	if uai == "" {
		t.Site = requester.Site
		if len(requester.Establishments) > 0 {
			main := requester.Establishments[0]
			t.Establishment, t.Site = main.UAI, main.Site
		}
		return nil
	}
	uai = people.NormalUAI(uai)
	theirs := slices.ContainsFunc(requester.Establishments, func(e people.Establishment) bool { return e.UAI == uai }) ||
		slices.Contains(w.actor.Establishments, uai)
	e, err := w.establishment(ctx, t.Requester, uai)
	if errors.Is(err, fault.NotFound) || err == nil && !theirs && !w.actor.Is(people.Technician) {
		f.Add("establishment", "tickets.field.choose")
		return nil
	}
	t.Establishment, t.Site = e.UAI, e.Site
	return err
}

// establishment is one of somebody's, or else any.
func (w *turn) establishment(ctx context.Context, of people.ID, uai string) (people.Establishment, error) {
	if uai == "" {
		return people.Establishment{}, fault.NotFound
	}
	for _, e := range w.known.persons[of].Establishments {
		if e.UAI == uai {
			return e, nil
		}
	}
	return w.desk.people.Establishment(ctx, uai)
}

// setTeam gives the ticket to a team, or to the one on whose route it lies.
func (w *turn) setTeam(ctx context.Context, f fault.Fields, t *Ticket, team people.TeamID) error {
	if err := w.meetTeams(ctx); err != nil {
		return err
	}
	t.Team = team
	if team == 0 {
		t.Team = route(routes, t.Category, t.Site, w.known.teams)
	}
	if w.known.team(t.Team).ID != 0 {
		return nil
	}
	if team == 0 {
		return errors.New("there is no team: the desk was not seeded")
	}
	f.Add("team", "tickets.field.choose")
	return nil
}
