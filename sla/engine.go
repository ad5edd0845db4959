package sla

import (
	"context"

	"amigo/app/db"
	"amigo/app/fetch"
	"amigo/app/jobs"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// House is what the engine works with.
type House struct {
	DB     *db.DB
	Queue  *jobs.Queue
	Book   *calendar.Book
	Outbox *mail.Outbox
	People *people.Directory
	Desk   *tickets.Desk
	Client *fetch.Client // asks for the calendars that others publish
}

// Config is what the engine must know of the installation.
type Config struct {
	PublicURL string // absolute, without a slash at the end: links in letters
}

// Engine makes promises about tickets and keeps watch over them.
type Engine struct {
	db     *db.DB
	store  store
	desk   *tickets.Desk
	people *people.Directory
	book   *calendar.Book
	queue  *jobs.Queue
	outbox *mail.Outbox
	client *fetch.Client
	conf   Config

	policies *db.Kept[[]Policy] // for those who only read them
}

// New builds the engine. From then on it hears of everything at the desk, and of
// every new version of a calendar.
func New(h House, c Config) *Engine {
	e := &Engine{
		db: h.DB, store: store{h.DB}, desk: h.Desk, people: h.People, book: h.Book,
		queue: h.Queue, outbox: h.Outbox, client: h.Client, conf: c,
	}
	e.policies = db.Keep(h.DB, policyRow{}.TableName(), e.store.policies)
	h.Desk.Listen(e.hear)
	h.Book.Listen(e.published)
	return e
}

// Seed writes the default policies, unless there are any.
func (e *Engine) Seed(ctx context.Context) error {
	return e.db.Tx(ctx, func(ctx context.Context) error {
		if err := e.db.Lock(ctx, "sla.seed"); err != nil {
			return err
		}
		there, err := e.store.policies(ctx)
		if err != nil || len(there) > 0 {
			return err
		}
		return e.store.addPolicies(ctx, Defaults())
	})
}
