package bulk

import (
	"context"
	"encoding/json"
	"time"

	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

type store struct{ db *db.DB }

type bulkRow struct {
	ID        ID `gorm:"primaryKey"`
	AuthorID  people.ID
	Action    string
	State     State
	Total     int
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	DoneAt    *time.Time
}

func (bulkRow) TableName() string { return "bulks" }

type itemRow struct {
	BulkID   ID         `gorm:"primaryKey"`
	TicketID tickets.ID `gorm:"primaryKey"`
	Version  int
	SeenID   tickets.MessageID
	State    Fate
	Reason   string
}

func (itemRow) TableName() string { return "bulk_items" }

// plan is what the column action holds.
type plan struct {
	Action
	More bool `json:"more,omitempty"`
}

func (b Bulk) plan() (string, error) {
	text, err := json.Marshal(plan{Action: b.Action, More: b.More})
	return db.Text(string(text)), err
}

func (r bulkRow) bulk() (Bulk, error) {
	var p plan
	err := json.Unmarshal([]byte(r.Action), &p)
	return Bulk{
		ID: r.ID, Author: r.AuthorID, Action: p.Action, More: p.More, State: r.State, Total: r.Total, CreatedAt: r.CreatedAt, DoneAt: r.DoneAt,
	}, err
}

func (r itemRow) item() (item, error) {
	reason, err := unpacked(r.Reason)
	return item{Ticket: r.TicketID, Version: r.Version, Seen: r.SeenID, Fate: r.State, Reason: reason}, err
}

func rowOf(id ID, it item) (itemRow, error) {
	reason, err := packed(it.Reason)
	return itemRow{BulkID: id, TicketID: it.Ticket, Version: it.Version, SeenID: it.Seen, State: it.Fate, Reason: db.Text(reason)}, err
}

// add writes a new change and gives it its number.
func (s store) add(ctx context.Context, b *Bulk) error {
	action, err := b.plan()
	if err != nil {
		return err
	}
	r := bulkRow{AuthorID: b.Author, Action: action, State: b.State, Total: b.Total, CreatedAt: b.CreatedAt}
	err = s.db.Gorm(ctx).Create(&r).Error
	b.ID = r.ID
	return db.Fault(err)
}

func (s store) get(ctx context.Context, id ID) (Bulk, error) {
	var r bulkRow
	if err := s.db.Gorm(ctx).Take(&r, "id = ?", id).Error; err != nil {
		return Bulk{}, db.Fault(err)
	}
	return r.bulk()
}

// list reads somebody's newest.
func (s store) list(ctx context.Context, author people.ID, limit int) ([]Bulk, error) {
	var rows []bulkRow
	if err := s.db.Gorm(ctx).Where("author_id = ?", author).Order("id DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all := make([]Bulk, 0, len(rows))
	for _, r := range rows {
		b, err := r.bulk()
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}

// plan writes what is to become of the tickets of a draft, and says whether it
// still was one.
func (s store) plan(ctx context.Context, b Bulk) (bool, error) {
	action, err := b.plan()
	if err != nil {
		return false, err
	}
	q := s.db.Gorm(ctx).Model(&bulkRow{}).Where("id = ? AND state = ?", b.ID, Draft).Update("action", action)
	return q.RowsAffected == 1, db.Fault(q.Error)
}

// move brings a change from one of some states to another, and says whether it
// was in one of them.
func (s store) move(ctx context.Context, id ID, to State, from ...State) (bool, error) {
	var ended *time.Time
	if to != Running {
		ended = new(s.db.Now(ctx))
	}
	q := s.db.Gorm(ctx).Model(&bulkRow{}).Where("id = ? AND state IN ?", id, from).Updates(map[string]any{"state": to, "done_at": ended})
	return q.RowsAffected == 1, db.Fault(q.Error)
}

// putItems writes the tickets of a change.
func (s store) putItems(ctx context.Context, id ID, items []item) error {
	rows := make([]itemRow, 0, len(items))
	for _, it := range items {
		r, err := rowOf(id, it)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	return db.Bulk(ctx, s.db, rows)
}

// replaceItems writes them anew.
func (s store) replaceItems(ctx context.Context, id ID, items []item) error {
	if err := s.db.Gorm(ctx).Where("bulk_id = ?", id).Delete(&itemRow{}).Error; err != nil {
		return db.Fault(err)
	}
	return s.putItems(ctx, id, items)
}

// items reads the tickets of a change by number, after one of them; fate leaves
// only those that have it, empty leaves all.
func (s store) items(ctx context.Context, id ID, fate Fate, after tickets.ID, limit int) ([]item, error) {
	q := s.db.Gorm(ctx).Where("bulk_id = ? AND ticket_id > ?", id, after)
	switch fate {
	case "":
	case Waiting: // in the words of the partial index
		q = q.Where("state = 'waiting'")
	default:
		q = q.Where("state = ?", fate)
	}
	var rows []itemRow
	if err := q.Order("ticket_id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	items := make([]item, 0, len(rows))
	for _, r := range rows {
		it, err := r.item()
		if err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	return items, nil
}

// tally counts the tickets of a change by what becomes of them.
func (s store) tally(ctx context.Context, id ID) (Tally, error) {
	var rows []struct {
		State Fate
		N     int
	}
	err := s.db.Gorm(ctx).Model(&itemRow{}).Select("state, COUNT(*) AS n").Where("bulk_id = ?", id).Group("state").Scan(&rows).Error
	tally := Tally{}
	for _, r := range rows {
		tally[r.State] = r.N
	}
	return tally, db.Fault(err)
}

// claim writes that a ticket was changed, unless its turn is over or the change
// was stopped; whoever else claims it waits until the transaction ends.
func (s store) claim(ctx context.Context, id ID, ticket tickets.ID) (bool, error) {
	q := s.db.Gorm(ctx).Model(&itemRow{}).
		Where("bulk_id = ? AND ticket_id = ? AND state = 'waiting'", id, ticket).
		Where("EXISTS (SELECT 1 FROM bulks WHERE id = ? AND state = 'running')", id).
		Update("state", Changed)
	return q.RowsAffected == 1, db.Fault(q.Error)
}

// settle writes what became of a ticket that waits.
func (s store) settle(ctx context.Context, id ID, it item) error {
	r, err := rowOf(id, it)
	if err != nil {
		return err
	}
	return db.Fault(s.db.Gorm(ctx).Model(&itemRow{}).Where("bulk_id = ? AND ticket_id = ? AND state = 'waiting'", id, it.Ticket).
		Updates(map[string]any{"state": r.State, "reason": r.Reason}).Error)
}

// refuseRest refuses all tickets that wait.
func (s store) refuseRest(ctx context.Context, id ID, why fault.Message) error {
	reason, err := packed(why)
	if err != nil {
		return err
	}
	return db.Fault(s.db.Gorm(ctx).Model(&itemRow{}).Where("bulk_id = ? AND state = 'waiting'", id).
		Updates(map[string]any{"state": Refused, "reason": reason}).Error)
}

// newest is the newest message of some tickets.
func (s store) newest(ctx context.Context, ids []tickets.ID) (map[tickets.ID]tickets.MessageID, error) {
	var rows []struct {
		TicketID tickets.ID
		Newest   tickets.MessageID
	}
	err := s.db.Gorm(ctx).Table("messages").Select("ticket_id, MAX(id) AS newest").Where("ticket_id IN ?", db.Some(ids)).Group("ticket_id").Scan(&rows).Error
	newest := make(map[tickets.ID]tickets.MessageID, len(rows))
	for _, r := range rows {
		newest[r.TicketID] = r.Newest
	}
	return newest, db.Fault(err)
}

// forget deletes the drafts made, and the changes ended, before instants.
func (s store) forget(ctx context.Context, drafts, ended time.Time) error {
	old := s.db.Gorm(ctx).Model(&bulkRow{}).Select("id").Where("state = ? AND created_at < ? OR done_at < ?", Draft, drafts, ended)
	if err := s.db.Gorm(ctx).Where("bulk_id IN (?)", old).Delete(&itemRow{}).Error; err != nil {
		return db.Fault(err)
	}
	return db.Fault(s.db.Gorm(ctx).Where("state = ? AND created_at < ? OR done_at < ?", Draft, drafts, ended).Delete(&bulkRow{}).Error)
}
