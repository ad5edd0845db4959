package mailin

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/tickets"
)

type silenceRow struct {
	Kind   Budget `gorm:"primaryKey"`
	Who    string `gorm:"primaryKey"`
	Budget int
	Since  time.Time
	Until  time.Time
}

func (silenceRow) TableName() string { return "silences" }

// silent says whether a silence of somebody holds at an instant.
func (s store) silent(ctx context.Context, of Budget, who string, at time.Time) (bool, error) {
	var n int64
	err := s.db.Gorm(ctx).Model(&silenceRow{}).Where("kind = ? AND who = ? AND until > ?", of, who, at).Count(&n).Error
	return n > 0, db.Fault(err)
}

// putSilence writes a silence in the place of the last one of the same.
func (s store) putSilence(ctx context.Context, l Silence) error {
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "kind"}, {Name: "who"}},
		DoUpdates: clause.AssignmentColumns([]string{"budget", "since", "until"}),
	}).Create(&silenceRow{Kind: l.Of, Who: l.Who, Budget: l.Budget, Since: l.Since, Until: l.Until}).Error)
}

// silences reads those that hold at an instant.
func (s store) silences(ctx context.Context, at time.Time) ([]Silence, error) {
	var rows []silenceRow
	err := s.db.Gorm(ctx).Where("until > ?", at).Order("until, kind, who").Limit(MaxList).Find(&rows).Error
	all := make([]Silence, 0, len(rows))
	for _, r := range rows {
		all = append(all, Silence{Of: r.Kind, Who: r.Who, Budget: r.Budget, Since: r.Since, Until: r.Until})
	}
	return all, db.Fault(err)
}

// wroteAbout says which of some senders wrote about which of some tickets, since
// the letters that were too many began.
func (s store) wroteAbout(ctx context.Context, ids []tickets.ID, of map[string]Silence) (map[tickets.ID]string, error) {
	if len(of) == 0 {
		return nil, nil
	}
	who := slices.Sorted(maps.Keys(of))
	since := slices.MinFunc(slices.Collect(maps.Values(of)), func(a, b Silence) int { return a.Since.Compare(b.Since) }).Since
	var rows []inboundRow
	err := s.db.Gorm(ctx).Select("ticket_id", "sender").Distinct().
		Where("ticket_id IN ? AND sender IN ? AND received_at > ?", db.Some(ids), db.Some(who), since.Add(-silenceFor)).Find(&rows).Error
	wrote := make(map[tickets.ID]string, len(rows))
	for _, r := range rows {
		wrote[orZero(r.TicketID)] = r.Sender
	}
	return wrote, db.Fault(err)
}
