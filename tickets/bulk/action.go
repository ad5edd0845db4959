package bulk

import (
	"context"
	"errors"
	"slices"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// Action is what is to become of every ticket; what is empty stays as it is.
type Action struct {
	Assignee   *people.ID       `json:"assignee,omitempty"` // 0: nobody
	Team       people.TeamID    `json:"team,omitempty"`
	Status     tickets.Status   `json:"status,omitempty"`
	Priority   tickets.Priority `json:"priority,omitempty"`
	Category   string           `json:"category,omitempty"`
	AddTags    []string         `json:"add_tags,omitempty"`
	RemoveTags []string         `json:"remove_tags,omitempty"`
	// Text is said to the requester of each, its variables filled; of tickets that
	// are to be solved it is the solution. Lang is the language of the variables.
	Text    string `json:"text,omitempty"`
	Lang    string `json:"lang,omitempty"`
	Outcome string `json:"outcome,omitempty"` // of tickets that are to be solved; empty: "fixed"
	Cause   string `json:"cause,omitempty"`
	// Into is the ticket that all others go on as; it goes with nothing else.
	Into tickets.ID `json:"into,omitempty"`
}

// Statuses lists those that many tickets can be brought to.
var Statuses = [...]tickets.Status{tickets.Opened, tickets.WaitingRequester, tickets.WaitingThirdParty, tickets.Solved, tickets.Closed}

// Empty says whether nothing is to become of the tickets.
func (a Action) Empty() bool { return a.Into == 0 && a.plain() }

// plain says whether there is nothing in it but a merge.
func (a Action) plain() bool {
	return a.Assignee == nil && a.Team == 0 && a.Status == "" && a.Priority == "" && a.Category == "" &&
		len(a.AddTags)+len(a.RemoveTags) == 0 && a.Text == ""
}

// change is what the desk is asked to do to a ticket that was shown as it was in
// a version, with seen as its newest message.
func (a Action) change(version int, seen tickets.MessageID, text string) tickets.Change {
	c := tickets.Change{Version: version, Assignee: a.Assignee}
	if a.Team != 0 {
		c.Team = &a.Team
	}
	if a.Priority != "" {
		c.Priority = &a.Priority
	}
	if a.Category != "" {
		c.Category = &a.Category
	}
	if len(a.AddTags)+len(a.RemoveTags) > 0 {
		c.Tags = &tickets.TagChange{Add: a.AddTags, Remove: a.RemoveTags}
	}
	if a.Status == "" || a.answers() {
		return c
	}
	c.Status = &a.Status
	if a.Status == tickets.Solved {
		c.Solve = tickets.Solve{Solution: text, Outcome: a.Outcome, Cause: a.Cause, Seen: seen}
	}
	return c
}

// answers says whether the text is an answer, and no solution. The status then
// comes with it.
func (a Action) answers() bool { return a.Text != "" && a.Status != tickets.Solved }

// answer is what is said on a ticket; nil: nothing.
func (a Action) answer(seen tickets.MessageID, text string) *tickets.Reply {
	if !a.answers() {
		return nil
	}
	return &tickets.Reply{Body: text, Seen: seen, Then: a.Status}
}

// check says by field what is wrong with an action whoever the tickets are.
// Fields: action (nothing to do, or a merge beside something else), assignee,
// team, status, priority, text, into.
func (s *Bulks) check(ctx context.Context, a Action, total int) error {
	f := fault.Fields{}
	switch {
	case a.Empty():
		f.Add("action", "bulk.field.empty")
	case a.Into != 0 && !a.plain():
		f.Add("into", "bulk.field.alone")
	case a.Into != 0 && total > MaxMerge:
		f.Add("into", "bulk.field.merge_many", "Max", MaxMerge)
	}
	if a.Status != "" && !slices.Contains(Statuses[:], a.Status) {
		f.Add("status", "tickets.field.choose")
	}
	if a.Priority != "" && !a.Priority.Valid() {
		f.Add("priority", "tickets.field.choose")
	}
	switch {
	case a.Status == tickets.Solved && tickets.Blank(a.Text):
		f.Add("text", "bulk.field.solution")
	case a.Status == tickets.Closed && a.Text != "":
		f.Add("text", "bulk.field.closing")
	}
	for _, tag := range a.AddTags {
		if tickets.Slug(tag) == "" {
			f.Add("add_tags", "facts.tag.empty", "Name", tag)
		}
	}
	if err := s.checkHands(ctx, f, a); err != nil {
		return err
	}
	if err := s.checkSurvivor(ctx, f, a.Into); err != nil {
		return err
	}
	return f.Err()
}

// checkHands refuses whoever does not work tickets, and a team that there is not.
func (s *Bulks) checkHands(ctx context.Context, f fault.Fields, a Action) error {
	if a.Assignee != nil && *a.Assignee != 0 {
		p, err := s.people.Get(ctx, *a.Assignee)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		if p.Kind != people.Member || p.DisabledAt != nil || !p.Role.AtLeast(people.Technician) {
			f.Add("assignee", "tickets.field.assignee")
		}
	}
	if a.Team == 0 {
		return nil
	}
	teams, err := s.people.Teams(ctx)
	if err == nil && !slices.ContainsFunc(teams, func(t people.Team) bool { return t.ID == a.Team }) {
		f.Add("team", "tickets.field.choose")
	}
	return err
}

// checkSurvivor refuses a ticket that cannot go on as another.
func (s *Bulks) checkSurvivor(ctx context.Context, f fault.Fields, into tickets.ID) error {
	if into == 0 {
		return nil
	}
	t, err := s.desk.Get(ctx, into)
	switch {
	case errors.Is(err, fault.NotFound):
		f.Add("into", "tickets.field.ref")
		return nil
	case err != nil:
		return err
	case t.MergedInto != 0:
		f.Add("into", "tickets.field.merged", "Ref", t.MergedInto.Label())
	case t.Status == tickets.Closed:
		f.Add("into", "tickets.field.closed")
	}
	return nil
}
