package tickets

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"amigo/app/db"
	"amigo/app/people"
	"amigo/app/words"
)

// list reads tickets that an actor may see, after a cursor, in one statement.
func (s store) list(ctx context.Context, a people.Actor, f Filter, after *cursor, limit int) ([]Ticket, error) {
	q, err := s.filtered(ctx, a, f)
	if err != nil {
		return nil, err
	}
	var rows []ticketRow
	if o := orders[f.Sort]; o.due() {
		err = s.byDue(ctx, q, o, after, limit).Scan(&rows).Error
	} else {
		err = s.atMost(ctx, limit, byDate(q, o, after)).Scan(&rows).Error
	}
	found := make([]Ticket, 0, len(rows))
	for _, r := range rows {
		found = append(found, r.ticket())
	}
	return found, db.Fault(err)
}

// byDate puts a query into the order of a date that every ticket has.
func byDate(q *gorm.DB, o order, after *cursor) *gorm.DB {
	if after != nil {
		q = q.Where("("+o.column+", id) "+o.beyond()+" (?, ?)", *after.at, after.id)
	}
	return q.Order(o.by(o.column, "id"))
}

// byDue reads by due date: those that have one, then those that have none. Each
// half follows an index from the cursor on; written as one condition with OR,
// neither database would. That the undated are sorted by their date, too, is
// for PostgreSQL, which then sees the order of the index.
func (s store) byDue(ctx context.Context, q *gorm.DB, o order, after *cursor, limit int) *gorm.DB {
	dated := q.Session(&gorm.Session{}).Where("due_at IS NOT NULL").Order(o.by("due_at", "lane", "id"))
	undated := q.Session(&gorm.Session{}).Where("due_at IS NULL").Order(o.by("due_at", "lane", "id"))
	switch {
	case after != nil && after.at == nil:
		return s.atMost(ctx, limit, undated.Where("(lane, id) "+o.beyond()+" (?, ?)", after.lane, after.id))
	case after != nil:
		dated = dated.Where("(due_at, lane, id) "+o.beyond()+" (?, ?, ?)", *after.at, after.lane, after.id)
	}
	both := s.db.Gorm(ctx).Raw("SELECT * FROM (?) AS dated UNION ALL SELECT * FROM (?) AS undated ORDER BY "+
		o.by("due_at NULLS LAST", "lane", "id"), s.atMost(ctx, limit, dated), s.atMost(ctx, limit, undated))
	return s.atMost(ctx, limit, both)
}

// atMost leaves the first rows of a query. The number is spelled out: where
// PostgreSQL does not know it, it plans to read whole tables.
func (s store) atMost(ctx context.Context, n int, q *gorm.DB) *gorm.DB {
	return s.db.Gorm(ctx).Raw("? LIMIT "+strconv.Itoa(n), q)
}

// counts counts the tickets that an actor may see, filter by filter, up to most
// each, in one statement.
func (s store) counts(ctx context.Context, a people.Actor, all []Filter, most int) ([]int, error) {
	var parts []string
	var counted []any
	for _, f := range all {
		q, err := s.filtered(ctx, a, f)
		if err != nil {
			return nil, err
		}
		parts = append(parts, "SELECT "+strconv.Itoa(len(parts))+" AS place, COUNT(*) AS n FROM (?) AS counted")
		counted = append(counted, s.atMost(ctx, most, q.Select("1 AS one")))
	}
	var rows []struct{ Place, N int }
	err := s.db.Gorm(ctx).Raw(strings.Join(parts, " UNION ALL "), counted...).Scan(&rows).Error
	counts := make([]int, len(all))
	for _, r := range rows {
		counts[r.Place] = r.N
	}
	return counts, db.Fault(err)
}

// filtered is the tickets that an actor may see and a filter asks for, with no
// order yet.
func (s store) filtered(ctx context.Context, a people.Actor, f Filter) (*gorm.DB, error) {
	q := s.visible(ctx, s.db.Gorm(ctx).Model(&ticketRow{}), a)
	q = inStatus(q, f.Statuses)
	if f.MyTeams {
		q = q.Where("team_id IN ?", append([]people.TeamID{0}, a.Teams...))
	}
	if f.Unassigned {
		q = q.Where("assignee_id IS NULL")
	}
	if f.Asked != 0 {
		q = q.Where("id IN (?)", s.asked(ctx, f.Asked))
	}
	if f.Mine && a.Is(people.Technician) {
		q = q.Where("assignee_id = ?", a.Person)
	} else if f.Mine {
		q = q.Where("id IN (?)", s.asked(ctx, a.Person))
	}
	if f.DueBefore != nil {
		q = q.Where("due_at < ?", *f.DueBefore)
	}
	q = equal(q, "team_id", f.Team)
	q = equal(q, "assignee_id", f.Assignee)
	q = named(q, "category", f.Category)
	q = named(q, "service", f.Service)
	q = named(q, "site", f.Site)
	q = named(q, "priority", f.Priority)
	q = named(q, "type", f.Type)
	q = named(q, "channel", f.Channel)
	return s.matching(q, a, f.Text)
}

