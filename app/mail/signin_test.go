package mail_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"amigo/app/mail"
)

func readSignIn(address, secret string) (mail.SignIn, error) {
	u, err := url.Parse(address)
	if err != nil {
		return mail.SignIn{}, err
	}
	return mail.ReadSignIn(u, secret, http.DefaultTransport)
}

// offering is a server that knows these mechanisms.
func offering(names ...string) func(string) bool {
	return func(name string) bool { return strings.Contains(" "+strings.Join(names, " ")+" ", " "+name+" ") }
}

func TestPlainIsPreferredAndWhatIsDemandedIsUsed(t *testing.T) {
	for _, c := range []struct {
		query, offers, want string
	}{
		{"", "LOGIN PLAIN XOAUTH2", "PLAIN"},
		{"", "LOGIN", "LOGIN"},
		{"?auth=login", "LOGIN PLAIN", "LOGIN"},
		{"?auth=plain", "LOGIN", ""},
		{"", "CRAM-MD5", ""},
		{"", "", ""},
		{"?auth=xoauth2&token=https://idp.example/token&client=c", "PLAIN LOGIN", ""},
	} {
		s, err := readSignIn("imaps://ann:secret@mail.example/"+c.query, "")
		if err != nil {
			t.Fatal(err)
		}
		client, err := s.Client(t.Context(), offering(c.offers))
		if c.want == "" {
			if !errors.Is(err, mail.ErrNoMechanism) {
				t.Errorf("%q at %q: %v", c.query, c.offers, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if name, _, err := client.Start(); name != c.want || err != nil {
			t.Errorf("%q at %q: %s, %v", c.query, c.offers, name, err)
		}
	}
}

func TestLoginAnswersTwoQuestionsHoweverTheyAreWorded(t *testing.T) {
	s, err := readSignIn("smtp://ann@mail.example?auth=login", "pässword")
	if err != nil {
		t.Fatal(err)
	}
	client, err := s.Client(t.Context(), offering("LOGIN"))
	if err != nil {
		t.Fatal(err)
	}
	if _, first, err := client.Start(); first != nil || err != nil {
		t.Errorf("says %q before it is asked, %v", first, err)
	}
	for _, c := range [][2]string{{"User Name\x00", "ann"}, {"Passwort:", "pässword"}} {
		if answer, err := client.Next([]byte(c[0])); string(answer) != c[1] || err != nil {
			t.Errorf("%q: %q, %v", c[0], answer, err)
		}
	}
	if _, err := client.Next([]byte("And?")); err == nil {
		t.Error("a third question is answered")
	}
}

func TestAddressesByWhichNobodyCanSignIn(t *testing.T) {
	for query, says := range map[string]string{
		"auth=kerberos":                                                                 "plain, login or xoauth2",
		"token=https://idp.example/t":                                                   "token= goes with auth=xoauth2",
		"auth=plain&scope=x":                                                            "scope= goes with auth=xoauth2",
		"auth=xoauth2":                                                                  "token=https://",
		"auth=xoauth2&token=idp.example&client=c":                                       "token=https://",
		"auth=xoauth2&token=http://idp.example/t&client=c":                              "only https",
		"auth=xoauth2&token=https://idp.example/t":                                      "client=",
		"auth=xoauth2&token=https://u:p@idp.example/t&client=c":                         "token=https://",
		"auth=xoauth2&token=https://idp.example/t&client=c&grant=":                      "",
		"auth=xoauth2&token=https://idp.example/t&client=c&grant=password":              "grant=",
		"auth=xoauth2&token=https://idp.example/t&client=c&grant=refresh_token&scope=x": "scope= goes with",
	} {
		_, err := readSignIn("imaps://ann:very-secret@mail.example/INBOX?"+query, "")
		if text := fmt.Sprint(err); says == "" && err != nil || says != "" && !strings.Contains(text, says) || strings.Contains(text, "very-secret") {
			t.Errorf("%s: %v", query, err)
		}
	}
	if _, err := readSignIn("imaps://mail.example/INBOX?auth=xoauth2&token=https://idp.example/t&client=c", "s"); err == nil || !strings.Contains(err.Error(), "user@host") {
		t.Errorf("nobody's mailbox: %v", err)
	}
}

// provider gives tokens, and says what it was asked.
func provider(t *testing.T, answer func(asked url.Values) (status int, body map[string]any)) (address string, asked *[]url.Values) {
	t.Helper()
	asked = new([]url.Values)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		if id, secret, ok := r.BasicAuth(); ok {
			r.PostForm.Set("client_id", id)
			r.PostForm.Set("client_secret", secret)
		}
		*asked = append(*asked, r.PostForm)
		status, body := answer(r.PostForm)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}))
	t.Cleanup(site.Close)
	return site.URL + "/token", asked
}

