package mail

import (
	"context"
	"time"

	"amigo/app/db"
)

// fortune reads how letters to an address fare; it is not known of one that is
// nobody's.
func (s store) fortune(ctx context.Context, address string) (f fortune, known bool, err error) {
	res := s.db.Gorm(ctx).Table("addresses").Select("state", "state_at", "state_why", "bounces").Where("address = ?", address).Limit(1).Scan(&f)
	return f, res.RowsAffected == 1, db.Fault(res.Error)
}

func (s store) putFortune(ctx context.Context, address string, f fortune) error {
	return db.Fault(s.db.Gorm(ctx).Table("addresses").Where("address = ?", address).Updates(map[string]any{
		"state": f.State, "state_at": f.StateAt, "state_why": db.Text(f.StateWhy), "bounces": f.Bounces,
	}).Error)
}

// stopped says why nothing is sent to an address; empty when it is.
func (s store) stopped(ctx context.Context, address string) (why string, err error) {
	f, known, err := s.fortune(ctx, address)
	if err != nil || !known || f.State != hard {
		return "", err
	}
	return string(ReasonStopped) + ": " + f.StateWhy, nil
}

// recover makes the soft addresses good again to which a letter was sent a while
// ago that has not come back.
func (s store) recover(ctx context.Context, now time.Time) error {
	const arrived = `UPDATE addresses SET state = 'ok', state_at = ?, state_why = '', bounces = 0
		WHERE state = 'soft' AND EXISTS (
			SELECT 1 FROM letters l WHERE l.person_id = addresses.person_id AND l.address = addresses.address
				AND l.state = 'sent' AND l.sent_at <= ? AND (addresses.state_at IS NULL OR l.sent_at > addresses.state_at)
				AND NOT EXISTS (
					SELECT 1 FROM letters b WHERE b.person_id = l.person_id AND b.address = l.address AND b.state = 'bounced' AND b.id > l.id))`
	return db.Fault(s.db.Gorm(ctx).Exec(arrived, now, now.Add(-wellAfter)).Error)
}
