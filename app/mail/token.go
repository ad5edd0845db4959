package mail

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// The ways to get a token (RFC 6749 sections 4.4 and 6).
const (
	clientCredentials = "client_credentials"
	refreshToken      = "refresh_token"
)

const tokenTimeout = 20 * time.Second

// Token is an OAuth 2.0 access token, fetched when it is needed and kept until
// it expires or a server refuses it. It is safe for concurrent use.
type Token struct {
	endpoint, host string
	client         string
	scopes         []string
	by             http.RoundTripper

	mu      sync.Mutex
	secret  string // the client's, or the refresh token: whoever gives tokens may replace it
	refresh bool
	now     *oauth2.Token
}

// get is a token that is valid.
func (t *Token) get(ctx context.Context) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now.Valid() {
		return t.now.AccessToken, nil
	}
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	token, err := t.fetch(context.WithValue(ctx, oauth2.HTTPClient, &http.Client{
		Transport: t.by,
		// A secret goes where it was meant to go, and nowhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}))
	if err != nil {
		return "", fmt.Errorf("no token from %s: %w", t.host, reason(err))
	}
	if t.refresh && token.RefreshToken != "" {
		t.secret = token.RefreshToken
	}
	t.now = token
	return token.AccessToken, nil
}

// forget drops a token that a server has refused.
func (t *Token) forget(refused string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now != nil && t.now.AccessToken == refused {
		t.now = nil
	}
}

func (t *Token) fetch(ctx context.Context) (*oauth2.Token, error) {
	if t.refresh {
		// No secret goes with a refresh token: such a client is a public one.
		c := oauth2.Config{ClientID: t.client, Endpoint: oauth2.Endpoint{TokenURL: t.endpoint, AuthStyle: oauth2.AuthStyleInParams}}
		return c.TokenSource(ctx, &oauth2.Token{RefreshToken: t.secret}).Token()
	}
	c := clientcredentials.Config{ClientID: t.client, ClientSecret: t.secret, TokenURL: t.endpoint, Scopes: t.scopes}
	return c.Token(ctx)
}

// reason is what an administrator can use of an error, without the page that a
// server may have answered with, and without the address.
func reason(err error) error {
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		if refused.ErrorCode == "" {
			return errors.New(refused.Response.Status)
		}
		return fmt.Errorf("%.50s: %.300s", refused.ErrorCode, refused.ErrorDescription)
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}
	return err
}
