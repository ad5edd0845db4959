package tickets

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/app/words"
)

// ThirdParty is somebody outside who works on a ticket: a publisher, the Région.
// What they write is for staff alone; of the ticket they see what is written to
// them, and nothing else.
type ThirdParty struct {
	Person    people.ID
	Name      string // as staff call them on this ticket
	Address   string // where they are written to
	Reference string // the number that they gave the ticket, "INC-77", or empty
	AddedBy   people.ID
	AddedAt   time.Time
}

// Limits of what is noted of a third party. Longer is fault.Invalid, by field.
const (
	MaxPartyName = 120 // characters
	MaxReference = 60  // characters
)

// Under these an event keeps whom it is about.
const (
	personKey    = "person"
	nameKey      = "name"
	referenceKey = "reference"
)

// ThirdParties lists those who work on a ticket from outside, by name; staff only.
func (d *Desk) ThirdParties(ctx context.Context, id ID) (all []ThirdParty, err error) {
	defer fault.Wrap(&err, "ticket %d: third parties", id)
	_, r, err := d.seen(ctx, id)
	if err != nil {
		return nil, err
	}
	if !may(r, toInvolve) {
		return nil, fault.Because(fault.Denied, "tickets.refused.denied")
	}
	return d.parties(ctx, id)
}

// parties reads the third parties of a ticket, each with where they are written to.
func (d *Desk) parties(ctx context.Context, id ID) ([]ThirdParty, error) {
	all, err := d.store.parties(ctx, id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]people.ID, 0, len(all))
	for _, p := range all {
		ids = append(ids, p.Person)
	}
	persons, err := d.people.GetMany(ctx, ids)
	for i := range all {
		all[i].Address = addressOf(persons[all[i].Person])
	}
	sortParties(all)
	return all, err
}

// addressOf is where a third party is written to.
func addressOf(who people.Person) string {
	if address, ok := who.Mailbox(); ok {
		return address
	}
	return who.Email
}

// sortParties puts third parties in the order of their names.
func sortParties(all []ThirdParty) {
	called := func(p ThirdParty) string { return strings.Join(words.Names(p.Name), " ") }
	slices.SortStableFunc(all, func(a, b ThirdParty) int { return strings.Compare(called(a), called(b)) })
}

// ThirdPartyAt finds the third party of a ticket that writes from an address: any
// of theirs. ok is false when there is none. It asks for no right: mail is judged
// by it before anybody acts.
func (d *Desk) ThirdPartyAt(ctx context.Context, id ID, address string) (p ThirdParty, ok bool, err error) {
	defer fault.Wrap(&err, "ticket %d: third party at an address", id)
	address = people.NormalAddress(address)
	all, err := d.store.parties(ctx, id)
	if err != nil {
		return ThirdParty{}, false, err
	}
	for _, p := range all {
		who, err := d.people.Get(ctx, p.Person)
		if err != nil {
			return ThirdParty{}, false, err
		}
		if who.Email == address || slices.ContainsFunc(who.Addresses, func(a people.Address) bool { return a.Address == address }) {
			p.Address = address
			return p, true, nil
		}
	}
	return ThirdParty{}, false, nil
}

// CalledByThem finds the ticket that a third party means who writes from an
// address and names it in a subject by their own reference; 0 when that is none,
// or more than one. It asks for no right, as [Desk.ThirdPartyAt].
func (d *Desk) CalledByThem(ctx context.Context, who people.ID, subject string) (id ID, err error) {
	defer fault.Wrap(&err, "tickets: a third party's reference")
	known, err := d.store.references(ctx, who)
	for on, reference := range known {
		switch {
		case !mentions(subject, reference):
		case id != 0:
			return 0, err
		default:
			id = on
		}
	}
	return id, err
}

// shortest is how long a reference must be for a subject to name a ticket by it.
const shortest = 3

// mentions says whether a subject has a reference as a word of its own.
func mentions(subject, reference string) bool {
	subject, reference = strings.ToLower(subject), strings.ToLower(reference)
	if len(reference) < shortest {
		return false
	}
	for at := 0; ; {
		i := strings.Index(subject[at:], reference)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(subject[:at+i])
		after, _ := utf8.DecodeRuneInString(subject[at+i+len(reference):])
		if !wordly(before) && !wordly(after) {
			return true
		}
		at += i + len(reference)
	}
}

// wordly says whether a character goes on with a word; none does not.
func wordly(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// check says by field what is wrong with what is noted of a third party.
func (p ThirdParty) check(f fault.Fields) {
	if p.Name == "" {
		f.Add("name", "tickets.field.required")
	}
	if utf8.RuneCountInString(p.Name) > MaxPartyName {
		f.Add("name", "tickets.field.long", "Max", MaxPartyName)
	}
	if utf8.RuneCountInString(p.Reference) > MaxReference {
		f.Add("reference", "tickets.field.long", "Max", MaxReference)
	}
}

// AddThirdParty notes who outside works on a ticket, at an address; nobody is
// written to because of it. Staff only. Fields: name, address (none, ours, of
// staff, of somebody who takes part in the ticket), reference.
func (d *Desk) AddThirdParty(ctx context.Context, id ID, p ThirdParty) (added ThirdParty, err error) {
	defer fault.Wrap(&err, "ticket %d: add a third party", id)
	_, err = d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toInvolve); err != nil {
			return err
		}
		added, err = w.involve(ctx, fault.Fields{}, p)
		return err
	})
	return added, err
}

