package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

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

// Among leaves, of a query of the rows of a table, those whose words stand in
// another and meet a search, the newest first. Rows are named by their id, which
// is table.id in what is selected. Each database gives the newest without seeing
// the rest, where there are many.
//
//	q, err := d.Among(g.Where("status = ?", s), "tickets", "ticket_words", "ticket_id", "public", words.Query(typed))
//	q.Select("tickets.id").Limit(500)
func (d *DB) Among(q *gorm.DB, table, of, key, column string, search words.Search) (*gorm.DB, error) {
	query, arg, err := d.Match(of, key, column, search)
	if err != nil || !plainName.MatchString(table) {
		return nil, cmp.Or(err, fmt.Errorf("db: match: name %q", table))
	}
	q = q.Session(&gorm.Session{})
	if d.dialect == migrations.Postgres {
		// One by one the rows are asked for their words, or the words for their
		// rows: as the planner thinks best.
		_, where, _ := strings.Cut(query, " WHERE ")
		return q.Table(table).Where("EXISTS (SELECT 1 FROM "+of+" WHERE "+of+"."+key+" = "+table+".id AND "+where+")", arg).Order(table + ".id DESC"), nil
	}
	// FTS5 gives what it finds from the highest number down, as it is wanted; CROSS
	// says that it comes first. It has columns of its own, which are hidden here.
	found := strings.Replace(query, "SELECT rowid", "SELECT rowid AS met", 1)
	return q.Table("("+found+") AS found CROSS JOIN "+table+" ON "+table+".id = found.met", arg).Order("found.met DESC"), nil
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

// Words are the tokens by which one row is found, column by column, in their order.
type Words struct {
	ID     int64
	Tokens [][]string
}

// wordsTogether is how many rows of words one statement writes.
const wordsTogether = 50

// PutWords replaces the words of rows; columns names those of Tokens. It must
// run inside a transaction.
func (d *DB) PutWords(ctx context.Context, table, key string, columns []string, rows ...Words) error {
	t := d.current(ctx)
	if t == nil {
		return errors.New("db: words outside of a transaction")
	}
	for together := range slices.Chunk(rows, wordsTogether) {
		if err := d.putWords(t.gorm.WithContext(ctx), table, key, columns, together); err != nil {
			return Fault(err)
		}
	}
	return nil
}

func (d *DB) putWords(g *gorm.DB, table, key string, columns []string, rows []Words) error {
	place, over := "(?"+strings.Repeat(", to_tsvector('simple', ?)", len(columns))+")", ""
	if d.dialect == migrations.SQLite {
		key, place = "rowid", "(?"+strings.Repeat(", ?", len(columns))+")"
	} else {
		over = " ON CONFLICT (" + key + ") DO UPDATE SET " + excluded(columns)
	}
	var ids, args []any
	for _, r := range rows {
		ids, args = append(ids, r.ID), append(args, r.ID)
		for i := range columns {
			args = append(args, strings.Join(r.Tokens[i], " "))
		}
	}
	if d.dialect == migrations.SQLite {
		if err := g.Exec("DELETE FROM "+table+" WHERE rowid IN ?", ids).Error; err != nil {
			return err
		}
	}
	places := strings.Repeat(place+", ", len(rows)-1) + place
	return g.Exec("INSERT INTO "+table+" ("+key+", "+strings.Join(columns, ", ")+") VALUES "+places+over, args...).Error
}

// roomForWords is how many bytes one column of a row may have grown to before
// nothing is added to it any more; PostgreSQL keeps at most a mebibyte.
const roomForWords = 600_000

// AddWords adds words behind those that a row has, where the database can do that
// without knowing them. done is false where it cannot, where there is no such
// row, and where no room is left in it: then [DB.PutWords] writes it anew. It must
// run inside a transaction.
func (d *DB) AddWords(ctx context.Context, table, key string, columns []string, w Words) (done bool, err error) {
	t := d.current(ctx)
	if t == nil {
		return false, errors.New("db: words outside of a transaction")
	}
	if d.dialect == migrations.SQLite {
		return false, nil // FTS5 keeps no text to add to
	}
	var set, room []string
	var args []any
	for i, c := range columns {
		set = append(set, c+" = "+c+" || to_tsvector('simple', ?)")
		room = append(room, "pg_column_size("+c+" || ''::tsvector) < "+strconv.Itoa(roomForWords)) // as it is unpacked
		args = append(args, strings.Join(w.Tokens[i], " "))
	}
	added := t.gorm.WithContext(ctx).Exec("UPDATE "+table+" SET "+strings.Join(set, ", ")+" WHERE "+key+" = ? AND "+
		strings.Join(room, " AND "), append(args, w.ID)...)
	return added.RowsAffected == 1, Fault(added.Error)
}

// excluded sets columns to what an insertion brought.
func excluded(columns []string) string {
	set := make([]string, 0, len(columns))
	for _, c := range columns {
		set = append(set, c+" = excluded."+c)
	}
	return strings.Join(set, ", ")
}

// DayOf spells the day, as text YYYY-MM-DD, on which a column's instant falls
// in a time zone. column may be qualified; zone is a name of the IANA database.
func (d *DB) DayOf(column string, zone *time.Location) string {
	if d.dialect == migrations.Postgres {
		return "to_char(" + column + " AT TIME ZONE '" + zone.String() + "', 'YYYY-MM-DD')"
	}
	return "local_day(" + column + ", '" + zone.String() + "')"
}
