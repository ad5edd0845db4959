package db

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"amigo/app/fault"
	"amigo/app/words"
	"amigo/migrations"
)

var (
	plainName  = regexp.MustCompile(`^[a-z_]+$`)
	plainToken = regexp.MustCompile(`^[a-z0-9]+$`)
)

// Match spells a search over one column of a table of words as a query with one
// parameter, which yields the ids (named by key on PostgreSQL, the rowid of the
// FTS5 table on SQLite) of the rows where every term stands. A search without
// terms, and tokens that are not those of app/words, are fault.Invalid.
//
//	query, arg, err := d.Match("ticket_words", "ticket_id", "public", words.Query(typed))
//	g.Where("id IN ("+query+")", arg)
func (d *DB) Match(table, key, column string, search words.Search) (query, arg string, err error) {
	for _, name := range []string{table, key, column} {
		if !plainName.MatchString(name) {
			return "", "", fmt.Errorf("db: match: name %q", name)
		}
	}
	if err := plain(search); err != nil {
		return "", "", fmt.Errorf("db: match: %w", err)
	}
	if d.dialect == migrations.Postgres {
		return "SELECT " + key + " FROM " + table + " WHERE " + column + " @@ to_tsquery('simple', ?)",
			expression(search, tsquery, " | ", " & "), nil
	}
	return "SELECT rowid FROM " + table + " WHERE " + table + " MATCH ?",
		column + " : (" + expression(search, fts5, " OR ", " AND ") + ")", nil
}

// plain refuses a search for nothing, and tokens that either database would
// read as something else.
func plain(search words.Search) error {
	if len(search.Terms) == 0 {
		return fmt.Errorf("nothing to look for: %w", fault.Invalid)
	}
	for _, term := range search.Terms {
		for _, phrase := range term {
			for _, token := range phrase.Tokens {
				if !plainToken.MatchString(token) {
					return fmt.Errorf("token %q: %w", token, fault.Invalid)
				}
			}
		}
	}
	return nil
}

// expression joins the phrases of a search: any of a term, all of the terms.
func expression(search words.Search, spell func(words.Phrase) string, or, and string) string {
	all := make([]string, 0, len(search.Terms))
	for _, term := range search.Terms {
		alternatives := make([]string, 0, len(term))
		for _, phrase := range term {
			alternatives = append(alternatives, spell(phrase))
		}
		all = append(all, "("+strings.Join(alternatives, or)+")")
	}
	return strings.Join(all, and)
}

func tsquery(p words.Phrase) string {
	phrase := "(" + strings.Join(p.Tokens, " <-> ")
	if p.Prefix {
		phrase += ":*"
	}
	return phrase + ")"
}

func fts5(p words.Phrase) string {
	phrase := `"` + strings.Join(p.Tokens, " ") + `"`
	if p.Prefix {
		phrase += "*"
	}
	return phrase
}

// PutWords replaces the words of the row id: columns[i] gets tokens[i], in their
// order. It must run inside a transaction.
func (d *DB) PutWords(ctx context.Context, table, key string, id int64, columns []string, tokens [][]string) error {
	t := d.current(ctx)
	if t == nil {
		return errors.New("db: words outside of a transaction")
	}
	args := []any{id}
	for i := range columns {
		args = append(args, strings.Join(tokens[i], " "))
	}
	list := strings.Join(columns, ", ")
	if d.dialect == migrations.SQLite {
		if err := t.gorm.Exec("DELETE FROM "+table+" WHERE rowid = ?", id).Error; err != nil {
			return Fault(err)
		}
		return Fault(t.gorm.Exec("INSERT INTO "+table+" (rowid, "+list+") VALUES (?"+strings.Repeat(", ?", len(columns))+")", args...).Error)
	}
	set := make([]string, 0, len(columns))
	for _, c := range columns {
		set = append(set, c+" = excluded."+c)
	}
	return Fault(t.gorm.Exec("INSERT INTO "+table+" ("+key+", "+list+") VALUES (?"+
		strings.Repeat(", to_tsvector('simple', ?)", len(columns))+
		") ON CONFLICT ("+key+") DO UPDATE SET "+strings.Join(set, ", "), args...).Error)
}

// DayOf spells the day, as text YYYY-MM-DD, on which a column's instant falls
// in a time zone. column may be qualified; zone is a name of the IANA database.
func (d *DB) DayOf(column string, zone *time.Location) string {
	if d.dialect == migrations.Postgres {
		return "to_char(" + column + " AT TIME ZONE '" + zone.String() + "', 'YYYY-MM-DD')"
	}
	return "local_day(" + column + ", '" + zone.String() + "')"
}
