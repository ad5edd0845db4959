package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/fault"
)

// GroupRoles names the groups of the identity provider that give a role;
// exact names. Everyone else is a requester.
type GroupRoles struct {
	Technician, Supervisor, Administrator []string
}

// Role is the highest role that one of groups gives.
func (g GroupRoles) Role(groups []string) Role {
	in := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return n != "" && slices.Contains(groups, n) })
	}
	switch {
	case in(g.Administrator):
		return Administrator
	case in(g.Supervisor):
		return Supervisor
	case in(g.Technician):
		return Technician
	}
	return Requester
}

// Identity is what an identity provider says of someone who signed in.
type Identity struct {
	Issuer, Subject string
	SID             string // the provider's session, for back-channel logout
	UID             string // value of the uid claim, may be empty
	Name, Email     string
	Groups          []string
	IDToken         string // kept by the session for logout (id_token_hint)
}

// SignIn finds or makes the person behind an identity, as interface.md says:
// (issuer, subject) once bound decides; else a uid that equals a member's binds
// them; a person bound to another account is fault.Denied; no match is a new
// requester. The role is set from the groups each time; disabled is fault.Denied.
//
// Name and address never bind anyone. A newcomer gets the address that the
// provider says only if it is nobody's. What was refused stands in the audit log.
func (d *Directory) SignIn(ctx context.Context, who Identity) (p Person, err error) {
	defer fault.Wrap(&err, "people: sign in")
	if who.Issuer == "" || who.Subject == "" || db.Text(who.Issuer+who.Subject) != who.Issuer+who.Subject {
		return Person{}, fault.Because(fault.Denied, "people.signin.nobody")
	}
	err = d.db.Tx(ctx, func(ctx context.Context) error {
		p, err = d.behind(ctx, who)
		if err != nil {
			return err
		}
		if p.DisabledAt != nil {
			return fault.Because(fault.Denied, "people.signin.disabled")
		}
		return d.regroup(ctx, &p, who.Groups)
	})
	if errors.Is(err, fault.Denied) {
		return Person{}, d.refused(ctx, who, err)
	}
	if err != nil {
		return Person{}, err
	}
	return p, nil
}

// behind is the person to whom an account is bound, after binding it if it is new.
func (d *Directory) behind(ctx context.Context, who Identity) (Person, error) {
	id, err := d.store.account(ctx, who.Issuer, who.Subject)
	if err != nil || id != 0 {
		return d.bound(ctx, id, err)
	}
	// A second first sign-in of this account may have come between.
	if err := d.alone(ctx); err != nil {
		return Person{}, err
	}
	id, err = d.store.account(ctx, who.Issuer, who.Subject)
	if err != nil || id != 0 {
		return d.bound(ctx, id, err)
	}
	p, err := d.namesake(ctx, who)
	if errors.Is(err, fault.NotFound) {
		p, err = d.newcomer(ctx, who)
	}
	if err != nil {
		return Person{}, err
	}
	if err := d.store.bind(ctx, who.Issuer, who.Subject, p.ID); err != nil {
		return Person{}, err
	}
	return p, d.audit.Write(ctx, audit.Entry{
		Actor: p.UID, Action: "account.bind", Subject: "person:" + p.UID,
		Details: map[string]any{"issuer": who.Issuer, "subject": who.Subject},
	})
}

func (d *Directory) bound(ctx context.Context, id ID, err error) (Person, error) {
	if err != nil {
		return Person{}, err
	}
	return d.Get(ctx, id)
}

// namesake is the member whose uid is exactly the one that the provider says,
// and who may be bound. None is fault.NotFound.
func (d *Directory) namesake(ctx context.Context, who Identity) (Person, error) {
	uid := who.UID
	if !validUID(uid) {
		uid = madeUpUID(who)
	}
	p, err := d.ByUID(ctx, uid)
	if err != nil {
		return Person{}, err
	}
	taken, err := d.store.hasAccount(ctx, p.ID)
	if err != nil {
		return Person{}, err
	}
	if taken {
		return Person{}, fault.Because(fault.Denied, "people.signin.bound")
	}
	return p, nil
}

// newcomer makes a member of somebody whom the directory does not know.
func (d *Directory) newcomer(ctx context.Context, who Identity) (Person, error) {
	p := Person{UID: who.UID, Kind: Member, Role: Requester, Lang: "fr"}
	if !validUID(p.UID) {
		p.UID = madeUpUID(who)
	}
	p.Name = shownName(who.Name, p.UID)
	address := NormalAddress(who.Email)
	school, err := d.isMailbox(ctx, address)
	if err != nil {
		return Person{}, err
	}
	if validAddress(address) && !school {
		p.Addresses = []Address{{Address: address, Main: true}}
	}
	if err := d.store.create(ctx, p); err != nil {
		return Person{}, err
	}
	return d.ByUID(ctx, p.UID)
}

// isMailbox says whether an address is, or by its form could be, an
// establishment's.
func (d *Directory) isMailbox(ctx context.Context, address string) (bool, error) {
	if schoolMailbox.MatchString(address) {
		return true, nil
	}
	_, err := d.store.establishment(ctx, "email = ? AND email <> ''", address)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// madeUpUID is the uid of a newcomer whose provider gives none that can serve:
// always the same for one account.
func madeUpUID(who Identity) string {
	sum := sha256.Sum256([]byte(who.Issuer + "\n" + who.Subject))
	return oidcPrefix + hex.EncodeToString(sum[:16])
}

// regroup gives a person the role that their groups say, the higher and the lower.
func (d *Directory) regroup(ctx context.Context, p *Person, groups []string) error {
	role := d.roles.Role(groups)
	if role == p.Role {
		return nil
	}
	before := p.Role
	p.Role = role
	if err := d.store.setRole(ctx, p.ID, role); err != nil {
		return err
	}
	return d.audit.Write(ctx, audit.Entry{
		Actor: p.UID, Action: "role.change", Subject: "person:" + p.UID,
		Details: map[string]any{"before": string(before), "after": string(role)},
	})
}

// refused writes a refusal down, in a transaction of its own since the one of
// the sign-in is undone.
func (d *Directory) refused(ctx context.Context, who Identity, why error) error {
	m, _ := fault.MessageOf(why)
	err := d.db.Tx(ctx, func(ctx context.Context) error {
		return d.audit.Write(ctx, audit.Entry{
			Actor: System().UID, Action: "signin.refuse", Subject: "account:" + who.Issuer,
			Details: map[string]any{"subject": who.Subject, "uid": who.UID, "why": m.Key},
		})
	})
	if err != nil {
		return fmt.Errorf("%w (and it could not be written down: %w)", why, err)
	}
	return why
}
