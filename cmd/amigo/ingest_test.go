package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"amigo/app"
	"amigo/app/people"
	"amigo/mailin"
)

const oneMail = "From: lou@exemple.fr\nTo: assistance@academie.test\nSubject: Inscription\nMessage-ID: <1@exemple.fr>\n\nBonjour.\n"

// ingest runs `amigo mail ingest` on an installation in a folder.
func ingest(t *testing.T, dir, in string, args ...string) (code int, complaint string) {
	t.Helper()
	t.Setenv("AMIGO_DATA_DIR", dir)
	t.Setenv("AMIGO_MAIL_ADDRESS", "assistance@academie.test")
	var out, errw bytes.Buffer
	code = runMail(t.Context(), append([]string{"ingest"}, args...), strings.NewReader(in), &out, &errw)
	return code, errw.String()
}

func TestMailIngestKeepsAMessageOnce(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(t.TempDir(), "a.eml")
	if err := os.WriteFile(name, []byte(oneMail), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, arg := range []string{"-", name, "-"} {
		if code, complaint := ingest(t, dir, oneMail, "--source", "exim", arg); code != 0 {
			t.Fatalf("%s: %d, %s", arg, code, complaint)
		}
	}
	a, err := app.New(t.Context(), app.Config{DataDir: dir, Listen: "127.0.0.1:0", Now: time.Now}, app.Parts{}, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	all, err := a.Intake.Latest(people.As(t.Context(), people.System()), mailin.Received, 0, 10)
	if err != nil || len(all) != 1 || all[0].Source != "pipe:exim" || all[0].Subject != "Inscription" || !all[0].Trusted {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestMailIngestAsksToTryAgainWhateverIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, complaint := ingest(t, filepath.Join(file, "var"), oneMail, "--source", "exim", "-"); code != exitLater || complaint == "" {
		t.Errorf("a folder that cannot be: %d, %s", code, complaint)
	}
	if code, _ := ingest(t, t.TempDir(), "", "--source", "exim", file+".eml"); code != exitLater {
		t.Errorf("no such file: %d", code)
	}
	var errw bytes.Buffer
	if code := mailIngest(t.Context(), []string{"--source", "exim", "-"}, iotest.ErrReader(errors.New("cut")), &errw, &errw); code != exitLater {
		t.Errorf("a pipe that breaks: %d, %s", code, errw.String())
	}
	if code, _ := ingest(t, t.TempDir(), strings.Repeat("x", mailin.MaxRaw+1), "--source", "exim", "-"); code != exitNever {
		t.Errorf("too large for ever: %d", code)
	}
	for _, args := range [][]string{{"-"}, {"--source", "exim"}, {"--sauce", "x", "-"}} {
		if code, _ := ingest(t, t.TempDir(), oneMail, args...); code != 2 {
			t.Errorf("%v: %d", args, code)
		}
	}
}
