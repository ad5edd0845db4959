package people_test

import (
	"errors"
	"slices"
	"testing"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
)

var groups = people.GroupRoles{
	Technician:    []string{"amigo-tech"},
	Supervisor:    []string{"amigo-sup"},
	Administrator: []string{"amigo-admin", "root"},
}

// directory is a small academy: two establishments, two teams, four members.
func directory(t testing.TB, d *db.DB) *people.Directory {
	t.Helper()
	dir := people.New(d, audit.New(d), groups)
	if err := dir.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := dir.Import(t.Context(), academy()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func academy() people.Batch {
	return people.Batch{
		Establishments: []people.Establishment{
			{UAI: "0140013N", Name: "Lycée Malherbe", Kind: "lycee", Public: true, Departement: "14", City: "Caen", Phone: "02 31 00 00 00", Site: "caen"},
			{UAI: "0760001A", Name: "Collège des Quais", Kind: "college", Public: true, Departement: "76", City: "Rouen", Email: "ce.0760001A@academie.test", Site: "rouen"},
		},
		Teams: []people.Team{{Slug: "postes", Name: "Postes de travail", Site: "caen"}, {Slug: "messagerie", Name: "Messagerie"}},
		Persons: []people.Entry{
			{
				UID: "clara.hebert", Name: "Clara Hébert", Title: "secrétaire", Site: "caen", Phone: "1234",
				Addresses: []string{"Clara.Hebert@ac-normandie.fr", "chebert@ac-caen.fr"}, Establishments: []string{"0140013n", "0760001A"},
			},
			{UID: "anne-lise.oeuvre", Name: "Anne-Lise Œuvré", Addresses: []string{"al.oeuvre@ac-normandie.fr"}, Establishments: []string{"0760001A"}},
			{UID: "tarik.benali", Name: "Tarik Benali", Role: people.Technician, Teams: []string{"postes", "messagerie"}, Addresses: []string{"tarik.benali@ac-normandie.fr"}},
			{UID: "sonia.petit", Name: "Sonia Petit", Role: people.Supervisor, Teams: []string{"postes"}},
		},
	}
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// message is the key of the sentence that an error carries.
func message(err error) string {
	m, _ := fault.MessageOf(err)
	return m.Key
}

func names(all []people.Person) []string {
	var list []string
	for _, p := range all {
		list = append(list, p.Name)
	}
	return list
}

func TestSeedMakesAMIGOItselfPersonOneHoweverLateItComes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := people.New(d, audit.New(d), groups)
		guest := must(dir.Guest(t.Context(), "early@example.org", "Early"))(t)
		if guest.ID == people.SystemID {
			t.Fatal("a guest took the place of AMIGO")
		}
		for range 2 {
			if err := dir.Seed(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		system := must(dir.Get(t.Context(), people.SystemID))(t)
		if system.UID != people.System().UID || system.Kind != people.SystemAccount {
			t.Fatalf("person 1 is %+v", system)
		}
		if sites := must(dir.Sites(t.Context()))(t); !slices.Equal(sites, []people.Site{{Code: "caen", Name: "Caen"}, {Code: "rouen", Name: "Rouen"}}) {
			t.Fatalf("sites %v", sites)
		}
	})
}

func TestGetReadsAPersonWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := directory(t, d)
		p := must(dir.ByUID(t.Context(), "clara.hebert"))(t)
		if again := must(dir.Get(t.Context(), p.ID))(t); again.Name != "Clara Hébert" || again.Kind != people.Member || again.Role != people.Requester || again.Lang != "fr" {
			t.Fatalf("%+v", again)
		}
		if p.Email != "clara.hebert@ac-normandie.fr" || len(p.Addresses) != 2 || !p.Addresses[0].Main || p.Addresses[1].Address != "chebert@ac-caen.fr" {
			t.Errorf("addresses %+v", p.Addresses)
		}
		if len(p.Establishments) != 2 || p.Establishments[0].Name != "Lycée Malherbe" || p.Establishments[0].Phone != "02 31 00 00 00" {
			t.Errorf("establishments %+v", p.Establishments)
		}
		many := must(dir.GetMany(t.Context(), []people.ID{p.ID, 1, 99999}))(t)
		if len(many) != 2 || many[p.ID].UID != "clara.hebert" {
			t.Errorf("many %v", many)
		}
	})
}

func TestWhoIsNotThereIsNotFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		_, get := dir.Get(ctx, 99999)
		_, uid := dir.ByUID(ctx, "CLARA.HEBERT")
		_, address := dir.ByAddress(ctx, "nobody@example.org")
		_, unknown := dir.ByAddress(ctx, "ce.9999999z@ac-caen.fr")
		_, nul := dir.ByUID(ctx, "nul\x00")
		_, school := dir.School(ctx, "9999999Z")
		_, place := dir.Establishment(ctx, "9999999Z")
		_, actor := dir.Actor(ctx, 99999, people.Web)
		for what, err := range map[string]error{"get": get, "uid": uid, "nul": nul, "address": address, "unknown": unknown, "school": school, "place": place, "actor": actor} {
			if !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestActorHasTheRightsOfNowAndADisabledPersonHasNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		p := must(dir.ByUID(ctx, "tarik.benali"))(t)
		a := must(dir.Actor(ctx, p.ID, people.Web))(t)
		if !a.Is(people.Technician) || a.Is(people.Supervisor) || len(a.Teams) != 2 || !a.In(p.Teams[0].ID) || a.Name != p.Name || a.Lang != "fr" {
			t.Fatalf("%+v", a)
		}
		clara := must(dir.ByUID(ctx, "clara.hebert"))(t)
		if a := must(dir.Actor(ctx, clara.ID, people.Web))(t); !slices.Equal(a.Establishments, []string{"0140013N", "0760001A"}) || a.Teams != nil {
			t.Fatalf("%+v", a)
		}
		if a := must(dir.Actor(ctx, p.ID, people.Mail))(t); a.Believed || a.Is(people.Requester) {
			t.Error("a mail is believed before anyone has judged it")
		}
		gone := true
		must(dir.Import(ctx, people.Batch{Persons: []people.Entry{{UID: "tarik.benali", Disabled: &gone}}}))(t)
		if _, err := dir.Actor(ctx, p.ID, people.Web); !errors.Is(err, fault.Denied) {
			t.Errorf("disabled: %v", err)
		}
	})
}

func TestStaffIsByRoleAndTeamAndName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		teams := must(dir.Teams(ctx))(t)
		if len(teams) != 2 || teams[0].Slug != "messagerie" || teams[1].Site != "caen" {
			t.Fatalf("teams %+v", teams)
		}
		for _, c := range []struct {
			least people.Role
			team  people.TeamID
			want  []string
		}{
			{people.Technician, 0, []string{"Sonia Petit", "Tarik Benali"}},
			{people.Technician, teams[0].ID, []string{"Tarik Benali"}},
			{people.Supervisor, 0, []string{"Sonia Petit"}},
			{people.Administrator, 0, nil},
			{people.Requester, 0, []string{"Anne-Lise Œuvré", "Clara Hébert", "Sonia Petit", "Tarik Benali"}},
		} {
			if got := names(must(dir.Staff(ctx, c.least, c.team))(t)); !slices.Equal(got, c.want) {
				t.Errorf("%s of team %d: %v, want %v", c.least, c.team, got, c.want)
			}
		}
	})
}

func TestLowerIsTheLesserRoleAndNoRoleIsTheLeast(t *testing.T) {
	for _, c := range [][3]people.Role{
		{people.Technician, people.Supervisor, people.Technician},
		{people.Supervisor, people.Technician, people.Technician},
		{people.Requester, people.Requester, people.Requester},
		{people.Administrator, "", ""},
		{"", people.Administrator, ""},
	} {
		if got := c[0].Lower(c[1]); got != c[2] {
			t.Errorf("%q and %q: %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestMembersAreCountedByRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		gone := true
		must(dir.Guest(ctx, "parent@example.org", ""))(t)
		must(dir.Import(ctx, people.Batch{Persons: []people.Entry{{UID: "anne-lise.oeuvre", Name: "Anne-Lise Œuvré", Disabled: &gone}}}))(t)
		counts := must(dir.Counts(ctx))(t)
		if counts[people.Requester] != 1 || counts[people.Technician] != 1 || counts[people.Supervisor] != 1 || counts[people.Administrator] != 0 {
			t.Errorf("%v", counts)
		}
	})
}
