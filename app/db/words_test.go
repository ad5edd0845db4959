package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/words"
	"amigo/migrations"
)

// shelf makes a table of words with one column and puts texts on it, numbered
// from one.
func shelf(t *testing.T, d *db.DB, texts ...string) {
	t.Helper()
	table := "CREATE TABLE shelf_words (id bigint PRIMARY KEY, body tsvector NOT NULL)"
	if d.Dialect() == migrations.SQLite {
		table = "CREATE VIRTUAL TABLE shelf_words USING fts5 (body, tokenize = 'ascii', content = '', contentless_delete = 1)"
	}
	err := d.Tx(t.Context(), func(ctx context.Context) error {
		if err := d.Gorm(ctx).Exec(table).Error; err != nil {
			return err
		}
		for i, text := range texts {
			tokens := [][]string{words.Tokens(text, "fr")}
			if err := d.PutWords(ctx, "shelf_words", "id", []string{"body"}, db.Words{ID: int64(i + 1), Tokens: tokens}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// look lists the numbers of the texts that a query finds.
func look(t *testing.T, d *db.DB, typed string) []int64 {
	t.Helper()
	query, arg, err := d.Match("shelf_words", "id", "body", words.Query(typed))
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	if err := d.Gorm(t.Context()).Raw(query, arg).Scan(&ids).Error; err != nil {
		t.Fatalf("%s: %v", arg, err)
	}
	slices.Sort(ids)
	return ids
}

func TestBothDatabasesFindTheSameTexts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d,
			"L'imprimante du secrétariat est muette",
			"I-Prof : page blanche",
			"Le mot de passe a expiré, ce.0761234a@ac-normandie.fr",
			"Les journaux du serveur 00000e0xae",
			"Le prof de sport imprime un passe",
		)
		for typed, want := range map[string][]int64{
			"imprimantes":                 {1, 5},
			"impriman":                    {1, 5},
			"imprimante secretariat":      {1},
			"i-prof":                      {2},
			"iprof":                       {2},
			"prof":                        {2, 5},
			"\"mot de passe\"":            {3},
			"passe":                       {3, 5},
			"0761234A":                    {3},
			"ce.0761234a@ac-norm":         {3},
			"journal":                     {4},
			"00000e0xae":                  {4},
			"00000e0xa":                   {4},
			"\"serveur 00000e0xae\" jour": {4},
			"clavier":                     {},
		} {
			if got := look(t, d, typed); !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", typed, got, want)
			}
		}
	})
}

func TestPutWordsReplacesWhatStoodThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d, "imprimante", "souris")
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			return d.PutWords(ctx, "shelf_words", "id", []string{"body"}, db.Words{ID: 1, Tokens: [][]string{words.Tokens("clavier", "fr")}})
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := look(t, d, "imprimante"); len(got) != 0 {
			t.Errorf("the old words still find %v", got)
		}
		if got := look(t, d, "clavier"); !slices.Equal(got, []int64{1}) {
			t.Errorf("the new words find %v", got)
		}
	})
}

func TestMatchRefusesNothingAndWhatIsNoToken(t *testing.T) {
	d := dbtest.SQLite(t, dbtest.NewClock().Now)
	evil := words.Search{Terms: []words.Term{{{Tokens: []string{`x" OR "y`}}}}}
	for _, search := range []words.Search{{}, evil} {
		if _, _, err := d.Match("ticket_words", "ticket_id", "public", search); !errors.Is(err, fault.Invalid) {
			t.Errorf("%v: %v", search, err)
		}
	}
	if _, _, err := d.Match("ticket_words; DROP", "ticket_id", "public", words.Query("x")); err == nil {
		t.Error("a name that is none was accepted")
	}
}

func TestAmongGivesTheNewestRowsFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d, "imprimante", "imprimante", "souris", "imprimante", "imprimante")
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			return d.Gorm(ctx).Exec("CREATE TABLE shelf AS SELECT 1 AS id, 0 AS gone, 1 AS rank UNION SELECT 2, 0, 1 UNION SELECT 3, 0, 1 UNION SELECT 4, 1, 1 UNION SELECT 5, 0, 1").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		gone := d.Gorm(t.Context()).Where("gone = ? AND rank < ?", 0, 9)
		q, err := d.Among(gone, "shelf", "shelf_words", "id", "body", words.Query("imprimante"))
		if err != nil {
			t.Fatal(err)
		}
		var ids []int64
		if err := q.Select("shelf.id").Limit(2).Scan(&ids).Error; err != nil || !slices.Equal(ids, []int64{5, 2}) {
			t.Errorf("found %v: %v", ids, err)
		}
		if _, err := d.Among(gone, "shelf; DROP", "shelf_words", "id", "body", words.Query("x")); err == nil {
			t.Error("a name that is none was accepted")
		}
		if _, err := d.Among(gone, "shelf", "shelf_words", "id", "body", words.Search{}); !errors.Is(err, fault.Invalid) {
			t.Errorf("a search for nothing: %v", err)
		}
	})
}

func TestAddWordsAddsBehindWhatStandsThereWhereItCan(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		shelf(t, d, "mot de")
		add := func(id int64, text string) (done bool) {
			t.Helper()
			err := d.Tx(t.Context(), func(ctx context.Context) (err error) {
				done, err = d.AddWords(ctx, "shelf_words", "id", []string{"body"}, db.Words{ID: id, Tokens: [][]string{words.Tokens(text, "fr")}})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		can := d.Dialect() == migrations.Postgres
		if done := add(1, "passe"); done != can {
			t.Fatalf("added: %v", done)
		}
		if got := look(t, d, `"mot passe"`); (len(got) == 1) != can {
			t.Errorf("words that were added are found in %v", got)
		}
		if add(2, "passe") {
			t.Error("words were added to a row that is not there")
		}
		for part := range 2 {
			var long strings.Builder
			for i := range 25_000 {
				fmt.Fprintf(&long, "mot%05x%d ", i, part)
			}
			add(1, long.String())
		}
		if add(1, "souris") {
			t.Error("words were added to a row that is full")
		}
		if _, err := d.AddWords(t.Context(), "shelf_words", "id", []string{"body"}, db.Words{}); err == nil {
			t.Error("words were added outside of a transaction")
		}
	})
}
