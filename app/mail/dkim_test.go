package mail_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	ours "amigo/app/mail"
)

func pemOf(t *testing.T, kind string, der []byte, err error) string {
	t.Helper()
	must(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkcs8(t *testing.T, key crypto.Signer, err error) string {
	t.Helper()
	must(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return pemOf(t, "PRIVATE KEY", der, err)
}

// keys are a key of each form that may be given.
func keys(t *testing.T) map[string]string {
	t.Helper()
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	_, curve, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	return map[string]string{
		"RSA, PKCS #1": pemOf(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(long), nil),
		"RSA, PKCS #8": pkcs8(t, long, nil),
		"Ed25519":      pkcs8(t, curve, nil),
	}
}

// verified asks the library whether the signature of a message holds, by the
// record that an administrator was told to write.
func verified(t *testing.T, d *ours.DKIM, raw []byte) *dkim.Verification {
	t.Helper()
	name, value, err := d.Record()
	must(t, err)
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(asked string) ([]string, error) {
		if asked != name {
			t.Errorf("%q was looked up, %q is written", asked, name)
		}
		return []string{value}, nil
	}})
	if err != nil || len(found) != 1 {
		t.Fatalf("%d signatures, %v", len(found), err)
	}
	return found[0]
}

func TestALetterIsSignedByEachKindOfKey(t *testing.T) {
	for kind, key := range keys(t) {
		t.Run(kind, func(t *testing.T) {
			d, err := ours.NewDKIM(key, "amigo2026", "Academie.test")
			must(t, err)
			each(t, func(t *testing.T, p *post, way *ours.Memory) {
				p.rebuild(func(c *ours.Config) { c.DKIM = d })
				p.send(draft("k"))
				p.drain()
				raw := way.Sent()[0].Raw
				if v := verified(t, d, raw); v.Err != nil || v.Domain != "academie.test" {
					t.Fatalf("%+v", v)
				}
				for name, forged := range map[string][]byte{
					"another subject": bytes.Replace(raw, []byte("Subject: "), []byte("Subject: x"), 1),
					"another body":    bytes.Replace(raw, []byte("Bonjour"), []byte("Bonsoir"), 1),
					"a second sender": append([]byte("From: Le rectorat <evil@example.test>\r\n"), raw...),
					"a second title":  append([]byte("Subject: Urgent\r\n"), raw...),
				} {
					if v := verified(t, d, forged); v.Err == nil {
						t.Errorf("%s is believed", name)
					}
				}
			})
		})
	}
}

func TestALetterThatIsTriedAgainIsTheSameLetter(t *testing.T) {
	d, err := ours.NewDKIM(keys(t)["Ed25519"], "amigo", "academie.test")
	must(t, err)
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		p.rebuild(func(c *ours.Config) { c.DKIM = d })
		id := p.send(draft("k"))
		first, err := p.outbox.Raw(t.Context(), id)
		must(t, err)
		p.drain()
		second := way.Sent()[0].Raw
		unsigned := func(raw []byte) string {
			_, rest, ok := strings.Cut(string(raw), "\r\nContent-Language:")
			if !ok || !strings.HasPrefix(string(raw), "DKIM-Signature:") {
				t.Fatalf("not signed first:\n%.300s", raw)
			}
			return rest
		}
		if unsigned(first) != unsigned(second) {
			t.Errorf("two letters:\n%s\n\n%s", first, second)
		}
	})
}

func TestAKeyThatSignsNothingIsRefusedWithTheReason(t *testing.T) {
	good := keys(t)["Ed25519"]
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	wrongKind := pkcs8(t, curve, err)
	public := strings.ReplaceAll(good, "PRIVATE KEY", "PUBLIC KEY")
	broken := pemOf(t, "RSA PRIVATE KEY", []byte("no key"), nil)
	for name, c := range map[string]struct{ key, selector, domain, want string }{
		"no PEM":          {"secret", "a", "x.test", "not a key in PEM form"},
		"a public key":    {public, "a", "x.test", "is no private key"},
		"broken":          {broken, "a", "x.test", "cannot be read"},
		"of another kind": {wrongKind, "a", "x.test", "RSA or Ed25519 is wanted"},
		"no selector":     {good, "", "x.test", "the selector"},
		"a wrong one":     {good, "a b", "x.test", "the selector"},
		"no domain":       {good, "a", "", "is no domain"},
	} {
		if _, err := ours.NewDKIM(c.key, c.selector, c.domain); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
