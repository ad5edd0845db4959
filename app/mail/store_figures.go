package mail

import (
	"context"
	"time"

	"amigo/app/db"
)

// figures counts what the index by state finds without reading the letters that
// were sent.
func (s store) figures(ctx context.Context) (Figures, error) {
	f := Figures{Letters: map[State]int{Queued: 0, Sending: 0, Refused: 0, Bounced: 0}}
	for state := range f.Letters {
		var n int64
		if err := s.db.Gorm(ctx).Model(&letterRow{}).Where("state = ?", state).Count(&n).Error; err != nil {
			return Figures{}, db.Fault(err)
		}
		f.Letters[state] = int(n)
	}
	var oldest []time.Time
	err := s.db.Gorm(ctx).Model(&letterRow{}).Where("state = ?", Queued).Order("id").Limit(1).Pluck("created_at", &oldest).Error
	if err != nil {
		return Figures{}, db.Fault(err)
	}
	if len(oldest) > 0 {
		f.Oldest = oldest[0]
	}
	var stopped int64
	err = s.db.Gorm(ctx).Table("addresses").Where("state = 'hard'").Count(&stopped).Error
	f.Stopped = int(stopped)
	return f, db.Fault(err)
}

func (s store) refusedSince(ctx context.Context, since time.Time) (int, error) {
	var n int64
	err := s.db.Gorm(ctx).Model(&letterRow{}).Where("state = ? AND created_at >= ?", Refused, since).Count(&n).Error
	return int(n), db.Fault(err)
}
