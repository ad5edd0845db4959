package sla

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// store reads and writes policies, timers, segments and escalations.
type store struct{ db *db.DB }

type policyRow struct {
	ID                PolicyID `gorm:"primaryKey"`
	Position          int
	Name              string
	Conditions        string
	Calendar          string
	FirstMinutes      *int64
	NextMinutes       *int64
	ResolutionMinutes *int64
	Pauses            string
	Ladder            string
}

func (policyRow) TableName() string { return "policies" }

func (r *policyRow) minutes(p PromiseName) **int64 {
	switch p {
	case First:
		return &r.FirstMinutes
	case Next:
		return &r.NextMinutes
	}
	return &r.ResolutionMinutes
}

func (r *policyRow) policy() (Policy, error) {
	p := Policy{ID: r.ID, Position: r.Position, Name: r.Name, Calendar: r.Calendar, Targets: map[PromiseName]time.Duration{}}
	for _, read := range []struct {
		text string
		into any
	}{{r.Conditions, &p.Conditions}, {r.Pauses, &p.Pauses}, {r.Ladder, &p.Ladder}} {
		if err := json.Unmarshal([]byte(read.text), read.into); err != nil {
			return Policy{}, fmt.Errorf("policy %d: %w", r.ID, err)
		}
	}
	for _, name := range Promises {
		if n := *r.minutes(name); n != nil {
			p.Targets[name] = time.Duration(*n) * time.Minute
		}
	}
	return p, nil
}

func rowOfPolicy(p Policy) (policyRow, error) {
	r := policyRow{ID: p.ID, Position: p.Position, Name: p.Name, Calendar: p.Calendar}
	for _, write := range []struct {
		from any
		into *string
	}{{p.Conditions, &r.Conditions}, {p.Pauses, &r.Pauses}, {p.Ladder, &r.Ladder}} {
		text, err := json.Marshal(write.from)
		if err != nil {
			return r, err
		}
		*write.into = string(text)
	}
	for name, target := range p.Targets {
		n := int64(target / time.Minute)
		*r.minutes(name) = &n
	}
	return r, nil
}

func (s store) policies(ctx context.Context) ([]Policy, error) {
	var rows []policyRow
	if err := s.db.Gorm(ctx).Order("position").Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all := make([]Policy, 0, len(rows))
	for _, r := range rows {
		p, err := r.policy()
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func (s store) addPolicies(ctx context.Context, all []Policy) error {
	rows := make([]policyRow, 0, len(all))
	for _, p := range all {
		r, err := rowOfPolicy(p)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	return db.Fault(s.db.Gorm(ctx).Create(&rows).Error)
}

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
		DueAt: r.DueAt, Level: r.Level, RingAt: r.RingAt, StartedAt: r.StartedAt, StoppedAt: r.StoppedAt,
	}
}

func rowOfTimer(t *Timer) timerRow {
	return timerRow{
		ID: t.ID, TicketID: t.Ticket, Promise: t.Promise, PolicyID: t.Policy, Calendar: t.Calendar, State: t.State,
		TargetSeconds: int64(t.Target / time.Second), UsedSeconds: int64(t.Used / time.Second),
		DueAt: t.DueAt, Level: t.Level, RingAt: t.RingAt, StartedAt: t.StartedAt, StoppedAt: t.StoppedAt,
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

func (r segmentRow) segment() *Segment {
	return &Segment{ID: r.ID, Version: r.VersionID, From: r.FromAt, To: r.ToAt, Worked: time.Duration(r.Seconds) * time.Second}
}

// timers reads the timers of tickets, oldest first, each with its open segment.
func (s store) timers(ctx context.Context, ids []tickets.ID) ([]*Timer, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []timerRow
	if err := s.db.Gorm(ctx).Where("ticket_id IN ?", ids).Order("id").Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all, byID := make([]*Timer, 0, len(rows)), make(map[TimerID]*Timer, len(rows))
	var live []TimerID
	for _, r := range rows {
		t := r.timer()
		all, byID[t.ID] = append(all, t), t
		if t.State == running {
			live = append(live, t.ID)
		}
	}
	if len(live) == 0 {
		return all, nil
	}
	var open []segmentRow
	if err := s.db.Gorm(ctx).Where("timer_id IN ? AND to_at IS NULL", live).Find(&open).Error; err != nil {
		return nil, db.Fault(err)
	}
	for _, r := range open {
		byID[r.TimerID].Open = r.segment()
	}
	return all, nil
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

// hold keeps the ticket's row until the transaction ends: the desk holds it when
// an event is heard, so whoever moves timers without an event must hold it too.
func (s store) hold(ctx context.Context, id tickets.ID) error {
	var held []tickets.ID
	return db.Fault(s.db.Gorm(ctx).Table("tickets").Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Where("id = ?", id).Pluck("id", &held).Error)
}

// segments reads all segments of a timer, oldest first.
func (s store) segments(ctx context.Context, id TimerID) ([]Segment, error) {
	var rows []segmentRow
	if err := s.db.Gorm(ctx).Where("timer_id = ?", id).Order("id").Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all := make([]Segment, 0, len(rows))
	for _, r := range rows {
		all = append(all, *r.segment())
	}
	return all, nil
}

// saveTimers writes timers and their segments as they now are.
func (s store) saveTimers(ctx context.Context, all []*Timer) error {
	for _, t := range all {
		if err := s.saveTimer(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (s store) saveTimer(ctx context.Context, t *Timer) error {
	r := rowOfTimer(t)
	g := s.db.Gorm(ctx)
	if t.ID == 0 {
		if err := g.Create(&r).Error; err != nil {
			return db.Fault(err)
		}
		t.ID = r.ID
	} else if err := g.Model(&timerRow{}).Where("id = ?", t.ID).
		Select("policy_id", "calendar", "state", "target_seconds", "used_seconds", "due_at", "level", "ring_at", "stopped_at").
		Updates(r).Error; err != nil {
		return db.Fault(err)
	}
	if t.Open == nil {
		return nil
	}
	seg := rowOfSegment(t.ID, *t.Open)
	var err error
	if seg.ID == 0 {
		err = g.Create(&seg).Error
	} else {
		err = g.Model(&segmentRow{}).Where("id = ?", seg.ID).Select("to_at", "seconds").Updates(seg).Error
	}
	t.Open.ID = seg.ID
	if t.Open.To != nil {
		t.Open = nil
	}
	return db.Fault(err)
}

// ringing claims up to limit timers whose bell is due, putting their bells off
// until later so that the next sweep does not find them again.
func (s store) ringing(ctx context.Context, now, later time.Time, limit int) ([]TimerID, error) {
	var ids []TimerID
	err := s.db.Gorm(ctx).Model(&timerRow{}).Where("ring_at <= ?", now).Order("ring_at, id").Limit(limit).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return nil, db.Fault(err)
	}
	return ids, db.Fault(s.db.Gorm(ctx).Model(&timerRow{}).Where("id IN ?", ids).Update("ring_at", later).Error)
}

type escalationRow struct {
	ID      int64 `gorm:"primaryKey"`
	TimerID TimerID
	Level   int
	ToldAt  time.Time
}

func (escalationRow) TableName() string { return "escalations" }

// escalate records that a level was told; false when it already had been.
func (s store) escalate(ctx context.Context, id TimerID, level int) (first bool, err error) {
	r := escalationRow{TimerID: id, Level: level, ToldAt: s.db.Now(ctx)}
	res := s.db.Gorm(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "timer_id"}, {Name: "level"}}, DoNothing: true}).Create(&r)
	return res.RowsAffected == 1, db.Fault(res.Error)
}
