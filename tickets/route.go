package tickets

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"slices"

	"amigo/app/fault"
	"amigo/app/people"
)

// What an installation begins with: services, teams, and which team a ticket
// goes to. What is in the database already is left as it is.
var (
	//go:embed data/services.csv
	servicesCSV []byte
	//go:embed data/teams.csv
	teamsCSV []byte
	//go:embed data/routes.csv
	routesCSV []byte

	routes = readRoutes()
)

// leg is one line of the routes: tickets of a category, from a site, go to a
// team; empty means any. The first line that fits and whose team exists counts.
type leg struct{ category, site, team string }

// route finds the team for a ticket. Where no line fits it is the first team;
// without any team it is 0.
func route(legs []leg, category, site string, teams []people.Team) people.TeamID {
	for _, l := range legs {
		if l.category != "" && l.category != category || l.site != "" && l.site != site {
			continue
		}
		if i := slices.IndexFunc(teams, func(t people.Team) bool { return t.Slug == l.team }); i >= 0 {
			return teams[i].ID
		}
	}
	if len(teams) == 0 {
		return 0
	}
	return slices.MinFunc(teams, func(a, b people.Team) int { return int(a.ID - b.ID) }).ID
}

func readRoutes() []leg {
	var legs []leg
	for _, line := range table(routesCSV) {
		legs = append(legs, leg{line[0], line[1], line[2]})
	}
	return legs
}

// table is the lines of an embedded table below its header.
func table(text []byte) [][]string {
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		panic(err) // it is part of the program, and a test reads it
	}
	return lines[1:]
}

// Seed writes the services and the teams that tickets arrive at, unless they
// are there. The directory must have its sites.
func (d *Desk) Seed(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "tickets: seed")
	return d.db.Tx(ctx, func(ctx context.Context) error {
		var services []Service
		for _, line := range table(servicesCSV) {
			services = append(services, Service{Slug: line[0], NameFR: line[1], NameEN: line[2], Category: line[3]})
		}
		if err := d.store.addServices(ctx, services); err != nil {
			return err
		}
		return d.seedTeams(ctx)
	})
}

func (d *Desk) seedTeams(ctx context.Context) error {
	there, err := d.people.Teams(ctx)
	if err != nil {
		return err
	}
	var missing []people.Team
	for _, line := range table(teamsCSV) {
		if !slices.ContainsFunc(there, func(t people.Team) bool { return t.Slug == line[0] }) {
			missing = append(missing, people.Team{Slug: line[0], Name: line[1], Site: line[2]})
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err = d.people.Import(ctx, people.Batch{Teams: missing})
	return err
}

// Route is the team to which a ticket of a category, from a site, goes by itself.
func Route(category, site string, teams []people.Team) people.TeamID {
	return route(routes, category, site, teams)
}
