package draft

import (
	"context"
	"strings"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// MaxSignature is how long a signature may be, in characters.
const MaxSignature = 500

// Signature is what stands under the words of the actor that leave; empty: nothing.
func (s *Drafts) Signature(ctx context.Context) (text string, err error) {
	defer fault.Wrap(&err, "signature")
	a := people.ActorOf(ctx)
	if !a.Is(people.Technician) {
		return "", nil
	}
	all, err := s.signatures.Get(ctx)
	return all[a.Person], err
}

// SetSignature changes it; staff only. Fields: signature.
func (s *Drafts) SetSignature(ctx context.Context, text string) (err error) {
	defer fault.Wrap(&err, "signature: set")
	a := people.ActorOf(ctx)
	if !a.Is(people.Technician) {
		return fault.Denied
	}
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if tickets.Blank(text) {
		text = ""
	}
	if utf8.RuneCountInString(text) > MaxSignature {
		return fault.Fields{"signature": fault.Say("tickets.field.long", "Max", MaxSignature)}
	}
	return s.db.Tx(ctx, func(ctx context.Context) error { return s.store.putSignature(ctx, a.Person, text) })
}

// signed are the words of a draft with its author's signature under them: of staff,
// where words leave the house. Nothing is signed but words.
func (s *Drafts) signed(ctx context.Context, d Draft) (string, error) {
	if tickets.Blank(d.Words) || d.With[Kind] == "note" {
		return d.Words, nil
	}
	signature, err := s.Signature(ctx)
	if err != nil || signature == "" {
		return d.Words, err
	}
	return strings.TrimRight(d.Words, " \n\t") + "\n\n" + signature, nil
}
