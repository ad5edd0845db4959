package tickets

import (
	"context"
	"slices"
	"time"

	"amigo/app/fault"
)

// Reply is a public message: by staff an answer, by the requester's side more words.
type Reply struct {
	Body        string
	Quoted      string
	Attachments []AttachmentID
	Cc          []string // mail: to whom else it went; nobody follows because of it
	// Seen is the newest message that the writer has seen; when a newer one by
	// somebody else has come meanwhile, the reply is fault.Conflict. Notes among
	// colleagues do not count, words of a third party do, for staff. 0: not asked.
	Seen       MessageID
	ReceivedAt time.Time // when it was accepted, or sent off; zero: now
	// Then is what staff do at once with it: "", Opened (wait no longer),
	// WaitingRequester or WaitingThirdParty.
	Then Status
	// Quiet causes no letter to the actor.
	Quiet bool
	// Automatic words (an absence note) are kept and move no status: they
	// neither end a wait nor reopen.
	Automatic bool
}

// Reply adds a public message. Fields: body, files, then. A technician's first
// answer opens a new ticket, and takes one that nobody has. The requester's side
// ends the wait for them, and reopens a solved ticket; a closed one is
// fault.Invalid, for everybody. What the requester's side says on a merged
// ticket is said on the one that it goes on as.
func (d *Desk) Reply(ctx context.Context, id ID, c Reply) (m Message, err error) {
	defer fault.Wrap(&err, "ticket %d: reply", id)
	for on := id; on != 0 && err == nil; {
		_, err = d.change(ctx, on, func(ctx context.Context, w *turn) (err error) {
			if on, err = w.goesOn(c); err != nil || on != 0 {
				c.Seen = 0 // of the words here they have seen none
				return err
			}
			said, err := w.reply(ctx, c)
			if err == nil {
				m = *said
			}
			return err
		})
	}
	return m, err
}

func (w *turn) reply(ctx context.Context, c Reply) (*Message, error) {
	do := w.voice(c)
	if err := w.may(do); err != nil {
		return nil, err
	}
	if do == toComplete && c.Then != "" {
		return nil, fault.Because(fault.Denied, "tickets.refused.denied")
	}
	if _, ok := next(w.t.Status, do); !ok {
		return nil, w.refused()
	}
	c.Body, c.Attachments = cleanText(c.Body), once(c.Attachments)
	if err := w.checkReply(c); err != nil {
		return nil, err
	}
	if err := w.checkSeen(ctx, c.Seen); err != nil {
		return nil, err
	}
	w.quiet, w.at = c.Quiet, w.receivedAfterSolving(c.ReceivedAt)
	m, err := w.say(ctx, Message{Body: c.Body, Quoted: c.Quoted, Cc: c.Cc}, c.Attachments)
	if err != nil {
		return nil, err
	}
	if do == toAnswer {
		return m, w.answer(m, c.Then)
	}
	return m, w.complete(m, c.Automatic)
}

// voice says whose words the actor's are. Staff answer; only a technician who
// asks for help themselves, on a ticket that somebody else works, speaks as
// the requester.
func (w *turn) voice(c Reply) act {
	asks := w.actor.Person == w.t.Requester && w.actor.Person != w.t.Assignee && c.Then == ""
	if may(w.relation, toAnswer) && !asks {
		return toAnswer
	}
	return toComplete
}

func (w *turn) checkReply(c Reply) error {
	f := fault.Fields{}
	w.checkWords(f, c.Body, len(c.Attachments))
	if !slices.Contains([]Status{"", Opened, WaitingRequester, WaitingThirdParty}, c.Then) {
		f.Add("then", "tickets.field.choose")
	}
	return f.Err()
}

// checkSeen refuses an answer to what is no longer the last word.
func (w *turn) checkSeen(ctx context.Context, seen MessageID) error {
	if seen == 0 {
		return nil
	}
	author, err := w.desk.store.newer(ctx, w.t.ID, seen, w.actor.Person, may(w.relation, toSeeNotes))
	if err != nil || author == 0 {
		return err
	}
	name, err := w.nameOf(ctx, author)
	if err != nil {
		return err
	}
	return fault.Because(fault.Conflict, "tickets.refused.newer", "Who", name)
}

// receivedAfterSolving is when words arrived, to the ticket: what was under way
// while it was being solved arrives right after.
func (w *turn) receivedAfterSolving(at time.Time) time.Time {
	at = received(at, w.at)
	if w.t.SolvedAt != nil && at.Before(*w.t.SolvedAt) {
		return *w.t.SolvedAt
	}
	return at
}

// answer is what staff's public words do.
func (w *turn) answer(m *Message, then Status) error {
	if err := w.take(); err != nil {
		return err
	}
	if err := w.move(toAnswer); err != nil {
		return err
	}
	if w.t.Status == WaitingRequester { // asked once more: the days begin anew
		w.t.await(w.at)
	}
	w.responded()
	w.heard()
	w.happens(WasAnswered, m)
	if then == "" || then == w.t.Status {
		return nil
	}
	return w.goTo(then)
}

// take gives a ticket that nobody has to the technician who works on it.
func (w *turn) take() error {
	if w.t.Assignee != 0 || w.t.Status.Over() || w.relation != staff {
		return nil
	}
	if err := w.move(toAssign); err != nil {
		return err
	}
	w.t.Assignee = w.actor.Person
	w.happens(WasAssigned, nil)
	return nil
}

// responded keeps the date of the first public words by staff.
func (w *turn) responded() {
	if w.t.FirstRespondedAt == nil {
		at := w.at
		w.t.FirstRespondedAt = &at
	}
}

// complete is what the requester's side's words do.
func (w *turn) complete(m *Message, automatic bool) error {
	if !automatic {
		w.unheard()
	}
	w.happens(WasCompleted, m)
	if automatic {
		return nil
	}
	from := w.t.Status
	if err := w.move(toComplete); err != nil {
		return err
	}
	switch {
	case from == w.t.Status:
	case from == Solved:
		w.happens(WasReopened, m)
	default:
		w.happens(WasResumed, m)
	}
	return nil
}
