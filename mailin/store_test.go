package mailin_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/mailin"
)

func TestRowsHaveTheColumnsOfTheirTables(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.MatchesTable(t, d, mailin.InboundRow{}, "inbound")
		dbtest.MatchesTable(t, d, mailin.MailboxRow{}, "mailboxes")
	})
}

// declared lists the values of a type of constants in a file.
func declared(t *testing.T, file, kind string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	must(t, err)
	var values []string
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == kind {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			must(t, err)
			values = append(values, value)
		}
		return true
	})
	if len(values) < 5 {
		t.Fatalf("%s: only %v", kind, values)
	}
	return values
}

func TestEveryVerdictCanBeSaidToATechnician(t *testing.T) {
	var all []fault.Message
	for _, v := range declared(t, "verdict.go", "Act") {
		all = append(all, mailin.Act(v).Word())
	}
	for _, v := range declared(t, "verdict.go", "Reason") {
		all = append(all, mailin.Reason(v).Sentence())
	}
	for _, v := range declared(t, "verdict.go", "Flag") {
		all = append(all, mailin.Flag(v).Word())
	}
	for _, s := range mailin.States {
		all = append(all, s.Word())
	}
	for _, lang := range []string{"fr", "en"} {
		for _, m := range all {
			if text := i18n.In(lang).Say(m); strings.Contains(text, "⟦") {
				t.Errorf("%s has no word for %s", lang, m.Key)
			}
		}
	}
}
