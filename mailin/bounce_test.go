package mailin_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"amigo/mailin"
)

// table reads a CSV file, its header line left out.
func table(tb testing.TB, path string) [][]string {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 2 {
		tb.Fatalf("%s: %d rows, %v", path, len(rows), err)
	}
	return rows[1:]
}

// corpus is a folder of delivery failures with a table of what they are, and the
// share of them that must be understood.
type corpus struct {
	folder string
	share  float64
}

// corpora are our own letters, and a larger collection of real ones where
// AMIGO_TEST_MAIL names a folder that holds it; that one belongs to others and is
// no part of this project.
func corpora() []corpus {
	all := []corpus{{"testdata/bounces", 1}}
	if real := os.Getenv("AMIGO_TEST_MAIL"); real != "" {
		all = append(all, corpus{filepath.Join(real, "bounces"), 0.95})
	}
	return all
}

func TestDeliveryFailuresAreFoundAndWeighed(t *testing.T) {
	for _, c := range corpora() {
		files, found, agree := 0, 0, 0
		done := map[string]bool{}
		for _, row := range table(t, filepath.Join(c.folder, "expected.csv")) {
			name, status, hard := row[0]+"-"+row[1], row[3], row[6] == "true"
			raw, err := os.ReadFile(filepath.Join(c.folder, name+".eml"))
			if err != nil || done[name] {
				continue // the table also names messages that are not there, and further recipients
			}
			done[name] = true
			l, _ := mailin.Parse(raw)
			b := l.Bounce
			files++
			if (b != nil) == (status != "") {
				found++
			}
			if b == nil && status == "" || b != nil && status != "" && b.Hard == hard && b.Status[0] == status[0] {
				agree++
			} else if c.share == 1 {
				t.Errorf("%s: %+v, want hard %v and status %q", name, b, hard, status)
			}
		}
		t.Logf("%s: %d messages, %d told apart, %d with the right hardness and class", c.folder, files, found, agree)
		if files == 0 || float64(found) < c.share*float64(files) || float64(agree) < c.share*float64(files) {
			t.Errorf("%s: less than %.0f %% understood", c.folder, 100*c.share)
		}
	}
}

func TestDeliveryFailuresNameTheAddressAndOurLetter(t *testing.T) {
	for _, row := range table(t, "testdata/bounces/expected.csv") {
		name, recipient := row[0]+"-"+row[1], row[7]
		l, err := letter(t, "bounces/"+name+".eml")
		if err != nil {
			t.Fatal(err)
		}
		if l.Bounce == nil {
			continue // whether it should be is the other test's question
		}
		if l.Bounce.Recipient != recipient || l.Bounce.OriginalMessageID != "m.1001.abcdef@academie.test" {
			t.Errorf("%s: %+v, want %s and our Message-ID", name, l.Bounce, recipient)
		}
		if l.Automatic != mailin.ByBounce {
			t.Errorf("%s: automatic because of %q", name, l.Automatic)
		}
	}
}

// TestOrdinaryLettersAreNoBounces runs over our letters, and over the replies of
// the larger collection, whose table calls the bounces among them so.
func TestOrdinaryLettersAreNoBounces(t *testing.T) {
	paths := messages(t, "letters")
	bounces := map[string]bool{}
	if real := os.Getenv("AMIGO_TEST_MAIL"); real != "" {
		replies, err := filepath.Glob(filepath.Join(real, "replies", "*.eml"))
		if err != nil || len(replies) == 0 {
			t.Fatalf("no replies in %s: %v", real, err)
		}
		paths = append(paths, replies...)
		for _, row := range table(t, filepath.Join(real, "replies", "expected.csv")) {
			if row[2] == "BouncedEmailError" {
				bounces[row[0]+".eml"] = true
			}
		}
	}
	for _, path := range paths {
		l, err := mailin.Parse(read(t, path))
		if err != nil || (l.Bounce != nil) != bounces[filepath.Base(path)] {
			t.Errorf("%s: bounce %+v, error %v", path, l.Bounce, err)
		}
	}
}
