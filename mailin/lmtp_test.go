package mailin_test

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"amigo/app/db/dbtest"
	"amigo/mailin"
)

func overLMTP(c *mailin.Config) { c.LMTPListen = "127.0.0.1:0" }

// handOver hands a message over as our own mail server does, and gives what is
// wrong with it for any of those that it is for.
func handOver(t *testing.T, w *world, raw string, to ...string) error {
	t.Helper()
	network := "tcp"
	if filepath.IsAbs(w.intake.LMTPAddr()) {
		network = "unix"
	}
	conn, err := net.Dial(network, w.intake.LMTPAddr())
	must(t, err)
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	must(t, c.Mail("ann@academie.test", nil))
	for _, one := range to {
		if err := c.Rcpt(one, nil); err != nil {
			return err
		}
	}
	data, err := c.Data()
	must(t, err)
	_, err = io.WriteString(data, raw)
	must(t, err)
	return data.Close()
}

func TestOurMailServerIsBelievedAndAnsweredForEachRecipient(t *testing.T) {
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock, overLMTP, proving)
	w.start()
	conn, err := net.Dial("tcp", w.intake.LMTPAddr())
	must(t, err)
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	must(t, c.Mail("theo@academie.test", nil))
	must(t, c.Rcpt(house, nil))
	if got := code(c.Rcpt("ann@academie.test", nil)); got != 550 {
		t.Errorf("somebody else's address: %d", got)
	}
	must(t, c.Rcpt("assistance+a@academie.test", nil))
	data, err := c.Data()
	must(t, err)
	_, err = io.WriteString(data, write("theo@academie.test", house, "Bonjour", "C'est moi.", "Message-ID: <lm@academie.test>", proof))
	must(t, err)
	answers, err := data.CloseWithLMTPResponse()
	must(t, err)
	if len(answers) != 2 || answers[house] == nil || answers["assistance+a@academie.test"] == nil {
		t.Errorf("answers %v", answers)
	}
	m := w.newest()
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	if m.Source != "lmtp" || !m.Trusted || w.ticket(m.Ticket).Requester != w.person("theo").ID || strings.Join(m.EnvelopeTo, " ") != house+" assistance+a@academie.test" {
		t.Errorf("kept %+v", m)
	}
}

func TestEveryRecipientHearsThatAMessageIsNotStored(t *testing.T) {
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock, overLMTP)
	w.start()
	w.blobs.failing(func(string) error { return errShelf })
	err := handOver(t, w, write("ann@academie.test", house, "Plein", "Texte.", "Message-ID: <lp@academie.test>"), house, "assistance+b@academie.test")
	told, ok := errors.AsType[smtp.LMTPDataError](err)
	if !ok || len(told) != 2 || told[house].Code != 452 || told["assistance+b@academie.test"].Code != 452 {
		t.Errorf("told %v", err)
	}
}

func TestASocketIsForItsGroupAndOneLeftBehindIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lmtp")
	at := func(c *mailin.Config) { c.LMTPListen = path }
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	must(t, err)
	left.SetUnlinkOnClose(false)
	must(t, left.Close())
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock, at)
	w.start()
	is, err := os.Stat(path)
	must(t, err)
	if is.Mode().Perm() != 0o660 {
		t.Errorf("mode %v", is.Mode())
	}
	must(t, handOver(t, w, write("ann@academie.test", house, "Par le tuyau", "Texte.", "Message-ID: <lu@academie.test>"), house))
	if m := w.newest(); m.Subject != "Par le tuyau" {
		t.Errorf("%+v", m)
	}
	other := newWorld(t, dbtest.SQLite(t, clock.Now), clock, at)
	if err := other.intake.Start(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "AMIGO_LMTP_LISTEN") {
		t.Errorf("a socket in use: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, []byte("precious"), 0o600))
	other = newWorld(t, dbtest.SQLite(t, clock.Now), clock, func(c *mailin.Config) { c.LMTPListen = file })
	if err := other.intake.Start(t.Context(), nil); err == nil {
		t.Error("a file is no socket")
	}
	if kept, err := os.ReadFile(file); err != nil || string(kept) != "precious" {
		t.Errorf("the file is gone: %q, %v", kept, err)
	}
}
