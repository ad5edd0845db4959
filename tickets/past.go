package tickets

import (
	"context"
	"fmt"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
)

// Past is the life of a ticket that was lived elsewhere: how it began, and what
// was done with it since. Whoever keeps promises loads it: [Desk.Relive] says
// what happened, they judge what follows from it, [Desk.Keep] writes it all.
type Past struct {
	// Opened is what was asked: type, subject, priority, channel, requester,
	// reporter, establishment, site, service, category, and CreatedAt. Without a
	// team it goes where its route leads.
	Opened Ticket
	Body   string
	Steps  []Step // in the order of time
}

// Step is one thing that somebody did with a ticket.
type Step struct {
	At      time.Time
	By      people.ID
	Do      What           // WasAssigned, WasAnswered, WasCompleted, WasNoted, WasPaused, WasResumed, WasSolved, WasReopened or WasClosed
	Channel people.Channel // of what was said
	Body    string         // what was said; of WasSolved the solution, which may be empty
	Then    Status         // WasAnswered: what they did at once with it; WasPaused: for whom it waits
	Outcome string         // WasSolved
	Cause   string         // WasSolved
}

// Relive lets lives happen once more, by the rules of every day, and answers
// with what happened, ticket by ticket: a step that could not have been is
// fault.Invalid or fault.Denied. The tickets get their numbers, but nothing is
// written before [Desk.Keep], in the same transaction. System only.
func (d *Desk) Relive(ctx context.Context, all []Past) (lives [][]Happening, err error) {
	defer fault.Wrap(&err, "tickets: relive")
	if !people.ActorOf(ctx).System() {
		return nil, fault.Denied
	}
	known, err := d.acquaint(ctx, all)
	if err != nil {
		return nil, err
	}
	numbers, err := d.db.Reserve(ctx, "tickets", len(all))
	if err != nil {
		return nil, err
	}
	for i, p := range all {
		p.Opened.ID = ID(numbers[i])
		life, err := d.relive(ctx, p, known)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", p.Opened.Subject, err)
		}
		lives = append(lives, life)
	}
	return lives, nil
}

// Keep writes lives that were relived, in few statements, with what is promised
// of each. No letter is written, nobody listens and no page wakes.
func (d *Desk) Keep(ctx context.Context, lives [][]Happening, promises []Promise) (err error) {
	defer fault.Wrap(&err, "tickets: keep")
	if !people.ActorOf(ctx).System() {
		return fault.Denied
	}
	promised := make(map[ID]Promise, len(promises))
	for _, p := range promises {
		promised[p.Ticket] = p
	}
	var all []Ticket
	var askers []people.ID
	for _, life := range lives {
		t := life[len(life)-1].After
		p := promised[t.ID]
		t.FirstResponseDueAt, t.NextResponseDueAt, t.ResolutionDueAt, t.DueAt = p.First, p.Next, p.Resolution, p.Due
		t.Provisional = p.Provisional
		all, askers = append(all, t), append(askers, t.Requester)
	}
	slices.Sort(askers)
	who, err := d.people.GetMany(ctx, slices.Compact(askers))
	if err != nil {
		return err
	}
	return d.store.addLives(ctx, all, lives, who)
}

// acquaint reads the people and teams of whom the past speaks.
func (d *Desk) acquaint(ctx context.Context, all []Past) (known names, err error) {
	ids := []people.ID{}
	for _, p := range all {
		ids = append(ids, p.Opened.Requester, p.Opened.ReportedBy)
		for _, s := range p.Steps {
			ids = append(ids, s.By)
		}
	}
	slices.Sort(ids)
	if known.persons, err = d.people.GetMany(ctx, slices.Compact(ids)); err != nil {
		return known, err
	}
	known.teams, err = d.people.Teams(ctx)
	return known, err
}

// relive lets a life happen once more: a turn for each step.
func (d *Desk) relive(ctx context.Context, p Past, known names) ([]Happening, error) {
	w, err := d.begun(p, known)
	if err != nil {
		return nil, err
	}
	t, life := w.t, w.happened
	for _, s := range p.Steps {
		if w, err = d.redone(ctx, t, s, known); err != nil {
			return nil, fmt.Errorf("%s at %s: %w", s.Do, s.At, err)
		}
		t, life = w.t, append(life, w.happened...)
	}
	return life, nil
}

