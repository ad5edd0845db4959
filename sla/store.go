package sla

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// store reads and writes policies, timers, segments and escalations: rows and
// queries, no transactions and no decisions.
type store struct{ db *db.DB }

type timerRow struct {
	ID            TimerID `gorm:"primaryKey"`
	TicketID      tickets.ID
	Promise       PromiseName
	PolicyID      PolicyID
	Calendar      string
	State         timerState
	TargetSeconds int64
	UsedSeconds   int64
	DueAt         *time.Time
	Provisional   bool
	Level         int
	RingAt        *time.Time
	StartedAt     time.Time
	StoppedAt     *time.Time
}

func (timerRow) TableName() string { return "timers" }

func (r timerRow) timer() *Timer {
	return &Timer{
		ID: r.ID, Ticket: r.TicketID, Promise: r.Promise, Policy: r.PolicyID, Calendar: r.Calendar, State: r.State,
		Target: time.Duration(r.TargetSeconds) * time.Second, Used: time.Duration(r.UsedSeconds) * time.Second,
		DueAt: r.DueAt, Provisional: r.Provisional, Level: r.Level, RingAt: r.RingAt, StartedAt: r.StartedAt, StoppedAt: r.StoppedAt,
	}
}

func rowOfTimer(t *Timer) timerRow {
	return timerRow{
		ID: t.ID, TicketID: t.Ticket, Promise: t.Promise, PolicyID: t.Policy, Calendar: t.Calendar, State: t.State,
		TargetSeconds: int64(t.Target / time.Second), UsedSeconds: int64(t.Used / time.Second),
		DueAt: t.DueAt, Provisional: t.Provisional, Level: t.Level, RingAt: t.RingAt, StartedAt: t.StartedAt, StoppedAt: t.StoppedAt,
	}
}

type segmentRow struct {
	ID        int64 `gorm:"primaryKey"`
	TimerID   TimerID
	VersionID calendar.VersionID
	FromAt    time.Time
	ToAt      *time.Time
	Seconds   int64
}

func (segmentRow) TableName() string { return "segments" }

func rowOfSegment(t TimerID, s Segment) segmentRow {
	return segmentRow{ID: s.ID, TimerID: t, VersionID: s.Version, FromAt: s.From, ToAt: s.To, Seconds: int64(s.Worked / time.Second)}
}

func (r segmentRow) segment() Segment {
	return Segment{ID: r.ID, Version: r.VersionID, From: r.FromAt, To: r.ToAt, Worked: time.Duration(r.Seconds) * time.Second}
}

// timers reads the timers of tickets, oldest first, each with all its segments.
func (s store) timers(ctx context.Context, ids []tickets.ID) ([]*Timer, error) {
	return s.timersWith(ctx, ids, func(g *gorm.DB) *gorm.DB { return g })
}

// glance reads the timers of tickets, oldest first, each with its open segment
// only: as they stand, not to be moved.
func (s store) glance(ctx context.Context, ids []tickets.ID) ([]*Timer, error) {
	return s.timersWith(ctx, ids, func(g *gorm.DB) *gorm.DB { return g.Where("to_at IS NULL") })
}

func (s store) timersWith(ctx context.Context, ids []tickets.ID, which func(*gorm.DB) *gorm.DB) ([]*Timer, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []timerRow
	if err := s.db.Gorm(ctx).Where("ticket_id IN ?", db.Some(ids)).Order("id").Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all, byID := make([]*Timer, 0, len(rows)), make(map[TimerID]*Timer, len(rows))
	numbers := make([]TimerID, 0, len(rows))
	for _, r := range rows {
		t := r.timer()
		all, byID[t.ID], numbers = append(all, t), t, append(numbers, t.ID)
	}
	if len(numbers) == 0 {
		return all, nil
	}
	var segments []segmentRow
	if err := which(s.db.Gorm(ctx).Where("timer_id IN ?", db.Some(numbers))).Order("id").Find(&segments).Error; err != nil {
		return nil, db.Fault(err)
	}
	for _, r := range segments {
		byID[r.TimerID].take(r.segment())
	}
	return all, nil
}

// take adds a segment that was read.
func (t *Timer) take(s Segment) {
	if s.To == nil {
		t.Open = &s
		return
	}
	t.Past = append(t.Past, s)
}

