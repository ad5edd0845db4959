package draft

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"amigo/app/fault"
	"amigo/app/jobs"
	"amigo/app/live"
	"amigo/app/people"
	"amigo/tickets"
)

// The fields of a form on which its sending depends, in [Draft].With.
const (
	Kind    = "kind"    // of Reply: "note" or "consult", else a reply
	Then    = "then"    // the status that the ticket takes with it
	Party   = "party"   // of a consult: to whom, by number
	Address = "address" // of a consult: to whom, who is new
	Name    = "name"    // what they are called
	Forward = "forward" // of a consult: files of the ticket that go along, numbers
	Outcome = "outcome" // of Solve
	Cause   = "cause"
	Version = "version" // of the ticket, as it was read
)

// Send does what a form asks of the desk, for the actor, and lets go of the draft.
// With a grace, words of staff that leave the house are first on their way for as
// long, and sent says until when; a note never is. Errors are those of the desk,
// and nothing has happened then.
func (s *Drafts) Send(ctx context.Context, d Draft, grace time.Duration) (sent Draft, err error) {
	defer fault.Wrap(&err, "draft: send")
	if err := s.check(ctx, &d); err != nil {
		return Draft{}, err
	}
	if grace <= 0 || d.With[Kind] == "note" || !people.ActorOf(ctx).Is(people.Technician) {
		return Draft{}, s.sendAtOnce(ctx, d)
	}
	if err := s.rehearse(ctx, d); err != nil {
		return Draft{}, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context) error {
		had, err := s.inPlace(ctx, d)
		if err != nil {
			return err
		}
		if had != nil {
			d.Version = had.Version // whatever else was typed: this is what is sent
		}
		if sent, err = s.put(ctx, had, d); err != nil {
			return err
		}
		sent.Aside, sent.Version, sent.SendAt = nil, sent.Version+1, s.db.Now(ctx).Add(grace)
		if err := s.store.rewrite(ctx, sent); err != nil {
			return err
		}
		s.wake(ctx, d.Ticket)
		return s.queue.Put(ctx, leave{Draft: sent.ID, Version: sent.Version}, jobs.At(sent.SendAt))
	})
	return sent, err
}

func (s *Drafts) sendAtOnce(ctx context.Context, d Draft) error {
	return s.db.Tx(ctx, func(ctx context.Context) error {
		had, err := s.inPlace(ctx, d)
		if err != nil {
			return err
		}
		if had != nil {
			if err := s.store.remove(ctx, *had); err != nil {
				return err
			}
		}
		return s.perform(ctx, d, time.Time{})
	})
}

// errRehearsed ends a transaction in which everything went well.
var errRehearsed = errors.New("draft: it can be sent")

