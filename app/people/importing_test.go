package people_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
)

func TestAnImportTwiceChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := directory(t, d)
		r := must(dir.Import(t.Context(), academy()))(t)
		if r != (people.Report{Unchanged: 4}) {
			t.Fatalf("%+v", r)
		}
	})
}

func TestAnImportWritesWhatItSaysAndLeavesTheRest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		r := must(dir.Import(ctx, people.Batch{Persons: []people.Entry{
			{UID: "clara.hebert", Title: "gestionnaire", Addresses: []string{"clara.nouveau@ac-normandie.fr", "chebert@ac-caen.fr"}},
			{UID: "tarik.benali", Teams: []string{}},
			{UID: "new.comer", Name: "New Comer"},
		}}))(t)
		if r != (people.Report{Created: 1, Changed: 2}) {
			t.Fatalf("%+v", r)
		}
		clara := must(dir.ByUID(ctx, "clara.hebert"))(t)
		if clara.Title != "gestionnaire" || clara.Name != "Clara Hébert" || clara.Phone != "1234" || len(clara.Establishments) != 2 {
			t.Errorf("%+v", clara)
		}
		if clara.Email != "clara.nouveau@ac-normandie.fr" || len(clara.Addresses) != 2 {
			t.Errorf("addresses %+v", clara.Addresses)
		}
		if _, err := dir.ByAddress(ctx, "clara.hebert@ac-normandie.fr"); !errors.Is(err, fault.NotFound) {
			t.Errorf("an address that the directory took away: %v", err)
		}
		if found := must(dir.Search(ctx, "clara.nouveau", 5))(t); len(found) != 1 {
			t.Errorf("the new address finds %v", names(found))
		}
		if tarik := must(dir.ByUID(ctx, "tarik.benali"))(t); len(tarik.Teams) != 0 || tarik.Role != people.Technician || len(tarik.Addresses) != 1 {
			t.Errorf("%+v", tarik)
		}
		if sonia := must(dir.ByUID(ctx, "sonia.petit"))(t); len(sonia.Teams) != 1 {
			t.Errorf("whom the batch does not name has changed: %+v", sonia)
		}
	})
}

func TestAnImportGivesBackAndTakesAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		// Clara gives an address up and Anne-Lise gets it, in one batch.
		must(dir.Import(ctx, people.Batch{Persons: []people.Entry{
			{UID: "anne-lise.oeuvre", Addresses: []string{"chebert@ac-caen.fr"}},
			{UID: "clara.hebert", Addresses: []string{"clara.hebert@ac-normandie.fr"}},
		}}))(t)
		if p := must(dir.ByAddress(ctx, "chebert@ac-caen.fr"))(t); p.UID != "anne-lise.oeuvre" {
			t.Errorf("the address is %s's", p.UID)
		}
		yes, no := true, false
		must(dir.Import(ctx, people.Batch{Persons: []people.Entry{{UID: "clara.hebert", Disabled: &yes}}}))(t)
		must(dir.Import(ctx, people.Batch{Persons: []people.Entry{{UID: "clara.hebert", Title: "x"}}}))(t)
		if p := must(dir.ByUID(ctx, "clara.hebert"))(t); p.DisabledAt == nil {
			t.Error("an entry that says nothing of it has enabled her")
		}
		must(dir.Import(ctx, people.Batch{Persons: []people.Entry{{UID: "clara.hebert", Disabled: &no}}}))(t)
		if p := must(dir.ByUID(ctx, "clara.hebert"))(t); p.DisabledAt != nil {
			t.Error("she is still disabled")
		}
	})
}

func TestAnImportKeepsWhatLettersTaughtOfAnAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		if _, err := d.SQL().Exec("UPDATE addresses SET state = 'hard' WHERE address = 'chebert@ac-caen.fr'"); err != nil {
			t.Fatal(err)
		}
		must(dir.Import(ctx, people.Batch{Persons: []people.Entry{{UID: "clara.hebert", Addresses: []string{"chebert@ac-caen.fr"}}}}))(t)
		if p := must(dir.ByUID(ctx, "clara.hebert"))(t); p.Addresses[0].State != "hard" || p.Email != "chebert@ac-caen.fr" {
			t.Errorf("%+v", p.Addresses)
		}
	})
}

