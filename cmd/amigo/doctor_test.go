package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amigo/app"
	"amigo/app/db/dbtest"
	"amigo/app/redis/redistest"
	"amigo/mailin/imaptest"
)

func TestTheDoctorFindsNothingWhereAllIsWell(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		p := newPatient(t)
		p.healthy(t)
	})
	t.Run("postgres", func(t *testing.T) {
		p := newPatient(t)
		p["AMIGO_DATABASE_URL"], p["AMIGO_REDIS_URL"] = dbtest.PostgresURL(t), redistest.URL(t)
		p.healthy(t)
	})
}

func TestTheDoctorSaysWhatIsWrong(t *testing.T) {
	nobody := freeAddress(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("no key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		vars map[string]string
		want []string // of each line that says FAIL, its beginning and what it must tell
	}{
		{"database away", map[string]string{"AMIGO_DATABASE_URL": "postgres://amigo:very-secret@" + nobody + "/amigo"}, []string{
			"database (PostgreSQL) and its schema: ", "connection refused", "clock beside the database's: ", "connection refused",
		}},
		{"database of no schema", map[string]string{"AMIGO_DATABASE_URL": dbtest.EmptyPostgresURL(t)}, []string{
			"database (PostgreSQL) and its schema: ", "amigo migrate",
		}},
		{"secret missing", map[string]string{"AMIGO_DATABASE_URL": dbtest.PostgresURL(t), "AMIGO_SECRET": ""}, []string{
			"configuration: ", "AMIGO_SECRET: required beside AMIGO_DATABASE_URL",
		}},
		{"secret short", map[string]string{"AMIGO_SECRET": "very-secret"}, []string{"configuration: ", "AMIGO_SECRET"}},
		{"Redis away", map[string]string{"AMIGO_REDIS_URL": "redis://:very-secret@" + nobody + "/0"}, []string{"queue (Redis): ", "connection refused"}},
		{"Redis not an address", map[string]string{"AMIGO_REDIS_URL": "very-secret"}, []string{
			"configuration: ", "AMIGO_REDIS_URL: not redis://", "queue (Redis): ", "AMIGO_REDIS_URL is not of the form",
		}},
		{"folder a file", map[string]string{"AMIGO_DATA_DIR": file}, []string{
			"attachments in " + file, "not a directory", "database (SQLite in " + file, "not a directory", "room in " + file, "not a directory",
		}},
		{"port taken", map[string]string{"AMIGO_LISTEN": newSink(t).addr}, []string{"pages on ", "another program listens there"}},
		{"mailbox away", map[string]string{"AMIGO_IMAP_URLS": "imap://" + imaptest.User + "@" + nobody + "/INBOX"}, []string{"mailbox 1: ", "connection refused"}},
		{"mailbox's password wrong", map[string]string{"AMIGO_IMAP_PASSWORD_1": "very-secret"}, []string{"mailbox 1: ", "sign in: "}},
		{"mailbox's password missing", map[string]string{"AMIGO_IMAP_PASSWORD_1": ""}, []string{
			"configuration: ", "no password: set AMIGO_IMAP_PASSWORD_1", "mailbox 1: ", "no password: set AMIGO_IMAP_PASSWORD_1",
		}},
		{"mail server away", map[string]string{"AMIGO_SMTP_URL": "smtp://" + nobody}, []string{"letters out by SMTP: ", "connection refused"}},
		{"mail server in clear", map[string]string{"AMIGO_SMTP_URL": "smtp://ann:very-secret@"}, []string{
			"letters out by SMTP: ", "the server offers no STARTTLS: the password is not sent in clear",
		}},
		{"key of letters is none", map[string]string{"AMIGO_DKIM_KEY": "", "AMIGO_DKIM_KEY_FILE": file}, []string{
			"configuration: ", "AMIGO_DKIM_KEY: not a key", "signatures of letters (DKIM): ", "not a key",
		}},
		{"sign-in away", map[string]string{"AMIGO_OIDC_ISSUER": "http://" + nobody}, []string{"sign-in at http://" + nobody + ": ", "connection refused"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPatient(t)
			for name, value := range c.vars {
				if name == "AMIGO_SMTP_URL" && strings.HasSuffix(value, "@") {
					value += strings.TrimPrefix(p[name], "smtp://")
				}
				p[name] = value
			}
			code, lines := p.examined(t)
			var wrong []string
			for _, line := range lines {
				if what, failed := strings.CutPrefix(line, "FAIL "); failed {
					wrong = append(wrong, what)
				}
			}
			said := strings.Join(lines, "")
			if code != 1 || len(wrong) != len(c.want)/2 || strings.Contains(said, "very-secret") {
				t.Fatalf("exit %d, %d lines with what is wrong, want %d:\n%s", code, len(wrong), len(c.want)/2, said)
			}
			for i, line := range wrong {
				if begin, tells := c.want[2*i], c.want[2*i+1]; !strings.HasPrefix(line, begin) || !strings.Contains(line, tells) {
					t.Errorf("%q, want %q and %q", line, begin, tells)
				}
			}
		})
	}
}

// A file that cannot be read keeps the doctor from everything else.
func TestTheDoctorSaysWhichFileCannotBeRead(t *testing.T) {
	p := newPatient(t)
	p["AMIGO_DKIM_KEY"], p["AMIGO_DKIM_KEY_FILE"] = "", filepath.Join(t.TempDir(), "nowhere.pem")
	code, lines := p.examined(t)
	if said := strings.Join(lines, ""); code != 1 || !strings.Contains(said, "AMIGO_DKIM_KEY_FILE") || !strings.Contains(said, "no such file") {
		t.Errorf("exit %d: %s", code, said)
	}
}

// patient is the environment of a program that is well: it has everything that can
// be examined, on SQLite.
type patient map[string]string

func newPatient(t *testing.T) patient {
	t.Helper()
	var issuer *httptest.Server
	issuer = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": issuer.URL, "authorization_endpoint": issuer.URL + "/a", "token_endpoint": issuer.URL + "/t", "jwks_uri": issuer.URL + "/k"})
	}))
	t.Cleanup(issuer.Close)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	p := patient{
		"AMIGO_DATA_DIR": t.TempDir(), "AMIGO_LISTEN": freeAddress(t), "AMIGO_METRICS_LISTEN": freeAddress(t), "AMIGO_SECRET": strings.Repeat("s", 40),
		"AMIGO_MAIL_ADDRESS": "assistance@academie.test", "AMIGO_SMTP_LISTEN": freeAddress(t), "AMIGO_LMTP_LISTEN": freeAddress(t),
		"AMIGO_IMAP_URLS": "imap://" + imaptest.User + "@" + imaptest.New(t).Addr + "/INBOX", "AMIGO_IMAP_PASSWORD_1": imaptest.Password,
		"AMIGO_SMTP_URL": "smtp://" + newSink(t).addr, "AMIGO_OIDC_ISSUER": issuer.URL, "AMIGO_OIDC_CLIENT_ID": "amigo", "AMIGO_OIDC_CLIENT_SECRET": "x",
		"AMIGO_DKIM_KEY": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "AMIGO_DKIM_SELECTOR": "amigo",
	}
	p.migrate(t)
	return p
}

