package db

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"amigo/app/fault"
	"amigo/migrations"
)

// Term is one thing that a search asks for: tokens that stand side by side (one
// token mostly, several for a quoted phrase). With Prefix the last token may go on.
type Term struct {
	Tokens []string
	Prefix bool
}

var (
	plainName  = regexp.MustCompile(`^[a-z_]+$`)
	plainToken = regexp.MustCompile(`^[a-z0-9]+$`)
)

// Match spells a search over one column of a table of words as a query with one
// parameter, which yields the ids (named by key on PostgreSQL, the rowid of the
// FTS5 table on SQLite) of the rows where every term stands. Tokens are those
// of app/words; another one is fault.Invalid.
//
//	query, arg, err := d.Match("ticket_words", "ticket_id", "public", terms)
//	g.Where("id IN ("+query+")", arg)
func (d *DB) Match(table, key, column string, terms []Term) (query, arg string, err error) {
	for _, name := range []string{table, key, column} {
		if !plainName.MatchString(name) {
			return "", "", fmt.Errorf("db: match: name %q", name)
		}
	}
	if len(terms) == 0 {
		return "", "", fmt.Errorf("db: match: nothing to look for: %w", fault.Invalid)
	}
	for _, t := range terms {
		for _, token := range t.Tokens {
			if !plainToken.MatchString(token) {
				return "", "", fmt.Errorf("db: match: token %q: %w", token, fault.Invalid)
			}
		}
	}
	if d.dialect == migrations.Postgres {
		return "SELECT " + key + " FROM " + table + " WHERE " + column + " @@ to_tsquery('simple', ?)", tsquery(terms), nil
	}
	return "SELECT rowid FROM " + table + " WHERE " + table + " MATCH ?", fts5(column, terms), nil
}

func tsquery(terms []Term) string {
	all := make([]string, 0, len(terms))
	for _, t := range terms {
		phrase := strings.Join(t.Tokens, " <-> ")
		if t.Prefix {
			phrase += ":*"
		}
		all = append(all, "("+phrase+")")
	}
	return strings.Join(all, " & ")
}

func fts5(column string, terms []Term) string {
	all := make([]string, 0, len(terms))
	for _, t := range terms {
		phrase := `"` + strings.Join(t.Tokens, " ") + `"`
		if t.Prefix {
			phrase += "*"
		}
		all = append(all, phrase)
	}
	return column + " : (" + strings.Join(all, " AND ") + ")"
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