// shows is the token that somebody shows at a server.
func shows(t *testing.T, s mail.SignIn) (token string, refused func() error) {
	t.Helper()
	client, err := s.Client(t.Context(), offering("XOAUTH2"))
	if err != nil {
		t.Fatal(err)
	}
	mechanism, said, err := client.Start()
	if err != nil || mechanism != "XOAUTH2" {
		t.Fatalf("%s, %v", mechanism, err)
	}
	rest, ok := strings.CutPrefix(string(said), "user=ann@example.fr\x01auth=Bearer ")
	token, ended := strings.CutSuffix(rest, "\x01\x01")
	if !ok || !ended {
		t.Fatalf("said %q", said)
	}
	return token, func() error {
		_, err := client.Next([]byte(`{"status":"401","said":"` + token + `"}`))
		return err
	}
}

func TestATokenIsKeptUntilAServerRefusesIt(t *testing.T) {
	given := 0
	address, asked := provider(t, func(url.Values) (int, map[string]any) {
		given++
		return 200, map[string]any{"access_token": fmt.Sprint("token", given), "token_type": "Bearer", "expires_in": 3600}
	})
	s, err := readSignIn("imaps://ann%40example.fr@mail.example/?auth=xoauth2&client=amigo&scope=mail+offline&token="+address, "client-secret")
	if err != nil {
		t.Fatal(err)
	}
	first, refused := shows(t, s)
	if again, _ := shows(t, s); first != "token1" || again != "token1" {
		t.Errorf("shown %s, then %s", first, again)
	}
	if q := (*asked)[0]; q.Get("grant_type") != "client_credentials" || q.Get("client_id") != "amigo" || q.Get("client_secret") != "client-secret" || q.Get("scope") != "mail offline" {
		t.Errorf("asked %v", q)
	}
	if err := refused(); !strings.Contains(err.Error(), `401`) || strings.Contains(err.Error(), "token1") {
		t.Errorf("says %v", err)
	}
	if next, _ := shows(t, s); next != "token2" || len(*asked) != 2 {
		t.Errorf("shown %s after %d questions", next, len(*asked))
	}
}

func TestATokenThatHasExpiredIsFetchedAgainAndARefreshTokenMayBeReplaced(t *testing.T) {
	address, asked := provider(t, func(q url.Values) (int, map[string]any) {
		return 200, map[string]any{"access_token": "for " + q.Get("refresh_token"), "token_type": "Bearer", "expires_in": 1, "refresh_token": "second"}
	})
	s, err := readSignIn("smtp://ann%40example.fr@mail.example/?auth=xoauth2&client=amigo&grant=refresh_token&token="+address, "first")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"for first", "for second"} {
		if token, _ := shows(t, s); token != want {
			t.Errorf("shown %q, want %q", token, want)
		}
	}
	if q := (*asked)[0]; q.Get("grant_type") != "refresh_token" || q.Get("client_id") != "amigo" {
		t.Errorf("asked %v", q)
	}
}

func TestWhoeverGivesNoTokenIsNamedWithTheReasonAndNoSecret(t *testing.T) {
	for says, answer := range map[string]func(url.Values) (int, map[string]any){
		"invalid_client: expired": func(url.Values) (int, map[string]any) {
			return 401, map[string]any{"error": "invalid_client", "error_description": "expired"}
		},
		"502 Bad Gateway": func(url.Values) (int, map[string]any) { return 502, map[string]any{"page": "secret things"} },
	} {
		address, _ := provider(t, answer)
		s, err := readSignIn("smtp://ann@mail.example/?auth=xoauth2&client=amigo&token="+address, "client-secret")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Client(t.Context(), offering("XOAUTH2"))
		if text := fmt.Sprint(err); !strings.Contains(text, says) || !strings.Contains(text, "no token from 127.0.0.1:") || strings.Contains(text, "secret") {
			t.Errorf("%v", err)
		}
	}
	s, err := readSignIn("smtp://ann@mail.example/?auth=xoauth2&client=amigo&token=http://127.0.0.1:1/t%3Fkey=very-secret", "client-secret")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.Client(t.Context(), offering("XOAUTH2")); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}
