package view_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/tickets/view"
)

// office is some people, two of a team.
type office struct {
	*testing.T
	views  *view.Views
	people *people.Directory
}

func eachOffice(t *testing.T, f func(o *office)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := &office{t, view.New(d), people.New(d, audit.New(d), people.GroupRoles{})}
		_, err := o.people.Import(t.Context(), people.Batch{
			Teams: []people.Team{{Slug: "reseau", Name: "Réseau"}},
			Persons: []people.Entry{
				{UID: "alice", Name: "Alice", Role: people.Technician, Teams: []string{"reseau"}},
				{UID: "bruno", Name: "Bruno", Role: people.Technician, Teams: []string{"reseau"}},
				{UID: "carla", Name: "Carla", Role: people.Technician},
				{UID: "sophie", Name: "Sophie", Role: people.Supervisor},
				{UID: "claire", Name: "Claire"},
			},
		})
		o.ok(err)
		f(o)
	})
}

func (o *office) ok(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) as(uid string) context.Context {
	o.Helper()
	p, err := o.people.ByUID(o.Context(), uid)
	o.ok(err)
	a, err := o.people.Actor(o.Context(), p.ID, people.Web)
	o.ok(err)
	a.Believed = true
	return people.As(o.Context(), a)
}

func (o *office) team() people.TeamID {
	o.Helper()
	teams, err := o.people.Teams(o.Context())
	o.ok(err)
	return teams[0].ID
}

func (o *office) saves(uid, name string, shared view.Sharing) view.View {
	o.Helper()
	v := view.View{Name: name, Query: "status=open&site=rouen", Shared: shared}
	if shared == view.WithTeam {
		v.Team = o.team()
	}
	kept, err := o.views.Save(o.as(uid), v)
	o.ok(err)
	return kept
}

// sees is the names of the views that somebody may see.
func (o *office) sees(uid string) string {
	o.Helper()
	all, err := o.views.List(o.as(uid))
	o.ok(err)
	var names []string
	for _, v := range all {
		names = append(names, v.Name)
	}
	return strings.Join(names, ", ")
}

func TestAViewIsSeenByThoseWithWhomItIsShared(t *testing.T) {
	eachOffice(t, func(o *office) {
		mine, ours := o.saves("alice", "Zone", view.Alone), o.saves("alice", "Équipe", view.WithTeam)
		o.saves("carla", "Tous", view.WithAll)
		for uid, want := range map[string]string{"alice": "Zone, Équipe, Tous", "bruno": "Tous, Équipe", "carla": "Tous", "sophie": "Tous", "claire": ""} {
			if got := o.sees(uid); got != want {
				o.Errorf("%s sees %q, want %q", uid, got, want)
			}
		}
		if _, err := o.views.Get(o.as("bruno"), mine.ID); !errors.Is(err, fault.NotFound) {
			o.Errorf("another's own: %v", err)
		}
		if v, err := o.views.Get(o.as("bruno"), ours.ID); err != nil || v.Name != "Équipe" {
			o.Errorf("the team's: %+v (%v)", v, err)
		}
		f, err := mine.Filter()
		o.ok(err)
		if !slices.Equal(f.Statuses, []tickets.Status{tickets.Opened}) || !slices.Equal(f.Sites, []string{"rouen"}) {
			o.Errorf("asks %+v", f)
		}
	})
}

func TestTheSecondOfTwoWhoChangeAViewIsTold(t *testing.T) {
	eachOffice(t, func(o *office) {
		v := o.saves("alice", "Zone", view.WithAll)
		renamed := v
		renamed.Name = "Zone nord"
		_, err := o.views.Save(o.as("alice"), renamed)
		o.ok(err)
		if _, err := o.views.Save(o.as("sophie"), v); !errors.Is(err, fault.Conflict) {
			o.Errorf("saved over: %v", err)
		}
		if err := o.views.Remove(o.as("sophie"), v.ID, v.Version); !errors.Is(err, fault.Conflict) {
			o.Errorf("removed over: %v", err)
		}
		if got := o.sees("carla"); got != "Zone nord" {
			o.Errorf("carla sees %q", got)
		}
		if err := o.views.Remove(o.as("bruno"), v.ID, 2); !errors.Is(err, fault.Denied) {
			o.Errorf("a colleague removes: %v", err)
		}
		o.ok(o.views.Remove(o.as("sophie"), v.ID, 2))
		if err := o.views.Remove(o.as("alice"), v.ID, 2); !errors.Is(err, fault.NotFound) {
			o.Errorf("removed twice: %v", err)
		}
	})
}

func TestWhatCannotBeKeptOfAViewIsSaidByField(t *testing.T) {
	eachOffice(t, func(o *office) {
		for field, v := range map[string]view.View{
			"name":   {Name: "  "},
			"query":  {Name: "x", Query: "created_from=jamais"},
			"shared": {Name: "x", Shared: "world"},
			"team":   {Name: "x", Shared: view.WithTeam, Team: 999},
		} {
			_, err := o.views.Save(o.as("carla"), v)
			if fields := fault.FieldsOf(err); len(fields) != 1 || fields[field].Key == "" {
				o.Errorf("%s: %v", field, err)
			}
		}
		for field, v := range map[string]view.View{"name": {Name: strings.Repeat("é", view.MaxName+1)}, "query": {Name: "x", Query: "q=" + strings.Repeat("a", view.MaxQuery)}} {
			if _, err := o.views.Save(o.as("carla"), v); fault.FieldsOf(err)[field].Key == "" {
				o.Errorf("%s that is too long: %v", field, err)
			}
		}
		if _, err := o.views.Save(o.as("claire"), view.View{Name: "x"}); !errors.Is(err, fault.Denied) {
			o.Errorf("a requester saves: %v", err)
		}
		for range view.MaxViews {
			o.saves("carla", "x", view.Alone)
		}
		if _, err := o.views.Save(o.as("carla"), view.View{Name: "x"}); fault.FieldsOf(err)["name"].Key == "" {
			o.Errorf("one too many: %v", err)
		}
	})
}

func TestColumnsAreChosenByEachForThemselves(t *testing.T) {
	eachOffice(t, func(o *office) {
		o.ok(o.views.Choose(o.as("alice"), []string{"status", "ref", "status", "secret; DROP TABLE", "subject"}))
		o.ok(o.views.Choose(o.as("bruno"), []string{"due"}))
		for uid, want := range map[string][]string{"alice": {"status", "ref", "subject"}, "bruno": {"due", "subject"}, "carla": view.Usual} {
			if got, err := o.views.Columns(o.as(uid)); err != nil || !slices.Equal(got, want) {
				o.Errorf("%s: %v (%v), want %v", uid, got, err, want)
			}
		}
		o.ok(o.views.Choose(o.as("alice"), nil))
		if got, err := o.views.Columns(o.as("alice")); err != nil || !slices.Equal(got, view.Usual) {
			o.Errorf("again the usual ones: %v (%v)", got, err)
		}
		if err := o.views.Choose(o.as("claire"), []string{"due"}); !errors.Is(err, fault.Denied) {
			o.Errorf("a requester chooses: %v", err)
		}
	})
}
