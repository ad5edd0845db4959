package mail

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/emersion/go-sasl"
)

// The mechanisms by which a mail server can be told who we are.
const (
	plain   = "plain"
	login   = "login"
	xoauth2 = "xoauth2"
)

// ErrNoMechanism is what [SignIn.Client] returns where a server offers none of
// the mechanisms that we know, or not the one that is demanded.
var ErrNoMechanism = errors.New("the server offers no way to sign in that is known here")

// SignIn is how a mail server learns who we are. The zero SignIn is nobody.
type SignIn struct {
	User      string
	Password  string // for PLAIN and LOGIN
	Mechanism string // "plain", "login" or "xoauth2"; empty: PLAIN where it is offered, else LOGIN
	Token     *Token // for XOAUTH2
}

// ReadSignIn reads the user of an address and what its query says of how to sign in:
//
//	?auth=plain, ?auth=login        this mechanism and no other
//	?auth=xoauth2&token=https://…&client=ID[&scope=…][&grant=client_credentials]
//	?auth=xoauth2&token=https://…&client=ID&grant=refresh_token
//
// secret is the password; with XOAUTH2 the client's secret, or the refresh token.
// Where the address holds one, that is it. by is the way to the server that
// gives tokens. No error names a secret.
func ReadSignIn(address *url.URL, secret string, by http.RoundTripper) (SignIn, error) {
	if given, ok := address.User.Password(); ok {
		secret = given
	}
	query := address.Query()
	s := SignIn{User: address.User.Username(), Mechanism: query.Get("auth")}
	switch s.Mechanism {
	case "", plain, login:
		for _, name := range []string{"token", "client", "scope", "grant"} {
			if query.Has(name) {
				return SignIn{}, fmt.Errorf("%s= goes with auth=xoauth2", name)
			}
		}
		s.Password = secret
		return s, nil
	case xoauth2:
		token, err := readToken(query, secret, by)
		if err == nil && s.User == "" {
			err = errors.New("auth=xoauth2 needs the user whose mailbox it is: user@host")
		}
		s.Token = token
		return s, err
	}
	return SignIn{}, fmt.Errorf("auth=%q: plain, login or xoauth2 is wanted", s.Mechanism)
}

// readToken reads where a token comes from.
func readToken(query url.Values, secret string, by http.RoundTripper) (*Token, error) {
	endpoint, err := url.Parse(query.Get("token"))
	switch grant := query.Get("grant"); {
	case err != nil || endpoint.Hostname() == "" || endpoint.User != nil:
		return nil, errors.New("auth=xoauth2 needs token=https://…, the address where tokens are given")
	case endpoint.Scheme != "https" && !(endpoint.Scheme == "http" && thisMachine(endpoint.Hostname())):
		return nil, fmt.Errorf("token=%s://…: outside of this machine only https", endpoint.Scheme)
	case query.Get("client") == "":
		return nil, errors.New("auth=xoauth2 needs client=…, the id under which AMIGO is known there")
	case grant != "" && grant != clientCredentials && grant != refreshToken:
		return nil, fmt.Errorf("grant=%q: client_credentials or refresh_token is wanted", grant)
	case grant == refreshToken && query.Has("scope"):
		return nil, errors.New("scope= goes with grant=client_credentials: a refresh token has the scope that it was given")
	default:
		return &Token{
			endpoint: endpoint.String(), host: endpoint.Host, client: query.Get("client"), secret: secret,
			scopes: strings.Fields(query.Get("scope")), refresh: grant == refreshToken, by: by,
		}, nil
	}
}

func thisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Client speaks for us at a server; offers says whether the server knows a
// mechanism, "PLAIN". A token is fetched first where one is needed.
func (s SignIn) Client(ctx context.Context, offers func(mechanism string) bool) (sasl.Client, error) {
	switch {
	case s.Mechanism == xoauth2 && offers("XOAUTH2"):
		token, err := s.Token.get(ctx)
		if err != nil {
			return nil, err
		}
		return &xoauth2Client{user: s.User, token: token, forget: s.Token.forget}, nil
	case s.Mechanism != login && s.Mechanism != xoauth2 && offers("PLAIN"):
		return sasl.NewPlainClient("", s.User, s.Password), nil
	case s.Mechanism != plain && s.Mechanism != xoauth2 && offers("LOGIN"):
		return &loginClient{answers: []string{s.User, s.Password}}, nil
	case s.Mechanism != "":
		return nil, fmt.Errorf("%w: %s is demanded", ErrNoMechanism, strings.ToUpper(s.Mechanism))
	}
	return nil, ErrNoMechanism
}

// loginClient answers the two questions of LOGIN, however a server words them.
type loginClient struct{ answers []string }

// Start waits for the first question.
func (c *loginClient) Start() (mech string, ir []byte, err error) { return "LOGIN", nil, nil }

// Next answers with the user, then with the password.
func (c *loginClient) Next([]byte) ([]byte, error) {
	if len(c.answers) == 0 {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	answer := c.answers[0]
	c.answers = c.answers[1:]
	return []byte(answer), nil
}

// xoauth2Client shows a token, as Google and Microsoft want it:
// https://developers.google.com/workspace/gmail/imap/xoauth2-protocol.
type xoauth2Client struct {
	user, token string
	forget      func(token string)
}

// Start says it all.
func (c *xoauth2Client) Start() (mech string, ir []byte, err error) {
	return "XOAUTH2", []byte("user=" + c.user + "\x01auth=Bearer " + c.token + "\x01\x01"), nil
}

// Next hears why the token was refused. Another is fetched the next time.
func (c *xoauth2Client) Next(challenge []byte) ([]byte, error) {
	c.forget(c.token)
	reason := strings.ReplaceAll(string(challenge), c.token, "…")
	return nil, fmt.Errorf("the server refuses the token: %.300q", reason)
}
