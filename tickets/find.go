package tickets

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/app/words"
)

// Find is a search for tickets by words, phrases in quotation marks, or a
// reference.
type Find struct {
	Text   string
	Filter Filter // in which tickets; its Text, Sort, Limit and Cursor are passed over
	Limit  int    // 1 to MaxHits; 0 means 20, more means MaxHits
}

// MaxHits is how many tickets a search gives at most.
const MaxHits = 50

const usualHits = 20

// Hit is a ticket that was found, and where.
type Hit struct {
	Ticket  Ticket
	Score   int         // what comes first has most; it means nothing beside another search
	Subject []words.Run // with the words that were looked for marked
	Said    *Message    // in which they stand as well, without its files; nil: in none
	Excerpt []words.Run // of what was said
}

// What it says when words stand in a subject, in the requester's name, in what
// was said; and what the age of a ticket says at most.
const (
	inSubject   = 8
	inName      = 4
	inWords     = 2
	byAge       = 15
	byReference = 10_000

	halfAge       = 30 * 24 * time.Hour // by which a ticket is worth half of byAge
	letters       = 240                 // of an excerpt
	closelyRanked = 2                   // times as many tickets as are wanted are read to be ranked
)

// Find gives the tickets that answer a search best, among the newest MaxFound
// that the actor may see and the filter asks for. Words in the subject say more
// than those in the requester's name, and those more than what was said; words
// that stand together say more than words apart; of what is alike the newer
// comes first. Only staff find what stands in notes. Without a text there is
// nothing to find.
func (d *Desk) Find(ctx context.Context, c Find) (hits []Hit, err error) {
	defer fault.Wrap(&err, "tickets: find")
	a := people.ActorOf(ctx)
	if !reads(a) || strings.TrimSpace(c.Text) == "" {
		return nil, nil
	}
	limit := min(cmp.Or(max(c.Limit, 0), usualHits), MaxHits)
	f, err := d.timed(ctx, c.Filter)
	if err != nil {
		return nil, err
	}
	f.Text = c.Text
	found, err := d.store.candidates(ctx, a, f)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	s := search{text: words.Query(c.Text), ref: refIn(c.Text), at: d.db.Now(ctx), finders: map[string]*words.Finder{}}
	s.rank(found)
	found = found[:min(len(found), closelyRanked*limit)]
	if err := d.store.hear(ctx, found, a.Is(people.Technician)); err != nil {
		return nil, err
	}
	s.rank(found)
	found = found[:min(len(found), limit)]
	all, err := d.store.tickets(ctx, idsOf(found))
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		if t, there := all[c.ID]; there {
			hits = append(hits, s.hit(t, c))
		}
	}
	return hits, nil
}

// candidate is a ticket in which the words of a search stand.
type candidate struct {
	ID            ID
	Subject       string
	UpdatedAt     time.Time
	Name, Lang    string    // of its requester
	said          []Message // the newest of it; nil where nobody has looked
	score, spoken int       // spoken is which of said answers best; -1: none
}

func idsOf(found []*candidate) []ID {
	ids := make([]ID, 0, len(found))
	for _, c := range found {
		ids = append(ids, c.ID)
	}
	return ids
}

// search is a search under way.
type search struct {
	text    words.Search
	ref     ID
	at      time.Time
	finders map[string]*words.Finder // by language
}

// in is the finder for texts of a language.
func (s search) in(lang string) *words.Finder {
	if s.finders[lang] == nil {
		s.finders[lang] = s.text.In(lang)
	}
	return s.finders[lang]
}

// rank puts candidates into order by what is known of them: of what was not read
// yet, what was said holds the words that its subject does not.
func (s search) rank(found []*candidate) {
	for _, c := range found {
		parts := []words.Part{{Text: c.Subject, Weight: inSubject}, {Text: c.Name, Weight: inName}}
		for _, m := range c.said {
			parts = append(parts, words.Part{Text: m.Body, Weight: inWords})
		}
		r := s.in(c.Lang).Rank(parts...)
		c.score, c.spoken = r.Score+r.Missing*words.AsWhole*inWords+s.fresh(c.UpdatedAt), -1
		if c.ID == s.ref {
			c.score += byReference
		}
		for i, own := range r.Own[2:] {
			if own > 0 && (c.spoken < 0 || own > r.Own[2+c.spoken]) {
				c.spoken = i
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *candidate) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.ID, a.ID)) })
}

// fresh is what it says that something happened to a ticket lately.
func (s search) fresh(at time.Time) int {
	age := max(0, s.at.Sub(at))
	return int(byAge * halfAge / (halfAge + age))
}

// hit shows where the words stand.
func (s search) hit(t Ticket, c *candidate) Hit {
	finder := s.in(c.Lang)
	h := Hit{Ticket: t, Score: c.score, Subject: finder.Mark(t.Subject)}
	if c.spoken >= 0 {
		h.Said = &c.said[c.spoken]
		h.Excerpt, _ = finder.Excerpt(h.Said.Body, letters)
	}
	return h
}
