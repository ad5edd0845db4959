package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"amigo/app/audit"
	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/fetch"
	"amigo/app/i18n"
	"amigo/app/jobs"
	"amigo/app/limit"
	"amigo/app/live"
	"amigo/app/mail"
	"amigo/app/metrics"
	"amigo/app/people"
	"amigo/app/redis"
	"amigo/app/seal"
	"amigo/app/sso"
	"amigo/mailin"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/tickets/bulk"
	"amigo/tickets/draft"
	"amigo/tickets/report"
	"amigo/tickets/view"
	"amigo/web"
)

// App is the whole product, built and not yet running.
type App struct {
	Config   Config
	DB       *db.DB
	Redis    *redis.Server
	Queue    *jobs.Queue
	Mux      *jobs.Mux
	Seal     *seal.Sealer
	Blobs    blob.Store
	Hub      *live.Hub
	Limit    *limit.Limiter
	Client   *fetch.Client
	Audit    *audit.Log
	Book     *calendar.Book
	Outbox   *mail.Outbox
	People   *people.Directory
	Desk     *tickets.Desk
	Drafts   *draft.Drafts
	Bulks    *bulk.Bulks
	Engine   *sla.Engine
	Intake   *mailin.Intake
	Reporter *report.Reporter
	Metrics  *metrics.Metrics
	Web      *web.Server

	folder *folder
}

// Options are what tests put in the place of the world.
type Options struct {
	Transport mail.Transport              // instead of SMTP
	Blobs     func(blob.Store) blob.Store // stands before the store of bytes
	Version   string
	AtOnce    bool // what staff send leaves at once, and cannot be taken back
}

// grace is for how long staff may take back what they have sent.
const grace = 10 * time.Second

// grace is for how long it is here.
func (o Options) grace() time.Duration {
	if o.AtOnce {
		return 0
	}
	return grace
}

