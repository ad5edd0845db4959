package app_test

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// plan is the floor on which each package stands.
type plan map[string]int

var (
	// A floor: its number, the packages two spaces apart, then a remark after a wider gap.
	floorLine = regexp.MustCompile(`(?m)^\t *(-?\d+) {2}(\S+(?: {2}\S+)*)(?: {3,}.*)?$`)
	drawer    = regexp.MustCompile(`^(utils?|commons?|helpers?|shared|misc)$`)
)

// readPlan reads the floors from the package comment of app/doc.go.
func readPlan(h *tree) plan {
	p := plan{}
	for _, line := range floorLine.FindAllStringSubmatch(h.doc("app/doc.go"), -1) {
		floor, _ := strconv.Atoi(line[1])
		for dir := range strings.FieldsSeq(line[2]) {
			p[dir] = floor
		}
	}
	return p
}

// of is the floor of a package; one that helps tests stands beside the package around it.
func (p plan) of(dir string) (floor int, stands bool) {
	if helpsTests(dir) {
		dir = path.Dir(dir)
	}
	floor, stands = p[dir]
	return floor, stands
}

// rule finds what in a tree is against it, one sentence each, and says what to do.
type rule func(h *tree) []string

func TestImportsGoDownTheFloors(t *testing.T)            { hold(t, importsGoDown) }
func TestEveryPackageStandsOnAFloor(t *testing.T)        { hold(t, packagesStand) }
func TestTheProductImportsNoTestPackage(t *testing.T)    { hold(t, testPackagesStayOut) }
func TestGormIsSeenOnlyByStores(t *testing.T)            { hold(t, gormInStores) }
func TestEchoIsSeenOnlyByWeb(t *testing.T)               { hold(t, echoInWeb) }
func TestAsynqIsSeenOnlyByJobs(t *testing.T)             { hold(t, asynqInJobs) }
func TestPrometheusIsSeenOnlyByMetrics(t *testing.T)     { hold(t, prometheusInMetrics) }
func TestTheClockIsReadOnlyAtTheRoof(t *testing.T)       { hold(t, clockAtTheRoof) }
func TestNoPackageIsADrawer(t *testing.T)                { hold(t, noDrawers) }
func TestNoFileIsLongerThanItsReader(t *testing.T)       { hold(t, filesEnd) }
func TestTransactionsHideTheContextOutside(t *testing.T) { hold(t, transactionsShadow) }
func TestThePlanHasTheWholeHouse(t *testing.T) {
	p := readPlan(house(t))
	if p["cmd/amigo"] != 10 || p["tickets"] != 5 || p["app/fault"] != -1 || len(p) < 24 {
		t.Errorf("the plan read from app/doc.go is %v: keep its form, a number, then names two spaces apart", p)
	}
}

// hold applies a rule to the house. It first builds one that breaks the rule, so that a rule that has stopped
// looking is noticed too.
func hold(t *testing.T, r rule) {
	t.Helper()
	if len(r(readTree(t, ruin))) == 0 {
		t.Error("the rule finds nothing wrong in a house built to break it")
	}
	for _, wrong := range r(house(t)) {
		t.Error(wrong)
	}
}

func importsGoDown(h *tree) (wrong []string) {
	p := readPlan(h)
	for _, f := range h.files {
		for _, imported := range f.imports {
			dir, ours := own(imported)
			setsUp := helpsTests(f.dir) && dir == path.Dir(f.dir)
			if !ours || setsUp || strings.HasSuffix(f.path, "_test.go") {
				continue
			}
			from, _ := p.of(f.dir)
			if to, _ := p.of(dir); to >= from {
				wrong = append(wrong, fmt.Sprintf("%s (floor %d) imports %s (floor %d): imports go down; let the upper package hand a function down, or move one of them in app/doc.go", f.path, from, dir, to))
			}
		}
	}
	return wrong
}

func packagesStand(h *tree) (wrong []string) {
	p := readPlan(h)
	for _, dir := range h.dirs() {
		if _, stands := p.of(dir); !stands {
			wrong = append(wrong, fmt.Sprintf("package %s stands on no floor: give it one in the plan of app/doc.go", dir))
		}
	}
	return wrong
}

func testPackagesStayOut(h *tree) (wrong []string) {
	for _, f := range h.files {
		for _, imported := range f.imports {
			if dir, ours := own(imported); ours && helpsTests(dir) && !f.test {
				wrong = append(wrong, fmt.Sprintf("%s imports %s, which is for tests: move what it needs into the package itself", f.path, dir))
			}
		}
	}
	return wrong
}

