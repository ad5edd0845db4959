package tickets

import (
	"context"
	"errors"
	"fmt"

	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/live"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/seal"
	"amigo/app/settings"
	"amigo/sla/calendar"
)

// Config is what the Desk must know of the installation.
type Config struct {
	PublicURL   string         // absolute, without a slash at the end: links in letters
	MailAddress string         // AMIGO_MAIL_ADDRESS: signed reply addresses are made of it
	Book        *calendar.Book // where Calendar is; nil: the one that comes with the program
	Calendar    string         // AMIGO's, in which delays are counted; empty: calendar.Normandie
}

// Desk is where tickets are opened, worked and solved.
type Desk struct {
	db     *db.DB
	store  store
	people *people.Directory
	outbox *mail.Outbox
	hub    *live.Hub
	blobs  blob.Store
	seal   *seal.Sealer
	conf   Config
	delays *settings.Setting[Delays]
	hears  []Listener
	runsBy RunsBy
}

// New builds the desk.
func New(d *db.DB, dir *people.Directory, out *mail.Outbox, hub *live.Hub, blobs blob.Store, s *seal.Sealer, c Config) *Desk {
	desk := &Desk{
		db: d, store: store{d}, people: dir, outbox: out, hub: hub, blobs: blobs, seal: s, conf: c,
		delays: settings.New(d, delaysKey, UsualDelays, Delays.check),
	}
	dir.OnChoices(desk.rechosen)
	return desk
}

// Listen adds a listener; they are called in the order in which they were added.
func (d *Desk) Listen(l Listener) { d.hears = append(d.hears, l) }

// RunsBy names the calendar on which the promises about a ticket run, inside the
// transaction that opens it; empty: AMIGO's.
type RunsBy func(ctx context.Context, id ID) (name string, err error)

// AskHours says who knows by which calendar a ticket is served: acknowledgements
// say when that calendar opens again. Without one it is AMIGO's. Only while the
// program is built.
func (d *Desk) AskHours(f RunsBy) { d.runsBy = f }

// errReentered says that a listener tried to change the ticket that it heard of.
var errReentered = errors.New("tickets: a listener may only use the desk's quiet methods")

type tellingKey struct{}

// telling says whether ctx is a listener's.
func telling(ctx context.Context) bool { return ctx.Value(tellingKey{}) != nil }

// tell lets every listener hear of what happened, in order, and of each thing
// before the next.
func (d *Desk) tell(ctx context.Context, happened []Happening) error {
	if telling(ctx) {
		return errReentered
	}
	inside := context.WithValue(ctx, tellingKey{}, true)
	for _, h := range happened {
		for _, hear := range d.hears {
			if err := hear(inside, h); err != nil {
				return fmt.Errorf("%s: %w", h.Event.What, err)
			}
		}
	}
	return nil
}

// publish wakes the pages that show a ticket.
func (d *Desk) publish(ctx context.Context, id ID) {
	d.hub.Publish(ctx, live.Change{What: "ticket", ID: int64(id)})
}

// quietly refuses everyone who may not write quietly: it is for System, and for
// listeners, who hear under the name of whoever acts.
func quietly(ctx context.Context) error {
	if people.ActorOf(ctx).System() || telling(ctx) {
		return nil
	}
	return fault.Denied
}