// New builds every part, floor by floor. Nothing runs yet, and nothing was
// written but the embedded default's own folder. Close what it returns.
func New(ctx context.Context, c Config, parts Parts, o Options) (a *App, err error) {
	a = &App{Config: c, Mux: jobs.NewMux()}
	defer func() {
		if err != nil {
			_ = a.Close()
		}
	}()

	// Floors 0 and 1: the folder, secrets, bytes, the database, the bell.
	if a.folder, err = openFolder(c); err != nil {
		return a, err
	}
	if a.Seal, err = seal.New(a.folder.secrets); err != nil {
		return a, fmt.Errorf("AMIGO_SECRET: %w", err)
	}
	if a.Blobs, err = blob.NewFolder(filepath.Join(c.DataDir, "blobs")); err != nil {
		return a, err
	}
	if o.Blobs != nil {
		a.Blobs = o.Blobs(a.Blobs)
	}
	catalog, err := i18n.Load()
	if err != nil {
		return a, err
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return a, err
	}
	if a.DB, err = db.Open(ctx, db.Config{URL: c.DatabaseURL, Path: a.folder.database(), Now: c.Now}); err != nil {
		return a, err
	}
	if a.Redis, err = redis.Open(ctx, c.RedisURL); err != nil {
		return a, err
	}

	// Floor 2: work for later, who watches, how often, what is fetched, opening hours.
	a.Queue = jobs.New(a.DB, a.Redis)
	a.Queue.Context = func(ctx context.Context) context.Context { return people.As(ctx, people.System()) }
	a.Hub = live.New(a.DB, a.Redis)
	a.Limit = limit.New(a.DB)
	a.Client = fetch.New(fetch.Config{
		AllowPrivate: c.Fetch.Allow, ProxyHosts: c.Fetch.ProxyHosts,
		HTTPProxy: c.Fetch.HTTPProxy, HTTPSProxy: c.Fetch.HTTPSProxy, NoProxy: c.Fetch.NoProxy,
	})
	a.Book = calendar.NewBook(a.DB)

	// Floors 3 and 4: letters out, the record, people.
	transport, err := c.transport(o.Transport)
	if err != nil {
		return a, err
	}
	address := a.address(ctx)
	dkim, err := c.dkim()
	if err != nil {
		return a, fmt.Errorf("AMIGO_DKIM_KEY: %w", err)
	}
	a.Outbox = mail.New(a.DB, a.Queue, mail.Config{
		Address: address, Name: "Assistance AMIGO", Transport: transport, Blobs: a.Blobs, DKIM: dkim, PerDomain: c.Mail.SMTPPerDomain,
		// The intake, built above it, knows what people wrote.
		Answers: func(ctx context.Context, ticket, person int64, by time.Time) ([]mail.Answered, error) {
			return a.Intake.Answered(ctx, ticket, person, by)
		},
		// The desk, built above it, knows when people work.
		NotBefore: func(ctx context.Context, person int64, at time.Time) (time.Time, error) {
			return a.Desk.NotBefore(ctx, person, at)
		},
	})
	a.Audit = audit.New(a.DB)
	a.People = people.New(a.DB, a.Audit, people.GroupRoles{
		Technician: c.Roles.Technicians, Supervisor: c.Roles.Supervisors, Administrator: c.Roles.Administrators,
	})

	// Floor 5: the desk, and proof of who someone is.
	a.Desk = tickets.New(a.DB, a.People, a.Outbox, a.Hub, a.Blobs, a.Seal,
		tickets.Config{PublicURL: c.Address(), MailAddress: address, Book: a.Book, Calendar: calendar.Normandie})
	provider, demo, err := a.signIn()
	if err != nil {
		return a, err
	}

	// Floors 6 and 7: neighbours of the desk, and questions about all of it.
	a.Engine = sla.New(sla.House{
		DB: a.DB, Queue: a.Queue, Book: a.Book, Outbox: a.Outbox, People: a.People, Desk: a.Desk, Client: a.Client,
	}, sla.Config{PublicURL: c.Address()})
	a.Drafts = draft.New(draft.House{DB: a.DB, Queue: a.Queue, Hub: a.Hub, People: a.People, Desk: a.Desk})
	a.Bulks = bulk.New(bulk.House{DB: a.DB, Queue: a.Queue, Audit: a.Audit, People: a.People, Desk: a.Desk, Fill: a.Drafts.Fill})
	if a.Intake, err = a.intake(address); err != nil {
		return a, err
	}
	a.Reporter = report.New(report.House{DB: a.DB, Book: a.Book, People: a.People, Outbox: a.Outbox}, report.Config{Zone: paris, PublicURL: c.Address()})

	// Jobs of every floor.
	a.Queue.Jobs(a.Mux)
	a.Outbox.Jobs(a.Mux)
	a.Desk.Jobs(a.Mux)
	a.Drafts.Jobs(a.Mux)
	a.Bulks.Jobs(a.Mux)
	a.Engine.Jobs(a.Mux)
	a.Intake.Jobs(a.Mux)
	a.Reporter.Jobs(a.Mux)
	web.Jobs(a.Mux, a.DB)
	a.tidy()
	a.watch(o.Version)

	// Floor 8: pages and API.
	if !parts.Web {
		return a, nil
	}
	a.Web, err = web.New(web.Config{
		PublicURL: c.Address(), TrustedProxies: c.TrustedProxies,
		Idle: c.Session.Idle, Longest: c.Session.Max, Zone: paris, Version: o.Version,
		MailAddress: c.Mail.Address, Answered: a.Metrics.Answered, Grace: o.grace(),
	}, web.House{
		DB: a.DB, Redis: a.Redis, Queue: a.Queue, Hub: a.Hub, Limit: a.Limit, Audit: a.Audit, Seal: a.Seal,
		Catalog: catalog, Book: a.Book, Outbox: a.Outbox, People: a.People, Desk: a.Desk, Drafts: a.Drafts, Bulks: a.Bulks, Views: view.New(a.DB), Engine: a.Engine,
		Intake: a.Intake, Reporter: a.Reporter, Client: a.Client, Provider: provider, Demo: demo,
	})
	return a, err
}