func gormInStores(h *tree) []string {
	return library(h, "gorm.io", "app/db or a file called store*.go", func(f file) bool {
		return below("app/db", f.dir) || strings.HasPrefix(path.Base(f.path), "store")
	})
}

func echoInWeb(h *tree) []string {
	return library(h, "github.com/labstack/echo", "web", func(f file) bool { return below("web", f.dir) })
}

func asynqInJobs(h *tree) []string {
	return library(h, "github.com/hibiken/asynq", "app/jobs", func(f file) bool { return below("app/jobs", f.dir) })
}

func prometheusInMetrics(h *tree) []string {
	return library(h, "github.com/prometheus", "app/metrics", func(f file) bool { return below("app/metrics", f.dir) })
}

// library finds the files that import a library outside of its home.
func library(h *tree, prefix, home string, athome func(file) bool) (wrong []string) {
	for _, f := range h.files {
		for _, imported := range f.imports {
			if strings.HasPrefix(imported, prefix) && !athome(f) {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: only %s may; say what you need as a method there", f.path, imported, home))
			}
		}
	}
	return wrong
}

func below(parent, dir string) bool {
	return dir == parent || strings.HasPrefix(dir, parent+"/")
}

func clockAtTheRoof(h *tree) (wrong []string) {
	for _, f := range h.files {
		if f.test || f.dir == "app" || !slices.Contains(f.imports, "time") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && readsClock(s) {
				wrong = append(wrong, fmt.Sprintf("%s reads the clock: ask db.Now(ctx), or take the instant as an argument", h.fset.Position(n.Pos())))
			}
			return true
		})
	}
	return wrong
}

// readsClock also knows Since and Until, which read it without saying so.
func readsClock(s *ast.SelectorExpr) bool {
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name)
}

func noDrawers(h *tree) (wrong []string) {
	for _, f := range h.files {
		if drawer.MatchString(strings.TrimSuffix(f.pkg, "_test")) || drawer.MatchString(path.Base(f.dir)) {
			wrong = append(wrong, fmt.Sprintf("%s belongs to a package called %s: name it after the work it does", f.path, f.pkg))
		}
	}
	return wrong
}

func filesEnd(h *tree) (wrong []string) {
	const most = 600
	for name, lines := range h.lines {
		if lines > most {
			wrong = append(wrong, fmt.Sprintf("%s has %d lines: split it by subject, %d are the most", name, lines, most))
		}
	}
	return wrong
}

func transactionsShadow(h *tree) (wrong []string) {
	for _, f := range h.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !opensTransaction(call) {
				return true
			}
			closure, ok := call.Args[len(call.Args)-1].(*ast.FuncLit)
			if ok && !slices.Equal(parameters(closure), []string{"ctx"}) {
				wrong = append(wrong, fmt.Sprintf("%s: the closure of a Tx takes (ctx context.Context), by that name, so that the context without the transaction cannot be used inside",
					h.fset.Position(closure.Pos())))
			}
			return true
		})
	}
	return wrong
}

func opensTransaction(call *ast.CallExpr) bool {
	s, ok := call.Fun.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Tx" && len(call.Args) == 2
}

func parameters(f *ast.FuncLit) (names []string) {
	for _, field := range f.Type.Params.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// ruin is a small house that breaks every rule.
var ruin = fstest.MapFS{
	"app/doc.go":              source("// Package app is a ruin.\n//\n//\t 2  web\n//\t 1  tickets  sla        neighbours\n//\t 0  app/db\npackage app"),
	"app/db/db.go":            source(`package db; import _ "amigo/tickets"`),
	"app/db/dbtest/dbtest.go": source(`package dbtest; import _ "amigo/app/db"`),
	"tickets/desk.go":         source(`package tickets; import (_ "amigo/sla"; _ "amigo/app/db/dbtest"; _ "gorm.io/gorm"; _ "github.com/labstack/echo/v4"; _ "github.com/hibiken/asynq"; _ "github.com/prometheus/client_golang/prometheus")`),
	"sla/engine.go":           source(`package sla; import "time"; var Now = time.Now; func f() { d.Tx(ctx, func(c context.Context) error { return nil }) }`),
	"sla/util/util.go":        source("package util" + strings.Repeat("\n//", 700)),
}

func source(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text + "\n")} }
