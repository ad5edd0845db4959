package people

import (
	"context"
	"slices"
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
