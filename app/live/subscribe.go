package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

const (
	pageBuffer  = 64              // changes a slow reader may be behind
	readyAtMost = 2 * time.Second // how long Subscribe waits for Redis
	earBuffer   = 256             // messages between the library and us
	healthEvery = 5 * time.Second // a silent connection is asked whether it lives
)

// page is one reader. Only the hub sends, under its lock.
type page struct {
	changes chan Change
	gone    bool
}

// hear gives the reader a change. One that is too far behind loses its backlog
// for an Everything, which says no less.
func (p *page) hear(c Change) {
	select {
	case p.changes <- c:
		return
	default:
	}
	for {
		select {
		case <-p.changes:
			continue
		default:
		}
		break
	}
	p.changes <- Everything
}

// ear is this process's one subscription in Redis.
type ear struct {
	sub   *goredis.PubSub
	ready chan struct{} // closed once Redis has confirmed
	once  sync.Once
	late  atomic.Bool // somebody did not wait for that
}

// waitReady returns when the subscription stands, or has taken too long.
func (e *ear) waitReady(ctx context.Context) {
	patience := time.NewTimer(readyAtMost)
	defer patience.Stop()
	select {
	case <-e.ready:
	case <-patience.C:
		e.late.Store(true)
	case <-ctx.Done():
	}
}

// enter adds a reader; the first one opens the ear.
func (h *Hub) enter(p *page) *ear {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pages[p] = struct{}{}
	if h.ear == nil {
		h.ear = &ear{sub: h.redis.Client().Subscribe(context.Background(), h.Channel), ready: make(chan struct{})}
		go h.listen(h.ear)
	}
	return h.ear
}

// leave removes a reader; the last one closes the ear.
func (h *Hub) leave(p *page) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p.gone {
		return
	}
	p.gone = true
	delete(h.pages, p)
	close(p.changes)
	if len(h.pages) == 0 {
		_ = h.ear.sub.Close() // ends listen
		h.ear = nil
	}
}

// listen hands on what Redis says, until the ear is closed. The library
// connects again by itself; each confirmation after the first tells of that.
func (h *Hub) listen(e *ear) {
	opts := []goredis.ChannelOption{goredis.WithChannelSize(earBuffer), goredis.WithChannelHealthCheckInterval(healthEvery)}
	for said := range e.sub.ChannelWithSubscriptions(opts...) {
		switch said := said.(type) {
		case *goredis.Subscription:
			h.confirmed(e)
		case *goredis.Message:
			var batch []Change
			if err := json.Unmarshal([]byte(said.Payload), &batch); err != nil {
				slog.Warn("live: a message that is none of ours", "error", err)
				continue
			}
			h.hear(e, batch)
		}
	}
}

// confirmed is told that the subscription stands: for the first time, or again.
func (h *Hub) confirmed(e *ear) {
	first := false
	e.once.Do(func() { first = true; close(e.ready) })
	if !first || e.late.Load() {
		h.hear(e, []Change{Everything})
	}
}

func (h *Hub) hear(e *ear, batch []Change) {
	h.count.Add(1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ear != e { // a word that was under way when the last reader went
		return
	}
	for p := range h.pages {
		for _, c := range batch {
			p.hear(c)
		}
	}
}
