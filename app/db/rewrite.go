package db

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"amigo/migrations"
)

// Rewrite sets columns of many rows of one table, each found by its id, to what
// the given rows hold: on PostgreSQL with one statement. Rows that are not there
// are passed over. Only stores call it, inside a transaction.
func Rewrite[T any](ctx context.Context, d *DB, rows []T, columns ...string) error {
	t := d.current(ctx)
	if t == nil {
		return errors.New("db: rows rewritten outside of a transaction")
	}
	if len(rows) == 0 {
		return nil
	}
	g := t.gorm.WithContext(ctx)
	stmt := &gorm.Statement{DB: g}
	if err := stmt.Parse(&rows[0]); err != nil {
		return fmt.Errorf("db: rewrite: %w", err)
	}
	w := rewriting{table: stmt.Table, columns: columns}
	for _, name := range append([]string{"id"}, columns...) {
		f := stmt.Schema.LookUpField(name)
		if f == nil {
			return fmt.Errorf("db: rewrite: %s has no %s", stmt.Table, name)
		}
		w.fields = append(w.fields, f)
	}
	all := reflect.ValueOf(rows)
	if d.dialect == migrations.Postgres {
		return w.together(ctx, g, all)
	}
	return w.oneByOne(ctx, g, all)
}

// rewriting is what Rewrite has learnt of a table: the id is its first field.
type rewriting struct {
	table   string
	columns []string
	fields  []*schema.Field
}

// values are a row's, the id first.
func (w rewriting) values(ctx context.Context, row reflect.Value) []any {
	all := make([]any, len(w.fields))
	for i, f := range w.fields {
		all[i], _ = f.ValueOf(ctx, row)
	}
	return all
}

// together sends all rows as one JSON text, which PostgreSQL reads as rows of
// the table: one parameter, however many rows there are.
func (w rewriting) together(ctx context.Context, g *gorm.DB, rows reflect.Value) error {
	text := []byte{'['}
	for i := range rows.Len() {
		text = append(text, `{"id":`...)
		for k, v := range w.values(ctx, rows.Index(i)) {
			if k > 0 {
				text = append(text, `,"`+w.columns[k-1]+`":`...)
			}
			value, err := json.Marshal(v)
			if err != nil {
				return fmt.Errorf("db: rewrite %s: %w", w.table, err)
			}
			text = append(text, value...)
		}
		text = append(text, '}', ',')
	}
	text[len(text)-1] = ']'
	var set strings.Builder
	for i, c := range w.columns {
		if i > 0 {
			set.WriteString(", ")
		}
		set.WriteString(c + " = v." + c)
	}
	return Fault(g.Exec("UPDATE "+w.table+" SET "+set.String()+
		" FROM json_populate_recordset(NULL::"+w.table+", ?::json) v WHERE "+w.table+".id = v.id", string(text)).Error)
}

func (w rewriting) oneByOne(ctx context.Context, g *gorm.DB, rows reflect.Value) error {
	query := "UPDATE " + w.table + " SET " + strings.Join(w.columns, " = ?, ") + " = ? WHERE id = ?"
	for i := range rows.Len() {
		v := w.values(ctx, rows.Index(i))
		if err := g.Exec(query, append(v[1:], v[0])...).Error; err != nil {
			return Fault(err)
		}
	}
	return nil
}
