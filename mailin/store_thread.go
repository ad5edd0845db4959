package mailin

import "context"

// The queries on ids repeat the condition of the partial index that serves them.

// elders reads the messages with some ids that are not filed and have not been
// tried often.
func (s store) elders(ctx context.Context, ids []string, tried int) ([]Inbound, error) {
	return s.many(s.db.Gorm(ctx).Where("mid <> '' AND mid IN ? AND state = ? AND attempts < ?", ids, Received, tried).Order("id"))
}

// twins reads the messages with an id that came before and were not lost, the
// message itself left out.
func (s store) twins(ctx context.Context, mid string, but ID) ([]Inbound, error) {
	return s.many(s.db.Gorm(ctx).Where("mid <> '' AND mid = ? AND id <> ? AND state IN ? AND body_hash <> ''",
		mid, but, []State{Filed, Held, Ignored}).Order("id").Limit(50))
}

// conversed reads the newest messages on tickets that have one of some ids or
// belong to a thread.
func (s store) conversed(ctx context.Context, ids []string, thread string) ([]Inbound, error) {
	q := s.db.Gorm(ctx).Where("thread <> '' AND thread = ?", thread)
	if len(ids) > 0 {
		q = q.Or("mid <> '' AND mid IN ?", ids)
	}
	return s.many(s.db.Gorm(ctx).Where(q).Where("state = ? AND ticket_id IS NOT NULL AND message_id IS NOT NULL", Filed).
		Order("id DESC").Limit(20))
}
