package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"amigo/app/fault"
)

func TestFieldsAreInvalidAndKeepTheFirstComplaint(t *testing.T) {
	f := fault.Fields{}
	if f.Err() != nil {
		t.Fatal("no field refused, yet an error")
	}
	f.Add("subject", "form.required")
	f.Add("subject", "form.long", "Max", 200)
	err := fmt.Errorf("ticket: open: %w", f.Err())
	if !errors.Is(err, fault.Invalid) || errors.Is(err, fault.NotFound) {
		t.Fatalf("kind of %v", err)
	}
	if got := fault.FieldsOf(err)["subject"].Key; got != "form.required" {
		t.Fatalf("complaint %q, want the first", got)
	}
}

func TestProblemCarriesKindAndSentenceThroughWrapping(t *testing.T) {
	load := func() (err error) {
		defer fault.Wrap(&err, "ticket %d: solve", 7)
		return fault.Because(fault.Conflict, "ticket.stale", "Who", "A. Blin")
	}
	err := load()
	if !errors.Is(err, fault.Conflict) {
		t.Fatalf("kind of %v", err)
	}
	m, ok := fault.MessageOf(err)
	if !ok || m.Key != "ticket.stale" || m.Args["Who"] != "A. Blin" {
		t.Fatalf("message %+v", m)
	}
	if want := "ticket 7: solve: conflict (ticket.stale)"; err.Error() != want {
		t.Fatalf("text %q, want %q", err, want)
	}
}
