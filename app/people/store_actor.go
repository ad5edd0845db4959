package people

import (
	"context"
	"time"

	"amigo/app/db"
)

func (s store) standing(ctx context.Context, id ID) (Standing, error) {
	var found Standing
	err := s.db.Gorm(ctx).Table("persons p").Select(StandingColumns).Where("p.id = ?", id).Take(&found).Error
	return found, db.Fault(err)
}

// standingAt is the standing of the person who has an address.
func (s store) standingAt(ctx context.Context, address string) (Standing, error) {
	var found Standing
	err := s.db.Gorm(ctx).Table("persons p").Select(StandingColumns).
		Where("p.id = (SELECT person_id FROM addresses WHERE address = ?)", address).Take(&found).Error
	return found, db.Fault(err)
}

type tokenRow struct {
	ID        int64 `gorm:"primaryKey"`
	Hash      string
	PersonID  ID
	Role      Role
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
	RevokedAt *time.Time
}

func (tokenRow) TableName() string { return "tokens" }

// bearing is a token and the person whose it is.
type bearing struct {
	Person    Standing `gorm:"embedded"`
	TokenID   int64
	TokenRole Role
	ExpiresAt time.Time
	UsedAt    *time.Time
	RevokedAt *time.Time
}

// bearer reads the token that has a hash.
func (s store) bearer(ctx context.Context, hash string) (bearing, error) {
	var found bearing
	err := s.db.Gorm(ctx).Table("tokens t").Joins("JOIN persons p ON p.id = t.person_id").
		Select("t.id AS token_id, t.role AS token_role, t.expires_at, t.used_at, t.revoked_at, "+StandingColumns).
		Where("t.hash = ?", hash).Take(&found).Error
	return found, db.Fault(err)
}

func (s store) createToken(ctx context.Context, row tokenRow) error {
	return db.Fault(s.db.Gorm(ctx).Create(&row).Error)
}

// used notes that a token served now, unless another process has noted it
// since before.
func (s store) used(ctx context.Context, token int64, before time.Time) error {
	return db.Fault(s.db.Gorm(ctx).Model(&tokenRow{}).Where("id = ? AND (used_at IS NULL OR used_at <= ?)", token, before).
		UpdateColumn("used_at", s.db.Now(ctx)).Error)
}

type accountRow struct {
	Issuer    string `gorm:"primaryKey"`
	Subject   string `gorm:"primaryKey"`
	PersonID  ID
	CreatedAt time.Time
}

func (accountRow) TableName() string { return "accounts" }

// account is the person to whom an account is bound, 0 when to none.
func (s store) account(ctx context.Context, issuer, subject string) (ID, error) {
	var rows []accountRow
	err := s.db.Gorm(ctx).Where("issuer = ? AND subject = ?", issuer, subject).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, db.Fault(err)
	}
	return rows[0].PersonID, nil
}

// hasAccount says whether a person is bound to any account.
func (s store) hasAccount(ctx context.Context, id ID) (bool, error) {
	var n int64
	err := s.db.Gorm(ctx).Model(&accountRow{}).Where("person_id = ?", id).Count(&n).Error
	return n > 0, db.Fault(err)
}

func (s store) bind(ctx context.Context, issuer, subject string, id ID) error {
	row := accountRow{Issuer: issuer, Subject: subject, PersonID: id, CreatedAt: s.db.Now(ctx)}
	return db.Fault(s.db.Gorm(ctx).Create(&row).Error)
}

func (s store) setRole(ctx context.Context, id ID, role Role) error {
	return db.Fault(s.db.Gorm(ctx).Model(&personRow{}).Where("id = ?", id).
		UpdateColumns(map[string]any{"role": role, "updated_at": s.db.Now(ctx)}).Error)
}
