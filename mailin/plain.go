package mailin

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxQuoteDepth is how many quotations inside one another are shown as such.
const maxQuoteDepth = 8

// plainText gives the text of an HTML document: paragraphs on lines of their own,
// list items with a star, links with their address, quotations behind "> ".
//
// It reads tokens and never builds a tree: the tree that the HTML standard asks
// for can be thousands of times larger than its text (formatting elements left
// open are opened again in every block).
func plainText(document string) string {
	w := textWriter{}
	z := html.NewTokenizer(strings.NewReader(document))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return w.text()
		case html.TextToken:
			w.write(string(z.Text()))
		case html.StartTagToken:
			w.start(startTag(z, kind))
		case html.SelfClosingTagToken:
			t := startTag(z, kind)
			w.start(t)
			w.end(t)
		case html.EndTagToken:
			w.end(z.Token())
		}
	}
}

// textWriter lays text out in lines.
type textWriter struct {
	out    strings.Builder
	hidden int    // inside style, script or title
	pre    int    // inside pre
	quote  int    // depth of blockquotes
	breaks int    // line ends to write before the next word
	space  bool   // a space to write before the next word
	fresh  bool   // at the start of a line, its prefix not yet written
	href   string // the address of the open link
	label  int    // where the text of the open link starts
}

// start handles a start tag.
func (w *textWriter) start(t html.Token) {
	switch t.DataAtom {
	case atom.Style, atom.Script, atom.Title:
		w.hidden++
	case atom.Br:
		w.line()
	case atom.P, atom.Ul, atom.Ol, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Hr:
		w.paragraph()
	case atom.Div, atom.Tr, atom.Dt, atom.Dd, atom.Center, atom.Section, atom.Article:
		w.block()
	case atom.Td, atom.Th:
		w.space = true
	case atom.Pre:
		w.paragraph()
		w.pre++
	case atom.Li:
		w.block()
		w.write("*")
		w.space = true
	case atom.Blockquote:
		w.paragraph()
		w.flush()
		w.quote++
	case atom.A:
		w.href, w.label = attribute(t, "href"), w.out.Len()
	case atom.Img:
		if alt := attribute(t, "alt"); alt != "" {
			w.write(" [" + alt + "] ")
		}
	}
}

// end handles an end tag.
func (w *textWriter) end(t html.Token) {
	switch t.DataAtom {
	case atom.Style, atom.Script, atom.Title:
		w.hidden = max(0, w.hidden-1)
	case atom.P, atom.Ul, atom.Ol, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.paragraph()
	case atom.Div, atom.Tr, atom.Li, atom.Dt, atom.Dd, atom.Center, atom.Section, atom.Article:
		w.block()
	case atom.Pre:
		w.pre = max(0, w.pre-1)
		w.paragraph()
	case atom.Blockquote:
		w.paragraph()
		w.quote = max(0, w.quote-1)
	case atom.A:
		w.link()
	}
}

// link writes the address of the link that ends, where the text does not say it.
func (w *textWriter) link() {
	href := strings.TrimPrefix(strings.TrimSpace(w.href), "mailto:")
	w.href = ""
	lower := strings.ToLower(href)
	if w.hidden > 0 || len(href) > 500 || !strings.HasPrefix(lower, "http") && !strings.Contains(lower, "@") {
		return
	}
	label := w.out.String()[min(w.label, w.out.Len()):]
	if strings.TrimSpace(label) == "" || strings.Contains(label, strings.TrimSuffix(href, "/")) ||
		strings.Contains(lower, strings.ToLower(strings.TrimSpace(label))) && strings.Contains(label, ".") {
		return
	}
	w.write(" <" + href + ">")
}

// line ends the line; block does so unless it is already ended; paragraph leaves
// an empty line besides.
func (w *textWriter) line() { w.breaks, w.space = min(w.breaks+1, 3), false }

func (w *textWriter) block() { w.breaks, w.space = max(w.breaks, 1), false }

func (w *textWriter) paragraph() { w.breaks, w.space = max(w.breaks, 2), false }

// write adds text, its white space folded except inside pre.
func (w *textWriter) write(text string) {
	if w.hidden > 0 {
		return
	}
	if w.pre > 0 {
		for i, line := range strings.Split(text, "\n") {
			if i > 0 {
				w.line()
			}
			w.word(line)
		}
		return
	}
	if text != "" && isSpace(text[0]) {
		w.space = true
	}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r < 128 && isSpace(byte(r)) }) {
		w.word(word)
		w.space = true
	}
	if text != "" && !isSpace(text[len(text)-1]) {
		w.space = false
	}
}

// word writes the line ends or the space that are due, and then the word.
func (w *textWriter) word(s string) {
	if s == "" {
		return
	}
	w.flush()
	if w.space && !w.fresh {
		w.out.WriteByte(' ')
	}
	if w.fresh && w.quote > 0 {
		w.out.WriteString(strings.Repeat(">", min(w.quote, maxQuoteDepth)) + " ")
	}
	w.space, w.fresh = false, false
	w.out.WriteString(s)
}

// flush writes the line ends that are due.
func (w *textWriter) flush() {
	if w.out.Len() == 0 {
		w.breaks, w.fresh = 0, true
		return
	}
	for range w.breaks {
		if w.fresh && w.quote > 0 {
			w.out.WriteString(strings.Repeat(">", min(w.quote, maxQuoteDepth)))
		}
		w.out.WriteByte('\n')
		w.fresh = true
	}
	w.breaks = 0
}

// text is what was written.
func (w *textWriter) text() string {
	return strings.TrimSpace(strings.ReplaceAll(w.out.String(), "\u00ad", ""))
}

// attribute is the value of an attribute, empty when the tag has none.
func attribute(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return oneLine(a.Val)
		}
	}
	return ""
}

// isSpace tells the white space of HTML; a no-break space is not one.
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }
