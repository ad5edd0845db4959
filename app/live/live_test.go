package live_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/live"
	"amigo/app/redis"
	"amigo/app/redis/redistest"
)

// hubs gives two hubs of one installation, as two processes would have.
func hubs(t *testing.T, r *redis.Server) (*live.Hub, *live.Hub) {
	t.Helper()
	d := dbtest.SQLite(t, dbtest.NewClock().Now)
	one, two := live.New(d, r), live.New(d, r)
	one.Channel = redistest.Name()
	two.Channel = one.Channel
	return one, two
}

func next(t *testing.T, changes <-chan live.Change) live.Change {
	t.Helper()
	select {
	case c, open := <-changes:
		if !open {
			t.Fatal("the channel is closed")
		}
		return c
	case <-time.After(10 * time.Second):
		t.Fatal("no change came")
	}
	return live.Change{}
}

func quiet(t *testing.T, changes <-chan live.Change) {
	t.Helper()
	select {
	case c := <-changes:
		t.Fatalf("heard of %v", c)
	case <-time.After(200 * time.Millisecond):
	}
}

func TestEveryPageOfEveryProcessHearsOfAChange(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *redis.Server) {
		one, two := hubs(t, r)
		pages := []<-chan live.Change{one.Subscribe(t.Context()), one.Subscribe(t.Context()), two.Subscribe(t.Context())}
		want := live.Change{What: "ticket", ID: 10001}
		one.Publish(t.Context(), want)
		for i, p := range pages {
			if got := next(t, p); got != want {
				t.Errorf("page %d heard of %v", i, got)
			}
			quiet(t, p)
		}
	})
}

func TestChangeIsToldAfterTheCommitOnly(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *redis.Server) {
		d := dbtest.SQLite(t, dbtest.NewClock().Now)
		h := live.New(d, r)
		h.Channel = redistest.Name()
		page := h.Subscribe(t.Context())
		broken := errors.New("broken")
		if err := d.Tx(t.Context(), func(ctx context.Context) error {
			h.Publish(ctx, live.Change{What: "ticket", ID: 1})
			return broken
		}); !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if err := d.Tx(t.Context(), func(ctx context.Context) error {
			h.Publish(ctx, live.Change{What: "ticket", ID: 2})
			quiet(t, page)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if got := next(t, page); got.ID != 2 {
			t.Fatalf("heard of %v", got)
		}
	})
}

func TestSlowReaderLosesItsBacklogForEverything(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *redis.Server) {
		h, _ := hubs(t, r)
		slow, quick := h.Subscribe(t.Context()), h.Subscribe(t.Context())
		const n = 200
		heard := make(chan map[live.Change]bool, 1)
		go func() {
			got := map[live.Change]bool{}
			for c := range quick {
				if got[c] = true; len(got) == n {
					break
				}
			}
			heard <- got
		}()
		for i := range int64(n) {
			h.Publish(t.Context(), live.Change{What: "ticket", ID: i})
			time.Sleep(time.Millisecond) // the quick one is human, too
		}
		select {
		case got := <-heard:
			if len(got) != n || got[live.Everything] {
				t.Fatalf("the quick reader heard of %d", len(got))
			}
		case <-time.After(10 * time.Second):
			t.Fatal("a slow reader holds up a quick one")
		}
		for range n {
			if next(t, slow) == live.Everything {
				return
			}
		}
		t.Fatal("the slow reader never learns that it missed something")
	})
}

func TestReaderThatGoesIsForgotten(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *redis.Server) {
		h, other := hubs(t, r)
		for range 3 { // the last one to leave takes the subscription along; the next brings it back
			ctx, cancel := context.WithCancel(t.Context())
			stays, goes := h.Subscribe(t.Context()), h.Subscribe(ctx)
			cancel()
			for range goes { //nolint:revive // until it is closed
			}
			other.Publish(t.Context(), live.Change{What: "ticket", ID: 7})
			if got := next(t, stays); got.ID != 7 {
				t.Fatalf("heard of %v", got)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		lonely, _ := hubs(t, r)
		page := lonely.Subscribe(ctx)
		cancel()
		for range page { //nolint:revive // until it is closed
		}
		if n := r.Client().PubSubNumSub(t.Context(), lonely.Channel).Val()[lonely.Channel]; n > 0 {
			// Closing is a message, too: Redis may hear of it a moment later.
			time.Sleep(200 * time.Millisecond)
			if n := r.Client().PubSubNumSub(t.Context(), lonely.Channel).Val()[lonely.Channel]; n > 0 {
				t.Fatalf("%d subscriptions are left behind", n)
			}
		}
		again := lonely.Subscribe(t.Context())
		lonely.Publish(t.Context(), live.Change{What: "mail", ID: 1})
		if got := next(t, again); got.What != "mail" {
			t.Fatalf("heard of %v", got)
		}
	})
}

func TestRedisThatCameBackMeansEverything(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *redis.Server) {
		line := redistest.NewLine(t, r)
		far := line.Open(t)
		h, _ := hubs(t, far)
		page := h.Subscribe(t.Context())
		h.Publish(t.Context(), live.Change{What: "ticket", ID: 1})
		next(t, page)
		line.Cut()
		start := time.Now()
		h.Publish(t.Context(), live.Change{What: "ticket", ID: 2})
		if time.Since(start) > 100*time.Millisecond {
			t.Error("publishing waits for Redis")
		}
		time.Sleep(300 * time.Millisecond)
		line.Mend()
		if got := next(t, page); got != live.Everything {
			t.Fatalf("heard of %v", got)
		}
		for deadline := time.Now().Add(10 * time.Second); ; {
			h.Publish(t.Context(), live.Change{What: "ticket", ID: 3})
			if got := next(t, page); got.ID == 3 {
				return
			}
			if time.Now().After(deadline) {
				t.Fatal("no change comes through any more")
			}
		}
	})
}

func TestManyChangesAtOnceMeltIntoEverything(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := live.New(d, redistest.Inside(t))
		page := h.Subscribe(t.Context())
		if err := d.Tx(t.Context(), func(ctx context.Context) error {
			for i := range int64(2000) {
				h.Publish(ctx, live.Change{What: "ticket", ID: i})
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for next(t, page) != live.Everything { //nolint:revive // a seed of ten thousand tickets is one word
		}
	})
}
