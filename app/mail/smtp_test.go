package mail_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	ours "amigo/app/mail"
)

const from, ann = "assistance@academie.test", "ann@academie.test"

var letter = []byte("From: a@academie.test\r\nTo: ann@academie.test\r\nSubject: x\r\n\r\nBonjour.\r\n.ligne\r\n")

// fateOf says what became of a letter, in a word.
func fateOf(err error) string {
	if err == nil {
		return "taken"
	}
	if _, refused := errors.AsType[*ours.RefusedError](err); refused {
		return "refused"
	}
	if later, ok := errors.AsType[*ours.LaterError](err); ok {
		return string(later.Whose)
	}
	return err.Error()
}

func TestSMTPTellsNeverFromNotNow(t *testing.T) {
	s := startServer(t)
	way := s.way(t, "smtp://SERVER")
	must(t, way.Check(t.Context()))
	must(t, way.Send(t.Context(), from, ann, letter))
	if len(s.taken) != 1 || string(s.taken[0]) != string(letter) {
		t.Fatalf("taken %q", s.taken)
	}
	for to, want := range map[string]string{"nobody@academie.test": "refused", "full@academie.test": "reader"} {
		if got := fateOf(way.Send(t.Context(), from, to, letter)); got != want {
			t.Errorf("%s: %s, want %s", to, got, want)
		}
	}
}

func TestAConnectionServesManyLetters(t *testing.T) {
	s := startServer(t, secure(t))
	way := s.way(t, "smtp://SERVER")
	for i := range 7 {
		to := ann
		if i == 3 {
			to = "nobody@academie.test" // a refusal leaves the connection as it is
		}
		_ = way.Send(t.Context(), from, to, letter)
	}
	// The first one asks whether STARTTLS is offered.
	if n := s.connections(); s.letters() != 6 || n != 2 {
		t.Errorf("%d letters over %d connections", s.letters(), n)
	}
}

func TestAConnectionIsLeftAfterAHundredLettersAndAfterAWhile(t *testing.T) {
	s := startServer(t)
	way := s.way(t, "smtp://SERVER")
	for range 101 {
		must(t, way.Send(t.Context(), from, ann, letter))
	}
	if n := s.connections(); n != 2 {
		t.Errorf("101 letters over %d connections", n)
	}
	way.Rest = time.Millisecond
	must(t, way.Send(t.Context(), from, ann, letter))
	time.Sleep(100 * time.Millisecond)
	must(t, way.Send(t.Context(), from, ann, letter))
	if n := s.connections(); n != 3 {
		t.Errorf("%d connections: none was left while it rested", n)
	}
}

func TestAStaleConnectionIsNoFailure(t *testing.T) {
	s := startServer(t)
	way := s.way(t, "smtp://SERVER")
	must(t, way.Send(t.Context(), from, ann, letter))
	s.hangUp()
	must(t, way.Send(t.Context(), from, ann, letter))
	// One that says goodbye when it is spoken to is as stale.
	first := true
	s.misbehave(func(at string, _ *dialog) error {
		if at == "mail" && first {
			first = false
			return &smtp.SMTPError{Code: 421, Message: "idle for too long"}
		}
		return nil
	})
	must(t, way.Send(t.Context(), from, ann, letter))
	if s.letters() != 3 || s.connections() != 3 {
		t.Errorf("%d letters over %d connections", s.letters(), s.connections())
	}
}

func TestAServerThatHangsUpOverAnAddressIsNotAskedAgainAtOnce(t *testing.T) {
	s := startServer(t)
	way := s.way(t, "smtp://SERVER")
	must(t, way.Send(t.Context(), from, ann, letter))
	asked := 0
	s.misbehave(func(at string, _ *dialog) error {
		if at != "rcpt" {
			return nil
		}
		asked++
		return &smtp.SMTPError{Code: 421, Message: "too busy"}
	})
	err := way.Send(t.Context(), from, ann, letter)
	if later, ok := errors.AsType[*ours.LaterError](err); !ok || later.Whose != ours.Server || asked != 1 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

func TestWhatAServerDoesWrong(t *testing.T) {
	temporary := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "later"}
	permanent := &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "spam"}
	for name, c := range map[string]struct {
		misdeed func(at string, d *dialog) error
		want    string
	}{
		"refuses the sender":      {when("mail", func(*dialog) error { return permanent }), "server"},
		"refuses the address":     {when("rcpt", func(*dialog) error { return permanent }), "refused"},
		"refuses the letter":      {when("data", func(*dialog) error { return permanent }), "refused"},
		"puts the domain off":     {when("rcpt", func(*dialog) error { return temporary }), "domain"},
		"puts the letter off":     {when("data", func(*dialog) error { return temporary }), "reader"},
		"hangs":                   {when("rcpt", func(*dialog) error { time.Sleep(time.Second); return nil }), "server"},
		"hangs up at once":        {when("mail", (*dialog).cut), "server"},
		"hangs up after the data": {when("data", (*dialog).cut), "reader"},
		"hangs after the data":    {when("data", func(*dialog) error { time.Sleep(time.Second); return nil }), "server"},
	} {
		t.Run(name, func(t *testing.T) {
			s := startServer(t)
			way := s.way(t, "smtp://SERVER")
			way.Patience = 200 * time.Millisecond
			s.misbehave(c.misdeed)
			if got := fateOf(way.Send(t.Context(), from, ann, letter)); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			s.misbehave(nil)
			if got := fateOf(way.Send(t.Context(), from, ann, letter)); got != "taken" {
				t.Errorf("afterwards: %s", got)
			}
		})
	}
}

