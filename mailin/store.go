package mailin

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"amigo/app/blob"
	"amigo/app/db"
	"amigo/tickets"
)

// store is rows and queries. It opens no transaction and decides nothing.
type store struct{ db *db.DB }

type inboundRow struct {
	ID           ID `gorm:"primaryKey"`
	Source       string
	Key          string
	Sha256       blob.Sum
	Size         int64
	ReceivedAt   time.Time
	EnvelopeFrom string
	EnvelopeTo   string // between spaces
	Trusted      bool
	State        State
	Verdict      Act
	Reason       Reason
	Flags        string // between spaces
	Attempts     int
	LastError    string
	Sender       string
	Subject      string
	Mid          string
	Thread       string
	Recipient    string
	BodyHash     string
	Look         Look
	TicketID     *tickets.ID
	MessageID    *tickets.MessageID
	DecidedBy    string
	FiledAt      *time.Time
}

func (inboundRow) TableName() string { return "inbound" }

func rowOf(m Inbound) inboundRow {
	return inboundRow{
		ID: m.ID, Source: m.Source, Key: m.Key, Sha256: m.Sum, Size: m.Size, ReceivedAt: m.ReceivedAt,
		EnvelopeFrom: m.EnvelopeFrom, EnvelopeTo: strings.Join(m.EnvelopeTo, " "), Trusted: m.Trusted,
		State: m.State, Verdict: m.Act, Reason: m.Reason, Flags: joinFlags(m.Flags), Attempts: m.Attempts, LastError: m.LastError,
		Sender: m.Sender, Subject: m.Subject, Mid: m.MessageID, Thread: m.Thread, Recipient: m.Recipient, BodyHash: m.BodyHash, Look: m.Look,
		TicketID: orNull(m.Ticket), MessageID: orNull(m.Message), DecidedBy: m.DecidedBy, FiledAt: m.FiledAt,
	}
}

func (r inboundRow) inbound() Inbound {
	m := Inbound{
		ID: r.ID, Source: r.Source, Key: r.Key, Sum: r.Sha256, Size: r.Size, ReceivedAt: r.ReceivedAt,
		EnvelopeFrom: r.EnvelopeFrom, EnvelopeTo: strings.Fields(r.EnvelopeTo), Trusted: r.Trusted,
		State: r.State, Act: r.Verdict, Reason: r.Reason, Attempts: r.Attempts, LastError: r.LastError,
		Sender: r.Sender, Subject: r.Subject, MessageID: r.Mid, Thread: r.Thread, Recipient: r.Recipient, BodyHash: r.BodyHash, Look: r.Look,
		Ticket: orZero(r.TicketID), Message: orZero(r.MessageID), DecidedBy: r.DecidedBy, FiledAt: r.FiledAt,
	}
	for f := range strings.FieldsSeq(r.Flags) {
		m.Flags = append(m.Flags, Flag(f))
	}
	return m
}

func joinFlags(flags []Flag) string {
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = string(f)
	}
	return strings.Join(words, " ")
}

// orNull keeps a zero value as NULL.
func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func orZero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// add writes a message and gives it its number, unless its source has brought it.
func (s store) add(ctx context.Context, m *Inbound) (created bool, err error) {
	r := rowOf(*m)
	once := clause.OnConflict{Columns: []clause.Column{{Name: "source"}, {Name: "key"}}, DoNothing: true}
	done := s.db.Gorm(ctx).Clauses(once).Create(&r)
	if done.RowsAffected == 1 {
		m.ID = r.ID
	}
	return done.RowsAffected == 1, db.Fault(done.Error)
}

// seen reads the message that a source has brought under a key, or, where
// equals count, with the same bytes. None is the zero Inbound.
func (s store) seen(ctx context.Context, source, key string, sum blob.Sum, equals bool) (Inbound, error) {
	q := s.db.Gorm(ctx).Where("source = ? AND key = ?", db.Text(source), db.Text(key))
	if equals {
		q = q.Or("sha256 = ? AND source = ?", sum, db.Text(source))
	}
	all, err := s.many(q.Order("id").Limit(1))
	if err != nil || len(all) == 0 {
		return Inbound{}, err
	}
	return all[0], nil
}

