package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"amigo/tickets"
)

// apiRoot is where programs ask. What stands below it only grows.
const apiRoot = "/api/v1"

// installAPI puts the JSON API behind its own door: a bearer token, no session,
// no cookie. Its operations and their OpenAPI document are made of the same types.
func (s *Server) installAPI() {
	conf := huma.DefaultConfig("AMIGO", s.conf.Version)
	conf.Info.Description = "The helpdesk of the Académie de Normandie. Every request bears a token: `Authorization: Bearer …`. " +
		"Each person may ask 30,000 times at once, and 500 times a second after that; what is more is answered 429, with `Retry-After` in seconds."
	conf.DocsPath, conf.SchemasPath = "", "" // a page of documentation would load from elsewhere
	conf.CreateHooks = nil                   // no $schema in answers
	conf.Transformers = []huma.Transformer{withoutValues, inTheirLanguage}
	conf.Servers = []*huma.Server{{URL: s.conf.PublicURL + apiRoot}}
	conf.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	conf.Security = []map[string][]string{{"token": {}}}
	group := s.echo.Group(apiRoot, s.borne)
	api := humaecho.NewWithGroup(s.echo, group, conf)
	a := &apiServer{Server: s}
	a.installPeople(api)
	a.installTickets(api)
	a.installMessages(api)
	a.installReports(api)
	refuseOthers(group, api.OpenAPI())
}

// refuseOthers answers 405 where the path is known and the method is not. Echo
// would, but for the page that answers whatever is not found.
func refuseOthers(group *echo.Group, doc *huma.OpenAPI) {
	for path, item := range doc.Paths {
		known, others := []string(nil), []string{http.MethodHead, http.MethodOptions}
		for method, o := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
		} {
			if o != nil {
				known = append(known, method)
			} else {
				others = append(others, method)
			}
		}
		slices.Sort(known)
		refuse := func(c echo.Context) error {
			c.Response().Header().Set(echo.HeaderAllow, strings.Join(known, ", "))
			return echo.ErrMethodNotAllowed
		}
		group.Match(others, strings.NewReplacer("{", ":", "}", "").Replace(path), refuse)
	}
}

// apiServer is the Server as programs see it.
type apiServer struct{ *Server }

// operation describes one; every failure that it can answer is in the document.
func operation(method, path, id, summary string) huma.Operation {
	return huma.Operation{
		Method: method, Path: path, OperationID: id, Summary: summary,
		MaxBodyBytes: usualBody, BodyReadTimeout: usualPatience,
		Errors: failures(method),
	}
}

// failures are the statuses with which an operation can refuse.
func failures(method string) []int {
	all := []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict,
		http.StatusUnprocessableEntity, http.StatusTooManyRequests,
	}
	if method != http.MethodGet { // it takes a body
		all = append(all, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	return all
}

// uploading is what a request with a file may take and hold: the file, and the
// form around it.
var uploading = route{patience: 5 * time.Minute, body: tickets.MaxFile + 1<<20}

// of is an answer with a body.
type of[T any] struct{ Body T }

// created is an answer that says where the new thing is.
type created[T any] struct {
	Location string `header:"Location"`
	Body     T
}

// list is a part of a list and where it goes on.
type list[T any] struct {
	Items []T     `json:"items" nullable:"false"`
	Next  *string `json:"next" doc:"Give it as cursor to read on; null at the end."`
}

// listOf never has null for items.
func listOf[T any](items []T, next string) of[list[T]] {
	l := list[T]{Items: items}
	if l.Items == nil {
		l.Items = []T{}
	}
	if next != "" {
		l.Next = &next
	}
	return of[list[T]]{l}
}
