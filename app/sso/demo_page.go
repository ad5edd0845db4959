package sso

import (
	"embed"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"amigo/app/people"
)

// How many requesters the page offers: those whom the demonstration's stories
// name, then whoever comes first; the search finds the others.
const (
	offeredByName = 10
	offeredInAll  = 60
)

// Choice is what the page shows: whom one may be.
type Choice struct {
	Action  string            // where to post
	Fields  map[string]string // to send along, hidden
	Query   string            // what was searched for
	Unknown bool              // the person chosen just now is not there
	Groups  []ChoiceGroup     // from requesters to administrators, none empty
}

// ChoiceGroup is the people of one role.
type ChoiceGroup struct {
	Role   people.Role
	People []people.Person
}

// offer shows the page on which one chooses.
func (p *Demo) offer(w http.ResponseWriter, r *http.Request, a asked, status int, query string) {
	groups, err := p.candidates(r, query)
	if err != nil {
		p.broken(w, r, err)
		return
	}
	p.guard(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	p.conf.Page(w, r, Choice{
		Action: p.issuer + "/authorize", Query: query, Unknown: status != http.StatusOK, Groups: groups,
		Fields: map[string]string{"asked": p.sealed(askedPurpose, a, p.db.Now(r.Context()).Add(askedFor))},
	})
}

// guard lets the page load its style, and post to us and on to the callback.
func (p *Demo) guard(w http.ResponseWriter) {
	back := ""
	if to, err := url.Parse(p.conf.RedirectURL); err == nil {
		back = " " + to.Scheme + "://" + to.Host
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'"+back+
		"; base-uri 'none'; frame-ancestors 'none'")
	w.Header().Set("X-Frame-Options", "DENY")
}

// candidates lists whom one may be, by role.
func (p *Demo) candidates(r *http.Request, query string) ([]ChoiceGroup, error) {
	var found []people.Person
	if query == "" {
		staff, err := p.people.Staff(r.Context(), people.Technician, 0)
		if err != nil {
			return nil, err
		}
		named, err := p.people.Search(r.Context(), "demo", offeredByName)
		if err != nil {
			return nil, err
		}
		found = append(named, staff...)
	}
	first, err := p.people.Search(r.Context(), query, offeredInAll)
	if err != nil {
		return nil, err
	}
	return byRole(append(found, first...)), nil
}

// byRole groups people, each of them once.
func byRole(all []people.Person) []ChoiceGroup {
	var groups []ChoiceGroup
	seen := make(map[people.ID]bool, len(all))
	for _, role := range people.Roles {
		g := ChoiceGroup{Role: role}
		for _, p := range all {
			if p.Role == role && !seen[p.ID] {
				seen[p.ID] = true
				g.People = append(g.People, p)
			}
		}
		if len(g.People) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// plainPage is the page of our own.
func plainPage(w http.ResponseWriter, r *http.Request, c Choice) { show(w, r, choice(c)) }

// say is a page with one sentence.
func (p *Demo) say(w http.ResponseWriter, r *http.Request, status int, key string) {
	p.guard(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	show(w, r, sentence(t(r.Context(), key)))
}

func show(w http.ResponseWriter, r *http.Request, page templ.Component) {
	if err := page.Render(r.Context(), w); err != nil {
		slog.WarnContext(r.Context(), "demonstration provider: page", "error", err)
	}
}

//go:embed demo.css
var demoStyle embed.FS

// style is the style of the plain page.
func style(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "max-age=300")
	http.ServeFileFS(w, r, demoStyle, "demo.css")
}
