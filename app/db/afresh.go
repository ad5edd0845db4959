package db

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"amigo/migrations"
)

// Afresh has a query planned for the very values that it asks with, each time.
// PostgreSQL else plans a statement that it has seen a few times once for all
// values, and for a word that is looked for it then cannot know whether it stands
// in ten rows or in all of them. SQLite does not look at values.
func (d *DB) Afresh(q *gorm.DB) *gorm.DB {
	if d.dialect != migrations.Postgres {
		return q
	}
	q = q.Session(&gorm.Session{})
	q.Statement.ConnPool = afresh{q.Statement.ConnPool}
	return q
}

// afresh is a connection that prepares no statement.
type afresh struct{ gorm.ConnPool }

// QueryContext runs a statement in one step, with its values.
func (a afresh) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return a.ConnPool.QueryContext(ctx, query, append([]any{pgx.QueryExecModeExec}, args...)...)
}