// visible leaves the tickets that an actor may see.
func (s store) visible(ctx context.Context, q *gorm.DB, a people.Actor) *gorm.DB {
	if a.Is(people.Technician) {
		return q
	}
	return q.Where("id IN (?)", s.db.Gorm(ctx).Raw("? UNION SELECT ticket_id FROM followers WHERE person_id = ?",
		s.asked(ctx, a.Person), a.Person))
}

// asked is the ids of the tickets that somebody asked for, or reported.
func (s store) asked(ctx context.Context, who people.ID) *gorm.DB {
	return s.db.Gorm(ctx).Raw("SELECT id FROM tickets WHERE requester_id = ? UNION SELECT id FROM tickets WHERE reported_by_id = ?", who, who)
}

// inStatus asks for statuses. Where none of them is over it says so in the
// words of the partial indexes, which neither database would infer.
func inStatus(q *gorm.DB, wanted []Status) *gorm.DB {
	if len(wanted) == 0 {
		return q
	}
	asked, over := map[Status]bool{}, false
	for _, s := range wanted {
		asked[s], over = true, over || s.Over()
	}
	if !over {
		q = q.Where("status NOT IN ('solved', 'closed')")
	}
	if over || len(asked) < openStatuses {
		q = q.Where("status IN ?", wanted)
	}
	return q
}

// openStatuses is how many statuses are not over.
const openStatuses = len(Statuses) - 2

// equal asks for a value unless it is zero.
func equal[T comparable](q *gorm.DB, column string, value T) *gorm.DB {
	var zero T
	if value == zero {
		return q
	}
	return q.Where(column+" = ?", value)
}

// named asks for a word unless it is empty. It comes from an address, so it may
// hold anything.
func named[T ~string](q *gorm.DB, column string, value T) *gorm.DB {
	if value == "" {
		return q
	}
	return q.Where(column+" = ?", db.Text(string(value)))
}

// matching looks for words, and for a reference. Only staff find what stands in
// notes.
func (s store) matching(q *gorm.DB, a people.Actor, text string) (*gorm.DB, error) {
	if strings.TrimSpace(text) == "" {
		return q, nil
	}
	ref := refIn(text)
	search := words.Query(text)
	if len(search.Terms) == 0 {
		return q.Where("id = ?", ref), nil
	}
	column := "public"
	if a.Is(people.Technician) {
		column = "complete"
	}
	match, arg, err := s.db.Match("ticket_words", "ticket_id", column, search)
	if err != nil {
		return nil, err
	}
	if ref == 0 {
		return q.Where("id IN ("+match+")", arg), nil
	}
	return q.Where("id IN ("+match+" UNION SELECT id FROM tickets WHERE id = ?)", arg, ref), nil
}

// maxWords is how many bytes of words one ticket is found by; PostgreSQL keeps
// at most a mebibyte in a tsvector.
const maxWords = 400_000

// searched are the columns of words: what everybody of the ticket may find, and
// what staff may.
var searched = []string{"public", "complete"}

// index writes the words by which a ticket is found.
func (s store) index(ctx context.Context, t Ticket, requester people.Person, said []Message) error {
	return s.db.PutWords(ctx, "ticket_words", "ticket_id", searched, wordsOf(t, requester, said))
}

// wordsOf are the words by which a ticket is found, in its requester's language.
func wordsOf(t Ticket, requester people.Person, said []Message) db.Words {
	public := words.Tokens(strings.Join([]string{t.Subject, requester.Name, t.Establishment, t.ID.Ref()}, "\n"), requester.Lang)
	var notes []string
	for _, m := range said {
		tokens := words.Tokens(m.Body, requester.Lang)
		for _, f := range m.Attachments {
			tokens = append(tokens, words.Tokens(f.Name, requester.Lang)...)
		}
		if m.Internal {
			notes = append(notes, tokens...)
		} else {
			public = append(public, tokens...)
		}
	}
	complete := slices.Concat(public, notes)
	return db.Words{ID: int64(t.ID), Tokens: [][]string{first(public, maxWords), first(complete, maxWords)}}
}

// first is the tokens of the first n bytes.
func first(tokens []string, n int) []string {
	for i, token := range tokens {
		if n -= len(token) + 1; n < 0 {
			return tokens[:i]
		}
	}
	return tokens
}
