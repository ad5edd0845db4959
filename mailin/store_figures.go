package mailin

import (
	"context"
	"time"

	"amigo/app/db"
)

// figures counts what the index by state finds without reading what is filed.
func (s store) figures(ctx context.Context) (Figures, error) {
	f := Figures{Messages: map[State]int{Received: 0, Held: 0, Failed: 0}}
	for state := range f.Messages {
		var n int64
		if err := s.db.Gorm(ctx).Model(&inboundRow{}).Where("state = ?", state).Count(&n).Error; err != nil {
			return Figures{}, db.Fault(err)
		}
		f.Messages[state] = int(n)
	}
	var oldest []time.Time
	err := s.db.Gorm(ctx).Model(&inboundRow{}).Where("state = ?", Received).Order("id").Limit(1).Pluck("received_at", &oldest).Error
	if len(oldest) > 0 {
		f.Oldest = oldest[0]
	}
	return f, db.Fault(err)
}
