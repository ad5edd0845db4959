package mailin_test

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"amigo/mailin"
)

// Every hostile letter is read within hang, however slow the machine; the promise
// is 5 s on an ordinary one. It takes less than extra bytes beside itself: with the
// program that reads it, which is as large again, less than the 64 MiB promised.
const (
	hang  = 20 * time.Second
	extra = 28 << 20
)

const envelope = "From: a@mal.test\nTo: assistance@academie.test\nSubject: x\n"

// full repeats s up to the largest message that is read.
func full(s string) string { return strings.Repeat(s, (mailin.MaxSize-2000)/len(s)) }

// typed is a letter with one body.
func typed(ctype, encoding, body string) string {
	return envelope + "Content-Type: " + ctype + "\nContent-Transfer-Encoding: " + encoding + "\n\n" + body
}

// nested opens containers inside one another and closes none.
func nested(depth int) string {
	var b strings.Builder
	b.WriteString(envelope)
	for i := range depth {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	return b.String() + "Content-Type: text/plain\n\nau fond\n"
}

// flat puts parts side by side.
func flat(n int) string {
	return envelope + "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: text/plain\n\nx\n", n) + "--b--\n"
}

// hostile are messages made to cost time or memory, with the limit that each
// must meet.
var hostile = map[string]struct {
	message func() string
	unread  mailin.Unread
}{
	"depth 9":                  {func() string { return nested(9) }, mailin.AllRead},
	"depth 25, nothing closed": {func() string { return nested(25) }, mailin.TooDeep},
	"depth 5,000":              {func() string { return nested(5000) }, mailin.TooDeep},
	"90 parts":                 {func() string { return flat(90) }, mailin.AllRead},
	"5,000 parts":              {func() string { return flat(5000) }, mailin.TooManyParts},
	"a header of 10 MB":        {func() string { return envelope + "X-A: " + strings.Repeat("a", 10<<20) + "\n\nx" }, mailin.HeadTooLong},
	"10 MB of folded header":   {func() string { return envelope + "X-A: " + strings.Repeat("a\n ", 4<<20) + "\n\nx" }, mailin.HeadTooLong},
	"a million fields":         {func() string { return envelope + strings.Repeat("X-A: b\n", 1<<20) + "\n\nx" }, mailin.HeadTooLong},
	"a head of damage":         {func() string { return envelope + strings.Repeat("abc\nX-A: b\n", 1<<20) }, mailin.HeadTooLong},
	"an endless boundary": {func() string {
		return envelope + `Content-Type: multipart/mixed; boundary="` + strings.Repeat("b", 60000) + "\"\n\n--b\n\nx"
	}, mailin.AllRead},
	"only dashes":                  {func() string { return envelope + "Content-Type: multipart/mixed; boundary=b\n\n" + full("--\n") }, mailin.AllRead},
	"only boundaries":              {func() string { return envelope + "Content-Type: multipart/mixed; boundary=b\n\n" + full("--b\n") }, mailin.TooManyParts},
	"a file on one line of base64": {func() string { return typed("application/pdf", "base64", full("QUJD")) }, mailin.AllRead},
	"a text on one line of base64": {func() string { return typed("text/plain", "base64", full("QUJD")) }, mailin.AllRead},
	"base64 without a digit":       {func() string { return typed("text/plain", "base64", full("!?")) }, mailin.AllRead},
	"base64 padded everywhere":     {func() string { return typed("text/plain", "base64", full("A=")) }, mailin.AllRead},
	"quoted-printable":             {func() string { return typed("text/plain", "quoted-printable", full("=E9")) }, mailin.AllRead},
	"soft line ends":               {func() string { return typed("text/plain", "quoted-printable", full("=\n")) }, mailin.AllRead},
	"25 MB of Latin-1":             {func() string { return typed("text/plain", "8bit", full("\xe9")) }, mailin.AllRead},
	"empty lines":                  {func() string { return typed("text/plain", "8bit", full("\n")) }, mailin.AllRead},
	"bare CR everywhere":           {func() string { return strings.ReplaceAll(envelope, "\n", "\r") + full("\r") }, mailin.AllRead},
	"quotation marks":              {func() string { return typed("text/plain", "8bit", full(">")) }, mailin.AllRead},
	"answers between quotations":   {func() string { return typed("text/plain", "8bit", full("> a\nb\n")) }, mailin.AllRead},
	"attributions without end":     {func() string { return typed("text/plain", "8bit", full("Le 3 a@b\n")) }, mailin.AllRead},
	"headers of Outlook":           {func() string { return typed("text/plain", "8bit", full("De : x\nEnvoyé : y\n")) }, mailin.AllRead},
	"nested comments": {func() string {
		return envelope + "Cc: " + strings.Repeat("(", 60000) + "\nReply-To: " + strings.Repeat("a(", 30000) + "\n\nx"
	}, mailin.AllRead},
	"quotes that never end": {func() string {
		return envelope + "Cc: " + strings.Repeat(`\"`, 30000) + "\nReply-To: " + strings.Repeat(`"\`, 30000) + "\n\nx"
	}, mailin.AllRead},
	"16,000 addresses": {func() string { return envelope + "Cc: " + strings.Repeat("a@b,", 16000) + "\n\nx" }, mailin.AllRead},
	"encoded words": {func() string {
		return envelope + "X-B: y\nComments: " + strings.Repeat("=?utf-8?q?x?= ", 4000) + "\n\nx"
	}, mailin.AllRead},
	"encoded words without end": {func() string {
		return "Subject: " + strings.Repeat("=?a?b?", 10000) + "\nFrom: " + strings.Repeat("=?a?b?", 10000) + "?=\n\nx"
	}, mailin.AllRead},
	"message ids without end": {func() string { return envelope + "References: " + strings.Repeat("<", 60000) + "\n\nx" }, mailin.AllRead},
	"parameters": {func() string {
		return envelope + "Content-Type: text/plain" + strings.Repeat(`; a="b`, 10000) + "\n\nx"
	}, mailin.AllRead},
	"encoded parameters": {func() string {
		return envelope + "Content-Type: text/plain" + strings.Repeat("; =?utf-8?q?a=3D?=", 3000) + "\n\nx"
	}, mailin.AllRead},
	"deep HTML":          {func() string { return typed("text/html", "8bit", full("<div>")) }, mailin.AllRead},
	"quotations in HTML": {func() string { return typed("text/html", "8bit", strings.Repeat("<blockquote><br>x", 60000)) }, mailin.AllRead},
	"formatting reopened for ever": {func() string {
		return typed("text/html", "8bit", "<div>"+strings.Repeat("<font color=red><b>", 400)+"</div>"+strings.Repeat("<div>x</div>", 80000))
	}, mailin.AllRead},
	"styles": {func() string {
		return typed("text/html", "8bit", strings.Repeat(`<p style="`+strings.Repeat("{", 1000)+`">x`, 1000))
	}, mailin.AllRead},
	"angle brackets": {func() string { return typed("text/html", "8bit", strings.Repeat("<", 1<<20)) }, mailin.AllRead},
	"links": {func() string {
		return typed("text/html", "8bit", strings.Repeat("<a href=http://x.test>", 40000)+strings.Repeat("</a>", 10000))
	}, mailin.AllRead},
	"a report of a million groups": {func() string {
		return envelope + "Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n--b\nContent-Type: message/delivery-status\n\n" + strings.Repeat("Action: failed\n\n", 1<<20)
	}, mailin.AllRead},
	"a failure of a million lines": {func() string {
		return "From: mailer-daemon@mal.test\nSubject: Undelivered\n\n" + strings.Repeat("user account mailbox a@b.test\n", 800_000)
	}, mailin.AllRead},
	"a charset that grows": {func() string { return typed("text/plain; charset=utf-7", "8bit", strings.Repeat("+AOk-", 1<<18)) }, mailin.AllRead},
	"a file name of 4 KB": {func() string {
		return envelope + "Content-Type: application/pdf; name=\"" + strings.Repeat("é/", 2000) + "\"\n\nx"
	}, mailin.AllRead},
	"25 MB of files and HTML at once": {func() string {
		return envelope + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n" + strings.Repeat("<p>a&amp;b</p>", 80000) + "\n--b\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat("QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD\n", 320_000)
	}, mailin.AllRead},
}

func TestHostileLettersCostLittle(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	messages, unread := heavy()
	for name, message := range messages {
		c := hostile["90 parts"]
		c.message, c.unread = message, unread[name]
		hostile[name] = c
	}
	for name, c := range hostile {
		t.Run(name, func(t *testing.T) {
			raw := []byte(c.message())
			if len(raw) > mailin.MaxSize {
				t.Fatalf("%d bytes: too large to be read at all", len(raw))
			}
			type result struct {
				letter mailin.Letter
				err    error
			}
			done := make(chan result, 1)
			most := peak(func() {
				go func() {
					l, err := mailin.Parse(raw)
					done <- result{l, err}
				}()
				select {
				case r := <-done:
					done <- r
				case <-time.After(hang):
					t.Errorf("still not read after %v", hang)
				}
			})
			if t.Failed() {
				return
			}
			r := <-done
			if r.letter.Unread != c.unread || errors.Is(r.err, mailin.ErrLimit) != (c.unread != mailin.AllRead) {
				t.Errorf("unread %q, error %v, want %q", r.letter.Unread, r.err, c.unread)
			}
			if t.Logf("took %d MiB beside the message", most>>20); most > extra {
				t.Errorf("that is more than %d", extra>>20)
			}
			if len(r.letter.Attachments) > mailin.MaxParts || len(r.letter.Text) > 1<<20 || len(r.letter.To) > 1000 {
				t.Errorf("%d attachments, %d bytes of text, %d recipients", len(r.letter.Attachments), len(r.letter.Text), len(r.letter.To))
			}
			runtime.KeepAlive(raw)
		})
	}
}

// peak is by how much the heap grew while f ran, at most.
func peak(f func()) uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	now := func() uint64 {
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	runtime.GC()
	base, most := now(), uint64(0)
	var over atomic.Bool
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for !over.Load() {
			most = max(most, now())
			time.Sleep(200 * time.Microsecond)
		}
	}()
	f()
	over.Store(true)
	<-watched
	return max(most, base) - base
}

