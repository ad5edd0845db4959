package people

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/migrations"
)

// known reads what the directory holds of the things that a batch names.
func (s store) known(ctx context.Context, b Batch) (known, error) {
	k := known{
		sites: map[string]bool{}, schools: map[string]Establishment{}, mailbox: map[string]string{},
		persons: make(map[string]Person, len(b.Persons)), owners: map[string]Person{}, chosen: map[ID]bool{},
	}
	sites, err := s.sites(ctx)
	if err != nil {
		return k, err
	}
	for _, site := range sites {
		k.sites[site.Code] = true
	}
	schools, err := s.establishments(ctx)
	if err != nil {
		return k, err
	}
	for _, e := range schools {
		k.schools[e.UAI] = e
		if e.Email != "" {
			k.mailbox[e.Email] = e.UAI
		}
	}
	if k.teams, err = s.teamsBySlug(ctx); err != nil {
		return k, err
	}
	for uids := range slices.Chunk(b.uids(), chunkSize) {
		found, err := s.persons(ctx, "uid IN ?", uids)
		if err != nil {
			return k, err
		}
		for _, p := range found {
			k.persons[p.UID] = p
		}
		if err := s.chosen(ctx, found, k.chosen); err != nil {
			return k, err
		}
	}
	return k, s.knownOwners(ctx, b.addresses(), k.owners)
}

// knownOwners adds to whom addresses belong: kind and uid.
func (s store) knownOwners(ctx context.Context, addresses []string, owners map[string]Person) error {
	for chunk := range slices.Chunk(addresses, chunkSize) {
		var found []struct {
			Address string
			UID     string
			Kind    Kind
		}
		q := s.db.Gorm(ctx).Table("addresses a").Select("a.address, p.uid, p.kind").Joins("JOIN persons p ON p.id = a.person_id")
		if err := q.Where("a.address IN ?", chunk).Scan(&found).Error; err != nil {
			return db.Fault(err)
		}
		for _, f := range found {
			owners[f.Address] = Person{UID: f.UID, Kind: f.Kind}
		}
	}
	return nil
}

func (s store) teamsBySlug(ctx context.Context) (map[string]Team, error) {
	all, err := s.teams(ctx)
	teams := make(map[string]Team, len(all))
	for _, t := range all {
		teams[t.Slug] = t
	}
	return teams, err
}

// put writes new and changed members whole. It goes table by table, so that
// statements are few and mostly of one shape.
func (s store) put(ctx context.Context, all []Person) error {
	var changed []ID
	for _, p := range all {
		if p.ID != 0 {
			changed = append(changed, p.ID)
		}
	}
	if err := s.putRows(ctx, all); err != nil {
		return err
	}
	for _, row := range []any{&addressRow{}, &membershipRow{}, &teamMemberRow{}, &wordRow{}} {
		for ids := range slices.Chunk(changed, chunkSize) {
			if err := s.db.Gorm(ctx).Where("person_id IN ?", ids).Delete(row).Error; err != nil {
				return db.Fault(err)
			}
		}
	}
	if err := s.putAddresses(ctx, all); err != nil {
		return err
	}
	if err := s.putMany(ctx, all); err != nil {
		return err
	}
	return s.analyze(ctx, len(all))
}

// analyze tells PostgreSQL how many people there are now, when it was taught a
// lot: until then it plans as if the tables were nearly empty.
func (s store) analyze(ctx context.Context, written int) error {
	if s.db.Dialect() != migrations.Postgres || written < chunkSize {
		return nil
	}
	return db.Fault(s.db.Gorm(ctx).Exec("ANALYZE persons, addresses, memberships, team_members, person_words").Error)
}

// putRows writes the persons' own rows and notes the ids that new ones get.
func (s store) putRows(ctx context.Context, all []Person) error {
	at := s.db.Now(ctx)
	over := upsert("uid", "name", "sort_name", "title", "role", "lang", "phone", "site", "disabled_at", "updated_at")
	for chunk := range slices.Chunk(all, chunkSize) {
		rows := make([]personRow, len(chunk))
		for i, p := range chunk {
			p.ID = 0 // found by uid
			rows[i] = rowOf(p, at)
		}
		if err := s.db.Gorm(ctx).Clauses(over).Create(&rows).Error; err != nil {
			return db.Fault(err)
		}
		if err := s.readIDs(ctx, chunk); err != nil {
			return err
		}
	}
	return nil
}

// readIDs notes the ids of persons by uid: the order in which a statement
// returns what it wrote is not promised.
func (s store) readIDs(ctx context.Context, all []Person) error {
	uids := make([]string, len(all))
	for i, p := range all {
		uids[i] = p.UID
	}
	var rows []personRow
	if err := s.db.Gorm(ctx).Select("id", "uid").Where("uid IN ?", uids).Find(&rows).Error; err != nil {
		return db.Fault(err)
	}
	ids := make(map[string]ID, len(rows))
	for _, r := range rows {
		ids[r.UID] = r.ID
	}
	for i := range all {
		all[i].ID = ids[all[i].UID]
	}
	return nil
}

// putAddresses writes the addresses of persons who have none yet. Those that
// guests wrote from become the members'.
func (s store) putAddresses(ctx context.Context, all []Person) error {
	var rows []addressRow
	for _, p := range all {
		for _, a := range p.Addresses {
			rows = append(rows, rowOfAddress(p.ID, a))
		}
	}
	return insert(ctx, s, rows, upsert("address", "person_id", "main"))
}

// putMany writes the establishments, teams and words of persons.
func (s store) putMany(ctx context.Context, all []Person) error {
	var memberships []membershipRow
	var teams []teamMemberRow
	var words []wordRow
	for _, p := range all {
		for i, e := range p.Establishments {
			memberships = append(memberships, membershipRow{PersonID: p.ID, Establishment: e.UAI, Main: i == 0})
		}
		for _, t := range p.Teams {
			teams = append(teams, teamMemberRow{TeamID: t.ID, PersonID: p.ID})
		}
		if p.Kind == Member {
			for _, w := range wordsOf(p) {
				words = append(words, wordRow{Word: w, PersonID: p.ID})
			}
		}
	}
	// In the order of their index, which then grows at one end at a time.
	slices.SortFunc(words, func(a, b wordRow) int { return strings.Compare(a.Word, b.Word) })
	there := clause.OnConflict{DoNothing: true}
	return errors.Join(insert(ctx, s, memberships, there), insert(ctx, s, teams, there), insert(ctx, s, words, there))
}

// insert writes rows of one table, if there are any.
func insert[T any](ctx context.Context, s store, rows []T, over clause.OnConflict) error {
	if len(rows) == 0 {
		return nil
	}
	return db.Fault(s.db.Gorm(ctx).Clauses(over).CreateInBatches(rows, chunkSize).Error)
}
