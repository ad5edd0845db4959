package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	ours "amigo/app/mail"
)

// server is a small mail server that takes everything, unless it is told to
// misbehave.
type server struct {
	addr  string
	roots *x509.CertPool

	mu       sync.Mutex
	misdeed  func(at string, d *dialog) error // "mail", "rcpt", "data": what it does there
	accounts map[string]string
	conns    map[string]net.Conn // all that there ever were, by the client's port
	taken    [][]byte
	options  []smtp.MailOptions
	signedIn []string // by which mechanism
	under    map[string]int
	most     map[string]int // letters under way to a domain at once, at the most
}

// misbehave says what the server does from now on; nil: all is well.
func (s *server) misbehave(f func(at string, d *dialog) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.misdeed = f
}

func (s *server) letters() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.taken)
}

// connections counts those that clients have opened.
func (s *server) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// hangUp closes every connection, without a word.
func (s *server) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		_ = c.Close()
	}
}

// NewSession greets a client.
func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	d := &dialog{server: s, conn: c.Conn()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[d.conn.RemoteAddr().String()] = d.conn
	return d, nil
}

type dialog struct {
	*server
	conn   net.Conn
	domain string
}

func (d *dialog) at(stage string) error {
	d.mu.Lock()
	misdeed := d.misdeed
	d.mu.Unlock()
	if misdeed == nil {
		return nil
	}
	return misdeed(stage, d)
}

func (d *dialog) AuthMechanisms() []string {
	if len(d.accounts) == 0 {
		return nil
	}
	return []string{"PLAIN", "LOGIN", "XOAUTH2"}
}

func (d *dialog) Auth(mechanism string) (sasl.Server, error) {
	check := func(user, password string) error {
		if d.accounts[user] != password {
			return smtp.ErrAuthFailed
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.signedIn = append(d.signedIn, mechanism)
		return nil
	}
	switch mechanism {
	case "PLAIN":
		return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
	case "LOGIN":
		return &loginServer{check: check}, nil
	}
	return &tokenServer{check: check}, nil
}

// loginServer asks for the user, then for the password.
type loginServer struct {
	said  []string
	check func(user, password string) error
}

func (l *loginServer) Next(answer []byte) (challenge []byte, done bool, err error) {
	if answer != nil {
		l.said = append(l.said, string(answer))
	}
	switch len(l.said) {
	case 0:
		return []byte("Username:"), false, nil
	case 1:
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.said[0], l.said[1])
}

// tokenServer reads what Google and Microsoft want to be shown.
type tokenServer struct {
	check func(user, token string) error
}

func (s *tokenServer) Next(said []byte) (challenge []byte, done bool, err error) {
	user, rest, _ := strings.Cut(strings.TrimPrefix(string(said), "user="), "\x01")
	return nil, true, s.check(user, strings.TrimSuffix(strings.TrimPrefix(rest, "auth=Bearer "), "\x01\x01"))
}

func (d *dialog) Mail(_ string, o *smtp.MailOptions) error {
	if err := d.at("mail"); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.options = append(d.options, *o)
	return nil
}

func (d *dialog) Rcpt(to string, _ *smtp.RcptOptions) error {
	_, domain, _ := strings.Cut(to, "@")
	d.mu.Lock()
	d.domain = domain
	d.under[domain]++
	d.most[domain] = max(d.most[domain], d.under[domain])
	d.mu.Unlock()
	if err := d.at("rcpt"); err != nil {
		return err
	}
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
	if err != nil {
		return err
	}
	if err := d.at("data"); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.taken = append(d.taken, raw)
	return nil
}

func (d *dialog) Reset() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.domain != "" {
		d.under[d.domain]--
		d.domain = ""
	}
}

func (d *dialog) Logout() error {
	d.Reset()
	return nil
}

// cut hangs up in the middle of a conversation.
func (d *dialog) cut() error {
	_ = d.conn.Close()
	return errors.New("cut")
}

// startServer serves on the loopback address until the test ends.
func startServer(t *testing.T, with ...func(*smtp.Server, *server)) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := &server{addr: l.Addr().String(), conns: map[string]net.Conn{}, under: map[string]int{}, most: map[string]int{}}
	serving := smtp.NewServer(s)
	serving.Domain, serving.ErrorLog = "mail.test", quiet{}
	for _, change := range with {
		change(serving, s)
	}
	if serving.TLSConfig != nil && serving.TLSConfig.ClientAuth == tls.RequireAnyClientCert { // TLS from the first byte
		serving.TLSConfig.ClientAuth = tls.NoClientCert
		l = tls.NewListener(l, serving.TLSConfig)
	}
	go func() { _ = serving.Serve(l) }()
	t.Cleanup(func() { _ = serving.Close() })
	return s
}

// quiet hears what a server complains of.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// secure gives the server a certificate, that only the test believes.
func secure(t *testing.T) func(*smtp.Server, *server) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	now := time.Now()
	about := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, &about, &about, key.Public(), key)
	must(t, err)
	leaf, err := x509.ParseCertificate(der)
	must(t, err)
	return func(serving *smtp.Server, s *server) {
		serving.TLSConfig = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
		s.roots = x509.NewCertPool()
		s.roots.AddCert(leaf)
	}
}

// account lets somebody sign in.
func account(user, password string) func(*smtp.Server, *server) {
	return func(_ *smtp.Server, s *server) { s.accounts = map[string]string{user: password} }
}

// way is how letters go to the server.
func (s *server) way(t *testing.T, address string) *ours.SMTP {
	t.Helper()
	w, err := ours.NewSMTP(strings.ReplaceAll(address, "SERVER", s.addr), "", nil)
	must(t, err)
	w.Roots, w.Patience = s.roots, 2*time.Second
	t.Cleanup(func() { _ = w.Close() })
	return w
}
