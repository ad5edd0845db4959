package mail_test

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	ours "amigo/app/mail"
)

// server is a small mail server: it takes everything, but refuses whom it is told to.
type server struct {
	mu    sync.Mutex
	taken [][]byte
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &dialog{server: s}, nil }

type dialog struct{ *server }

func (d *dialog) Mail(string, *smtp.MailOptions) error { return nil }

func (d *dialog) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch to {
	case "nobody@academie.test":
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	case "full@academie.test":
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox full"}
	}
	return nil
}

func (d *dialog) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.taken = append(d.taken, raw)
	return err
}

func (d *dialog) Reset()        {}
func (d *dialog) Logout() error { return nil }

func startServer(t *testing.T) (*server, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := &server{}
	smtpServer := smtp.NewServer(s)
	smtpServer.Domain = "mail.test"
	go func() { _ = smtpServer.Serve(l) }()
	t.Cleanup(func() { _ = smtpServer.Close() })
	return s, l.Addr().String()
}

func TestSMTPTellsNeverFromNotNow(t *testing.T) {
	s, addr := startServer(t)
	way, err := ours.NewSMTP("smtp://"+addr, "", nil)
	must(t, err)
	must(t, way.Check(t.Context()))
	raw := []byte("From: a@academie.test\r\nTo: ann@academie.test\r\nSubject: x\r\n\r\nBonjour.\r\n.ligne\r\n")
	must(t, way.Send(t.Context(), "assistance@academie.test", "ann@academie.test", raw))
	if len(s.taken) != 1 || string(s.taken[0]) != string(raw) {
		t.Fatalf("taken %q", s.taken)
	}
	_, refused := errors.AsType[*ours.RefusedError](way.Send(t.Context(), "assistance@academie.test", "nobody@academie.test", raw))
	if !refused {
		t.Error("550 is not a refusal")
	}
	err = way.Send(t.Context(), "assistance@academie.test", "full@academie.test", raw)
	if _, refused := errors.AsType[*ours.RefusedError](err); err == nil || refused {
		t.Errorf("452 is %v", err)
	}
}

func TestSMTPNeverSendsAPasswordInClear(t *testing.T) {
	_, addr := startServer(t) // offers no STARTTLS
	way, err := ours.NewSMTP("smtp://user:secret@"+addr, "", nil)
	must(t, err)
	if err := way.Check(t.Context()); err == nil {
		t.Error("it signed in")
	}
}

func TestSMTPAddressesThatAreNone(t *testing.T) {
	for _, address := range []string{"", "mail.test:25", "http://mail.test", "smtp://"} {
		if _, err := ours.NewSMTP(address, "", nil); err == nil {
			t.Errorf("%q was accepted", address)
		}
	}
}
