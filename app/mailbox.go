package app

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"amigo/app/mail"
	"amigo/mailin"
)

// mailboxes reads AMIGO_IMAP_URLS with their passwords.
func (c Config) mailboxes() ([]mailin.Mailbox, error) {
	all := make([]mailin.Mailbox, len(c.Mail.IMAPURLs))
	for i := range all {
		box, err := c.mailbox(i)
		if err != nil {
			return nil, fmt.Errorf("AMIGO_IMAP_URLS: mailbox %d: %w", i+1, err)
		}
		all[i] = box
	}
	return all, nil
}

// mailboxWords are what may stand in the query of a mailbox's address.
var mailboxWords = []string{"after", "auth", "token", "client", "scope", "grant"}

// mailbox reads one of AMIGO_IMAP_URLS. No error holds the address: there may be
// a password in it.
func (c Config) mailbox(i int) (mailin.Mailbox, error) {
	u, err := url.Parse(c.Mail.IMAPURLs[i])
	switch {
	case err != nil || u.Hostname() == "" || u.User.Username() == "" || (u.Scheme != "imaps" && u.Scheme != "imap"):
		return mailin.Mailbox{}, errors.New("not imaps://user@host/INBOX")
	case u.Scheme == "imap" && !loopbackHost(u.Hostname()):
		return mailin.Mailbox{}, errors.New("outside of this machine only imaps")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return mailin.Mailbox{}, errors.New("what stands after the ? cannot be read")
	}
	for word := range query {
		if !slices.Contains(mailboxWords, word) {
			return mailin.Mailbox{}, fmt.Errorf("%q after the ? is none of %s", word, strings.Join(mailboxWords, ", "))
		}
	}
	secret := c.Mail.IMAPPasswords[i]
	if given, _ := u.User.Password(); secret == "" && given == "" {
		return mailin.Mailbox{}, fmt.Errorf("no password: set AMIGO_IMAP_PASSWORD_%d or AMIGO_IMAP_PASSWORD_%d_FILE", i+1, i+1)
	}
	box := mailin.Mailbox{TLS: u.Scheme == "imaps", Folder: "INBOX"}
	if len(u.Path) > 1 {
		box.Folder = u.Path[1:]
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"imap": "143", "imaps": "993"}[u.Scheme]
	}
	box.Host = net.JoinHostPort(u.Hostname(), port)
	if box.SignIn, err = mail.ReadSignIn(u, secret, c.outward()); err != nil {
		return mailin.Mailbox{}, err
	}
	if box.After, err = mailin.ParseAfter(query.Get("after")); err == nil && strings.EqualFold(box.After.Folder, box.Folder) {
		err = errors.New("after=move: to the very folder that is read")
	}
	return box, err
}

// outward is the way to servers that an administrator names, wherever they are:
// through the proxy of every program.
func (c Config) outward() http.RoundTripper {
	f := c.Fetch
	proxy := (&httpproxy.Config{HTTPProxy: f.HTTPProxy, HTTPSProxy: f.HTTPSProxy, NoProxy: f.NoProxy}).ProxyFunc()
	return &http.Transport{
		Proxy:             func(r *http.Request) (*url.URL, error) { return proxy(r.URL) },
		TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12},
		DisableKeepAlives: true, // a token is asked for once in an hour
		ForceAttemptHTTP2: true,
	}
}

// checkMailboxes says what is wrong with each mailbox.
func (c Config) checkMailboxes(wrong complaint) {
	seen := map[string]int{}
	for i := range c.Mail.IMAPURLs {
		box, err := c.mailbox(i)
		if err != nil {
			wrong("AMIGO_IMAP_URLS", "mailbox %d: %s", i+1, err)
			continue
		}
		name := box.SignIn.User + "@" + box.Host + "/" + box.Folder
		if first := seen[name]; first > 0 {
			wrong("AMIGO_IMAP_URLS", "mailbox %d is mailbox %d again", i+1, first)
		}
		seen[name] = i + 1
	}
}
