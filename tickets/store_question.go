package tickets

import (
	"context"
	"slices"
	"strings"
	"time"

	"amigo/app/db"
	"amigo/app/people"
)

// condition is something that is asked of a ticket, in SQL.
type condition struct {
	sql  string
	args []any
}

// value is a condition on one column that leaves one value of it.
type value struct {
	condition
	column string
}

// key is a condition that an index leads to: one of all tickets, or, with a
// column, one of what lives. values are its values one by one, whose tickets
// stand in order there.
type key struct {
	condition
	column string
	values []value
}

// question is a filter in the words of the databases.
type question struct {
	live, over bool  // nothing that is over, nothing else; both: nothing
	keys       []key // the most telling first
	rest       []condition
}

// The words of the partial indexes, which neither database would infer.
const (
	livePart = "status NOT IN ('solved', 'closed')"
	overPart = "status IN ('solved', 'closed')"
)

// all is everything that is asked.
func (q question) all() (all []condition) {
	led, rest := q.led()
	return append(led, rest...)
}

// led is what one index leads to, and what must be asked of each ticket then.
func (q question) led() (led, rest []condition) {
	if q.live {
		led = append(led, condition{sql: livePart})
	}
	if q.over {
		led = append(led, condition{sql: overPart})
	}
	way := slices.IndexFunc(q.keys, func(k key) bool { return k.column == "" || q.live || q.over && k.column == "status" })
	for i, k := range q.keys {
		if i == way {
			led = append(led, k.condition)
		} else {
			rest = append(rest, k.condition)
		}
	}
	return led, append(rest, q.rest...)
}

// worded puts a filter, but for its text, and what an actor may see into words.
// What names few tickets comes first: whose they are, then what they are about,
// then where they stand.
func (s store) worded(ctx context.Context, a people.Actor, f Filter) question {
	var q question
	if c := s.sight(ctx, a); c != nil {
		q.lead(*c)
	}
	s.persons(ctx, &q, a, f)
	q.names("service", f.Services)
	q.names("site", f.Sites)
	q.teams(a, f)
	q.priorities(f.Priorities)
	q.statuses(f.Statuses)
	if len(f.Establishments) > 0 {
		q.lead(in("establishment", texts(f.Establishments)))
	}
	q.within("solved_at", f.Solved, f.clock, true)
	q.within("created_at", f.Created, f.clock, true)
	q.within("updated_at", f.Updated, f.clock, true)
	q.within("due_at", f.Due, f.clock, false)
	if f.DueBefore != nil {
		q.ask("due_at < ?", *f.DueBefore)
	}
	q.sla(f.SLA, f.clock)
	if f.Unheard {
		q.ask("unheard_since IS NOT NULL")
	}
	q.list("type", texts(f.Types))
	q.list("channel", texts(f.Channels))
	q.list("category", texts(f.Categories))
	return q
}

// lead adds what an index leads to.
func (q *question) lead(c condition) { q.keys = append(q.keys, key{condition: c}) }

// ask adds what must be asked of each ticket.
func (q *question) ask(sql string, args ...any) {
	q.rest = append(q.rest, condition{sql, args})
}

// list asks for one of some values that no index knows.
func (q *question) list(column string, values []string) {
	if len(values) > 0 {
		q.rest = append(q.rest, in(column, values))
	}
}

// names asks for one of some names of an index.
func (q *question) names(column string, names []string) {
	if len(names) == 0 {
		return
	}
	k := key{condition: in(column, texts(names)), column: column}
	for _, name := range texts(names) {
		k.values = append(k.values, value{condition{column + " = ?", []any{name}}, column})
	}
	q.keys = append(q.keys, k)
}

