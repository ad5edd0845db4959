package jobs

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"amigo/app/db"
)

// The states of a row.
const (
	ready  = "ready"
	handed = "handed"
	done   = "done"
	failed = "failed"
)

// row is one job. DoneAt is when it ended, well or not.
type row struct {
	ID          int64
	Kind        string
	Args        string
	State       string
	Slot        *time.Time
	RunAt       time.Time
	Attempts    int
	MaxAttempts int
	HandedAt    *time.Time
	BeganAt     *time.Time // under this attempt; noted once it was handed over [inVain] times
	DoneAt      *time.Time
	LastError   string
	CreatedAt   time.Time
}

// TableName is where GORM finds the rows.
func (row) TableName() string { return "jobs" }

type store struct{ db *db.DB }

func (s store) insert(ctx context.Context, r row) error {
	return db.Fault(s.db.Gorm(ctx).Create(&r).Error)
}

// insertSlot writes a beat unless somebody already has.
func (s store) insertSlot(ctx context.Context, r row) error {
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error)
}

func (s store) get(ctx context.Context, id int64) (r row, err error) {
	return r, db.Fault(s.db.Gorm(ctx).Take(&r, id).Error)
}

// pending says whether a job of this kind and with these arguments is handed
// over, or will be by an instant. The kind is made unfit for its index, as in due.
func (s store) pending(ctx context.Context, kind, args string, by time.Time) (bool, error) {
	for _, q := range []*gorm.DB{s.db.Gorm(ctx).Where("state = 'handed'"), s.db.Gorm(ctx).Where("state = 'ready' AND run_at <= ?", by)} {
		var ids []int64
		err := q.Model(&row{}).Where("kind || '' = ? AND args = ?", kind, args).Limit(1).Pluck("id", &ids).Error
		if err != nil || len(ids) > 0 {
			return len(ids) > 0, db.Fault(err)
		}
	}
	return false, nil
}

// due are the ready rows of these kinds whose time has come. Here and below a
// state is spelled out where a partial index waits for exactly these words; the
// kind is made unfit for its index, which SQLite would prefer, and read all the
// done rows of the kinds each second.
func (s store) due(ctx context.Context, kinds []string, now time.Time) *gorm.DB {
	return s.db.Gorm(ctx).Model(&row{}).Where("state = 'ready' AND run_at <= ? AND kind || '' IN ?", now, kinds)
}

// anyDue asks without disturbing writers.
func (s store) anyDue(ctx context.Context, kinds []string, now time.Time) (bool, error) {
	var ids []int64
	err := s.due(ctx, kinds, now).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, db.Fault(err)
}

// take marks due rows as handed and counts the attempt. Rows that another
// process is taking are passed over (PostgreSQL; SQLite has one writer).
func (s store) take(ctx context.Context, kinds []string, now time.Time, limit int) ([]row, error) {
	var rows []row
	err := s.due(ctx, kinds, now).Clauses(locking).Order("run_at, id").Limit(limit).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Fault(err)
	}
	ids := make([]int64, 0, len(rows))
	for i := range rows {
		ids = append(ids, rows[i].ID)
		rows[i].State, rows[i].HandedAt, rows[i].BeganAt, rows[i].Attempts = handed, &now, nil, rows[i].Attempts+1
	}
	err = s.db.Gorm(ctx).Model(&row{}).Where("id IN ?", ids).
		Updates(map[string]any{"state": handed, "handed_at": now, "began_at": nil, "attempts": gorm.Expr("attempts + 1")}).Error
	return rows, db.Fault(err)
}

var locking = clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}

// change updates the row if it still is handed under the same attempt, and says
// whether it was.
func (s store) change(ctx context.Context, r row, values map[string]any) (bool, error) {
	u := s.db.Gorm(ctx).Model(&row{}).Where("id = ? AND state = ? AND attempts = ?", r.ID, handed, r.Attempts).Updates(values)
	return u.RowsAffected == 1, db.Fault(u.Error)
}

// stuck lists rows that were handed over until an instant and have not ended,
// by id, after an id.
func (s store) stuck(ctx context.Context, until time.Time, after int64, limit int) (rows []row, err error) {
	err = s.db.Gorm(ctx).Where("state = 'handed' AND handed_at <= ? AND id > ?", until, after).
		Order("id").Limit(limit).Find(&rows).Error
	return rows, db.Fault(err)
}

// lock holds the row until the transaction ends, if it still is handed under
// the same attempt since until or before, and nobody else holds it.
func (s store) lock(ctx context.Context, r row, until time.Time) (bool, error) {
	var found []row
	err := s.db.Gorm(ctx).Clauses(locking).
		Where("id = ? AND state = ? AND attempts = ? AND handed_at <= ?", r.ID, handed, r.Attempts, until).Find(&found).Error
	return len(found) == 1, db.Fault(err)
}

// lastDone is the newest slot of a kind before an instant that was done, or nil.
func (s store) lastDone(ctx context.Context, kind string, before time.Time) (*time.Time, error) {
	var rows []row
	err := s.db.Gorm(ctx).Where("kind = ? AND slot < ? AND state = ?", kind, before, done).
		Order("slot DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Fault(err)
	}
	return rows[0].Slot, nil
}

func (s store) failed(ctx context.Context, limit int) (rows []row, err error) {
	err = s.db.Gorm(ctx).Where("state = ?", failed).Order("id DESC").Limit(limit).Find(&rows).Error
	return rows, db.Fault(err)
}

func (s store) revive(ctx context.Context, id int64, now time.Time) (bool, error) {
	u := s.db.Gorm(ctx).Model(&row{}).Where("id = ? AND state = ?", id, failed).
		Updates(map[string]any{"state": ready, "run_at": now, "done_at": nil, "max_attempts": gorm.Expr("attempts + ?", tries)})
	return u.RowsAffected == 1, db.Fault(u.Error)
}

func (s store) count(ctx context.Context) (map[string]int64, error) {
	var found []struct {
		State string
		N     int64
	}
	err := s.db.Gorm(ctx).Model(&row{}).Select("state, count(*) AS n").Group("state").Scan(&found).Error
	counts := map[string]int64{}
	for _, f := range found {
		counts[f.State] = f.N
	}
	return counts, db.Fault(err)
}

// oldest is when the first of the ready rows is or was due, nil without one.
func (s store) oldest(ctx context.Context) (*time.Time, error) {
	var rows []row
	err := s.db.Gorm(ctx).Where("state = 'ready'").Order("run_at, id").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Fault(err)
	}
	return &rows[0].RunAt, nil
}

// prune deletes rows that ended before an instant, at most limit: done ones
// and beats that were given up, but the newest done beat of each kind stays.
func (s store) prune(ctx context.Context, before time.Time, limit int) error {
	g := s.db.Gorm(ctx)
	newest := g.Model(&row{}).Select("max(slot)").Where("kind = old.kind AND state = ?", done)
	var ids []int64
	err := g.Table("jobs AS old").
		Where("done_at < ? AND (state = ? OR state = ? AND slot IS NOT NULL)", before, done, failed).
		Where("slot IS NULL OR slot < (?)", newest).Order("id").Limit(limit).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return db.Fault(err)
	}
	// Two steps: without statistics PostgreSQL would run the search above for
	// each row of the table.
	return db.Fault(g.Where("id IN ?", ids).Delete(&row{}).Error)
}
