package sla

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
	"amigo/tickets"
)

// rungRow is a level that a promise has climbed.
type rungRow struct {
	ID      int64 `gorm:"primaryKey"`
	TimerID TimerID
	Level   int
	ToldAt  time.Time
	Passed  bool
}

func (rungRow) TableName() string { return "escalations" }

// climb records that a promise has climbed a level; false when that had been
// recorded before. It is what makes each level come once.
func (s store) climb(ctx context.Context, id TimerID, level int, passed bool) (first bool, err error) {
	r := rungRow{TimerID: id, Level: level, ToldAt: s.db.Now(ctx), Passed: passed}
	done := s.db.Gorm(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "timer_id"}, {Name: "level"}}, DoNothing: true}).Create(&r)
	return done.RowsAffected == 1, db.Fault(done.Error)
}

// alert is something that a person must be told of.
type alert struct {
	ID        int64
	Person    people.ID
	Ticket    tickets.ID
	Timer     TimerID
	Level     int
	DueAt     time.Time
	CreatedAt time.Time // with the escalation
}

type alertRow struct {
	ID        int64 `gorm:"primaryKey"`
	PersonID  people.ID
	TicketID  tickets.ID
	TimerID   TimerID
	Level     int
	DueAt     time.Time
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	RingAt    time.Time
	SentAt    *time.Time
}

func (alertRow) TableName() string { return "alerts" }

func (r alertRow) alert() alert {
	return alert{ID: r.ID, Person: r.PersonID, Ticket: r.TicketID, Timer: r.TimerID, Level: r.Level, DueAt: r.DueAt, CreatedAt: r.CreatedAt}
}

// addAlert writes an alert, which the sweep looks after at an instant.
func (s store) addAlert(ctx context.Context, a alert, ring time.Time) error {
	r := alertRow{
		PersonID: a.Person, TicketID: a.Ticket, TimerID: a.Timer, Level: a.Level,
		DueAt: a.DueAt, CreatedAt: a.CreatedAt, RingAt: ring,
	}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error)
}

// unsent reads what a person was not told of yet, oldest first.
func (s store) unsent(ctx context.Context, who people.ID) ([]alert, error) {
	var rows []alertRow
	if err := s.db.Gorm(ctx).Where("person_id = ? AND sent_at IS NULL", who).Order("id").Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all := make([]alert, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.alert())
	}
	return all, nil
}

// lastSent is when a person was last told of something, nil when never.
func (s store) lastSent(ctx context.Context, who people.ID) (*time.Time, error) {
	var rows []alertRow
	err := s.db.Gorm(ctx).Where("person_id = ? AND sent_at IS NOT NULL", who).Order("sent_at DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Fault(err)
	}
	return rows[0].SentAt, nil
}

// waiting claims the people who should have been told of something by now,
// putting their bells off until later.
func (s store) waiting(ctx context.Context, now, later time.Time) ([]people.ID, error) {
	var who []people.ID
	err := s.db.Gorm(ctx).Model(&alertRow{}).Where("sent_at IS NULL AND ring_at <= ?", now).Distinct().Order("person_id").Pluck("person_id", &who).Error
	if err != nil || len(who) == 0 {
		return nil, db.Fault(err)
	}
	return who, db.Fault(s.db.Gorm(ctx).Model(&alertRow{}).Where("sent_at IS NULL AND ring_at <= ?", now).Update("ring_at", later).Error)
}

// putOff has the sweep look after alerts at an instant.
func (s store) putOff(ctx context.Context, ids []int64, ring time.Time) error {
	return db.Fault(s.db.Gorm(ctx).Model(&alertRow{}).Where("id IN ?", ids).Update("ring_at", ring).Error)
}

// markSent notes that a letter has said it.
func (s store) markSent(ctx context.Context, ids []int64) error {
	return db.Fault(s.db.Gorm(ctx).Model(&alertRow{}).Where("id IN ?", ids).Update("sent_at", s.db.Now(ctx)).Error)
}

// forget deletes alerts that nobody needs to hear any more.
func (s store) forget(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	return db.Fault(s.db.Gorm(ctx).Where("id IN ?", ids).Delete(&alertRow{}).Error)
}

// provisional counts the living promises that rest on days whose hours nobody
// has published, by calendar.
func (s store) provisional(ctx context.Context) (map[string]int, error) {
	var found []struct {
		Calendar string
		N        int
	}
	// States are spelled out for the partial index of living timers.
	err := s.db.Gorm(ctx).Model(&timerRow{}).Where("state IN ('running', 'paused') AND provisional").
		Select("calendar, count(*) AS n").Group("calendar").Scan(&found).Error
	counts := map[string]int{}
	for _, f := range found {
		counts[f.Calendar] = f.N
	}
	return counts, db.Fault(err)
}
