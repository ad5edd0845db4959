package sso

import (
	"context"
	"net/http"

	"amigo/app/people"
)

// Attempt is what the browser must bring back for a sign-in to finish: kept by
// web in the browser's own (pre-sign-in) session, one use.
type Attempt struct {
	State, Nonce, Verifier string
	ReturnTo               string // own path
}

// Provider proves who someone is.
type Provider interface {
	// Start gives the address to send the browser to, and what to keep. A
	// provider that does not answer is fault.Unavailable, here and below.
	Start(ctx context.Context, returnTo string) (address string, a Attempt, err error)
	// Finish reads the provider's answer (the callback request) against the
	// attempt. An answer that is a refusal, or is not for this attempt, or cannot
	// be trusted is fault.Denied with a sentence.
	Finish(ctx context.Context, r *http.Request, a Attempt) (people.Identity, error)
	// SignOut is where to send the browser to end the provider's session; "" when
	// it has no such address. returnTo is where the browser comes back to: an
	// address, or a path of ours.
	SignOut(ctx context.Context, idToken, returnTo string) string
	// BackChannel reads a logout token (OpenID Connect Back-Channel Logout 1.0):
	// issuer, subject, sid to end, of which subject or sid may be empty. One that
	// cannot be trusted is fault.Invalid.
	BackChannel(ctx context.Context, token string) (issuer, subject, sid string, err error)
}