// persons asks for people around a ticket.
func (s store) persons(ctx context.Context, q *question, a people.Actor, f Filter) {
	if f.Asked != 0 {
		q.lead(condition{"id IN (?)", []any{s.asked(ctx, f.Asked)}})
	}
	if len(f.Requesters) > 0 {
		who := s.db.Gorm(ctx).Raw("SELECT id FROM persons WHERE uid IN ?", db.Some(texts(f.Requesters)))
		if slices.Contains(f.Requesters, Me) {
			who = s.db.Gorm(ctx).Raw("SELECT id FROM persons WHERE uid IN ? OR id = ?", db.Some(texts(f.Requesters)), a.Person)
		}
		q.lead(condition{"id IN (?)", []any{s.db.Gorm(ctx).Raw(
			"SELECT id FROM tickets WHERE requester_id IN (?) UNION SELECT id FROM tickets WHERE reported_by_id IN (?)", who, who)}})
	}
	if f.Watched {
		table := "followers"
		if a.Is(people.Technician) {
			table = "watchers"
		}
		q.lead(condition{"id IN (?)", []any{s.db.Gorm(ctx).Raw("SELECT ticket_id FROM "+table+" WHERE person_id = ?", a.Person)}})
	}
	if len(f.Tags) > 0 {
		q.lead(condition{"id IN (?)", []any{s.db.Gorm(ctx).Raw("SELECT ticket_id FROM ticket_tags WHERE tag IN ?", db.Some(texts(f.Tags)))}})
	}
	q.assignees(a, f)
}

// assignees asks for who has the ticket, or that nobody has.
func (q *question) assignees(a people.Actor, f Filter) {
	const column = "assignee_id"
	var wanted []value
	for _, name := range texts(f.Assignees) {
		switch name {
		case Me:
			wanted = append(wanted, value{condition{column + " = ?", args(a.Person)}, column})
		case Nobody:
			wanted = append(wanted, value{condition{sql: column + " IS NULL"}, column})
		default:
			wanted = append(wanted, value{condition{column + " = (SELECT id FROM persons WHERE uid = ?)", args(name)}, column})
		}
	}
	q.either(wanted, slices.Contains(f.Assignees, Me))
	if f.Assignee != 0 {
		q.either([]value{{condition{column + " = ?", args(f.Assignee)}, column}}, false)
	}
}

// teams asks for whose queue the ticket is in.
func (q *question) teams(a people.Actor, f Filter) {
	const column = "team_id"
	var wanted []value
	for _, name := range texts(f.Teams) {
		if name != Me {
			wanted = append(wanted, value{condition{column + " = (SELECT id FROM teams WHERE slug = ?)", args(name)}, column})
			continue
		}
		for _, id := range a.Teams {
			wanted = append(wanted, value{condition{column + " = ?", args(id)}, column})
		}
	}
	if len(f.Teams) > 0 && len(wanted) == 0 { // those of an actor who is in none
		wanted = []value{{condition{column + " = ?", args(people.TeamID(0))}, column}}
	}
	q.either(wanted, len(f.Teams) > 1 && slices.Contains(f.Teams, Me))
	if f.Team != 0 {
		q.either([]value{{condition{column + " = ?", args(f.Team)}, column}}, false)
	}
}

// either asks for one of some values of a column. Where two of them may be the
// same under two names, they are not told apart: a ticket is listed once.
func (q *question) either(wanted []value, twice bool) {
	if len(wanted) == 0 {
		return
	}
	var sql []string
	var given []any
	for _, v := range wanted {
		sql, given = append(sql, v.sql), append(given, v.args...)
	}
	k := key{condition: condition{"(" + strings.Join(sql, " OR ") + ")", given}, column: wanted[0].column, values: wanted}
	if twice && len(wanted) > 1 {
		k.values = nil
	}
	q.keys = append(q.keys, k)
}

// priorities asks for some, by their ranks; the words of search have a rank, too.
func (q *question) priorities(wanted []Priority) {
	var ranks []value
	for _, p := range wanted {
		ranks = append(ranks, value{condition{"tickets.rank = ?", args(p.rank())}, "rank"})
	}
	q.either(ranks, false)
}

