package ui_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"amigo/app/i18n"
)

var folder = flag.String("gallery", "", "folder to write the gallery to, to be looked at")

// checks are what holds on every page, whatever it shows. Each returns what is
// wrong, in words.
var checks = map[string]func(*goquery.Document) []string{
	"one h1, in main":                   oneTitle,
	"headings leave no level out":       headingsInOrder,
	"landmarks and language":            landmarks,
	"ids are unique":                    uniqueIDs,
	"references lead somewhere":         references,
	"every control has a label":         labelled,
	"every link and button has a name":  named,
	"every picture has a name or hides": pictures,
	"nothing that the policy forbids":   policy,
	"every posted form has its token":   tokens,
	"tables say what they hold":         tables,
	"no sentence is missing":            sentences,
}

func TestEveryPageOfTheGalleryIsSound(t *testing.T) {
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Languages {
		ctx := i18n.With(context.Background(), catalog.Printer(lang, time.UTC))
		for name, page := range gallery {
			doc := draw(t, ctx, page)
			for what, check := range checks {
				for _, wrong := range check(doc) {
					t.Errorf("%s in %s: %s: %s", name, lang, what, wrong)
				}
			}
			if got := doc.Find("html").AttrOr("lang", ""); got != lang {
				t.Errorf("%s: lang is %q, want %q", name, got, lang)
			}
		}
	}
}