func (s store) get(ctx context.Context, id ID) (Inbound, error) {
	var r inboundRow
	err := s.db.Gorm(ctx).Take(&r, "id = ?", id).Error
	return r.inbound(), db.Fault(err)
}

func (s store) many(q *gorm.DB) ([]Inbound, error) {
	var rows []inboundRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all := make([]Inbound, len(rows))
	for i, r := range rows {
		all[i] = r.inbound()
	}
	return all, nil
}

// latest reads messages, newest first, of a state or of all, before an id.
func (s store) latest(ctx context.Context, state State, before ID, limit int) ([]Inbound, error) {
	q := s.db.Gorm(ctx).Order("id DESC").Limit(limit)
	if state != "" {
		q = q.Where("state = ?", state)
	}
	if before > 0 {
		q = q.Where("id < ?", before)
	}
	return s.many(q)
}

// count counts messages by state.
func (s store) count(ctx context.Context) (map[State]int, error) {
	var found []struct {
		State State
		N     int
	}
	err := s.db.Gorm(ctx).Model(&inboundRow{}).Select("state, count(*) AS n").Group("state").Scan(&found).Error
	counts := make(map[State]int, len(found))
	for _, f := range found {
		counts[f.State] = f.N
	}
	return counts, db.Fault(err)
}

// undecided counts the messages that are held or have failed.
func (s store) undecided(ctx context.Context) (int, error) {
	var n int64
	err := s.db.Gorm(ctx).Model(&inboundRow{}).Where("state IN ?", []State{Held, Failed}).Count(&n).Error
	return int(n), db.Fault(err)
}

// start counts an attempt at a message that is not filed, and gives the message if
// it is one of the first most.
func (s store) start(ctx context.Context, id ID, most int) (m Inbound, started bool, err error) {
	var r inboundRow
	u := s.db.Gorm(ctx).Model(&r).Clauses(clause.Returning{}).Where("id = ? AND state = ? AND attempts < ?", id, Received, most).
		UpdateColumn("attempts", gorm.Expr("attempts + 1"))
	return r.inbound(), u.RowsAffected == 1, db.Fault(u.Error)
}

// stumble notes why an attempt failed; after most of them the message has failed.
func (s store) stumble(ctx context.Context, id ID, most int, why string) error {
	set := map[string]any{"last_error": why, "state": gorm.Expr("CASE WHEN attempts >= ? THEN ? ELSE state END", most, Failed)}
	return db.Fault(s.db.Gorm(ctx).Model(&inboundRow{}).Where("id = ? AND state = ?", id, Received).UpdateColumns(set).Error)
}

// settled are the columns that a decision writes.
var settled = []string{
	"state", "verdict", "reason", "flags", "last_error", "sender", "subject", "mid", "thread", "recipient", "body_hash", "look",
	"ticket_id", "message_id", "decided_by", "filed_at",
}

// settle writes what became of a message, where it still stands in a state.
func (s store) settle(ctx context.Context, m Inbound, was State) (done bool, err error) {
	r := rowOf(m)
	u := s.db.Gorm(ctx).Model(&inboundRow{}).Where("id = ? AND state = ?", m.ID, was).Select(settled).UpdateColumns(&r)
	return u.RowsAffected == 1, db.Fault(u.Error)
}

// revive makes failed messages received again: one, or with id 0 all.
func (s store) revive(ctx context.Context, id ID) ([]ID, error) {
	q := s.db.Gorm(ctx).Model(&inboundRow{}).Where("state = ?", Failed)
	if id != 0 {
		q = q.Where("id = ?", id)
	}
	var ids []ID
	if err := q.Order("id").Pluck("id", &ids).Error; err != nil || len(ids) == 0 {
		return nil, db.Fault(err)
	}
	u := s.db.Gorm(ctx).Model(&inboundRow{}).Where("id IN ? AND state = ?", ids, Failed).
		UpdateColumns(map[string]any{"state": Received, "attempts": 0, "last_error": ""})
	return ids, db.Fault(u.Error)
}
