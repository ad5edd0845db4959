package sla

import (
	"context"
	"maps"
	"slices"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// Trial is a policy held against a ticket. The first that applies is the one
// that promises.
type Trial struct {
	Policy  Policy
	Applies bool
	Failed  []string // the conditions that do not hold, by name
}

// DryRun holds every policy against a ticket as it is now, in order; nothing is
// changed. Supervisors only.
func (e *Engine) DryRun(ctx context.Context, id tickets.ID) (trials []Trial, err error) {
	defer fault.Wrap(&err, "sla: ticket %d: dry run", id)
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return nil, fault.Denied
	}
	t, err := e.desk.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := e.Policies(ctx)
	if err != nil {
		return nil, err
	}
	c, err := e.caseOf(ctx, t, all)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		trial := Trial{Policy: p}
		for _, condition := range slices.Sorted(maps.Keys(p.Conditions)) {
			if !c.meets(condition, p.Conditions[condition]) {
				trial.Failed = append(trial.Failed, condition)
			}
		}
		trial.Applies = len(trial.Failed) == 0
		trials = append(trials, trial)
	}
	return trials, nil
}
