package report

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/fault"
	"amigo/sla/calendar"
	"amigo/tickets"
)

type keptRow struct {
	ID         KeptID `gorm:"primaryKey"`
	Kind       Kind
	FromDay    string
	ToDay      string
	Number     int
	Figures    string
	ComposedAt time.Time
	SentAt     *time.Time
}

func (keptRow) TableName() string { return "reports" }

func (r keptRow) kept() (k Kept, err error) {
	defer fault.Wrap(&err, "report %d", r.ID)
	k = Kept{ID: r.ID, Kind: r.Kind, Number: r.Number, ComposedAt: r.ComposedAt, SentAt: r.SentAt}
	if k.From, err = calendar.ParseDay(r.FromDay); err != nil {
		return k, err
	}
	if k.To, err = calendar.ParseDay(r.ToDay); err != nil {
		return k, err
	}
	err = json.Unmarshal([]byte(r.Figures), &k.Figures)
	return k, err
}

func keptOf(rows []keptRow, err error) ([]Kept, error) {
	if err != nil {
		return nil, db.Fault(err)
	}
	all := make([]Kept, 0, len(rows))
	for _, r := range rows {
		k, err := r.kept()
		if err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, nil
}

// keep writes a report; first is false when somebody has written it before.
func (s store) keep(ctx context.Context, k *Kept) (first bool, err error) {
	figures, err := json.Marshal(k.Figures)
	if err != nil {
		return false, fmt.Errorf("figures: %w", err)
	}
	row := keptRow{
		Kind: k.Kind, FromDay: k.From.String(), ToDay: k.To.String(), Number: k.Number, Figures: string(figures),
		ComposedAt: k.ComposedAt, SentAt: k.SentAt,
	}
	res := s.db.Gorm(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "kind"}, {Name: "from_day"}, {Name: "number"}}, DoNothing: true,
	}).Create(&row)
	k.ID = row.ID
	return res.RowsAffected == 1, db.Fault(res.Error)
}

// list lists the reports, without their corrections, the latest days first.
func (s store) list(ctx context.Context, skip, limit int) ([]Kept, error) {
	var rows []struct {
		Report    keptRow `gorm:"embedded"`
		Corrected int
	}
	err := s.db.Gorm(ctx).Table("reports").Where("number = 1").
		Select("reports.*, (SELECT COUNT(*) FROM reports n WHERE n.kind = reports.kind AND n.from_day = reports.from_day AND n.number > 1) AS corrected").
		Order("to_day DESC, from_day DESC, id").Offset(skip).Limit(limit).Scan(&rows).Error
	if err != nil {
		return nil, db.Fault(err)
	}
	all := make([]Kept, 0, len(rows))
	for _, row := range rows {
		k, err := row.Report.kept()
		if err != nil {
			return nil, err
		}
		k.Corrected = row.Corrected
		all = append(all, k)
	}
	return all, nil
}

// editions reads a report and its corrections, in order.
func (s store) editions(ctx context.Context, id KeptID) ([]Kept, error) {
	var rows []keptRow
	err := s.db.Gorm(ctx).Where("(kind, from_day) = (SELECT o.kind, o.from_day FROM reports o WHERE o.id = ?)", id).Order("number").Find(&rows).Error
	if err == nil && len(rows) == 0 {
		return nil, fault.NotFound
	}
	return keptOf(rows, err)
}

// since lists the newest edition of each report of the days from one on.
func (s store) since(ctx context.Context, day calendar.Day) ([]Kept, error) {
	var rows []keptRow
	err := s.db.Gorm(ctx).Where("from_day >= ?", day.String()).
		Where("NOT EXISTS (SELECT 1 FROM reports n WHERE n.kind = reports.kind AND n.from_day = reports.from_day AND n.number > reports.number)").
		Order("from_day, id").Find(&rows).Error
	return keptOf(rows, err)
}

// begun are the first days of the reports of a kind, from one on.
func (s store) begun(ctx context.Context, k Kind, day calendar.Day) (map[calendar.Day]bool, error) {
	var days []string
	err := s.db.Gorm(ctx).Model(&keptRow{}).Where("kind = ? AND from_day >= ? AND number = 1", k, day.String()).Pluck("from_day", &days).Error
	if err != nil {
		return nil, db.Fault(err)
	}
	begun := make(map[calendar.Day]bool, len(days))
	for _, text := range days {
		d, err := calendar.ParseDay(text)
		if err != nil {
			return nil, err
		}
		begun[d] = true
	}
	return begun, nil
}

// anythingBefore says whether a ticket was opened before an instant.
func (s store) anythingBefore(ctx context.Context, at time.Time) (bool, error) {
	var ids []tickets.ID
	err := s.db.Gorm(ctx).Table("tickets").Where("created_at < ?", at.UTC()).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, db.Fault(err)
}

// name fills in what the late tickets of some reports are about, as it is now.
func (s store) name(ctx context.Context, all []Kept) error {
	var ids []tickets.ID
	for _, k := range all {
		for _, l := range k.Figures.Late {
			ids = append(ids, l.Ticket)
		}
	}
	subjects := map[tickets.ID]string{}
	for len(ids) > 0 {
		some := ids[:min(len(ids), 1000)]
		ids = ids[len(some):]
		var rows []solvedRow
		if err := s.db.Gorm(ctx).Table("tickets").Where("id IN ?", some).Select("id, subject").Scan(&rows).Error; err != nil {
			return db.Fault(err)
		}
		for _, r := range rows {
			subjects[r.ID] = r.Subject
		}
	}
	for _, k := range all {
		for i := range k.Figures.Late {
			k.Figures.Late[i].Subject = subjects[k.Figures.Late[i].Ticket]
		}
	}
	return nil
}
