package draft

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/jobs"
	"amigo/app/live"
	"amigo/app/people"
	"amigo/tickets"
)

// ID identifies a draft.
type ID int64

// Place is the form in which something is written.
type Place string

// The places.
const (
	Reply Place = "reply" // on a ticket: a reply, a note, words to a third party
	Solve Place = "solve" // a solution
	Ask   Place = "ask"   // a new request
)

// Limits of a draft. Longer is fault.Invalid.
const (
	MaxWords  = 2 * tickets.MaxBody // characters: one may write too much, and shorten it later
	maxFields = 24
	maxField  = 2000 // characters
	maxAside  = 3    // texts that are set aside
	maxList   = 200
	keptFor   = 30 * 24 * time.Hour
)

// Draft is what somebody is writing, or has sent off and that is on its way.
type Draft struct {
	ID     ID
	Ticket tickets.ID // 0: a new one
	Place  Place
	Words  string
	With   map[string]string // what else stands in the form, by the names of its fields
	Seen   tickets.MessageID // the newest message that stood above it
	Files  []tickets.Attachment
	Aside  []string // what was written in it on another device meanwhile, the newest first

	Version   int // goes up with each change; 0: never kept yet
	UpdatedAt time.Time
	SendAt    time.Time      // it is on its way until then; zero: it is being written
	Problem   *fault.Message // why it was not sent; nil: it was not tried

	author people.ID
}

// Leaving says whether it was sent off and can still be taken back.
func (d Draft) Leaving() bool { return !d.SendAt.IsZero() }

// Drafts keeps what people write.
type Drafts struct {
	db     *db.DB
	store  store
	queue  *jobs.Queue
	hub    *live.Hub
	people *people.Directory
	desk   *tickets.Desk

	templates  *db.Kept[[]Template]
	signatures *db.Kept[map[people.ID]string]
}

// House is what drafts are kept with.
type House struct {
	DB     *db.DB
	Queue  *jobs.Queue
	Hub    *live.Hub
	People *people.Directory
	Desk   *tickets.Desk
}

// New builds it.
func New(h House) *Drafts {
	s := store{h.DB}
	return &Drafts{
		db: h.DB, store: s, queue: h.Queue, hub: h.Hub, people: h.People, desk: h.Desk,
		templates: db.Keep(h.DB, templateRow{}.TableName(), s.templates), signatures: db.Keep(h.DB, signatureRow{}.TableName(), s.signatures),
	}
}

// Keep writes what stands in a form; one without a word and without a file is let
// go. Version is that of the draft with which the form was drawn, 0 for none. Where
// another device has written meanwhile, its words are set aside. A draft that was
// there and is not any more was sent or let go elsewhere: fault.Conflict, and
// nothing is kept; so it is for what was just sent. A ticket that the actor may not
// see is fault.NotFound. Fields: body.
func (s *Drafts) Keep(ctx context.Context, d Draft) (kept Draft, err error) {
	defer fault.Wrap(&err, "draft: keep")
	if err := s.check(ctx, &d); err != nil {
		return Draft{}, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context) error {
		had, err := s.inPlace(ctx, d)
		if err != nil {
			return err
		}
		if had == nil {
			if err := s.stillWanted(ctx, d); err != nil {
				return err
			}
		}
		kept, err = s.put(ctx, had, d)
		return err
	})
	return kept, err
}

// put writes a draft over what is in its place, which may be nothing.
func (s *Drafts) put(ctx context.Context, had *Draft, d Draft) (Draft, error) {
	d.UpdatedAt, d.SendAt, d.Aside = s.db.Now(ctx), time.Time{}, nil
	d.Files = ownFiles(d.Files)
	switch {
	case had == nil && d.empty():
		return Draft{}, nil
	case had == nil:
		d.Version, d.Problem = 1, nil
		return d, s.store.add(ctx, &d)
	}
	d.ID, d.Aside = had.ID, had.Aside
	if had.Version != d.Version {
		d.Aside = setAside(had.Aside, had.Words, d.Words)
		d.Files = together(d.Files, had.Files)
	}
	if d.empty() && len(d.Aside) == 0 {
		return Draft{}, s.store.remove(ctx, *had)
	}
	d.Version, d.Problem = had.Version+1, nil
	return d, s.store.rewrite(ctx, d)
}

// check refuses what cannot be kept, and names the author.
func (s *Drafts) check(ctx context.Context, d *Draft) error {
	who := people.ActorOf(ctx)
	if who.Nobody() || who.System() || !who.Believed {
		return fault.Denied
	}
	d.author = who.Person
	if d.Place == Ask {
		d.Ticket = 0
	} else if _, err := s.desk.Get(ctx, d.Ticket); err != nil {
		return err
	}
	if !slices.Contains([]Place{Reply, Solve, Ask}, d.Place) {
		return fault.NotFound
	}
	f := fault.Fields{}
	if utf8.RuneCountInString(d.Words) > MaxWords {
		f.Add("body", "tickets.field.long", "Max", tickets.MaxBody)
	}
	for name, value := range d.With {
		if len(d.With) > maxFields || utf8.RuneCountInString(value) > maxField {
			f.Add(name, "tickets.field.long", "Max", maxField)
		}
	}
	return f.Err()
}

// empty says whether there is nothing to keep: no word, no file.
func (d Draft) empty() bool {
	return tickets.Blank(d.Words) && len(d.Files) == 0 && tickets.Blank(d.With["subject"])
}