func when(stage string, f func(*dialog) error) func(string, *dialog) error {
	return func(at string, d *dialog) error {
		if at == stage {
			return f(d)
		}
		return nil
	}
}

func TestAServerThatIsNotThereIsItsOwnTrouble(t *testing.T) {
	s := startServer(t)
	way, err := ours.NewSMTP("smtp://127.0.0.1:1", "", nil)
	must(t, err)
	if got := fateOf(way.Send(t.Context(), from, ann, letter)); got != "server" {
		t.Error(got)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.way(t, "smtp://SERVER").Send(ended, from, ann, letter); !errors.Is(err, context.Canceled) {
		t.Errorf("a program that stops: %v", err)
	}
}

func TestSMTPSignsInByEachMechanism(t *testing.T) {
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"access_token": "secret", "token_type": "Bearer", "expires_in": 3600}`)
	}))
	defer tokens.Close()
	for query, want := range map[string]string{
		"": "PLAIN", "?auth=login": "LOGIN", "?auth=xoauth2&client=amigo&token=" + tokens.URL: "XOAUTH2",
	} {
		s := startServer(t, secure(t), account("ann", "secret"))
		way, err := ours.NewSMTP("smtp://ann@"+s.addr+query, "secret", http.DefaultTransport)
		must(t, err)
		way.Roots = s.roots
		must(t, way.Check(t.Context()))
		must(t, way.Send(t.Context(), from, ann, letter))
		if len(s.signedIn) != 2 || s.signedIn[0] != want {
			t.Errorf("%q: signed in by %v", query, s.signedIn)
		}
		must(t, way.Close())
	}
}

func TestSMTPOverTLSFromTheFirstByte(t *testing.T) {
	s := startServer(t, secure(t), account("ann", "secret"), func(serving *smtp.Server, _ *server) {
		serving.TLSConfig.ClientAuth = tls.RequireAnyClientCert
	})
	must(t, s.way(t, "smtps://ann:secret@SERVER").Send(t.Context(), from, ann, letter))
	if s.letters() != 1 {
		t.Errorf("%d letters", s.letters())
	}
}

func TestWhatIsWrongWithTheServerRefusesNoLetter(t *testing.T) {
	for name, c := range map[string]struct {
		with    func(*smtp.Server, *server)
		address string
		says    string
	}{
		"a wrong password":       {account("ann", "secret"), "smtp://ann:wrong@SERVER", "sign-in"},
		"an unknown certificate": {func(_ *smtp.Server, s *server) { s.roots = nil }, "smtp://SERVER", "certificate"},
		"no way to sign in":      {func(*smtp.Server, *server) {}, "smtp://ann:secret@SERVER", "no way to sign in"},
		"no TLS":                 {func(serving *smtp.Server, _ *server) { serving.TLSConfig = nil }, "smtp://ann:secret@SERVER", "STARTTLS"},
	} {
		s := startServer(t, secure(t), c.with)
		err := s.way(t, c.address).Send(t.Context(), from, ann, letter)
		if fateOf(err) != "server" || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %s, %v", name, fateOf(err), err)
		}
	}
}

func TestOnceAServerHasOfferedTLSNothingGoesInClear(t *testing.T) {
	var serving *smtp.Server
	s := startServer(t, secure(t), func(it *smtp.Server, _ *server) { serving = it })
	way := s.way(t, "smtp://SERVER")
	must(t, way.Send(t.Context(), from, ann, letter))
	s.hangUp()
	serving.TLSConfig = nil // somebody in between takes the offer away
	if got := fateOf(way.Send(t.Context(), from, ann, letter)); got != "server" {
		t.Error(got)
	}
}

func TestAnAddressThatIsNotASCII(t *testing.T) {
	modern := startServer(t, func(serving *smtp.Server, _ *server) { serving.EnableSMTPUTF8 = true })
	must(t, modern.way(t, "smtp://SERVER").Send(t.Context(), from, "jérôme@académie.test", letter))
	if !modern.options[0].UTF8 || modern.most["xn--acadmie-eya.test"] != 1 {
		t.Errorf("%+v, %v", modern.options, modern.most)
	}
	old := startServer(t)
	way := old.way(t, "smtp://SERVER")
	must(t, way.Send(t.Context(), from, "ann@académie.test", letter)) // a domain has a name in ASCII, too
	err := way.Send(t.Context(), from, "jérôme@academie.test", letter)
	if fateOf(err) != "refused" || !strings.Contains(err.Error(), string(ours.ReasonUTF8)) {
		t.Error(err)
	}
	if err := way.Send(t.Context(), from, "ann@acad\x00mie.test", letter); fateOf(err) != "refused" || !strings.Contains(err.Error(), string(ours.ReasonAddress)) {
		t.Error(err)
	}
}

func TestSMTPAddressesThatAreNone(t *testing.T) {
	for _, address := range []string{"", "mail.test:25", "http://mail.test", "smtp://", "smtp://ann:very-secret@mail.test?auth=kerberos", "smtp://ann:very-secret@:x"} {
		if _, err := ours.NewSMTP(address, "", nil); err == nil || strings.Contains(err.Error(), "very-secret") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
