package mailin

import (
	"context"
	"fmt"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/tickets"
)

// silenceFor is how long nothing is answered once a budget is used up.
const silenceFor = time.Hour

// Silence is a time in which nothing is sent in answer: to a sender who wrote too
// many letters in an hour, or about a ticket to which too many came.
type Silence struct {
	Of     Budget
	Who    string // an address, or the reference of a ticket
	Budget int    // letters an hour, which were exceeded
	Since  time.Time
	Until  time.Time
}

// Ticket is the one of whose letters it is; 0 when it is a sender's.
func (s Silence) Ticket() tickets.ID {
	if s.Of != TicketBudget {
		return 0
	}
	id, _ := tickets.ParseRef(s.Who)
	return id
}

// name is who is not answered, as people say it.
func (s Silence) name() string {
	if id := s.Ticket(); id != 0 {
		return id.Label()
	}
	return s.Who
}

// knowBudget counts the letter, and says which budget it has used up. What is
// never answered counts in none.
func (in *Intake) knowBudget(ctx context.Context, m message, k *knowledge) error {
	l := m.letter
	if l.From == "" || m.automatic() || l.Bounce != nil || k.Own || k.Before == SeenSame || k.Blocked {
		return nil
	}
	if err := in.spend(ctx, k, SenderBudget, shown(l.From), k.rules.Sender); err != nil {
		return err
	}
	ticket := pointsTo(k.Known)
	switch {
	case ticket != 0:
		return in.spend(ctx, k, TicketBudget, ticket.Ref(), k.rules.Ticket)
	case !k.Sender.inDirectory():
		allowed, _, err := in.limit.Take(ctx, "mailin.guest:"+l.From, anHour(k.rules.Guest))
		if err != nil || allowed || k.Guests != GuestsOpen {
			return err
		}
		k.Guests = GuestsHeld
		if k.Spent == NotSpent { // somebody must hear of it: it may be a loop
			return in.fallSilent(ctx, k, SenderBudget, shown(l.From), k.rules.Guest)
		}
	}
	return nil
}

// spend counts one letter of a budget. With the one that is too much a silence
// begins, in which nothing is counted.
func (in *Intake) spend(ctx context.Context, k *knowledge, of Budget, who string, budget int) error {
	now := in.db.Now(ctx)
	silent, err := in.store.silent(ctx, of, who, now)
	if err != nil {
		return err
	}
	if silent {
		k.Spent = of
		return nil
	}
	allowed, _, err := in.limit.Take(ctx, "mailin."+string(of)+":"+who, anHour(budget))
	if err != nil || allowed {
		return err
	}
	return in.fallSilent(ctx, k, of, who, budget)
}

// fallSilent begins a silence.
func (in *Intake) fallSilent(ctx context.Context, k *knowledge, of Budget, who string, budget int) error {
	now := in.db.Now(ctx)
	s := Silence{Of: of, Who: who, Budget: budget, Since: now, Until: now.Add(silenceFor)}
	k.Spent, k.begun = of, append(k.begun, s)
	return in.store.putSilence(ctx, s)
}

// warn tells the supervisors that a silence has begun: once for each, so once an
// hour at most about one sender or ticket.
func (in *Intake) warn(ctx context.Context, s Silence, ticket tickets.ID) (err error) {
	defer fault.Wrap(&err, "warn")
	all, err := in.people.Staff(ctx, people.Supervisor, 0)
	if err != nil {
		return err
	}
	for _, p := range all {
		address, ok := p.Mailbox()
		if p.Role != people.Supervisor || !ok {
			continue
		}
		words := i18n.In(p.Lang)
		_, err := in.outbox.Send(ctx, mail.Draft{
			Key: fmt.Sprintf("budget:%s:%d:person:%d", s.Who, s.Since.Unix(), p.ID), Kind: "budget", Ticket: int64(ticket), Person: int64(p.ID),
			To: address, ToName: p.Name, Lang: words.Lang(), Subject: words.T("mailin.budget.subject"), Renamed: true, Nameless: true,
			Body: mail.Body{
				Greeting: words.T("tickets.letter.greeting", "Name", p.Name),
				Paragraphs: []string{
					words.T("mailin.budget."+string(s.Of), "Who", s.name(), "Budget", s.Budget),
					words.T("mailin.budget.until", "Clock", words.Clock(s.Until)),
				},
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Silences lists those that hold now, the one that ends first at the top; for
// technicians, to others it is fault.NotFound, here and below.
func (in *Intake) Silences(ctx context.Context) (all []Silence, err error) {
	defer fault.Wrap(&err, "mailin: silences")
	if err := reads(ctx); err != nil {
		return nil, err
	}
	return in.store.silences(ctx, in.db.Now(ctx))
}

// SilencesOn says of some tickets which silence holds for letters about them, or
// of a sender who wrote about them. It costs one query, and a second while there
// are silences at all.
func (in *Intake) SilencesOn(ctx context.Context, ids []tickets.ID) (on map[tickets.ID]Silence, err error) {
	defer fault.Wrap(&err, "mailin: silences of tickets")
	all, err := in.Silences(ctx)
	if err != nil || len(all) == 0 || len(ids) == 0 {
		return nil, err
	}
	on = map[tickets.ID]Silence{}
	of := map[string]Silence{}
	for _, s := range all {
		if id := s.Ticket(); id == 0 {
			of[s.Who] = s
		} else if slices.Contains(ids, id) {
			on[id] = s
		}
	}
	wrote, err := in.store.wroteAbout(ctx, ids, of)
	for id, who := range wrote {
		if s := of[who]; s.Until.After(on[id].Until) {
			on[id] = s
		}
	}
	return on, err
}
