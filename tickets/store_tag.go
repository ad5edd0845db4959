package tickets

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
)

type tagRow struct {
	Slug      string `gorm:"primaryKey"`
	Name      string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (tagRow) TableName() string { return "tags" }

type ticketTagRow struct {
	TicketID ID     `gorm:"primaryKey"`
	Tag      string `gorm:"primaryKey"`
}

func (ticketTagRow) TableName() string { return "ticket_tags" }

// tags lists tags by name.
func (s store) tags(ctx context.Context, limit int) ([]Tag, error) {
	var rows []tagRow
	err := s.db.Gorm(ctx).Order("slug").Limit(limit).Find(&rows).Error
	all := make([]Tag, 0, len(rows))
	for _, r := range rows {
		all = append(all, Tag{Slug: r.Slug, Name: r.Name})
	}
	return all, db.Fault(err)
}

// tagsOf lists the tags of some tickets, each by name.
func (s store) tagsOf(ctx context.Context, ids []ID) (map[ID][]Tag, error) {
	var rows []struct {
		TicketID   ID
		Slug, Name string
	}
	err := s.db.Gorm(ctx).Model(&ticketTagRow{}).Select("ticket_tags.ticket_id, tags.slug, tags.name").
		Joins("JOIN tags ON tags.slug = ticket_tags.tag").Where("ticket_tags.ticket_id IN ?", ids).Order("tags.slug").Scan(&rows).Error
	all := make(map[ID][]Tag, len(rows))
	for _, r := range rows {
		all[r.TicketID] = append(all[r.TicketID], Tag{Slug: r.Slug, Name: r.Name})
	}
	return all, db.Fault(err)
}

// retag gives a ticket tags, which may be new, and takes some away.
func (s store) retag(ctx context.Context, id ID, add, remove []Tag, at time.Time) error {
	for _, t := range add {
		tag := tagRow{Slug: t.Slug, Name: t.Name, CreatedAt: at}
		if err := s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&tag).Error; err != nil {
			return db.Fault(err)
		}
		of := ticketTagRow{TicketID: id, Tag: t.Slug}
		if err := s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&of).Error; err != nil {
			return db.Fault(err)
		}
	}
	for _, t := range remove {
		if err := s.db.Gorm(ctx).Where("ticket_id = ? AND tag = ?", id, t.Slug).Delete(&ticketTagRow{}).Error; err != nil {
			return db.Fault(err)
		}
	}
	return nil
}
