package mailin_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
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
		"lines that nearly are a bound": func() string {
			return envelope + "Content-Type: multipart/mixed; boundary=b\n\n" + full("--bb\r\n")
		},
		"long texts side by side": func() string {
			return envelope + "Content-Type: multipart/mixed; boundary=b\n\n" + full("--b\nContent-Type: text/html\n\n"+strings.Repeat("<p>a<br>", 40_000)+"\n")
		},
		"texts that grow in an alternative": func() string {
			return envelope + "Content-Type: multipart/alternative; boundary=b\n\n" + full("--b\nContent-Type: text/plain; charset=cp850\n\n"+strings.Repeat("\xb3\xb3\xb3\n", 80_000)+"\n")
		},
		"a line of beginnings": func() string { return typed("text/plain", "8bit", full("Le lundi 3 ")) },
		"signatures":           func() string { return typed("text/plain", "8bit", full("-- \nx\n")) },
		"a style of 25 MB":     func() string { return typed("text/html", "8bit", `<p style="`+full("a:b;")+`">x`) },
		"attributes":           func() string { return typed("text/html", "8bit", "<p "+full("abc=1 ")+">x") },
		"a text with an escape here and there": func() string {
			return typed("text/plain", "quoted-printable", full(strings.Repeat("a", 1000)+"=E9\n"))
		},
		"a report of no address": func() string {
			return envelope + "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n" + full("Status: 5.1.1\n\n")
		},
		"a signature in pieces": func() string {
			inside := signedInPieces([]byte("Content-Type: text/plain\r\n\r\n" + strings.Repeat("a", 14<<20)))
			return typed("application/pkcs7-mime; smime-type=signed-data", "base64", base64.StdEncoding.EncodeToString(inside))
		},
		"a calendar on one line": func() string {
			return typed("text/calendar", "8bit", "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:"+full("\\n"))
		},
	}, map[string]mailin.Unread{"100,000 addresses in To": mailin.HeadTooLong}
}

// element is one of ASN.1, with others or bytes inside.
func element(tag byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	n := len(body)
	return append([]byte{tag, 0x84, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, body...)
}

// signedAround is a CMS message (RFC 5652) with a content and nobody's signature.
func signedAround(content []byte) []byte { return cms(element(0x04, content)) }

// signedInPieces is the same, as programs write it that do not know its length.
func signedInPieces(content []byte) []byte {
	var pieces [][]byte
	for piece := range slices.Chunk(content, 1000) {
		pieces = append(pieces, element(0x04, piece))
	}
	return cms(element(0x24, pieces...))
}

func cms(octets []byte) []byte {
	oid := func(last byte) []byte {
		return []byte{0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, last}
	}
	inner := element(0x30, []byte{2, 1, 1}, []byte{0x31, 0}, element(0x30, oid(1), element(0xa0, octets)), []byte{0x31, 0})
	return element(0x30, oid(2), element(0xa0, inner))
}

func TestASignatureWithinASignatureIsOpenedOnce(t *testing.T) {
	head := "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n"
	inner := append([]byte(head), signedAround([]byte("Content-Type: text/plain\r\n\r\nau fond"))...)
	l, err := mailin.Parse(append([]byte(envelope+head), signedAround(inner)...))
	if err != nil || !l.Signed || strings.Contains(l.Text, "au fond") || !strings.Contains(l.Text, "signé") {
		t.Errorf("%q, signed %v, %v", l.Text, l.Signed, err)
	}
}
