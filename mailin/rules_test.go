package mailin

import (
	"slices"
	"strings"
	"testing"

	"amigo/app/fault"
	"amigo/app/i18n"
)

func TestEveryWrongLineOfTheRulesIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Rules)
		field  string
		named  []string
	}{
		"the usual":             {func(*Rules) {}, "", nil},
		"addresses and domains": {func(r *Rules) { r.Monitors, r.Blocked = []string{"a@b.fr", "@c.fr"}, []string{"@d.e.fr"} }, "", nil},
		"no addresses":          {func(r *Rules) { r.Monitors = []string{"a@b.fr", "nagios", "@local", "x y@z.fr"} }, "monitors", []string{"nagios", "@local", "x y@z.fr"}},
		"in both":               {func(r *Rules) { r.Monitors, r.Blocked = []string{"a@b.fr"}, []string{"a@b.fr"} }, "blocked", []string{"a@b.fr"}},
		"no letters":            {func(r *Rules) { r.Sender = 0 }, "sender", nil},
		"too many":              {func(r *Rules) { r.Ticket = MaxBudget + 1 }, "ticket", nil},
		"less than none":        {func(r *Rules) { r.Guest = -1 }, "guest", nil},
		"another welcome":       {func(r *Rules) { r.Guests = GuestsHeld }, "guests", nil},
	} {
		r := UsualRules
		c.change(&r)
		fields := fault.FieldsOf(r.check())
		if c.field == "" {
			if fields != nil {
				t.Errorf("%s: %v", name, fields)
			}
			continue
		}
		m, wrong := fields[c.field]
		said := i18n.In("fr").Say(m)
		if len(fields) != 1 || !wrong || slices.ContainsFunc(c.named, func(line string) bool { return !strings.Contains(said, line) }) {
			t.Errorf("%s: %v, %q", name, fields, said)
		}
	}
}

func TestASenderIsListedByAddressOrByDomain(t *testing.T) {
	list := []string{"a@b.fr", "@c.fr"}
	for address, want := range map[string]bool{"a@b.fr": true, "x@b.fr": false, "x@c.fr": true, "x@sub.c.fr": false, "": false, "c.fr": false} {
		if listed(list, address) != want {
			t.Errorf("%q is listed: %v", address, !want)
		}
	}
}
