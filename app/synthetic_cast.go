package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"amigo/app/people"
	"amigo/tickets"
)

// cast is who plays in synthetic tickets.
type cast struct {
	schools  [][]asker // who asks, school by school; the first ask the most
	which    *rand.Zipf
	staff    map[people.TeamID][]people.ID // technicians
	anybody  []people.ID                   // technicians of any team
	teams    []people.Team
	category map[string]string // by service
}

const (
	importTogether  = 1000 // persons of one import
	schoolsMade     = 160
	techniciansMade = 12
)

// cast finds people for all roles, and makes those who are missing.
func (a *App) cast(ctx context.Context, s *studio) (c cast, err error) {
	if c.teams, err = a.People.Teams(ctx); err != nil {
		return c, err
	}
	if err := a.makeSchools(ctx, s); err != nil {
		return c, err
	}
	if err := a.makeTechnicians(ctx, s, c.teams); err != nil {
		return c, err
	}
	if err := a.makeAskers(ctx, s); err != nil {
		return c, err
	}
	askers, err := a.synthetics().askers(ctx)
	if err != nil {
		return c, err
	}
	c.seat(s, askers)
	services, err := a.Desk.Services(ctx)
	if err != nil {
		return c, err
	}
	c.category = map[string]string{}
	for _, service := range services {
		c.category[service.Slug] = service.Category
	}
	technicians, err := a.People.Staff(ctx, people.Technician, 0)
	c.staff = map[people.TeamID][]people.ID{}
	for _, p := range technicians {
		if p.Role != people.Technician {
			continue
		}
		c.anybody = append(c.anybody, p.ID)
		for _, t := range p.Teams {
			c.staff[t.ID] = append(c.staff[t.ID], p.ID)
		}
	}
	return c, err
}

// seat puts those who ask into their schools, of which some ask far more than others.
func (c *cast) seat(s *studio, all []asker) {
	place := map[string]int{}
	for _, p := range all {
		i, seen := place[p.Establishment]
		if !seen {
			i = len(c.schools)
			place[p.Establishment] = i
			c.schools = append(c.schools, nil)
		}
		c.schools[i] = append(c.schools[i], p)
	}
	s.Shuffle(len(c.schools), func(i, j int) { c.schools[i], c.schools[j] = c.schools[j], c.schools[i] })
	c.which = rand.NewZipf(s.Rand, 1.2, 6, uint64(len(c.schools)-1))
}

// asker picks who asks, and a colleague of the same school, or the same person.
func (s *studio) asker() (asker, colleague asker) {
	school := s.cast.schools[s.cast.which.Uint64()]
	often := s.Float64()
	return school[int(often*often*float64(len(school)))], among(s.dice, school)
}

// technician picks somebody of a team.
func (s *studio) technician(team people.TeamID) people.ID {
	if of := s.cast.staff[team]; len(of) > 0 {
		return among(s.dice, of)
	}
	return among(s.dice, s.cast.anybody)
}

