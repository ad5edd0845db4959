package people

import (
	"context"

	"amigo/app/db"
)

// hasDomain says whether an address of the directory, a guest's not counted,
// matches a pattern of LIKE whose escape is the backslash.
func (s store) hasDomain(ctx context.Context, pattern string) (bool, error) {
	var has bool
	err := s.db.Gorm(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM addresses a JOIN persons p ON p.id = a.person_id
			WHERE p.kind <> ? AND a.address LIKE ? ESCAPE '\')
		OR EXISTS (SELECT 1 FROM establishments WHERE email LIKE ? ESCAPE '\')`, Guest, pattern, pattern).Scan(&has).Error
	return has, db.Fault(err)
}
