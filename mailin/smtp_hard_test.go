package mailin_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"amigo/app/db/dbtest"
	"amigo/mailin"
)

// caller speaks SMTP line by line, as no library would.
type caller struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func call(t *testing.T, w *world) *caller {
	t.Helper()
	conn, err := net.Dial("tcp", w.intake.SMTPAddr())
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	c := &caller{t, conn, bufio.NewReader(conn)}
	c.hears("220 ")
	return c
}

// says sends bytes as they are.
func (c *caller) says(text string) {
	c.t.Helper()
	must(c.t, c.conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err := io.WriteString(c.conn, text)
	must(c.t, err)
}

// answer is the last line of the next answer; empty when there is none any more.
func (c *caller) answer() string {
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return ""
		}
		if len(line) > 3 && line[3] != '-' {
			return line
		}
	}
}

func (c *caller) hears(want string) {
	c.t.Helper()
	if got := c.answer(); !strings.HasPrefix(got, want) {
		c.t.Fatalf("answered %q, want %q", got, want)
	}
}

// asks says each line and hears 250, or 354.
func (c *caller) asks(lines ...string) {
	c.t.Helper()
	for _, line := range lines {
		c.says(line + "\r\n")
		if got := c.answer(); !strings.HasPrefix(got, "250") && !strings.HasPrefix(got, "354") {
			c.t.Fatalf("%q: %q", line, got)
		}
	}
}

// begun is a caller whose message is awaited.
func begun(t *testing.T, w *world) *caller {
	t.Helper()
	c := call(t, w)
	c.asks("EHLO mx.exemple.fr", "MAIL FROM:<lou@exemple.fr>", "RCPT TO:<"+house+">", "DATA")
	return c
}

// received is how many messages came.
func (w *world) received() int {
	w.t.Helper()
	all, err := w.intake.Latest(w.system(), "", 0, 500)
	must(w.t, err)
	return len(all)
}

func listeningWorld(t *testing.T, change ...func(*mailin.Config)) *world {
	t.Helper()
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock, append(change, listening)...)
	w.start()
	return w
}

// A server that ends messages elsewhere than we do could be made to send two in
// our eyes where it saw one, the second with a sender of its author's choice.
func TestOneMessageIsNeverTakenForTwo(t *testing.T) {
	w := listeningWorld(t)
	for i, end := range []string{"\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\n\n.\r\n"} {
		c := begun(t, w)
		smuggled := "MAIL FROM:<chef@academie.test>\r\nRCPT TO:<" + house + ">\r\nDATA\r\nFrom: chef@academie.test\r\nSubject: Faux\r\n\r\nFaux.\r\n"
		c.says(fmt.Sprintf("From: lou@exemple.fr\r\nSubject: Un %d\r\nMessage-ID: <one%d@exemple.fr>\r\n\r\nVrai.", i, i) + end + smuggled + ".\r\n")
		c.hears("250 ")
		c.says("QUIT\r\n")
		c.hears("221 ")
		if m := w.newest(); w.received() != i+1 || m.EnvelopeFrom != "lou@exemple.fr" || m.Subject != fmt.Sprintf("Un %d", i) {
			t.Errorf("%q: %d messages, the last %+v", end, w.received(), m)
		}
	}
}

func TestCommandsMayComeAllAtOnce(t *testing.T) {
	w := listeningWorld(t)
	c := call(t, w)
	c.says("EHLO mx.exemple.fr\r\nMAIL FROM:<lou@exemple.fr>\r\nRCPT TO:<personne@academie.test>\r\nRCPT TO:<" + house + ">\r\nDATA\r\n")
	for _, want := range []string{"250 ", "250 ", "550 ", "250 ", "354 "} {
		c.hears(want)
	}
	c.says("From: lou@exemple.fr\r\nSubject: Tout\r\n\r\nTexte.\r\n.\r\nQUIT\r\n")
	c.hears("250 ")
	c.hears("221 ")
	if w.newest().Subject != "Tout" {
		t.Error("not kept")
	}
}

// What comes late is not taken for commands: the connection is over.
func TestASlowMessageIsCutAndNothingOfItIsACommand(t *testing.T) {
	w := listeningWorld(t, func(c *mailin.Config) { c.Pace.Message = 300 * time.Millisecond })
	c := begun(t, w)
	c.says("From: lou@exemple.fr\r\nSubject: Lent\r\n\r\n")
	for range 20 {
		time.Sleep(20 * time.Millisecond)
		if _, err := io.WriteString(c.conn, "x"); err != nil {
			break
		}
	}
	_, _ = io.WriteString(c.conn, "\r\nRSET\r\nMAIL FROM:<chef@academie.test>\r\n")
	c.hears("421 ")
	if got := c.answer(); got != "" {
		t.Errorf("then %q", got)
	}
	if w.received() != 0 {
		t.Error("half a message was kept")
	}
}

