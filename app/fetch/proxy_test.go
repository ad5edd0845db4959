package fetch_test

import (
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"amigo/app/fault"
	"amigo/app/fetch"
)

// proxy is a proxy of our own, which leads every host to one server and notes
// what it was asked for.
func proxy(t *testing.T, to *httptest.Server) (_ *httptest.Server, asked func() []string) {
	t.Helper()
	hosts := make(chan string, 100)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hosts <- r.Method + " " + r.Host
		if r.Method != http.MethodConnect {
			_, _ = io.WriteString(w, "by proxy")
			return
		}
		there, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", to.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		here, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			_, _ = io.Copy(there, here)
			_ = there.Close()
		}()
		_, _ = io.Copy(here, there)
		_ = here.Close()
	}))
	t.Cleanup(s.Close)
	return s, func() (list []string) {
		for len(hosts) > 0 {
			list = append(list, <-hosts)
		}
		return list
	}
}

func TestOnlyListedHostsAreAskedThroughTheProxy(t *testing.T) {
	target := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "by tunnel") }))
	t.Cleanup(target.Close)
	p, asked := proxy(t, target)
	roots := x509.NewCertPool()
	roots.AddCert(target.Certificate()) // it is for example.com
	config := fetch.Config{HTTPProxy: p.URL, HTTPSProxy: p.URL, NoProxy: "10.0.0.0/8,.direct.example", ProxyHosts: []string{"example.com", "Data.Education.example"}, Roots: roots}
	c := fetch.New(config)

	if body, err := get(t, c, "http://data.education.example/x.ics"); err != nil || body != "by proxy" {
		t.Errorf("by http: %q, %v", body, err)
	}
	if body, err := get(t, c, "https://example.com/x.ics"); err != nil || body != "by tunnel" {
		t.Errorf("by https: %q, %v", body, err)
	}
	if list := asked(); len(list) != 2 || list[0] != "GET data.education.example" || list[1] != "CONNECT example.com:443" {
		t.Errorf("the proxy was asked for %v", list)
	}
	for address, want := range map[string]string{
		"http://other.example/":  "AMIGO_FETCH_PROXY_HOSTS does not name it",
		"http://192.168.1.1/":    "AMIGO_FETCH_PROXY_HOSTS does not name it",
		"http://10.1.2.3/":       notPublic, // asked directly
		"http://localhost:1/":    notPublic,
		"http://169.254.169.254": "AMIGO_FETCH_PROXY_HOSTS does not name it",
	} {
		_, err := get(t, c, address)
		refused(t, err, fault.Invalid, want)
	}
	if list := asked(); len(list) > 0 {
		t.Errorf("the proxy was asked for %v", list)
	}
}

func TestACertificateThatNobodyTrustsIsRefused(t *testing.T) {
	s := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(s.Close)
	s.Config.ErrorLog = nil
	_, err := get(t, fetch.New(fetch.Config{AllowPrivate: []string{"127.0.0.1"}}), s.URL)
	refused(t, err, fault.Invalid, "its certificate is not one that this system trusts")
}
