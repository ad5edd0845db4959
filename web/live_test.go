package web_test

import (
	"bufio"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/live"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web"
)

// ear is a browser that listens to the stream.
type ear struct {
	t      testing.TB
	status int
	header http.Header
	heard  chan string // "change {…}", "everything 1"; closed with the stream
	hangUp func()
}

// listen opens the stream; the signs of life are left out.
func (b *browser) listen(headers ...string) *ear {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	b.t.Cleanup(cancel)
	r := must(http.NewRequestWithContext(ctx, http.MethodGet, b.address("/live"), nil))(b.t)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res := must(b.client.Do(r))(b.t)
	e := &ear{t: b.t, status: res.StatusCode, header: res.Header, heard: make(chan string, 100), hangUp: cancel}
	go func() {
		defer close(e.heard)
		defer res.Body.Close()
		event := ""
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			switch name, value, _ := strings.Cut(lines.Text(), ": "); {
			case name == "event":
				event = value
			case name == "data" && event != "beat":
				e.heard <- event + " " + value
			}
		}
	}()
	return e
}

// hears waits for what is told next.
func (e *ear) hears(want string) {
	e.t.Helper()
	select {
	case got, open := <-e.heard:
		if !open || got != want {
			e.t.Fatalf("heard %q and not %q", got, want)
		}
	case <-time.After(10 * time.Second):
		e.t.Fatalf("%q is not heard", want)
	}
}

// hasHeardNothing says whether nothing more was told; what was done before must
// have reached others.
func (e *ear) hasHeardNothing(when string) {
	e.t.Helper()
	select {
	case got, open := <-e.heard:
		e.t.Errorf("%s: heard %q (open %v)", when, got, open)
	default:
	}
}

// ends waits for the end of the stream.
func (e *ear) ends(why string) {
	e.t.Helper()
	patience := time.After(10 * time.Second)
	for {
		select {
		case _, open := <-e.heard:
			if !open {
				return
			}
		case <-patience:
			e.t.Fatalf("%s: the stream goes on", why)
		}
	}
}

func changed(id tickets.ID) string { return `change {"ticket":[` + id.Ref() + `]}` }

func TestAStreamTellsEachReaderOfWhatTheyMaySeeAndOfNothingElse(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("ann", "Imprimante muette")
	theo, ann, bob := w.visit("theo").listen(), w.visit("ann").listen(), w.visit("bob").listen()
	everybody := map[string]*ear{"theo": theo, "ann": ann, "bob": bob}
	bobs := must(w.house.People.ByUID(t.Context(), "bob"))(t).ID
	desk, as := w.house.Desk, w.as("theo")
	for _, step := range []struct {
		name string
		do   func() error
		hear []string
	}{
		{"an answer", func() error { _, err := desk.Reply(as, ticket.ID, tickets.Reply{Body: "Bonjour."}); return err }, []string{"theo", "ann"}},
		{"a note", func() error { _, err := desk.Note(as, ticket.ID, tickets.Note{Body: "Encore elle."}); return err }, []string{"theo"}},
		{"a follower", func() error { _, err := desk.Follow(as, ticket.ID, tickets.Follow{Person: bobs}); return err }, []string{"theo", "ann", "bob"}},
		{"an answer to both", func() error { _, err := desk.Reply(as, ticket.ID, tickets.Reply{Body: "Et alors ?"}); return err }, []string{"theo", "ann", "bob"}},
		{"one follower less", func() error { return desk.Unfollow(as, ticket.ID, bobs) }, []string{"theo", "ann"}},
		{"an answer to one", func() error { _, err := desk.Reply(as, ticket.ID, tickets.Reply{Body: "C'est fait."}); return err }, []string{"theo", "ann"}},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		for _, who := range step.hear {
			everybody[who].hears(changed(ticket.ID))
		}
		for who, e := range everybody {
			if !slices.Contains(step.hear, who) {
				e.hasHeardNothing(step.name + ": " + who)
			}
		}
	}
	w.house.Hub.Publish(t.Context(), live.Change{What: "mail", ID: 4})
	w.house.Hub.Publish(t.Context(), live.Everything)
	for who, e := range everybody {
		if who == "theo" {
			e.hears("everything 1") // which says no less than the mail beside it
			continue
		}
		e.hears("everything 1")
		e.hasHeardNothing(who)
	}
}

