package mailin_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"amigo/mailin"
	"amigo/tickets"
)

var errCut = errors.New("the power is cut")

// cuts breaks the world at one step of many: each time something asks, a step.
type cuts struct {
	mu    sync.Mutex
	steps int
	at    int  // the step that breaks
	panic bool // break by a panic, which no code answers
}

func (c *cuts) step() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.steps++
	if c.steps != c.at {
		return nil
	}
	if c.panic {
		panic(errCut)
	}
	return errCut
}

// At every place where bytes are written or read, and inside every transaction
// that changes a ticket, the power is cut once: by an error, by a panic, by a
// context that ends. What was not acknowledged is delivered again. There is one
// ticket each time, with one message, all files and one acknowledgement.
func TestCutAtAnyStepAMailIsOneTicket(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, panics := range []bool{false, true} {
			for at := 1; ; at++ {
				c := &cuts{at: at, panic: panics}
				id := fmt.Sprintf("k%d%v", at, panics)
				if w.restart(t, generous).survives(c, id) {
					if at < 8 {
						t.Errorf("only %d steps were ever asked", at-1)
					}
					break
				}
			}
		}
	})
}

// survives delivers and files a mail with the power cut at one step, and says
// whether that step was never reached.
func (w *world) survives(c *cuts, id string) bool {
	w.t.Helper()
	w.blobs.failing(func(string) error { return c.step() })
	w.desk.Listen(func(context.Context, tickets.Happening) error { return c.step() })
	from := id + "@exemple.fr"
	raw := mailin.Raw{Source: "test", Key: id, Bytes: []byte(mixed(from, id, 2)), ReceivedAt: w.clock.Now()}
	inbound := w.persist(raw)
	for range 5 {
		_ = w.queue.Drain(w.t.Context(), w.mux)
		w.clock.Advance(time.Hour)
	}
	m := w.inbound(inbound)
	want(w.t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	if w.tickets() != 1 || len(w.messages(m.Ticket)) != 1 || len(w.last(m.Ticket).Attachments) != 3 || len(w.letters(from)) != 1 {
		w.t.Errorf("cut at step %d: %d tickets, %d messages, %d letters", c.at, w.tickets(), len(w.messages(m.Ticket)), len(w.letters(from)))
	}
	return c.steps < c.at
}

// persist hands a message over until it is taken, as a source does.
func (w *world) persist(raw mailin.Raw) (id mailin.ID) {
	w.t.Helper()
	for range 3 {
		err := func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = errCut
				}
			}()
			id, err = w.intake.Receive(w.t.Context(), raw)
			return err
		}()
		if err == nil {
			return id
		}
	}
	w.t.Fatal("never taken")
	return 0
}

// A message whose sender was told yes is there; one that was not, is not, even
// when its bytes are.
func TestWhatIsNotAcknowledgedIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		raw := mailin.Raw{Source: "test", Key: "q", Bytes: []byte(write("ann@academie.test", house, "Q", "q"))}
		ctx, cancel := context.WithCancel(t.Context())
		w.blobs.failing(func(what string) error {
			if what == "putted" {
				cancel()
			}
			return nil
		})
		if _, err := w.intake.Receive(ctx, raw); err == nil {
			t.Fatal("acknowledged")
		}
		if counts, err := w.intake.Counts(w.system()); err != nil || len(counts) != 0 {
			t.Errorf("%v, %v", counts, err)
		}
		first, err := w.intake.Receive(t.Context(), raw)
		must(t, err)
		again, err := w.intake.Receive(t.Context(), raw)
		if err != nil || again != first {
			t.Errorf("the second time %d instead of %d, %v", again, first, err)
		}
		moved := raw
		moved.Key = "r"
		if same, err := w.intake.Receive(t.Context(), moved); err != nil || same != first {
			t.Errorf("the same bytes under another key: %d instead of %d, %v", same, first, err)
		}
		w.drain()
		if w.tickets() != 1 {
			t.Errorf("%d tickets", w.tickets())
		}
		must(t, w.queue.Put(t.Context(), mailin.File{Inbound: first})) // as after a death between filing and its mark
		w.drain()
		if w.tickets() != 1 || len(w.messages(w.inbound(first).Ticket)) != 1 {
			t.Error("filed twice")
		}
	})
}

// Two copies of one mail, come by two ways at the same moment, are one ticket.
func TestCopiesFiledAtTheSameMomentAreOneTicket(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w = w.restart(t, generous)
		for i := range 12 {
			raw := mixed("ann@academie.test", fmt.Sprintf("y%d", i), 1)
			for n := range 3 {
				w.receive(fmt.Sprintf("Received: by way %d.%d\r\n%s", i, n, raw))
			}
		}
		w.work(4, 30*time.Second)
		if n := w.tickets(); n != 12 {
			t.Errorf("%d tickets of 12 mails in 3 copies each", n)
		}
	})
}