// TestGalleryIsWrittenWithItsFiles draws the gallery for people to look at.
func TestGalleryIsWrittenWithItsFiles(t *testing.T) {
	to := *folder
	if to == "" {
		to = t.TempDir()
	}
	if err := os.RemoveAll(filepath.Join(to, "assets")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(to, "assets"), os.DirFS("../dist")); err != nil {
		t.Fatal(err)
	}
	for name, page := range gallery {
		file := filepath.Join(to, name+".html")
		if err := os.WriteFile(file, render(t, context.Background(), page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func render(t testing.TB, ctx context.Context, c templ.Component) []byte {
	t.Helper()
	var page bytes.Buffer
	if err := c.Render(ctx, &page); err != nil {
		t.Fatal(err)
	}
	return page.Bytes()
}

// draw renders a component and parses it.
func draw(t testing.TB, ctx context.Context, c templ.Component) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(render(t, ctx, c)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// each collects what say finds wrong with the elements of a selection.
func each(found *goquery.Selection, say func(*goquery.Selection) string) []string {
	var wrong []string
	found.Each(func(_ int, s *goquery.Selection) {
		if word := say(s); word != "" {
			html, _ := goquery.OuterHtml(s)
			wrong = append(wrong, fmt.Sprintf("%s: %.120s", word, strings.Join(strings.Fields(html), " ")))
		}
	})
	return wrong
}

func oneTitle(doc *goquery.Document) []string {
	if n, all := doc.Find("main h1").Length(), doc.Find("h1").Length(); n != 1 || all != 1 {
		return []string{fmt.Sprintf("%d in main, %d on the page", n, all)}
	}
	return nil
}

func headingsInOrder(doc *goquery.Document) []string {
	level := 0
	return each(doc.Find("main").Find("h1, h2, h3, h4"), func(s *goquery.Selection) string {
		next := int(goquery.NodeName(s)[1] - '0')
		defer func() { level = next }()
		if next > level+1 {
			return fmt.Sprintf("h%d after h%d", next, level)
		}
		return ""
	})
}

func landmarks(doc *goquery.Document) []string {
	var wrong []string
	for _, one := range []string{"html[lang]", "main#main[tabindex='-1']", "a.skip[href='#main']", "head title", "#flash[role=status]"} {
		if n := doc.Find(one).Length(); n != 1 {
			wrong = append(wrong, fmt.Sprintf("%d of %s", n, one))
		}
	}
	return append(wrong, each(doc.Find("nav, aside"), func(s *goquery.Selection) string {
		if s.AttrOr("aria-label", "") == "" {
			return "a landmark without a name"
		}
		return ""
	})...)
}

func uniqueIDs(doc *goquery.Document) []string {
	seen := map[string]bool{}
	return each(doc.Find("[id]"), func(s *goquery.Selection) string {
		id := s.AttrOr("id", "")
		defer func() { seen[id] = true }()
		if id == "" || strings.ContainsAny(id, " \t\n") || seen[id] {
			return fmt.Sprintf("id %q", id)
		}
		return ""
	})
}

func references(doc *goquery.Document) []string {
	var wrong []string
	for _, attribute := range []string{"for", "form", "aria-describedby", "aria-labelledby", "aria-controls", "data-files"} {
		wrong = append(wrong, each(doc.Find("["+attribute+"]"), func(s *goquery.Selection) string {
			for id := range strings.FieldsSeq(s.AttrOr(attribute, "")) {
				if doc.Find(`[id="`+id+`"]`).Length() == 0 {
					return fmt.Sprintf("%s leads to %q, which is not there", attribute, id)
				}
			}
			return ""
		})...)
	}
	return append(wrong, each(doc.Find("a[href^='#']"), func(s *goquery.Selection) string {
		if id := s.AttrOr("href", "#")[1:]; id != "" && doc.Find(`[id="`+id+`"]`).Length() == 0 {
			return "leads nowhere"
		}
		return ""
	})...)
}

func labelled(doc *goquery.Document) []string {
	return each(doc.Find("input:not([type=hidden]), select, textarea"), func(s *goquery.Selection) string {
		own := s.AttrOr("aria-label", "")
		label := doc.Find(`label[for="` + s.AttrOr("id", "-") + `"]`).Text()
		around := s.Closest("label").Text()
		if strings.TrimSpace(own+label+around) == "" {
			return "no label"
		}
		if s.AttrOr("aria-invalid", "") == "true" && s.AttrOr("aria-describedby", s.Closest("fieldset").AttrOr("aria-describedby", "")) == "" {
			return "wrong without a reason"
		}
		return ""
	})
}

func named(doc *goquery.Document) []string {
	return each(doc.Find("a[href], button, summary"), func(s *goquery.Selection) string {
		if strings.TrimSpace(s.Text()+s.AttrOr("aria-label", "")) == "" {
			return "no name"
		}
		return ""
	})
}

func pictures(doc *goquery.Document) []string {
	return each(doc.Find("svg, img, [role=img]"), func(s *goquery.Selection) string {
		hides, name := s.AttrOr("aria-hidden", "") == "true", s.AttrOr("aria-label", s.AttrOr("alt", ""))
		if hides == (name != "") {
			return "hidden and named, or neither"
		}
		return ""
	})
}

var ourScript = regexp.MustCompile(`^/assets/[a-z-]+\.js$`)

func policy(doc *goquery.Document) []string {
	wrong := each(doc.Find("*"), func(s *goquery.Selection) string {
		for _, a := range s.Nodes[0].Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
				return a.Key
			}
			if strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
				return a.Val
			}
		}
		return ""
	})
	wrong = append(wrong, each(doc.Find("style"), func(*goquery.Selection) string { return "a style" })...)
	return append(wrong, each(doc.Find("script"), func(s *goquery.Selection) string {
		if s.Text() != "" || !ourScript.MatchString(s.AttrOr("src", "")) {
			return "not one of our scripts"
		}
		return ""
	})...)
}

func tokens(doc *goquery.Document) []string {
	return each(doc.Find("form[method=post]"), func(s *goquery.Selection) string {
		if s.Find("input[type=hidden][name=csrf][value]").Length() != 1 {
			return "no token"
		}
		return ""
	})
}

func tables(doc *goquery.Document) []string {
	return append(
		each(doc.Find("table"), func(s *goquery.Selection) string {
			if strings.TrimSpace(s.Find("caption").Text()) == "" {
				return "no caption"
			}
			return ""
		}),
		each(doc.Find("th"), func(s *goquery.Selection) string {
			if s.AttrOr("scope", "") == "" || strings.TrimSpace(s.Text()) == "" {
				return "a head without scope or words"
			}
			return ""
		})...)
}

func sentences(doc *goquery.Document) []string {
	if html, _ := doc.Html(); strings.Contains(html, "⟦") {
		return []string{html[strings.Index(html, "⟦"):][:40]}
	}
	return nil
}
