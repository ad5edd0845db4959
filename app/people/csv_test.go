package people_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
)

func TestReadCSVReadsPersonsWithCommasOrSemicolons(t *testing.T) {
	for _, text := range []string{
		"uid,name,addresses,role,disabled\nnina,\"Roux, Nina\",nina@x.fr n.roux@x.fr,technician,oui\n\nbob,Bob,,,\n",
		"\ufeffUID;Name;Addresses;Role;Disabled\r\nnina;Roux, Nina;nina@x.fr n.roux@x.fr;technician;oui\r\n\r\nbob;Bob;;;\r\n",
	} {
		b := must(people.ReadCSV(strings.NewReader(text)))(t)
		if len(b.Persons) != 2 {
			t.Fatalf("%+v", b.Persons)
		}
		nina, bob := b.Persons[0], b.Persons[1]
		if nina.UID != "nina" || nina.Name != "Roux, Nina" || len(nina.Addresses) != 2 || nina.Role != people.Technician || !*nina.Disabled || nina.Teams != nil {
			t.Errorf("%+v", nina)
		}
		if bob.Line != 4 || bob.Addresses == nil || len(bob.Addresses) != 0 || *bob.Disabled || bob.Establishments != nil {
			t.Errorf("%+v", bob)
		}
	}
}

func TestReadCSVReadsEstablishmentsAndTeams(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		for _, text := range []string{
			"uai;name;kind;public;departement;city;site;email\n0270001b;EREA du Vexin;erea;oui;27;Gisors;rouen;ce.0270001b@ac-rouen.fr\n",
			"slug,name,site\nreseau,Réseau,rouen\n",
			"uid,name,teams,establishments\nnina,Nina,reseau postes,0270001b 0140013N\n",
		} {
			must(dir.Import(ctx, must(people.ReadCSV(strings.NewReader(text)))(t)))(t)
		}
		p := must(dir.ByUID(ctx, "nina"))(t)
		if len(p.Teams) != 2 || p.Establishments[0].City != "Gisors" || !p.Establishments[0].Public {
			t.Errorf("%+v", p)
		}
		bad := must(people.ReadCSV(strings.NewReader("uai,name,kind,site\n0270002C,x,college,caen\n\n0270003D,x,castle,caen\n")))(t)
		_, err := dir.Import(ctx, bad)
		if p, _ := errors.AsType[people.Problems](err); len(p) != 1 || p[0].Line != 4 {
			t.Errorf("%v", err)
		}
	})
}

func TestReadCSVSaysWhatItCannotRead(t *testing.T) {
	for text, want := range map[string][]string{
		"":                          {"1 people.csv.empty"},
		"name,role\nx,y\n":          {"1 people.csv.key"},
		"uid,name,salary\nx,y,z\n":  {"1 people.csv.column"},
		"uid,name,name\nx,y,z\n":    {"1 people.csv.column"},
		"uid,name\nx\ny,Y\nz,Z,Z\n": {"2 people.csv.line", "4 people.csv.line"},
		"uid,name\nx,\"open\ny,Y\n": {"2 people.csv.line"},
		"uid,name\nx,\xe9\n":        {"0 people.csv.encoding"},
		"uid,disabled\nx,maybe\n":   {"2 people.csv.yes"},
	} {
		_, err := people.ReadCSV(strings.NewReader(text))
		problems, _ := errors.AsType[people.Problems](err)
		var got []string
		for _, p := range problems {
			got = append(got, fmt.Sprintf("%d %s", p.Line, p.What.Key))
		}
		if !slices.Equal(got, want) || !errors.Is(err, fault.Invalid) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("uid,name\nx,y\n")
	f.Add("uai;name\n1;\"2\n")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := people.ReadCSV(strings.NewReader(text))
		if err != nil && !errors.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
		for _, e := range b.Persons {
			if e.Line < 2 {
				t.Fatalf("line %d of %q", e.Line, text)
			}
		}
	})
}
