package people

import (
	"context"
	"time"

	"amigo/app/db"
)

type addressRow struct {
	Address  string `gorm:"primaryKey"`
	PersonID ID
	Main     bool
	State    string
	StateAt  *time.Time
	StateWhy string
	Bounces  int
}

func (addressRow) TableName() string { return "addresses" }

func (r addressRow) address() Address {
	a := Address{Address: r.Address, Main: r.Main, State: r.State, Why: r.StateWhy, Bounces: r.Bounces}
	if r.StateAt != nil {
		a.StateAt = r.StateAt.UTC()
	}
	return a
}

func rowOfAddress(owner ID, a Address) addressRow {
	r := addressRow{Address: a.Address, PersonID: owner, Main: a.Main, State: a.State, StateWhy: a.Why, Bounces: a.Bounces}
	if !a.StateAt.IsZero() {
		r.StateAt = &a.StateAt
	}
	return r
}

// address reads one address, and whose it is.
func (s store) address(ctx context.Context, address string) (ID, Address, error) {
	var r addressRow
	err := s.db.Gorm(ctx).Where("address = ?", db.Text(address)).Take(&r).Error
	return r.PersonID, r.address(), db.Fault(err)
}

// confirm makes an address as good as a new one.
func (s store) confirm(ctx context.Context, address string) error {
	return db.Fault(s.db.Gorm(ctx).Model(&addressRow{}).Where("address = ?", address).
		Updates(map[string]any{"state": "ok", "state_at": s.db.Now(ctx), "state_why": "", "bounces": 0}).Error)
}
