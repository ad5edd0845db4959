package app

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// signingKey is the file of a key that signs letters.
func signingKey(t *testing.T) string {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "dkim.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhatIsWrongWithTheKeyOfLettersIsSaid(t *testing.T) {
	key := signingKey(t)
	for want, vars := range map[string][]string{
		"":                            {"AMIGO_DKIM_KEY_FILE=" + key, "AMIGO_DKIM_SELECTOR=amigo"},
		"AMIGO_DKIM_SELECTOR: requir": {"AMIGO_DKIM_KEY_FILE=" + key},
		"AMIGO_DKIM_KEY: required":    {"AMIGO_DKIM_SELECTOR=amigo"},
		"AMIGO_DKIM_KEY: not a key":   {"AMIGO_DKIM_KEY=secret", "AMIGO_DKIM_SELECTOR=amigo"},
		"is no domain to sign for":    {"AMIGO_DKIM_KEY_FILE=" + key, "AMIGO_DKIM_SELECTOR=amigo", "AMIGO_DKIM_DOMAIN=a b"},
		"AMIGO_SMTP_PER_DOMAIN: -1":   {"AMIGO_SMTP_PER_DOMAIN=-1"},
		"AMIGO_SMTP_URL: auth=":       {"AMIGO_SMTP_URL=smtp://ann:very-secret@mail.example?auth=none"},
	} {
		c, err := ReadConfig(append(vars, "AMIGO_MAIL_ADDRESS=assistance@academie.test"))
		if err != nil {
			t.Fatal(err)
		}
		switch err := c.Check(AllParts); {
		case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%v: %v, want %q", vars, err, want)
		case err != nil && strings.Contains(err.Error(), "very-secret"):
			t.Errorf("the password is told: %v", err)
		}
	}
	if _, err := ReadConfig([]string{"AMIGO_SMTP_PER_DOMAIN=many"}); err == nil || !strings.Contains(err.Error(), "AMIGO_SMTP_PER_DOMAIN: ") {
		t.Errorf("%v", err)
	}
}

func TestTheDoctorSaysWhichRecordMustExist(t *testing.T) {
	c, err := ReadConfig([]string{"AMIGO_DKIM_KEY_FILE=" + signingKey(t), "AMIGO_DKIM_SELECTOR=amigo", "AMIGO_MAIL_ADDRESS=assistance@academie.test"})
	if err != nil {
		t.Fatal(err)
	}
	e := c.examineDKIM()
	if err := e.look(t.Context()); err != nil || !strings.Contains(e.what, `amigo._domainkey.academie.test. IN TXT "v=DKIM1; k=ed25519; p=`) {
		t.Errorf("%q, %v", e.what, err)
	}
	if parts := pieces(strings.Repeat("x", 600)); len(parts) != 3 || len(parts[0]) != 255 || len(parts[2]) != 90 {
		t.Errorf("%d parts", len(parts))
	}
}
