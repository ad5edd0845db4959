package mail

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"amigo/app/db"
)

// pauseRow says until when a domain is left alone.
type pauseRow struct {
	Domain   string `gorm:"primaryKey"`
	Failures int
	Since    time.Time
	Until    time.Time
	Why      string
}

func (pauseRow) TableName() string { return "mail_pauses" }

// pause reads the pause of a domain; one that was never paused has no failures.
func (s store) pause(ctx context.Context, domain string) (p pauseRow, err error) {
	err = s.db.Gorm(ctx).Where("domain = ?", domain).Limit(1).Find(&p).Error
	return p, db.Fault(err)
}

func (s store) putPause(ctx context.Context, p pauseRow) error {
	p.Why = db.Text(p.Why)
	over := clause.OnConflict{Columns: []clause.Column{{Name: "domain"}}, DoUpdates: clause.AssignmentColumns([]string{"failures", "since", "until", "why"})}
	return db.Fault(s.db.Gorm(ctx).Clauses(over).Create(&p).Error)
}

// paused says whether a domain, or the server, is left alone now.
func (s store) paused(ctx context.Context, domain string, now time.Time) (bool, error) {
	var n int64
	err := s.db.Gorm(ctx).Model(&pauseRow{}).Where("domain IN ? AND until > ?", []string{"", domain}, now).Count(&n).Error
	return n > 0, db.Fault(err)
}

// unpause forgets the pauses of a domain and of the server, and names those that
// there were: each to one of those who forget it at once.
func (s store) unpause(ctx context.Context, domain string) (lifted []string, err error) {
	var rows []pauseRow
	err = s.db.Gorm(ctx).Clauses(clause.Returning{}).Where("domain IN ?", []string{"", domain}).Delete(&rows).Error
	for _, r := range rows {
		lifted = append(lifted, r.Domain)
	}
	return lifted, db.Fault(err)
}

// busy counts the letters under way to a domain, but for claims before an instant.
func (s store) busy(ctx context.Context, domain string, since time.Time) (int, error) {
	var n int64
	err := s.db.Gorm(ctx).Model(&letterRow{}).Where("state = 'sending' AND domain = ? AND claimed_at >= ?", domain, since).Count(&n).Error
	return int(n), db.Fault(err)
}

// wait leaves a queued letter without a job, to be woken.
func (s store) wait(ctx context.Context, id ID) error {
	return db.Fault(s.db.Gorm(ctx).Model(&letterRow{}).Where("id = ? AND state = ?", id, Queued).Update("waits", true).Error)
}

// due leaves the letters that wait and may go out now.
func due(g *gorm.DB, now time.Time) *gorm.DB {
	return g.Model(&letterRow{}).Where("waits AND (not_before IS NULL OR not_before <= ?)", now)
}

// next takes the first letters that wait for a domain, those that were tried the
// least before the others; the empty domain is any that is not paused.
func (s store) next(ctx context.Context, domain string, now time.Time, most int) (ids []ID, err error) {
	g := due(s.db.Gorm(ctx), now)
	if domain != "" {
		g = g.Where("domain = ?", domain)
	} else {
		g = g.Where("domain NOT IN (SELECT domain FROM mail_pauses WHERE until > ?)", now)
	}
	if err := g.Order("attempts, id").Limit(most).Pluck("id", &ids).Error; err != nil || len(ids) == 0 {
		return nil, db.Fault(err)
	}
	err = s.db.Gorm(ctx).Model(&letterRow{}).Where("id IN ?", ids).Update("waits", false).Error
	return ids, db.Fault(err)
}

// waiting lists the domains for which letters wait that nothing holds up.
func (s store) waiting(ctx context.Context, now time.Time) (domains []string, err error) {
	g := due(s.db.Gorm(ctx), now).Where("NOT EXISTS (SELECT 1 FROM mail_pauses p WHERE p.domain IN ('', letters.domain) AND p.until > ?)", now)
	err = g.Distinct("domain").Order("domain").Pluck("domain", &domains).Error
	return domains, db.Fault(err)
}

// release lets go of claims before an instant: whoever held them has died.
func (s store) release(ctx context.Context, before time.Time) error {
	return db.Fault(s.db.Gorm(ctx).Model(&letterRow{}).Where("state = 'sending' AND claimed_at < ?", before).
		Updates(map[string]any{"state": Queued, "claimed_at": nil, "waits": true}).Error)
}

// giveUp refuses letters that were to go out before an instant.
func (s store) giveUp(ctx context.Context, before time.Time) error {
	return db.Fault(s.db.Gorm(ctx).Model(&letterRow{}).Where("state = ? AND COALESCE(not_before, created_at) < ?", Queued, before).
		Updates(map[string]any{
			"state": Refused, "waits": false, "claimed_at": nil,
			"last_error": gorm.Expr("CASE WHEN last_error = '' THEN ? ELSE ? || last_error END", string(ReasonExpired), string(ReasonExpired)+": "),
		}).Error)
}
