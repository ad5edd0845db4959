package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"amigo/app/db/dbtest"
)

// operations are those that stand in the document of the outside.
var operations = []string{
	"GET /me", "GET /people", "GET /reports/resolution", "GET /tickets", "GET /tickets/{ref}", "GET /tickets/{ref}/events", "GET /tickets/{ref}/messages",
	"PATCH /tickets/{ref}", "POST /attachments", "POST /tickets", "POST /tickets/{ref}/messages",
}

func TestTheOpenAPIDocumentIsOpenAndWhole(t *testing.T) {
	clock := dbtest.NewClock()
	w := newAPIWorld(t, dbtest.SQLite(t, clock.Now), clock)
	doc := w.ask("", "GET", "/openapi.json", nil).want(http.StatusOK)
	if version, _ := doc.at("openapi").(string); !strings.HasPrefix(version, "3.1.") {
		t.Errorf("openapi is %q", version)
	}
	doc.wantAt(fields{"info.title": "AMIGO", "info.version": "test", "components.securitySchemes.token.scheme": "bearer"})
	if servers := doc.list("servers"); len(servers) != 1 || servers[0]["url"] != "https://amigo.test/api/v1" {
		t.Errorf("servers: %v", servers)
	}
	var found []string
	ids := map[string]bool{}
	for path, item := range doc.at("paths").(fields) {
		for method, o := range item.(fields) {
			found = append(found, strings.ToUpper(method)+" "+path)
			wantOperation(t, doc.fields, path, o.(fields))
			ids[o.(fields)["operationId"].(string)] = true
		}
	}
	slices.Sort(found)
	if !slices.Equal(found, operations) || len(ids) != len(operations) {
		t.Errorf("operations %v, with %d names", found, len(ids))
	}
	wantReferences(t, doc.fields, doc.fields, "#")
}

var placeholder = regexp.MustCompile(`\{([^}]+)\}`)

// wantOperation demands what OpenAPI wants of an operation, and a summary.
func wantOperation(t *testing.T, doc fields, path string, o fields) {
	t.Helper()
	where := fmt.Sprint(path, " ", o["operationId"])
	if o["operationId"] == "" || o["summary"] == nil {
		t.Errorf("%s: it is not named or not described", where)
	}
	declared := map[string]bool{}
	for _, p := range (answer{t: t, fields: o}).list("parameters") {
		name, in := p["name"].(string), p["in"].(string)
		if p["schema"] == nil || in == "path" && p["required"] != true {
			t.Errorf("%s: parameter %s is %v", where, name, p)
		}
		declared[in+"."+name] = true
	}
	for _, m := range placeholder.FindAllStringSubmatch(path, -1) {
		if !declared["path."+m[1]] {
			t.Errorf("%s: {%s} is no parameter", where, m[1])
		}
	}
	responses := o["responses"].(fields)
	good := 0
	for status, response := range responses {
		r := response.(fields)
		kind := "application/json"
		if status[0] != '2' {
			kind = "application/problem+json"
		} else {
			good++
		}
		if r["description"] == nil || dig(r["content"].(fields)[kind], "schema") == nil {
			t.Errorf("%s: response %s is %v", where, status, r)
		}
	}
	for _, status := range []string{"401", "403", "404", "422"} {
		if responses[status] == nil {
			t.Errorf("%s: no word of %s", where, status)
		}
	}
	if good != 1 {
		t.Errorf("%s: %d good answers: %v", where, good, slices.Sorted(maps.Keys(responses)))
	}
}

// wantReferences demands that whatever the document refers to is in it.
func wantReferences(t *testing.T, doc fields, v any, where string) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			wantReferences(t, doc, item, fmt.Sprint(where, "/", i))
		}
	case fields:
		for name, value := range v {
			if ref, ok := value.(string); ok && name == "$ref" {
				if !strings.HasPrefix(ref, "#/") || dig(doc, strings.ReplaceAll(ref[2:], "/", ".")) == nil {
					t.Errorf("%s refers to %s, which is not there", where, ref)
				}
			}
			wantReferences(t, doc, value, where+"/"+name)
		}
	}
}
