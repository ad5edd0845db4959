package mailin

import (
	"context"
	"slices"

	"gorm.io/gorm/clause"
)

// The queries on ids repeat the condition of the partial index that serves them.

// elders reads the messages with some ids that are not filed and have not been
// tried often.
func (s store) elders(ctx context.Context, ids []string, tried int) ([]Inbound, error) {
	return s.many(s.db.Gorm(ctx).Where("mid <> '' AND mid IN ? AND state = ? AND attempts < ?", ids, Received, tried).Order("id"))
}

// relatives are the messages that one has to do with.
type relatives struct {
	own          State     // its own state now
	twins        []Inbound // that have its id, came before and were not lost
	conversation []Inbound // on tickets, that have an id which it answers or belong to its thread, the newest first
}

const (
	maxRelatives    = 200
	maxConversation = 20
)

// relatives reads them all at once: it is asked with every mail. Of very many
// those with the same id come first, then the newest.
func (s store) relatives(ctx context.Context, m message, ids []string) (r relatives, err error) {
	own, mid := m.row.ID, idKey(m.letter.MessageID)
	related := s.db.Gorm(ctx).Where("thread <> '' AND thread = ?", m.thread)
	if ids = append(slices.Clip(ids), mid); len(ids) > 1 || mid != "" {
		related = related.Or("mid <> '' AND mid IN ?", ids)
	}
	decided := s.db.Gorm(ctx).Where("state IN ?", []State{Filed, Held, Ignored}).Where(related)
	nearest := clause.Expr{SQL: "CASE WHEN id = ? THEN 0 WHEN mid = ? THEN 1 ELSE 2 END, id DESC", Vars: []any{own, mid}}
	all, err := s.many(s.db.Gorm(ctx).Where("id = ?", own).Or(decided).Order(clause.OrderBy{Expression: nearest}).Limit(maxRelatives))
	for _, a := range all {
		switch {
		case a.ID == own:
			r.own = a.State
		case mid != "" && a.MessageID == mid:
			if a.BodyHash != "" {
				r.twins = append(r.twins, a)
			}
		case a.State == Filed && a.Ticket != 0 && a.Message != 0 && len(r.conversation) < maxConversation:
			r.conversation = append(r.conversation, a)
		}
	}
	return r, err
}
