package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"
)

// Args is what a job is told, kept as JSON. Its Kind ("sla.sweep") is kept in
// the database for ever and must not depend on the value.
type Args interface{ Kind() string }

// Mux knows which function does which kind of job, and which kinds come round
// by the clock. It is filled while the program is built, and only read later.
type Mux struct {
	kinds map[string]kind
	beats map[string]beat
}

// kind is how one kind of job is done.
type kind struct {
	run     func(ctx context.Context, args string) error
	outside bool // of the transaction that marks the job done
}

// beat is a periodic job: what it is told, and how often.
type beat struct {
	args  string
	every time.Duration
}

// NewMux gives an empty Mux.
func NewMux() *Mux { return &Mux{kinds: map[string]kind{}, beats: map[string]beat{}} }

// Handle registers the one handler of a kind; a second one panics.
//
// f runs inside a transaction that also marks the job done: what it writes and
// that it was done are kept together or not at all, so its effect comes once.
// It must not reach out of the database; see [HandleOutside] for that.
func Handle[A Args](m *Mux, f func(ctx context.Context, a A) error) {
	m.add(kindOf[A](), kind{run: decoding(f)})
}

// HandleOutside registers the one handler of a kind that talks to the network
// or to files; a second handler panics.
//
// f runs outside of any transaction and the job is marked done afterwards. A
// process that dies in between does it again, so f runs at least once: what
// must not happen twice is claimed by a row of its own before (a letter goes
// from queued to sending) and settled after. A handler whose last step is a
// transaction may mark the job done in it, with [Queue.Done].
func HandleOutside[A Args](m *Mux, f func(ctx context.Context, a A) error) {
	m.add(kindOf[A](), kind{run: decoding(f), outside: true})
}

// Every registers a periodic job: a is done once for each multiple of every
// since midnight UTC of a Monday, by whichever process comes first. every is a
// whole number of seconds. A second Every of the same kind panics.
//
// Beats that nobody was there for are not made up: the handler reads from
// [Slot] when it was last done and catches up by itself.
func Every[A Args](m *Mux, every time.Duration, a A) {
	name := kindOf[A]()
	if _, twice := m.beats[name]; twice {
		panic("jobs: " + name + " comes round twice")
	}
	if every < time.Second || every%time.Second != 0 {
		panic(fmt.Sprintf("jobs: %s every %v: whole seconds are wanted", name, every))
	}
	args, err := json.Marshal(a)
	if err != nil {
		panic(fmt.Sprintf("jobs: %s: %v", name, err))
	}
	m.beats[name] = beat{args: string(args), every: every}
}

// Kinds lists the kinds that have a handler, in alphabetical order.
func (m *Mux) Kinds() []string { return slices.Sorted(maps.Keys(m.kinds)) }

var kindName = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)+$`)

func (m *Mux) add(name string, k kind) {
	if !kindName.MatchString(name) {
		panic(fmt.Sprintf("jobs: kind %q is not of the form area.verb", name))
	}
	if _, twice := m.kinds[name]; twice {
		panic("jobs: " + name + " has two handlers")
	}
	m.kinds[name] = k
}

// check finds a periodic job that nobody does.
func (m *Mux) check() error {
	for _, name := range slices.Sorted(maps.Keys(m.beats)) {
		if _, ok := m.kinds[name]; !ok {
			return fmt.Errorf("jobs: %s comes round but has no handler", name)
		}
	}
	return nil
}

func kindOf[A Args]() string {
	var a A
	return a.Kind()
}

func decoding[A Args](f func(context.Context, A) error) func(context.Context, string) error {
	return func(ctx context.Context, args string) error {
		var a A
		if err := json.Unmarshal([]byte(args), &a); err != nil {
			return fmt.Errorf("args: %w", err)
		}
		return f(ctx, a)
	}
}
