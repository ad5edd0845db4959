package tickets

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/app/seal"
)

// Rating is what somebody thought of a solution.
type Rating string

// The ratings.
const (
	Good Rating = "good"
	Bad  Rating = "bad"
)

// Ratings lists them.
var Ratings = [...]Rating{Good, Bad}

// Valid says whether r is one of the ratings.
func (r Rating) Valid() bool { return slices.Contains(Ratings[:], r) }

// Word is the rating as people read it: an answer to whether our help was what
// they needed.
func (r Rating) Word() fault.Message { return fault.Say("tickets.rating." + string(r)) }

// MaxComment is how many characters a comment on a solution may have.
const MaxComment = 2000

// Ballot is what somebody of the requester's side may say of a solution, and
// what they said last.
type Ballot struct {
	Code     string // opens it, see [Desk.Ballot]
	Ticket   Ticket
	Person   people.ID
	Lang     string
	SolvedAt time.Time // when the solution was given that it is about
	Rating   Rating    // empty: nothing yet
	Comment  string
}

// Open says whether the solution can be rated now: not while somebody works on
// the ticket again.
func (b Ballot) Open() bool { return b.Ticket.Status.Over() }

// Earlier says whether another solution was given since.
func (b Ballot) Earlier() bool {
	return b.Ticket.SolvedAt == nil || !b.Ticket.SolvedAt.Equal(b.SolvedAt)
}

const (
	ratingPurpose = "rating"
	// ratingTime is how long after a solution it can be rated.
	ratingTime = 60 * 24 * time.Hour
)

// ratingCode is what lets somebody rate a solution without signing in. It names
// the solution: an old letter says nothing about a newer one.
func (d *Desk) ratingCode(id ID, who people.ID, solved time.Time) string {
	return d.seal.Seal(ratingPurpose, seal.Pack(int64(id), int64(who), solved.UnixMicro()), solved.Add(ratingTime))
}

// ratePage is where somebody rates the solution of a ticket, empty where the
// installation has no pages.
func (d *Desk) ratePage(t Ticket, who people.ID) string {
	if d.conf.PublicURL == "" || t.SolvedAt == nil {
		return ""
	}
	return d.conf.PublicURL + "/satisfaction/" + d.ratingCode(t.ID, who, *t.SolvedAt)
}

// Ballot opens a code that a letter has brought. Whoever has the code may rate,
// signed in or not; it is not the actor who is asked. A code that is not ours,
// that is too old, or whose person takes no part any more is fault.NotFound.
func (d *Desk) Ballot(ctx context.Context, code string) (Ballot, error) {
	b, _, err := d.ballot(ctx, code)
	return b, err
}

func (d *Desk) ballot(ctx context.Context, code string) (b Ballot, a people.Actor, err error) {
	defer fault.Wrap(&err, "rating")
	payload, err := d.seal.Open(ratingPurpose, code, d.db.Now(ctx))
	if err != nil {
		return b, a, fault.NotFound
	}
	numbers, err := seal.Unpack(payload, 3)
	if err != nil {
		return b, a, fault.NotFound
	}
	b = Ballot{Code: code, Person: people.ID(numbers[1]), SolvedAt: time.UnixMicro(numbers[2]).UTC()}
	if b.Ticket, err = d.store.ticket(ctx, ID(numbers[0])); err != nil {
		return b, a, err
	}
	if takes, err := d.Participates(ctx, b.Ticket.ID, b.Person); err != nil || !takes {
		return b, a, errors.Join(fault.NotFound, err)
	}
	a, err = d.people.Actor(ctx, b.Person, people.Web)
	if errors.Is(err, fault.Denied) { // they have left
		err = fault.NotFound
	}
	if err != nil {
		return b, a, err
	}
	b.Lang = a.Lang
	b.Rating, b.Comment, err = d.store.rating(ctx, b)
	return b, a, err
}

// OwnBallot is the actor's for the solution of a ticket; ok is false when they
// are not of its requester's side, and while it has no solution that can be rated.
func (d *Desk) OwnBallot(ctx context.Context, t Ticket) (b Ballot, ok bool, err error) {
	if !t.Status.Over() || t.MergedInto != 0 || t.SolvedAt == nil {
		return b, false, nil
	}
	b, err = d.Ballot(ctx, d.ratingCode(t.ID, people.ActorOf(ctx).Person, *t.SolvedAt))
	if errors.Is(err, fault.NotFound) {
		return Ballot{}, false, nil
	}
	return b, err == nil, err
}

// Rate says what somebody thinks of a solution.
type Rate struct {
	Rating  Rating
	Comment *string // nil: what they said before stays
}

// Rate keeps what the person of a code thinks of its solution, in place of what
// they thought before; see [Desk.Ballot]. Fields: rating, comment. While the
// ticket is worked on again it is fault.Invalid. The same once more changes
// nothing. Whoever solved it is told of a bad rating that has a reason.
func (d *Desk) Rate(ctx context.Context, code string, c Rate) (b Ballot, err error) {
	b, a, err := d.ballot(ctx, code)
	if err != nil {
		return b, err
	}
	a.Believed = true // the code is their proof
	ctx = people.As(ctx, a)
	_, err = d.change(ctx, b.Ticket.ID, func(ctx context.Context, w *turn) (err error) {
		if b.Rating, b.Comment, err = d.store.rating(ctx, b); err != nil {
			return err
		}
		b.Ticket = w.t
		return w.rate(ctx, &b, c)
	})
	return b, err
}

func (w *turn) rate(ctx context.Context, b *Ballot, c Rate) error {
	if err := w.may(toRate); err != nil {
		return err
	}
	if _, ok := next(w.t.Status, toRate); !ok {
		return fault.Because(fault.Invalid, "tickets.refused.unsolved")
	}
	comment := b.Comment
	if c.Comment != nil {
		comment = cleanText(*c.Comment)
	}
	if err := checkRate(c.Rating, comment); err != nil {
		return err
	}
	if c.Rating == b.Rating && comment == b.Comment {
		return nil
	}
	b.Rating, b.Comment = c.Rating, comment
	if err := w.desk.store.putRating(ctx, *b); err != nil {
		return err
	}
	w.happens(WasRated, nil)
	e := &w.happened[len(w.happened)-1].Event
	e.put(ratingKey, string(b.Rating))
	if comment != "" {
		e.put(commentKey, comment)
	}
	if b.Earlier() {
		e.put(solvedKey, b.SolvedAt.Format(time.RFC3339))
	}
	return nil
}

// What the event of a rating keeps: the rating, what was said with it, and, of a
// solution that is no longer the last, when that was given.
const (
	ratingKey  = "rating"
	commentKey = "comment"
	solvedKey  = "solved_at"
)

func checkRate(r Rating, comment string) error {
	f := fault.Fields{}
	if !r.Valid() {
		f.Add("rating", "tickets.field.choose")
	}
	if utf8.RuneCountInString(comment) > MaxComment {
		f.Add("comment", "tickets.field.long", "Max", MaxComment)
	}
	return f.Err()
}
