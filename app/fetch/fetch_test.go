package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"amigo/app/fault"
	"amigo/app/fetch"
)

func get(t *testing.T, c *fetch.Client, address string) (string, error) {
	t.Helper()
	data, err := c.Get(t.Context(), address, 1000)
	return string(data), err
}

func refused(t *testing.T, err error, kind error, want string) {
	t.Helper()
	if !errors.Is(err, kind) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q (%v)", err, want, kind)
	}
	wellSaid(t, err)
}

// counter is a server that says "calendar" and counts who came.
func counter(t *testing.T) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	came := new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		came.Add(1)
		_, _ = io.WriteString(w, "calendar")
	}))
	t.Cleanup(s.Close)
	return s, came
}

const notPublic = "is not an address of the public Internet"

func TestAPrivateAddressIsAskedOnlyWhereItIsAllowed(t *testing.T) {
	s, came := counter(t)
	_, err := get(t, fetch.New(fetch.Config{}), s.URL)
	refused(t, err, fault.Invalid, "127.0.0.1: "+notPublic)
	if came.Load() != 0 {
		t.Error("the server was reached all the same")
	}
	for _, allowed := range []string{"127.0.0.1", "127.0.0.0/8"} {
		if body, err := get(t, fetch.New(fetch.Config{AllowPrivate: []string{allowed}}), s.URL); err != nil || body != "calendar" {
			t.Errorf("allowed as %s: %q, %v", allowed, body, err)
		}
	}
	_, err = get(t, fetch.New(fetch.Config{AllowPrivate: []string{"10.0.0.0/8", "localhost"}}), s.URL)
	refused(t, err, fault.Invalid, notPublic)
}

func TestEveryWayToWriteAnInnerAddressIsRefused(t *testing.T) {
	c := fetch.New(fetch.Config{Timeout: time.Second, Resolver: resolver(t, nil)})
	for _, host := range []string{
		"127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
		"255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]",
		"[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001::1]", "[2001:db8::1]", "[fc00::1]", "[fd12::1]", "[fe80::1]", "[fe80::1%25lo]", "[ff02::1]", "[fec0::1]", "[100::1]",
	} {
		_, err := c.Get(t.Context(), "http://"+host+":9/", 10)
		refused(t, err, fault.Invalid, notPublic)
	}
}

func TestAnAddressIsHTTPAndHoldsNoPassword(t *testing.T) {
	c := fetch.New(fetch.Config{})
	for address, want := range map[string]string{
		"ftp://example.org/x": "begins with https://", "file:///etc/passwd": "begins with https://", "example.org/x": "begins with https://",
		"https://": "names no host", "https:example.org": "names no host", "https://ann:secret@example.org/": "may not hold a name or a password",
		"https://%zz/": "this is not an address", "https://example.org/\x00": "this is not an address", "https://e.org/" + strings.Repeat("a", 3000): "longer than",
	} {
		_, err := get(t, c, address)
		refused(t, err, fault.Invalid, want)
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("the password is repeated: %v", err)
		}
	}
}

func TestANameIsJudgedByWhatItIsWhenItIsDialled(t *testing.T) {
	s, came := counter(t)
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	// The name is harmless when it is first asked for, and this machine a moment later.
	asked := new(atomic.Int64)
	rebinding := resolver(t, func(string) netip.Addr {
		if asked.Add(1) == 1 {
			return netip.MustParseAddr("127.0.0.2")
		}
		return netip.MustParseAddr("127.0.0.1")
	})
	harmless, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.2"+port)
	if err != nil {
		t.Fatal(err)
	}
	first := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://rebind.example"+port+"/again", http.StatusFound)
	})}
	go first.Serve(harmless)            //nolint:errcheck // ends with the test
	t.Cleanup(func() { first.Close() }) //nolint:errcheck,gosec // ends with the test
	c := fetch.New(fetch.Config{Resolver: rebinding, AllowPrivate: []string{"127.0.0.2"}})
	_, err = get(t, c, "http://rebind.example"+port+"/")
	refused(t, err, fault.Invalid, "rebind.example: "+notPublic)
	if asked.Load() < 2 || came.Load() != 0 {
		t.Errorf("resolved %d times, this machine was reached %d times", asked.Load(), came.Load())
	}
	if body, err := get(t, fetch.New(fetch.Config{Resolver: rebinding, AllowPrivate: []string{"Rebind.example."}}), "http://rebind.example"+port); err != nil || body != "calendar" {
		t.Errorf("a name that is allowed: %q, %v", body, err)
	}
}

