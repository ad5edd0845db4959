package mailin

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxRemote is how many images from elsewhere one letter shows.
const maxRemote = 40

// Viewer says how the HTML of a letter is shown: where its images are, and what
// to say where something is not as it seems.
type Viewer struct {
	Inline func(id string) string      // the address of an image of the letter, empty where it cannot be seen
	Remote func(address string) string // the address for one from elsewhere; nil: they are not loaded
	Absent string                      // for an image that is not shown: "image"
	Leads  string                      // before the host to which a link leads that names another: "mène à"
}

// Show gives the HTML of a letter for a frame: Letter.HTML, cleaned before, with
// its images where v finds them. An image that is not loaded leaves a box with its
// description. A link whose text names another host than it leads to says so
// beside it; each has its address as a title.
func Show(clean string, v Viewer) string {
	w := frameWriter{viewer: v, remote: maxRemote}
	z := html.NewTokenizer(strings.NewReader(clean))
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return w.out.String()
		case html.TextToken:
			w.text(string(z.Raw()), html.UnescapeString(string(z.Raw())))
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := string(z.Raw())
			w.start(z.Token(), raw)
		case html.EndTagToken:
			raw := string(z.Raw())
			w.end(z.Token(), raw)
		}
	}
}

// frameWriter writes the HTML of a frame.
type frameWriter struct {
	out    strings.Builder
	viewer Viewer
	remote int             // images from elsewhere that may still be shown
	host   string          // to which the open link leads
	said   strings.Builder // the text of the open link
}

func (w *frameWriter) text(raw, text string) {
	w.out.WriteString(raw)
	if w.host != "" && w.said.Len() < maxMarkLine {
		w.said.WriteString(text)
	}
}

func (w *frameWriter) start(t html.Token, raw string) {
	switch t.DataAtom {
	case atom.Img:
		w.image(t)
	case atom.A:
		href := attribute(t, "href")
		w.host = hostOf(href)
		w.said.Reset()
		if href != "" {
			t.Attr = append(t.Attr, html.Attribute{Key: "title", Val: href})
		}
		w.out.WriteString(t.String())
	default:
		w.out.WriteString(raw)
	}
}

func (w *frameWriter) end(t html.Token, raw string) {
	w.out.WriteString(raw)
	if t.DataAtom != atom.A {
		return
	}
	if w.host != "" && pretends(w.said.String(), w.host) {
		w.out.WriteString(` <strong class="leads">[` + html.EscapeString(w.viewer.Leads+" "+w.host) + `]</strong>`)
	}
	w.host = ""
}

// image writes an image where it is found, and a box where it is not.
func (w *frameWriter) image(t html.Token) {
	address := ""
	if id, inline := strings.CutPrefix(attribute(t, "src"), "cid:"); inline {
		address = w.viewer.Inline(id)
	} else if far := attribute(t, "data-src"); far != "" && w.viewer.Remote != nil && w.remote > 0 {
		w.remote--
		address = w.viewer.Remote(far)
	}
	alt := attribute(t, "alt")
	if address == "" {
		w.out.WriteString(`<span class="absent">` + html.EscapeString(firstNonEmpty(alt, w.viewer.Absent)) + `</span>`)
		return
	}
	shown := html.Token{Type: html.StartTagToken, Data: "img", DataAtom: atom.Img, Attr: []html.Attribute{{Key: "src", Val: address}, {Key: "alt", Val: alt}}}
	for _, key := range []string{"width", "height"} {
		if value := attribute(t, key); value != "" {
			shown.Attr = append(shown.Attr, html.Attribute{Key: key, Val: value})
		}
	}
	w.out.WriteString(shown.String())
}

// hostOf is the host that an address of the web leads to, or the domain that one
// of mail goes to.
func hostOf(href string) string {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil {
		return ""
	}
	if u.Scheme == "mailto" {
		_, domain, _ := strings.Cut(u.Opaque, "@")
		domain, _, _ = strings.Cut(domain, "?")
		return strings.ToLower(domain)
	}
	return strings.ToLower(u.Hostname())
}

// pretends tells whether the text of a link names a host other than the one that
// the link leads to.
func pretends(text, host string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		word = strings.Trim(word, `.,;:!?()[]<>"'«»…`)
		_, rest, found := strings.Cut(word, "://")
		if !found {
			rest = word
		}
		named, _, _ := strings.Cut(rest, "/")
		named, _, _ = strings.Cut(named, "?")
		named = named[strings.LastIndexByte(named, '@')+1:]
		named, _, _ = strings.Cut(named, ":")
		if !looksLikeHost(named) || sameHost(named, host) {
			continue
		}
		return true
	}
	return false
}

// looksLikeHost tells a name with a domain from a word with a dot in it, such as
// the name of a file.
func looksLikeHost(name string) bool {
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 || len(name)-dot < 3 || len(name) > 253 {
		return false
	}
	switch name[dot+1:] {
	case "pdf", "doc", "docx", "xls", "xlsx", "odt", "ods", "png", "jpg", "jpeg", "gif", "txt", "csv", "html", "php", "exe":
		return false
	}
	return strings.IndexFunc(name[dot+1:], func(r rune) bool { return r >= '0' && r <= '9' }) < 0
}

// sameHost tells whether one name is the other, or stands below it.
func sameHost(named, host string) bool {
	named, host = strings.TrimPrefix(named, "www."), strings.TrimPrefix(host, "www.")
	return named == host || strings.HasSuffix(host, "."+named)
}
