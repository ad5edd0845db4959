package tickets

import (
	"slices"
	"strings"
)

// Sort is an order of a list.
type Sort string

// The orders; a leading minus turns one round. By due date, what has none comes
// last either way round; within a priority the due date decides. At equal
// urgency, which is the same due date or none, lane 0 comes first: what was
// entered in AMIGO before what came by mail or phone.
//
// What is over has no due date any more: a list of nothing else is by creation
// where ByDue is asked for, the newest first.
const (
	ByDue          Sort = "due_at"
	ByDueDesc      Sort = "-due_at"
	ByCreated      Sort = "created_at"
	ByCreatedDesc  Sort = "-created_at"
	ByUpdated      Sort = "updated_at"
	ByUpdatedDesc  Sort = "-updated_at"
	ByPriority     Sort = "priority"
	ByPriorityDesc Sort = "-priority"
	ByRef          Sort = "id"
	ByRefDesc      Sort = "-id"
)

// order is what a Sort means.
type order struct {
	column string
	desc   bool
}

var orders = map[Sort]order{
	ByDue: {"due_at", false}, ByDueDesc: {"due_at", true},
	ByCreated: {"created_at", false}, ByCreatedDesc: {"created_at", true},
	ByUpdated: {"updated_at", false}, ByUpdatedDesc: {"updated_at", true},
	ByPriority: {"rank", false}, ByPriorityDesc: {"rank", true},
	ByRef: {"id", false}, ByRefDesc: {"id", true},
}

// sorted is the order in which a filter's tickets come.
func sorted(f Filter) Sort {
	switch over := len(f.Statuses) > 0 && !slices.ContainsFunc(f.Statuses, func(s Status) bool { return !s.Over() }); {
	case f.Sort != "" && f.Sort != ByDue && f.Sort != ByDueDesc:
		return f.Sort
	case over && f.Sort == ByDueDesc:
		return ByCreated
	case over:
		return ByCreatedDesc
	case f.Sort == "":
		return ByDue
	}
	return f.Sort
}

// by spells the order of some columns.
func by(desc bool, columns ...string) string {
	if !desc {
		return strings.Join(columns, ", ")
	}
	turned := make([]string, 0, len(columns))
	for _, c := range columns {
		name, rest, _ := strings.Cut(c, " ")
		turned = append(turned, strings.TrimSpace(name+" DESC "+rest))
	}
	return strings.Join(turned, ", ")
}

// whole spells the order of a list.
func (o order) whole() string {
	switch o.column {
	case "due_at":
		return by(o.desc, "due_at NULLS LAST", "lane", "id")
	case "rank":
		return by(o.desc, "rank") + ", due_at NULLS LAST, lane, id"
	case "id":
		return by(o.desc, "id")
	}
	return by(o.desc, o.column, "id")
}

// stratum is a stretch of a list that follows an index from its beginning to its
// end: those that have a due date, those that have none, of each priority.
// Written as one condition with OR, neither database would see an order.
type stratum struct {
	where  []condition
	order  []string // in which its columns sort
	desc   bool
	behind *condition // what lies behind a cursor; nil: all of it
}

// strata are the stretches of a list, in their order, from a cursor on.
func (o order) strata(after *cursor) []stratum {
	switch o.column {
	case "due_at":
		return halves(o.desc, after)
	case "rank":
		return o.ranks(after)
	}
	all := stratum{order: []string{o.column, "id"}, desc: o.desc}
	if o.column == "id" {
		all.order = []string{"id"}
	}
	if after != nil {
		all.behind = beyond(o.desc, all.order, after.keys(o.column)...)
	}
	return []stratum{all}
}

// halves are the tickets that have a due date, then those that have none. That
// the undated are sorted by their date, too, is for PostgreSQL, which then sees
// the order of the index.
func halves(desc bool, after *cursor) []stratum {
	columns := []string{"due_at", "lane", "id"}
	dated := stratum{where: []condition{{sql: "due_at IS NOT NULL"}}, order: columns, desc: desc}
	undated := stratum{where: []condition{{sql: "due_at IS NULL"}}, order: columns, desc: desc}
	switch {
	case after != nil && after.at == nil:
		undated.behind = beyond(desc, columns[1:], after.lane, after.id)
		return []stratum{undated}
	case after != nil:
		dated.behind = beyond(desc, columns, *after.at, after.lane, after.id)
	}
	return []stratum{dated, undated}
}

// ranks are the halves of each priority, from the cursor's on.
func (o order) ranks(after *cursor) (all []stratum) {
	for i := range Priorities {
		rank := i
		if o.desc {
			rank = len(Priorities) - 1 - i
		}
		var from *cursor
		if after != nil && after.rank == rank {
			from = after
		} else if after != nil && (after.rank < rank) == o.desc {
			continue // it lies before the cursor
		}
		for _, half := range halves(false, from) {
			half.where = append([]condition{{"rank = ?", []any{rank}}}, half.where...)
			all = append(all, half)
		}
	}
	return all
}

// beyond is what comes after some values of some columns.
func beyond(desc bool, columns []string, values ...any) *condition {
	sign := " > "
	if desc {
		sign = " < "
	}
	return &condition{"(" + strings.Join(columns, ", ") + ")" + sign + "(?" + strings.Repeat(", ?", len(values)-1) + ")", values}
}
