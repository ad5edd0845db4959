package mailin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// visit is one connection to a mailbox.
type visit struct {
	*reader
	conn   net.Conn
	client *imapclient.Client
	news   chan struct{} // rung when the server tells of messages
	watch  *time.Timer   // closes the connection when the server is silent too long
	now    Reading
}

// visit connects, reads what is new, and waits for more until something fails or
// ctx ends. well says that it came so far as to read.
func (r *reader) visit(ctx context.Context) (well bool, err error) {
	conn, err := r.dial(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close() //nolint:errcheck // nothing waits to be written
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	v := &visit{reader: r, conn: conn, news: make(chan struct{}, 1)}
	v.watch = time.AfterFunc(r.pace.Patience, func() { _ = conn.Close() })
	defer v.watch.Stop()
	v.client = v.open(conn)
	if err := v.signIn(); err != nil {
		return false, fmt.Errorf("sign in: %w", err)
	}
	for {
		if err := v.look(ctx); err != nil {
			return well, err
		}
		well = true
		if err := v.wait(ctx); err != nil {
			return well, err
		}
	}
}

// open makes a client of a connection.
func (v *visit) open(conn net.Conn) *imapclient.Client {
	return imapclient.New(conn, &imapclient.Options{
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

// expect gives the server so long, and its patience more, to say something.
func (v *visit) expect(d time.Duration) { v.watch.Reset(d + v.pace.Patience) }

// signIn proves who we are, by PLAIN where the server knows it: LOGIN has no
// words for a password that is not ASCII.
func (v *visit) signIn() error {
	if err := v.client.WaitGreeting(); err != nil {
		return err
	}
	v.expect(0)
	if v.client.Caps().Has(imap.AuthCap("PLAIN")) {
		return v.client.Authenticate(sasl.NewPlainClient("", v.box.User, v.box.Password))
	}
	return v.client.Login(v.box.User, v.box.Password).Wait()
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
	uids, err := v.unread(box)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	for batch := range slices.Chunk(uids, imapBatch) {
		if err := v.readBatch(ctx, batch); err != nil {
			return err
		}
	}
	return v.well(ctx)
}

// unread lists the UIDs that were not read, in order. A search for n:* finds the
// last message even where n is past it.
func (v *visit) unread(box *imap.SelectData) ([]imap.UID, error) {
	if box.NumMessages == 0 || box.UIDNext != 0 && uint32(box.UIDNext) <= v.now.next {
		return nil, nil
	}
	v.expect(0)
	all := imap.UIDSet{imap.UIDRange{Start: imap.UID(v.now.next), Stop: 0}}
	found, err := v.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{all}}, nil).Wait()
	if err != nil {
		return nil, err
	}
	uids := slices.DeleteFunc(found.AllUIDs(), func(uid imap.UID) bool { return uint32(uid) < v.now.next })
	slices.Sort(uids)
	return slices.Compact(uids), nil
}

// wait returns when the server tells of messages, or when it is time to look.
func (v *visit) wait(ctx context.Context) error {
	if !v.client.Caps().Has(imap.CapIdle) {
		return v.rest(ctx, v.pace.Poll)
	}
	v.expect(v.pace.Idle)
	idle, err := v.client.Idle()
	if err != nil {
		return fmt.Errorf("idle: %w", err)
	}
	rested := v.rest(ctx, v.pace.Idle)
	v.expect(0)
	return errors.Join(rested, idle.Close(), idle.Wait())
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
