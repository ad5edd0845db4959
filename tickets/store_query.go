package tickets

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"amigo/app/db"
	"amigo/app/people"
)

// list reads tickets that an actor may see, after a cursor, in one statement:
// the first of each stretch that follows an index, and of those the first.
func (s store) list(ctx context.Context, a people.Actor, f Filter, after *cursor, limit int) ([]Ticket, error) {
	all, err := s.filtered(ctx, a, f)
	if err != nil {
		return nil, err
	}
	o := orders[f.Sort]
	var parts []string
	var read []any
	for _, stretch := range o.strata(after) {
		for _, value := range apart(s.worded(ctx, a, f), o) {
			q := all.Session(&gorm.Session{})
			for _, c := range stretch.where {
				q = q.Where(c.sql, c.args...)
			}
			columns := stretch.order
			if value.column != "" {
				// All are equal; for PostgreSQL, which else does not see that IS NULL is one value.
				columns = slices.Concat([]string{value.column}, columns)
				q = q.Where(value.sql, value.args...)
			}
			if stretch.behind != nil {
				q = q.Where(stretch.behind.sql, stretch.behind.args...)
			}
			parts = append(parts, "SELECT * FROM (?) AS part"+strconv.Itoa(len(parts)))
			read = append(read, s.atMost(ctx, limit, q.Order(by(stretch.desc, columns...))))
		}
	}
	q := s.db.Gorm(ctx).Raw(strings.Join(parts, " UNION ALL ")+" ORDER BY "+o.whole(), read...)
	if len(parts) == 1 {
		q = read[0].(*gorm.DB)
	} else {
		q = s.atMost(ctx, limit, q)
	}
	var rows []ticketRow
	if f.Text != "" {
		q = s.db.Afresh(q)
	}
	err = q.Scan(&rows).Error
	found := make([]Ticket, 0, len(rows))
	for _, r := range rows {
		found = append(found, r.ticket())
	}
	return found, db.Fault(err)
}

// atMost leaves the first rows of a query. The number is spelled out: where
// PostgreSQL does not know it, it plans to read whole tables.
func (s store) atMost(ctx context.Context, n int, q *gorm.DB) *gorm.DB {
	return s.db.Gorm(ctx).Raw("? LIMIT "+strconv.Itoa(n), q)
}

// maxApart is of how many values the tickets are read one value after the other.
const maxApart = 8

// apart are the values to read one after the other, since the tickets of each
// stand in order in an index, and those of all together do not; a value without
// a column where they need not be told apart.
func apart(q question, o order) []value {
	if i := slices.IndexFunc(q.keys, func(k key) bool { return k.column == "status" }); q.over && o.column == "created_at" && i >= 0 {
		return q.keys[i].values
	}
	if q.live && o.column == "due_at" && len(q.keys) > 0 {
		if all := q.keys[0].values; len(all) > 0 && len(all) <= maxApart {
			return all
		}
	}
	return []value{{}}
}

// tally counts the tickets that an actor may see, filter by filter.
func (s store) tally(ctx context.Context, a people.Actor, filters []Filter) ([]Size, error) {
	var parts []string
	var read []any
	for place, f := range filters {
		sql, args, err := s.counting(ctx, a, f)
		if err != nil {
			return nil, err
		}
		parts = append(parts, "SELECT "+strconv.Itoa(place)+" AS place, "+sql)
		read = append(read, args...)
	}
	var rows []struct{ Place, N, Looked int }
	err := s.db.Gorm(ctx).Raw(strings.Join(parts, " UNION ALL "), read...).Scan(&rows).Error
	all := make([]Size, len(filters))
	for _, r := range rows {
		most := MaxCount
		if strings.TrimSpace(filters[r.Place].Text) != "" {
			most = MaxFound - 1
		}
		all[r.Place] = Size{N: min(r.N, MaxCount), More: r.N > most || r.Looked > MaxLook}
	}
	return all, db.Fault(err)
}

// counting is how the tickets of a filter are counted: those that an index leads
// to are looked at one by one, as far as MaxLook, and counted as far as MaxCount.
func (s store) counting(ctx context.Context, a people.Actor, f Filter) (sql string, args []any, err error) {
	const hits, none = "(SELECT COUNT(*) FROM (?) AS hits) AS n, ", "0 AS looked"
	if strings.TrimSpace(f.Text) != "" { // bounded by itself
		q, err := s.filtered(ctx, a, f)
		return hits + none, []any{s.atMost(ctx, MaxCount+1, q.Select("1 AS one"))}, err
	}
	led, rest := s.worded(ctx, a, f).led()
	q := s.db.Gorm(ctx).Model(&ticketRow{})
	for _, c := range led {
		q = q.Where(c.sql, c.args...)
	}
	looked := func(columns string) *gorm.DB { return q.Session(&gorm.Session{}).Select(columns) }
	if len(rest) == 0 {
		return hits + none, []any{s.atMost(ctx, MaxCount+1, looked("1 AS one"))}, nil
	}
	some := s.db.Gorm(ctx).Table("(?) AS tickets", s.atMost(ctx, MaxLook, looked("*"))).Select("1 AS one")
	for _, c := range rest {
		some = some.Where(c.sql, c.args...)
	}
	return hits + "(SELECT COUNT(*) FROM (?) AS ahead) AS looked",
		[]any{s.atMost(ctx, MaxCount+1, some), s.atMost(ctx, MaxLook+1, looked("1 AS one"))}, nil
}

// filtered is the tickets that an actor may see and a filter asks for, with no
// order yet.
func (s store) filtered(ctx context.Context, a people.Actor, f Filter) (*gorm.DB, error) {
	q := s.db.Gorm(ctx).Model(&ticketRow{})
	for _, c := range s.worded(ctx, a, f).all() {
		q = q.Where(c.sql, c.args...)
	}
	return s.matching(ctx, q, a, f.Text)
}

// visible leaves the tickets that an actor may see.
func (s store) visible(ctx context.Context, q *gorm.DB, a people.Actor) *gorm.DB {
	if c := s.sight(ctx, a); c != nil {
		return q.Where(c.sql, c.args...)
	}
	return q
}

// sight is the condition that an actor may see a ticket; nil for staff, who may
// see all.
func (s store) sight(ctx context.Context, a people.Actor) *condition {
	if a.Is(people.Technician) {
		return nil
	}
	return &condition{"id IN (?)", []any{s.db.Gorm(ctx).Raw("? UNION SELECT ticket_id FROM followers WHERE person_id = ?",
		s.asked(ctx, a.Person), a.Person)}}
}

// asked is the ids of the tickets that somebody asked for, or reported.
func (s store) asked(ctx context.Context, who people.ID) *gorm.DB {
	return s.db.Gorm(ctx).Raw("SELECT id FROM tickets WHERE requester_id = ? UNION SELECT id FROM tickets WHERE reported_by_id = ?", who, who)
}
