package tickets

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
)

type ratingRow struct {
	TicketID ID        `gorm:"primaryKey"`
	PersonID people.ID `gorm:"primaryKey"`
	SolvedAt time.Time `gorm:"primaryKey"`
	Rating   Rating
	Comment  string
	RatedAt  time.Time
}

func (ratingRow) TableName() string { return "ratings" }

// rating is what the person of a ballot said of its solution; empty: nothing yet.
func (s store) rating(ctx context.Context, b Ballot) (Rating, string, error) {
	var rows []ratingRow
	err := s.db.Gorm(ctx).Where("ticket_id = ? AND person_id = ? AND solved_at = ?", b.Ticket.ID, b.Person, b.SolvedAt).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return "", "", db.Fault(err)
	}
	return rows[0].Rating, rows[0].Comment, nil
}

// putRating writes what a ballot says, in place of what it said before.
func (s store) putRating(ctx context.Context, b Ballot) error {
	r := ratingRow{
		TicketID: b.Ticket.ID, PersonID: b.Person, SolvedAt: b.SolvedAt, Rating: b.Rating, Comment: b.Comment, RatedAt: s.db.Now(ctx),
	}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "ticket_id"}, {Name: "person_id"}, {Name: "solved_at"}},
		DoUpdates: clause.AssignmentColumns([]string{"rating", "comment", "rated_at"}),
	}).Create(&r).Error)
}
