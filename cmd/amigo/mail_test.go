package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// parseMail runs `amigo mail parse` and reads what it prints.
func parseMail(t *testing.T, in string, args ...string) (printed map[string]any, code int, complaint string) {
	t.Helper()
	var out, errw bytes.Buffer
	code = runMail(t.Context(), append([]string{"parse"}, args...), strings.NewReader(in), &out, &errw)
	if code == 0 {
		if err := json.Unmarshal(out.Bytes(), &printed); err != nil {
			t.Fatalf("not one JSON object: %v: %s", err, out.String())
		}
	}
	return printed, code, errw.String()
}

func TestMailParsePrintsEveryFieldOfTheContract(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.eml")
	message := "From: Élodie <E.Martin@Academie.test>, b@academie.test\nTo: assistance@academie.test\nSubject: =?utf-8?Q?Panne?=\n" +
		"Message-ID: <1@x.test>\nReferences: <0@x.test>\nDate: Mon, 2 Mar 2026 09:41:12 +0100\n\nBonjour <b>\n\nLe 2 mars 2026 à 09:12, A a écrit :\n> Oui ?\n"
	if err := os.WriteFile(name, []byte(message), 0o600); err != nil {
		t.Fatal(err)
	}
	p, code, complaint := parseMail(t, "", name)
	if code != 0 {
		t.Fatal(code, complaint)
	}
	for field, want := range map[string]any{
		"from": "e.martin@academie.test", "from_name": "Élodie", "subject": "Panne", "message_id": "1@x.test",
		"date": "2026-03-02T08:41:12Z", "automatic": false, "bounce": nil, "new_text": "Bonjour <b>",
		"quoted_text": "Le 2 mars 2026 à 09:12, A a écrit :\n> Oui ?",
	} {
		if got, there := p[field]; !there || got != want {
			t.Errorf("%s: %v, want %v", field, got, want)
		}
	}
	for field, want := range map[string]int{"from_all": 2, "to": 1, "cc": 0, "reply_to": 0, "in_reply_to": 0, "references": 1, "attachments": 0} {
		if list, ok := p[field].([]any); !ok || len(list) != want {
			t.Errorf("%s: %v, want a list of %d", field, p[field], want)
		}
	}
	if _, there := p["error"]; there {
		t.Errorf("error: %v", p["error"])
	}
}

func TestMailParsePrintsABounceAndItsAttachments(t *testing.T) {
	p, code, complaint := parseMail(t, "From: MAILER-DAEMON@mx.test\nSubject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; boundary=b\n\n"+
		"--b\n\nPerdu.\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; x@y.test\nAction: failed\nStatus: 5.1.1\n--b\n"+
		"Content-Type: message/rfc822\n\nMessage-ID: <1@x.test>\n\nx\n--b--\n", "-")
	if code != 0 {
		t.Fatal(code, complaint)
	}
	b, _ := p["bounce"].(map[string]any)
	if b["hard"] != true || b["status"] != "5.1.1" || b["recipient"] != "x@y.test" || b["original_message_id"] != "1@x.test" {
		t.Errorf("bounce: %v", p["bounce"])
	}
	files, _ := p["attachments"].([]any)
	if len(files) != 2 {
		t.Fatalf("attachments: %v", p["attachments"])
	}
	for _, field := range []string{"name", "type", "size", "sha256", "inline", "content_id"} {
		if _, there := files[1].(map[string]any)[field]; !there {
			t.Errorf("attachment without %s: %v", field, files[1])
		}
	}
}

func TestMailParseSaysWhatItCannotRead(t *testing.T) {
	p, code, _ := parseMail(t, "\x00\x01\x02", "-")
	if code != 0 || p["text"] != "" || p["error"] == nil || p["error"] == "" {
		t.Errorf("binary: %d, %v", code, p)
	}
	if _, code, complaint := parseMail(t, "", filepath.Join(t.TempDir(), "none.eml")); code != 1 || complaint == "" {
		t.Errorf("no file: %d, %q", code, complaint)
	}
	if _, code, complaint := parseMail(t, ""); code != 2 || complaint == "" {
		t.Errorf("no argument: %d, %q", code, complaint)
	}
	var out, errw bytes.Buffer
	if code := runMail(t.Context(), []string{"pars"}, nil, &out, &errw); code != 2 || !strings.Contains(errw.String(), "pars") {
		t.Errorf("no such command: %d, %q", code, errw.String())
	}
}