// statuses asks for some, in the words of the partial indexes where it can.
func (q *question) statuses(wanted []Status) {
	if len(wanted) == 0 {
		return
	}
	over := func(s Status) bool { return s.Over() }
	q.over = !slices.ContainsFunc(wanted, func(s Status) bool { return !over(s) })
	q.live = !slices.ContainsFunc(wanted, over)
	asked := map[Status]bool{}
	for _, s := range wanted {
		asked[s] = true
	}
	if !q.live || len(asked) < openStatuses {
		q.names("status", texts(wanted))
	}
}

// openStatuses is how many statuses are not over.
const openStatuses = len(Statuses) - 2

// within asks that a date lies in a span; keyed where an index leads to it.
func (q *question) within(column string, s Span, c clock, keyed bool) {
	from, before := s.within(c)
	var sql []string
	var bounds []any
	if !from.IsZero() {
		sql, bounds = append(sql, column+" >= ?"), append(bounds, from)
	}
	if !before.IsZero() {
		sql, bounds = append(sql, column+" < ?"), append(bounds, before)
	}
	if len(sql) == 0 {
		return
	}
	asked := condition{strings.Join(sql, " AND "), bounds}
	if keyed {
		q.lead(asked)
	} else {
		q.rest = append(q.rest, asked)
	}
}

// sla asks for states of promises. What is owed lies between two instants, which
// an index finds.
func (q *question) sla(wanted []SLAState, c clock) {
	if len(wanted) == 0 {
		return
	}
	owed := owing(wanted, c)
	var others []string
	var given []any
	for _, state := range wanted {
		switch state {
		case SLALate, SLASoon, SLARunning:
		case SLAPaused:
			others = append(others, "(due_at IS NULL AND status IN ('waiting_requester', 'waiting_third_party'))")
		case SLANone:
			others = append(others, "(due_at IS NULL AND resolution_due_at IS NULL AND status NOT IN ('waiting_requester', 'waiting_third_party'))")
		case SLAMet:
			others = append(others, "solved_at <= resolution_due_at")
		case SLABreached:
			others, given = append(others, "resolution_due_at < COALESCE(solved_at, ?)"), append(given, c.now)
		default:
			others = append(others, "1 = 0")
		}
	}
	switch {
	case len(others) == 0:
		q.live = true
		q.ask(owed.sql, owed.args...)
	case owed.sql != "":
		q.ask("("+livePart+" AND "+owed.sql+" OR "+strings.Join(others, " OR ")+")", append(owed.args, given...)...)
	default:
		q.ask("("+strings.Join(others, " OR ")+")", given...)
	}
}

// owing is what the due date says of the states in which work is owed; together
// they leave no gap.
func owing(wanted []SLAState, c clock) condition {
	late, soon, running := slices.Contains(wanted, SLALate), slices.Contains(wanted, SLASoon), slices.Contains(wanted, SLARunning)
	var from, before time.Time
	switch {
	case late && running:
		return condition{sql: "due_at IS NOT NULL"}
	case late && soon:
		before = c.soon
	case late:
		before = c.now
	case running:
		from = c.now
	case soon:
		from, before = c.now, c.soon
	default:
		return condition{}
	}
	switch {
	case before.IsZero():
		return condition{"due_at >= ?", args(from)}
	case from.IsZero():
		return condition{"due_at < ?", args(before)}
	}
	return condition{"due_at >= ? AND due_at < ?", args(from, before)}
}

// in asks that a column holds one of some values.
func in(column string, values []string) condition {
	return condition{column + " IN ?", args(db.Some(values))}
}

// texts are words that come from an address, so they may hold anything; each once.
func texts[T ~string](all []T) []string {
	clean := make([]string, 0, len(all))
	for _, text := range all {
		if t := db.Text(string(text)); !slices.Contains(clean, t) {
			clean = append(clean, t)
		}
	}
	return clean
}

func args(all ...any) []any { return all }
