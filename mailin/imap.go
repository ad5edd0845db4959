package mailin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"amigo/app/mail"
)

// visit is one connection to a mailbox.
type visit struct {
	*reader
	*wire
	client *imapclient.Client
	news   chan struct{} // rung when the server tells of messages
	now    Reading
	deaf   bool  // the server says that it can tell of news, and does not
	made   bool  // the folder to move to was asked for
	undone error // what could not be done with messages that were kept
}

// visit connects, reads what is new, and waits for more until something fails or
// ctx ends. well says that it came so far as to read.
func (r *reader) visit(ctx context.Context) (well bool, err error) {
	conn, err := r.dial(ctx)
	if err != nil {
		return false, err
	}
	v := &visit{reader: r, wire: newWire(conn, r.pace.Patience), news: make(chan struct{}, 1)}
	defer v.Close() //nolint:errcheck // nothing waits to be written
	defer context.AfterFunc(ctx, func() { _ = v.Close() })()
	v.client = v.open()
	if err := v.signIn(ctx); err != nil {
		return false, v.because(fmt.Errorf("sign in: %w", err))
	}
	for {
		if err := v.look(ctx); err != nil {
			return v.now.validity != 0, v.because(err)
		}
		if err := v.wait(ctx); err != nil {
			return true, v.because(err)
		}
	}
}

// open makes a client of the connection.
func (v *visit) open() *imapclient.Client {
	return imapclient.New(v.wire, &imapclient.Options{
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{
			Mailbox: func(m *imapclient.UnilateralDataMailbox) {
				if m.NumMessages == nil {
					return
				}
				select {
				case v.news <- struct{}{}:
				default:
				}
			},
		},
	})
}

// signIn proves who we are. A server that knows no mechanism of ours has a
// command with a password, as the oldest have.
func (v *visit) signIn(ctx context.Context) error {
	if err := v.client.WaitGreeting(); err != nil {
		return err
	}
	v.expect(0)
	me, can := v.box.SignIn, v.client.Caps()
	client, err := me.Client(ctx, func(mechanism string) bool { return can.Has(imap.AuthCap(mechanism)) })
	if errors.Is(err, mail.ErrNoMechanism) && (me.Mechanism == "" || me.Mechanism == "login") && !can.Has(imap.CapLoginDisabled) {
		return v.client.Login(me.User, me.Password).Wait()
	}
	if err != nil {
		return err
	}
	return v.client.Authenticate(client)
}

// look reads everything that is new. The mailbox is selected each time: that
// asks for news, proves that the server is there, and shows a UIDVALIDITY that
// has moved, after which everything is new and the intake knows it again.
func (v *visit) look(ctx context.Context) error {
	select { // what it told of is read now
	case <-v.news:
	default:
	}
	v.expect(0)
	box, err := v.client.Select(v.box.Folder, nil).Wait()
	if err != nil {
		return fmt.Errorf("select: %w", err)
	}
	if v.now, err = v.in.store.reading(ctx, v.source); err != nil {
		return err
	}
	if v.now.validity != box.UIDValidity {
		v.now = Reading{Source: v.source, validity: box.UIDValidity, next: 1}
	}
	v.undone = nil
	if err := v.tidy(ctx, 1, v.now.next); err != nil {
		return err
	}
	if err := v.catchUp(ctx, box); err != nil {
		return err
	}
	if v.undone != nil {
		v.trouble(ctx, v.undone)
		return nil
	}
	v.well(ctx)
	return nil
}

// wait returns when the server tells of messages, or when it is time to look.
func (v *visit) wait(ctx context.Context) error {
	if v.deaf || !v.client.Caps().Has(imap.CapIdle) {
		return v.rest(ctx, v.pace.Poll)
	}
	v.expect(v.pace.Idle)
	idle, err := v.client.Idle()
	if refused(err) {
		v.deaf = true
		return v.rest(ctx, v.pace.Poll)
	}
	if err != nil {
		return fmt.Errorf("idle: %w", err)
	}
	if err := v.rest(ctx, v.pace.Idle); err != nil {
		_ = idle.Close()
		return err
	}
	v.expect(0)
	return errors.Join(idle.Close(), idle.Wait())
}

// rest waits for a while, for news, or for the end.
func (v *visit) rest(ctx context.Context, d time.Duration) error {
	v.expect(d)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-v.client.Closed():
		return errors.New("the server closed the connection")
	case <-v.news:
	case <-time.After(d):
	}
	return nil
}
