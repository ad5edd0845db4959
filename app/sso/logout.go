package sso

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"amigo/app/fault"
)

// logoutEvent is the member of events that makes a token a logout token.
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// maxLogoutAge is how old a logout token may be: one that was caught must not
// end the sessions of another day.
const maxLogoutAge = 10 * time.Minute

// SignOut implements [Provider] (OpenID Connect RP-Initiated Logout 1.0).
func (o *OIDC) SignOut(ctx context.Context, idToken, returnTo string) string {
	p, err := o.provider(ctx)
	if err != nil || p.EndSession == "" {
		return ""
	}
	address, err := url.Parse(p.EndSession)
	if err != nil {
		return ""
	}
	q := address.Query()
	q.Set("client_id", o.conf.ClientID)
	if idToken != "" {
		q.Set("id_token_hint", idToken)
	}
	if back := o.absolute(returnTo); back != "" {
		q.Set("post_logout_redirect_uri", back)
	}
	address.RawQuery = q.Encode()
	return address.String()
}

// absolute is an address of ours in full.
func (o *OIDC) absolute(address string) string {
	if !strings.HasPrefix(address, "/") {
		return address
	}
	us, err := url.Parse(o.conf.RedirectURL)
	if err != nil {
		return ""
	}
	return us.Scheme + "://" + us.Host + address
}

// BackChannel implements [Provider] (OpenID Connect Back-Channel Logout 1.0
// section 2.6).
func (o *OIDC) BackChannel(ctx context.Context, token string) (issuer, subject, sid string, err error) {
	p, err := o.provider(ctx)
	if err != nil {
		return "", "", "", err
	}
	// An ID token must not pass for a logout token, nor any other kind.
	if typ := typeOf(token); typ != "" && typ != "jwt" && typ != "logout+jwt" {
		return "", "", "", notALogout("its type is %.30q", typ)
	}
	signed, err := verify(o.context(ctx), fault.Invalid, "sso.logout", func(ctx context.Context) (*oidc.LogoutToken, error) {
		return p.verifier.VerifyLogout(ctx, token)
	})
	if err != nil {
		return "", "", "", err
	}
	var more struct {
		Events map[string]json.RawMessage `json:"events"`
	}
	var object map[string]any
	if signed.Claims(&more) != nil || json.Unmarshal(more.Events[logoutEvent], &object) != nil || object == nil {
		return "", "", "", notALogout("its event is no object")
	}
	now := o.now()
	if at := signed.IssuedAt; at.After(now.Add(leeway)) || at.Before(now.Add(-maxLogoutAge)) {
		return "", "", "", notALogout("it was issued at %v", at)
	}
	return signed.Issuer, signed.Subject, signed.SessionID, nil
}

// notALogout is a token that must end nobody's session.
func notALogout(format string, args ...any) error {
	return fmt.Errorf("sso: logout token: "+format+": %w", append(args, fault.Because(fault.Invalid, "sso.logout"))...)
}
