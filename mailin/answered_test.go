package mailin_test

import (
	"strings"
	"testing"
	"time"
)

func TestLettersCanReferToTheMailThatTheyAnswer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.deliver(strings.ReplaceAll("From: ann@academie.test\nTo: "+house+"\nSubject: Imprimante\nMessage-ID: <CAF.Ann@mail.test>\n\nElle est muette.\n", "\n", "\r\n"))
		ann, paul, now := int64(w.person("ann").ID), int64(w.person("paul").ID), w.db.Now(t.Context())
		found, err := w.intake.Answered(t.Context(), int64(m.Ticket), ann, now)
		if err != nil || len(found) != 1 || found[0].MessageID != "CAF.Ann@mail.test" || found[0].At.IsZero() {
			t.Errorf("%v, %v", found, err)
		}
		if early, err := w.intake.Answered(t.Context(), int64(m.Ticket), ann, now.Add(-time.Hour)); err != nil || len(early) != 0 {
			t.Errorf("before it was filed: %v, %v", early, err)
		}
		if others, err := w.intake.Answered(t.Context(), int64(m.Ticket), paul, now); err != nil || len(others) != 0 {
			t.Errorf("somebody else's: %v, %v", others, err)
		}
	})
}
