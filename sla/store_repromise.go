package sla

import (
	"context"

	"gorm.io/gorm"

	"amigo/app/db"
	"amigo/migrations"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// outdatedTimers finds the living timers with a segment that none of the current
// versions counts. The one index of living timers is in the order of tickets.
func (s store) outdatedTimers(ctx context.Context, current []calendar.VersionID) *gorm.DB {
	return s.db.Gorm(ctx).Table("timers").
		Where("state IN ('running', 'paused')").
		Where("EXISTS (SELECT 1 FROM segments s WHERE s.timer_id = timers.id AND s.version_id NOT IN ?)", current)
}

// lanes is how many transactions count anew side by side. SQLite writes one
// after the other, and the desk wants its turn.
func (s store) lanes() int {
	if s.db.Dialect() == migrations.SQLite {
		return 1
	}
	return 3
}

// outdated lists the next tickets after one that have such a timer.
func (s store) outdated(ctx context.Context, current []calendar.VersionID, after tickets.ID, limit int) (ids []tickets.ID, err error) {
	err = s.outdatedTimers(ctx, current).Where("ticket_id > ?", after).
		Distinct("ticket_id").Order("ticket_id").Limit(limit).Pluck("ticket_id", &ids).Error
	return ids, db.Fault(err)
}

func (s store) countOutdated(ctx context.Context, current []calendar.VersionID) (int, error) {
	var n int64
	err := s.outdatedTimers(ctx, current).Count(&n).Error
	return int(n), db.Fault(err)
}

func rowsOfTimers(all []*Timer) []timerRow {
	rows := make([]timerRow, len(all))
	for i, t := range all {
		rows[i] = rowOfTimer(t)
	}
	return rows
}

// renewedColumns are those of a timer that follow from its segments.
var renewedColumns = []string{"used_seconds", "due_at", "provisional", "ring_at"}

// renewTimers writes timers that are no longer as they were, and segments that
// have changed, after they were counted anew; none of them is new.
func (s store) renewTimers(ctx context.Context, all []*Timer, was []timerRow) error {
	var timers []timerRow
	var segments []segmentRow
	keep := func(t *Timer, seg *Segment) {
		if seg.changed {
			segments, seg.changed = append(segments, rowOfSegment(t.ID, *seg)), false
		}
	}
	for i, t := range all {
		if now := rowOfTimer(t); !now.same(was[i]) {
			timers = append(timers, now)
		}
		for k := range t.Past {
			keep(t, &t.Past[k])
		}
		if t.Open != nil {
			keep(t, t.Open)
		}
	}
	if err := db.Rewrite(ctx, s.db, timers, renewedColumns...); err != nil {
		return err
	}
	return db.Rewrite(ctx, s.db, segments, "version_id", "seconds")
}

// same compares what follows from a timer's segments.
func (r timerRow) same(was timerRow) bool {
	return r.UsedSeconds == was.UsedSeconds && r.Provisional == was.Provisional &&
		sameInstant(r.DueAt, was.DueAt) && sameInstant(r.RingAt, was.RingAt)
}

// promised lists the next tickets after one that have a living promise.
func (s store) promised(ctx context.Context, after tickets.ID, limit int) (ids []tickets.ID, err error) {
	err = s.db.Gorm(ctx).Table("timers").Where("state IN ('running', 'paused') AND ticket_id > ?", after).
		Distinct("ticket_id").Order("ticket_id").Limit(limit).Pluck("ticket_id", &ids).Error
	return ids, db.Fault(err)
}
