package mailin_test

import (
	"os"
	"path/filepath"
	"testing"

	"amigo/mailin"
)

// Every letter of the collection, however broken, is decided about, and what was
// received can be read as it came. Nothing automatic is answered.
func TestEveryLetterOfTheCollectionIsDecidedAbout(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.eml")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d letters, %v", len(files), err)
	}
	each(t, func(t *testing.T, w *world) {
		w = w.restart(t, generous)
		ids := map[string]mailin.ID{}
		for _, name := range files {
			raw, err := os.ReadFile(name)
			must(t, err)
			if ids[name], err = w.intake.Receive(t.Context(), mailin.Raw{Source: "test", Key: name, Bytes: raw, Trusted: true}); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		w.drain()
		for name, id := range ids {
			m := w.inbound(id)
			if m.State == mailin.Received || m.State == mailin.Failed || m.Act == "" || m.Reason == "" {
				t.Errorf("%s: %+v", name, m)
			}
			if m.State == mailin.Filed && (m.Ticket == 0 || m.Message == 0) && m.Act != mailin.Returned {
				t.Errorf("%s: filed nowhere: %+v", name, m)
			}
			l, err := w.intake.Letter(w.system(), id)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if l.Automatic != mailin.ByPerson && w.answered(id) {
				t.Errorf("%s: automatic, and answered", name)
			}
		}
	})
}

// answered says whether a letter went to whoever wrote a message.
func (w *world) answered(id mailin.ID) bool {
	w.t.Helper()
	m := w.inbound(id)
	if m.Ticket == 0 || m.Act != mailin.Open {
		return false
	}
	sent, err := w.outbox.OfTicket(w.t.Context(), int64(m.Ticket))
	must(w.t, err)
	for _, l := range sent {
		if l.Message == int64(m.Message) && l.Address == m.Sender {
			return true
		}
	}
	return false
}