func TestNobodyStaysForEver(t *testing.T) {
	w := listeningWorld(t, func(c *mailin.Config) { c.Pace.Visit = 300 * time.Millisecond })
	c := call(t, w)
	c.asks("EHLO mx.exemple.fr")
	for range 100 {
		time.Sleep(20 * time.Millisecond)
		if _, err := io.WriteString(c.conn, "NOOP\r\n"); err != nil || c.answer() == "" {
			return
		}
	}
	t.Error("still there")
}

// The library takes the end of the connection for that of the last chunk.
func TestHalfAChunkIsNoMessage(t *testing.T) {
	w := listeningWorld(t)
	c := call(t, w)
	c.asks("EHLO mx.exemple.fr", "MAIL FROM:<lou@exemple.fr>", "RCPT TO:<"+house+">")
	c.says("BDAT 1000 LAST\r\nFrom: lou@exemple.fr\r\nSubject: Moi")
	must(t, c.conn.(*net.TCPConn).CloseWrite())
	c.hears("421 ")
	if w.received() != 0 {
		t.Error("half a message was kept")
	}
}

func TestWhoeverGuessesOrBabblesIsShownOut(t *testing.T) {
	w := listeningWorld(t)
	for says, heard := range map[string]string{
		"RCPT TO:<x%d@academie.test>\r\n": "421 ",
		"BABBLE%d\r\n":                    "500 ",
	} {
		c := call(t, w)
		c.asks("EHLO mx.exemple.fr", "MAIL FROM:<lou@exemple.fr>")
		last := ""
		for i := range 50 {
			if _, err := fmt.Fprintf(c.conn, says, i); err != nil {
				break
			}
			answer := c.answer()
			if answer == "" {
				break
			}
			last = answer
		}
		if c.answer() != "" || !strings.HasPrefix(last, heard) {
			t.Errorf("%q: the last words are %q", says, last)
		}
	}
}

func TestWhoeverDoesNothingIsShownOutAndWhoeverSendsIsNot(t *testing.T) {
	w := listeningWorld(t)
	for _, says := range [][]string{{"NOOP"}, {"RSET"}, {"VRFY ann"}, {"MAIL FROM:<lou@exemple.fr>", "RSET"}} {
		c := call(t, w)
		c.asks("EHLO mx.exemple.fr")
		last, answers := "", 0
		for i := range 3000 {
			if _, err := io.WriteString(c.conn, says[i%len(says)]+"\r\n"); err != nil {
				break
			}
			answer := c.answer()
			if answer == "" {
				break
			}
			last, answers = answer, answers+1
		}
		if !strings.HasPrefix(last, "421 ") || answers < 50 || answers > 300 {
			t.Errorf("%q: the last words after %d answers are %q", says, answers, last)
		}
	}
	c := call(t, w)
	c.asks("EHLO mx.exemple.fr")
	for range 100 {
		c.asks("RSET", "NOOP", "MAIL FROM:<lou@exemple.fr>", "RCPT TO:<"+house+">")
	}
}

func TestNobodyIsToldWhoIsThere(t *testing.T) {
	c := call(t, listeningWorld(t))
	c.asks("EHLO mx.exemple.fr")
	said := map[string]bool{}
	for _, who := range []string{house, "ann@academie.test", "personne@nulle.part"} {
		c.says("VRFY " + who + "\r\n")
		said[c.answer()] = true
	}
	c.says("EXPN assistance\r\n")
	if refusal := c.answer(); len(said) != 1 || !strings.HasPrefix(refusal, "502 ") {
		t.Errorf("VRFY tells them apart: %v; EXPN says %q", said, refusal)
	}
}

// What could begin a line of its own in an answer, or in a log, is no address.
func TestASenderWithControlCharactersIsNotSaidBack(t *testing.T) {
	c := call(t, listeningWorld(t))
	c.asks("EHLO mx.exemple.fr")
	for _, from := range []string{"a\rb@exemple.fr", "a\x00b@exemple.fr", "a\u0085b@exemple.fr"} {
		c.says("MAIL FROM:<" + from + ">\r\n")
		if said := c.answer(); !strings.HasPrefix(said, "50") || strings.Contains(said, "b@exemple.fr") {
			t.Errorf("%q: %q", from, said)
		}
	}
	if c.says("MAIL FROM:<a@exemple.fr>\r\n"); !strings.HasPrefix(c.answer(), "250 ") {
		t.Error("the next sender is not heard")
	}
}

func TestWhatIsTooLargeIsRefusedAndTheNextIsTaken(t *testing.T) {
	w := listeningWorld(t)
	c := begun(t, w)
	c.says("From: lou@exemple.fr\r\nSubject: Trop\r\n\r\n")
	line := strings.Repeat(strings.Repeat("x", 62)+"\r\n", 1<<14)
	for range mailin.MaxRaw>>20 + 1 {
		c.says(line)
	}
	c.says(".\r\n")
	c.hears("552 ")
	c.asks("MAIL FROM:<lou@exemple.fr>", "RCPT TO:<"+house+">", "DATA")
	c.says("From: lou@exemple.fr\r\nSubject: Assez\r\n\r\nTexte.\r\n.\r\n")
	c.hears("250 ")
	if w.newest().Subject != "Assez" || w.received() != 1 {
		t.Errorf("%d messages", w.received())
	}
}

