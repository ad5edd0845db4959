package sla

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"amigo/app/db"
)

type policyRow struct {
	ID                PolicyID `gorm:"primaryKey"`
	Position          int
	Name              string
	Conditions        string
	Calendar          string
	FirstMinutes      *int64
	NextMinutes       *int64
	ResolutionMinutes *int64
	InternalMinutes   *int64
	Pauses            string
	Ladder            string
	RetiredAt         *time.Time
}

func (policyRow) TableName() string { return "policies" }

func (r *policyRow) minutes(p PromiseName) **int64 {
	switch p {
	case First:
		return &r.FirstMinutes
	case Next:
		return &r.NextMinutes
	case Internal:
		return &r.InternalMinutes
	}
	return &r.ResolutionMinutes
}

func (r *policyRow) policy() (Policy, error) {
	p := Policy{ID: r.ID, Position: r.Position, Name: r.Name, Calendar: r.Calendar, Targets: map[PromiseName]time.Duration{}, RetiredAt: r.RetiredAt}
	for _, read := range []struct {
		text string
		into any
	}{{r.Conditions, &p.Conditions}, {r.Pauses, &p.Pauses}, {r.Ladder, &p.Ladder}} {
		if err := json.Unmarshal([]byte(read.text), read.into); err != nil {
			return Policy{}, fmt.Errorf("policy %d: %w", r.ID, err)
		}
	}
	for _, name := range Promises {
		if n := *r.minutes(name); n != nil {
			p.Targets[name] = time.Duration(*n) * time.Minute
		}
	}
	return p, nil
}

func rowOfPolicy(p Policy) (policyRow, error) {
	r := policyRow{ID: p.ID, Position: p.Position, Name: p.Name, Calendar: p.Calendar, RetiredAt: p.RetiredAt}
	for _, write := range []struct {
		from any
		into *string
	}{{p.Conditions, &r.Conditions}, {p.Pauses, &r.Pauses}, {p.Ladder, &r.Ladder}} {
		text, err := json.Marshal(write.from)
		if err != nil {
			return r, err
		}
		*write.into = string(text)
	}
	for name, target := range p.Targets {
		n := int64(target / time.Minute)
		*r.minutes(name) = &n
	}
	return r, nil
}

func (s store) policies(ctx context.Context) ([]Policy, error) {
	var rows []policyRow
	if err := s.db.Gorm(ctx).Order("position").Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all := make([]Policy, 0, len(rows))
	for _, r := range rows {
		p, err := r.policy()
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func (s store) addPolicies(ctx context.Context, all []Policy) error {
	rows := make([]policyRow, 0, len(all))
	for _, p := range all {
		r, err := rowOfPolicy(p)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	return db.Fault(s.db.Gorm(ctx).Create(&rows).Error)
}

// addPolicy writes a new policy and gives its number.
func (s store) addPolicy(ctx context.Context, p Policy) (PolicyID, error) {
	r, err := rowOfPolicy(p)
	if err != nil {
		return 0, err
	}
	err = s.db.Gorm(ctx).Create(&r).Error
	return r.ID, db.Fault(err)
}

// changePolicy writes a policy over the one that has its number.
func (s store) changePolicy(ctx context.Context, p Policy) error {
	r, err := rowOfPolicy(p)
	if err != nil {
		return err
	}
	return db.Fault(s.db.Gorm(ctx).Model(&policyRow{}).Where("id = ?", p.ID).Select("*").Omit("id").Updates(r).Error)
}

// arrange gives policies their positions in order. No two may ever have the
// same, so those that move step aside first.
func (s store) arrange(ctx context.Context, all []Policy, positions []int) error {
	aside := positions[len(positions)-1] + 1
	for pass := range 2 {
		for i, p := range all {
			if p.Position == positions[i] {
				continue
			}
			to := positions[i]
			if pass == 0 {
				to = aside + i
			}
			if err := s.db.Gorm(ctx).Model(&policyRow{}).Where("id = ?", p.ID).UpdateColumn("position", to).Error; err != nil {
				return db.Fault(err)
			}
		}
	}
	return nil
}
