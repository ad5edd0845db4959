package db

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

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

// together sends each column as one array, which PostgreSQL lays side by side
// again: as many parameters as columns, however many rows there are.
func (w rewriting) together(ctx context.Context, g *gorm.DB, rows reflect.Value) error {
	arrays := make([]any, len(w.fields))
	given, set := make([]string, len(w.fields)), make([]string, len(w.columns))
	for i, f := range w.fields {
		of, ok := columnType(f)
		if !ok {
			return fmt.Errorf("db: rewrite %s: %s is a %s", w.table, f.DBName, f.FieldType)
		}
		text := []byte{'{'}
		for k := range rows.Len() {
			if k > 0 {
				text = append(text, ',')
			}
			v, _ := f.ValueOf(ctx, rows.Index(k))
			text = appendElement(text, reflect.ValueOf(v))
		}
		arrays[i], given[i] = string(append(text, '}')), "?::"+of+"[]"
	}
	for i, c := range w.columns {
		set[i] = c + " = v." + c
	}
	return Fault(g.Exec("UPDATE "+w.table+" SET "+strings.Join(set, ", ")+
		" FROM unnest("+strings.Join(given, ", ")+") AS v (id, "+strings.Join(w.columns, ", ")+") WHERE "+w.table+".id = v.id", arrays...).Error)
}

// columnType is how PostgreSQL calls what a field holds.
func columnType(f *schema.Field) (name string, ok bool) {
	switch t := f.IndirectFieldType; {
	case t == reflect.TypeFor[time.Time]():
		return "timestamptz", true
	case t.Kind() == reflect.Bool:
		return "boolean", true
	case t.Kind() == reflect.String:
		return "text", true
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
		return "bigint", true
	}
	return "", false
}

// appendElement writes one element of an array as PostgreSQL reads it.
func appendElement(text []byte, v reflect.Value) []byte {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return append(text, "NULL"...)
		}
		v = v.Elem()
	}
	if at, ok := v.Interface().(time.Time); ok {
		return at.UTC().AppendFormat(text, time.RFC3339Nano)
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(text, v.Bool())
	case reflect.String:
		return append(append(append(text, '"'), quoting.Replace(v.String())...), '"')
	default:
		return strconv.AppendInt(text, v.Int(), 10)
	}
}

var quoting = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (w rewriting) oneByOne(ctx context.Context, g *gorm.DB, rows reflect.Value) error {
	query := "UPDATE " + w.table + " SET " + strings.Join(w.columns, " = ?, ") + " = ? WHERE id = ?"
	given := append(w.fields[1:len(w.fields):len(w.fields)], w.fields[0]) // the id last
	for i := range rows.Len() {
		values := make([]any, len(given))
		for k, f := range given {
			values[k], _ = f.ValueOf(ctx, rows.Index(i))
		}
		if err := g.Exec(query, values...).Error; err != nil {
			return Fault(err)
		}
	}
	return nil
}
