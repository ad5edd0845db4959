package sla

import (
	"context"

	"amigo/app/db"
)

// addTimers writes new timers of tickets, each with all its segments.
func (s store) addTimers(ctx context.Context, lives [][]*Timer) error {
	var timers []timerRow
	var segments []segmentRow
	count := 0
	for _, all := range lives {
		count += len(all)
	}
	numbers, err := s.db.Reserve(ctx, "timers", count)
	if err != nil {
		return err
	}
	for _, all := range lives {
		for _, t := range all {
			t.ID, numbers = TimerID(numbers[0]), numbers[1:]
			timers = append(timers, rowOfTimer(t))
			for _, seg := range t.segments() {
				segments = append(segments, rowOfSegment(t.ID, *seg))
			}
		}
	}
	if err := db.Bulk(ctx, s.db, timers); err != nil {
		return err
	}
	return db.Bulk(ctx, s.db, segments)
}

// dropSegments forgets the stretches of a timer, for others to be written.
func (s store) dropSegments(ctx context.Context, id TimerID) error {
	return db.Fault(s.db.Gorm(ctx).Where("timer_id = ?", id).Delete(&segmentRow{}).Error)
}
