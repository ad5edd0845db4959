package people

import (
	"context"

	"amigo/app/db"
	"amigo/app/fault"
)

func (s store) calendars(ctx context.Context) (map[Place]string, error) {
	var rows []struct {
		Team     TeamID
		Site     string
		Calendar string
	}
	err := s.db.Gorm(ctx).Raw("SELECT id AS team, '' AS site, calendar FROM teams WHERE calendar IS NOT NULL " +
		"UNION ALL SELECT 0, code, calendar FROM sites WHERE calendar IS NOT NULL").Scan(&rows).Error
	all := make(map[Place]string, len(rows))
	for _, r := range rows {
		all[Place{r.Team, r.Site}] = r.Calendar
	}
	return all, db.Fault(err)
}

// setCalendar writes the calendar of a team, or else of a site; nil for none.
func (s store) setCalendar(ctx context.Context, of Place, calendar *string) error {
	q := s.db.Gorm(ctx).Table("sites").Where("code = ?", db.Text(of.Site))
	if of.Team != 0 {
		q = s.db.Gorm(ctx).Table("teams").Where("id = ?", of.Team)
	}
	done := q.Update("calendar", calendar)
	if done.Error != nil || done.RowsAffected == 1 {
		return db.Fault(done.Error)
	}
	return fault.NotFound
}
