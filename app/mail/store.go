package mail

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"amigo/app/db"
)

// store reads and writes letters.
type store struct{ db *db.DB }

type letterRow struct {
	ID        ID `gorm:"primaryKey"`
	Key       string
	Kind      string
	TicketID  *int64
	MessageID *int64
	PersonID  int64
	Address   string
	Lang      string
	Subject   string
	Text      string
	HTML      string `gorm:"column:html"`
	Headers   string
	Mid       string
	State     State
	Attempts  int
	LastError string
	CreatedAt time.Time
	ClaimedAt *time.Time
	SentAt    *time.Time
	Domain    string
	NotBefore *time.Time
	Waits     bool
	Files     string
}

func (letterRow) TableName() string { return "letters" }

func (r letterRow) letter() (Letter, error) {
	l := Letter{
		ID: r.ID, Key: r.Key, Kind: r.Kind, Ticket: orZero(r.TicketID), Message: orZero(r.MessageID), Person: r.PersonID,
		Address: r.Address, Lang: r.Lang, Subject: r.Subject, Text: r.Text, HTML: r.HTML, MessageID: r.Mid,
		State: r.State, Attempts: r.Attempts, LastError: r.LastError, CreatedAt: r.CreatedAt, SentAt: r.SentAt, NotBefore: r.NotBefore,
		Domain: r.Domain,
	}
	if r.Files != "" {
		if err := json.Unmarshal([]byte(r.Files), &l.Files); err != nil {
			return l, err
		}
	}
	return l, json.Unmarshal([]byte(r.Headers), &l.Headers)
}

// add writes a letter unless its key is taken, and names the one that is there. One
// that waits has no job, and is to be woken.
func (s store) add(ctx context.Context, key string, l Letter, waits bool) (id ID, created bool, err error) {
	headers, err := json.Marshal(l.Headers)
	if err != nil {
		return 0, false, err
	}
	files := []byte(nil)
	if len(l.Files) > 0 {
		if files, err = json.Marshal(l.Files); err != nil {
			return 0, false, err
		}
	}
	r := letterRow{
		Key: key, Kind: l.Kind, TicketID: orNil(l.Ticket), MessageID: orNil(l.Message), PersonID: l.Person,
		Address: l.Address, Lang: l.Lang, Subject: l.Subject, Text: l.Text, HTML: l.HTML, Headers: string(headers),
		Mid: l.MessageID, State: l.State, CreatedAt: l.CreatedAt, Domain: domain(l.Address), NotBefore: l.NotBefore,
		Files: string(files), LastError: db.Text(l.LastError), Waits: waits,
	}
	res := s.db.Gorm(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "key"}}, DoNothing: true}).Create(&r)
	if res.Error != nil {
		return 0, false, db.Fault(res.Error)
	}
	if res.RowsAffected == 1 {
		return r.ID, true, nil
	}
	var there letterRow
	err = s.db.Gorm(ctx).Select("id").Where("key = ?", key).Take(&there).Error
	return there.ID, false, db.Fault(err)
}

func (s store) get(ctx context.Context, id ID) (Letter, error) {
	return s.one(s.db.Gorm(ctx).Where("id = ?", id))
}

func (s store) byMessageID(ctx context.Context, mid string) (Letter, error) {
	return s.one(s.db.Gorm(ctx).Where("mid = ?", mid))
}

func (s store) one(g *gorm.DB) (Letter, error) {
	var r letterRow
	if err := g.Take(&r).Error; err != nil {
		return Letter{}, db.Fault(err)
	}
	return r.letter()
}

func (s store) ofTicket(ctx context.Context, ticket int64) ([]Letter, error) {
	return s.many(s.db.Gorm(ctx).Where("ticket_id = ?", ticket).Order("id"))
}

// fates reads a ticket's letters without what they say.
func (s store) fates(ctx context.Context, ticket int64) ([]Letter, error) {
	return s.many(s.db.Gorm(ctx).Select("id, key, kind, ticket_id, message_id, person_id, address, lang, subject, '{}' AS headers, mid, state, "+
		"attempts, last_error, created_at, sent_at, domain, not_before").Where("ticket_id = ?", ticket).Order("id"))
}

