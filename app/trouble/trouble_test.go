package trouble_test

import (
	"errors"
	"testing"
	"time"

	"amigo/app/trouble"
)

func TestTheUsualCausesAreKnownByTheirWords(t *testing.T) {
	for words, want := range map[string]trouble.Cause{
		"sign in: imap: NO [AUTHENTICATIONFAILED] Authentication failed":                                 trouble.Password,
		"sign in: imap: NO Invalid credentials":                                                          trouble.Password,
		"mail: sign-in at mail.example.fr: SMTP error 535: Error: authentication failed":                 trouble.Password,
		"sign in: imap: NO [UNAVAILABLE] Temporary authentication failure":                               trouble.Closed,
		"sign in: got error before greeting: in response: imapwire: expected SP, got \"/\"":              trouble.Nonsense,
		"sign in: use of closed network connection":                                                      trouble.Silence,
		"dial tcp: lookup mail.exemple.fr on 127.0.0.53:53: no such host":                                trouble.Host,
		"dial tcp 10.0.0.1:993: connect: connection refused":                                             trouble.Refused,
		"dial tcp 10.0.0.1:993: i/o timeout":                                                             trouble.Silence,
		"tls: failed to verify certificate: x509: certificate is valid for a, not b":                     trouble.Certificate,
		"mail.example.fr is not this machine: only TLS is possible":                                      trouble.Certificate,
		"mail: the server offers no STARTTLS: the password is not sent in clear":                         trouble.Certificate,
		"mailin: receive from smtp: blob: put: write .half/x: no space left on device":                   trouble.Full,
		"unavailable: database or disk is full (13)":                                                     trouble.Full,
		"unavailable: ERROR: could not extend file \"base/1\": No space left on device (SQLSTATE 53100)": trouble.Full,
		"open .half/x: read-only file system":                                                            trouble.ReadOnly,
		"write x: disk quota exceeded":                                                                   trouble.Quota,
		"imap: NO [OVERQUOTA] Mailbox is over quota":                                                     trouble.Quota,
		"select: imap: NO [NONEXISTENT] Unknown mailbox":                                                 trouble.Folder,
		"fetch: read tcp 127.0.0.1:4->127.0.0.1:5: connection reset by peer":                             trouble.Closed,
		"unavailable: failed to connect to `user=amigo`: connection failure":                             trouble.Database,
		"sign in: the server refuses the token: \"invalid\"":                                             trouble.Password,
		"message 3: blob 5e88: not found":                                                                trouble.Missing,
		"panic: this one is poisoned\ngoroutine 7 [running]:\nnet.(*conn).Close()":                       trouble.Defect,
		"the process ended during every attempt":                                                         trouble.Defect,
		"the stars are wrong":                                                                            trouble.Other,
	} {
		if got := trouble.CauseOf(words); got != want {
			t.Errorf("%q is %s, want %s", words, got, want)
		}
	}
}

func TestALineRemembersSinceWhenItFails(t *testing.T) {
	var l trouble.Line
	at := time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC)
	if s := l.Now(); s.Used() || s.Fails() || s.Cause() != "" {
		t.Fatalf("a new line stands at %+v", s)
	}
	if l.Well(at) {
		t.Error("mended, and was never broken")
	}
	if !l.Failed(at.Add(time.Minute), "no such host") || l.Failed(at.Add(2*time.Minute), "no such host") || !l.Failed(at.Add(3*time.Minute), "EOF") {
		t.Error("news is the first failure, and another cause")
	}
	want := trouble.State{WellAt: at, Since: at.Add(time.Minute), FailedAt: at.Add(3 * time.Minute), Error: "EOF", Failures: 3}
	if got := l.Now(); got != want || got.Cause() != trouble.Closed || !got.At().Equal(want.FailedAt) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if !l.Well(at.Add(time.Hour)) || l.Now().Fails() || l.Now().Failures != 0 {
		t.Errorf("after it was mended: %+v", l.Now())
	}
}

func TestTheStateIsKeptAtNewsAndOnceAMinuteAndAgainWhenItCouldNotBe(t *testing.T) {
	var l trouble.Line
	kept := 0
	keep := func(at time.Time, news bool, fate error) {
		if err := l.Keep(at, news, func(trouble.State) error { kept++; return fate }); !errors.Is(err, fate) {
			t.Errorf("%v instead of %v", err, fate)
		}
	}
	start := time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		after time.Duration
		news  bool
		fate  error
		want  int
	}{
		{0, false, nil, 1},
		{time.Second, false, nil, 1},
		{2 * time.Second, true, nil, 2},
		{time.Minute, false, nil, 2},
		{62 * time.Second, false, errors.New("no room"), 3},
		{63 * time.Second, false, nil, 4},
		{-time.Hour, false, nil, 5},
	} {
		keep(start.Add(step.after), step.news, step.fate)
		if kept != step.want {
			t.Errorf("after %s it was kept %d times, want %d", step.after, kept, step.want)
		}
	}
}