// timer reads one timer; none is fault.NotFound.
func (s store) timer(ctx context.Context, id TimerID) (*Timer, error) {
	var r timerRow
	if err := s.db.Gorm(ctx).Where("id = ?", id).Take(&r).Error; err != nil {
		return nil, db.Fault(err)
	}
	all, err := s.timers(ctx, []tickets.ID{r.TicketID})
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if t.ID == id {
			return t, nil
		}
	}
	return r.timer(), nil
}

// hold keeps the rows of tickets until the transaction ends: the desk holds one
// when an event is heard, so whoever moves timers without an event must hold
// them too, in the order of their numbers.
func (s store) hold(ctx context.Context, ids ...tickets.ID) error {
	var held []tickets.ID
	return db.Fault(s.db.Gorm(ctx).Table("tickets").Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).
		Where("id IN ?", ids).Order("id").Pluck("id", &held).Error)
}

// movingColumns are those of a timer that change after it was started.
var movingColumns = []string{
	"policy_id", "calendar", "state", "target_seconds", "used_seconds", "due_at", "provisional", "level", "ring_at", "started_at", "stopped_at",
}

// saveTimers writes timers and their segments as they now are. Those that were
// there come first: a new one may follow one that has just ended.
func (s store) saveTimers(ctx context.Context, all []*Timer) error {
	var added []*Timer
	for _, t := range all {
		if t.ID == 0 {
			added = append(added, t)
		} else if err := s.saveTimer(ctx, t); err != nil {
			return err
		}
	}
	return s.beginTimers(ctx, added)
}

// beginTimers writes a ticket's new timers, and then their segments, each in one
// statement.
func (s store) beginTimers(ctx context.Context, all []*Timer) error {
	if len(all) == 0 {
		return nil
	}
	timers := make([]timerRow, len(all))
	for i, t := range all {
		timers[i] = rowOfTimer(t)
	}
	if err := s.db.Gorm(ctx).Create(&timers).Error; err != nil {
		return db.Fault(err)
	}
	var fresh []*Segment
	var rows []segmentRow
	for i, t := range all {
		t.ID = timers[i].ID
		for _, seg := range t.segments() {
			fresh, rows = append(fresh, seg), append(rows, rowOfSegment(t.ID, *seg))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := s.db.Gorm(ctx).Create(&rows).Error; err != nil {
		return db.Fault(err)
	}
	for i, seg := range fresh {
		seg.ID, seg.changed = rows[i].ID, false
	}
	return nil
}

// saveTimer writes a timer that is there already.
func (s store) saveTimer(ctx context.Context, t *Timer) error {
	if err := s.db.Gorm(ctx).Model(&timerRow{}).Where("id = ?", t.ID).Select(movingColumns).Updates(rowOfTimer(t)).Error; err != nil {
		return db.Fault(err)
	}
	for _, seg := range t.segments() {
		if err := s.saveSegment(ctx, t.ID, seg); err != nil {
			return err
		}
	}
	return nil
}

// saveSegment writes a segment that is new or has changed.
func (s store) saveSegment(ctx context.Context, id TimerID, seg *Segment) error {
	r := rowOfSegment(id, *seg)
	g := s.db.Gorm(ctx)
	switch {
	case seg.ID == 0:
		if err := g.Create(&r).Error; err != nil {
			return db.Fault(err)
		}
		seg.ID = r.ID
	case seg.changed:
		if err := g.Model(&segmentRow{}).Where("id = ?", seg.ID).Select("version_id", "to_at", "seconds").Updates(r).Error; err != nil {
			return db.Fault(err)
		}
	}
	seg.changed = false
	return nil
}

// unheld reads the rows that no other transaction is changing, and keeps them.
var unheld = clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}

// ringing claims up to limit timers whose bell is due, putting their bells off
// until later so that the next sweep does not find them again. A timer that an
// event is just moving is left alone: it may be about to stop, and whoever moves
// it never waits for the sweep while the sweep waits for them.
func (s store) ringing(ctx context.Context, now, later time.Time, limit int) ([]TimerID, error) {
	var ids []TimerID
	err := s.db.Gorm(ctx).Model(&timerRow{}).Clauses(unheld).Where("ring_at <= ?", now).
		Order("ring_at, id").Limit(limit).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return nil, db.Fault(err)
	}
	return ids, db.Fault(s.db.Gorm(ctx).Model(&timerRow{}).Where("id IN ?", ids).Update("ring_at", later).Error)
}
