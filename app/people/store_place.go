package people

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"amigo/app/db"
)

// establishmentRow has the fields of Establishment in their order, so that the
// one converts to the other.
type establishmentRow struct {
	UAI         string `gorm:"primaryKey"`
	Name        string
	Kind        string
	Public      bool
	Departement string
	City        string
	Address     string
	Phone       string
	Email       string
	Site        string
}

func (establishmentRow) TableName() string { return "establishments" }

type siteRow struct {
	Code     string `gorm:"primaryKey"`
	Name     string
	Calendar *string
}

func (siteRow) TableName() string { return "sites" }

type teamRow struct {
	ID       TeamID `gorm:"primaryKey"`
	Slug     string
	Name     string
	Site     *string
	Calendar *string
}

func (teamRow) TableName() string { return "teams" }

func (r teamRow) team() Team {
	return Team{ID: r.ID, Slug: r.Slug, Name: r.Name, Site: orEmpty(r.Site), Calendar: orEmpty(r.Calendar)}
}

func (s store) establishment(ctx context.Context, where string, arg any) (Establishment, error) {
	var r establishmentRow
	err := s.db.Gorm(ctx).Where(where, arg).Order("uai").Take(&r).Error
	return Establishment(r), db.Fault(err)
}

func (s store) establishments(ctx context.Context) ([]Establishment, error) {
	return schools(s.db.Gorm(ctx))
}

// establishmentsOf reads those that some codes name.
func (s store) establishmentsOf(ctx context.Context, uais []string) ([]Establishment, error) {
	if len(uais) == 0 {
		return nil, nil
	}
	return schools(s.db.Gorm(ctx).Where("uai IN ?", db.Some(uais)))
}

func schools(q *gorm.DB) ([]Establishment, error) {
	var rows []establishmentRow
	err := q.Order("uai").Find(&rows).Error
	all := make([]Establishment, len(rows))
	for i, r := range rows {
		all[i] = Establishment(r)
	}
	return all, db.Fault(err)
}

func (s store) sites(ctx context.Context) ([]Site, error) {
	var rows []siteRow
	err := s.db.Gorm(ctx).Order("name, code").Find(&rows).Error
	all := make([]Site, len(rows))
	for i, r := range rows {
		all[i] = Site{Code: r.Code, Name: r.Name, Calendar: orEmpty(r.Calendar)}
	}
	return all, db.Fault(err)
}

func (s store) teams(ctx context.Context) ([]Team, error) {
	var rows []teamRow
	err := s.db.Gorm(ctx).Order("name, slug").Find(&rows).Error
	all := make([]Team, len(rows))
	for i, r := range rows {
		all[i] = r.team()
	}
	return all, db.Fault(err)
}

// putPlaces writes sites, establishments and teams over those that have the
// same key.
func (s store) putPlaces(ctx context.Context, b Batch) error {
	schools := make([]establishmentRow, len(b.Establishments))
	for i, e := range b.Establishments {
		schools[i] = establishmentRow(e)
	}
	teams := make([]teamRow, len(b.Teams))
	for i, t := range b.Teams {
		teams[i] = teamRow{Slug: t.Slug, Name: t.Name, Site: orNull(t.Site)}
	}
	if err := insert(ctx, s, rowsOfSites(b.Sites), upsert("code", "name")); err != nil {
		return err
	}
	every := []string{"name", "kind", "public", "departement", "city", "address", "phone", "email", "site"}
	if err := insert(ctx, s, schools, upsert("uai", every...)); err != nil {
		return err
	}
	if err := insert(ctx, s, teams, upsert("slug", "name", "site")); err != nil {
		return err
	}
	for chunk := range slices.Chunk(b.Establishments, chunkSize) {
		if err := s.renameSchools(ctx, chunk); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

func rowsOfSites(all []Site) []siteRow {
	rows := make([]siteRow, len(all))
	for i, s := range all {
		rows[i] = siteRow{Code: s.Code, Name: s.Name, Calendar: orNull(s.Calendar)}
	}
	return rows
}

// upsert writes columns over those of the row that has the same key.
func upsert(key string, columns ...string) clause.OnConflict {
	return clause.OnConflict{Columns: []clause.Column{{Name: key}}, DoUpdates: clause.AssignmentColumns(columns)}
}

// renameSchools gives the persons who stand for establishments their names,
// and the mailboxes that the address book says they have: a guest wrote from
// one before it was known.
func (s store) renameSchools(ctx context.Context, all []Establishment) error {
	schools := make(map[string]Establishment, len(all))
	uids, mailboxes := make([]string, len(all)), make([]string, len(all))
	for i, e := range all {
		uids[i], mailboxes[i] = schoolPrefix+e.UAI, e.Email
		schools[uids[i]] = e
	}
	q := s.db.Gorm(ctx).Where("address IN ? AND person_id IN (SELECT id FROM persons WHERE kind = ?)", mailboxes, Guest)
	if err := q.Delete(&addressRow{}).Error; err != nil {
		return err
	}
	made, err := s.persons(ctx, "uid IN ?", uids)
	if err != nil {
		return err
	}
	for _, p := range made {
		e := schools[p.UID]
		err := s.db.Gorm(ctx).Model(&personRow{ID: p.ID}).Updates(map[string]any{
			"name": e.Name, "sort_name": sortName(e.Name), "phone": e.Phone, "site": e.Site, "updated_at": s.db.Now(ctx),
		}).Error
		if err != nil {
			return err
		}
		if e.Email == "" || e.Email == p.Email {
			continue
		}
		if err := s.db.Gorm(ctx).Where("person_id = ?", p.ID).Delete(&addressRow{}).Error; err != nil {
			return err
		}
		if err := s.addAddress(ctx, p.ID, e.Email); err != nil {
			return err
		}
	}
	return nil
}
