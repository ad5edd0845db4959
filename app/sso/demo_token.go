package sso

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"amigo/app/limit"
	"amigo/app/people"
)

// tokenFor is how long the tokens of the demonstration are valid.
const tokenFor = 5 * time.Minute

// keys is the JWK set that the tokens are signed with.
func (p *Demo) keys(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{p.key.public}})
}

// token exchanges a code (RFC 6749 section 4.1.3).
func (p *Demo) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		refuse(w, http.StatusBadRequest, "invalid_request")
		return
	}
	if !p.isClient(r) {
		w.Header().Set("WWW-Authenticate", `Basic realm="demo-idp"`)
		refuse(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	if r.PostForm.Get("grant_type") != "authorization_code" {
		refuse(w, http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	g, ok := p.openCode(r)
	if !ok {
		refuse(w, http.StatusBadRequest, "invalid_grant")
		return
	}
	first, err := p.useUp(r.Context(), r.PostForm.Get("code"))
	if err != nil {
		p.broken(w, r, err)
		return
	}
	who, err := p.member(r.Context(), g.UID)
	switch {
	case !first || notFound(err):
		refuse(w, http.StatusBadRequest, "invalid_grant")
		return
	case err != nil:
		p.broken(w, r, err)
		return
	}
	p.issue(w, r, g, who)
}

// isClient checks the client's secret, from either place (RFC 6749 section 2.3.1).
func (p *Demo) isClient(r *http.Request) bool {
	id, secret, basic := r.BasicAuth()
	if !basic {
		return equal(r.PostForm.Get("client_id"), demoClientID) && equal(r.PostForm.Get("client_secret"), p.clientSecret())
	}
	id, errID := url.QueryUnescape(id)
	secret, errSecret := url.QueryUnescape(secret)
	return errID == nil && errSecret == nil && equal(id, demoClientID) && equal(secret, p.clientSecret())
}

// openCode reads the code of a token request: ours, in time, for this callback,
// with the verifier of its challenge (RFC 7636 section 4.6).
func (p *Demo) openCode(r *http.Request) (g grant, ok bool) {
	payload, err := p.seal.Open(codePurpose, r.PostForm.Get("code"), p.db.Now(r.Context()))
	if err != nil || json.Unmarshal(payload, &g) != nil {
		return g, false
	}
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	return g, r.PostForm.Get("redirect_uri") == p.conf.RedirectURL &&
		equal(base64.RawURLEncoding.EncodeToString(sum[:]), g.Challenge)
}

// useUp says whether a code is used for the first time. A rate of one event in
// a time longer than the code lives is one event.
func (p *Demo) useUp(ctx context.Context, code string) (first bool, err error) {
	sum := sha256.Sum256([]byte(code))
	first, _, err = p.limit.Take(ctx, codePurpose+":"+hex.EncodeToString(sum[:]), limit.Rate{Burst: 1, Per: 2 * codeFor})
	return first, err
}

// issue answers with the tokens of a person.
func (p *Demo) issue(w http.ResponseWriter, r *http.Request, g grant, who people.Person) {
	now := p.db.Now(r.Context())
	access := p.seal.Seal(accessPurpose, []byte(who.UID), now.Add(tokenFor))
	half := sha256.Sum256([]byte(access))
	about := p.about(who)
	for name, value := range map[string]any{
		"iss": p.issuer, "aud": demoClientID, "iat": now.Unix(), "exp": now.Add(tokenFor).Unix(), "auth_time": g.At.Unix(),
		"sid": g.SID, "at_hash": base64.RawURLEncoding.EncodeToString(half[:len(half)/2]),
	} {
		about[name] = value
	}
	if g.Nonce != "" {
		about["nonce"] = g.Nonce
	}
	signed, err := p.key.sign(about)
	if err != nil {
		p.broken(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"access_token": access, "token_type": "Bearer", "expires_in": int(tokenFor.Seconds()), "id_token": signed, "scope": "openid profile email groups",
	})
}

// about is what the provider says of a person. The group is that of the role
// which the directory gives them.
func (p *Demo) about(who people.Person) map[string]any {
	groups := []string{}
	if g := p.conf.Roles[who.Role]; g != "" {
		groups = append(groups, g)
	}
	about := map[string]any{"sub": who.UID, "preferred_username": who.UID, "name": who.Name, "groups": groups}
	if who.Email != "" {
		about["email"], about["email_verified"] = who.Email, true
	}
	return about
}

// userInfo is the UserInfo endpoint (OpenID Connect Core section 5.3).
func (p *Demo) userInfo(w http.ResponseWriter, r *http.Request) {
	scheme, access, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	uid, err := p.seal.Open(accessPurpose, access, p.db.Now(r.Context()))
	if !strings.EqualFold(scheme, "Bearer") || err != nil {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		refuse(w, http.StatusUnauthorized, "invalid_token")
		return
	}
	who, err := p.member(r.Context(), string(uid))
	switch {
	case notFound(err):
		refuse(w, http.StatusUnauthorized, "invalid_token")
	case err != nil:
		p.broken(w, r, err)
	default:
		writeJSON(w, http.StatusOK, p.about(who))
	}
}

// refuse answers with an error code of RFC 6749 section 5.2.
func refuse(w http.ResponseWriter, status int, code string) {
	writeJSON(w, status, map[string]string{"error": code})
}
