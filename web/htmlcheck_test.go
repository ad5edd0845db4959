package web_test

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// check looks at a part of a page and says what is wrong with it.
type check func(s *goquery.Selection) error

// check holds the page to some checks.
func (p *page) check(checks ...check) *page {
	p.t.Helper()
	for _, c := range checks {
		if err := c(p.Selection); err != nil {
			p.t.Errorf("%s (%d): %v", p.path, p.status, err)
		}
	}
	return p
}

// want demands a status and some checks, and gives the page back.
func (p *page) want(status int, checks ...check) *page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("%s: %d, want %d: %s", p.path, p.status, status, strings.Join(strings.Fields(p.Find("main").Text()), " "))
	}
	return p.check(checks...)
}

// at demands where the browser is.
func (p *page) at(path string) *page {
	p.t.Helper()
	if p.path != path {
		p.t.Fatalf("at %s, want %s", p.path, path)
	}
	return p
}

// inside applies checks to what a selector finds; it has to find something.
func inside(selector string, checks ...check) check {
	return func(s *goquery.Selection) error {
		found := s.Find(selector)
		if found.Length() == 0 {
			return fmt.Errorf("there is no %s", selector)
		}
		for _, c := range checks {
			if err := c(found); err != nil {
				return fmt.Errorf("%s: %w", selector, err)
			}
		}
		return nil
	}
}

// has demands that a selector finds something.
func has(selector string) check { return inside(selector) }

// none demands that a selector finds nothing.
func none(selector string) check { return count(selector, 0) }

// count demands how much a selector finds.
func count(selector string, n int) check {
	return func(s *goquery.Selection) error {
		if found := s.Find(selector); found.Length() != n {
			return fmt.Errorf("%d %s, want %d", found.Length(), selector, n)
		}
		return nil
	}
}

// says demands words of a text, in whatever white space.
func says(words string) check {
	return func(s *goquery.Selection) error {
		if text := plain(s.Text()); !strings.Contains(text, plain(words)) {
			return fmt.Errorf("%q is not said in %q", words, text)
		}
		return nil
	}
}

// silent demands that words are not there.
func silent(words string) check {
	return func(s *goquery.Selection) error {
		if strings.Contains(plain(s.Text()), plain(words)) {
			return fmt.Errorf("%q is said", words)
		}
		return nil
	}
}

// attr demands a value of an attribute.
func attr(name, value string) check {
	return func(s *goquery.Selection) error {
		if got := s.AttrOr(name, "(none)"); got != value {
			return fmt.Errorf("%s is %q, want %q", name, got, value)
		}
		return nil
	}
}

// plain is a text with single, ordinary spaces.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// sound is what every page of ours has to be.
var sound = []check{
	count("h1", 1), count("main", 1), count("main#main", 1), has("title"), has("html[lang]"), has(`a.skip[href="#main"]`), has("header"),
	none("style"), none("[style]"), none("script:not([src])"), none("iframe:not([sandbox])"), none("iframe[sandbox*='scripts']"),
	none("iframe[sandbox*='same-origin']"), none("iframe[sandbox*='forms']"), none("iframe[sandbox*='navigation']"),
	noHandlers, noDoubleIDs, headingsInOrder, fieldsHaveLabels, formsArePosted, nothingFromElsewhere, noMissingSentence,
}

func noHandlers(s *goquery.Selection) (err error) {
	s.Find("*").Each(func(_ int, n *goquery.Selection) {
		for _, a := range n.Nodes[0].Attr {
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") || strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:") {
				err = fmt.Errorf("%s has %s=%q", goquery.NodeName(n), a.Key, a.Val)
			}
		}
	})
	return err
}

func noDoubleIDs(s *goquery.Selection) (err error) {
	seen := map[string]bool{}
	s.Find("[id]").Each(func(_ int, n *goquery.Selection) {
		id := n.AttrOr("id", "")
		if seen[id] {
			err = fmt.Errorf("two elements have the id %q", id)
		}
		seen[id] = true
	})
	return err
}

func headingsInOrder(s *goquery.Selection) (err error) {
	level := 0
	s.Find("main h1, main h2, main h3, main h4").Each(func(_ int, h *goquery.Selection) {
		next := int(goquery.NodeName(h)[1] - '0')
		if next > level+1 {
			err = fmt.Errorf("%q is a heading of level %d after one of level %d", h.Text(), next, level)
		}
		level = next
	})
	return err
}

func fieldsHaveLabels(s *goquery.Selection) (err error) {
	s.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, in *goquery.Selection) {
		id := in.AttrOr("id", "")
		named := in.AttrOr("aria-label", "") != "" || in.Closest("label").Length() > 0 || id != "" && s.Find(fmt.Sprintf("label[for=%q]", id)).Length() == 1
		if !named {
			err = fmt.Errorf("the field %q has no label", in.AttrOr("name", ""))
		}
	})
	return err
}

// formsArePosted wants the token in every form that changes something, but for
// those whose address is a proof by itself.
func formsArePosted(s *goquery.Selection) (err error) {
	s.Find("form").Each(func(_ int, f *goquery.Selection) {
		if strings.HasPrefix(f.AttrOr("action", ""), "/satisfaction/") {
			return
		}
		if f.AttrOr("method", "get") == "post" && f.Find("input[name=csrf][value]").Length() != 1 {
			err = fmt.Errorf("the form for %s has no token", f.AttrOr("action", ""))
		}
	})
	return err
}

// previewed is the address of an image that we have drawn of an attachment.
var previewed = regexp.MustCompile(`^/attachments/\d+/preview$`)

func nothingFromElsewhere(s *goquery.Selection) (err error) {
	s.Find("[src]:not(iframe), link[href], use[href]").Each(func(_ int, n *goquery.Selection) {
		if address := n.AttrOr("src", n.AttrOr("href", "")); !strings.HasPrefix(address, "/assets/") && !previewed.MatchString(address) {
			err = fmt.Errorf("%s loads %q", goquery.NodeName(n), address)
		}
	})
	return err
}

func noMissingSentence(s *goquery.Selection) error {
	if text := s.Text(); strings.ContainsAny(text, "⟦⟧") || strings.Contains(text, "no value") {
		at := strings.IndexAny(text, "⟦")
		return fmt.Errorf("a sentence is missing: %.80q", text[max(at, 0):])
	}
	return nil
}

// headers are those that every answer has.
var headers = map[string]string{
	"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
	"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}

// wantGuarded demands the headers that keep a page from being misused.
func (p *page) wantGuarded() *page {
	p.t.Helper()
	for name, value := range headers {
		if got := p.header.Get(name); got != value {
			p.t.Errorf("%s: %s is %q, want %q", p.path, name, got, value)
		}
	}
	policy := p.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, part) && !strings.Contains(policy, "sandbox") {
			p.t.Errorf("%s: the policy %q lacks %s", p.path, policy, part)
		}
	}
	if strings.Contains(policy, "unsafe") {
		p.t.Errorf("%s: the policy is %q", p.path, policy)
	}
	return p
}
