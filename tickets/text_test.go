package tickets

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/app/seal"
)

func TestTextsAreKeptClean(t *testing.T) {
	for typed, want := range map[string]string{
		"a\r\nb\rc":                 "a\nb\nc",
		"  \n a b \t\n":             "a b",
		"nul\x00 bell\x07 tab\tok":  "nul bell tab\tok",
		"torn \xff byte":            "torn \uFFFD byte",
		"\u200b\u200d \ufeff\u2060": "",
		"\u00a0\u3164\u2800\ufe0f":  "",
		"\U000e0061\u115f\u034f\t":  "",
		"\u200bnon\u200cjoint":      "\u200bnon\u200cjoint", // some scripts need them
		"👩\u200d🔧":                  "👩\u200d🔧",
	} {
		if got := cleanText(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
	if got := cleanLine(" Subject:\r\n Bcc: x\t y "); got != "Subject: Bcc: x y" {
		t.Errorf("line %q", got)
	}
	if got := cut("éèà", 2); got != "éè" {
		t.Errorf("cut %q", got)
	}
}

func TestFileNamesAreSafeAnywhere(t *testing.T) {
	for sent, want := range map[string]string{
		"photo.jpg":               "photo.jpg",
		"../../etc/passwd":        "passwd",
		`C:\Users\me\rapport.doc`: "rapport.doc",
		"a:b*c?.txt":              "a_b_c_.txt",
		"évil\u202Egpj.exe":       "évilgpj.exe",
		"line\nbreak.txt":         "linebreak.txt",
		"":                        "fichier",
		" .. ":                    "fichier",
		"/":                       "_",
		"no\xffutf":               "noutf",
	} {
		if got := safeName(sent); got != want {
			t.Errorf("%q: %q, want %q", sent, got, want)
		}
	}
	long := safeName(strings.Repeat("é", 300) + ".pdf")
	if utf8.RuneCountInString(long) != maxName || !strings.HasSuffix(long, ".pdf") {
		t.Errorf("a long name is %q", long)
	}
}

func TestReferencesInASearch(t *testing.T) {
	for text, want := range map[string]ID{
		"12345": 12345, "#12345": 12345, " AMIGO #12345 ": 12345, "[AMIGO #12345]": 12345, "amigo12345": 12345,
		"0": 0, "-5": 0, "12345 imprimante": 0, "imprimante": 0, "": 0, "99999999999999999999": 0,
	} {
		if got := refIn(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func sealer(t testing.TB) *seal.Sealer {
	t.Helper()
	s, err := seal.New([]string{"a secret that is long enough for a test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestACursorComesBackOnlyForItsOwnOrder(t *testing.T) {
	keys := sealer(t)
	rapid.Check(t, func(t *rapid.T) {
		sorts := []Sort{ByDue, ByDueDesc, ByCreated, ByCreatedDesc, ByUpdated, ByUpdatedDesc}
		s := rapid.SampledFrom(sorts).Draw(t, "sort")
		at := time.UnixMicro(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "at")).UTC()
		ticket := Ticket{ID: ID(rapid.Int64Range(1, 1<<60).Draw(t, "id")), CreatedAt: at, UpdatedAt: at, Lane: rapid.IntRange(0, 1).Draw(t, "lane")}
		if rapid.Bool().Draw(t, "due") {
			ticket.DueAt = &at
		}
		made := cursorOf(s, ticket)
		text := made.seal(keys, s)
		read, err := openCursor(keys, s, text)
		if err != nil || read.id != made.id || read.lane != made.lane || (read.at == nil) != (made.at == nil) || read.at != nil && !read.at.Equal(*made.at) {
			t.Fatalf("%v read as %v (%v)", made, read, err)
		}
		other := rapid.SampledFrom(slices.DeleteFunc(slices.Clone(sorts), func(o Sort) bool { return o == s })).Draw(t, "other")
		if _, err := openCursor(keys, other, text); !errors.Is(err, ErrCursor) {
			t.Fatalf("a cursor of %s passes for %s", s, other)
		}
	})
}

func TestAMadeUpCursorIsRefused(t *testing.T) {
	keys := sealer(t)
	good := cursor{id: 1}.seal(keys, ByDue)
	for _, text := range []string{"", "x", "abc", "%%%", good + "a", good[1:], keys.Code("cursor:due_at", nil), keys.Code("reply", seal.Pack(1, 2, 3, 4))} {
		if _, err := openCursor(keys, ByDue, text); !errors.Is(err, ErrCursor) || !errors.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestATicketTakesTheFirstRouteThatFits(t *testing.T) {
	teams := []people.Team{{ID: 1, Slug: "assistance"}, {ID: 2, Slug: "assistance-caen"}, {ID: 3, Slug: "assistance-rouen"}, {ID: 4, Slug: "reseau"}}
	for _, c := range []struct {
		category, site string
		teams          []people.Team
		want           people.TeamID
	}{
		{"reseau", "caen", teams, 4},
		{"messagerie", "caen", teams, 2},
		{"messagerie", "rouen", teams, 3},
		{"", "", teams, 1},
		{"rh", "rouen", teams, 3}, // its team is not there
		{"", "mars", teams, 1},
		{"reseau", "caen", []people.Team{{ID: 9, Slug: "z"}, {ID: 8, Slug: "y"}}, 8},
		{"reseau", "caen", nil, 0},
	} {
		if got := route(routes, c.category, c.site, c.teams); got != c.want {
			t.Errorf("%s, %s: team %d, want %d", c.category, c.site, got, c.want)
		}
	}
}

func TestTheEmbeddedTablesHoldTogether(t *testing.T) {
	services, teams := table(servicesCSV), map[string]bool{}
	if len(services) != 35 {
		t.Errorf("%d services, want 35", len(services))
	}
	for _, line := range table(teamsCSV) {
		teams[line[0]] = true
	}
	for _, l := range routes {
		if !teams[l.team] {
			t.Errorf("route %+v leads to no team", l)
		}
	}
	if last := routes[len(routes)-1]; last.category != "" || last.site != "" {
		t.Errorf("the last route %+v does not take everything", last)
	}
	seen := map[string]bool{}
	for _, s := range services {
		if seen[s[0]] || s[1] == "" || s[2] == "" || s[3] == "" {
			t.Errorf("service %v", s)
		}
		seen[s[0]] = true
	}
}
