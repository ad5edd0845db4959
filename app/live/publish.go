package live

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

const (
	outgoingMost = 500             // changes that wait; more are Everything
	sendPatience = 2 * time.Second // for Redis to take a message
	sendPause    = time.Second     // before it is tried again
)

// outgoing are the changes that are not told yet, each once.
type outgoing struct {
	mu      sync.Mutex
	waiting map[Change]struct{}
	sending bool // a goroutine is at it
}

// tell puts a change among the outgoing, and sees to it that somebody sends them.
func (h *Hub) tell(c Change) {
	h.count.Add(1)
	o := &h.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.waiting == nil {
		o.waiting = map[Change]struct{}{}
	}
	if o.waiting[c] = struct{}{}; len(o.waiting) > outgoingMost {
		o.waiting = map[Change]struct{}{Everything: {}}
	}
	if !o.sending {
		o.sending = true
		go h.send()
	}
}

// next takes what waits; nothing means that the sender goes home.
func (o *outgoing) next() []Change {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch := make([]Change, 0, len(o.waiting))
	for c := range o.waiting {
		batch = append(batch, c)
	}
	clear(o.waiting)
	o.sending = len(batch) > 0
	return batch
}

// again melts what could not be sent into one Everything.
func (o *outgoing) again() {
	o.mu.Lock()
	defer o.mu.Unlock()
	clear(o.waiting)
	o.waiting[Everything] = struct{}{}
}

// send publishes until nothing waits. Changes come while a message is under
// way, so the busier the house, the more of them travel together.
func (h *Hub) send() {
	for batch := h.out.next(); len(batch) > 0; batch = h.out.next() {
		err := h.publish(batch)
		if errors.Is(err, goredis.ErrClosed) { // the process is ending
			return
		}
		if err != nil {
			slog.Debug("live: publish", "error", err)
			time.Sleep(sendPause)
			h.out.again()
		}
	}
}

func (h *Hub) publish(batch []Change) error {
	ctx, cancel := context.WithTimeout(context.Background(), sendPatience)
	defer cancel()
	message, err := json.Marshal(batch)
	if err != nil {
		return err
	}
	return h.redis.Client().Publish(ctx, h.Channel, message).Err()
}
