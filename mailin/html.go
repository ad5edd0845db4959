package mailin

import (
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// How much of a style attribute is read, and how many attributes of one tag.
const (
	maxStyle      = 1 << 10
	maxAttributes = 100
)

// keptStyle is the declarations that stay of a style attribute. They are told by
// an expression of linear time, and not by a CSS parser, which takes the square.
var keptStyle = regexp.MustCompile(`(?i)^\s*(color|background-color|font-weight|font-style|text-decoration|text-align)\s*:\s*([#a-z0-9][#a-z0-9,.% ()-]{0,40})\s*$`)

// htmlPolicy is what stays of the HTML of a letter: text, its structure, colours
// (people answer "en rouge dans le texte"), links, images.
var htmlPolicy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "div", "span", "blockquote", "pre", "code", "center",
		"h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins",
		"sub", "sup", "small", "big", "tt", "abbr", "address", "caption")
	p.AllowLists()
	p.AllowElements("table", "thead", "tbody", "tfoot", "tr", "td", "th", "colgroup", "col")
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[0-9]{1,3}$`)).OnElements("td", "th")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`(?i)^(left|right|center|justify)$`)).OnElements("table", "tr", "td", "th", "p", "div")
	p.AllowAttrs("valign").Matching(regexp.MustCompile(`(?i)^(top|middle|bottom|baseline)$`)).OnElements("tr", "td", "th")
	p.AllowAttrs("border", "cellpadding", "cellspacing").Matching(regexp.MustCompile(`^[0-9]{1,2}$`)).OnElements("table")
	p.AllowAttrs("bgcolor").Matching(regexp.MustCompile(`^#?[0-9A-Za-z]{1,20}$`)).OnElements("table", "tr", "td", "th")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(ltr|rtl|auto)$`)).Globally()
	p.AllowAttrs("color").Matching(regexp.MustCompile(`^#?[0-9A-Za-z]{1,20}$`)).OnElements("font")
	p.AllowAttrs("style").Matching(regexp.MustCompile(`^([a-z-]+: [#a-z0-9,.% ()-]+; ?)+$`)).Globally()
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^cid:[^\s"'<>]{1,250}$`)).OnElements("img")
	p.AllowAttrs("data-src").Matching(regexp.MustCompile(`^https?://[^\s"'<>]{1,999}$`)).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(regexp.MustCompile(`^([0-9]{1,4}|[0-9]{1,3}%)$`)).OnElements("img", "td", "th", "table")
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.RequireParseableURLs(true)
	p.RequireNoReferrerOnLinks(true)
	p.RequireNoFollowOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
}()

// cleanHTML keeps what is harmless of a document. Inline images keep their
// src="cid:…"; the address of any other image moves to data-src, so that nothing
// is fetched from elsewhere unless a page decides to.
func cleanHTML(document string) string {
	return htmlPolicy.Sanitize(withoutRemote(document))
}

// withoutRemote moves the addresses of remote images and drops the attributes that
// would be long to judge.
func withoutRemote(document string) string {
	var out strings.Builder
	out.Grow(len(document))
	z := html.NewTokenizer(strings.NewReader(document))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out.String()
		}
		raw := string(z.Raw())
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			out.WriteString(raw)
			continue
		}
		token := startTag(z, kind)
		if token.Data == "frame" {
			continue // the cleaner would wait for its end, and drop everything before
		}
		out.WriteString(tame(token).String())
	}
}

// startTag is the tag that z stands on. Of the attributes beyond maxAttributes
// nothing is kept: each weighs many times what it takes in the letter.
func startTag(z *html.Tokenizer, kind html.TokenType) html.Token {
	name, more := z.TagName()
	t := html.Token{Type: kind, DataAtom: atom.Lookup(name), Data: string(name)}
	for more && len(t.Attr) < maxAttributes {
		var key, value []byte
		key, value, more = z.TagAttr()
		t.Attr = append(t.Attr, html.Attribute{Key: string(key), Val: string(value)})
	}
	return t
}

// tame changes one start tag for withoutRemote and filters its style.
func tame(t html.Token) html.Token {
	kept := t.Attr[:0]
	for _, a := range t.Attr {
		if a.Key == "style" {
			a.Val = cleanStyle(a.Val)
		}
		if t.Data == "img" && a.Key == "data-src" {
			continue
		}
		if t.Data == "img" && a.Key == "src" {
			a.Val = strings.TrimSpace(a.Val)
			if startsWithFold(a.Val, "cid:") {
				a.Val = "cid:" + a.Val[4:]
			} else {
				a.Key = "data-src"
			}
		}
		if a.Key != "style" || a.Val != "" {
			kept = append(kept, a)
		}
	}
	t.Attr = kept
	return t
}

// cleanStyle keeps the declarations that change colour, weight and alignment, and
// those only with values that cannot load anything.
func cleanStyle(style string) string {
	var out strings.Builder
	for declaration := range strings.SplitSeq(clip(style, maxStyle), ";") {
		m := keptStyle.FindStringSubmatch(declaration)
		if m == nil || strings.Contains(m[2], "(") && !startsWithFold(m[2], "rgb") {
			continue
		}
		out.WriteString(strings.ToLower(m[1]) + ": " + strings.ToLower(strings.TrimSpace(m[2])) + "; ")
	}
	return strings.TrimSpace(out.String())
}

// shownCID finds the inline images of cleaned HTML.
var shownCID = regexp.MustCompile(`src="cid:([^"]+)"`)

// contentIDs lists the content ids that cleaned HTML shows.
func contentIDs(clean string) map[string]bool {
	ids := map[string]bool{}
	for _, m := range shownCID.FindAllStringSubmatch(clean, -1) {
		ids[html.UnescapeString(m[1])] = true
	}
	return ids
}
