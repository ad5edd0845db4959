package web

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"amigo/app/fault"
	"amigo/app/people"
)

// apiPerson is how a person is named.
type apiPerson struct {
	UID   string `json:"uid"`
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
}

// apiEstablishment is how an establishment is named.
type apiEstablishment struct {
	UAI  string `json:"uai" doc:"National number: seven digits and a letter."`
	Name string `json:"name"`
}

// apiMe is who the token speaks for, with the rights that it has now.
type apiMe struct {
	UID            string             `json:"uid"`
	Name           string             `json:"name"`
	Email          string             `json:"email,omitempty"`
	Title          string             `json:"title"`
	Role           people.Role        `json:"role" enum:"requester,technician,supervisor,administrator"`
	Lang           string             `json:"lang"`
	Site           *string            `json:"site"`
	Teams          []string           `json:"teams" nullable:"false" doc:"Slugs of the teams whose queues the person works."`
	Establishments []apiEstablishment `json:"establishments" nullable:"false"`
}

type searchInput struct {
	Q     string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"Beginnings of words of a name, a uid or an address."`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"20"`
}

func (a *apiServer) installPeople(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/me", "me", "Who the token speaks for"), a.me)
	huma.Register(api, operation(http.MethodGet, "/people", "people", "Find people by name, uid or address"), a.searchPeople)
}

func (a *apiServer) me(ctx context.Context, _ *struct{}) (*of[apiMe], error) {
	actor := people.ActorOf(ctx)
	p, err := a.People.Get(ctx, actor.Person)
	if err != nil {
		return nil, failed(ctx, err)
	}
	me := apiMe{
		UID: p.UID, Name: p.Name, Email: p.Email, Title: p.Title, Role: actor.Role, Lang: p.Lang, Site: orNull(p.Site),
		Teams: []string{}, Establishments: []apiEstablishment{},
	}
	for _, t := range p.Teams {
		me.Teams = append(me.Teams, t.Slug)
	}
	for _, e := range p.Establishments {
		me.Establishments = append(me.Establishments, apiEstablishment{e.UAI, e.Name})
	}
	return &of[apiMe]{me}, nil
}

// searchPeople is for technicians and above: requesters name a colleague by
// uid or address, they do not read the directory.
func (a *apiServer) searchPeople(ctx context.Context, in *searchInput) (*of[list[apiPerson]], error) {
	if !people.ActorOf(ctx).Is(people.Technician) {
		return nil, failed(ctx, fault.Denied)
	}
	found, err := a.People.Search(ctx, in.Q, in.Limit)
	if err != nil {
		return nil, failed(ctx, err)
	}
	items := make([]apiPerson, 0, len(found))
	for _, p := range found {
		items = append(items, apiPerson{p.UID, p.Name, p.Email})
	}
	answer := listOf(items, "")
	return &answer, nil
}

// orNull is null for what is empty.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
