package live

import (
	"context"
	"sync"
	"sync/atomic"

	"amigo/app/db"
	"amigo/app/redis"
)

// Change says that something is not as it was. It carries ids only; who may see
// the thing asks for it again.
type Change struct {
	What string `json:"what"` // "ticket", "mail" …
	ID   int64  `json:"id"`
}

// Everything says that changes were missed: whatever is shown may be old.
var Everything = Change{What: "everything"}

// Hub tells every process what changed. It is safe for concurrent use.
type Hub struct {
	// Channel is the Redis channel, the same in every process of one
	// installation. New sets "amigo:live". It is set before the first use.
	Channel string

	db    *db.DB
	redis *redis.Server
	out   outgoing
	count atomic.Uint64 // see Count
	mu    sync.Mutex
	ear   *ear               // nil while nobody listens
	pages map[*page]struct{} // who listens
}

// New builds the hub.
func New(d *db.DB, r *redis.Server) *Hub {
	return &Hub{Channel: "amigo:live", db: d, redis: r, pages: map[*page]struct{}{}}
}

// Listeners counts who listens in this process.
func (h *Hub) Listeners() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.pages)
}

// Count counts what this process has published, and heard while it listens: as
// long as it stands still, what was read after it is as it was.
func (h *Hub) Count() uint64 { return h.count.Load() }

// Publish tells of a change once ctx's transaction is committed; outside of
// one, at once. It cannot fail: a change that nobody hears of is seen at the
// next look.
func (h *Hub) Publish(ctx context.Context, c Change) {
	h.db.AfterCommit(ctx, func(context.Context) { h.tell(c) })
}

// Subscribe hears of changes until ctx ends; then the channel is closed. Every
// change published after Subscribe has returned arrives, or [Everything] in its
// place. The reader may be slow.
func (h *Hub) Subscribe(ctx context.Context) <-chan Change {
	p := &page{changes: make(chan Change, pageBuffer)}
	e := h.enter(p)
	context.AfterFunc(ctx, func() { h.leave(p) })
	e.waitReady(ctx)
	return p.changes
}
