package i18n

import (
	"context"
	"sync"
	"time"
	_ "time/tzdata" // Paris is known on every machine
)

type printerKey struct{}

// With puts the reader's Printer into a context.
func With(ctx context.Context, p *Printer) context.Context {
	return context.WithValue(ctx, printerKey{}, p)
}

// From is the Printer that With put there; French, on Paris time, when there
// is none.
func From(ctx context.Context) *Printer {
	if p, ok := ctx.Value(printerKey{}).(*Printer); ok && p != nil {
		return p
	}
	return In(Languages[0])
}

// In is the Printer of the embedded catalogues for a language, on Paris time:
// for letters, whose reader is not the one who acts.
func In(lang string) *Printer { return embedded().Printer(lang, nil) }

// embedded panics only over a catalogue that no program could start with.
var embedded = sync.OnceValue(func() *Catalog {
	c, err := Load()
	if err != nil {
		panic(err)
	}
	return c
})

var paris = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // the zones are compiled in
	}
	return zone
})
