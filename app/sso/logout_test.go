package sso_test

import (
	"errors"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"amigo/app/db/dbtest"
	"amigo/app/fault"
)

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

func (p *idp) logout() map[string]any {
	now := p.clock.Now().Unix()
	return map[string]any{
		"iss": p.server.URL, "aud": "amigo", "sub": "subject-1", "sid": "sid-1", "iat": now, "exp": now + 120, "jti": "j-1",
		"events": map[string]any{logoutEvent: map[string]any{}},
	}
}

func TestALogoutTokenNamesWhoseSessionsEnd(t *testing.T) {
	for name, differs := range map[string]map[string]any{
		"both": {}, "subject only": {"sid": nil}, "session only": {"sub": nil},
	} {
		for _, typ := range []string{"logout+jwt", "JWT", "application/logout+JWT"} {
			p := newIDP(t)
			token := with(p.logout(), differs)
			issuer, subject, sid, err := p.client().BackChannel(t.Context(), signed(t, jose.RS256, keys().rsa, "rsa", typ, token))
			if err != nil || issuer != p.server.URL || subject != "subject-1" && token["sub"] != nil || sid != "sid-1" && token["sid"] != nil {
				t.Errorf("%s, %s: %s %s %s %v", name, typ, issuer, subject, sid, err)
			}
		}
	}
}

func TestHostileLogoutTokensEndNothing(t *testing.T) {
	for name, differs := range map[string]map[string]any{
		"a nonce: an ID token":     {"nonce": "n"},
		"an empty nonce":           {"nonce": ""},
		"no event":                 {"events": nil},
		"another event":            {"events": map[string]any{"http://example.org/other": map[string]any{}}},
		"an event that is null":    {"events": map[string]any{logoutEvent: nil}},
		"an event that is a list":  {"events": map[string]any{logoutEvent: []string{}}},
		"events that are a text":   {"events": logoutEvent},
		"another audience":         {"aud": "other"},
		"another issuer":           {"iss": "https://evil.example"},
		"neither sub nor sid":      {"sub": nil, "sid": nil},
		"no jti":                   {"jti": nil},
		"no iat":                   {"iat": nil},
		"no exp":                   {"exp": nil},
		"expired":                  {"exp": seconds(dbtest.Start, -2*time.Minute)},
		"of an hour ago":           {"iat": seconds(dbtest.Start, -time.Hour)},
		"of tomorrow":              {"iat": seconds(dbtest.Start, 24*time.Hour), "exp": seconds(dbtest.Start, 25*time.Hour)},
		"an ID token, not changed": {"nonce": "n", "events": nil, "jti": nil},
	} {
		p := newIDP(t)
		token := signed(t, jose.RS256, keys().rsa, "rsa", "logout+jwt", with(p.logout(), differs))
		if _, _, _, err := p.client().BackChannel(t.Context(), token); !errors.Is(err, fault.Invalid) || message(err) != "sso.logout" {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := newIDP(t)
	for name, token := range map[string]string{
		"unsigned":       unsigned(t, p.logout()),
		"another key":    signed(t, jose.RS256, keys().other, "rsa", "logout+jwt", p.logout()),
		"by a secret":    signed(t, jose.HS256, hmacKey(), "rsa", "logout+jwt", p.logout()),
		"another type":   signed(t, jose.RS256, keys().rsa, "rsa", "at+jwt", p.logout()),
		"nonsense":       "x",
		"nothing at all": "",
	} {
		if _, _, _, err := p.client().BackChannel(t.Context(), token); !errors.Is(err, fault.Invalid) || message(err) != "sso.logout" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
