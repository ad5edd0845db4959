package sla

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"amigo/sla/calendar"
	"amigo/tickets"
)

// PolicyID identifies a policy.
type PolicyID int64

// PromiseName says what is promised.
type PromiseName string

// The promises.
const (
	First      PromiseName = "first"
	Next       PromiseName = "next"
	Resolution PromiseName = "resolution"
	Internal   PromiseName = "internal" // not to the requester: how long a team may keep a ticket, on the team's own calendar
)

// Promises lists them in the order in which they are shown.
var Promises = [...]PromiseName{First, Next, Resolution, Internal}

// Policy says how much working time each promise may take for some tickets.
type Policy struct {
	ID       PolicyID
	Position int
	Name     string
	// Conditions are lists of accepted values by what they are about: type,
	// priority, category, service, site, channel, establishment (its kind),
	// role (of the requester), period (what AMIGO's calendar calls the day on
	// which it was opened: a regime, a period or a mark). Every one must hold;
	// none holds always.
	Conditions map[string][]string
	Calendar   string                        // of what is promised to the requester: AMIGO's, or one of people on call
	Targets    map[PromiseName]time.Duration // working time; a promise that is missing is not made
	Pauses     []PromiseName                 // what stands still while the ticket waits
	Ladder     []Rung                        // by rising level
	RetiredAt  *time.Time                    // since when it makes no new promises; nil: it does
}

// clone is a policy that has nothing in common with p but what it says.
func (p Policy) clone() Policy {
	conditions := make(map[string][]string, len(p.Conditions))
	for about, values := range p.Conditions {
		conditions[about] = slices.Clone(values)
	}
	p.Conditions, p.Targets = conditions, maps.Clone(p.Targets)
	p.Pauses, p.Ladder = slices.Clone(p.Pauses), slices.Clone(p.Ladder)
	return p
}

// Rung is one step of an escalation; several may have the same level.
type Rung struct {
	Level int      `json:"level"`           // percent of the target used, 1 to 1000
	Tell  Audience `json:"tell,omitempty"`  // empty: nobody
	Raise bool     `json:"raise,omitempty"` // the priority rises by one
	Hand  string   `json:"hand,omitempty"`  // slug of the team that gets the ticket; empty: it stays
}

// Audience is who hears of a rung.
type Audience string

// The audiences. A ticket without assignee tells the team instead.
const (
	TellAssignee    Audience = "assignee"
	TellTeam        Audience = "team"
	TellSupervisors Audience = "supervisors"
)

// Digest is a short name for what a policy says, wherever it stands: two that
// say the same have the same.
func (p Policy) Digest() string {
	p.ID, p.Position, p.RetiredAt = 0, 0, nil
	text, _ := json.Marshal(p) // plain values cannot fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}

// internally says whether any policy has a target for teams.
func internally(all []Policy) bool {
	return slices.ContainsFunc(all, func(p Policy) bool { return p.Targets[Internal] > 0 })
}

// Choose gives the first of the policies, by position, that applies; one that
// has been retired does no more.
func Choose(all []Policy, c Case) (p Policy, ok bool) {
	for _, p := range all {
		if p.RetiredAt == nil && p.Applies(c) {
			return p, true
		}
	}
	return Policy{}, false
}

// pausing says whether a promise stands still while the ticket waits.
func (p Policy) pausing(name PromiseName) bool { return slices.Contains(p.Pauses, name) }

// rung gives the lowest rung above a level.
func (p Policy) rung(above int) (r Rung, ok bool) {
	for _, r := range p.Ladder {
		if r.Level > above {
			return r, true
		}
	}
	return Rung{}, false
}

// Defaults are the policies that an installation starts with: the published 18
// working hours for a normal incident, and their multiples.
func Defaults() []Policy {
	hours := func(first, resolution float64) map[PromiseName]time.Duration {
		h := func(n float64) time.Duration { return time.Duration(n * float64(time.Hour)) }
		return map[PromiseName]time.Duration{First: h(first), Next: h(first), Resolution: h(resolution)}
	}
	policy := func(position int, name string, p tickets.Priority, targets map[PromiseName]time.Duration) Policy {
		return Policy{
			Position:   position,
			Name:       name,
			Conditions: map[string][]string{"priority": {string(p)}},
			Calendar:   calendar.Normandie,
			Targets:    targets,
			Pauses:     []PromiseName{Next, Resolution},
			Ladder:     []Rung{{Level: 50, Tell: TellAssignee}, {Level: 75, Tell: TellTeam}, {Level: 100, Tell: TellSupervisors}, {Level: 150, Tell: TellSupervisors}},
		}
	}
	return []Policy{
		policy(10, "Urgente", tickets.Urgent, hours(1, 4)),
		policy(20, "Haute", tickets.High, hours(2, 9)),
		policy(30, "Normale", tickets.Normal, hours(4, 18)),
		policy(40, "Basse", tickets.Low, hours(9, 36)),
	}
}