func TestARedirectionIsAnAddressLikeTheFirst(t *testing.T) {
	inner, came := counter(t)
	var to string
	hops := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Referer") != "" {
			t.Error("the address before is told to the next server")
		}
		if to == "/round" {
			hops++
		}
		http.Redirect(w, r, to, http.StatusMovedPermanently)
	}))
	t.Cleanup(s.Close)
	// The servers differ by their address only: localhost may be another way in.
	c := fetch.New(fetch.Config{AllowPrivate: []string{"outer.example"}, Resolver: resolver(t, func(string) netip.Addr { return netip.MustParseAddr("127.0.0.1") })})
	outer := "http://outer.example" + s.URL[strings.LastIndex(s.URL, ":"):] + "/?key=secret"
	for target, want := range map[string]string{
		inner.URL: notPublic,
		"http://169.254.169.254/latest/meta-data/": notPublic,
		"ftp://example.org/":                       "begins with https://",
		"http://a:b@c.example":                     "may not hold a name or a password",
		"/round":                                   "more than 5 redirections",
	} {
		to = target
		_, err := get(t, c, outer)
		refused(t, err, fault.Invalid, want)
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("the key of the address is repeated: %v", err)
		}
	}
	if came.Load() != 0 || hops != 6 {
		t.Errorf("the inner server was reached %d times, %d redirections followed", came.Load(), hops-1)
	}
}

func TestTheSizeAndTheTimeOfAnAnswerHaveAnEnd(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(make([]byte, 50<<20))
	_ = z.Close()
	released := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/declared":
			w.Header().Set("Content-Length", "5000")
			_, _ = w.Write(make([]byte, 5000))
		case "/endless":
			for _, err := w.Write(make([]byte, 1<<16)); err == nil; {
				_, err = w.Write(make([]byte, 1<<16))
			}
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes())
		case "/slow":
			_, _ = w.Write([]byte("BEGIN"))
			w.(http.Flusher).Flush() //nolint:errcheck,forcetypeassert // net/http promises it
			<-released
		case "/silent":
			<-released
		case "/exact":
			_, _ = w.Write(make([]byte, 1000))
		case "/gone":
			http.Error(w, "the password is swordfish", http.StatusNotFound)
		case "/down":
			http.Error(w, "the password is swordfish", http.StatusBadGateway)
		}
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(released) })
	c := fetch.New(fetch.Config{AllowPrivate: []string{"127.0.0.1"}, Timeout: 300 * time.Millisecond})
	for path, want := range map[string]struct {
		kind error
		says string
	}{
		"/declared": {fault.Invalid, "larger than 1000 bytes"}, "/endless": {fault.Invalid, "larger than 1000 bytes"}, "/bomb": {fault.Invalid, "larger than 1000 bytes"},
		"/slow": {fault.Unavailable, "no whole answer within"}, "/silent": {fault.Unavailable, "no whole answer within"},
		"/gone": {fault.Invalid, "answers 404"}, "/down": {fault.Unavailable, "answers 502"},
	} {
		_, err := get(t, c, s.URL+path)
		refused(t, err, want.kind, want.says)
		if strings.Contains(err.Error(), "swordfish") {
			t.Errorf("%s: what the server answered is repeated: %v", path, err)
		}
	}
	if body, err := get(t, c, s.URL+"/exact"); err != nil || len(body) != 1000 {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	given, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Get(given, s.URL+"/exact", 1000)
	refused(t, err, fault.Unavailable, "given up")
}

func TestNobodyAnsweringSaysNothingOfTheNetwork(t *testing.T) {
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	_, err = get(t, fetch.New(fetch.Config{AllowPrivate: []string{"127.0.0.1"}}), "http://"+address)
	refused(t, err, fault.Unavailable, "does not answer as a web server")
	_, err = get(t, fetch.New(fetch.Config{Resolver: resolver(t, nil)}), "http://nowhere.example/")
	refused(t, err, fault.Unavailable, "there is no host of that name")
}

// resolver asks a small name server of our own, on this machine; nil knows no name.
func resolver(t *testing.T, answer func(name string) netip.Addr) *net.Resolver {
	t.Helper()
	socket, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	go func() {
		question := make([]byte, 1500)
		for {
			n, from, err := socket.ReadFrom(question)
			if err != nil {
				return
			}
			if reply, err := reply(question[:n], answer); err == nil {
				_, _ = socket.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", socket.LocalAddr().String())
	}}
}

func reply(question []byte, answer func(string) netip.Addr) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil || len(m.Questions) != 1 {
		return nil, fmt.Errorf("not a question: %w", err)
	}
	m.Response, m.Additionals = true, nil
	q := m.Questions[0]
	switch {
	case answer == nil:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA:
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 0},
			Body:   &dnsmessage.AResource{A: answer(q.Name.String()).As4()},
		}}
	}
	return m.Pack()
}
