package sso

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	askedFor = 30 * time.Minute // how long one may think about whom to be
	codeFor  = time.Minute      // how long a code may wait for its exchange
)

// Purposes of what the provider seals.
const (
	askedPurpose  = "sso.demo.asked"
	codePurpose   = "sso.demo.code"
	accessPurpose = "sso.demo.access"
)

// asked is an authorization request that was found good. The page carries it,
// sealed, so a form that we did not make does nothing.
type asked struct{ State, Nonce, Challenge string }

// grant is what a code stands for.
type grant struct {
	UID, Nonce, Challenge, SID string
	At                         time.Time
}

// describe is the discovery document.
func (p *Demo) describe(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer": p.issuer, "authorization_endpoint": p.issuer + "/authorize", "token_endpoint": p.issuer + "/token",
		"jwks_uri": p.issuer + "/keys", "userinfo_endpoint": p.issuer + "/userinfo", "end_session_endpoint": p.issuer + "/logout",
		"response_types_supported": []string{"code"}, "response_modes_supported": []string{"query"},
		"grant_types_supported": []string{"authorization_code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"ES256"}, "code_challenge_methods_supported": []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		"scopes_supported":                      []string{"openid", "profile", "email", "groups"},
		"claims_supported":                      []string{"sub", "sid", "name", "preferred_username", "email", "groups", "auth_time"},
		"request_parameter_supported":           false, "request_uri_parameter_supported": false,
		"authorization_response_iss_parameter_supported": true,
	})
}

// authorize shows whom one may be. A search on that page brings its own
// request back instead of the client's.
func (p *Demo) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Has("asked") {
		if a, ok := p.openAsked(w, r, q.Get("asked")); ok {
			p.offer(w, r, a, http.StatusOK, q.Get("q"))
		}
		return
	}
	// Whoever is not the client, or would be sent elsewhere, is told so here.
	if q.Get("client_id") != demoClientID || q.Get("redirect_uri") != p.conf.RedirectURL {
		p.say(w, r, http.StatusBadRequest, "sso.demo.client")
		return
	}
	if code := refusal(q); code != "" {
		p.sendBack(w, r, url.Values{"error": {code}}, q.Get("state"))
		return
	}
	p.offer(w, r, asked{State: q.Get("state"), Nonce: q.Get("nonce"), Challenge: q.Get("code_challenge")}, http.StatusOK, "")
}

// refusal is the error code for an authorization request that is not one of
// ours; empty for a good one.
func refusal(q url.Values) string {
	for _, values := range q {
		if len(values) > 1 { // RFC 6749 section 3.1
			return "invalid_request"
		}
	}
	switch {
	case q.Has("request"):
		return "request_not_supported"
	case q.Has("request_uri"):
		return "request_uri_not_supported"
	case q.Get("response_type") != "code":
		return "unsupported_response_type"
	case !slices.Contains(strings.Fields(q.Get("scope")), "openid"):
		return "invalid_scope"
	case q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43: // RFC 7636 section 4.2
		return "invalid_request"
	case q.Get("prompt") == "none":
		return "login_required"
	}
	return ""
}

// openAsked reads the request that a page carried, and answers if it is not ours.
func (p *Demo) openAsked(w http.ResponseWriter, r *http.Request, sealed string) (a asked, ok bool) {
	payload, err := p.seal.Open(askedPurpose, sealed, p.db.Now(r.Context()))
	if err == nil {
		err = json.Unmarshal(payload, &a)
	}
	if err != nil {
		p.say(w, r, http.StatusBadRequest, "sso.stale")
		return a, false
	}
	return a, true
}

// choose sends the browser back with a code for the person who was chosen.
func (p *Demo) choose(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.say(w, r, http.StatusBadRequest, "sso.failed")
		return
	}
	a, ok := p.openAsked(w, r, r.PostForm.Get("asked"))
	if !ok {
		return
	}
	if r.PostForm.Has("cancel") {
		p.sendBack(w, r, url.Values{"error": {"access_denied"}}, a.State)
		return
	}
	who, err := p.member(r.Context(), r.PostForm.Get("person"))
	switch {
	case notFound(err):
		p.offer(w, r, a, http.StatusUnprocessableEntity, "")
		return
	case err != nil:
		p.broken(w, r, err)
		return
	}
	now := p.db.Now(r.Context())
	code := p.sealed(codePurpose, grant{UID: who.UID, Nonce: a.Nonce, Challenge: a.Challenge, SID: rand.Text(), At: now}, now.Add(codeFor))
	p.sendBack(w, r, url.Values{"code": {code}}, a.State)
}

// sealed is a value as a token.
func (p *Demo) sealed(purpose string, value any, expires time.Time) string {
	payload, err := json.Marshal(value)
	if err != nil {
		panic(err) // texts and times only
	}
	return p.seal.Seal(purpose, payload, expires)
}

// sendBack answers the authorization request (RFC 6749 section 4.1.2, RFC 9207).
func (p *Demo) sendBack(w http.ResponseWriter, r *http.Request, q url.Values, state string) {
	q.Set("iss", p.issuer)
	if state != "" {
		q.Set("state", state)
	}
	http.Redirect(w, r, p.conf.RedirectURL+"?"+q.Encode(), http.StatusSeeOther)
}

// endSession sends the browser back to AMIGO. There is no session of the
// provider's own to end: each sign-in asks anew.
func (p *Demo) endSession(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.say(w, r, http.StatusBadRequest, "sso.failed")
		return
	}
	hint, back := r.Form.Get("id_token_hint"), r.Form.Get("post_logout_redirect_uri")
	if hint != "" && !p.key.mine(hint) || hint == "" && r.Form.Get("client_id") != demoClientID {
		p.say(w, r, http.StatusBadRequest, "sso.demo.client")
		return
	}
	to, err := url.Parse(back)
	public, _ := url.Parse(p.conf.PublicURL)
	if back == "" || err != nil || to.Scheme != public.Scheme || to.Host != public.Host {
		p.say(w, r, http.StatusOK, "sso.demo.gone")
		return
	}
	if state := r.Form.Get("state"); state != "" {
		q := to.Query()
		q.Set("state", state)
		to.RawQuery = q.Encode()
	}
	http.Redirect(w, r, to.String(), http.StatusSeeOther) //nolint:gosec // its scheme and host are our own, three lines above
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // whoever hung up does not read it
}
