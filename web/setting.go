package web

import (
	"context"
	"net/url"

	"amigo/app/audit"
	"amigo/app/people"
)

// setting is what an installation has chosen for itself, as a form changes it.
type setting[T any] struct {
	action, subject string // as the audit record names them
	now             func(context.Context) (T, error)
	choose          func(context.Context, T) error
	values          func(T) url.Values          // as the form has it, every field
	read            func(url.Values) (T, error) // fault.Fields about what cannot be read
}

// change puts what a form holds in force, and notes who did, all or nothing. A
// field that its sender left alone stays as somebody else may have made it
// meanwhile. laid is the form as it was understood, to be shown again.
func (k setting[T]) change(ctx context.Context, s *Server, sent *form) (laid url.Values, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.DB.Lock(ctx, "web.setting "+k.subject); err != nil {
			return err
		}
		before, err := k.now(ctx)
		if err != nil {
			return err
		}
		laid = sent.over(k.values(before))
		after, err := k.read(laid)
		if err != nil {
			return err
		}
		if err := k.choose(ctx, after); err != nil {
			return err
		}
		return s.Audit.Write(ctx, audit.Entry{
			Actor: people.ActorOf(ctx).UID, Action: k.action, Subject: k.subject, Details: map[string]any{"before": before, "after": after},
		})
	})
	return laid, err
}
