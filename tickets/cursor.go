package tickets

import (
	"fmt"
	"time"

	"amigo/app/fault"
	"amigo/app/seal"
)

// ErrCursor says that a cursor is not one that List gave for this order. It is
// fault.Invalid.
var ErrCursor = fmt.Errorf("cursor: %w", fault.Invalid)

// ErrSort says that there is no such order. It is fault.Invalid.
var ErrSort = fmt.Errorf("sort: %w", fault.Invalid)

// cursor is the last ticket of a page, as far as the order needs it.
type cursor struct {
	rank int
	at   *time.Time // nil: no due date
	lane int
	id   ID
}

// cursorOf is the cursor behind a ticket.
func cursorOf(s Sort, t Ticket) cursor {
	switch orders[s].column {
	case "created_at":
		return cursor{at: &t.CreatedAt, id: t.ID}
	case "updated_at":
		return cursor{at: &t.UpdatedAt, id: t.ID}
	case "id":
		return cursor{id: t.ID}
	}
	return cursor{rank: t.Priority.rank(), at: t.DueAt, lane: t.Lane, id: t.ID}
}

// keys are the values of a cursor in an order by one column, which every ticket has.
func (c cursor) keys(column string) []any {
	if column == "id" {
		return []any{c.id}
	}
	return []any{*c.at, c.id}
}

// seal spells a cursor for one order, signed: one that was made up, or given
// for another order, is found out. One that was given for another filter in the
// same order is as good as any other place in the list.
func (c cursor) seal(s *seal.Sealer, sort Sort) string {
	var dated, micros int64
	if c.at != nil {
		dated, micros = 1, c.at.UnixMicro()
	}
	return s.Code(cursorPurpose(sort), seal.Pack(int64(c.rank), dated, micros, int64(c.lane), int64(c.id)))
}

// openCursor reads what seal spelt for the same order.
func openCursor(s *seal.Sealer, sort Sort, text string) (cursor, error) {
	payload, err := s.OpenCode(cursorPurpose(sort), text)
	if err != nil {
		return cursor{}, ErrCursor
	}
	numbers, err := seal.Unpack(payload, 5)
	if err != nil {
		return cursor{}, ErrCursor
	}
	c := cursor{rank: int(numbers[0]), lane: int(numbers[3]), id: ID(numbers[4])}
	if numbers[1] == 1 {
		at := time.UnixMicro(numbers[2]).UTC()
		c.at = &at
	} else if column := orders[sort].column; column == "created_at" || column == "updated_at" {
		return cursor{}, ErrCursor
	}
	return c, nil
}

func cursorPurpose(s Sort) string { return "cursor:" + string(s) }
