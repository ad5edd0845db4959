package sso

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"amigo/app/seal"
)

// demoKey signs the tokens of the demonstration.
type demoKey struct {
	public jose.JSONWebKey
	signer jose.Signer
}

// newDemoKey derives the key from the installation's secret, so that every
// process and every start has the same and none is kept anywhere.
func newDemoKey(s *seal.Sealer) (demoKey, error) {
	var private *ecdsa.PrivateKey
	err := errors.New("no attempt")
	// One value in 2^32 is no key of the curve; the next one is.
	for n := byte(0); err != nil && n < 4; n++ {
		sum := sha256.Sum256([]byte(s.Code("sso.demo.key", []byte{n, 0}) + s.Code("sso.demo.key", []byte{n, 1})))
		private, err = ecdsa.ParseRawPrivateKey(elliptic.P256(), sum[:])
	}
	if err != nil {
		return demoKey{}, fmt.Errorf("sso: demonstration key: %w", err)
	}
	public := jose.JSONWebKey{Key: private.Public(), Algorithm: string(jose.ES256), Use: "sig"}
	thumb, err := public.Thumbprint(crypto.SHA256) // RFC 7638
	if err != nil {
		return demoKey{}, fmt.Errorf("sso: demonstration key: %w", err)
	}
	public.KeyID = base64.RawURLEncoding.EncodeToString(thumb)
	signer, err := jose.NewSigner(jose.SigningKey{
		Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: private, KeyID: public.KeyID},
	}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return demoKey{}, fmt.Errorf("sso: demonstration key: %w", err)
	}
	return demoKey{public: public, signer: signer}, nil
}

// sign makes a token of claims.
func (k demoKey) sign(claims any) (string, error) {
	return jwt.Signed(k.signer).Claims(claims).Serialize()
}

// mine says whether a token is one that sign made, at any time.
func (k demoKey) mine(token string) bool {
	jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return false
	}
	_, err = jws.Verify(k.public)
	return err == nil
}

// inside carries the requests of AMIGO's own client to the provider without
// leaving the process.
type inside struct{ p *Demo }

func (i inside) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.Host, in.RequestURI, in.RemoteAddr = r.URL.Host, r.URL.RequestURI(), "127.0.0.1:0"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close() //nolint:errcheck // read from memory
	if !strings.HasPrefix(r.URL.String(), i.p.issuer+"/") {
		return nil, fmt.Errorf("sso: %s is not the demonstration provider's", r.URL.Redacted())
	}
	w := &answer{header: http.Header{}}
	i.p.ServeHTTP(w, in)
	return w.response(r), nil
}

// answer keeps what a handler answers.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

func (a *answer) response(r *http.Request) *http.Response {
	a.WriteHeader(http.StatusOK)
	return &http.Response{
		Status: http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(&a.body), ContentLength: int64(a.body.Len()), Request: r,
	}
}
