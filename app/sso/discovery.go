package sso

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"amigo/app/fault"
)

const (
	patience    = 10 * time.Second // with one request to the provider
	maxResponse = 1 << 20          // bytes of its answer
	knownFor    = time.Hour        // before it is looked up again
	failedFor   = 2 * time.Second  // before a failed look-up is tried again
)

// algorithms are those that a token may be signed with.
var algorithms = []string{oidc.RS256, oidc.ES256}

// provider is what a provider says of itself (OpenID Connect Discovery 1.0
// section 3), and the means to talk to it.
type provider struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	JWKS          string   `json:"jwks_uri"`
	UserInfo      string   `json:"userinfo_endpoint"`
	EndSession    string   `json:"end_session_endpoint"`
	Scopes        []string `json:"scopes_supported"`
	TokenAuth     []string `json:"token_endpoint_auth_methods_supported"`
	IssParameter  bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207

	*oidc.Provider `json:"-"`
	verifier       *oidc.IDTokenVerifier
	oauth          oauth2.Config
	at             time.Time
}

// newClient is an HTTP client that neither waits nor reads for ever, and does
// not go where it is sent: a provider answers at its own addresses.
func newClient(carry http.RoundTripper) *http.Client {
	if carry == nil {
		carry = http.DefaultTransport.(*http.Transport).Clone()
	}
	return &http.Client{
		Transport: capped{carry}, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// capped cuts answers that are too long.
type capped struct{ next http.RoundTripper }

func (c capped) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{http.MaxBytesReader(nil, res.Body, maxResponse), res.Body}
	return res, nil
}

// Ping looks the provider up, whether it is known or not.
func (o *OIDC) Ping(ctx context.Context) error {
	if _, err := o.lookUp(ctx); err != nil {
		return notThere(err)
	}
	return nil
}

// provider is the provider, looked up if need be. Who asks while somebody else
// is looking waits for what they find.
func (o *OIDC) provider(ctx context.Context) (*provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.known != nil && o.now().Sub(o.known.at) < knownFor {
		return o.known, nil
	}
	if o.fail == nil || o.now().Sub(o.tried) >= failedFor {
		// One person's closed tab must not be everybody's failure.
		found, err := o.lookUp(context.WithoutCancel(ctx))
		if err == nil {
			o.known = found
		}
		o.fail, o.tried = err, o.now()
	}
	switch {
	case o.known != nil:
		return o.known, nil // it does not answer now, but it has not moved either
	case o.fail != nil:
		return nil, notThere(o.fail)
	}
	return o.known, nil
}

func notThere(err error) error {
	return fmt.Errorf("sso: look the provider up: %w: %w", fault.Because(fault.Unavailable, "sso.unavailable"), err)
}

// lookUp reads the provider's description and checks that it can be used.
func (o *OIDC) lookUp(ctx context.Context) (*provider, error) {
	ctx, cancel := context.WithTimeout(o.context(ctx), patience)
	defer cancel()
	found, err := oidc.NewProvider(ctx, o.conf.Issuer)
	if err != nil {
		return nil, cutError(err)
	}
	p := &provider{Provider: found, at: o.now()}
	if err := found.Claims(p); err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	p.verifier = oidc.NewVerifier(o.conf.Issuer, keySet{oidc.NewRemoteKeySet(o.context(context.Background()), p.JWKS)}, &oidc.Config{
		ClientID: o.conf.ClientID, SupportedSigningAlgs: algorithms,
		Now: func() time.Time { return o.now().Add(-leeway) },
	})
	endpoint := found.Endpoint()
	endpoint.AuthStyle = p.authStyle(o.conf.ClientSecret)
	p.oauth = oauth2.Config{
		ClientID: o.conf.ClientID, ClientSecret: o.conf.ClientSecret, Endpoint: endpoint,
		RedirectURL: o.conf.RedirectURL, Scopes: p.scopes(o.conf.GroupsClaim),
	}
	return p, nil
}

// check refuses a description whose addresses are missing, or are not as safe
// as the issuer's.
func (p *provider) check() error {
	var problems []error
	for name, address := range map[string]string{
		"authorization_endpoint": p.Authorization, "token_endpoint": p.Token, "jwks_uri": p.JWKS,
		"userinfo_endpoint": p.UserInfo, "end_session_endpoint": p.EndSession,
	} {
		optional := name == "userinfo_endpoint" || name == "end_session_endpoint"
		if address == "" && optional {
			continue
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
			problems = append(problems, fmt.Errorf("%s is %q", name, address))
		}
	}
	return errors.Join(problems...)
}

// authStyle is how we prove who we are at the token endpoint. It is never tried
// out: a code can be sent once.
func (p *provider) authStyle(secret string) oauth2.AuthStyle {
	basic := len(p.TokenAuth) == 0 || slices.Contains(p.TokenAuth, "client_secret_basic")
	if secret == "" || !basic {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// scopes are what we ask for; some providers give groups to those only who ask.
func (p *provider) scopes(groupsClaim string) []string {
	scopes := []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail}
	if slices.Contains(p.Scopes, groupsClaim) && !slices.Contains(scopes, groupsClaim) {
		scopes = append(scopes, groupsClaim)
	}
	return scopes
}

// cutError keeps a page that the provider answered instead of its description
// out of the log.
func cutError(err error) error {
	text, _, _ := strings.Cut(err.Error(), "\n")
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "…"
	}
	return errors.New(text)
}
