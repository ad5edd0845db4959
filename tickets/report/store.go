package report

import (
	"context"
	"slices"
	"time"

	"amigo/app/db"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// store reads what reports are made of, and keeps those that were made.
type store struct{ db *db.DB }

// solvedRow is a solved ticket with everything that groups ask about.
type solvedRow struct {
	ID                tickets.ID
	Type              tickets.Type
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
	Reopened          int // how often it was reopened
	Rated             int // how many have said what they think of the solution
	Satisfied         int // how many of them liked it

	// Of its resolution's timer, where it has one.
	TimerID     *int64
	Calendar    string // by which it ran
	UsedSeconds *int64 // working time, without what it waited
	VersionID   *calendar.VersionID
}

// elsewhere says whether the timer ran on a calendar that is not AMIGO's.
func (s solvedRow) elsewhere() bool { return s.TimerID != nil && s.Calendar != calendar.Normandie }

func (s solvedRow) timer() int64 {
	if s.TimerID == nil {
		return 0
	}
	return *s.TimerID
}

// key is what a group's tickets share.
func (s solvedRow) key(g Group) string {
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
	}
	return ""
}

// solved reads the tickets whose last solution lies in [from, to), but for
// what never counts.
func (s store) solved(ctx context.Context, from, to time.Time) ([]solvedRow, error) {
	var rows []solvedRow
	err := s.db.Gorm(ctx).Table("tickets t").
		Joins("JOIN teams ON teams.id = t.team_id").
		Joins("LEFT JOIN establishments e ON e.uai = t.establishment").
		Joins("LEFT JOIN timers r ON r.ticket_id = t.id AND r.promise = 'resolution' AND r.state IN ('met', 'missed') AND r.id = "+
			"(SELECT MAX(m.id) FROM timers m WHERE m.ticket_id = t.id AND m.promise = 'resolution')").
		Where("t.solved_at >= ? AND t.solved_at < ? AND t.solved_at IS NOT NULL", from.UTC(), to.UTC()).
		Where("t.status IN ('solved', 'closed') AND t.outcome NOT IN ? AND t.merged_into_id IS NULL", Uncounted).
		Select("t.id, t.type, t.subject, t.created_at, t.solved_at, t.reopened, t.category, COALESCE(t.service, '') AS service, t.cause, t.outcome, " +
			"teams.slug AS team, t.priority, t.channel, COALESCE(t.site, '') AS site, COALESCE(e.departement, '') AS departement, " +
			"COALESCE(e.kind, '') AS establishment_type, r.id AS timer_id, " +
			"(SELECT COUNT(*) FROM ratings g WHERE g.ticket_id = t.id AND g.solved_at = t.solved_at) AS rated, " +
			"(SELECT COUNT(*) FROM ratings g WHERE g.ticket_id = t.id AND g.solved_at = t.solved_at AND g.rating = 'good') AS satisfied, " +
			"COALESCE(r.calendar, '') AS calendar, r.used_seconds, " +
			"(SELECT s.version_id FROM segments s WHERE s.timer_id = r.id ORDER BY s.id DESC LIMIT 1) AS version_id").
		Order("t.id").Scan(&rows).Error
	return rows, db.Fault(err)
}

// stretchRow is a time during which a timer ran.
type stretchRow struct {
	TimerID int64
	FromAt  time.Time
	ToAt    time.Time
}

// stretches reads when the timers ran whose time has to be counted anew, by timer.
func (s store) stretches(ctx context.Context, rows []solvedRow) (map[int64][]stretchRow, error) {
	var ids []int64
	for _, r := range rows {
		if r.elsewhere() {
			ids = append(ids, r.timer())
		}
	}
	ran := map[int64][]stretchRow{}
	for some := range slices.Chunk(ids, 1000) {
		var found []stretchRow
		err := s.db.Gorm(ctx).Table("segments").Where("timer_id IN ? AND to_at IS NOT NULL", some).
			Select("timer_id, from_at, to_at").Order("id").Scan(&found).Error
		if err != nil {
			return nil, db.Fault(err)
		}
		for _, f := range found {
			ran[f.TimerID] = append(ran[f.TimerID], f)
		}
	}
	return ran, nil
}
