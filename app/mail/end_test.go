package mail_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	ours "amigo/app/mail"
)

// ending is a context that ends when it is told to, without telling anybody: as
// one that ends between the server's answer and the look at it.
type ending struct {
	context.Context
	ended atomic.Bool
}

func (e *ending) Done() <-chan struct{} { return nil }

func (e *ending) Err() error {
	if e.ended.Load() {
		return context.Canceled
	}
	return nil
}

func TestWhatTheServerHasTakenItHasWhateverEndsThen(t *testing.T) {
	s := startServer(t)
	way := s.way(t, "smtp://SERVER")
	ctx := &ending{Context: context.Background()}
	s.misbehave(when("data", func(*dialog) error { ctx.ended.Store(true); return nil }))
	if err := way.Send(ctx, from, ann, letter); err != nil || s.letters() != 1 {
		t.Errorf("%v; %d letters taken", err, s.letters())
	}
}

// overheard keeps what a client says.
type overheard struct {
	net.Conn
	quits *atomic.Int32
}

func (o overheard) Read(p []byte) (int, error) {
	n, err := o.Conn.Read(p)
	if string(p[:n]) == "QUIT\r\n" {
		o.quits.Add(1)
	}
	return n, err
}

type ear struct {
	net.Listener
	quits *atomic.Int32
}

func (e ear) Accept() (net.Conn, error) {
	c, err := e.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return overheard{c, e.quits}, nil
}

func TestAnOutboxThatClosesSaysGoodbyeToTheServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := &server{addr: l.Addr().String(), conns: map[string]net.Conn{}, under: map[string]int{}, most: map[string]int{}}
	serving, quits := smtp.NewServer(s), &atomic.Int32{}
	serving.ErrorLog = quiet{}
	go func() { _ = serving.Serve(ear{l, quits}) }()
	t.Cleanup(func() { _ = serving.Close() })
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		p := newPost(t, d, c, s.way(t, "smtp://SERVER"))
		p.send(draft("k"))
		p.drain()
		must(t, p.outbox.Close())
		if n := quits.Swap(0); n != 1 {
			t.Errorf("%d goodbyes", n)
		}
		p.rebuild(func(c *ours.Config) { c.Transport = nil })
		must(t, p.outbox.Close())
	})
}

// broken is a transport that takes letters, and breaks something meanwhile.
type broken struct {
	ours.Memory
	breaks func()
}

func (b *broken) Send(ctx context.Context, from, to string, raw []byte) error {
	b.breaks()
	return b.Memory.Send(ctx, from, to, raw)
}

func TestALetterThatWasTakenIsMarkedThoughTheDatabaseIsAwayForAMoment(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		rename := func(from, to string) {
			if err := d.Tx(context.Background(), func(ctx context.Context) error {
				return db.Fault(d.Gorm(ctx).Exec("ALTER TABLE " + from + " RENAME TO " + to).Error)
			}); err != nil {
				t.Error(err)
			}
		}
		back := make(chan struct{})
		way := &broken{breaks: func() {
			rename("letters", "away")
			time.AfterFunc(150*time.Millisecond, func() { rename("away", "letters"); close(back) })
		}}
		p := newPost(t, d, c, way)
		id := p.send(draft("k"))
		p.drain()
		<-back
		if p.state(id) != ours.Sent || len(way.Sent()) != 1 {
			t.Errorf("%s, sent %d times", p.state(id), len(way.Sent()))
		}
	})
}

// ailing is a store that cannot read for a while.
type ailing struct {
	blob.Store
	ails bool
}

func (a *ailing) Open(ctx context.Context, sum blob.Sum) (io.ReadCloser, error) {
	if a.ails {
		return nil, errors.New("input/output error")
	}
	return a.Store.Open(ctx, sum)
}

func TestALetterWhoseFileCannotBeReadNowIsNotRefused(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		files := &ailing{Store: blob.NewMemory(), ails: true}
		p.rebuild(func(c *ours.Config) { c.Blobs = files })
		sum, size, err := files.Put(t.Context(), io.LimitReader(zeros{}, 10))
		must(t, err)
		d := draft("k")
		d.Files = []ours.File{{Name: "a.bin", Sum: sum, Size: size}}
		id, other := p.send(d), p.send(draft("other"))
		p.drain()
		if p.state(id) != ours.Queued || p.state(other) != ours.Sent {
			t.Fatalf("%s, and the other %s", p.state(id), p.state(other))
		}
		files.ails = false
		p.clock.Advance(time.Minute)
		p.drain()
		if p.state(id) != ours.Sent {
			t.Errorf("%s when it can be read again", p.state(id))
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestAProgramThatStopsInTheMiddleSaysNothingOfTheServer(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		way.Fail = func(string) error { return later(ours.Server) }
		all := []ours.ID{p.send(draft("a")), p.send(draft("b"))}
		p.drain()
		way.Fail = func(string) error { return fmt.Errorf("told to stop: %w", context.Canceled) }
		p.clock.Advance(10 * time.Second)
		p.drain()
		var pauses int64
		must(t, p.db.Gorm(t.Context()).Table("mail_pauses").Count(&pauses).Error)
		if pauses != 1 || p.states(all)[ours.Queued] != 2 {
			t.Errorf("%d pauses, %v", pauses, p.states(all))
		}
	})
}
