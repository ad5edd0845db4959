package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	drainTime  = 20 * time.Second // for requests under way, once told to stop
	headerTime = 10 * time.Second
	idleTime   = 2 * time.Minute
)

// Serve runs the parts until ctx ends or one of them fails. say hears where to
// look once everything answers.
func (a *App) Serve(ctx context.Context, parts Parts, say io.Writer) error {
	if err := a.folder.hold(ctx); err != nil {
		return err
	}
	if err := a.Prepare(ctx); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	if parts.Work {
		group.Go(func() error { return a.Queue.Work(ctx, a.Mux) })
	}
	if parts.Mail {
		if err := a.Intake.Start(ctx, group.Go); err != nil {
			return err
		}
	}
	if parts.Web {
		if err := answer(ctx, group, "AMIGO_LISTEN", a.Config.Listen, a.Web); err != nil {
			return err
		}
	}
	if err := a.serveMetrics(ctx, group); err != nil {
		return err
	}
	_, _ = fmt.Fprint(say, a.whereToLook(parts))
	err := group.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// whereToLook is the last thing said at start.
func (a *App) whereToLook(parts Parts) string {
	text := ""
	if parts.Mail && a.Config.Mail.SMTPListen != "" {
		text += fmt.Sprintf("AMIGO reçoit le courrier de %s sur %s (SMTP).\n", a.Config.Mail.Address, a.Config.Mail.SMTPListen)
	}
	if parts.Mail && a.Config.Mail.LMTPListen != "" {
		text += fmt.Sprintf("AMIGO reçoit le courrier de %s sur %s (LMTP).\n", a.Config.Mail.Address, a.Config.Mail.LMTPListen)
	}
	if parts.Work && !parts.Web {
		text += "AMIGO travaille : file des tâches ouverte.\n"
	}
	if parts.Web {
		text += "AMIGO est ouvert : " + a.Config.Address() + "\n"
	}
	return text
}

// networks reads addresses and networks that Config.Check has found right.
func networks(all []string) []netip.Prefix {
	var found []netip.Prefix
	for _, s := range all {
		if p, err := netip.ParsePrefix(s); err == nil {
			found = append(found, p)
		} else if ip, err := netip.ParseAddr(s); err == nil {
			found = append(found, netip.PrefixFrom(ip, ip.BitLen()))
		}
	}
	return found
}
