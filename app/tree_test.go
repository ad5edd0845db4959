package app_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// tree is the source of a whole program, parsed.
type tree struct {
	fset  *token.FileSet
	files []file
	lines map[string]int // of every file of ours that people read and write
}

// file is one Go file of a tree.
type file struct {
	path      string // "tickets/desk.go"
	dir       string // "tickets"; the package's place on the plan
	pkg       string // "tickets", or "tickets_test"
	test      bool   // for tests only: *_test.go, and the packages that end in test
	generated bool
	imports   []string
	ast       *ast.File
}

// house reads the program that this test belongs to.
func house(t *testing.T) *tree {
	t.Helper()
	return readTree(t, os.DirFS(".."))
}

// readTree parses every Go file under root, except what Go itself leaves out.
func readTree(t *testing.T, root fs.FS) *tree {
	t.Helper()
	h := &tree{fset: token.NewFileSet(), lines: map[string]int{}}
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && skipped(e.Name()):
			return fs.SkipDir
		case e.IsDir():
			return nil
		}
		return h.read(root, name)
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(h.files, func(a, b file) int { return cmp.Compare(a.path, b.path) })
	return h
}

func skipped(folder string) bool {
	return folder == "testdata" || folder == "node_modules" || folder == "var" ||
		folder != "." && strings.HasPrefix(folder, ".")
}

func (h *tree) read(root fs.FS, name string) error {
	if ext := path.Ext(name); ext != ".go" && ext != ".templ" {
		return nil
	}
	source, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	generated := false
	if path.Ext(name) == ".go" {
		parsed, err := parser.ParseFile(h.fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		generated = ast.IsGenerated(parsed)
		h.files = append(h.files, describe(name, parsed, generated))
	}
	if !generated {
		h.lines[name] = strings.Count(string(source), "\n")
	}
	return nil
}

func describe(name string, parsed *ast.File, generated bool) file {
	f := file{path: name, dir: path.Dir(name), pkg: parsed.Name.Name, generated: generated, ast: parsed}
	f.test = strings.HasSuffix(name, "_test.go") || helpsTests(f.dir)
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			f.imports = append(f.imports, imported)
		}
	}
	return f
}

// helpsTests says whether a package exists only for the tests of others.
func helpsTests(dir string) bool {
	return strings.HasSuffix(path.Base(dir), "test")
}

// dirs are the places of all packages, in order.
func (h *tree) dirs() []string {
	seen := map[string]bool{}
	for _, f := range h.files {
		seen[f.dir] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// doc is the package comment in the file of that name.
func (h *tree) doc(name string) string {
	for _, f := range h.files {
		if f.path == name {
			return f.ast.Doc.Text()
		}
	}
	return ""
}

// own cuts the module's name off an import path; false when the package is not ours.
func own(imported string) (dir string, ours bool) {
	return strings.CutPrefix(imported, "amigo/")
}
