package people

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"amigo/app/db"
	"amigo/app/fault"
)

// The uids that AMIGO makes up; the colon keeps them apart from the directory's.
const (
	guestPrefix  = "mail:"
	schoolPrefix = "uai:"
	oidcPrefix   = "oidc:"
)

// The mailbox of an establishment is ce.<UAI> in a domain of an academy, all of
// which begin with ac-: ce.0140013n@ac-normandie.fr.
var schoolMailbox = regexp.MustCompile(`^ce\.([0-9]{7}[a-z])@(?:[a-z0-9-]+\.)?ac-[a-z-]+\.fr$`)

// NormalUAI is a UAI code as it is kept: trimmed, its letter a capital.
func NormalUAI(uai string) string { return strings.ToUpper(strings.TrimSpace(uai)) }

// ByAddress finds whose mail address it is. The mailbox of an establishment,
// as the address book says it or ce.<UAI>@ in the domain of any academy, is the
// person that stands for it, who is made if need be.
func (d *Directory) ByAddress(ctx context.Context, address string) (p Person, err error) {
	defer fault.Wrap(&err, "people: address")
	address = NormalAddress(address)
	if !validAddress(address) {
		return Person{}, fault.NotFound
	}
	if m := schoolMailbox.FindStringSubmatch(address); m != nil {
		if p, err = d.school(ctx, NormalUAI(m[1]), address); !errors.Is(err, fault.NotFound) {
			return p, err
		}
	}
	p, err = d.one(ctx, "owner", "id = (SELECT person_id FROM addresses WHERE address = ?)", address)
	if !errors.Is(err, fault.NotFound) {
		return p, err
	}
	e, err := d.store.establishment(ctx, "email = ? AND email <> ''", address)
	if err != nil {
		return Person{}, err
	}
	return d.school(ctx, e.UAI, "")
}

// Sender is what there is to know at once of whoever writes from an address.
type Sender struct {
	Person         ID
	Kind           Kind
	Role           Role
	Disabled       bool
	Establishments []string // UAI codes, the main one first
	actor          Actor
}

// Actor is the sender, acting by mail; zero for one who is disabled, and where it
// is not known at a glance.
func (s Sender) Actor() Actor { return s.actor }

// SenderAt finds whose mail address it is, as [Directory.ByAddress] does, and says
// only what can be known at a glance: it is asked with every mail.
func (d *Directory) SenderAt(ctx context.Context, address string) (_ Sender, err error) {
	defer fault.Wrap(&err, "people: sender")
	address = NormalAddress(address)
	if validAddress(address) && !schoolMailbox.MatchString(address) {
		s, err := d.store.standingAt(ctx, address)
		if !errors.Is(err, fault.NotFound) {
			a := s.actor(Mail)
			known := Sender{Person: s.ID, Kind: s.Kind, Role: s.Role, Disabled: s.DisabledAt != nil, Establishments: a.Establishments}
			if !known.Disabled {
				known.actor = a
			}
			return known, err
		}
	}
	p, err := d.ByAddress(ctx, address)
	s := Sender{Person: p.ID, Kind: p.Kind, Role: p.Role, Disabled: p.DisabledAt != nil}
	for _, e := range p.Establishments {
		s.Establishments = append(s.Establishments, e.UAI)
	}
	return s, err
}

// School finds or makes the person that stands for an establishment.
func (d *Directory) School(ctx context.Context, uai string) (Person, error) {
	return d.school(ctx, db.Text(NormalUAI(uai)), "")
}

// school is School for someone who wrote from address, which becomes the
// school's if none is known.
func (d *Directory) school(ctx context.Context, uai, address string) (p Person, err error) {
	defer fault.Wrap(&err, "people: school %s", uai)
	p, err = d.ByUID(ctx, schoolPrefix+uai)
	if err == nil && (p.Email != "" || address == "") || err != nil && !errors.Is(err, fault.NotFound) {
		return p, err
	}
	e, err := d.store.establishment(ctx, "uai = ?", uai)
	if err != nil {
		return Person{}, err
	}
	err = d.db.Tx(ctx, func(ctx context.Context) error {
		if err := d.alone(ctx); err != nil {
			return err
		}
		p, err = d.makeSchool(ctx, e, address)
		return err
	})
	return p, err
}

// makeSchool writes the person that stands for an establishment. Its address
// is the one of the address book, else the one it wrote from, unless that is
// somebody's.
func (d *Directory) makeSchool(ctx context.Context, e Establishment, address string) (Person, error) {
	if e.Email != "" {
		address = e.Email
	}
	school := Person{
		UID: schoolPrefix + e.UAI, Kind: School, Name: e.Name, Role: Requester, Lang: "fr",
		Phone: e.Phone, Site: e.Site, Establishments: []Establishment{e},
	}
	if address != "" {
		school.Addresses = []Address{{Address: address, Main: true}}
	}
	if err := d.store.create(ctx, school); err != nil {
		return Person{}, err
	}
	return d.ByUID(ctx, school.UID)
}

// Guest finds or makes the guest who writes from address. An address of the
// directory gives its person. What is no address is fault.Invalid.
func (d *Directory) Guest(ctx context.Context, address, name string) (p Person, err error) {
	defer fault.Wrap(&err, "people: guest")
	address = NormalAddress(address)
	if !validAddress(address) {
		return Person{}, fault.Because(fault.Invalid, "people.address.invalid")
	}
	if p, err = d.ByAddress(ctx, address); !errors.Is(err, fault.NotFound) {
		return p, err
	}
	err = d.db.Tx(ctx, func(ctx context.Context) error {
		if err := d.alone(ctx); err != nil {
			return err
		}
		if p, err = d.ByAddress(ctx, address); !errors.Is(err, fault.NotFound) {
			return err
		}
		p, err = d.makeGuest(ctx, address, name)
		return err
	})
	return p, err
}

func (d *Directory) makeGuest(ctx context.Context, address, name string) (Person, error) {
	uid := guestPrefix + address
	guest := Person{UID: uid, Kind: Guest, Name: shownName(name, address), Role: Requester, Lang: "fr", Addresses: []Address{{Address: address, Main: true}}}
	if err := d.store.create(ctx, guest); err != nil {
		return Person{}, err
	}
	return d.ByUID(ctx, uid)
}
