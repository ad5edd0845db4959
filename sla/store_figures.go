package sla

import (
	"context"

	"amigo/app/db"
)

// figures reads the promises that are alive by their partial index, and the
// alerts by theirs.
func (s store) figures(ctx context.Context) (f Figures, err error) {
	var alive []struct {
		State   string
		N, Late int
	}
	err = s.db.Gorm(ctx).Model(&timerRow{}).
		Select("state, count(*) AS n, sum(CASE WHEN due_at < ? THEN 1 ELSE 0 END) AS late", s.db.Now(ctx)).
		Where("state IN ('running', 'paused')").Group("state").Scan(&alive).Error
	if err != nil {
		return f, db.Fault(err)
	}
	for _, a := range alive {
		if a.State == string(Running) {
			f.Running, f.Overdue = a.N, a.Late
		} else {
			f.Paused = a.N
		}
	}
	var untold int64
	err = s.db.Gorm(ctx).Model(&alertRow{}).Where("sent_at IS NULL").Count(&untold).Error
	f.Untold = int(untold)
	return f, db.Fault(err)
}
