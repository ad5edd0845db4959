package app

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/BurntSushi/toml"

	"amigo/app/people"
	"amigo/app/sso"
	"amigo/migrations"
	"amigo/sla/calendar"
	"amigo/tickets"
)

//go:embed demo
var demoFiles embed.FS

// ErrNotDemo says that a database holds something that is not a demonstration.
var ErrNotDemo = errors.New("this database is not a demonstration's: choose an empty one (AMIGO_DATA_DIR or AMIGO_DATABASE_URL)")

// demoAddress is where a demonstration gets its mail, unless the configuration says.
const demoAddress = "assistance@academie.test"

// ServeDemo lets a configuration serve a demonstration database.
func (c *Config) ServeDemo() {
	c.Mail.Address = cmp.Or(c.Mail.Address, demoAddress)
	c.demoRoles()
	c.Demo = true
}

// MustBeDemo refuses a database that does not bear the demonstration's mark.
func (a *App) MustBeDemo(ctx context.Context) error {
	mark, err := a.settings().read(ctx, sso.DemoMark)
	if err == nil && mark != "loaded" {
		err = ErrNotDemo
	}
	return err
}

// LoadDemo fills an empty database with demonstration people, and with tickets
// whose past it lets happen on a clock of its own. A database that bears the
// mark is left as it is; one that holds anything else is ErrNotDemo. On the
// embedded default the database appears whole or not at all; on PostgreSQL one
// whose loading was interrupted must be emptied.
func LoadDemo(ctx context.Context, c Config) error {
	c.ServeDemo()
	c.Mail.SMTPURL = "" // nothing of the past is sent
	if !c.Embedded() {
		return loadDemo(ctx, c)
	}
	final, err := openFolder(c)
	if err != nil {
		return err
	}
	if err := final.hold(ctx); err != nil {
		return err
	}
	defer final.close() //nolint:errcheck // released for the one who serves
	if _, err := os.Stat(final.database()); err == nil {
		return checkDemo(ctx, c)
	}
	c.Secrets = final.secrets
	c.DataDir = filepath.Join(final.path, "loading")
	if err := os.RemoveAll(c.DataDir); err != nil {
		return err
	}
	if err := loadDemo(ctx, c); err != nil {
		return err
	}
	return final.adopt(c.DataDir)
}

// checkDemo looks for the mark in a database that is there.
func checkDemo(ctx context.Context, c Config) error {
	a, err := New(ctx, c, Parts{}, Options{})
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // only read
	if err := a.DB.Migrate(ctx); err != nil {
		return err
	}
	return a.MustBeDemo(ctx)
}

// adopt moves what was loaded beside into the folder; the database comes last,
// and with it everything is there.
func (f *folder) adopt(from string) error {
	for _, name := range []string{"blobs", "amigo.db"} {
		if err := os.RemoveAll(filepath.Join(f.path, name)); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(from, name), filepath.Join(f.path, name)); err != nil {
			return err
		}
	}
	return os.RemoveAll(from)
}

func loadDemo(ctx context.Context, c Config) error {
	now := c.Now().UTC().Truncate(time.Second)
	clock := &pastClock{at: now}
	c.Now = clock.now
	a, err := New(ctx, c, Parts{}, Options{})
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // everything is committed
	if err := a.migrateEmpty(ctx); err != nil {
		return err
	}
	if err := a.Prepare(ctx); err != nil {
		return err
	}
	ctx = people.As(ctx, people.System())
	switch empty, err := a.settings().empty(ctx); {
	case err != nil:
		return err
	case !empty:
		return a.MustBeDemo(ctx)
	}
	if err := a.settings().write(ctx, sso.DemoMark, "loading"); err != nil {
		return err
	}
	if err := a.loadDemoPeople(ctx); err != nil {
		return err
	}
	if err := a.loadDemoTickets(ctx, clock, now); err != nil {
		return err
	}
	clock.set(now)
	return a.settings().write(ctx, sso.DemoMark, "loaded")
}

// migrateEmpty brings a database without any table to what this program needs.
// One that has some is somebody's, and changes by their own command only.
func (a *App) migrateEmpty(ctx context.Context) error {
	steps, err := a.DB.SchemaSteps(ctx)
	if err != nil || slices.ContainsFunc(steps, func(s migrations.Step) bool { return s.Applied }) {
		return err
	}
	return a.DB.Migrate(ctx)
}

// pastClock stands where the story has come to.
type pastClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *pastClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *pastClock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// LoadDemoPeople makes an empty database one of demonstration, with its people
// and establishments and no ticket, for tests.
func (a *App) LoadDemoPeople(ctx context.Context) error {
	if err := a.loadDemoPeople(ctx); err != nil {
		return err
	}
	return a.settings().write(ctx, sso.DemoMark, "loaded")
}

