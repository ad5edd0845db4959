package db

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"amigo/migrations"
)

func openPostgres(ctx context.Context, c Config) (*DB, error) {
	conf, err := pgx.ParseConfig(c.URL)
	if err != nil {
		return nil, fmt.Errorf("db: AMIGO_DATABASE_URL: %w", err)
	}
	conf.RuntimeParams["timezone"] = "UTC"
	conf.RuntimeParams["application_name"] = "amigo"
	// A transaction forgotten by a dying process must not hold its locks for ever.
	conf.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	pool := stdlib.OpenDB(*conf, stdlib.OptionAfterConnect(func(_ context.Context, conn *pgx.Conn) error {
		conn.TypeMap().RegisterType(&pgtype.Type{
			Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
		})
		return nil
	}))
	conns := c.MaxConns
	if conns == 0 {
		conns = 20
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d := &DB{dialect: migrations.Postgres, now: whole(c.Now)}
	d.pools = append(d.pools, pool)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("db: %w", Fault(err))
	}
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: pool}), gormConfig(d.now))
	if err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("db: %w", err)
	}
	d.write, d.read = g, g
	if err := d.forgetting(g); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("db: %w", err)
	}
	return d, nil
}
