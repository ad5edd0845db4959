package people

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"amigo/app/fault"
)

// Channel is the way by which somebody acts.
type Channel string

// The channels. Guest is the public form, for those who cannot sign in.
const (
	Web        Channel = "web"
	Mail       Channel = "mail"
	Phone      Channel = "phone"
	API        Channel = "api"
	PublicForm Channel = "guest"
)

// Actor is who acts, now, by which channel. The zero Actor is nobody.
type Actor struct {
	Person         ID
	UID            string
	Name           string
	Kind           Kind
	Role           Role
	Lang           string
	Teams          []TeamID
	Establishments []string // UAI codes
	Channel        Channel
	// Believed says that the identity was proven: by sign-in, by a token, or by
	// authenticated mail. What is not proven may write but reads nothing.
	Believed bool
}

// Nobody says that no person acts.
func (a Actor) Nobody() bool { return a.Person == 0 }

// System says that AMIGO itself acts.
func (a Actor) System() bool { return a.Kind == SystemAccount }

// Is says whether the actor is a proven person of at least that role, or System.
func (a Actor) Is(r Role) bool {
	return a.System() || (!a.Nobody() && a.Believed && a.Role.AtLeast(r))
}

// In says whether the actor is a member of the team.
func (a Actor) In(t TeamID) bool { return slices.Contains(a.Teams, t) }

// SystemID is the person that AMIGO itself is; the directory is seeded with it.
const SystemID ID = 1

// System is AMIGO acting by itself.
func System() Actor {
	return Actor{Person: SystemID, UID: "amigo:system", Name: "AMIGO", Kind: SystemAccount, Role: Administrator, Lang: "fr", Channel: API, Believed: true}
}

type actorKey struct{}

// As puts who acts into a context.
func As(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, actorKey{}, a) }

// ActorOf is who acts in ctx; the zero Actor when nobody does.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// Standing is what a request needs to know of a person, in one row.
type Standing struct {
	ID             ID
	UID            string
	Name           string
	Kind           Kind
	Role           Role
	Lang           string
	DisabledAt     *time.Time
	Teams          string // ids between commas
	Establishments string // UAI codes between commas, the main one first
}

// StandingColumns reads a Standing of the row p of persons, for who reads a
// person beside something of their own.
const StandingColumns = `p.id, p.uid, p.name, p.kind, p.role, p.lang, p.disabled_at,
	(SELECT string_agg(CAST(m.team_id AS text), ',' ORDER BY m.team_id) FROM team_members m WHERE m.person_id = p.id) AS teams,
	(SELECT string_agg(m.establishment, ',' ORDER BY m.main DESC, m.establishment) FROM memberships m WHERE m.person_id = p.id) AS establishments`

// Actor is the person ready to act by a channel, as [Directory.Actor] has it.
func (s Standing) Actor(by Channel) (Actor, error) {
	switch {
	case s.ID == 0:
		return Actor{}, fmt.Errorf("people: actor: %w", fault.NotFound)
	case s.DisabledAt != nil:
		return Actor{}, fmt.Errorf("people: actor %d: %w", s.ID, fault.Because(fault.Denied, "people.signin.disabled"))
	}
	return s.actor(by), nil
}

func (s Standing) actor(by Channel) Actor {
	a := Actor{
		Person: s.ID, UID: s.UID, Name: s.Name, Kind: s.Kind, Role: s.Role, Lang: s.Lang, Channel: by,
		Believed: s.Kind == Member && (by == Web || by == API),
	}
	for id := range strings.SplitSeq(s.Teams, ",") {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil {
			a.Teams = append(a.Teams, TeamID(n))
		}
	}
	if s.Establishments != "" {
		a.Establishments = strings.Split(s.Establishments, ",")
	}
	return a
}
