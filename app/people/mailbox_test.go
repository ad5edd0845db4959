package people_test

import (
	"testing"
	"time"

	"amigo/app/people"
)

func TestWhoCanBeWrittenTo(t *testing.T) {
	left := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	address := func(a string, main bool, state string) people.Address {
		return people.Address{Address: a, Main: main, State: state}
	}
	for name, c := range map[string]struct {
		p    people.Person
		want string
	}{
		"at the main address":         {people.Person{Addresses: []people.Address{address("b@x", false, "ok"), address("a@x", true, "ok")}}, "a@x"},
		"at another when it bounced":  {people.Person{Addresses: []people.Address{address("a@x", true, "hard"), address("b@x", false, "soft")}}, "b@x"},
		"where letters are stopped":   {people.Person{Email: "a@x", Addresses: []people.Address{address("a@x", true, "hard")}}, "a@x"},
		"a guest":                     {people.Person{Kind: people.Guest, Email: "g@x"}, "g@x"},
		"not who has left":            {people.Person{DisabledAt: &left, Email: "a@x"}, ""},
		"not AMIGO":                   {people.Person{Kind: people.SystemAccount, Email: "a@x"}, ""},
		"not who has no mail address": {people.Person{}, ""},
	} {
		got, ok := c.p.Mailbox()
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}
