package app

import (
	"context"

	"amigo/app/db"
	"amigo/app/people"
	"amigo/migrations"
)

// synthetics reads who is there to play in synthetic tickets.
type synthetics struct{ db *db.DB }

func (a *App) synthetics() synthetics { return synthetics{a.DB} }

// asker is somebody who may ask, and where they work.
type asker struct {
	ID            people.ID
	Name          string
	Establishment string
	Site          string
}

// askers reads the requesters of the directory, in the order of their arrival.
func (s synthetics) askers(ctx context.Context) (all []asker, err error) {
	err = s.db.Gorm(ctx).Raw("SELECT p.id, p.name, COALESCE(m.establishment, '') AS establishment, COALESCE(e.site, p.site, '') AS site " +
		"FROM persons p LEFT JOIN memberships m ON m.person_id = p.id AND m.main LEFT JOIN establishments e ON e.uai = m.establishment " +
		"WHERE p.kind = 'member' AND p.role = 'requester' AND p.disabled_at IS NULL ORDER BY p.id").Scan(&all).Error
	return all, db.Fault(err)
}

// schools reads the codes of all establishments.
func (s synthetics) schools(ctx context.Context) (codes []string, err error) {
	err = s.db.Gorm(ctx).Table("establishments").Order("uai").Pluck("uai", &codes).Error
	return codes, db.Fault(err)
}

// analyze tells PostgreSQL how many rows there are now: until then it plans as
// if the tables were nearly empty.
func (s synthetics) analyze(ctx context.Context) error {
	if s.db.Dialect() != migrations.Postgres {
		return nil
	}
	return s.db.Tx(ctx, func(ctx context.Context) error {
		return db.Fault(s.db.Gorm(ctx).Exec("ANALYZE tickets, messages, events, ticket_words, timers, segments").Error)
	})
}
