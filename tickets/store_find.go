package tickets

import (
	"context"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"amigo/app/db"
	"amigo/app/people"
	"amigo/app/words"
	"amigo/migrations"
)

// MaxFound is among how many tickets a search looks for the best: the newest in
// which its words stand. A word that stands everywhere costs no more than that.
const MaxFound = 500

// recent is how many of the newest tickets are looked through first on
// PostgreSQL, one after the other. A word that is met MaxFound times among them
// needs nothing else, and of one that is not the index holds few enough: it
// would give all tickets of the word before the newest could be told.
const recent = 20_000

// matching leaves, of the tickets of a query, the newest MaxFound that hold some
// words, and the one of a reference. The conditions of the query, what the actor
// may see among them, hold within the search: what others asked never pushes
// anything out of it. Only staff find what stands in notes.
func (s store) matching(ctx context.Context, q *gorm.DB, a people.Actor, text string) (*gorm.DB, error) {
	if strings.TrimSpace(text) == "" {
		return q, nil
	}
	ref, search := refIn(text), words.Query(text)
	if len(search.Terms) == 0 {
		return q.Where("id = ?", ref), nil
	}
	newest, err := s.newest(ctx, q, a, search)
	if err != nil {
		return nil, err
	}
	if ref != 0 {
		newest = s.db.Gorm(ctx).Raw("SELECT id FROM (?) AS met UNION SELECT id FROM tickets WHERE id = ?", newest, ref)
	}
	return q.Session(&gorm.Session{}).Where("id IN (?)", newest), nil
}

// newest is the ids of the newest MaxFound tickets of a query that hold some words.
func (s store) newest(ctx context.Context, q *gorm.DB, a people.Actor, search words.Search) (*gorm.DB, error) {
	column := "public"
	if a.Is(people.Technician) {
		column = "complete"
	}
	all, err := s.db.Among(q, "tickets", "ticket_words", "ticket_id", column, search)
	if err != nil {
		return nil, err
	}
	met := func(where ...any) *gorm.DB {
		met := all.Session(&gorm.Session{}).Select("tickets.id")
		if len(where) > 0 {
			met = met.Where(where[0])
		}
		return s.atMost(ctx, MaxFound, met)
	}
	// Whoever is not of the staff has few tickets, and the search begins with them.
	if s.db.Dialect() == migrations.SQLite || !a.Is(people.Technician) {
		return met(), nil
	}
	edge := "(SELECT max(id) - " + strconv.Itoa(recent) + " FROM tickets)"
	// The second half is not begun where the first gives enough.
	return s.atMost(ctx, MaxFound, s.db.Gorm(ctx).Raw("SELECT id FROM (?) AS recent UNION ALL SELECT id FROM (?) AS older",
		met("tickets.id > "+edge), met("tickets.id <= "+edge))), nil
}

// candidates are the newest MaxFound tickets that an actor may see, that a filter
// asks for and in which its text is met.
func (s store) candidates(ctx context.Context, a people.Actor, f Filter) (found []*candidate, err error) {
	q, err := s.filtered(ctx, a, f)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Afresh(s.db.Gorm(ctx).Raw("SELECT t.id, t.subject, t.updated_at, p.name, p.lang FROM (?) AS t JOIN persons p ON p.id = t.requester_id",
		q.Select("id, subject, updated_at, requester_id"))).Rows()
	if err != nil {
		return nil, db.Fault(err)
	}
	defer rows.Close() //nolint:errcheck // read to its end, or failed already
	for rows.Next() {
		var c candidate
		if err := rows.Scan(&c.ID, &c.Subject, &c.UpdatedAt, &c.Name, &c.Lang); err != nil {
			return nil, db.Fault(err)
		}
		found = append(found, &c)
	}
	return found, db.Fault(rows.Err())
}

// Of one ticket a search reads the newest words, and of those what people read.
const (
	heardMessages = 40
	heardLetters  = 20_000
)

// hear reads the newest of what was said on some tickets, the newest first; of
// notes only staff hear.
func (s store) hear(ctx context.Context, found []*candidate, notes bool) error {
	of := make(map[ID]*candidate, len(found))
	for _, c := range found {
		of[c.ID] = c
	}
	q := s.db.Gorm(ctx).Model(&messageRow{}).Where("ticket_id IN ?", idsOf(found)).
		Select("id, ticket_id, author_id, channel, internal, substr(body, 1, " + strconv.Itoa(heardLetters) + ") AS body, created_at, " +
			"row_number() OVER (PARTITION BY ticket_id ORDER BY id DESC) AS place")
	if !notes {
		q = q.Where("NOT internal")
	}
	var rows []messageRow
	err := s.db.Gorm(ctx).Raw("SELECT id, ticket_id, author_id, channel, internal, body, created_at FROM (?) AS said WHERE place <= ? ORDER BY id DESC",
		q, heardMessages).Scan(&rows).Error
	for _, r := range rows {
		of[r.TicketID].said = append(of[r.TicketID].said, r.message())
	}
	return db.Fault(err)
}

// tickets reads some tickets by number.
func (s store) tickets(ctx context.Context, ids []ID) (map[ID]Ticket, error) {
	var rows []ticketRow
	err := s.db.Gorm(ctx).Where("id IN ?", ids).Find(&rows).Error
	all := make(map[ID]Ticket, len(rows))
	for _, r := range rows {
		all[r.ID] = r.ticket()
	}
	return all, db.Fault(err)
}
