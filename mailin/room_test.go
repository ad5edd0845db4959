package mailin_test

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"amigo/app/db/dbtest"
)

// A disk without room is told to the sender as what it is, any other failure as
// something that passes; both are remembered until one message is kept.
func TestASenderIsToldWhyNothingIsKept(t *testing.T) {
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock, listening)
	w.start()
	send := func(id string) error {
		c, err := smtp.Dial(w.intake.SMTPAddr())
		must(t, err)
		defer c.Close()
		return c.SendMail("ann@academie.test", []string{house}, strings.NewReader(write("ann@academie.test", house, "Place", "x", "Message-ID: <"+id+"@academie.test>")))
	}
	for _, c := range []struct {
		fails error
		code  int
		cause string
	}{
		{fmt.Errorf("blob: put: %w", syscall.ENOSPC), 452, "full"},
		{errors.New("the cupboard is locked"), 451, "unknown"},
	} {
		w.blobs.failing(func(string) error { return c.fails })
		answer, said := errors.AsType[*smtp.SMTPError](send("room"))
		if !said || answer.Code != c.code {
			t.Errorf("%v is told as %v, want %d", c.fails, answer, c.code)
		}
		all, err := w.intake.Sources(w.system())
		must(t, err)
		if len(all) != 1 || all[0].Source != "smtp" || string(all[0].Cause()) != c.cause || !all[0].Since.Equal(dbtest.Start) {
			t.Errorf("after %v the sources stand at %+v", c.fails, all)
		}
	}
	// Another process reads what was written, and so does the next one.
	other := w.restart(t, listening)
	clock.Advance(time.Minute)
	all, err := other.intake.Sources(other.system())
	must(t, err)
	if !all[0].Fails() || all[0].Failures != 2 || !all[0].Since.Equal(dbtest.Start) {
		t.Errorf("another process sees %+v", all[0])
	}
	w.blobs.failing(nil)
	must(t, send("room"))
	if all, err = w.intake.Sources(w.system()); err != nil || all[0].Fails() || all[0].WellAt.IsZero() {
		t.Errorf("with room again %+v, %v", all, err)
	}
}

// A message of which the process died at every attempt is given up, and does not
// come round for ever.
func TestAMessageThatKillsTheProcessIsGivenUp(t *testing.T) {
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock)
	id := w.receive(write("ann@academie.test", house, "Fatal", "x", "Message-ID: <fatal@academie.test>"))
	_, err := w.db.SQL().ExecContext(t.Context(), "UPDATE inbound SET attempts = 12 WHERE id = ?", id)
	must(t, err)
	for range 3 {
		_ = w.queue.Drain(t.Context(), w.mux)
		clock.Advance(2 * time.Hour)
	}
	m := w.inbound(id)
	if m.State != "failed" || !strings.Contains(m.LastError, "process ended") {
		t.Errorf("%s: %s", m.State, m.LastError)
	}
	must(t, w.queue.Drain(t.Context(), w.mux))
	n, err := w.intake.Replay(w.system(), id)
	must(t, err)
	w.drain()
	if m = w.inbound(id); n != 1 || m.State != "filed" {
		t.Errorf("tried again it is %s: %s", m.State, m.LastError)
	}
}
