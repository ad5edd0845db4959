package tickets

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
)

// store is rows and queries. It opens no transaction and decides nothing.
type store struct{ db *db.DB }

type ticketRow struct {
	ID                 ID `gorm:"primaryKey"`
	Type               Type
	Subject            string
	Status             Status
	Priority           Priority
	Channel            people.Channel
	Lane               int
	TeamID             people.TeamID
	AssigneeID         *people.ID
	RequesterID        people.ID
	ReportedByID       people.ID
	Establishment      *string
	Site               *string
	Service            *string
	Category           string
	FirstResponseDueAt *time.Time
	NextResponseDueAt  *time.Time
	ResolutionDueAt    *time.Time
	DueAt              *time.Time
	Provisional        bool
	FirstRespondedAt   *time.Time
	SolvedAt           *time.Time
	ClosedAt           *time.Time
	WaitingSince       *time.Time
	RemindedAt         *time.Time
	Outcome            string
	Cause              string
	MergedIntoID       *ID
	ParentID           *ID
	Reopened           int
	Escalation         int
	CreatedAt          time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt          time.Time `gorm:"autoUpdateTime:false"`
	Version            int
	Impact             Impact
	Urgency            Urgency
	Rank               int
	UnheardSince       *time.Time
}

func (ticketRow) TableName() string { return "tickets" }

// changing are the columns that a use case writes. The dates of promises and
// the level of escalation are written quietly, beside it.
var changing = []string{
	"type", "subject", "status", "priority", "team_id", "assignee_id", "requester_id", "establishment", "site", "service",
	"category", "first_responded_at", "solved_at", "closed_at", "waiting_since", "reminded_at", "outcome", "cause", "merged_into_id", "parent_id", "reopened",
	"updated_at", "version", "impact", "urgency", "rank", "unheard_since",
}

func rowOf(t Ticket) ticketRow {
	return ticketRow{
		ID: t.ID, Type: t.Type, Subject: t.Subject, Status: t.Status, Priority: t.Priority, Channel: t.Channel,
		Lane: t.Lane, TeamID: t.Team, AssigneeID: orNull(t.Assignee), RequesterID: t.Requester, ReportedByID: t.ReportedBy,
		Establishment: orNull(t.Establishment), Site: orNull(t.Site), Service: orNull(t.Service), Category: t.Category,
		FirstResponseDueAt: t.FirstResponseDueAt, NextResponseDueAt: t.NextResponseDueAt,
		ResolutionDueAt: t.ResolutionDueAt, DueAt: t.DueAt, Provisional: t.Provisional, FirstRespondedAt: t.FirstRespondedAt, SolvedAt: t.SolvedAt,
		ClosedAt: t.ClosedAt, WaitingSince: t.WaitingSince, RemindedAt: t.RemindedAt, Outcome: t.Outcome, Cause: t.Cause,
		MergedIntoID: orNull(t.MergedInto), ParentID: orNull(t.Parent),
		Reopened: t.Reopened, Escalation: t.Escalation, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt, Version: t.Version,
		Impact: t.Impact, Urgency: t.Urgency, Rank: t.Priority.rank(), UnheardSince: t.UnheardSince,
	}
}

func (r ticketRow) ticket() Ticket {
	return Ticket{
		ID: r.ID, Type: r.Type, Subject: r.Subject, Status: r.Status, Priority: r.Priority, Channel: r.Channel,
		Lane: r.Lane, Team: r.TeamID, Assignee: orZero(r.AssigneeID), Requester: r.RequesterID, ReportedBy: r.ReportedByID,
		Establishment: orZero(r.Establishment), Site: orZero(r.Site), Service: orZero(r.Service), Category: r.Category,
		FirstResponseDueAt: r.FirstResponseDueAt, NextResponseDueAt: r.NextResponseDueAt,
		ResolutionDueAt: r.ResolutionDueAt, DueAt: r.DueAt, Provisional: r.Provisional, FirstRespondedAt: r.FirstRespondedAt, SolvedAt: r.SolvedAt,
		ClosedAt: r.ClosedAt, WaitingSince: r.WaitingSince, RemindedAt: r.RemindedAt, Outcome: r.Outcome, Cause: r.Cause,
		MergedInto: orZero(r.MergedIntoID), Parent: orZero(r.ParentID),
		Reopened: r.Reopened, Escalation: r.Escalation, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version, Impact: r.Impact, Urgency: r.Urgency, UnheardSince: r.UnheardSince,
	}
}

// orNull keeps a zero value as NULL.
func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func orZero[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// ticket reads one ticket.
func (s store) ticket(ctx context.Context, id ID) (Ticket, error) { return s.one(s.db.Gorm(ctx), id) }

// lock reads one ticket that nobody else changes until the transaction ends.
func (s store) lock(ctx context.Context, id ID) (Ticket, error) {
	return s.one(s.db.Gorm(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}), id)
}

func (s store) one(g *gorm.DB, id ID) (Ticket, error) {
	var r ticketRow
	err := g.Take(&r, "id = ?", id).Error
	return r.ticket(), db.Fault(err)
}

// add writes a new ticket and gives it its number.
func (s store) add(ctx context.Context, t *Ticket) error {
	r := rowOf(*t)
	err := s.db.Gorm(ctx).Create(&r).Error
	t.ID = r.ID
	return db.Fault(err)
}

// write replaces what a use case may change, where the version is still was.
func (s store) write(ctx context.Context, t Ticket, was int) (done bool, err error) {
	r := rowOf(t)
	w := s.db.Gorm(ctx).Model(&ticketRow{}).Where("id = ? AND version = ?", t.ID, was).Select(changing).UpdateColumns(&r)
	return w.RowsAffected == 1, db.Fault(w.Error)
}

// raise writes the level of escalation, quietly.
func (s store) raise(ctx context.Context, id ID, level int) error {
	return db.Fault(s.db.Gorm(ctx).Model(&ticketRow{}).Where("id = ? AND escalation < ?", id, level).
		UpdateColumn("escalation", level).Error)
}

// heard notes, quietly, that what was unheard since an instant was read.
func (s store) heard(ctx context.Context, id ID, since time.Time) (done bool, err error) {
	w := s.db.Gorm(ctx).Model(&ticketRow{}).Where("id = ? AND unheard_since = ?", id, since).UpdateColumn("unheard_since", nil)
	return w.RowsAffected == 1, db.Fault(w.Error)
}

// openChildren counts the children of a ticket that are not over.
func (s store) openChildren(ctx context.Context, id ID) (int, error) {
	var n int64
	err := s.db.Gorm(ctx).Model(&ticketRow{}).Where("parent_id = ? AND status NOT IN ?", id, []Status{Solved, Closed}).Count(&n).Error
	return int(n), db.Fault(err)
}

// hasChildren says whether a ticket is the parent of any.
func (s store) hasChildren(ctx context.Context, id ID) (bool, error) {
	var ids []ID
	err := s.db.Gorm(ctx).Model(&ticketRow{}).Where("parent_id = ?", id).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, db.Fault(err)
}
