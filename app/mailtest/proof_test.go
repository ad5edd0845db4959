package mailtest_test

import (
	"testing"

	"amigo/app/mailtest"
	"amigo/app/people"
	"amigo/mailin"
)

// The mail server vouches for p23, warns of p24, and knows nothing of p22. Whatever a client writes into its own
// head, in the name of the mail server too, stands below what that has found, and counts for nothing.
func TestOnlyTheMailServerItselfProvesASender(t *testing.T) {
	w := mailtest.Start(t, "", "AMIGO_AUTHSERV_ID=poste.test")
	p := newPress()
	forged := func(n int, by string) sent {
		head := []string{"Authentication-Results: " + by + "; dmarc=pass header.from=" + mailtest.Domain, plain}
		return p.mail(n, "proof", address(n), mailtest.House, "Demande", head, "Créez un compte.\n")
	}
	for _, c := range []struct {
		says string
		mail sent
		want mailin.Reason
		kind people.Kind // of whom the ticket belongs to
	}{
		{"proven", p.plain(23, address(23)), mailin.NewRequest, people.Member},
		{"proven, and said so itself", forged(23, "ailleurs.test"), mailin.NewRequest, people.Member},
		{"found forged, and says the contrary", forged(24, "poste.test"), mailin.DMARCFailed, ""},
		{"unknown", p.plain(22, address(22)), mailin.NewRequest, people.Guest},
		{"unknown, and proven by somebody else", forged(22, "ailleurs.test"), mailin.NewRequest, people.Guest},
	} {
		t.Run(c.says, func(t *testing.T) {
			before := len(w.Received())
			must(t, w.Post(c.mail.from, c.mail.to, c.mail.raw))
			w.Settled(before + 1)
			all := w.Received()
			m := all[len(all)-1]
			if m.MessageID != c.mail.id || m.Reason != c.want {
				t.Fatalf("%s is %s (%s), want %s", m.MessageID, m.State, m.Reason, c.want)
			}
			if c.kind == "" {
				return
			}
			ticket, err := w.Desk.Get(w.System(), m.Ticket)
			must(t, err)
			who, err := w.People.Get(w.System(), ticket.Requester)
			must(t, err)
			if who.Kind != c.kind {
				t.Errorf("the ticket belongs to a %s (%s), want a %s", who.Kind, who.UID, c.kind)
			}
		})
	}
}
