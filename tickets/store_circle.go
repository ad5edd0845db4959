package tickets

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
)

type followerRow struct {
	TicketID ID
	PersonID people.ID
	AddedBy  *people.ID
	AddedAt  *time.Time
}

func (followerRow) TableName() string { return "followers" }

// follows says whether a person follows a ticket.
func (s store) follows(ctx context.Context, id ID, who people.ID) (bool, error) {
	var n int64
	err := s.db.Gorm(ctx).Model(&followerRow{}).Where("ticket_id = ? AND person_id = ?", id, who).Count(&n).Error
	return n > 0, db.Fault(err)
}

// addFollowers lets people follow a ticket, unless they do.
func (s store) addFollowers(ctx context.Context, id ID, by people.ID, at time.Time, who ...people.ID) error {
	if len(who) == 0 {
		return nil
	}
	rows := make([]followerRow, 0, len(who))
	for _, p := range who {
		rows = append(rows, followerRow{TicketID: id, PersonID: p, AddedBy: orNull(by), AddedAt: &at})
	}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error)
}

// dropFollower lets somebody follow no longer; done is false when they did not.
func (s store) dropFollower(ctx context.Context, id ID, who people.ID) (done bool, err error) {
	w := s.db.Gorm(ctx).Where("ticket_id = ? AND person_id = ?", id, who).Delete(&followerRow{})
	return w.RowsAffected == 1, db.Fault(w.Error)
}

// followers lists who follows a ticket.
func (s store) followers(ctx context.Context, id ID) (who []people.ID, err error) {
	err = s.db.Gorm(ctx).Model(&followerRow{}).Where("ticket_id = ?", id).Order("person_id").Pluck("person_id", &who).Error
	return who, db.Fault(err)
}

// circles reads who stands around some tickets.
func (s store) circles(ctx context.Context, ids []ID) (map[ID]Circle, error) {
	var rows []struct {
		ID           ID
		RequesterID  people.ID
		ReportedByID people.ID
		PersonID     *people.ID
	}
	err := s.db.Gorm(ctx).Table("tickets t").Joins("LEFT JOIN followers f ON f.ticket_id = t.id").
		Select("t.id, t.requester_id, t.reported_by_id, f.person_id").Where("t.id IN ?", db.Some(ids)).Scan(&rows).Error
	all := make(map[ID]Circle, len(ids))
	for _, r := range rows {
		c := all[r.ID]
		c.Requester, c.ReportedBy = r.RequesterID, r.ReportedByID
		if r.PersonID != nil {
			c.Followers = append(c.Followers, *r.PersonID)
		}
		all[r.ID] = c
	}
	return all, db.Fault(err)
}

// following lists who follows a ticket, and who let them.
func (s store) following(ctx context.Context, id ID) ([]Follower, error) {
	var rows []followerRow
	err := s.db.Gorm(ctx).Where("ticket_id = ?", id).Order("person_id").Find(&rows).Error
	all := make([]Follower, 0, len(rows))
	for _, r := range rows {
		all = append(all, Follower{Person: r.PersonID, AddedBy: orZero(r.AddedBy), AddedAt: r.AddedAt})
	}
	return all, db.Fault(err)
}

type partyRow struct {
	TicketID  ID        `gorm:"primaryKey"`
	PersonID  people.ID `gorm:"primaryKey"`
	Name      string
	Reference string
	AddedBy   people.ID
	AddedAt   time.Time
}

func (partyRow) TableName() string { return "third_parties" }

func rowOfParty(id ID, p ThirdParty) partyRow {
	return partyRow{TicketID: id, PersonID: p.Person, Name: p.Name, Reference: p.Reference, AddedBy: p.AddedBy, AddedAt: p.AddedAt}
}

// parties lists the third parties of a ticket by name, without their addresses.
func (s store) parties(ctx context.Context, id ID) ([]ThirdParty, error) {
	var rows []partyRow
	err := s.db.Gorm(ctx).Where("ticket_id = ?", id).Order("name, person_id").Find(&rows).Error
	all := make([]ThirdParty, 0, len(rows))
	for _, r := range rows {
		all = append(all, ThirdParty{Person: r.PersonID, Name: r.Name, Reference: r.Reference, AddedBy: r.AddedBy, AddedAt: r.AddedAt})
	}
	return all, db.Fault(err)
}

// references are those that a third party gave, by the tickets on which it works.
func (s store) references(ctx context.Context, who people.ID) (map[ID]string, error) {
	var rows []partyRow
	err := s.db.Gorm(ctx).Where("person_id = ? AND reference <> ''", who).Find(&rows).Error
	known := make(map[ID]string, len(rows))
	for _, r := range rows {
		known[r.TicketID] = r.Reference
	}
	return known, db.Fault(err)
}

// putParty writes a third party, or its name and reference where it is there.
func (s store) putParty(ctx context.Context, id ID, p ThirdParty) error {
	r := rowOfParty(id, p)
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "ticket_id"}, {Name: "person_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"name", "reference"}),
	}).Create(&r).Error)
}

// addParty writes a third party unless it is there.
func (s store) addParty(ctx context.Context, id ID, p ThirdParty) error {
	r := rowOfParty(id, p)
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error)
}

// dropParty deletes a third party of a ticket.
func (s store) dropParty(ctx context.Context, id ID, who people.ID) error {
	return db.Fault(s.db.Gorm(ctx).Where("ticket_id = ? AND person_id = ?", id, who).Delete(&partyRow{}).Error)
}

// sentTo says whether a file was sent to somebody who still is a third party of
// its ticket.
func (s store) sentTo(ctx context.Context, a Attachment, who people.ID) (bool, error) {
	var n int64
	err := s.db.Gorm(ctx).Model(&partyRow{}).
		Joins("JOIN messages m ON m.ticket_id = third_parties.ticket_id AND m.addressee_id = third_parties.person_id").
		Where("third_parties.ticket_id = ? AND third_parties.person_id = ? AND m.id = ?", a.Ticket, who, a.Message).Count(&n).Error
	return n > 0, db.Fault(err)
}
