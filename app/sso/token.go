package sso

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"

	"amigo/app/fault"
	"amigo/app/people"
)

// keySet is the provider's keys. go-oidc does not tell a forged signature from
// keys that could not be read; this remembers which it was.
type keySet struct{ remote *oidc.RemoteKeySet }

type unreachedKey struct{}

func (k keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := k.remote.VerifySignature(ctx, token)
	if _, unreached := errors.AsType[*url.Error](err); unreached {
		if noted, ok := ctx.Value(unreachedKey{}).(*bool); ok {
			*noted = true
		}
	}
	return payload, err
}

// verify does f, which checks a signed token, and says as what kind of fault
// it failed: kind, or fault.Unavailable when the keys could not be read.
func verify[T any](ctx context.Context, kind error, key string, f func(context.Context) (T, error)) (T, error) {
	unreached := false
	signed, err := f(context.WithValue(ctx, unreachedKey{}, &unreached))
	switch {
	case unreached:
		return signed, fmt.Errorf("sso: %w: %w", fault.Because(fault.Unavailable, "sso.unavailable"), cutError(err))
	case err != nil:
		return signed, fmt.Errorf("sso: %w: %w", fault.Because(kind, key), cutError(err))
	}
	return signed, nil
}

// checkIDToken checks an ID token (OpenID Connect Core section 3.1.3.7).
func (o *OIDC) checkIDToken(ctx context.Context, p *provider, raw, access, nonce string) (*oidc.IDToken, error) {
	if typ := typeOf(raw); typ != "" && typ != "jwt" {
		return nil, untrusted("a token of the type %.30q is no ID token", typ)
	}
	signed, err := verify(o.context(ctx), fault.Denied, "sso.untrusted", func(ctx context.Context) (*oidc.IDToken, error) {
		return p.verifier.Verify(ctx, raw)
	})
	if err != nil {
		return nil, err
	}
	var more struct {
		Azp string `json:"azp"`
	}
	if err := signed.Claims(&more); err != nil {
		return nil, untrusted("azp is no text")
	}
	switch {
	case strings.TrimSpace(signed.Subject) == "" || len(signed.Subject) > 255 || strings.ContainsFunc(signed.Subject, unicode.IsControl):
		return nil, untrusted("the subject is %.30q", signed.Subject)
	case !equal(signed.Nonce, nonce):
		return nil, untrusted("the nonce is not ours")
	case more.Azp != "" && more.Azp != o.conf.ClientID, more.Azp == "" && len(signed.Audience) > 1:
		return nil, untrusted("the token was made for %q, authorized party %q", signed.Audience, more.Azp)
	case signed.IssuedAt.IsZero() || signed.IssuedAt.After(o.now().Add(leeway)):
		return nil, untrusted("the token was issued at %v", signed.IssuedAt)
	case signed.AccessTokenHash != "" && signed.VerifyAccessToken(access) != nil:
		return nil, untrusted("the access token is another")
	}
	return signed, nil
}

// typeOf is the typ of a token's header, in lower case, empty without one.
func typeOf(raw string) string {
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256, jose.ES256})
	if err != nil || len(jws.Signatures) != 1 {
		return "" // whoever verifies it will say why
	}
	typ, _ := jws.Signatures[0].Header.ExtraHeaders[jose.HeaderType].(string)
	return strings.TrimPrefix(strings.ToLower(typ), "application/")
}

// claims are what a provider says of a person.
type claims map[string]json.RawMessage

// text is a claim that is a text and can be kept, empty otherwise.
func (c claims) text(name string) string {
	var s string
	if json.Unmarshal(c[name], &s) != nil || strings.Contains(s, "\x00") {
		return ""
	}
	return s
}

// list is a claim that is a list of texts, or one text. Whatever else stands
// in it is left out.
func (c claims) list(name string) []string {
	var all []any
	if json.Unmarshal(c[name], &all) != nil {
		if one := c.text(name); one != "" {
			return []string{one}
		}
		return nil
	}
	var list []string
	for _, v := range all {
		if s, ok := v.(string); ok {
			list = append(list, s)
		}
	}
	return list
}

// has says whether a claim is there, be it empty.
func (c claims) has(name string) bool { return len(c[name]) > 0 && string(c[name]) != "null" }

// identity is who an ID token is about. What it does not say of uid and groups,
// the UserInfo endpoint is asked.
func (o *OIDC) identity(ctx context.Context, p *provider, signed *oidc.IDToken, raw string, token *oauth2.Token) (people.Identity, error) {
	c := claims{}
	if err := signed.Claims(&c); err != nil {
		return people.Identity{}, untrusted("the claims are no object")
	}
	if p.UserInfo != "" && (!c.has(o.conf.GroupsClaim) || !c.has(o.conf.UIDClaim)) {
		if err := o.askMore(ctx, p, signed.Subject, token, c); err != nil {
			return people.Identity{}, err
		}
	}
	who := people.Identity{
		Issuer: signed.Issuer, Subject: signed.Subject, SID: c.text("sid"), IDToken: raw,
		UID: c.text(o.conf.UIDClaim), Name: c.text("name"), Groups: c.list(o.conf.GroupsClaim),
	}
	if who.Name == "" {
		who.Name = strings.TrimSpace(c.text("given_name") + " " + c.text("family_name"))
	}
	if verified := string(c["email_verified"]); !slices.Contains([]string{"false", `"false"`}, verified) {
		who.Email = c.text("email")
	}
	return who, nil
}

// askMore adds to c what the UserInfo endpoint says beyond it (OpenID Connect
// Core section 5.3). A sign-in without it would take somebody's role away.
func (o *OIDC) askMore(ctx context.Context, p *provider, subject string, token *oauth2.Token, c claims) error {
	more, err := p.Provider.UserInfo(o.context(ctx), oauth2.StaticTokenSource(token))
	if err != nil {
		return fmt.Errorf("sso: userinfo: %w: %w", fault.Because(fault.Unavailable, "sso.unavailable"), cutError(err))
	}
	if more.Subject != subject {
		return untrusted("userinfo is about %.60q", more.Subject)
	}
	said := claims{}
	if err := more.Claims(&said); err != nil {
		return untrusted("userinfo is no object")
	}
	for name, value := range said {
		if !c.has(name) {
			c[name] = value
		}
	}
	return nil
}
