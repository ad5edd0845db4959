package mailin_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"amigo/mailin"
)

// heavy are messages that grow when they are read: more shapes for the bounds of
// TestHostileLettersCostLittle, with the few that are not read to their end.
func heavy() (messages map[string]func() string, unread map[string]mailin.Unread) {
	return map[string]func() string{
		"100,000 addresses in To": func() string {
			var b strings.Builder
			b.WriteString("From: a@mal.test\nSubject: x\nTo: ")
			for i := range 100_000 {
				fmt.Fprintf(&b, "p%d@x.test,\n ", i)
			}
			return b.String() + "z@x.test\n\nx"
		},
		"references that answer one another": func() string {
			var b strings.Builder
			for i := range 4000 {
				fmt.Fprintf(&b, " <%d@x.test>", i%7)
			}
			return envelope + "References:" + b.String() + "\nIn-Reply-To:" + b.String() + "\n\nx"
		},
		"a file that unpacks to a thousand times itself": func() string {
			var packed bytes.Buffer
			z := zip.NewWriter(&packed)
			f, err := z.Create("zeros")
			if err == nil {
				_, err = f.Write(make([]byte, 64<<20))
			}
			if err != nil || z.Close() != nil {
				panic(err)
			}
			return typed("application/zip", "base64", base64.StdEncoding.EncodeToString(packed.Bytes()))
		},
		"a signature around 18 MB": func() string {
			inside := "Content-Type: text/plain\r\n\r\n" + strings.Repeat("a", 17<<20)
			return typed("application/pkcs7-mime; smime-type=signed-data", "base64", base64.StdEncoding.EncodeToString(signedAround([]byte(inside))))
		},
		"signatures without end": func() string {
			der := []byte("Content-Type: text/plain\r\n\r\nau fond")
			for range 200 {
				head := "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n"
				der = append([]byte(head), signedAround(der)...)
			}
			return envelope + string(der)
		},
		"lengths left open": func() string {
			return typed("application/pkcs7-mime", "base64", base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x30\x80", 4<<20))))
		},
		"a calendar of a million lines": func() string {
			return typed("text/calendar; method=REQUEST", "8bit", "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\n"+strings.Repeat("ATTENDEE;CN=x:mailto:a@b\n x\n", 800_000))
		},
		"a calendar on one line": func() string {
			return typed("text/calendar", "8bit", "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:"+full("\\n"))
		},
	}, map[string]mailin.Unread{"100,000 addresses in To": mailin.HeadTooLong}
}

// signedAround is a CMS message (RFC 5652) with a content and nobody's signature.
func signedAround(content []byte) []byte {
	sequence := func(tag byte, parts ...[]byte) []byte {
		body := bytes.Join(parts, nil)
		n := len(body)
		return append([]byte{tag, 0x84, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, body...)
	}
	oid := func(last byte) []byte {
		return []byte{0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, last}
	}
	inner := sequence(0x30, []byte{2, 1, 1}, []byte{0x31, 0}, sequence(0x30, oid(1), sequence(0xa0, sequence(0x04, content))), []byte{0x31, 0})
	return sequence(0x30, oid(2), sequence(0xa0, inner))
}

func TestASignatureWithinASignatureIsOpenedOnce(t *testing.T) {
	head := "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n"
	inner := append([]byte(head), signedAround([]byte("Content-Type: text/plain\r\n\r\nau fond"))...)
	l, err := mailin.Parse(append([]byte(envelope+head), signedAround(inner)...))
	if err != nil || !l.Signed || strings.Contains(l.Text, "au fond") || !strings.Contains(l.Text, "signé") {
		t.Errorf("%q, signed %v, %v", l.Text, l.Signed, err)
	}
}
