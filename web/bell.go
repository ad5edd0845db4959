package web

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"amigo/app/live"
	"amigo/app/people"
	"amigo/tickets"
)

// bell tells the open pages of this process what changed, each what its reader
// may see. All of them share one ear in Redis and one judgement: a batch of
// changes is one statement, however many pages are open.
type bell struct {
	hub    *live.Hub
	circle func(context.Context, []tickets.ID) (map[tickets.ID]tickets.Circle, error)

	mu      sync.Mutex
	streams map[*stream]struct{}
	quiet   context.CancelFunc // ends the listening; nil while nobody has an open page
	ofOne   int                // streams that a person may have
	hung    chan struct{}      // closed when the process is about to end
	once    sync.Once
}

func newBell(hub *live.Hub, desk *tickets.Desk) *bell {
	return &bell{hub: hub, circle: desk.Circles, streams: map[*stream]struct{}{}, ofOne: mostOfOne, hung: make(chan struct{})}
}

// Limits of streams. A browser has one, whatever pages it shows.
const (
	mostStreams    = 5000 // of a process
	mostOfOne      = 600  // of a person
	mostWaiting    = 200  // changes that a slow page is told; more are everything
	gatheringTime  = 30 * time.Millisecond
	gatheringAtEnd = 64 // changes that are judged together
)

// stream is one reader of the bell.
type stream struct {
	actor people.Actor
	news  chan struct{} // something waits; holds one

	mu      sync.Mutex
	waiting map[live.Change]struct{}
}

// enter adds a reader; the first opens the ear. ok is false where there are too
// many.
func (b *bell) enter(a people.Actor) (st *stream, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	theirs := 0
	for other := range b.streams {
		if other.actor.Person == a.Person {
			theirs++
		}
	}
	if len(b.streams) >= mostStreams || theirs >= b.ofOne {
		return nil, false
	}
	st = &stream{actor: a, news: make(chan struct{}, 1)}
	b.streams[st] = struct{}{}
	if b.quiet == nil {
		ctx, cancel := context.WithCancel(people.As(context.Background(), people.System()))
		b.quiet = cancel
		go b.listen(ctx, b.hub.Subscribe(ctx))
	}
	return st, true
}

// leave removes a reader; the last closes the ear.
func (b *bell) leave(st *stream) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if delete(b.streams, st); len(b.streams) == 0 && b.quiet != nil {
		b.quiet()
		b.quiet = nil
	}
}

// open counts the readers.
func (b *bell) open() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.streams)
}

// hangUp ends every stream, now and from now on.
func (b *bell) hangUp() { b.once.Do(func() { close(b.hung) }) }

// listen hands on what is heard, a batch at a time.
func (b *bell) listen(ctx context.Context, changes <-chan live.Change) {
	for first := range changes {
		b.tell(ctx, gather(first, changes))
	}
}

// gather waits a moment for more: what is done to many tickets at once is judged
// at once.
func gather(first live.Change, changes <-chan live.Change) []live.Change {
	batch := []live.Change{first}
	enough := time.NewTimer(gatheringTime)
	defer enough.Stop()
	for len(batch) < gatheringAtEnd {
		select {
		case c, open := <-changes:
			if !open {
				return batch
			}
			if !slices.Contains(batch, c) {
				batch = append(batch, c)
			}
		case <-enough.C:
			return batch
		}
	}
	return batch
}

// tell gives each reader what they may hear of a batch.
func (b *bell) tell(ctx context.Context, batch []live.Change) {
	b.mu.Lock()
	readers, outside := make([]*stream, 0, len(b.streams)), false
	for st := range b.streams {
		readers, outside = append(readers, st), outside || !st.staff()
	}
	b.mu.Unlock()
	var circles map[tickets.ID]tickets.Circle
	if outside {
		circles = b.circles(ctx, batch)
	}
	for _, st := range readers {
		st.hear(slices.DeleteFunc(slices.Clone(batch), func(c live.Change) bool { return !st.may(c, circles) })...)
	}
}

// circles is who may hear of the tickets of a batch. Where that cannot be found
// out nobody hears of them but the desk; the others look when they look.
func (b *bell) circles(ctx context.Context, batch []live.Change) map[tickets.ID]tickets.Circle {
	var ids []tickets.ID
	for _, c := range batch {
		if c.What == tickets.LiveTicket {
			ids = append(ids, tickets.ID(c.ID))
		}
	}
	all, err := b.circle(ctx, ids)
	if err != nil {
		slog.WarnContext(ctx, "live: who may hear of it", "error", err)
	}
	return all
}

// staff says whether the reader hears of everything.
func (st *stream) staff() bool { return st.actor.Is(people.Technician) }

// may says whether the reader may hear of a change. What nobody has thought of
// is for the desk.
func (st *stream) may(c live.Change, circles map[tickets.ID]tickets.Circle) bool {
	if c == live.Everything || st.staff() {
		return true
	}
	circle, known := circles[tickets.ID(c.ID)]
	return c.What == tickets.LiveTicket && known && circle.Shows(st.actor)
}

// hear keeps changes until they are taken. Who is too far behind is told that
// everything may have changed, which says no less.
func (st *stream) hear(batch ...live.Change) {
	if len(batch) == 0 {
		return
	}
	st.mu.Lock()
	if st.waiting == nil {
		st.waiting = map[live.Change]struct{}{}
	}
	for _, c := range batch {
		st.waiting[c] = struct{}{}
	}
	if _, all := st.waiting[live.Everything]; all || len(st.waiting) > mostWaiting {
		st.waiting = map[live.Change]struct{}{live.Everything: {}}
	}
	st.mu.Unlock()
	select {
	case st.news <- struct{}{}:
	default:
	}
}

// take empties what waits.
func (st *stream) take() []live.Change {
	st.mu.Lock()
	defer st.mu.Unlock()
	batch := make([]live.Change, 0, len(st.waiting))
	for c := range st.waiting {
		batch = append(batch, c)
	}
	st.waiting = nil
	return batch
}
