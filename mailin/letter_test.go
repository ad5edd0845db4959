package mailin_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amigo/mailin"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with a file of testdata, or rewrites it with -update.
func golden(tb testing.TB, name string, got []byte) {
	tb.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	if string(got) != string(want) {
		tb.Errorf("%s differs; run with -update and look at the change\n got: %s\nwant: %s", path, got, want)
	}
}

// read gives the bytes of a file.
func read(tb testing.TB, path string) []byte {
	tb.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// letter parses a message of testdata.
func letter(tb testing.TB, path string) (mailin.Letter, error) {
	tb.Helper()
	return mailin.Parse(read(tb, filepath.Join("testdata", path)))
}

// messages lists the messages of a folder of testdata.
func messages(tb testing.TB, folder string) []string {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", folder, "*.eml"))
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no messages in %s: %v", folder, err)
	}
	return paths
}

func TestEveryLetterIsReadAsItWasBefore(t *testing.T) {
	for _, path := range messages(t, "letters") {
		name := strings.TrimSuffix(filepath.Base(path), ".eml")
		t.Run(name, func(t *testing.T) {
			l, err := letter(t, "letters/"+name+".eml")
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(l, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "letters/"+name+".json", append(got, '\n'))
		})
	}
}

func TestNewAndQuotedTextTogetherHoldEveryLine(t *testing.T) {
	for _, path := range messages(t, "letters") {
		l, err := letter(t, "letters/"+filepath.Base(path))
		if err != nil {
			t.Fatal(err)
		}
		left := lineCounts(l.NewText + "\n" + l.QuotedText)
		for line, n := range lineCounts(l.Text) {
			if left[line] != n {
				t.Errorf("%s: line %q stands %d times in the text and %d times in its parts", path, line, n, left[line])
			}
		}
	}
}

// lineCounts counts the lines of a text that are not empty.
func lineCounts(text string) map[string]int {
	counts := map[string]int{}
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			counts[line]++
		}
	}
	return counts
}

func TestWhatIsNoLetterIsUnreadable(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing":      "",
		"blank lines":  "\r\n \r\n\r\n",
		"binary":       "\x00\x01\x02\x7fELF\x00\xff\xfe",
		"a plain text": "Bonjour,\n\nceci n'est pas un message.\n",
	} {
		l, err := mailin.Parse([]byte(raw))
		if !errors.Is(err, mailin.ErrUnreadable) || l.Unread == mailin.AllRead || l.Text != "" || l.From != "" {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
}
