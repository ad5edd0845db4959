package tickets

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"amigo/app/fault"
)

// ErrCursor says that a cursor is not one that List gave for this order. It is
// fault.Invalid.
var ErrCursor = fmt.Errorf("cursor: %w", fault.Invalid)

// ErrSort says that there is no such order. It is fault.Invalid.
var ErrSort = fmt.Errorf("sort: %w", fault.Invalid)

// cursor is the last ticket of a page, as far as the order needs it.
type cursor struct {
	sort Sort
	at   *time.Time // nil: no due date
	lane int
	id   ID
}

// cursorOf is the cursor behind a ticket.
func cursorOf(s Sort, t Ticket) cursor {
	c := cursor{sort: s, id: t.ID}
	switch orders[s].column {
	case "created_at":
		c.at = &t.CreatedAt
	case "updated_at":
		c.at = &t.UpdatedAt
	default:
		c.at, c.lane = t.DueAt, t.Lane
	}
	return c
}

// String spells a cursor so that nobody is tempted to make one up.
func (c cursor) String() string {
	at := ""
	if c.at != nil {
		at = strconv.FormatInt(c.at.UnixMicro(), 36)
	}
	text := strings.Join([]string{string(c.sort), at, strconv.Itoa(c.lane), strconv.FormatInt(int64(c.id), 36)}, "/")
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// readCursor reads what String spelt for the same order; nothing else.
func readCursor(s Sort, text string) (cursor, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.Split(string(raw), "/")
	if err != nil || len(parts) != 4 || parts[0] != string(s) {
		return cursor{}, ErrCursor
	}
	c := cursor{sort: s}
	if parts[1] != "" {
		micros, err := strconv.ParseInt(parts[1], 36, 64)
		if err != nil {
			return cursor{}, ErrCursor
		}
		at := time.UnixMicro(micros).UTC()
		c.at = &at
	}
	lane, laneErr := strconv.Atoi(parts[2])
	id, idErr := strconv.ParseInt(parts[3], 36, 64)
	c.lane, c.id = lane, ID(id)
	if laneErr != nil || idErr != nil || c.at == nil && !orders[s].due() || c.String() != text {
		return cursor{}, ErrCursor
	}
	return c, nil
}