// migrate makes the schema, as `amigo migrate` does.
func (p patient) migrate(t *testing.T) {
	t.Helper()
	conf, err := app.ReadConfig(p.environment())
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(context.Background(), conf, app.Parts{}, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.DB.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

func (p patient) environment() (all []string) {
	for name, value := range p {
		all = append(all, name+"="+value)
	}
	return all
}

// examined is what `amigo doctor` answers, and says.
func (p patient) examined(t *testing.T) (code int, lines []string) {
	t.Helper()
	for name, value := range p {
		t.Setenv(name, value)
	}
	var out, errw bytes.Buffer
	code = runDoctor(t.Context(), nil, nil, &out, &errw)
	for line := range strings.Lines(out.String() + errw.String()) {
		if said := len(lines); said > 0 && strings.HasPrefix(line, "\t") { // of several addresses
			lines[said-1] += line
		} else {
			lines = append(lines, line)
		}
	}
	return code, lines
}

// healthy wants an ok of every examination.
func (p patient) healthy(t *testing.T) {
	t.Helper()
	code, lines := p.examined(t)
	for _, line := range lines {
		if !strings.HasPrefix(line, "ok ") && !strings.HasPrefix(line, "warn room in ") {
			t.Error(line)
		}
	}
	if code != 0 || len(lines) < 12 {
		t.Errorf("exit %d after %d lines", code, len(lines))
	}
}
