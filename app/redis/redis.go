package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"amigo/app/fault"
)

// Server is a Redis that answers. It is safe for concurrent use.
type Server struct {
	client *goredis.Client
	inside *inside // nil on a server elsewhere
}

// Open connects to url (redis://…, rediss://…) and checks that it answers;
// empty starts a server in this process. A server that does not answer is
// fault.Unavailable, an address that cannot be right fault.Invalid.
func Open(ctx context.Context, url string) (*Server, error) {
	if url == "" {
		return openInside(ctx)
	}
	opts, err := goredis.ParseURL(url)
	if err != nil {
		// The parser's own words would repeat the address, password and all.
		return nil, fmt.Errorf("redis: AMIGO_REDIS_URL is not of the form redis://:password@host:port/0: %w", fault.Invalid)
	}
	return connect(ctx, opts, nil)
}

func connect(ctx context.Context, opts *goredis.Options, in *inside) (*Server, error) {
	quiet()
	opts.ClientName = "amigo"
	// One refusal is enough to know: whoever asks tries again by itself.
	opts.DialerRetries = 1
	// Asking for a hosting provider's maintenance notices is a command that most servers refuse.
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	s := &Server{client: goredis.NewClient(opts), inside: in}
	if err := s.Ping(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// Client speaks to the server. Whoever gets it must not close it.
func (s *Server) Client() *goredis.Client { return s.client }

// Inside says whether the server lives in this process, and so was empty when
// the process began.
func (s *Server) Inside() bool { return s.inside != nil }

// Ping asks for a sign of life; none is fault.Unavailable.
func (s *Server) Ping(ctx context.Context) error {
	if err := s.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("redis: %w: %w", fault.Unavailable, err)
	}
	return nil
}

// Close ends the connections, and the server if it was started here.
func (s *Server) Close() error {
	err := s.client.Close()
	if errors.Is(err, goredis.ErrClosed) {
		err = nil
	}
	if s.inside != nil {
		s.inside.stop()
	}
	return err
}

// inside is a server in this process and the goroutine that pushes its clock.
type inside struct {
	mini *miniredis.Miniredis
	end  chan struct{}
	once sync.Once
	done sync.WaitGroup
}

func openInside(ctx context.Context) (*Server, error) {
	password := rand.Text()
	in := &inside{mini: miniredis.NewMiniRedis(), end: make(chan struct{})}
	in.mini.RequireAuth(password)
	if err := in.mini.StartAddr("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("redis: in this process: %w", err)
	}
	in.done.Go(in.tick)
	return connect(ctx, &goredis.Options{Addr: in.mini.Addr(), Password: password}, in)
}

func (in *inside) tick() {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-second.C:
			in.mini.FastForward(time.Second)
		case <-in.end:
			return
		}
	}
}

func (in *inside) stop() {
	in.once.Do(func() {
		close(in.end)
		in.done.Wait()
		in.mini.Close()
	})
}

// quiet sends what the library would print to slog. It prints what it also
// answers, so it is for those who look closely. The setting is the process's.
var quiet = sync.OnceFunc(func() { goredis.SetLogger(printer{}) })

type printer struct{}

// Printf is what the library calls.
func (printer) Printf(ctx context.Context, format string, v ...any) {
	slog.DebugContext(ctx, "redis", "detail", fmt.Sprintf(format, v...))
}
