package people

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"amigo/app/audit"
	"amigo/app/fault"
)

// Address is one mail address of a person, in lower case.
//
// Its state says how the last letters to it fared. The outbox makes it soft when
// one comes back that may arrive another day, and hard when none will: nothing
// is sent to a hard one until somebody confirms it ([Directory.ConfirmAddress]).
// A soft one is good again when letters arrive for a week.
type Address struct {
	Address string
	Main    bool
	State   string    // "ok", "soft" or "hard"
	StateAt time.Time // since when; zero: always
	Why     string    // what the mail server said, or nothing
	Bounces int       // letters in a row that came back
}

// Stopped says that nothing is sent to it until somebody confirms it.
func (a Address) Stopped() bool { return a.State == "hard" }

// Mailbox is where a person is written to: at the main address, or at another
// when letters to that one are stopped. Where all are, it is the main one all
// the same: the outbox keeps what should have been sent, and says why it was not.
// ok is false for AMIGO itself, for people who have left, and without an address.
func (p Person) Mailbox() (address string, ok bool) {
	if p.Kind == SystemAccount || p.DisabledAt != nil {
		return "", false
	}
	for _, a := range p.Addresses {
		if !a.Stopped() && (address == "" || a.Main) {
			address = a.Address
		}
	}
	address = cmp.Or(address, p.Email)
	return address, address != ""
}

// ConfirmAddress says that letters reach an address, whatever came back before:
// they are sent to it again. A technician confirms anybody's, others their own.
// An address that is not there, or not the actor's, is fault.NotFound; one to
// which letters go anyway is left as it is.
func (d *Directory) ConfirmAddress(ctx context.Context, address string) (err error) {
	defer fault.Wrap(&err, "people: confirm %q", address)
	who := ActorOf(ctx)
	return d.db.Tx(ctx, func(ctx context.Context) error {
		owner, a, err := d.store.address(ctx, NormalAddress(address))
		if err != nil {
			return err
		}
		if !who.Is(Technician) && (!who.Believed || who.Person != owner) {
			return fault.NotFound
		}
		if a.State == "ok" {
			return nil
		}
		if err := d.store.confirm(ctx, a.Address); err != nil {
			return err
		}
		return d.audit.Write(ctx, audit.Entry{
			Actor: actorUID(ctx), Action: "address.confirm", Subject: fmt.Sprintf("person:%d", owner),
			Details: map[string]any{"address": a.Address, "was": a.State, "why": strings.ToValidUTF8(a.Why, "")},
		})
	})
}
