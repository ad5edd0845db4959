package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"

	"golang.org/x/sync/errgroup"

	"amigo/app/metrics"
)

// watch has the floors below tell what happens to those who watch over it.
func (a *App) watch(version string) {
	a.Metrics = metrics.New(metrics.House{
		DB: a.DB, Queue: a.Queue, Outbox: a.Outbox, Intake: a.Intake, Engine: a.Engine,
		Streams: func() int {
			if a.Web == nil {
				return 0
			}
			return a.Web.Streams()
		},
		Space: func() (free, size uint64, err error) { return space(a.Config.DataDir) },
	}, version)
	a.Queue.Ran = a.Metrics.Ran
	a.Intake.Watch(a.Metrics.Filed)
	a.Outbox.Watch(a.Metrics.Carried)
}

// serveMetrics answers those who watch, on an address of their own, until ctx ends.
func (a *App) serveMetrics(ctx context.Context, group *errgroup.Group) error {
	if a.Config.MetricsListen == "" {
		return nil
	}
	return answer(ctx, group, "AMIGO_METRICS_LISTEN", a.Config.MetricsListen, a.Metrics)
}

// answer answers requests on an address until ctx ends, and then those under way.
// variable is the one that names the address.
func answer(ctx context.Context, group *errgroup.Group, variable, address string, handler http.Handler) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) }, // requests under way are finished, not cut
		ErrorLog:    slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
	if h, ok := handler.(interface{ HangUp() }); ok {
		server.RegisterOnShutdown(h.HangUp) // streams are under way for hours
	}
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
		defer cancel()
		return server.Shutdown(last)
	})
	return nil
}

// space is how much room is left where a folder is, for this program, and how
// much there is in all; in bytes.
func space(folder string) (free, size uint64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", folder, err)
	}
	return s.Bavail * uint64(s.Bsize), s.Blocks * uint64(s.Bsize), nil //nolint:gosec // a size is not negative
}