// begun is the turn in which a life began.
func (d *Desk) begun(p Past, known names) (*turn, error) {
	t := p.Opened
	t.Status, t.Lane, t.Version, t.UpdatedAt = Fresh, lane(t.Channel), 1, t.CreatedAt
	if t.Team == 0 {
		t.Team = route(routes, t.Category, t.Site, known.teams)
	}
	w := d.turnBack(Ticket{}, Step{By: t.ReportedBy, At: t.CreatedAt, Channel: t.Channel}, known)
	f := fault.Fields{}
	checkSubject(f, t.Subject)
	checkBody(f, "body", p.Body, 0)
	w.checkKind(f, t)
	if !w.takesDown() {
		t.UnheardSince = &t.CreatedAt
	}
	w.t = t
	w.happens(WasOpened, w.said(p.Body, false))
	return w, f.Err()
}

// redone is the turn in which a step was done.
func (d *Desk) redone(ctx context.Context, t Ticket, s Step, known names) (*turn, error) {
	if s.At.Before(t.UpdatedAt) {
		return nil, fmt.Errorf("before what came before it: %w", fault.Invalid)
	}
	w := d.turnBack(t, s, known)
	if err := w.redo(s); err != nil {
		return nil, err
	}
	if err := w.settle(ctx); err != nil {
		return nil, err
	}
	w.t.UpdatedAt = s.At
	for i := range w.happened {
		w.happened[i].After.UpdatedAt = s.At
	}
	return w, nil
}

// turnBack is a turn on a ticket as it was, by whoever took it then.
func (d *Desk) turnBack(t Ticket, s Step, known names) *turn {
	p := known.persons[s.By]
	w := &turn{desk: d, at: s.At, was: t, t: t, told: t, known: known}
	w.actor = people.Actor{Person: p.ID, UID: p.UID, Name: p.Name, Kind: p.Kind, Role: p.Role, Lang: p.Lang, Channel: s.Channel, Believed: true}
	w.relation = relate(w.actor, t, false)
	return w
}

// redo does one step as its use case would.
func (w *turn) redo(s Step) error {
	if err := w.may(actOf[s.Do]); err != nil {
		return err
	}
	switch s.Do {
	case WasAnswered, WasCompleted, WasNoted:
		return w.redoWords(s)
	case WasAssigned:
		w.t.Assignee = s.By
		if err := w.begin(toAssign); err != nil {
			return err
		}
		w.happens(WasAssigned, nil)
		return nil
	case WasSolved:
		f := fault.Fields{}
		if checkEnding(f, s.Outcome, s.Cause); len(f) > 0 {
			return f
		}
		return w.end(w.said(s.Body, false), s.Outcome, s.Cause)
	case WasPaused:
		return w.goTo(s.Then)
	case WasClosed:
		return w.goTo(Closed)
	default: // WasResumed, WasReopened
		return w.goTo(Opened)
	}
}

func (w *turn) redoWords(s Step) error {
	m := w.said(s.Body, s.Do == WasNoted)
	switch {
	case m == nil:
		return fault.Invalid
	case s.Do == WasAnswered:
		return w.answer(m, s.Then)
	case s.Do == WasCompleted:
		return w.complete(m, false)
	}
	w.heard()
	w.happens(WasNoted, m)
	return nil
}

// actOf is the right that a step asks for. What is no step asks for one that
// nobody has.
var actOf = map[What]act{
	WasAssigned: toAssign, WasAnswered: toAnswer, WasCompleted: toComplete, WasNoted: toNote, WasPaused: toAsk,
	WasResumed: toResume, WasSolved: toSolve, WasReopened: toReopen, WasClosed: toClose,
}

// said is a message of the actor, if they said anything.
func (w *turn) said(body string, internal bool) *Message {
	if body == "" {
		return nil
	}
	return &Message{
		Ticket: w.t.ID, Author: w.actor.Person, Channel: w.actor.Channel, Internal: internal,
		Body: cleanText(body), CreatedAt: w.at,
	}
}
