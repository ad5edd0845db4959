package sla

import (
	"context"

	"amigo/app/db"
)

// addRecords writes new timers, each with all its segments.
func (s store) addRecords(ctx context.Context, all []*record) error {
	var timers []timerRow
	var segments []segmentRow
	count := 0
	for _, r := range all {
		count += len(r.timers)
	}
	numbers, err := s.db.Reserve(ctx, "timers", count)
	if err != nil {
		return err
	}
	for _, r := range all {
		for _, t := range r.timers {
			t.ID, numbers = TimerID(numbers[0]), numbers[1:]
			timers = append(timers, rowOfTimer(t))
			for _, seg := range r.ended[t] {
				segments = append(segments, rowOfSegment(t.ID, seg))
			}
			if t.Open != nil {
				segments = append(segments, rowOfSegment(t.ID, *t.Open))
			}
		}
	}
	if err := db.Bulk(ctx, s.db, timers); err != nil {
		return err
	}
	return db.Bulk(ctx, s.db, segments)
}
