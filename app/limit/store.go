package limit

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/migrations"
)

// row is what is kept of a key: the theoretical arrival time of its next event.
type row struct {
	Key string `gorm:"primaryKey"`
	Tat time.Time
}

// TableName is where GORM finds the rows.
func (row) TableName() string { return "limits" }

type store struct{ db *db.DB }

// get reads the instant of a key, zero when there is none.
func (s store) get(ctx context.Context, key string) (time.Time, error) {
	var rows []row
	err := s.db.Gorm(ctx).Where("key = ?", key).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return time.Time{}, db.Fault(err)
	}
	return rows[0].Tat, nil
}

// move changes the instant of a key (zero: there is none) to another, and says
// whether it still was what it was. It waits for whoever changes it meanwhile.
func (s store) move(ctx context.Context, key string, from, to time.Time) (bool, error) {
	q := s.db.Gorm(ctx)
	if from.IsZero() {
		q = q.Clauses(clause.OnConflict{DoNothing: true}).Create(&row{Key: key, Tat: to})
	} else {
		q = q.Model(&row{}).Where("key = ? AND tat = ?", key, from).Update("tat", to)
	}
	return q.RowsAffected == 1, db.Fault(q.Error)
}

// take is [conform] in one statement, which counts the event where it conforms. Only
// PostgreSQL does so much arithmetic with times: elsewhere nothing is counted yet.
func (s store) take(ctx context.Context, key string, now time.Time, burst int, step time.Duration) (counted bool, err error) {
	if s.db.Dialect() != migrations.Postgres {
		return false, nil
	}
	done := s.db.Gorm(ctx).Exec(`INSERT INTO limits (key, tat) VALUES (?, ?)
		ON CONFLICT (key) DO UPDATE SET tat = greatest(limits.tat, ?) + ? * interval '1 microsecond'
		WHERE greatest(limits.tat, ?) <= ?`,
		key, now.Add(step), now, step.Microseconds(), now, now.Add(step*time.Duration(burst-1)))
	return done.RowsAffected == 1, db.Fault(done.Error)
}

func (s store) prune(ctx context.Context, now time.Time) error {
	return db.Fault(s.db.Gorm(ctx).Where("tat <= ?", now).Delete(&row{}).Error)
}
