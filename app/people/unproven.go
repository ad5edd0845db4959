package people

import (
	"context"
	"errors"
	"strings"

	"amigo/app/fault"
)

// Unproven finds or makes the guest who writes from address and proves nothing.
// Where the address is somebody's in the directory, the guest is another person
// than its owner: shown by the bare address, since whoever wrote chose the name
// beside it, and without any of the owner's rights. What is no address is
// fault.Invalid.
func (d *Directory) Unproven(ctx context.Context, address, name string) (p Person, err error) {
	defer fault.Wrap(&err, "people: unproven")
	address = NormalAddress(address)
	if !validAddress(address) {
		return Person{}, fault.Because(fault.Invalid, "people.address.invalid")
	}
	if p, err = d.ByUID(ctx, guestPrefix+address); !errors.Is(err, fault.NotFound) {
		return p, err
	}
	switch _, err = d.ByAddress(ctx, address); {
	case err == nil:
		name = ""
	case !errors.Is(err, fault.NotFound):
		return Person{}, err
	}
	err = d.db.Tx(ctx, func(ctx context.Context) error {
		if err := d.alone(ctx); err != nil {
			return err
		}
		p, err = d.makeGuest(ctx, address, name)
		return err
	})
	return p, err
}

// HasDomain says whether an address of the directory lies in a domain: of a
// member, or the mailbox of an establishment.
func (d *Directory) HasDomain(ctx context.Context, domain string) (has bool, err error) {
	defer fault.Wrap(&err, "people: domain")
	domain = NormalAddress(domain)
	if domain == "" || !validAddress("a@"+domain) {
		return false, nil
	}
	literal := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(domain)
	return d.store.hasDomain(ctx, "%@"+literal)
}
