package app

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// configured lists the variables that Config reads.
func configured(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		if name := f.Tag.Get("env"); name != "" {
			names = append(names, name)
		} else if f.Type.Kind() == reflect.Struct {
			names = append(names, configured(f.Type)...)
		}
	}
	return names
}

func TestExampleMentionsEveryVariableAndNoOther(t *testing.T) {
	text, err := os.ReadFile("../amigo.env.example")
	if err != nil {
		t.Fatal(err)
	}
	mentioned := map[string]bool{}
	for _, name := range regexp.MustCompile(`AMIGO_[A-Z0-9_]+`).FindAllString(string(text), -1) {
		name = strings.TrimSuffix(name, "_FILE")
		mentioned[regexp.MustCompile(`^AMIGO_IMAP_PASSWORD_\d+$`).ReplaceAllString(name, "AMIGO_IMAP_PASSWORD_1")] = true
	}
	known := append(configured(reflect.TypeFor[Config]()), "AMIGO_IMAP_PASSWORD_1")
	for _, name := range known {
		if !mentioned[name] {
			t.Errorf("%s is read, and amigo.env.example does not mention it", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(mentioned)) {
		if !slices.Contains(known, name) && !slices.Contains(later, name) {
			t.Errorf("amigo.env.example mentions %s, which nothing reads", name)
		}
	}
}

func TestTheEmptyEnvironmentIsTheEmbeddedDefault(t *testing.T) {
	c, err := ReadConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(AllParts); err != nil || !c.Embedded() || c.Address() != "http://127.0.0.1:8080" || c.DataDir != "./var" {
		t.Errorf("%v: %+v", err, c)
	}
}

func TestCheckNamesEveryProblemAtOnce(t *testing.T) {
	c, err := ReadConfig([]string{
		"AMIGO_LISTEN=8080", "AMIGO_PUBLIC_URL=http://amigo.example", "AMIGO_DATABASE_URL=mysql://x", "AMIGO_REDIS_URL=localhost",
		"AMIGO_TRUSTED_PROXIES=everyone", "AMIGO_LOG=loud", "AMIGO_OIDC_ISSUER=https://idp.example", "AMIGO_MAIL_ADDRESS=assistance",
		"AMIGO_SMTP_LISTEN=25", "AMIGO_SMTP_URL=mail.example", "AMIGO_IMAP_URLS=imap://user@mail.example/INBOX,imaps://mail.example",
		"AMIGO_SMTP_TRUSTED=10.0.0.0/99", "AMIGO_SESSION_IDLE=1s",
	})
	if err != nil {
		t.Fatal(err)
	}
	text := c.Check(Parts{Web: true}).Error()
	for _, name := range []string{
		"AMIGO_LISTEN", "AMIGO_PUBLIC_URL", "AMIGO_DATABASE_URL", "AMIGO_SECRET", "AMIGO_REDIS_URL", "AMIGO_TRUSTED_PROXIES", "AMIGO_LOG",
		"AMIGO_OIDC_ISSUER", "AMIGO_MAIL_ADDRESS", "AMIGO_SMTP_LISTEN", "AMIGO_SMTP_URL", "AMIGO_SMTP_TRUSTED", "AMIGO_SESSION_IDLE",
		"mailbox 1", "mailbox 2",
	} {
		if !strings.Contains(text, name) {
			t.Errorf("nothing is said of %s in:\n%s", name, text)
		}
	}
}

func TestASecretMayComeFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("a secret of thirty-two characters\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := ReadConfig([]string{"AMIGO_SECRET_FILE=" + path})
	if err != nil || len(c.Secrets) != 1 || c.Secrets[0] != "a secret of thirty-two characters" {
		t.Errorf("%v: %q", err, c.Secrets)
	}
	if _, err := ReadConfig([]string{"AMIGO_SECRET_FILE=" + path + ".none"}); err == nil || !strings.Contains(err.Error(), "AMIGO_SECRET_FILE") {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestAVariableThatThisVersionCannotServeIsSaidAloud(t *testing.T) {
	if _, err := ReadConfig([]string{"AMIGO_S3_URL=s3://bucket"}); err == nil || !strings.Contains(err.Error(), "AMIGO_S3_URL") {
		t.Errorf("%v", err)
	}
}

func TestWhatCannotBeReadIsNamedAndTheRestIsCheckedAllTheSame(t *testing.T) {
	c, err := ReadConfig([]string{"AMIGO_SESSION_MAX=soon", "AMIGO_SECRET_FILE=" + t.TempDir() + "/none", "AMIGO_LISTEN=8080"})
	if err == nil || !strings.Contains(err.Error(), "AMIGO_SESSION_MAX: ") || !strings.Contains(err.Error(), "AMIGO_SECRET_FILE: ") {
		t.Errorf("%v", err)
	}
	if err := c.Check(AllParts); err == nil || !strings.Contains(err.Error(), "AMIGO_LISTEN") {
		t.Errorf("%v", err)
	}
}

func TestOnlyAProcessThatRunsNeedsAnAddress(t *testing.T) {
	c, err := ReadConfig([]string{"AMIGO_SMTP_LISTEN=127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(AllParts); err == nil || !strings.Contains(err.Error(), "AMIGO_MAIL_ADDRESS") {
		t.Errorf("%v", err)
	}
	if err := c.Check(Parts{}); err != nil {
		t.Errorf("a command beside it: %v", err)
	}
}

func TestOnlyAPartNeedsSharedStores(t *testing.T) {
	c, err := ReadConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(Parts{Web: true}); err == nil || !strings.Contains(err.Error(), "AMIGO_REDIS_URL") {
		t.Errorf("%v", err)
	}
}

func TestParseParts(t *testing.T) {
	for text, want := range map[string]Parts{"": AllParts, "web": {Web: true}, "work,mail": {Work: true, Mail: true}, "web, work, mail": AllParts} {
		if got, err := ParseParts(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	if _, err := ParseParts("web,cook"); err == nil {
		t.Error("cook is a part")
	}
}

func TestTheProxyIsTheOneOfEveryProgram(t *testing.T) {
	c, err := ReadConfig([]string{"https_proxy=http://small.example:3128", "HTTPS_PROXY=http://proxy.example:3128", "no_proxy=.example.fr", "AMIGO_FETCH_ALLOW=10.0.0.0/8,intranet.example"})
	if err != nil {
		t.Fatal(err)
	}
	if f := c.Fetch; f.HTTPSProxy != "http://proxy.example:3128" || f.NoProxy != ".example.fr" || f.HTTPProxy != "" || len(f.Allow) != 2 {
		t.Errorf("%+v", f)
	}
	if err := c.Check(Parts{}); err != nil {
		t.Error(err)
	}
	c.Fetch.HTTPSProxy = "10.0.0.1:3128"
	if err := c.Check(Parts{}); err != nil {
		t.Error(err)
	}
	c.Fetch = FetchConfig{Allow: []string{"https://intranet.example"}, ProxyHosts: []string{"*.example"}, HTTPSProxy: "http://%"}
	text := fmt.Sprint(c.Check(Parts{}))
	for _, name := range []string{"AMIGO_FETCH_ALLOW", "AMIGO_FETCH_PROXY_HOSTS", "HTTPS_PROXY"} {
		if !strings.Contains(text, name) {
			t.Errorf("nothing is said of %s in:\n%s", name, text)
		}
	}
}

func TestAMailboxSaysHowItIsSignedInToAndEmptied(t *testing.T) {
	token := "auth=xoauth2&client=amigo&scope=mail&token=https://idp.example/token"
	c, err := ReadConfig([]string{
		"AMIGO_MAIL_ADDRESS=assistance@exemple.fr", "AMIGO_IMAP_PASSWORD_1=very-secret", "AMIGO_IMAP_PASSWORD_2=very-secret",
		"AMIGO_IMAP_URLS=imaps://ann@mail.example/Aide?after=move:Traités&" + token + ",imap://bob@127.0.0.1:1143?auth=login&after=flag:$Amigo",
		"AMIGO_LMTP_LISTEN=/run/amigo/lmtp",
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(AllParts); err != nil {
		t.Fatal(err)
	}
	boxes, err := c.mailboxes()
	if err != nil || len(boxes) != 2 {
		t.Fatalf("%+v, %v", boxes, err)
	}
	if b := boxes[0]; b.Host != "mail.example:993" || !b.TLS || b.Folder != "Aide" || b.After.Folder != "Traités" || b.SignIn.Token == nil || b.SignIn.Password != "" {
		t.Errorf("%+v", b)
	}
	if b := boxes[1]; b.Host != "127.0.0.1:1143" || b.TLS || b.Folder != "INBOX" || b.After.Flag != "$Amigo" || b.SignIn.Mechanism != "login" || b.SignIn.Password != "very-secret" {
		t.Errorf("%+v", b)
	}
}

func TestWhatIsWrongWithAMailboxIsSaidWithoutItsPassword(t *testing.T) {
	for address, says := range map[string]string{
		"imaps://ann:very-secret@mail.example/INBOX?after=delete":         "after=",
		"imaps://ann:very-secret@mail.example/INBOX?after=move:inbox":     "very folder",
		"imaps://ann:very-secret@mail.example/INBOX?afer=seen":            "afer",
		"imaps://ann:very-secret@mail.example/INBOX?auth=ntlm":            "auth=",
		"imaps://ann:very-secret@mail.example/INBOX?auth=xoauth2":         "token=",
		"imaps://ann:very-secret@mail.example/INBOX?auth=plain&after=%zz": "cannot be read",
		"imaps://ann:very-secret@mail.example:port/INBOX":                 "not imaps://",
		"imap://ann:very-secret@mail.example/INBOX":                       "only imaps",
		"imaps://ann@mail.example/INBOX":                                  "no password",
		"imaps://a:very-secret@m.example,imaps://a:very-secret@m.example": "mailbox 2 is mailbox 1 again",
	} {
		c, err := ReadConfig([]string{"AMIGO_MAIL_ADDRESS=assistance@exemple.fr", "AMIGO_IMAP_URLS=" + address})
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(c.Check(AllParts))
		if !strings.Contains(text, "AMIGO_IMAP_URLS: mailbox ") || !strings.Contains(text, says) || strings.Contains(text, "very-secret") {
			t.Errorf("%s: %s", address, text)
		}
	}
}

func TestWhereMailIsListenedForIsChecked(t *testing.T) {
	for line, name := range map[string]string{
		"AMIGO_LMTP_LISTEN=run/amigo/lmtp": "AMIGO_LMTP_LISTEN", "AMIGO_SMTP_TLS_KEY=/etc/amigo/key": "AMIGO_SMTP_TLS_CERT",
	} {
		c, err := ReadConfig([]string{"AMIGO_MAIL_ADDRESS=assistance@exemple.fr", line})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Check(AllParts); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
