package tickets

import (
	"context"
	"time"

	"amigo/app/db"
	"amigo/sla/calendar"
)

// begun says, in the words of the partial indexes, which tickets are in a status
// whose days are counted, and since when; and by which events the days begin.
var begun = map[Status]struct {
	are, since string
	by         []What
}{
	WaitingRequester: {"status = 'waiting_requester'", "waiting_since", []What{WasPaused, WasAnswered, WasReminded}},
	Solved:           {"status = 'solved'", "solved_at", []What{WasSolved}},
}

// lapsing reads tickets that have been in a status since before an instant,
// behind one of them, the longest first.
func (s store) lapsing(ctx context.Context, in Status, before time.Time, behind Ticket, limit int) ([]Ticket, error) {
	b := begun[in]
	q := s.db.Gorm(ctx).Model(&ticketRow{}).Where(b.are+" AND "+b.since+" < ?", before).Order(b.since + ", id")
	if behind.ID != 0 {
		q = q.Where("("+b.since+", id) > (?, ?)", since(behind), behind.ID)
	}
	var rows []ticketRow
	err := s.atMost(ctx, limit, q).Scan(&rows).Error
	all := make([]Ticket, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.ticket())
	}
	return all, db.Fault(err)
}

// backdate lets those wait that began to before anybody wrote down when: since
// they were last changed.
func (s store) backdate(ctx context.Context) error {
	return db.Fault(s.db.Gorm(ctx).Exec(
		"UPDATE tickets SET waiting_since = updated_at WHERE status = 'waiting_requester' AND waiting_since IS NULL").Error)
}

// named is the last day that a ticket's requester was told of; 0 when of none.
func (s store) named(ctx context.Context, t Ticket) (calendar.Day, error) {
	var rows []eventRow
	err := s.db.Gorm(ctx).Where("ticket_id = ? AND kind IN ?", t.ID, begun[t.Status].by).
		Order("id DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, db.Fault(err)
	}
	e, err := rows[0].event()
	return untilIn(e.Data), err
}