func FuzzParse(f *testing.F) {
	for _, folder := range []string{"letters", "bounces", "judge"} {
		for _, path := range messages(f, folder) {
			raw := read(f, path)
			f.Add(raw)
			f.Add(raw[:len(raw)/2])
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := mailin.Parse(raw)
		if err != nil && !errors.Is(err, mailin.ErrUnreadable) && !errors.Is(err, mailin.ErrLimit) {
			t.Fatalf("an error of no kind: %v", err)
		}
		for _, line := range []string{l.From, l.FromName, l.Subject, l.MessageID, l.ListID, l.Sender, l.ReturnPath} {
			if strings.ContainsAny(line, "\r\n\x00") {
				t.Fatalf("a line break in %q", line)
			}
		}
		if strings.ContainsAny(l.Text+l.NewText+l.QuotedText, "\r\x00") || !utf8.ValidString(l.Text+l.Subject+l.FromName+l.HTML) {
			t.Fatal("text is not clean")
		}
		left := lineCounts(l.NewText + "\n" + l.QuotedText)
		for line, n := range lineCounts(l.Text) {
			if left[line] != n {
				t.Fatalf("line %q stands %d times in the text and %d times in its parts", line, n, left[line])
			}
		}
		for _, a := range l.Attachments {
			if a.Name == "" || strings.ContainsAny(a.Name, "/\\\r\n\x00\"") || len([]rune(a.Name)) > 120 || a.Size != len(a.Data()) || len(a.SHA256) != 64 {
				t.Fatalf("attachment %q, %d bytes", a.Name, a.Size)
			}
		}
		if strings.Contains(l.HTML, "<script") || strings.Contains(l.HTML, `href="javascript:`) || strings.Contains(l.HTML, ` src="http`) {
			t.Fatalf("HTML is not clean: %s", l.HTML)
		}
		mailin.Judge(l, mailin.Known{})
	})
}
