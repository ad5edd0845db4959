package report

import (
	"context"
	"time"

	"amigo/app/db"
	"amigo/tickets"
)

// store reads what reports are made of.
type store struct{ db *db.DB }

// solvedRow is a solved ticket with everything that groups ask about.
type solvedRow struct {
	ID                tickets.ID
	Subject           string
	CreatedAt         time.Time
	SolvedAt          time.Time
	Category          string
	Service           string
	Cause             string
	Outcome           string
	Team              string
	Priority          string
	Channel           string
	Site              string
	Departement       string
	EstablishmentType string
	Reopened          int    // how often it was reopened
	UsedSeconds       *int64 // working time of the resolution's timer, without what it waited
}

// key is what a group's tickets share.
func (s solvedRow) key(g Group, zone *time.Location) string {
	switch g {
	case ByCategory:
		return s.Category
	case ByService:
		return s.Service
	case ByCause:
		return s.Cause
	case ByOutcome:
		return s.Outcome
	case ByTeam:
		return s.Team
	case ByPriority:
		return s.Priority
	case ByChannel:
		return s.Channel
	case BySite:
		return s.Site
	case ByDepartement:
		return s.Departement
	case ByEstablishments:
		return s.EstablishmentType
	case ByMonth:
		return s.SolvedAt.In(zone).Format("2006-01")
	}
	return ""
}

// solved reads the tickets whose last solution lies in [from, to).
func (s store) solved(ctx context.Context, from, to time.Time, types []tickets.Type) ([]solvedRow, error) {
	var rows []solvedRow
	err := s.db.Gorm(ctx).Table("tickets t").
		Joins("JOIN teams ON teams.id = t.team_id").
		Joins("LEFT JOIN establishments e ON e.uai = t.establishment").
		Joins("LEFT JOIN timers r ON r.ticket_id = t.id AND r.promise = 'resolution' AND r.state IN ('met', 'missed') AND r.id = "+
			"(SELECT MAX(m.id) FROM timers m WHERE m.ticket_id = t.id AND m.promise = 'resolution')").
		Where("t.solved_at >= ? AND t.solved_at < ? AND t.solved_at IS NOT NULL", from.UTC(), to.UTC()).
		Where("t.status IN ('solved', 'closed') AND t.type IN ? AND t.outcome NOT IN ? AND t.merged_into_id IS NULL", types, Uncounted).
		Select("t.id, t.subject, t.created_at, t.solved_at, t.reopened, t.category, COALESCE(t.service, '') AS service, t.cause, t.outcome, teams.slug AS team, " +
			"t.priority, t.channel, COALESCE(t.site, '') AS site, COALESCE(e.departement, '') AS departement, " +
			"COALESCE(e.kind, '') AS establishment_type, r.used_seconds").
		Order("t.id").Scan(&rows).Error
	return rows, db.Fault(err)
}
