package app

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/BurntSushi/toml"

	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

//go:embed synthetic/texts.toml
var syntheticTexts []byte

// Load says how much synthetic data to make.
type Load struct {
	Tickets  int
	Messages int    // on all of them together, about; at least one each; 0: three each
	People   int    // new requesters; 0: a tenth of the tickets, at least 50
	Seed     uint64 // the same seed in the same database at the same instant gives the same data
}

// loadTogether is how many tickets one transaction writes, with some ten rows each.
const loadTogether = 500

// LoadSynthetic fills the database with tickets of the last twelve months, as
// an academy could have had them: most of them closed, the others in every
// state that a ticket can be in. It adds requesters to those that are there, and
// schools and technicians where there are none. Everything is as the desk and
// the promises would have left it, but that no letter was written and nobody
// was told of what comes due. Every name is invented. What was written before
// an error stays.
func (a *App) LoadSynthetic(ctx context.Context, l Load) error {
	l.Messages = cmp.Or(l.Messages, 3*l.Tickets)
	if l.Tickets <= 0 || l.Messages < l.Tickets || l.People < 0 {
		return fmt.Errorf("synthetic data: %d tickets with %d messages by %d people cannot be", l.Tickets, l.Messages, l.People)
	}
	l.People = cmp.Or(l.People, max(l.Tickets/10, 50))
	ctx = people.As(ctx, people.System())
	d := dice{rand.New(rand.NewPCG(l.Seed, uint64(l.Tickets)))} //nolint:gosec // the same seed shall give the same data
	s, err := a.studio(ctx, l, d)
	if err != nil {
		return err
	}
	begun, err := s.arrivals(l.Tickets)
	if err != nil {
		return err
	}
	rank := len(begun)
	for together := range slices.Chunk(begun, loadTogether) {
		lives := make([]tickets.Past, 0, len(together))
		for _, at := range together {
			rank--
			lives = append(lives, s.life(at, float64(rank)/float64(len(begun))))
		}
		if err := errors.Join(s.errs...); err != nil {
			return err
		}
		if _, err := a.Engine.Load(ctx, lives); err != nil {
			return err
		}
	}
	return a.synthetics().analyze(ctx)
}

// studio is where synthetic tickets are made up.
type studio struct {
	dice
	load  Load
	now   time.Time
	since time.Time // the first ticket comes later
	cal   *calendar.Calendar
	texts texts
	cast  cast
	errs  []error // of a calendar that does not know the days
}

func (a *App) studio(ctx context.Context, l Load, d dice) (*studio, error) {
	s := &studio{dice: d, load: l, now: a.DB.Now(ctx).Truncate(time.Second)}
	s.since = s.now.Add(-yearOf)
	if err := toml.Unmarshal(syntheticTexts, &s.texts); err != nil {
		return nil, fmt.Errorf("synthetic/texts.toml: %w", err)
	}
	v, err := a.Book.Current(ctx, calendar.Normandie)
	if err != nil {
		return nil, err
	}
	s.cal = v.Calendar
	s.cast, err = a.cast(ctx, s)
	return s, err
}

// dice are what chance is made of.
type dice struct{ *rand.Rand }

// chance says yes with a probability.
func (d dice) chance(p float64) bool { return d.Float64() < p }

// about is a duration around a mean, most often shorter and sometimes much longer.
func (d dice) about(mean time.Duration) time.Duration {
	return time.Duration(min(d.ExpFloat64(), 8) * float64(mean)).Truncate(time.Second)
}

// among picks one of a list.
func among[T any](d dice, all []T) T { return all[d.IntN(len(all))] }

// weighted picks one of a list by weight.
func weighted[T any](d dice, all []T, weight func(T) float64) T {
	total := 0.0
	for _, v := range all {
		total += weight(v)
	}
	at := d.Float64() * total
	for _, v := range all {
		if at -= weight(v); at < 0 {
			return v
		}
	}
	return all[len(all)-1]
}

// share is a value and how often it comes.
type share[T any] struct {
	value  T
	weight float64
}

// drawn picks a value by how often it comes.
func drawn[T any](d dice, all []share[T]) T {
	return weighted(d, all, func(s share[T]) float64 { return s.weight }).value
}