// inPlace reads what the actor is writing in a place, nil for nothing. Until the
// transaction ends nobody else writes there.
func (s *Drafts) inPlace(ctx context.Context, d Draft) (*Draft, error) {
	if err := s.db.Lock(ctx, fmt.Sprintf("draft/%d/%d/%s", d.author, d.Ticket, d.Place)); err != nil {
		return nil, err
	}
	all, err := s.store.of(ctx, d.author, d.Ticket)
	for i := range all {
		if all[i].Place == d.Place && !all[i].Leaving() {
			return &all[i], err
		}
	}
	return nil, err
}

// stillWanted refuses to begin a draft with what its author has just sent: a page
// that saves as one types may be late.
func (s *Drafts) stillWanted(ctx context.Context, d Draft) error {
	gone := fault.Because(fault.Conflict, "composer.draft.gone")
	if d.Version > 0 {
		return gone
	}
	if d.Ticket == 0 || tickets.Blank(d.Words) {
		return nil
	}
	leaving, err := s.store.of(ctx, d.author, d.Ticket)
	if err != nil {
		return err
	}
	for _, other := range leaving {
		if other.Leaving() && other.Words == d.Words {
			return gone
		}
	}
	said, err := s.desk.MessagesPage(ctx, d.Ticket, d.Seen, maxList)
	if err != nil {
		return err
	}
	for _, m := range said {
		if m.Author == d.author && strings.HasPrefix(m.Body, strings.TrimSpace(d.Words)) {
			return gone
		}
	}
	return nil
}

// Of lists what the actor writes on a ticket, or where it is 0 beside any: what is
// on its way in the order in which it leaves, and what is being written.
func (s *Drafts) Of(ctx context.Context, id tickets.ID) (all []Draft, err error) {
	defer fault.Wrap(&err, "drafts of ticket %d", id)
	return s.store.of(ctx, people.ActorOf(ctx).Person, id)
}

// List lists everything that the actor writes, the newest first.
func (s *Drafts) List(ctx context.Context) (all []Draft, err error) {
	defer fault.Wrap(&err, "drafts")
	return s.store.ofPerson(ctx, people.ActorOf(ctx).Person, maxList)
}

// Waiting counts what waits for the actor and for nobody else: mentions in notes that
// they have not read, and drafts of theirs that could not be sent.
func (s *Drafts) Waiting(ctx context.Context) (mentions, returned int, err error) {
	defer fault.Wrap(&err, "drafts: what waits")
	return s.store.waiting(ctx, people.ActorOf(ctx).Person)
}

// Get reads a draft of the actor; any other is fault.NotFound.
func (s *Drafts) Get(ctx context.Context, id ID) (d Draft, err error) {
	defer fault.Wrap(&err, "draft %d", id)
	return s.store.one(ctx, id, people.ActorOf(ctx).Person)
}

// Drop lets go of a draft of the actor; one on its way, and one of somebody else,
// is fault.NotFound.
func (s *Drafts) Drop(ctx context.Context, id ID) (err error) {
	defer fault.Wrap(&err, "draft %d: drop", id)
	return s.db.Tx(ctx, func(ctx context.Context) error {
		d, err := s.store.one(ctx, id, people.ActorOf(ctx).Person)
		if err == nil && d.Leaving() {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		return s.store.remove(ctx, d)
	})
}

// Settle lets go of what the actor was writing in a place, which was sent by
// another way.
func (s *Drafts) Settle(ctx context.Context, id tickets.ID, p Place) (err error) {
	defer fault.Wrap(&err, "draft: settle")
	return s.db.Tx(ctx, func(ctx context.Context) error {
		had, err := s.inPlace(ctx, Draft{author: people.ActorOf(ctx).Person, Ticket: id, Place: p})
		if err != nil || had == nil {
			return err
		}
		return s.store.remove(ctx, *had)
	})
}

// setAside adds words that would be lost to those that lie aside, the newest first:
// none that others hold, and not more than some. It is pure.
func setAside(aside []string, lost, now string) []string {
	var all []string
	for _, text := range append([]string{lost}, aside...) {
		held := func(by string) bool { return strings.Contains(by, strings.TrimSpace(text)) }
		if !held(now) && !slices.ContainsFunc(all, held) && len(all) < maxAside {
			all = append(all, text)
		}
	}
	return all
}

// together are the files of two drafts, each once.
func together(files, more []tickets.Attachment) []tickets.Attachment {
	for _, a := range more {
		if !slices.ContainsFunc(files, func(b tickets.Attachment) bool { return a.ID == b.ID }) {
			files = append(files, a)
		}
	}
	return files
}

// ownFiles are the files of a form that a draft can hold: as many as a message can.
func ownFiles(files []tickets.Attachment) []tickets.Attachment {
	return files[:min(len(files), tickets.MaxFiles)]
}

// idsOf are the numbers of files.
func idsOf(files []tickets.Attachment) []tickets.AttachmentID {
	ids := make([]tickets.AttachmentID, 0, len(files))
	for _, a := range files {
		ids = append(ids, a.ID)
	}
	return ids
}

// refused says whether an error is an answer, and not an accident.
func refused(err error) bool {
	return errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict) || errors.Is(err, fault.Denied) || errors.Is(err, fault.NotFound)
}

// Href is the page on which a draft is written.
func (d Draft) Href() string {
	switch {
	case d.Ticket == 0:
		return "/tickets/new"
	case d.Place == Solve:
		return "/tickets/" + d.Ticket.Ref() + "?do=solve#solve"
	}
	return "/tickets/" + d.Ticket.Ref() + "#composer"
}