func TestAStreamIsOneThatProxiesLetThrough(t *testing.T) {
	var mu sync.Mutex
	var counted []string
	w := newTown(t, func(c *web.Config, _ *web.House) {
		c.Answered = func(route, _ string, _ int, _ time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			counted = append(counted, route)
		}
	})
	e := w.visit("ann").listen("Accept-Encoding", "gzip")
	for name, want := range map[string]string{
		"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Content-Encoding": "",
	} {
		if got := e.header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	e.hangUp()
	e.ends("the reader went")
	for deadline := time.Now().Add(10 * time.Second); w.server.Streams() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the stream of who has gone is kept")
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if slices.Contains(counted, "/live") {
		t.Error("a stream is counted as an answer that took long")
	}
}

func TestWhoComesAgainHearsThatAnythingMayHaveChanged(t *testing.T) {
	w := newTown(t)
	ann := w.visit("ann")
	ann.listen("Last-Event-ID", "1").hears("everything 1")
	first := ann.listen()
	id := w.ticket("ann", "Écran noir").ID
	first.hears(changed(id))
}

func TestAStreamEndsWithItsSessionAndWithTheRightsOfItsReader(t *testing.T) {
	w := newTown(t)
	w.server.SetPulse(10 * time.Millisecond)
	out := w.visit("ann")
	signedOut, idle, stays := out.listen(), w.visit("bob").listen(), w.visit("sam").listen()
	demoted, disabled := w.visit("theo").listen(), w.visit("tess").listen()
	token := out.get("/").Find("input[name=csrf]").First().AttrOr("value", "")
	out.post("/auth/logout", map[string][]string{"csrf": {token}})
	signedOut.ends("signed out")
	w.sets("theo", "role", people.Requester)
	demoted.ends("demoted")
	w.sets("tess", "disabled_at", w.clock.Now())
	disabled.ends("disabled")
	w.house.Hub.Publish(t.Context(), live.Everything)
	stays.hears("everything 1")
	w.clock.Advance(31 * time.Minute) // a stream does not keep it alive
	idle.ends("idle")
	stays.ends("idle, too")
}

// sets writes a column of a person.
func (w *town) sets(uid, column string, value any) {
	w.t.Helper()
	err := w.db.Tx(w.t.Context(), func(ctx context.Context) error {
		return w.db.Gorm(ctx).Exec("UPDATE persons SET "+column+" = ? WHERE uid = ?", value, uid).Error
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestEveryStreamEndsWhenTheProcessIsToldToEnd(t *testing.T) {
	w := newTown(t)
	ann, theo := w.visit("ann"), w.visit("theo").listen()
	e := ann.listen()
	w.server.HangUp()
	e.ends("hung up")
	theo.ends("hung up")
	ann.listen().ends("hung up before")
}

func TestNobodyHoldsMoreThanSoManyStreams(t *testing.T) {
	w := newTown(t)
	ann := w.visit("ann")
	w.server.SetMostOfOne(3)
	for range 3 {
		if e := ann.listen(); e.status != http.StatusOK {
			t.Fatalf("status %d", e.status)
		}
	}
	if e := ann.listen(); e.status != http.StatusTooManyRequests {
		t.Errorf("one more: %d", e.status)
	}
	if e := w.visit("bob").listen(); e.status != http.StatusOK {
		t.Errorf("somebody else: %d", e.status)
	}
}

func TestManyChangesAtOnceAreOneWord(t *testing.T) {
	w := newTown(t)
	e := w.visit("theo").listen()
	for i := range int64(2000) {
		w.house.Hub.Publish(t.Context(), live.Change{What: tickets.LiveTicket, ID: 10_000 + i})
	}
	for told := 0; ; told++ {
		select {
		case got := <-e.heard:
			if strings.HasPrefix(got, "everything") {
				return
			}
			if told > 100 {
				t.Fatal("each of them is told")
			}
		case <-time.After(10 * time.Second):
			t.Fatal("nothing is heard")
		}
	}
}
