package people

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"amigo/app/db"
)

// chunkSize bounds the values of one statement.
const chunkSize = 500

// store is rows and queries.
type store struct{ db *db.DB }

type personRow struct {
	ID         ID `gorm:"primaryKey"`
	UID        string
	Kind       Kind
	Name       string
	SortName   string
	Title      string
	Role       Role
	Lang       string
	Phone      string
	Site       *string
	DisabledAt *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

func (personRow) TableName() string { return "persons" }

type membershipRow struct {
	PersonID      ID     `gorm:"primaryKey"`
	Establishment string `gorm:"primaryKey"`
	Main          bool
}

func (membershipRow) TableName() string { return "memberships" }

type teamMemberRow struct {
	TeamID   TeamID `gorm:"primaryKey"`
	PersonID ID     `gorm:"primaryKey"`
}

func (teamMemberRow) TableName() string { return "team_members" }

type wordRow struct {
	Word     string `gorm:"primaryKey"`
	PersonID ID     `gorm:"primaryKey"`
}

func (wordRow) TableName() string { return "person_words" }

// rowOf is a person's own row; what they have many of stands elsewhere.
func rowOf(p Person, at time.Time) personRow {
	return personRow{
		ID: p.ID, UID: p.UID, Kind: p.Kind, Name: p.Name, SortName: sortName(p.Name), Title: p.Title, Role: p.Role,
		Lang: p.Lang, Phone: p.Phone, Site: orNull(p.Site), DisabledAt: p.DisabledAt, CreatedAt: at, UpdatedAt: at,
	}
}

func (r personRow) person() Person {
	p := Person{
		ID: r.ID, UID: r.UID, Kind: r.Kind, Name: r.Name, Title: r.Title, Role: r.Role,
		Lang: r.Lang, Phone: r.Phone, Site: orEmpty(r.Site), DisabledAt: r.DisabledAt,
	}
	if p.Kind == Guest {
		// Where a guest wrote from stays theirs to be answered at, even when
		// the directory has since given the address to a member.
		p.Email = strings.TrimPrefix(p.UID, guestPrefix)
	}
	return p
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// persons reads whole persons, by name.
func (s store) persons(ctx context.Context, where string, args ...any) ([]Person, error) {
	return s.whole(ctx, s.db.Gorm(ctx).Where(where, args...))
}

// rows reads persons' own rows.
func (s store) rows(ctx context.Context, ids []ID) (rows []personRow, err error) {
	err = s.db.Gorm(ctx).Where("id IN ?", db.Some(ids)).Find(&rows).Error
	return rows, db.Fault(err)
}

// cards adds persons to what was found, with their main address.
func (s store) cards(ctx context.Context, ids []ID, found map[ID]Person) error {
	var rows []struct {
		Row     personRow `gorm:"embedded"`
		Address *string
	}
	err := s.db.Gorm(ctx).Table("persons").Select("persons.id, persons.uid, persons.kind, persons.name, a.address").
		Joins("LEFT JOIN addresses a ON a.person_id = persons.id AND a.main").Where("persons.id IN ?", db.Some(ids)).Scan(&rows).Error
	for _, r := range rows {
		p := r.Row.person()
		if r.Address != nil {
			p.Email = *r.Address
		}
		found[p.ID] = p
	}
	return db.Fault(err)
}

func (s store) counts(ctx context.Context) (map[Role]int, error) {
	var found []struct {
		Role Role
		N    int
	}
	err := s.db.Gorm(ctx).Model(&personRow{}).Where("kind = ? AND disabled_at IS NULL", Member).
		Select("role, count(*) AS n").Group("role").Scan(&found).Error
	counts := map[Role]int{}
	for _, f := range found {
		counts[f.Role] = f.N
	}
	return counts, db.Fault(err)
}

// search reads enabled members who have, for each of words, one that begins so.
func (s store) search(ctx context.Context, words []string, limit int) ([]Person, error) {
	q := s.db.Gorm(ctx).Where("kind = ? AND disabled_at IS NULL", Member).Limit(limit)
	for _, w := range words {
		// ~ comes after every letter and digit that a word is made of.
		q = q.Where("id IN (SELECT person_id FROM person_words WHERE word >= ? AND word < ?)", w, w+"~")
	}
	return s.whole(ctx, q)
}

// staff reads enabled members who have one of roles, of one team or of all.
func (s store) staff(ctx context.Context, roles []Role, team TeamID) ([]Person, error) {
	q := s.db.Gorm(ctx).Where("kind = ? AND disabled_at IS NULL AND role IN ?", Member, roles)
	if team != 0 {
		q = q.Where("id IN (SELECT person_id FROM team_members WHERE team_id = ?)", team)
	}
	return s.whole(ctx, q)
}

// belongingRow is a person's own row, and whether they belong anywhere: most
// people are of no team and many of no establishment, and nothing more is asked.
type belongingRow struct {
	Row     personRow `gorm:"embedded"`
	Teams   bool
	Schools bool
}

const belongingColumns = `persons.*, EXISTS (SELECT 1 FROM team_members m WHERE m.person_id = persons.id) AS teams,
	EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = persons.id) AS schools`

// whole runs a query on persons and adds what each has many of.
func (s store) whole(ctx context.Context, q *gorm.DB) ([]Person, error) {
	var rows []belongingRow
	if err := q.Model(&personRow{}).Select(belongingColumns).Order("sort_name, id").Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all := make([]Person, len(rows))
	at := make(map[ID]*Person, len(rows))
	for i, r := range rows {
		all[i] = r.Row.person()
		at[r.Row.ID] = &all[i]
	}
	for some := range slices.Chunk(rows, chunkSize) {
		if err := s.complete(ctx, some, at); err != nil {
			return nil, db.Fault(err)
		}
	}
	return all, nil
}

// complete adds addresses, establishments and teams to some persons.
func (s store) complete(ctx context.Context, some []belongingRow, at map[ID]*Person) error {
	ids := make([]ID, 0, len(some))
	teams, schools := false, false
	for _, r := range some {
		ids, teams, schools = append(ids, r.Row.ID), teams || r.Teams, schools || r.Schools
	}
	if err := s.addAddresses(ctx, ids, at); err != nil {
		return err
	}
	if schools {
		if err := s.addSchools(ctx, ids, at); err != nil {
			return err
		}
	}
	if teams {
		return s.addTeams(ctx, ids, at)
	}
	return nil
}

func (s store) addAddresses(ctx context.Context, ids []ID, at map[ID]*Person) error {
	var addresses []addressRow
	if err := s.db.Gorm(ctx).Where("person_id IN ?", db.Some(ids)).Order("main DESC, address").Find(&addresses).Error; err != nil {
		return err
	}
	for _, a := range addresses {
		p := at[a.PersonID]
		p.Addresses = append(p.Addresses, a.address())
		if a.Main {
			p.Email = a.Address
		}
	}
	return nil
}

func (s store) addSchools(ctx context.Context, ids []ID, at map[ID]*Person) error {
	var schools []struct {
		PersonID ID
		Row      establishmentRow `gorm:"embedded"`
	}
	q := s.db.Gorm(ctx).Table("memberships m").Select("m.person_id, e.*").Joins("JOIN establishments e ON e.uai = m.establishment")
	if err := q.Where("m.person_id IN ?", db.Some(ids)).Order("m.main DESC, e.uai").Scan(&schools).Error; err != nil {
		return err
	}
	for _, e := range schools {
		at[e.PersonID].Establishments = append(at[e.PersonID].Establishments, Establishment(e.Row))
	}
	return nil
}

func (s store) addTeams(ctx context.Context, ids []ID, at map[ID]*Person) error {
	var teams []struct {
		PersonID ID
		Row      teamRow `gorm:"embedded"`
	}
	q := s.db.Gorm(ctx).Table("team_members m").Select("m.person_id, t.*").Joins("JOIN teams t ON t.id = m.team_id")
	if err := q.Where("m.person_id IN ?", db.Some(ids)).Order("t.slug").Scan(&teams).Error; err != nil {
		return err
	}
	for _, t := range teams {
		at[t.PersonID].Teams = append(at[t.PersonID].Teams, t.Row.team())
	}
	return nil
}

// create writes a new person whole. One with that uid is left as they are; an
// address that somebody has stays theirs.
func (s store) create(ctx context.Context, p Person) error {
	row := rowOf(p, s.db.Now(ctx))
	done := s.db.Gorm(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "uid"}}, DoNothing: true}).Create(&row)
	if done.Error != nil {
		return db.Fault(done.Error)
	}
	if done.RowsAffected == 0 {
		if err := s.db.Gorm(ctx).Where("uid = ?", p.UID).Take(&row).Error; err != nil {
			return db.Fault(err)
		}
	}
	p.ID = row.ID
	for _, a := range p.Addresses {
		if err := s.addAddress(ctx, p.ID, a.Address); err != nil {
			return err
		}
	}
	return s.putMany(ctx, []Person{p})
}

// addAddress gives a person an address, the main one if it is the first,
// unless somebody has it.
func (s store) addAddress(ctx context.Context, id ID, address string) error {
	var has int64
	if err := s.db.Gorm(ctx).Model(&addressRow{}).Where("person_id = ?", id).Count(&has).Error; err != nil {
		return db.Fault(err)
	}
	row := addressRow{Address: address, PersonID: id, Main: has == 0, State: "ok"}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// seed writes the system's person and sites, unless they are there.
func (s store) seed(ctx context.Context, a Actor, sites []Site) error {
	row := rowOf(Person{ID: a.Person, UID: a.UID, Kind: a.Kind, Name: a.Name, Role: a.Role, Lang: a.Lang}, s.db.Now(ctx))
	if err := s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return db.Fault(err)
	}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(rowsOfSites(sites)).Error)
}