func TestAMemberTakesTheAddressThatTheyWroteFromAsAGuest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		guest := must(dir.Guest(ctx, "nina@example.org", "Nina"))(t)
		must(dir.Import(ctx, people.Batch{Persons: []people.Entry{{UID: "nina", Name: "Nina Roux", Addresses: []string{"nina@example.org"}}}}))(t)
		if p := must(dir.ByAddress(ctx, "nina@example.org"))(t); p.UID != "nina" || p.Email != "nina@example.org" {
			t.Errorf("the address is %s's", p.UID)
		}
		if g := must(dir.Get(ctx, guest.ID))(t); g.Email != "nina@example.org" || len(g.Addresses) != 0 {
			t.Errorf("the guest can no longer be answered: %+v", g)
		}
		if again := must(dir.Guest(ctx, "nina@example.org", "Nina"))(t); again.UID != "nina" {
			t.Errorf("now a guest again: %s", again.UID)
		}
	})
}

func TestAnImportWithAProblemWritesNothing(t *testing.T) {
	long := string(make([]byte, 101))
	cases := map[string]struct {
		batch people.Batch
		want  []string // line and key
	}{
		"uids": {people.Batch{Persons: []people.Entry{
			{UID: "", Name: "x"},
			{UID: "mail:x@y.fr", Name: "x"},
			{UID: "a b", Name: "x"},
			{UID: long, Name: "x"},
			{UID: "good", Name: "x"},
			{UID: "good", Name: "y"},
		}}, []string{"1 people.import.uid", "2 people.import.uid", "3 people.import.uid", "4 people.import.uid", "6 people.import.uid_twice"}},
		"addresses": {people.Batch{Persons: []people.Entry{
			{UID: "a", Name: "x", Addresses: []string{"CHEBERT@ac-caen.fr"}},
			{UID: "b", Name: "x", Addresses: []string{"b@example.org", "b@example.org"}},
			{UID: "c", Name: "x", Addresses: []string{"b@example.org"}},
			{UID: "d", Name: "x", Addresses: []string{"nonsense"}},
			{UID: "e", Name: "x", Addresses: []string{"ce.9999999z@ac-caen.fr"}},
			{UID: "f", Name: "x", Addresses: []string{"ce.0760001a@academie.test"}},
			{UID: "clara.hebert", Title: "keeps her addresses"},
		}}, []string{
			"1 people.import.address_taken", "3 people.import.address_twice", "4 people.import.address",
			"5 people.import.address_school", "6 people.import.address_school",
		}},
		"references": {people.Batch{Persons: []people.Entry{
			{Line: 12, UID: "a", Name: "x", Establishments: []string{"9999999Z"}},
			{Line: 13, UID: "b", Name: "x", Site: "paris", Teams: []string{"nobody"}},
			{Line: 14, UID: "c", Role: "king", Lang: "de"},
		}}, []string{
			"12 people.import.establishment", "13 people.import.site", "13 people.import.team",
			"14 people.import.name", "14 people.import.role", "14 people.import.lang",
		}},
		"places": {people.Batch{
			Sites: []people.Site{{Code: "Le Havre", Name: "x"}},
			Establishments: []people.Establishment{
				{UAI: "014", Name: "x", Kind: "lycee", Site: "caen"},
				{UAI: "0140001A", Kind: "castle", Site: "nowhere", Email: "tarik.benali@ac-normandie.fr"},
				{UAI: "0140002B", Name: "x", Kind: "lycee", Site: "caen", Email: "ce.0760001a@academie.test"},
				{UAI: "0140002B", Name: "x", Kind: "lycee", Site: "caen"},
			},
			Teams: []people.Team{{Slug: "?", Name: "x", Site: "nowhere"}},
		}, []string{
			"0 people.import.site_shape", "0 people.import.uai", "0 people.import.school_name", "0 people.import.school_kind",
			"0 people.import.site", "0 people.import.address_taken", "0 people.import.address_taken", "0 people.import.place_twice",
			"0 people.import.team_shape", "0 people.import.site",
		}},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		before := count(t, d)
		for _, name := range slices.Sorted(maps.Keys(cases)) {
			c := cases[name]
			c.batch.Persons = append(c.batch.Persons, people.Entry{UID: "fine", Name: "Fine", Addresses: []string{"fine@example.org"}})
			_, err := dir.Import(ctx, c.batch)
			problems, ok := errors.AsType[people.Problems](err)
			if !ok || !errors.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
				continue
			}
			var got []string
			for _, p := range problems {
				got = append(got, fmt.Sprintf("%d %s", p.Line, p.What.Key))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s:\n got %v\nwant %v", name, got, c.want)
			}
		}
		if after := count(t, d); after != before {
			t.Errorf("rows before %v, after %v", before, after)
		}
	})
}

