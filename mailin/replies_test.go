package mailin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"amigo/mailin"
)

// TestEveryRealLetterGetsASensibleVerdict runs over the larger collection of
// letters, where AMIGO_TEST_MAIL names it: each is read and decided about, nothing
// automatic is answered, and what names no sender opens nothing in anybody's name.
func TestEveryRealLetterGetsASensibleVerdict(t *testing.T) {
	paths := messages(t, "letters")
	hints := map[string]string{}
	if real := os.Getenv("AMIGO_TEST_MAIL"); real != "" {
		replies, err := filepath.Glob(filepath.Join(real, "replies", "*.eml"))
		if err != nil || len(replies) < 100 {
			t.Fatalf("%d replies in %s: %v", len(replies), real, err)
		}
		paths = append(paths, replies...)
		for _, row := range table(t, filepath.Join(real, "replies", "expected.csv")) {
			if row[2] != "" {
				hints[row[0]+".eml"] = row[2]
			}
		}
	}
	decided := map[mailin.Act]int{}
	for _, path := range paths {
		l, err := mailin.Parse(read(t, path))
		v := mailin.Judge(l, mailin.Known{})
		decided[v.Act]++
		switch {
		case err != nil:
			t.Errorf("%s: %v", path, err)
		case v.Act == "" || v.Reason == "":
			t.Errorf("%s: no verdict: %+v", path, v)
		case v.Answer && l.Automatic != mailin.ByPerson:
			t.Errorf("%s: automatic (%s), and answered: %+v", path, l.Automatic, v)
		case v.Act == mailin.Open && l.From == "":
			t.Errorf("%s: opened in nobody's name: %+v", path, v)
		case v.Act == mailin.Open && l.Bounce != nil:
			t.Errorf("%s: a delivery report, and opened: %+v", path, v)
		}
		t.Log(filepath.Base(path), hints[filepath.Base(path)], v.Act, v.Reason, l.Automatic)
	}
	t.Log(fmt.Sprint(decided))
}
