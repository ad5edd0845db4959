package mailin_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/textproto"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"amigo/app/db/dbtest"
	"amigo/mailin"
)

// atTheDoor is a world that takes mail by SMTP, and a client's connection.
func atTheDoor(t *testing.T, change ...func(*mailin.Config)) (*world, *smtp.Client) {
	t.Helper()
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock, append(change, listening)...)
	w.start()
	return w, dial(t, w)
}

func dial(t *testing.T, w *world) *smtp.Client {
	t.Helper()
	c, err := smtp.Dial(w.intake.SMTPAddr())
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// code is the number with which a server refused; 0 when it did not.
func code(err error) int {
	if refusal, ok := errors.AsType[*smtp.SMTPError](err); ok {
		return refusal.Code
	}
	if err != nil {
		return -1
	}
	return 0
}

func TestListenerTakesMailForItsOwnAddressOnly(t *testing.T) {
	_, c := atTheDoor(t)
	must(t, c.Mail("lou@exemple.fr", nil))
	for to, right := range map[string]int{
		house: 0, "Assistance@Academie.TEST": 0, "assistance+r.abc@academie.test": 0, "ASSISTANCE+@academie.test": 0,
		"assistance@autre.test": 550, "assistanc@academie.test": 550, "assistance-r@academie.test": 550, "ann@academie.test": 550,
		"assistance@academie.test.autre.test": 550, "assistance+r.abc@autre.test": 550,
	} {
		if got := code(c.Rcpt(to, nil)); got != right {
			t.Errorf("%s: %d, want %d", to, got, right)
		}
	}
}

func TestListenerSaysWhatItCan(t *testing.T) {
	_, c := atTheDoor(t)
	must(t, c.Hello("mx.exemple.fr"))
	for _, name := range []string{"SIZE", "8BITMIME", "SMTPUTF8", "CHUNKING", "PIPELINING", "ENHANCEDSTATUSCODES"} {
		if ok, _ := c.Extension(name); !ok {
			t.Errorf("%s is missing", name)
		}
	}
	for _, name := range []string{"AUTH"} {
		if ok, _ := c.Extension(name); ok {
			t.Errorf("%s is offered, and cannot be kept", name)
		}
	}
	if got := code(c.Mail("lou@exemple.fr", &smtp.MailOptions{Size: 40 << 20})); got != 552 {
		t.Errorf("40 MiB announced: %d", got)
	}
}

func TestALongLineIsNoReasonToLoseAMessage(t *testing.T) {
	w, c := atTheDoor(t)
	raw := write("Lou <lou@exemple.fr>", house, "Tableau", strings.Repeat("x", 900_000), "Message-ID: <l1@exemple.fr>")
	must(t, c.SendMail("lou@exemple.fr", []string{house}, strings.NewReader(raw)))
	if m := w.newest(); m.State != mailin.Filed || m.Subject != "Tableau" {
		t.Errorf("kept %+v", m)
	}
}

func TestNullSenderIsWelcomeAndTheEnvelopeIsKept(t *testing.T) {
	w, c := atTheDoor(t)
	raw := "Return-Path: <forged@exemple.fr>\r\n" + write("Postmaster <postmaster@exemple.fr>", house, "Rapport", "Rien.", "Message-ID: <n1@exemple.fr>")
	must(t, c.SendMail("", []string{house, "assistance+a@academie.test"}, strings.NewReader(raw)))
	m := w.newest()
	want(t, m, mailin.Ignored, mailin.Ignore, mailin.AutomaticMail)
	if m.EnvelopeFrom != "<>" || strings.Join(m.EnvelopeTo, " ") != house+" assistance+a@academie.test" || m.Trusted {
		t.Errorf("kept %+v", m)
	}
	r, err := w.intake.Raw(w.system(), m.ID)
	must(t, err)
	defer r.Close()
	kept, err := io.ReadAll(r)
	must(t, err)
	if !strings.HasPrefix(string(kept), "Return-Path: <>\r\nDelivered-To: "+house+"\r\n") || !strings.HasSuffix(string(kept), raw) ||
		!strings.Contains(string(kept), "([127.0.0.1])\r\n\tby academie.test with ESMTP; Wed, 18 Nov 2026 08:00:00 +0000\r\n") {
		t.Errorf("kept %s", kept)
	}
}

func TestChunkedMailAndMailInOtherAlphabetsComeIn(t *testing.T) {
	w, c := atTheDoor(t)
	_ = c
	conn, err := net.Dial("tcp", w.intake.SMTPAddr())
	must(t, err)
	defer conn.Close()
	text := textproto.NewConn(conn)
	first, second := "From: Zoé <zoé@exemple.fr>\r\nTo: "+house+"\r\nSubject: Été\r\n", "Message-ID: <z@exemple.fr>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nÇa va.\r\n"
	expect := func(want int, command string) {
		t.Helper()
		if command != "" {
			must(t, text.PrintfLine("%s", command))
		}
		if _, _, err := text.ReadResponse(want); err != nil {
			t.Fatalf("%q: %v", command, err)
		}
	}
	expect(220, "")
	expect(250, "EHLO mx.exemple.fr")
	expect(250, "MAIL FROM:<zoé@exemple.fr> SMTPUTF8 BODY=8BITMIME")
	expect(250, "RCPT TO:<"+house+">")
	expect(250, fmt.Sprintf("BDAT %d\r\n%s", len(first), first[:len(first)-2]))
	expect(250, fmt.Sprintf("BDAT %d LAST\r\n%s", len(second), second[:len(second)-2]))
	m := w.newest()
	if m.Subject != "Été" || m.Sender != "zoé@exemple.fr" || m.EnvelopeFrom != "zoé@exemple.fr" {
		t.Errorf("%+v", m)
	}
}

func TestAuthenticationIsBelievedOfOurServersOnly(t *testing.T) {
	raw := func(id string) string {
		return write("theo@academie.test", house, "Bonjour", "C'est moi.", "Message-ID: <"+id+"@academie.test>", proof+"\r\n\t(a comment: all is well)", "X-After: kept")
	}
	for _, c := range []struct {
		says    string
		trusted string
		proven  bool
	}{{"a stranger's server", "192.0.2.0/24", false}, {"a server of ours", "127.0.0.0/8", true}} {
		w, client := atTheDoor(t, proving, func(conf *mailin.Config) { conf.SMTPTrusted = []netip.Prefix{netip.MustParsePrefix(c.trusted)} })
		must(t, client.SendMail("theo@academie.test", []string{house}, strings.NewReader(raw("x"+c.trusted[:3]))))
		m := w.newest()
		want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
		if theirs := w.ticket(m.Ticket).Requester == w.person("theo").ID; theirs != c.proven || m.Trusted != c.proven {
			t.Errorf("%s: believed %v", c.says, theirs)
		}
		r, err := w.intake.Raw(w.system(), m.ID)
		must(t, err)
		kept, err := io.ReadAll(r)
		must(t, err)
		if says := strings.Contains(string(kept), "dmarc=pass"); says != c.proven || strings.Contains(string(kept), "all is well") != c.proven || !strings.Contains(string(kept), "X-After: kept\r\n") {
			t.Errorf("%s: kept %s", c.says, kept)
		}
	}
}

func TestTooManyConnectionsAreToldToComeBack(t *testing.T) {
	w, _ := atTheDoor(t)
	open := func() (net.Conn, string) {
		conn, err := net.Dial("tcp", w.intake.SMTPAddr())
		must(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		line, _ := bufio.NewReader(conn).ReadString('\n')
		return conn, line
	}
	var first net.Conn
	for i := range 49 { // the client of atTheDoor is the fiftieth
		conn, line := open()
		if !strings.HasPrefix(line, "220 ") {
			t.Fatalf("connection %d: %q", i, line)
		}
		first = conn
	}
	if _, line := open(); !strings.HasPrefix(line, "421 ") {
		t.Errorf("one too many: %q", line)
	}
	must(t, first.Close())
	soon(t, "room again", func() bool { _, line := open(); return strings.HasPrefix(line, "220 ") })
}

func TestAPortThatIsTakenIsAnErrorAtOnce(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock, func(c *mailin.Config) { c.SMTPListen = l.Addr().String() })
	err = w.intake.Start(t.Context(), func(func() error) { t.Error("something runs") })
	if err == nil || !strings.Contains(err.Error(), "AMIGO_SMTP_LISTEN") {
		t.Errorf("%v", err)
	}
}

// Told to stop in the middle of a message, the listener takes it to its end.
func TestAMessageUnderWayIsTakenWhenTheListenerStops(t *testing.T) {
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock, listening)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	must(t, w.intake.Start(ctx, func(f func() error) { go func() { ended <- f() }() }))
	c := dial(t, w)
	must(t, c.Mail("lou@exemple.fr", nil))
	must(t, c.Rcpt(house, nil))
	data, err := c.Data()
	must(t, err)
	_, err = io.WriteString(data, "From: lou@exemple.fr\r\nSubject: En route\r\n\r\n")
	must(t, err)
	stop()
	_, err = io.WriteString(data, "Fin.\r\n")
	must(t, err)
	must(t, data.Close())
	must(t, c.Quit())
	must(t, <-ended)
	if m := w.newest(); m.Subject != "En route" {
		t.Errorf("%+v", m)
	}
}
