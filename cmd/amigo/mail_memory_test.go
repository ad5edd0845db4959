package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"amigo/mailin"
)

// asMeasured, in the environment, makes this test program the product, which says
// in the end how much memory it had.
const asMeasured = "AMIGO_TEST_AS_MEASURED"

// measured is main, with what the system knows of this process written behind the
// complaints.
func measured() {
	code := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
	}
	_, _ = os.Stderr.Write(status)
	os.Exit(code)
}

// resident is the most that was in memory of a process at once, in KiB.
var resident = regexp.MustCompile(`(?m)^VmHWM:\s*([0-9]+) kB$`)

// Everything counts that is in memory of the process, its program too, but for
// the bytes of the message.
func TestMailParseTakesLittleMemoryBesideAMessage(t *testing.T) {
	const head = "From: a@mal.test\r\nTo: assistance@academie.test\r\nSubject: x\r\n"
	full := func(head, s string) string { return head + strings.Repeat(s, (mailin.MaxSize-len(head))/len(s)) }
	html := head + "Content-Type: text/html\r\n\r\n"
	for name, message := range map[string]string{
		"nothing":                       "",
		"beyond the limit":              strings.Repeat("a\n", mailin.MaxSize/2+1),
		"lines that nearly are a bound": full(head+"Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--bb\r\n"),
		"bounds around nothing":         full(head+"Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\nx\r\n"),
		"bounds around long texts":      full(head+"Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\nContent-Type: text/html\r\n\r\n"+strings.Repeat("<p>a<br>", 30_000)+"\r\n"),
		"a line of beginnings":          full(head+"\r\n", "Le lundi 3 "),
		"signatures":                    full(head+"\r\n", "-- \r\nx\r\n"),
		"quotations":                    full(head+"\r\n", "> > > x\r\n"),
		"soft line ends":                full(head+"Content-Transfer-Encoding: quoted-printable\r\n\r\n", "=\r\n"),
		"a file of lines with an escape": full(head+"Content-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment\r\n"+
			"Content-Transfer-Encoding: quoted-printable\r\n\r\n", strings.Repeat("a;", 500)+"=E9\r\n"),
		"a file in base64":       full(head+"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n", "QUJD"),
		"a style":                full(html+`<p style="`, "a:b;"),
		"attributes":             full(html+"<p ", "abc=1 "),
		"UTF-7":                  full(head+"Content-Type: text/plain; charset=utf-7\r\n\r\n", "+AGE-"),
		"references":             full(head+"References: ", "<abcdef@x.test>\r\n "),
		"a report of no address": full(head+"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n", "Status: 5.1.1\r\n\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			c := exec.CommandContext(t.Context(), os.Args[0], "mail", "parse", "-") //nolint:gosec // this program
			c.Env = append(os.Environ(), asMeasured+"=1")
			var errw bytes.Buffer
			c.Stdin, c.Stdout, c.Stderr = strings.NewReader(message), io.Discard, &errw
			if err := c.Run(); err != nil {
				t.Fatal(err, errw.String())
			}
			found := resident.FindStringSubmatch(errw.String())
			if found == nil {
				t.Fatal("the system does not say how much memory there was:", errw.String())
			}
			most, _ := strconv.Atoi(found[1])
			if beside := most<<10 - len(message); beside > 64<<20 {
				t.Errorf("%d MiB beside a message of %d MiB", beside>>20, len(message)>>20)
			} else {
				t.Logf("%d MiB beside a message of %d MiB", beside>>20, len(message)>>20)
			}
		})
	}
}
