package i18n_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"text/template/parse"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"amigo/app/i18n"
)

func TestFrenchAndEnglishHaveTheSameKeys(t *testing.T) {
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	french, english := c.Keys("fr"), c.Keys("en")
	for _, key := range french {
		if !slices.Contains(english, key) {
			t.Errorf("%s is missing in English", key)
		}
	}
	for _, key := range english {
		if !slices.Contains(french, key) {
			t.Errorf("%s is missing in French", key)
		}
	}
}

func TestBothLanguagesUseTheSameValues(t *testing.T) {
	french, english := messages(t, "fr"), messages(t, "en")
	for key, m := range french {
		if other := english[key]; other != nil && !maps.Equal(values(t, m), values(t, other)) {
			t.Errorf("%s: French uses %v, English %v", key, names(values(t, m)), names(values(t, other)))
		}
	}
}

// messages reads the catalogues of a language as they were written.
func messages(t *testing.T, lang string) map[string]*goi18n.Message {
	t.Helper()
	files, err := filepath.Glob("locales/*." + lang + ".toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no catalogue for %s: %v", lang, err)
	}
	all := map[string]*goi18n.Message{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := goi18n.ParseMessageFileBytes(text, name, map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range file.Messages {
			all[m.ID] = m
		}
	}
	return all
}

// values collects the names that the templates of a message use.
func values(t *testing.T, m *goi18n.Message) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, form := range []string{m.One, m.Many, m.Other} {
		tmpl, err := template.New(m.ID).Parse(form)
		if err != nil {
			t.Fatal(err)
		}
		collect(tmpl.Root, found)
	}
	return found
}

func names(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// collect walks a template for {{.Name}} wherever it stands.
func collect(node parse.Node, found map[string]bool) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, child := range n.Nodes {
			collect(child, found)
		}
	case *parse.ActionNode:
		collect(n.Pipe, found)
	case *parse.PipeNode:
		for _, command := range n.Cmds {
			for _, argument := range command.Args {
				collect(argument, found)
			}
		}
	case *parse.IfNode:
		collectBranch(&n.BranchNode, found)
	case *parse.WithNode:
		collectBranch(&n.BranchNode, found)
	case *parse.RangeNode:
		collectBranch(&n.BranchNode, found)
	case *parse.FieldNode:
		found[n.Ident[0]] = true
	}
}

func collectBranch(n *parse.BranchNode, found map[string]bool) {
	collect(n.Pipe, found)
	collect(n.List, found)
	collect(n.ElseList, found)
}

// A key in the code is one given to a call that says it, or any literal that
// is spelt like a key of the catalogue. A literal that ends in a dot, as in
// T("tickets.status." + status), announces a family of keys.
var (
	said = []*regexp.Regexp{
		regexp.MustCompile(`\.(?:T|N)\(\s*"([^"]+)"`),
		regexp.MustCompile(`fault\.Say\(\s*"([^"]+)"`),
		regexp.MustCompile(`fault\.Because\([^,()"]+,\s*"([^"]+)"`),
		regexp.MustCompile(`\.Add\([^,()]+,\s*"([^"]+)"`),
	}
	literal = regexp.MustCompile(`"([a-z][a-z0-9_.-]*)"`)
	spelt   = regexp.MustCompile(`^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+\.?$`)
)

func TestEveryKeyInTheCodeIsInTheCatalogueAndEveryKeyThereIsUsed(t *testing.T) {
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	keys := c.Keys("fr")
	literals := map[string]bool{}
	for file, text := range sources(t) {
		for _, call := range said {
			for _, match := range call.FindAllStringSubmatch(text, -1) {
				if key := match[1]; spelt.MatchString(key) && !exists(keys, key) {
					t.Errorf("%s: no sentence for %q", file, key)
				}
			}
		}
		for _, match := range literal.FindAllStringSubmatch(text, -1) {
			literals[match[1]] = true
		}
	}
	for _, key := range keys {
		if !used(literals, key) {
			t.Errorf("%q is in the catalogue and nobody says it", key)
		}
	}
}

// exists tells whether key, or a member of the family it announces, is there.
func exists(keys []string, key string) bool {
	return slices.ContainsFunc(keys, func(known string) bool {
		return known == key || strings.HasSuffix(key, ".") && strings.HasPrefix(known, key)
	})
}

// used tells whether the code names the key or one of its families.
func used(literals map[string]bool, key string) bool {
	if literals[key] {
		return true
	}
	for i, r := range key {
		if r == '.' && literals[key[:i+1]] {
			return true
		}
	}
	return false
}

// sources reads the Go and templ files of the repository, without tests and
// without what is generated.
func sources(t *testing.T) map[string]string {
	t.Helper()
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatalf("not two floors below the module: %v", err)
	}
	texts := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "node_modules" || name == "testdata" || len(name) > 2 && name[0] == '.'):
			return fs.SkipDir
		case strings.HasSuffix(name, "_test.go"), strings.HasSuffix(name, "_templ.go"):
			return nil
		case strings.HasSuffix(name, ".go"), strings.HasSuffix(name, ".templ"):
			text, err := os.ReadFile(path)
			texts[path] = string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}
