package bulk

import (
	"context"
	"strings"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// Difference is one field of a ticket, before and after. The values are those of
// the ticket: a status, the number of a person; empty is none.
type Difference struct{ Field, Before, After string }

// The fields that can differ.
const (
	FieldStatus   = "status"
	FieldPriority = "priority"
	FieldAssignee = "assignee" // the number of a person
	FieldTeam     = "team"     // the number of a team
	FieldCategory = "category"
	FieldTags     = "tags" // names, with commas
	FieldInto     = "into" // a reference
)

// Differences says in which fields a ticket would be another. It is pure.
func Differences(f tickets.Foreseen) (all []Difference) {
	add := func(field, before, after string) {
		if before != after {
			all = append(all, Difference{field, before, after})
		}
	}
	b, a := f.Before, f.After
	add(FieldInto, refOf(b.MergedInto), refOf(a.MergedInto))
	add(FieldStatus, string(b.Status), string(a.Status))
	add(FieldPriority, string(b.Priority), string(a.Priority))
	add(FieldTeam, numberOf(int64(b.Team)), numberOf(int64(a.Team)))
	add(FieldAssignee, numberOf(int64(b.Assignee)), numberOf(int64(a.Assignee)))
	add(FieldCategory, b.Category, a.Category)
	add(FieldTags, tagsOf(f.Tags[0]), tagsOf(f.Tags[1]))
	return all
}

func refOf(id tickets.ID) string { return numberOf(int64(id)) }

func numberOf(id int64) string {
	if id == 0 {
		return ""
	}
	return people.ID(id).String()
}

func tagsOf(all []tickets.Tag) string {
	names := make([]string, 0, len(all))
	for _, t := range all {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}

// Line is one ticket of a change of many.
type Line struct {
	Ticket      tickets.Ticket // as it is now; without a subject for who may not see it any more
	Fate        Fate
	Reason      fault.Message // why it was refused; empty: it was not
	Differences []Difference  // of a draft: what will change
	Moved       bool          // of a draft: it has changed since it was planned, and will be refused
}

// Lines reads the tickets of a change by number, after one of them (0: from the
// first), at most limit; fate leaves only those that have it. next is after
// what the next page begins, 0 at the end.
func (s *Bulks) Lines(ctx context.Context, id ID, fate Fate, after tickets.ID, limit int) (lines []Line, next tickets.ID, err error) {
	defer fault.Wrap(&err, "bulk %d: lines", id)
	b, err := s.Get(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	items, err := s.store.items(ctx, id, fate, after, limit+1)
	if err != nil || len(items) == 0 {
		return nil, 0, err
	}
	if len(items) > limit {
		items = items[:limit]
		next = items[limit-1].Ticket
	}
	foreseen, err := s.shown(ctx, b, items)
	if err != nil {
		return nil, 0, err
	}
	for _, it := range items {
		f, there := foreseen[it.Ticket]
		line := Line{Ticket: f.Before, Fate: it.Fate, Reason: it.Reason}
		line.Ticket.ID = it.Ticket
		if b.State == Draft && b.Planned() && it.Fate == Waiting {
			line.Differences, line.Moved = Differences(f), !there || f.Before.Version != it.Version
		}
		lines = append(lines, line)
	}
	return lines, next, nil
}

// shown are the tickets of lines, as they are and, where that is still to come,
// as they will be.
func (s *Bulks) shown(ctx context.Context, b Bulk, items []item) (map[tickets.ID]tickets.Foreseen, error) {
	if b.State == Draft && b.Planned() {
		return s.foresee(ctx, b, items)
	}
	found, err := s.desk.GetMany(ctx, ticketsOf(items))
	all := make(map[tickets.ID]tickets.Foreseen, len(found))
	for _, t := range found {
		all[t.ID] = tickets.Foreseen{Before: t, After: t}
	}
	return all, err
}
