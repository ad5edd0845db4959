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

	services *db.Kept[[]Service]
}

// New builds the desk.
func New(d *db.DB, dir *people.Directory, out *mail.Outbox, hub *live.Hub, blobs blob.Store, s *seal.Sealer, c Config) *Desk {
	desk := &Desk{
		db: d, store: store{d}, people: dir, outbox: out, hub: hub, blobs: blobs, seal: s, conf: c,
		delays: settings.New(d, delaysKey, UsualDelays, Delays.check),
	}
	desk.services = db.Keep(d, serviceRow{}.TableName(), desk.store.services)
	dir.OnChoices(desk.rechosen)
	return desk
}

// Listen adds a listener; they are called in the order in which they were added.
func (d *Desk) Listen(l Listener) { d.hears = append(d.hears, l) }

// errReentered says that a listener tried to change the ticket that it heard of.
var errReentered = errors.New("tickets: a listener may only use the desk's quiet methods")

type tellingKey struct{}

// promised are the newest promises that listeners have made, by ticket.
type promised map[ID]Promise

// telling gives where the promises of a listener are noted; nil when ctx is nobody's
// who listens.
func telling(ctx context.Context) promised {
	heard, _ := ctx.Value(tellingKey{}).(promised)
	return heard
}

// tell lets every listener hear of what happened, in order, and of each thing
// before the next, and gives what they have promised.
func (d *Desk) tell(ctx context.Context, happened []Happening) (promised, error) {
	if telling(ctx) != nil {
		return nil, errReentered
	}
	heard := promised{}
	inside := context.WithValue(ctx, tellingKey{}, heard)
	for _, h := range happened {
		for _, hear := range d.hears {
			if err := hear(inside, h); err != nil {
				return nil, fmt.Errorf("%s: %w", h.Event.What, err)
			}
		}
	}
	return heard, nil
}

// quietly refuses everyone who may not write quietly: it is for System, and for
// listeners, who hear under the name of whoever acts.
func quietly(ctx context.Context) error {
	if people.ActorOf(ctx).System() || telling(ctx) != nil {
		return nil
	}
	return fault.Denied
}