func TestOnlySoManyLargeMessagesAreHeldAtOnce(t *testing.T) {
	w := listeningWorld(t)
	large := "From: lou@exemple.fr\r\nSubject: Gros\r\n\r\n" + strings.Repeat(strings.Repeat("x", 62)+"\r\n", 1<<14)
	callers := make([]*caller, 9)
	for i := range callers {
		callers[i] = begun(t, w)
		callers[i].says(large[:300<<10])
	}
	busy := make(chan string, len(callers))
	for _, c := range callers {
		go func() { busy <- c.answer() }()
	}
	if got := <-busy; !strings.HasPrefix(got, "452 ") {
		t.Errorf("one too many: %q", got)
	}
	for _, c := range callers {
		_, _ = io.WriteString(c.conn, large[300<<10:]+".\r\n") // one of them is gone
	}
	for range 8 {
		if got := <-busy; !strings.HasPrefix(got, "250 ") {
			t.Errorf("the others: %q", got)
		}
	}
}

// secure turns the conversation into TLS, and gives the server's certificate.
func (c *caller) secure() *x509.Certificate {
	c.t.Helper()
	c.says("STARTTLS\r\nMAIL FROM:<mallory@exemple.fr>\r\n") // said before, and so in clear: not heard
	c.hears("220 ")
	secured := tls.Client(c.conn, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12})
	must(c.t, secured.Handshake())
	c.conn, c.in = secured, bufio.NewReader(secured)
	return secured.ConnectionState().PeerCertificates[0]
}

func TestWithoutACertificateTheListenerMakesOne(t *testing.T) {
	w := listeningWorld(t)
	c := call(t, w)
	c.says("EHLO mx.exemple.fr\r\n")
	offered := false
	for {
		line, err := c.in.ReadString('\n')
		must(t, err)
		offered = offered || strings.Contains(line, "STARTTLS")
		if line[3] == ' ' {
			break
		}
	}
	if who := c.secure(); !offered || who.Subject.CommonName != "academie.test" {
		t.Errorf("offered %v, by %s", offered, who.Subject)
	}
	c.says("RCPT TO:<" + house + ">\r\n")
	c.hears("502 ") // the sender said in clear was not heard
	c.asks("EHLO mx.exemple.fr", "MAIL FROM:<lou@exemple.fr>", "RCPT TO:<"+house+">", "DATA")
	c.says("From: lou@exemple.fr\r\nSubject: Secret\r\n\r\nTexte.\r\n.\r\n")
	c.hears("250 ")
	m := w.newest()
	r, err := w.intake.Raw(w.system(), m.ID)
	must(t, err)
	defer r.Close()
	kept, err := io.ReadAll(r)
	must(t, err)
	if m.Subject != "Secret" || !strings.Contains(string(kept), "by academie.test with ESMTPS; ") {
		t.Errorf("kept %s", kept)
	}
}

// issue writes a certificate and its key where they are looked for.
func issue(t *testing.T, dir string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	about := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: dbtest.Start.AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	must(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	for name, block := range map[string]*pem.Block{"cert": {Type: "CERTIFICATE", Bytes: der}, "key": {Type: "PRIVATE KEY", Bytes: secret}} {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, pem.EncodeToMemory(block), 0o600))
		must(t, os.Chtimes(path, time.Time{}, dbtest.Start.Add(time.Duration(serial)*time.Second)))
	}
}

func TestARenewedCertificateIsUsedAndABrokenOneIsNot(t *testing.T) {
	dir := t.TempDir()
	issue(t, dir, 1)
	w := listeningWorld(t, func(c *mailin.Config) {
		c.SMTPCert, c.SMTPKey = filepath.Join(dir, "cert"), filepath.Join(dir, "key")
	})
	shown := func() int64 { return call(t, w).secure().SerialNumber.Int64() }
	if got := shown(); got != 1 {
		t.Errorf("the first: %d", got)
	}
	issue(t, dir, 2)
	if got := shown(); got != 2 {
		t.Errorf("the renewed: %d", got)
	}
	must(t, os.WriteFile(filepath.Join(dir, "key"), []byte("not yet written"), 0o600))
	if got := shown(); got != 2 {
		t.Errorf("while it is renewed: %d", got)
	}
	clock := dbtest.NewClock()
	other := newWorld(t, dbtest.SQLite(t, clock.Now), clock, listening, func(c *mailin.Config) { c.SMTPCert, c.SMTPKey = dir, dir })
	if err := other.intake.Start(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "AMIGO_SMTP_TLS_CERT") {
		t.Errorf("no certificate at start: %v", err)
	}
}
