package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// DKIM signs letters for a domain (RFC 6376), so that a reader's server can tell
// ours from forged ones. What it signs stays the same letter each time that it
// is sent, but for the hour of the signature.
type DKIM struct {
	domain, selector string
	key              crypto.Signer
}

// signed are the headers that a signature covers (RFC 6376 section 5.4.1): all by
// which a letter is shown, answered, and kept together with others. Those named
// twice are signed as standing there once, so that no second one can be added.
var signed = []string{
	"From", "From", "To", "To", "Subject", "Subject", "Date", "Date", "Reply-To", "Reply-To", "Message-Id", "Message-Id",
	"In-Reply-To", "References", "Mime-Version", "Content-Type", "Content-Type", "Content-Transfer-Encoding",
	"Auto-Submitted", "Cc", "Sender",
}

// weakest is the smallest RSA key that is believed anywhere (RFC 8301 section 3.2).
const weakest = 1024

var label = regexp.MustCompile(`^[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?)*$`)

// NewDKIM reads a private key: PEM, RSA (PKCS #1 or #8) or Ed25519 (PKCS #8).
// The record that others look it up by is [DKIM.Record].
func NewDKIM(key, selector, domain string) (*DKIM, error) {
	signer, err := readKey(key)
	switch {
	case err != nil:
		return nil, err
	case !label.MatchString(selector):
		return nil, fmt.Errorf("the selector %q is not the name of a record: letters, digits and hyphens", selector)
	case !label.MatchString(domain):
		return nil, fmt.Errorf("%q is no domain to sign for", domain)
	}
	return &DKIM{domain: strings.ToLower(domain), selector: selector, key: signer}, nil
}

func readKey(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("not a key in PEM form (-----BEGIN PRIVATE KEY-----)")
	}
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("the RSA key cannot be read; is it encrypted?")
		}
		return strong(key)
	case "PRIVATE KEY":
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("the private key cannot be read")
		}
		switch key := key.(type) {
		case *rsa.PrivateKey:
			return strong(key)
		case ed25519.PrivateKey:
			return key, nil
		}
		return nil, fmt.Errorf("a key of type %T signs no mail: RSA or Ed25519 is wanted", key)
	}
	return nil, fmt.Errorf("%q is no private key: PRIVATE KEY or RSA PRIVATE KEY is wanted", block.Type)
}

func strong(key *rsa.PrivateKey) (crypto.Signer, error) {
	if bits := key.N.BitLen(); bits < weakest {
		return nil, fmt.Errorf("an RSA key of %d bits is believed by nobody: 2048 are wanted", bits)
	}
	return key, nil
}

// Sign gives a message its signature, in front.
func (d *DKIM) Sign(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(raw) + 1024)
	err := dkim.Sign(&out, bytes.NewReader(raw), &dkim.SignOptions{
		Domain: d.domain, Selector: d.selector, Signer: d.key, HeaderKeys: signed,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		return nil, fmt.Errorf("mail: dkim: %w", err)
	}
	return out.Bytes(), nil
}

// Record is the DNS record of type TXT that must exist for the signatures to be
// believed (RFC 6376 section 3.6.1, RFC 8463).
func (d *DKIM) Record() (name, value string, err error) {
	kind, public := "rsa", []byte(nil)
	switch key := d.key.Public().(type) {
	case ed25519.PublicKey:
		kind, public = "ed25519", key
	default:
		if public, err = x509.MarshalPKIXPublicKey(key); err != nil {
			return "", "", fmt.Errorf("mail: dkim: %w", err)
		}
	}
	return d.selector + "._domainkey." + d.domain, "v=DKIM1; k=" + kind + "; p=" + base64.StdEncoding.EncodeToString(public), nil
}
