package web_test

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite golden files")

// visitors are one of each kind of person.
var visitors = []struct{ kind, uid string }{
	{"nobody", ""}, {"requester", "ann"}, {"technician", "theo"}, {"supervisor", "sam"}, {"administrator", "ada"},
}

func TestEveryRouteOpensToThoseForWhomItIsAndToNobodyElse(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("ann", "Imprimante muette")
	w.server.HangUp() // so that a stream ends when it has begun
	fill := strings.NewReplacer(":ref", ticket.ID.Ref(), ":id", "1", ":guide", "identifiant", ":hash", "0", ":name", "icons.svg")
	var matrix strings.Builder
	fmt.Fprintf(&matrix, "%-5s %-36s %-14s", "", "", "for")
	for _, v := range visitors {
		fmt.Fprintf(&matrix, " %-13s", v.kind)
	}
	for _, line := range w.server.Table() {
		fmt.Fprintf(&matrix, "\n%-5s %-36s %-14s", line[0], line[1], line[2])
		w.clock.Advance(time.Minute) // nobody signs in so often at once
		for _, v := range visitors {
			fmt.Fprintf(&matrix, " %-13s", w.knock(v.uid, line[0], fill.Replace(line[1])))
		}
	}
	golden(t, "routes.golden", matrix.String())
}

// knock says how a route answers somebody: open, shut, or sign in first.
func (w *town) knock(uid, method, path string) string {
	w.t.Helper()
	b := w.visit(uid)
	token := ""
	if uid != "" {
		token = b.get("/aide").Find("input[name=csrf]").First().AttrOr("value", "")
	}
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var p *page
	if method == http.MethodGet {
		p = b.get(path)
	} else {
		p = b.post(path, url.Values{"csrf": {token}})
	}
	switch {
	case p.status >= 500:
		w.t.Errorf("%s %s for %q: %d", method, path, uid, p.status)
		return "broken"
	case p.status == http.StatusForbidden:
		return "shut"
	case p.status == http.StatusUnauthorized, p.status == http.StatusSeeOther && strings.HasPrefix(p.header.Get("Location"), "/auth/oidc/login"):
		return "sign in"
	}
	return "open"
}

// golden compares with a file of testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	var trimmed strings.Builder
	for line := range strings.Lines(got + "\n") {
		trimmed.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(trimmed.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if trimmed.String() != string(want) {
		t.Errorf("%s is not as it was (-update rewrites it):\n%s", path, trimmed.String())
	}
}

func TestNothingIsServedBesideTheTable(t *testing.T) {
	w := newTown(t)
	known := map[string]bool{}
	for _, line := range w.server.Table() {
		known[line[0]+" "+line[1]] = true
		if line[0] == http.MethodGet {
			known["HEAD "+line[1]] = true
		}
	}
	for _, line := range w.server.Served() {
		// The API has a matrix of its own, the demonstration provider its own door.
		if strings.HasPrefix(line[1], "/api/v1") || line[1] == "/demo-idp/*" || line[0] == "echo_route_not_found" {
			continue
		}
		if !known[line[0]+" "+line[1]] {
			t.Errorf("%s %s is served and stands in no table", line[0], line[1])
		}
	}
}

func TestAFormFromElsewhereChangesNothing(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("ann", "Imprimante muette")
	ada := w.visit("ada")
	token := ada.get("/aide").Find("input[name=csrf]").First().AttrOr("value", "")
	ada.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	other := w.visit("theo").get("/aide").Find("input[name=csrf]").First().AttrOr("value", "")
	for _, line := range w.server.Table() {
		if line[0] == http.MethodGet || line[2] == "machines" || line[2] == "holders" {
			continue
		}
		path := strings.ReplaceAll(line[1], ":ref", ticket.ID.Ref())
		for name, from := range map[string]struct{ token, origin, site string }{
			"no token":           {"", w.url, "same-origin"},
			"somebody's token":   {other, w.url, "same-origin"},
			"another origin":     {token, "https://evil.test", ""},
			"another site":       {token, w.url, "cross-site"},
			"a sandboxed origin": {token, "null", ""},
		} {
			form := url.Values{"csrf": {from.token}}
			r := must(http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+path, strings.NewReader(form.Encode())))(t)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Origin", from.origin)
			if from.site != "" {
				r.Header.Set("Sec-Fetch-Site", from.site)
			}
			if p := ada.do(r); p.status != http.StatusForbidden {
				t.Errorf("%s with %s: %d", line[1], name, p.status)
			}
		}
	}
	if now := must(w.house.Desk.Get(w.as("ada"), ticket.ID))(t); now.Version != ticket.Version {
		t.Error("the ticket was changed")
	}
	ada.get("/tickets?view=all").want(http.StatusOK) // and nobody was signed out
}
