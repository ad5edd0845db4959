package tickets

import (
	"cmp"
	"context"
	"slices"
	"time"

	"amigo/app/db"
	"amigo/app/people"
)

// besideRow is one thing that stands beside a ticket's conversation.
type besideRow struct {
	Kind     string
	ID       int64
	PersonID *people.ID
	ByID     *people.ID
	At       *time.Time
	Number   int
	Text     string
	More     string
}

// besides reads all that stands beside a conversation in one statement. The first
// part gives the columns their types.
const besides = `SELECT 'check' AS kind, id, done_by AS person_id, done_by AS by_id, done_at AS at, position AS number, text, '' AS more FROM checks WHERE ticket_id = @id
UNION ALL SELECT 'follower', 0, person_id, added_by, added_at, 0, '', '' FROM followers WHERE ticket_id = @id
UNION ALL SELECT 'party', 0, person_id, added_by, added_at, 0, name, reference FROM third_parties WHERE ticket_id = @id
UNION ALL SELECT 'watcher', 0, person_id, NULL, since, 0, '', '' FROM watchers WHERE ticket_id = @id
UNION ALL SELECT 'tag', 0, NULL, NULL, NULL, 0, slug, name FROM ticket_tags JOIN tags ON slug = tag WHERE ticket_id = @id
UNION ALL SELECT 'effort', id, person_id, NULL, created_at, minutes, words, day FROM efforts WHERE ticket_id = @id
UNION ALL SELECT 'wake', 0, person_id, NULL, at, 0, words, '' FROM wakes WHERE ticket_id = @id AND woken_at IS NULL
UNION ALL SELECT 'woken', 0, person_id, NULL, woken_at, 0, words, '' FROM wakes WHERE ticket_id = @id AND woken_at IS NOT NULL
ORDER BY kind, number, id, at, person_id, text`

// beside reads what stands beside a ticket's conversation.
func (s store) beside(ctx context.Context, l *Look) error {
	var rows []besideRow
	if err := s.db.Gorm(ctx).Raw(besides, map[string]any{"id": l.Ticket.ID}).Scan(&rows).Error; err != nil {
		return db.Fault(err)
	}
	for _, r := range rows {
		if err := r.into(l); err != nil {
			return err
		}
	}
	slices.SortFunc(l.Efforts, func(a, b Effort) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(l.Wakes, func(a, b Wake) int { return a.At.Compare(b.At) })
	return nil
}

// into puts what was read where it belongs.
func (r besideRow) into(l *Look) (err error) {
	who := orZero(r.PersonID)
	switch r.Kind {
	case "check":
		l.Checks = append(l.Checks, Check{ID: CheckID(r.ID), Text: r.Text, DoneAt: r.At, DoneBy: who})
	case "follower":
		l.Followers = append(l.Followers, Follower{Person: who, AddedBy: orZero(r.ByID), AddedAt: r.At})
	case "party":
		l.Parties = append(l.Parties, ThirdParty{Person: who, Name: r.Text, Reference: r.More, AddedBy: orZero(r.ByID), AddedAt: orZero(r.At)})
	case "watcher":
		l.Watchers = append(l.Watchers, who)
	case "tag":
		l.Tags = append(l.Tags, Tag{Slug: r.Text, Name: r.More})
	case "wake":
		l.Wakes = append(l.Wakes, Wake{Person: who, At: orZero(r.At), Words: r.Text})
	case "woken":
		l.Wakes = append(l.Wakes, Wake{Person: who, At: orZero(r.At), Words: r.Text, WokenAt: r.At})
	case "effort":
		var e Effort
		row := effortRow{ID: EffortID(r.ID), PersonID: who, Day: r.More, Minutes: r.Number, Words: r.Text, CreatedAt: orZero(r.At)}
		e, err = row.effort()
		l.Efforts = append(l.Efforts, e)
	}
	return err
}