func (s store) latest(ctx context.Context, before ID, limit int) ([]Letter, error) {
	return s.many(older(s.db.Gorm(ctx), before, limit))
}

func (s store) in(ctx context.Context, state State, before ID, limit int) ([]Letter, error) {
	return s.many(older(s.db.Gorm(ctx).Where("state = ?", state), before, limit))
}

// older leaves the newest letters before an id, or of all.
func older(g *gorm.DB, before ID, limit int) *gorm.DB {
	if before > 0 {
		g = g.Where("id < ?", before)
	}
	return g.Order("id DESC").Limit(limit)
}

func (s store) counts(ctx context.Context) (map[State]int, error) {
	var found []struct {
		State State
		N     int
	}
	err := s.db.Gorm(ctx).Model(&letterRow{}).Select("state, count(*) AS n").Group("state").Scan(&found).Error
	counts := map[State]int{}
	for _, f := range found {
		counts[f.State] = f.N
	}
	return counts, db.Fault(err)
}

func (s store) many(g *gorm.DB) ([]Letter, error) {
	var rows []letterRow
	if err := g.Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all := make([]Letter, 0, len(rows))
	for _, r := range rows {
		l, err := r.letter()
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// mailed reads what that person was sent about a ticket before a letter (0: up to
// now), oldest first: the very first one, and the newest up to most.
func (s store) mailed(ctx context.Context, ticket, person int64, before ID, most int) ([]mailed, error) {
	g := func() *gorm.DB {
		g := s.db.Gorm(ctx).Select("id", "mid", "subject", "headers", "created_at").Where("ticket_id = ? AND person_id = ?", ticket, person)
		if before > 0 {
			g = g.Where("id < ?", before)
		}
		return g
	}
	var rows, first []letterRow
	if err := g().Order("id DESC").Limit(most).Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	slices.Reverse(rows)
	if len(rows) == most {
		if err := g().Order("id").Limit(1).Find(&first).Error; err != nil {
			return nil, db.Fault(err)
		}
		rows = append(first, rows[1:]...)
	}
	all := make([]mailed, 0, len(rows))
	for _, r := range rows {
		l, err := r.letter()
		if err != nil {
			return nil, err
		}
		all = append(all, mailed{Mid: l.MessageID, Subject: l.Subject, Headers: l.Headers, CreatedAt: l.CreatedAt})
	}
	return all, nil
}

func (s store) putHeaders(ctx context.Context, id ID, headers map[string]string) error {
	text, err := json.Marshal(headers)
	if err != nil {
		return err
	}
	return db.Fault(s.db.Gorm(ctx).Model(&letterRow{}).Where("id = ?", id).Update("headers", string(text)).Error)
}

// move changes the state of a letter that is in one of some states; any other stays as it is.
func (s store) move(ctx context.Context, id ID, to State, why string, from ...State) error {
	set := map[string]any{"state": to, "last_error": db.Text(why), "claimed_at": nil, "waits": false}
	if to == Sent {
		set["sent_at"] = s.db.Now(ctx)
	}
	return db.Fault(s.db.Gorm(ctx).Model(&letterRow{}).Where("id = ? AND state IN ?", id, from).Updates(set).Error)
}

// claim takes a letter that is queued; false when somebody else has.
func (s store) claim(ctx context.Context, id ID, now time.Time) (bool, error) {
	res := s.db.Gorm(ctx).Model(&letterRow{}).Where("id = ? AND state = ?", id, Queued).
		Updates(map[string]any{"state": Sending, "claimed_at": now, "waits": false, "attempts": gorm.Expr("attempts + 1")})
	return res.RowsAffected == 1, db.Fault(res.Error)
}

// again queues a letter that came to grief, for as long as a new one.
func (s store) again(ctx context.Context, id ID) (bool, error) {
	res := s.db.Gorm(ctx).Model(&letterRow{}).Where("id = ? AND state IN ?", id, []State{Refused, Bounced}).
		Updates(map[string]any{"state": Queued, "last_error": "", "attempts": 0, "not_before": s.db.Now(ctx)})
	return res.RowsAffected == 1, db.Fault(res.Error)
}

func orNil(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
