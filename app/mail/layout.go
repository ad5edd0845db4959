package mail

import (
	"bytes"
	_ "embed"
	"html/template"
	"regexp"
	"strings"
	texttemplate "text/template"
	"unicode/utf8"
)

//go:embed layout.html
var htmlLayout string

//go:embed layout.txt
var textLayout string

var (
	htmlPage = template.Must(template.New("letter").Funcs(template.FuncMap{"lines": lines, "linked": linked, "outlook": outlook}).Parse(htmlLayout))
	textPage = texttemplate.Must(texttemplate.New("letter").Funcs(texttemplate.FuncMap{"wrap": wrap, "quote": quote}).Parse(textLayout))
)

// outlook is markup that Outlook alone reads: it knows no greatest width.
func outlook(markup string) template.HTML {
	return template.HTML("<!--[if mso]>" + markup + "<![endif]-->") //nolint:gosec // of the layout, of nobody's words
}

// address is one that ends a line of ours.
var address = regexp.MustCompile(`https?://\S+$`)

// linked parts a line of the footer into its words and the address that ends it.
func linked(line string) Choice {
	link := address.FindString(line)
	return Choice{Label: strings.TrimSuffix(line, link), Link: link}
}

type page struct {
	Body
	Lang string
}

// Preheader is what a list of mails shows beside the subject: what was said, not
// the line above which to answer.
func (p page) Preheader() string {
	const shown = 140 // characters, which is what the widest list has room for
	words := strings.Fields(strings.Join(p.Paragraphs, " ") + " " + p.Quote)
	return cut(strings.Join(words, " "), shown)
}

// layOut writes a body as text of at most 76 characters a line and as HTML that
// loads nothing from anywhere.
func layOut(b Body, lang string) (text, html string, err error) {
	var t, h bytes.Buffer
	if err := textPage.Execute(&t, page{b, lang}); err != nil {
		return "", "", err
	}
	if err := htmlPage.Execute(&h, page{b, lang}); err != nil {
		return "", "", err
	}
	return blanks.ReplaceAllString(strings.TrimSpace(t.String()), "\n\n") + "\n", h.String(), nil
}

// blanks are more than one blank line. Those of a quote are indented, and stay.
var blanks = regexp.MustCompile(`\n{3,}`)

const width = 76

// wrap breaks the lines of s at ordinary spaces, never at a no-break space nor
// before a number ("AMIGO #12345"); a word that is too long stays whole (it may be
// an address).
func wrap(s string) string {
	var out strings.Builder
	for i, line := range lines(s) {
		if i > 0 {
			out.WriteByte('\n')
		}
		used := 0
		words := strings.Split(line, " ")
		for k, word := range words {
			n := utf8.RuneCountInString(word)
			room := n
			if k+1 < len(words) && strings.HasPrefix(words[k+1], "#") {
				room += 1 + utf8.RuneCountInString(words[k+1])
			}
			switch {
			case k == 0:
			case used+1+room > width:
				out.WriteByte('\n')
				used = 0
			default:
				out.WriteByte(' ')
				used++
			}
			out.WriteString(word)
			used += n
		}
	}
	return out.String()
}

// quote indents the message that a letter brings.
func quote(s string) string {
	return "    " + strings.ReplaceAll(wrap(strings.TrimSpace(s)), "\n", "\n    ")
}

func lines(s string) []string { return strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") }
