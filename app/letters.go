package app

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"amigo/app/mail"
)

// transport is how letters go out; nil when nothing says how.
func (c Config) transport(given mail.Transport) (mail.Transport, error) {
	if given != nil || c.Mail.SMTPURL == "" {
		return given, nil
	}
	t, err := c.smtp()
	if err != nil {
		return nil, fmt.Errorf("AMIGO_SMTP_URL: %w", err)
	}
	return t, nil
}

// smtp is the mail server that carries letters. We introduce ourselves to it by
// the name under which people find us.
func (c Config) smtp() (*mail.SMTP, error) {
	t, err := mail.NewSMTP(c.Mail.SMTPURL, c.Mail.SMTPPassword, c.outward())
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(c.Address())
	if err != nil {
		return nil, err
	}
	if t.Name = u.Hostname(); isAddress(t.Name) {
		t.Name = "[" + t.Name + "]" // RFC 5321 section 4.1.3
	}
	return t, nil
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// dkim is what signs letters; nil without a key.
func (c Config) dkim() (*mail.DKIM, error) {
	if c.Mail.DKIMKey == "" {
		return nil, nil
	}
	_, domain, _ := strings.Cut(c.Mail.Address, "@")
	return mail.NewDKIM(c.Mail.DKIMKey, c.Mail.DKIMSelector, cmp.Or(c.Mail.DKIMDomain, domain))
}

// checkLetters wants a server that can be asked, and a key that signs.
func (c Config) checkLetters(wrong complaint) {
	m := c.Mail
	if m.SMTPURL != "" {
		if _, err := c.smtp(); err != nil {
			wrong("AMIGO_SMTP_URL", "%s", err)
		}
	}
	if m.SMTPPerDomain < 0 {
		wrong("AMIGO_SMTP_PER_DOMAIN", "%d: at least one letter goes to a domain at once; four unless told", m.SMTPPerDomain)
	}
	switch {
	case m.DKIMKey == "" && m.DKIMSelector == "" && m.DKIMDomain == "":
	case m.DKIMKey == "":
		wrong("AMIGO_DKIM_KEY", "required beside AMIGO_DKIM_SELECTOR and AMIGO_DKIM_DOMAIN: the private key, or AMIGO_DKIM_KEY_FILE")
	case m.DKIMSelector == "":
		wrong("AMIGO_DKIM_SELECTOR", "required beside AMIGO_DKIM_KEY: the name under which the public key stands in the DNS")
	default:
		if _, err := c.dkim(); err != nil {
			wrong("AMIGO_DKIM_KEY", "%s", err)
		}
	}
}

// examineSMTP signs in at the mail server and leaves again.
func (c Config) examineSMTP(ctx context.Context) error {
	t, err := c.smtp()
	if err != nil {
		return err
	}
	return t.Check(ctx)
}

// examineDKIM says which record must exist; whether it does is for the DNS to say.
func (c Config) examineDKIM() examination {
	e := examination{what: "signatures of letters (DKIM)"}
	d, err := c.dkim()
	if err == nil {
		name, value, wrong := d.Record()
		e.what += fmt.Sprintf("; the DNS must hold: %s. IN TXT \"%s\"", name, strings.Join(pieces(value), `" "`))
		err = wrong
	}
	e.look = func(context.Context) error { return err }
	return e
}

// pieces parts a text into those of at most 255 bytes that a TXT record is made
// of (RFC 1035 section 3.3.14).
func pieces(value string) (parts []string) {
	const longest = 255
	for len(value) > longest {
		parts, value = append(parts, value[:longest]), value[longest:]
	}
	return append(parts, value)
}