// count is how many rows the tables of people have.
func count(t *testing.T, d *db.DB) (n [7]int) {
	t.Helper()
	for i, table := range []string{"sites", "establishments", "teams", "persons", "addresses", "memberships", "person_words"} {
		if err := d.SQL().QueryRow("SELECT count(*) FROM " + table).Scan(&n[i]); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func TestACrowdIsImportedInBatchesAndFoundInAnInstant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := crowd(6_000)
		dir, ctx := people.New(d, audit.New(d), groups), t.Context()
		if err := dir.Seed(ctx); err != nil {
			t.Fatal(err)
		}
		if r := must(dir.Import(ctx, b))(t); r != (people.Report{Created: len(b.Persons)}) {
			t.Fatalf("%+v", r)
		}
		for i := range b.Persons {
			b.Persons[i].Title = "professeur"
		}
		b.Persons[17].Title = ""
		if r := must(dir.Import(ctx, b))(t); r != (people.Report{Changed: len(b.Persons) - 1, Unchanged: 1}) {
			t.Fatalf("%+v", r)
		}
		for text, want := range map[string]int{"m": 20, "martin": 20, "camille durand": 20, "camille.mart": 20, "zoe.auber107@ac-c": 1, "": 20, "xyz": 0} {
			start := time.Now()
			found := must(dir.Search(ctx, text, 20))(t)
			if took := time.Since(start); len(found) != want || took > time.Second {
				t.Errorf("%q: %d found in %v, want %d", text, len(found), took, want)
			}
		}
	})
}

// A whole academy at once.
func BenchmarkImport(b *testing.B) {
	batch := crowd(45_000)
	now := dbtest.NewClock().Now
	for name, open := range map[string]func() *db.DB{
		"sqlite":   func() *db.DB { return dbtest.SQLite(b, now) },
		"postgres": func() *db.DB { return dbtest.Postgres(b, now) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				d := open()
				dir := people.New(d, audit.New(d), groups)
				if err := dir.Seed(b.Context()); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				must(dir.Import(b.Context(), batch))(b)
			}
		})
	}
}

// crowd invents n people of a hundred schools.
func crowd(n int) people.Batch {
	first := []string{"Camille", "Éloïse", "Théo", "Inès", "Hugo", "Jeanne", "Noël", "Zoé", "Axel", "Maëlle"}
	last := []string{"Martin", "Durand", "Lefèvre", "Hébert", "Marie", "Duval", "Le Goff", "Quesnel", "Auber", "Mallet", "Vasseur"}
	var b people.Batch
	for i := range 100 {
		b.Establishments = append(b.Establishments, people.Establishment{
			UAI: fmt.Sprintf("014%04dA", i), Name: fmt.Sprintf("Collège %d", i), Kind: "college", Public: true, Departement: "14", City: "Caen", Site: "caen",
		})
	}
	for i := range n {
		f, l := first[i%len(first)], last[i%len(last)]
		uid := fmt.Sprintf("%s.%s%d", []string{"camille", "eloise", "theo", "ines", "hugo", "jeanne", "noel", "zoe", "axel", "maelle"}[i%len(first)],
			[]string{"martin", "durand", "lefevre", "hebert", "marie", "duval", "legoff", "quesnel", "auber", "mallet", "vasseur"}[i%len(last)], i)
		b.Persons = append(b.Persons, people.Entry{
			UID: uid, Name: f + " " + l, Addresses: []string{uid + "@ac-normandie.fr", uid + "@ac-caen.fr"},
			Establishments: []string{b.Establishments[i%100].UAI},
		})
	}
	return b
}
