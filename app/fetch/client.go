package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// What one request may take.
const (
	longest      = 10 * time.Second
	maxRedirects = 5
	maxHeader    = 64 << 10
)

// Config says what may be asked for, and by which way.
type Config struct {
	AllowPrivate []string // hosts, addresses and networks that may be asked although they are not public
	HTTPProxy    string   // the proxy for http addresses; empty: none
	HTTPSProxy   string   // the proxy for https addresses
	NoProxy      string   // what is asked directly: hosts, domains and networks, by comma
	ProxyHosts   []string // hosts that may be asked through a proxy

	Resolver *net.Resolver  // instead of the system's
	Roots    *x509.CertPool // instead of the system's certificates
	Timeout  time.Duration  // for a whole answer; 0: ten seconds
}

// Client asks for addresses. It may be used by many goroutines at once.
type Client struct {
	allowed  list
	listed   list // through a proxy
	proxy    func(*url.URL) (*url.URL, error)
	resolver *net.Resolver
	timeout  time.Duration

	direct, proxied http.RoundTripper
}

// New builds a client.
func New(c Config) *Client {
	client := &Client{
		allowed: newList(c.AllowPrivate), listed: newList(c.ProxyHosts), resolver: c.Resolver, timeout: c.Timeout,
		proxy: (&httpproxy.Config{HTTPProxy: c.HTTPProxy, HTTPSProxy: c.HTTPSProxy, NoProxy: c.NoProxy}).ProxyFunc(),
	}
	if client.timeout == 0 {
		client.timeout = longest
	}
	transport := func() *http.Transport {
		return &http.Transport{
			TLSClientConfig:        &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives:      true, // nobody asks twice
			MaxResponseHeaderBytes: maxHeader,
			ForceAttemptHTTP2:      true,
		}
	}
	direct, proxied := transport(), transport()
	direct.DialContext = client.dial
	proxied.Proxy = func(r *http.Request) (*url.URL, error) { return client.proxy(r.URL) }
	client.direct, client.proxied = direct, proxied
	return client
}

// Get gives what lies at an address, at most limit bytes; more is refused. An
// [Error] says why there is nothing.
func (c *Client) Get(ctx context.Context, address string, limit int64) ([]byte, error) {
	u, err := parse(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, invalid(u.Hostname(), NoAddress)
	}
	request.Header.Set("User-Agent", "AMIGO")
	request.Header.Set("Accept", "text/calendar, application/json, text/csv, */*;q=0.1")
	client := http.Client{Transport: c, CheckRedirect: redirected}
	response, err := client.Do(request)
	if err != nil {
		return nil, c.explain(u.Hostname(), err)
	}
	defer response.Body.Close() //nolint:errcheck // only read
	if err := accepted(response); err != nil {
		return nil, err
	}
	return c.read(response, limit)
}

// accepted says what an answer without content means.
func accepted(r *http.Response) error {
	host := r.Request.URL.Hostname()
	switch {
	case r.StatusCode == http.StatusOK:
		return nil
	case r.StatusCode >= 500 || r.StatusCode == http.StatusTooManyRequests:
		return unavailable(host, TooBusy, "Status", strconv.Itoa(r.StatusCode))
	}
	return invalid(host, Answered, "Status", strconv.Itoa(r.StatusCode))
}

// read takes at most limit bytes of an answer, after decompression.
func (c *Client) read(r *http.Response, limit int64) ([]byte, error) {
	host := r.Request.URL.Hostname()
	if r.ContentLength <= limit {
		data, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
		if err != nil {
			return nil, c.explain(host, err)
		}
		if int64(len(data)) <= limit {
			return data, nil
		}
	}
	return nil, invalid(host, TooLarge, "Bytes", strconv.FormatInt(limit, 10))
}

// redirected judges a redirection like an address that was typed.
func redirected(r *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return invalid(r.URL.Hostname(), TooManyHops, "Most", strconv.Itoa(maxRedirects))
	}
	if via[len(via)-1].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return invalid(r.URL.Hostname(), Downgraded, "Scheme", r.URL.Scheme)
	}
	// The address before may hold a key.
	r.Header.Del("Referer")
	return check(r.URL)
}

// RoundTrip sends one request, directly or through the proxy; it is how a
// Client is an http.RoundTripper, and each redirection comes by here.
func (c *Client) RoundTrip(r *http.Request) (*http.Response, error) {
	proxy, err := c.proxy(r.URL)
	switch host := r.URL.Hostname(); {
	case err != nil:
		return nil, unavailable(host, BadProxy)
	case proxy == nil:
		return c.direct.RoundTrip(r)
	case !c.listed.host(host):
		return nil, invalid(host, NotListed)
	}
	return c.proxied.RoundTrip(r)
}

// dial connects to a host, to none but public addresses unless it is allowed.
// The check comes after the name was resolved, on each address that is tried.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: c.timeout, Resolver: c.resolver}
	d.Control = func(_, resolved string, _ syscall.RawConn) error {
		if at, err := netip.ParseAddrPort(resolved); err == nil && (public(at.Addr()) || c.allowed.address(at.Addr())) || c.allowed.host(host) {
			return nil
		}
		return invalid(host, NotPublic)
	}
	return d.DialContext(ctx, network, address)
}

// explain puts what went wrong into words that say nothing of the network
// behind us, such as which of its addresses answer.
func (c *Client) explain(host string, err error) error {
	var (
		name   *net.DNSError
		wrong  *Error
		issuer x509.UnknownAuthorityError
		other  x509.HostnameError
		tooOld x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &wrong):
		return wrong
	case errors.Is(err, context.Canceled):
		return unavailable(host, GivenUp)
	case errors.Is(err, context.DeadlineExceeded) || isTimeout(err):
		return unavailable(host, TooSlow, "Seconds", strconv.FormatFloat(c.timeout.Seconds(), 'g', -1, 64))
	case errors.As(err, &name):
		return unavailable(host, UnknownHost)
	case errors.As(err, &issuer), errors.As(err, &other), errors.As(err, &tooOld):
		return invalid(host, NoCertificate)
	}
	return unavailable(host, NoWebServer)
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}
