package sso_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"amigo/app/db/dbtest"
	"amigo/app/sso"
)

const callback = "https://amigo.academie.test/auth/oidc/callback"

// keys are made once: RSA takes its time.
var keys = sync.OnceValue(func() struct{ rsa, other *rsa.PrivateKey } {
	one, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	two, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return struct{ rsa, other *rsa.PrivateKey }{one, two}
})

// idp is an identity provider that answers what a test wants it to.
type idp struct {
	t      *testing.T
	server *httptest.Server
	clock  *dbtest.Clock
	ec     *ecdsa.PrivateKey
	down   atomic.Bool
	asked  atomic.Int64 // for the discovery document

	discovery map[string]any // what differs from an honest one; nil takes out
	claims    map[string]any // of the next ID token, likewise
	sign      func(claims map[string]any) string
	userinfo  map[string]any // nil: 500
	token     func(w http.ResponseWriter, r *http.Request) bool
	requests  []url.Values // that the token endpoint got
	basic     []bool
}

func newIDP(t *testing.T) *idp {
	t.Helper()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &idp{t: t, clock: dbtest.NewClock(), ec: ec}
	p.sign = func(c map[string]any) string { return signed(t, jose.RS256, keys().rsa, "rsa", "JWT", c) }
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.asked.Add(1)
		answer(w, p.description())
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
			{Key: keys().rsa.Public(), KeyID: "rsa", Use: "sig"}, {Key: ec.Public(), KeyID: "ec", Use: "sig"},
		}})
	})
	mux.HandleFunc("/token", p.exchange)
	mux.HandleFunc("/userinfo", func(w http.ResponseWriter, r *http.Request) {
		if p.userinfo == nil || r.Header.Get("Authorization") != "Bearer access" {
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		answer(w, p.userinfo)
	})
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.down.Load() {
			http.Error(w, "<html>down for maintenance</html>", http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.server.Close)
	return p
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// with is base with what differs; nil takes out.
func with(base, differs map[string]any) map[string]any {
	maps.Copy(base, differs)
	maps.DeleteFunc(base, func(_ string, v any) bool { return v == nil })
	return base
}

func (p *idp) description() map[string]any {
	u := p.server.URL
	return with(map[string]any{
		"issuer": u, "authorization_endpoint": u + "/authorize", "token_endpoint": u + "/token", "jwks_uri": u + "/keys",
		"userinfo_endpoint": u + "/userinfo", "end_session_endpoint": u + "/logout?realm=x",
		"authorization_response_iss_parameter_supported": true,
	}, p.discovery)
}

// honest is what an ID token for an attempt says.
func (p *idp) honest(nonce string) map[string]any {
	now, hash := p.clock.Now().Unix(), sha256.Sum256([]byte("access"))
	return map[string]any{
		"iss": p.server.URL, "aud": "amigo", "sub": "subject-1", "nonce": nonce, "iat": now, "exp": now + 300, "sid": "sid-1",
		"preferred_username": "clara.hebert", "name": "Clara Hébert", "email": "clara@academie.test", "groups": []string{"staff", "amigo-tech"},
		"at_hash": base64.RawURLEncoding.EncodeToString(hash[:16]),
	}
}

// exchange is the token endpoint; the code is the nonce.
func (p *idp) exchange(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.t.Error(err)
	}
	_, _, basic := r.BasicAuth()
	p.requests, p.basic = append(p.requests, r.PostForm), append(p.basic, basic)
	if p.token != nil && p.token(w, r) {
		return
	}
	answer(w, map[string]any{
		"access_token": "access", "token_type": "Bearer", "expires_in": 300,
		"id_token": p.sign(with(p.honest(r.PostForm.Get("code")), p.claims)),
	})
}

func signed(t *testing.T, alg jose.SignatureAlgorithm, key any, kid, typ string, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, (&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// unsigned is a token of the algorithm none.
func unsigned(t *testing.T, claims map[string]any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + enc(payload) + "."
}

// client is AMIGO before this provider.
func (p *idp) client(more ...func(*sso.OIDCConfig)) *sso.OIDC {
	p.t.Helper()
	c := sso.OIDCConfig{Issuer: p.server.URL, ClientID: "amigo", ClientSecret: "secret", RedirectURL: callback}
	for _, f := range more {
		f(&c)
	}
	o, err := sso.NewOIDC(c, p.clock.Now)
	if err != nil {
		p.t.Fatal(err)
	}
	return o
}

// start begins a sign-in and says what the browser was sent with.
func start(t *testing.T, o sso.Provider) (url.Values, sso.Attempt) {
	t.Helper()
	address, a, err := o.Start(t.Context(), "/tickets")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query(), a
}

// back is the browser's request at our callback.
func back(q url.Values) *http.Request {
	return httptest.NewRequest(http.MethodGet, callback+"?"+q.Encode(), nil)
}

// good is what an honest provider sends the browser back with.
func (p *idp) good(a sso.Attempt) url.Values {
	return url.Values{"code": {a.Nonce}, "state": {a.State}, "iss": {p.server.URL}}
}

// hmacKey is the provider's public key, as whoever confuses algorithms uses it.
func hmacKey() []byte {
	return []byte(strings.Repeat(base64.StdEncoding.EncodeToString(keys().rsa.N.Bytes()), 1))
}

// atHash is the hash of an access token (OpenID Connect Core section 3.1.3.6).
func atHash(access string) string {
	h := crypto.SHA256.New()
	h.Write([]byte(access))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

func seconds(at time.Time, d time.Duration) int64 { return at.Add(d).Unix() }
