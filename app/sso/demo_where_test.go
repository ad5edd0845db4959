package sso_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
)

// None of it exists but on the machine itself, on a database made for it.
func TestTheDemonstrationProviderExistsOnlyThere(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		s := newStage(t, d, clock)
		const public = "http://127.0.0.1:8473"
		ask := func(public, method, path, host string, header http.Header) int {
			r := httptest.NewRequest(method, "http://"+host+path, nil)
			r.Host = host
			r.Header = header
			w := httptest.NewRecorder()
			s.demo(public).ServeHTTP(w, r)
			return w.Code
		}
		const document = "/demo-idp/.well-known/openid-configuration"
		for _, host := range []string{"127.0.0.1:8473", "localhost:8473", "localhost", "[::1]:8473", "127.8.8.8", "LOCALHOST"} {
			if got := ask(public, "GET", document, host, nil); got != http.StatusOK {
				t.Errorf("host %s: %d", host, got)
			}
		}
		for _, host := range []string{"amigo.academie.test", "10.0.0.7:8473", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0", "", "evil@127.0.0.1", "127.1", "[::ffff:10.0.0.1]"} {
			if got := ask(public, "GET", document, host, nil); got != http.StatusNotFound {
				t.Errorf("host %q: %d", host, got)
			}
		}
		for _, public := range []string{"https://amigo.academie.test", "http://10.0.0.7:8473", "http://localhost.evil.example", ""} {
			if got := ask(public, "GET", document, "127.0.0.1:8473", nil); got != http.StatusNotFound {
				t.Errorf("public address %q: %d", public, got)
			}
		}
		for _, name := range []string{"Forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "X-Forwarded", "X-Real-IP", "Via", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"} {
			header := http.Header{}
			header.Set(name, "127.0.0.1")
			if got := ask(public, "GET", document, "127.0.0.1:8473", header); got != http.StatusNotFound {
				t.Errorf("header %s: %d", name, got)
			}
		}
		every := [][2]string{
			{"GET", document},
			{"GET", "/demo-idp/keys"},
			{"GET", "/demo-idp/authorize"},
			{"POST", "/demo-idp/authorize"},
			{"POST", "/demo-idp/token"},
			{"GET", "/demo-idp/userinfo"},
			{"GET", "/demo-idp/logout"},
			{"GET", "/demo-idp/style.css"},
		}
		for _, value := range []string{"loading", ""} {
			s.mark(value)
			for _, e := range every {
				if got := ask(public, e[0], e[1], "127.0.0.1:8473", nil); got != http.StatusNotFound {
					t.Errorf("mark %q, %s %s: %d", value, e[0], e[1], got)
				}
			}
			if _, _, err := s.demo(public).Client().Start(t.Context(), "/"); !errors.Is(err, fault.Unavailable) {
				t.Errorf("its own client: %v", err)
			}
		}
	})
}

func TestWithoutItsDatabaseTheDemonstrationIsUnavailable(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(s.server.URL + "/demo-idp/keys")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusServiceUnavailable || bytes.Contains(body, []byte("sql")) {
		t.Errorf("%s %s", res.Status, body)
	}
}

// The key is the secret's: another installation has another.
func TestTheKeyIsTheSameInEveryProcess(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	key := func() string {
		res, err := http.Get(s.server.URL + "/demo-idp/keys")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var set struct{ Keys []map[string]string }
		if err := json.NewDecoder(res.Body).Decode(&set); err != nil || len(set.Keys) != 1 {
			t.Fatalf("%v, %v", set, err)
		}
		if _, private := set.Keys[0]["d"]; private {
			t.Fatal("the private key is published")
		}
		if _, err := base64.RawURLEncoding.DecodeString(set.Keys[0]["x"]); err != nil {
			t.Fatal(err)
		}
		return set.Keys[0]["kid"] + set.Keys[0]["x"]
	}
	if one, two := key(), key(); one != two { // each from another process
		t.Errorf("%s and %s", one, two)
	}
}
