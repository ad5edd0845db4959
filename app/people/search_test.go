package people_test

import (
	"slices"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/people"
)

func TestSearchFindsMembersByTheBeginningsOfWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, ctx := directory(t, d), t.Context()
		must(dir.Guest(ctx, "clara.guest@example.org", "Clara Guest"))(t)
		for text, want := range map[string][]string{
			"cla":                       {"Clara Hébert"},
			"HEB":                       {"Clara Hébert"},
			"hébert cl":                 {"Clara Hébert"},
			"clara.heb":                 {"Clara Hébert"},
			"clara.hebert@ac-norm":      {"Clara Hébert"},
			"chebert":                   {"Clara Hébert"},
			"oeuv":                      {"Anne-Lise Œuvré"},
			"Œuvré":                     {"Anne-Lise Œuvré"},
			"annel":                     {"Anne-Lise Œuvré"},
			"lise":                      {"Anne-Lise Œuvré"},
			"ac-normandie":              nil, // everyone has it
			"lara":                      nil, // not the beginning
			"clara petit":               nil,
			"%":                         nil,
			"' OR 1=1 --":               nil,
			"":                          {"Anne-Lise Œuvré", "Clara Hébert", "Sonia Petit", "Tarik Benali"},
			"a b c d e f g h i j k l m": nil,
		} {
			if got := names(must(dir.Search(ctx, text, 10))(t)); !slices.Equal(got, want) {
				t.Errorf("%q: %v, want %v", text, got, want)
			}
		}
		if got := must(dir.Search(ctx, "", 2))(t); len(got) != 2 {
			t.Errorf("limit 2 gives %v", names(got))
		}
		yes := true
		must(dir.Import(ctx, people.Batch{Persons: []people.Entry{{UID: "clara.hebert", Disabled: &yes}}}))(t)
		if got := must(dir.Search(ctx, "clara", 10))(t); len(got) != 0 {
			t.Errorf("a disabled person is found: %v", names(got))
		}
	})
}