// makeSchools makes establishments where there are none.
func (a *App) makeSchools(ctx context.Context, s *studio) error {
	there, err := a.synthetics().schools(ctx)
	if err != nil || len(there) > 0 {
		return err
	}
	var batch people.Batch
	for i := range schoolsMade {
		kind := weighted(s.dice, s.texts.School, func(k schoolText) float64 { return k.Weight })
		site := among(s.dice, []string{"caen", "rouen"})
		departement := among(s.dice, sortedKeys(s.texts.Places[site]))
		town := among(s.dice, s.texts.Places[site][departement])
		number := fmt.Sprintf("0%s%04d", departement, 9500+i)
		uai := number + letterOf(number)
		batch.Establishments = append(batch.Establishments, people.Establishment{
			UAI: uai, Name: among(s.dice, kind.Names), Kind: kind.Kind, Public: true, Departement: departement, City: town,
			Email: "ce." + uai + "@academie.test", Site: site,
		})
	}
	_, err = a.People.Import(ctx, batch)
	return err
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// letterOf is the last sign of a UAI code: its number modulo 23, in letters
// that are not mistaken for others.
func letterOf(number string) string {
	n := 0
	for _, digit := range number {
		n = n*10 + int(digit-'0')
	}
	return string("ABCDEFGHJKLMNPRSTUVWXYZ"[n%23])
}

// makeTechnicians makes technicians of every team, and two supervisors, where
// nobody works.
func (a *App) makeTechnicians(ctx context.Context, s *studio, teams []people.Team) error {
	there, err := a.People.Staff(ctx, people.Technician, 0)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(there, func(p people.Person) bool { return p.Role == people.Technician }) {
		return nil
	}
	var batch people.Batch
	for i := range techniciansMade {
		e := s.entry(fmt.Sprintf("essai.technique%02d", i+1))
		e.Role, e.Title, e.Teams = people.Technician, "technicien", []string{teams[i%len(teams)].Slug}
		batch.Persons = append(batch.Persons, e)
	}
	for i := range 2 {
		e := s.entry(fmt.Sprintf("essai.responsable%d", i+1))
		e.Role, e.Title = people.Supervisor, "responsable de l'assistance"
		batch.Persons = append(batch.Persons, e)
	}
	_, err = a.People.Import(ctx, batch)
	return err
}

// entry is an invented person of a uid that no directory gives.
func (s *studio) entry(uid string) people.Entry {
	name := among(s.dice, s.texts.Words["prenom"]) + " " + among(s.dice, s.texts.Words["nom"])
	return people.Entry{UID: uid, Name: name, Addresses: []string{uid + "@essai.test"}}
}

// makeAskers adds requesters to the directory. Those whom the same seed has
// made before are made again, and so are the same.
func (a *App) makeAskers(ctx context.Context, s *studio) error {
	schools, err := a.synthetics().schools(ctx)
	if err != nil {
		return err
	}
	large := rand.NewZipf(s.Rand, 1.1, 20, uint64(len(schools)-1))
	var batch people.Batch
	for i := range s.load.People {
		e := s.entry(fmt.Sprintf("essai%d.%05d", s.load.Seed, i+1))
		e.Title, e.Establishments = among(s.dice, s.texts.Words["titre"]), []string{schools[large.Uint64()]}
		batch.Persons = append(batch.Persons, e)
		if len(batch.Persons) == importTogether || i == s.load.People-1 {
			if _, err := a.People.Import(ctx, batch); err != nil {
				return err
			}
			batch.Persons = nil
		}
	}
	return nil
}

// opening is what somebody asks, before it is said in words.
func (s *studio) opening() (t tickets.Ticket, about topic, name string) {
	about = weighted(s.dice, s.texts.Topic, func(t topic) float64 { return t.Weight })
	who, colleague := s.asker()
	t = tickets.Ticket{
		Type: about.Type, Subject: s.write(about.Subjects), Service: about.Service, Category: s.cast.category[about.Service],
		Channel:   drawn(s.dice, channels),
		Priority:  drawn(s.dice, priorities),
		Requester: who.ID, ReportedBy: who.ID, Establishment: who.Establishment, Site: who.Site,
	}
	t.Team = tickets.Route(t.Category, t.Site, s.cast.teams)
	switch {
	case t.Channel == people.Phone:
		t.ReportedBy = s.technician(t.Team)
	case t.Priority == tickets.Urgent:
		t.Priority = tickets.High // only staff say urgent
		fallthrough
	default:
		if t.Channel == people.Web && s.chance(0.05) {
			t.ReportedBy = colleague.ID
		}
	}
	return t, about, who.Name
}

var (
	channels   = []share[people.Channel]{{people.Web, 62}, {people.Mail, 23}, {people.Phone, 15}}
	priorities = []share[tickets.Priority]{{tickets.Normal, 72}, {tickets.High, 13}, {tickets.Low, 12}, {tickets.Urgent, 3}}
)