// address is the service's own: the configured one, or a demonstration's, so
// that a command beside it (a message taken in, a token made) needs no more
// variables than `amigo demo` itself.
func (a *App) address(ctx context.Context) string {
	switch {
	case a.Config.Mail.Address != "":
		return a.Config.Mail.Address
	case a.MustBeDemo(ctx) == nil:
		return demoAddress
	}
	return "assistance@amigo.invalid"
}

// signIn builds what proves who someone is, and the demonstration provider
// where one is served.
func (a *App) signIn() (sso.Provider, http.Handler, error) {
	c, callback := a.Config, a.Config.Address()+"/auth/oidc/callback"
	if c.Demo {
		demo, err := sso.NewDemo(a.DB, a.People, a.Limit, a.Seal, sso.DemoConfig{PublicURL: c.Address(), RedirectURL: callback, Roles: c.demoGroups()})
		if err != nil {
			return nil, nil, err
		}
		return demo.Client(), demo, nil
	}
	if c.OIDC.Issuer == "" {
		return nil, nil, nil
	}
	p, err := sso.NewOIDC(sso.OIDCConfig{
		Issuer: c.OIDC.Issuer, ClientID: c.OIDC.ClientID, ClientSecret: c.OIDC.ClientSecret, RedirectURL: callback,
		GroupsClaim: c.OIDC.GroupsClaim, UIDClaim: c.OIDC.UIDClaim,
	}, c.Now)
	return p, nil, err
}

// demoGroups is the group that the demonstration provider gives for each role.
func (c Config) demoGroups() map[people.Role]string {
	groups := map[people.Role]string{}
	for role, names := range map[people.Role][]string{
		people.Technician: c.Roles.Technicians, people.Supervisor: c.Roles.Supervisors, people.Administrator: c.Roles.Administrators,
	} {
		if len(names) > 0 {
			groups[role] = names[0]
		}
	}
	return groups
}

func (a *App) intake(address string) (*mailin.Intake, error) {
	m := a.Config.Mail
	boxes, err := a.Config.mailboxes()
	if err != nil {
		return nil, err
	}
	return mailin.New(mailin.House{
		DB: a.DB, Queue: a.Queue, Desk: a.Desk, People: a.People, Outbox: a.Outbox, Blobs: a.Blobs, Limit: a.Limit, Hub: a.Hub,
	}, mailin.Config{
		Address: address, AuthservID: m.AuthservID, SMTPListen: m.SMTPListen, LMTPListen: m.LMTPListen, SMTPTrusted: networks(m.SMTPTrusted),
		SMTPCert: m.SMTPTLSCert, SMTPKey: m.SMTPTLSKey, Mailboxes: boxes,
	}), nil
}

// Close ends what New opened, in reverse.
func (a *App) Close() error {
	var errs []error
	if a.Outbox != nil {
		errs = append(errs, a.Outbox.Close())
	}
	if a.Redis != nil {
		errs = append(errs, a.Redis.Close())
	}
	if a.DB != nil {
		errs = append(errs, a.DB.Close())
	}
	if a.folder != nil {
		errs = append(errs, a.folder.close())
	}
	return errors.Join(errs...)
}

// Prepare brings the schema up to date where that is the program's business,
// refuses one that is not, and writes what every installation starts with.
func (a *App) Prepare(ctx context.Context) error {
	if a.Config.Embedded() {
		if err := a.DB.Migrate(ctx); err != nil {
			return err
		}
	} else if err := a.DB.CheckSchema(ctx); err != nil {
		return err
	}
	return a.Seed(ctx)
}

// Seed writes what every installation starts with, unless it is there: AMIGO's
// own person, the sites, the calendars, services, teams and policies.
func (a *App) Seed(ctx context.Context) error {
	ctx = people.As(ctx, people.System())
	for _, seed := range []func(context.Context) error{a.People.Seed, a.Book.Seed, a.Desk.Seed, a.Engine.Seed} {
		if err := seed(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Logger writes the log of the configured level: a line each of key=value on
// standard error.
func (c Config) Logger(handler func(slog.Level) slog.Handler) *slog.Logger {
	level := slog.LevelInfo
	if l := c.level(); l != nil {
		level = *l
	}
	return slog.New(handler(level))
}
