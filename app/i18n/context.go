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
	return fallback()
}

// fallback panics only over a catalogue that no program could start with.
var fallback = sync.OnceValue(func() *Printer {
	c, err := Load()
	if err != nil {
		panic(err)
	}
	return c.Printer(Languages[0], paris())
})

var paris = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // the zones are compiled in
	}
	return zone
})