// involve adds a third party, unless f says already that something is wrong.
func (w *turn) involve(ctx context.Context, f fault.Fields, p ThirdParty) (ThirdParty, error) {
	p.Name, p.Reference, p.Address = cleanLine(p.Name), cleanLine(p.Reference), people.NormalAddress(p.Address)
	p.check(f)
	who, err := w.outsider(ctx, f, p)
	if err != nil {
		return p, err
	}
	if err := f.Err(); err != nil {
		return p, err
	}
	p.Person, p.AddedBy, p.AddedAt = who.ID, w.actor.Person, w.at
	if err := w.desk.store.putParty(ctx, w.t.ID, p); err != nil {
		return p, err
	}
	w.involves(WasInvolved, p)
	return p, nil
}

// outsider is who has the address of a new third party. Whoever reads the ticket
// anyhow, or takes part in it, cannot be one.
func (w *turn) outsider(ctx context.Context, f fault.Fields, p ThirdParty) (people.Person, error) {
	if !people.ValidAddress(p.Address) || w.desk.ours(p.Address) {
		f.Add("address", "circle.field.address")
		return people.Person{}, nil
	}
	who, err := w.desk.people.Guest(ctx, p.Address, p.Name)
	if err != nil {
		return who, err
	}
	parties, err := w.desk.store.parties(ctx, w.t.ID)
	if err != nil {
		return who, err
	}
	takesPart, err := w.takesPart(ctx, who.ID)
	switch {
	case takesPart:
		f.Add("address", "circle.field.takes_part")
	case who.Role.AtLeast(people.Technician):
		f.Add("address", "circle.field.staff")
	case who.DisabledAt != nil:
		f.Add("address", "circle.field.address")
	case slices.ContainsFunc(parties, func(p ThirdParty) bool { return p.Person == who.ID }):
		f.Add("address", "circle.field.party_known")
	case len(parties) >= MaxParties:
		f.Add("address", "circle.field.crowd", "Max", MaxParties)
	}
	return who, err
}

// takesPart says whether somebody is of the requester's side.
func (w *turn) takesPart(ctx context.Context, who people.ID) (bool, error) {
	if who == w.t.Requester || who == w.t.ReportedBy {
		return true, nil
	}
	return w.desk.store.follows(ctx, w.t.ID, who)
}

// involves says what has become of a third party.
func (w *turn) involves(what What, p ThirdParty) {
	w.happens(what, nil)
	e := &w.last().Event
	e.put(personKey, p.Person.String())
	e.put(nameKey, p.Name)
	if p.Reference != "" {
		e.put(referenceKey, p.Reference)
	}
}

// ChangeThirdParty changes the name and the reference of a third party; the
// address is whom it is, and stays. Staff only. One that is not there is
// fault.NotFound. Fields: name, reference.
func (d *Desk) ChangeThirdParty(ctx context.Context, id ID, c ThirdParty) (err error) {
	defer fault.Wrap(&err, "ticket %d: change a third party", id)
	return d.onParty(ctx, id, c.Person, func(ctx context.Context, w *turn, p ThirdParty) error {
		was := p
		p.Name, p.Reference = cleanLine(c.Name), cleanLine(c.Reference)
		f := fault.Fields{}
		p.check(f)
		if err := f.Err(); err != nil || p == was {
			return err
		}
		w.involves(WasInvolved, p)
		return d.store.putParty(ctx, id, p)
	})
}

// RemoveThirdParty ends the work of a third party on a ticket: what it writes
// from now on is a stranger's. What was said stays. Staff only. One that is not
// there is fault.NotFound.
func (d *Desk) RemoveThirdParty(ctx context.Context, id ID, who people.ID) (err error) {
	defer fault.Wrap(&err, "ticket %d: remove a third party", id)
	return d.onParty(ctx, id, who, func(ctx context.Context, w *turn, p ThirdParty) error {
		w.involves(WasDropped, p)
		return d.store.dropParty(ctx, id, who)
	})
}

// onParty changes what is noted of one third party.
func (d *Desk) onParty(ctx context.Context, id ID, who people.ID, f func(context.Context, *turn, ThirdParty) error) error {
	_, err := d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toInvolve); err != nil {
			return err
		}
		p, err := w.party(ctx, who)
		if err != nil {
			return err
		}
		return f(ctx, w, p)
	})
	return err
}

// party is a third party of the ticket; any other is fault.NotFound.
func (w *turn) party(ctx context.Context, who people.ID) (ThirdParty, error) {
	all, err := w.desk.store.parties(ctx, w.t.ID)
	if err != nil {
		return ThirdParty{}, err
	}
	i := slices.IndexFunc(all, func(p ThirdParty) bool { return p.Person == who })
	if i < 0 {
		return ThirdParty{}, fault.NotFound
	}
	return all[i], nil
}

// workedOnBy lets the third parties of another ticket work on this one, unless
// they take part in it.
func (w *turn) workedOnBy(ctx context.Context, other ID) error {
	theirs, err := w.desk.store.parties(ctx, other)
	if err != nil {
		return err
	}
	for _, p := range theirs {
		takesPart, err := w.takesPart(ctx, p.Person)
		if err != nil {
			return err
		}
		if takesPart {
			continue
		}
		if err := w.desk.store.addParty(ctx, w.t.ID, p); err != nil {
			return err
		}
	}
	return nil
}

// ours says whether an address is the installation's, or a plus form of it:
// whoever writes to it writes to us.
func (d *Desk) ours(address string) bool {
	local, domain, _ := strings.Cut(people.NormalAddress(address), "@")
	base, home, _ := strings.Cut(people.NormalAddress(d.conf.MailAddress), "@")
	local, _, _ = strings.Cut(local, "+")
	return home != "" && domain == home && local == base
}
