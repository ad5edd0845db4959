package mailin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"amigo/app/fault"
	"amigo/app/trouble"
)

// Standing is how one way by which mail comes in stands.
type Standing struct {
	Source string // as messages name it: "smtp", "imap:…", "pipe:…"
	Label  string // "smtp", "lmtp", "mailbox-1", "pipe": one of few, and names nobody
	trouble.State
}

// Tally counts what one source brought since the process started.
type Tally struct {
	Label    string
	Received int64 // kept
	Lost     int64 // could not be kept: the sender keeps it, or the mailbox
	Strange  int64 // recipients that are none of ours
	Turned   int64 // connections that were too many
}

// health is what this process knows of its sources. What fails may be the
// database, so it is kept here first and written down after.
type health struct {
	mu      sync.Mutex
	sources map[string]*sourceHealth
}

type sourceHealth struct {
	trouble.Line
	received, lost, strange, turned atomic.Int64
}

// of gives what is known of a source, and begins to know it.
func (h *health) of(source string) *sourceHealth {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sources == nil {
		h.sources = map[string]*sourceHealth{}
	}
	s := h.sources[source]
	if s == nil {
		s = &sourceHealth{}
		h.sources[source] = s
	}
	return s
}

// told counts what became of a message that a source brought. For a mailbox its
// reader says how it stands; for a door or a pipe this is all there is to say.
func (in *Intake) told(ctx context.Context, source string, err error) {
	s := in.health.of(source)
	switch {
	case err == nil:
		s.received.Add(1)
	case errors.Is(err, context.Canceled):
		return
	default:
		s.lost.Add(1)
	}
	if !strings.HasPrefix(source, "imap:") {
		in.went(ctx, source, err)
	}
}

// went notes how a source went: with nil, well. It gives no error, since it says
// nothing about the mail.
func (in *Intake) went(ctx context.Context, source string, err error) {
	s, now := in.health.of(source), in.db.Now(ctx)
	news := false
	if err == nil {
		news = s.Well(now)
	} else {
		news = s.Failed(now, shown(err.Error()))
	}
	if err := s.Keep(now, news, func(now trouble.State) error { return in.writeDown(ctx, source, now) }); err != nil {
		slog.WarnContext(ctx, "the state of a mail source is not written down", "source", source, "error", err)
	}
}

// writeDown keeps how a source stands, for other processes and the next one.
func (in *Intake) writeDown(ctx context.Context, source string, now trouble.State) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	return in.note(ctx, source, func(r *Reading) {
		if !now.Fails() {
			r.LastError, r.State = "", now
			return
		}
		if r.Fails() && r.Since.Before(now.Since) { // since before this process started
			now.Since, now.Failures = r.Since, max(now.Failures, r.Failures)
		}
		if now.WellAt.IsZero() {
			now.WellAt = r.WellAt
		}
		r.LastError, r.State = now.Error, now
	})
}

// note changes what is written of a source.
func (in *Intake) note(ctx context.Context, source string, change func(*Reading)) error {
	return in.db.Tx(ctx, func(ctx context.Context) error {
		now, err := in.store.reading(ctx, source)
		if err != nil {
			return err
		}
		now.Source = source
		change(&now)
		return in.store.putReading(ctx, now)
	})
}

// configured are the sources that this installation is told to have, as far as
// this process is.
func (in *Intake) configured() []Standing {
	var all []Standing
	if in.smtp != nil {
		all = append(all, Standing{Source: smtpSource, Label: smtpSource})
	}
	if in.lmtp != nil {
		all = append(all, Standing{Source: lmtpSource, Label: lmtpSource})
	}
	for i, box := range in.conf.Mailboxes {
		all = append(all, Standing{Source: box.source(), Label: fmt.Sprintf("mailbox-%d", i+1)})
	}
	return all
}

// forgotten is after how long a source that is not configured here, and of which
// nothing is heard, is no longer shown.
const forgotten = 7 * 24 * time.Hour

// Sources says how every way by which mail comes in stands: those configured
// here, in their order, then those of which other processes have written down
// something. What this process saw itself counts before what is written.
func (in *Intake) Sources(ctx context.Context) (all []Standing, err error) {
	defer fault.Wrap(&err, "mailin: sources")
	if err := reads(ctx); err != nil {
		return nil, err
	}
	written, err := in.store.readings(ctx)
	if err != nil {
		return nil, err
	}
	all = in.configured()
	for _, r := range written {
		known := slices.ContainsFunc(all, func(s Standing) bool { return s.Source == r.Source })
		if !known && in.db.Now(ctx).Sub(r.At) < forgotten {
			all = append(all, Standing{Source: r.Source, Label: labelOf(r.Source)})
		}
	}
	for i := range all {
		at := slices.IndexFunc(written, func(r Reading) bool { return r.Source == all[i].Source })
		if at >= 0 {
			all[i].State = written[at].State
		}
		all[i].State = newer(all[i].State, in.health.of(all[i].Source).Now())
	}
	return all, nil
}

// newer is what is known of a source from what is written and what was seen.
func newer(written, seen trouble.State) trouble.State {
	if !seen.Used() || written.At().After(seen.At()) {
		return written
	}
	if seen.Fails() && seen.WellAt.IsZero() {
		seen.WellAt = written.WellAt
	}
	if seen.Fails() && written.Fails() && written.Since.Before(seen.Since) {
		seen.Since, seen.Failures = written.Since, max(seen.Failures, written.Failures)
	}
	return seen
}

// labelOf is the label of a source that is not configured here.
func labelOf(source string) string {
	kind, _, _ := strings.Cut(source, ":")
	switch kind {
	case "pipe", smtpSource, lmtpSource:
		return kind
	case "imap":
		return "mailbox"
	}
	return "other"
}

// Lines says how the sources of this very process stand, without asking the
// database.
func (in *Intake) Lines() []Standing {
	all := in.configured()
	for i := range all {
		all[i].State = in.health.of(all[i].Source).Now()
	}
	return all
}

// Tallies counts what the sources of this very process brought.
func (in *Intake) Tallies() []Tally {
	labels := map[string]string{}
	sums := map[string]*Tally{}
	var order []string
	for _, s := range in.configured() {
		labels[s.Source] = s.Label
		sums[s.Label] = &Tally{Label: s.Label}
		order = append(order, s.Label)
	}
	in.health.mu.Lock()
	defer in.health.mu.Unlock()
	for source, h := range in.health.sources {
		label, known := labels[source]
		if !known {
			label = labelOf(source)
		}
		t := sums[label]
		if t == nil {
			t = &Tally{Label: label}
			sums[label] = t
			order = append(order, label)
		}
		t.Received += h.received.Load()
		t.Lost += h.lost.Load()
		t.Strange += h.strange.Load()
		t.Turned += h.turned.Load()
	}
	all := make([]Tally, 0, len(order))
	for _, label := range order {
		all = append(all, *sums[label])
	}
	return all
}
