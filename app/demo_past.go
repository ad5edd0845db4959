package app

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"amigo/app/people"
	"amigo/tickets"
)

const (
	// demoPast is how far before the stories of a demonstration its first ticket lies.
	demoPast = 9 * 7 * 24 * time.Hour
	// demoAsked is how many tickets are asked in that time.
	demoAsked = 220
	// demoSeed makes it the same from one day to the next.
	demoSeed = 1
)

// demoPersonas try the demonstration as those who ask: their own tickets are the
// stories alone.
var demoPersonas = []string{"agent.demo", "directeur.demo"}

// loadDemoPast fills the weeks before the stories with tickets that were solved,
// so that there are reports to read and a curve to see.
func (a *App) loadDemoPast(ctx context.Context, until time.Time) error {
	s, err := a.studio(ctx, Load{Tickets: 1, Messages: 3}, dice{rand.New(rand.NewPCG(demoSeed, demoAsked))}) //nolint:gosec // the same seed shall give the same data
	if err != nil {
		return err
	}
	s.since = until.Add(-demoPast)
	begun, err := s.arrivals(demoAsked)
	if err != nil {
		return err
	}
	apart, err := a.personas(ctx)
	if err != nil {
		return err
	}
	var lives []tickets.Past
	for _, at := range begun {
		t := s.tale(at)
		if t.ends(); t.solved() && !apart[t.Opened.Requester] && !apart[t.Opened.ReportedBy] {
			lives = append(lives, t.Past)
		}
	}
	if err := errors.Join(s.errs...); err != nil {
		return err
	}
	_, err = a.Engine.Load(ctx, lives)
	return err
}

func (a *App) personas(ctx context.Context) (map[people.ID]bool, error) {
	found := map[people.ID]bool{}
	for _, uid := range demoPersonas {
		p, err := a.People.ByUID(ctx, uid)
		if err != nil {
			return nil, err
		}
		found[p.ID] = true
	}
	return found, nil
}