func (a *App) loadDemoPeople(ctx context.Context) error {
	for _, name := range []string{"demo/establishments.csv", "demo/people.csv"} {
		content, err := demoFiles.ReadFile(name)
		if err != nil {
			return err
		}
		batch, err := people.ReadCSV(bytes.NewReader(content))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if _, err := a.People.Import(ctx, batch); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// demoTicket is one story of tickets.toml.
type demoTicket struct {
	Ago      float64
	By       string
	ByStaff  string `toml:"by_staff"` // who enters it, for calls
	Channel  people.Channel
	Type     tickets.Type
	Service  string
	Priority tickets.Priority
	Subject  string
	Body     string
	Step     []demoStep
}

// demoStep is something that somebody did with it.
type demoStep struct {
	After   float64
	By      string
	Do      string
	Text    string
	Wait    bool
	Third   bool
	Outcome string
	Cause   string
}

// scene is a step at its instant; step 0 opens the ticket.
type scene struct {
	at     time.Time
	ticket int
	step   int
}

// sweepBetween is how often, in the past that is played, time is let to pass.
const sweepBetween = 2 * time.Hour

func (a *App) loadDemoTickets(ctx context.Context, clock *pastClock, now time.Time) error {
	var script struct{ Ticket []demoTicket }
	content, err := demoFiles.ReadFile("demo/tickets.toml")
	if err != nil {
		return err
	}
	if err := toml.Unmarshal(content, &script); err != nil {
		return fmt.Errorf("demo/tickets.toml: %w", err)
	}
	v, err := a.Book.Current(ctx, calendar.Normandie)
	if err != nil {
		return err
	}
	scenes, err := plot(script.Ticket, v.Calendar, now)
	if err != nil {
		return err
	}
	ids := make([]tickets.ID, len(script.Ticket))
	at := scenes[0].at
	clock.set(at)
	if err := a.loadDemoPast(ctx, at); err != nil {
		return fmt.Errorf("demo: the past: %w", err)
	}
	for _, s := range scenes {
		for ; at.Before(s.at); at = at.Add(sweepBetween) {
			clock.set(at)
			if err := a.Queue.Drain(ctx, a.Mux); err != nil {
				return err
			}
		}
		clock.set(s.at)
		if err := a.play(ctx, script.Ticket[s.ticket], s.step, &ids[s.ticket]); err != nil {
			return fmt.Errorf("demo: %q, step %d: %w", script.Ticket[s.ticket].Subject, s.step, err)
		}
	}
	clock.set(now)
	return a.Queue.Drain(ctx, a.Mux)
}

// plot puts all steps of all stories in the order of time. Steps that would lie
// in the future are left out.
func plot(all []demoTicket, cal *calendar.Calendar, now time.Time) ([]scene, error) {
	var scenes []scene
	for i, t := range all {
		at, err := workingBefore(cal, now, time.Duration(t.Ago*float64(time.Hour)))
		if err != nil {
			return nil, err
		}
		scenes = append(scenes, scene{at, i, 0})
		for k, s := range t.Step {
			if at, err = cal.Add(at, time.Duration(s.After*float64(time.Minute))); err != nil {
				return nil, err
			}
			if at.After(now) {
				break
			}
			scenes = append(scenes, scene{at, i, k + 1})
		}
	}
	slices.SortStableFunc(scenes, func(a, b scene) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.ticket, b.ticket)) })
	return scenes, nil
}

// workingBefore is the instant from which so much working time leads to now.
func workingBefore(cal *calendar.Calendar, now time.Time, work time.Duration) (time.Time, error) {
	low, high := now.Add(-60*24*time.Hour), now
	for high.Sub(low) > time.Second {
		middle := low.Add(high.Sub(low) / 2)
		between, err := cal.Between(middle, now)
		if err != nil {
			return low, err
		}
		if between >= work {
			low = middle
		} else {
			high = middle
		}
	}
	return low.Truncate(time.Second), nil
}

// play does one step as the person who does it.
func (a *App) play(ctx context.Context, t demoTicket, step int, id *tickets.ID) (err error) {
	if step == 0 {
		*id, err = a.openDemo(ctx, t)
		return err
	}
	s := t.Step[step-1]
	by := cmp.Or(s.By, t.By)
	ctx, who, err := a.acting(ctx, by)
	if err != nil {
		return err
	}
	switch s.Do {
	case "take":
		_, err = a.Desk.Assign(ctx, *id, tickets.Assign{Assignee: &who.ID})
	case "reply", "answer":
		r := tickets.Reply{Body: s.Text}
		if s.Wait {
			r.Then = tickets.WaitingRequester
		}
		if s.Third {
			r.Then = tickets.WaitingThirdParty
		}
		_, err = a.Desk.Reply(ctx, *id, r)
	case "note":
		_, err = a.Desk.Note(ctx, *id, tickets.Note{Body: s.Text})
	case "solve":
		_, err = a.Desk.Solve(ctx, *id, tickets.Solve{Solution: s.Text, Outcome: s.Outcome, Cause: s.Cause})
	default:
		err = fmt.Errorf("nobody knows how to %q", s.Do)
	}
	return err
}

func (a *App) openDemo(ctx context.Context, t demoTicket) (tickets.ID, error) {
	channel := cmp.Or(t.Channel, people.Web)
	requester, err := a.People.ByUID(ctx, t.By)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", t.By, err)
	}
	ctx, _, err = a.acting(ctx, cmp.Or(t.ByStaff, t.By))
	if err != nil {
		return 0, err
	}
	opened, err := a.Desk.Open(ctx, tickets.Open{
		Type: t.Type, Subject: t.Subject, Body: t.Body, Priority: t.Priority, Service: t.Service,
		Requester: requester.ID, Channel: channel,
	})
	return opened.ID, err
}

// acting puts the person of that uid into the context, as if they had signed in.
func (a *App) acting(ctx context.Context, uid string) (context.Context, people.Person, error) {
	who, err := a.People.ByUID(ctx, uid)
	if err != nil {
		return ctx, who, fmt.Errorf("%s: %w", uid, err)
	}
	actor, err := a.People.Actor(ctx, who.ID, people.Web)
	return people.As(ctx, actor), who, err
}