// rehearse says what the desk would: it happens in a transaction that is not kept.
func (s *Drafts) rehearse(ctx context.Context, d Draft) error {
	err := s.db.Tx(ctx, func(ctx context.Context) error {
		if err := s.perform(ctx, d, time.Time{}); err != nil {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

// perform does what a form asks of the desk, as of the instant at which it was sent
// off.
func (s *Drafts) perform(ctx context.Context, d Draft, at time.Time) error {
	words, err := s.signed(ctx, d)
	if err != nil {
		return err
	}
	files, then := idsOf(d.Files), tickets.Status(d.With[Then])
	switch {
	case d.Place == Solve:
		_, err = s.desk.Solve(ctx, d.Ticket, tickets.Solve{
			Version: int(number(d.With[Version])), Solution: words, Outcome: d.With[Outcome], Cause: d.With[Cause],
			Attachments: files, Seen: d.Seen, At: at,
		})
	case d.Place != Reply:
		err = fault.NotFound
	case d.With[Kind] == "note":
		_, err = s.desk.Note(ctx, d.Ticket, tickets.Note{Body: words, Attachments: files})
	case d.With[Kind] == "consult":
		_, err = s.desk.Consult(ctx, d.Ticket, d.consult(words, files, at))
	default:
		_, err = s.desk.Reply(ctx, d.Ticket, tickets.Reply{Body: words, Attachments: files, Seen: d.Seen, Then: then, ReceivedAt: at})
	}
	return err
}

// consult is what a form asks to be written to a third party.
func (d Draft) consult(words string, files []tickets.AttachmentID, at time.Time) tickets.Consult {
	c := tickets.Consult{
		Party: people.ID(number(d.With[Party])), Body: words, Attachments: files, Then: tickets.Status(d.With[Then]), Seen: d.Seen, At: at,
	}
	if c.Party == 0 && d.With[Address] != "" {
		c.New = &tickets.ThirdParty{Address: d.With[Address], Name: cmp.Or(d.With[Name], d.With[Address])}
	}
	for text := range strings.FieldsSeq(d.With[Forward]) {
		c.Forward = append(c.Forward, tickets.AttachmentID(number(text)))
	}
	return c
}

// leave sends a draft off whose time has come, unless it was touched since.
type leave struct {
	Draft   ID  `json:"draft"`
	Version int `json:"version"`
}

// Kind is the name of the job.
func (leave) Kind() string { return "drafts.leave" }

// leave sends a draft as its author, with the rights that they have by now.
func (s *Drafts) leave(ctx context.Context, j leave) (err error) {
	defer fault.Wrap(&err, "draft %d: leave", j.Draft)
	d, ok, err := s.store.leaving(ctx, j.Draft, j.Version)
	if err != nil || !ok {
		return err
	}
	actor, err := s.people.Actor(ctx, d.author, people.Web)
	if err == nil && !actor.Is(people.Technician) {
		err = fault.Because(fault.Denied, "composer.back.role")
	}
	if err == nil {
		err = s.depart(people.As(ctx, actor), d)
	}
	if err != nil && refused(err) {
		return s.comeBack(ctx, d, err)
	}
	return err
}

// depart sends a draft that is on its way. One that was taken back, or sent
// already, is not there any more, and nothing happens.
func (s *Drafts) depart(ctx context.Context, d Draft) error {
	return s.db.Tx(ctx, func(ctx context.Context) error {
		mine, err := s.store.take(ctx, d)
		if err != nil || !mine {
			return err
		}
		if err := s.store.remove(ctx, d); err != nil {
			return err
		}
		return s.perform(ctx, d, d.UpdatedAt)
	})
}

// SendNow sends a draft of the actor that is on its way without waiting. Where it
// cannot be sent it is a draft again, and the error is the desk's. One that is not on
// its way is fault.NotFound.
func (s *Drafts) SendNow(ctx context.Context, id ID) (d Draft, err error) {
	defer fault.Wrap(&err, "draft %d: send now", id)
	if d, err = s.Get(ctx, id); err != nil {
		return Draft{}, err
	}
	if !d.Leaving() {
		return Draft{}, fault.NotFound
	}
	if err := s.depart(ctx, d); err != nil {
		if refused(err) {
			err = errors.Join(err, s.comeBack(ctx, d, err))
		}
		return d, err
	}
	return d, nil
}

// TakeBack makes a draft of the actor that is on its way one that is being written.
// What has been sent meanwhile is fault.NotFound.
func (s *Drafts) TakeBack(ctx context.Context, id ID) (d Draft, err error) {
	defer fault.Wrap(&err, "draft %d: take back", id)
	if d, err = s.Get(ctx, id); err != nil {
		return Draft{}, err
	}
	return d, s.home(ctx, d, nil)
}

// comeBack makes what could not be sent a draft again, with the reason.
func (s *Drafts) comeBack(ctx context.Context, d Draft, why error) error {
	err := s.home(ctx, d, reason(why))
	if errors.Is(err, fault.NotFound) {
		return nil // taken back meanwhile
	}
	return err
}

// home makes a draft on its way one that is being written. Where its author writes
// another in the same place already, the words of both are one.
func (s *Drafts) home(ctx context.Context, d Draft, problem *fault.Message) error {
	return s.db.Tx(ctx, func(ctx context.Context) error {
		other, err := s.inPlace(ctx, d)
		if err != nil {
			return err
		}
		mine, err := s.store.take(ctx, d)
		if err == nil && !mine {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		back := d
		if other != nil {
			if err := s.store.remove(ctx, d); err != nil {
				return err
			}
			back.ID, back.Version = other.ID, other.Version
			back.Words, back.Files, back.Aside = strings.TrimSpace(d.Words+"\n\n"+other.Words), together(d.Files, other.Files), other.Aside
		}
		back.SendAt, back.Problem, back.UpdatedAt = time.Time{}, problem, s.db.Now(ctx)
		back.Version = max(back.Version, d.Version) + 2 // past whatever page has drawn it
		s.wake(ctx, d.Ticket)
		return s.store.rewrite(ctx, back)
	})
}

// wake has the pages that show a ticket look again once the transaction is kept.
func (s *Drafts) wake(ctx context.Context, id tickets.ID) {
	s.hub.Publish(ctx, live.Change{What: "ticket", ID: int64(id)})
}

// reason is a refusal in a sentence.
func reason(err error) *fault.Message {
	if m, ok := fault.MessageOf(err); ok {
		return &m
	}
	if fields := fault.FieldsOf(err); len(fields) > 0 {
		m := fields[slices.Sorted(maps.Keys(fields))[0]]
		return &m
	}
	m := fault.Say("composer.back.refused")
	return &m
}

// number reads a field that holds one; 0 when it does not.
func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
