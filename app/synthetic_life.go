package app

import (
	"math"
	"time"

	"amigo/app/people"
	"amigo/tickets"
)

// tale is the life of a ticket while it is being made up.
type tale struct {
	*studio
	tickets.Past
	about topic
	who   people.ID // of the technicians
	at    time.Time // of the last step
	left  int       // messages that are still to be said
	heard bool      // a technician has answered
	over  bool      // the story has come to the present
}

// life makes up what became of a ticket that was asked at an instant. age is
// how many of all tickets came after it, from 0, the newest, to 1: eleven of
// twelve have been solved, and of those that have not most are new.
func (s *studio) life(at time.Time, age float64) tickets.Past {
	t := s.tale(at)
	if s.chance(0.7 * math.Exp(-age/0.1)) {
		t.goesOn()
	} else {
		t.ends()
	}
	return t.Past
}

func (s *studio) tale(at time.Time) *tale {
	opened, about, name := s.opening()
	opened.CreatedAt = at
	t := &tale{studio: s, about: about, who: s.technician(opened.Team), at: at}
	t.Past = tickets.Past{Opened: opened, Body: s.letter(about, name)}
	t.left = s.more()
	return t
}

// more is how many messages a ticket has beside its first one: on average as many
// as are wanted, one more or less.
func (s *studio) more() int {
	mean := float64(s.load.Messages)/float64(s.load.Tickets) - 1
	n := int(mean)
	if s.chance(mean - float64(n)) {
		n++
	}
	if n > 0 {
		n += s.IntN(3) - 1
	}
	return n
}

// pace is how much of their time people take for a ticket of a priority.
var pace = map[tickets.Priority]float64{tickets.Urgent: 0.2, tickets.High: 0.5, tickets.Normal: 1, tickets.Low: 1.6}

// desk is a step by the technician, after so much working time on average.
func (t *tale) desk(mean time.Duration, s tickets.Step) {
	s.By, s.Channel = t.who, people.Web
	mean = time.Duration(pace[t.Opened.Priority] * float64(mean))
	t.then(t.later(t.at, t.dice.about(mean)), s)
}

// asked is a step by who asked, who also writes in the evening.
func (t *tale) asked(mean time.Duration, s tickets.Step) {
	s.By, s.Channel = t.Opened.Requester, people.Web
	if t.Opened.Channel != people.Web && t.chance(0.8) {
		s.Channel = people.Mail
	}
	pause := t.dice.about(mean)
	if n := len(t.Steps); n > 0 && t.Steps[n-1].Then == tickets.WaitingRequester {
		pause = min(pause, patience)
	}
	t.then(t.at.Add(pause), s)
}

// patience is how long a question waits for its answer at most: the desk would
// soon ask again.
const patience = 48 * time.Hour

// then adds a step, unless it lies in the future: then the story is over.
func (t *tale) then(at time.Time, s tickets.Step) {
	if t.over = t.over || at.After(t.now); t.over {
		return
	}
	s.At, t.at = at, at
	t.Steps = append(t.Steps, s)
	t.heard = t.heard || s.Do == tickets.WasAnswered
	if s.Body != "" {
		t.left--
	}
}

// ends is a story that comes to a good end, if there is time.
func (t *tale) ends() {
	t.takes()
	t.talks(1)
	t.solves()
	if t.left > -1 && t.chance(0.05) {
		t.asked(40*time.Hour, tickets.Step{Do: tickets.WasCompleted, Body: t.write(t.texts.Again)})
		t.solves()
	}
	t.then(t.closing(t.at), tickets.Step{Do: tickets.WasClosed, By: people.SystemID})
}

// goesOn is a story whose end is not known yet.
func (t *tale) goesOn() {
	open := t.worked(t.at, t.now)
	switch kind := t.Float64(); {
	case open < 3*time.Hour && kind < 0.6, kind < 0.04: // nobody has looked at it yet
	case kind < 0.4:
		t.takes()
		t.talks(2)
		t.at = latest(t.at, t.now.Add(-time.Duration(t.Float64()*float64(patience))))
		t.waits(tickets.WaitingRequester)
	case kind < 0.55:
		t.takes()
		t.waits(tickets.WaitingThirdParty)
		t.talks(0)
	case kind < 0.85:
		t.takes()
		t.talks(3)
		t.comesBack()
	default: // left lying
		t.takes()
		t.talks(0)
	}
}

// takes gives most tickets to a technician before anything is said.
func (t *tale) takes() {
	if t.chance(0.85) {
		t.desk(30*time.Minute, tickets.Step{Do: tickets.WasAssigned})
	}
}

// talks says what is to be said, but for the last few messages.
func (t *tale) talks(but int) {
	for t.left > but && !t.over {
		switch kind := t.Float64(); {
		case kind < 0.4 && t.left > but+1:
			t.waits(tickets.WaitingRequester)
			t.asked(9*time.Hour, tickets.Step{Do: tickets.WasCompleted, Body: t.write(t.texts.Replies)})
		case kind < 0.6:
			t.desk(2*time.Hour, tickets.Step{Do: tickets.WasNoted, Body: t.write(t.texts.Notes)})
		case kind < 0.75:
			t.asked(12*time.Hour, tickets.Step{Do: tickets.WasCompleted, Body: t.write(t.texts.Replies)})
		default:
			t.desk(2*time.Hour, tickets.Step{Do: tickets.WasAnswered, Body: t.write(t.texts.Answers)})
		}
	}
}

// waits says that the next move is somebody else's.
func (t *tale) waits(whom tickets.Status) {
	question := t.texts.Questions
	switch {
	case whom == tickets.WaitingThirdParty:
		question = t.texts.Answers
	case t.chance(0.7):
		question = t.about.Questions
	}
	t.desk(time.Hour, tickets.Step{Do: tickets.WasAnswered, Body: t.write(question), Then: whom})
}

// comesBack is a wait that has ended just now.
func (t *tale) comesBack() {
	t.waits(tickets.WaitingRequester)
	t.at = latest(t.at, t.now.Add(-t.dice.about(6*time.Hour)))
	t.asked(0, tickets.Step{Do: tickets.WasCompleted, Body: t.write(t.texts.Replies)})
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// solves ends the work, with words where there are any left.
func (t *tale) solves() {
	s := tickets.Step{Do: tickets.WasSolved, Outcome: drawn(t.dice, outcomes[t.about.Type]), Cause: among(t.dice, t.about.Causes)}
	if t.left > 0 || len(t.Steps) > 0 && t.load.Messages > t.load.Tickets {
		s.Body = t.write(t.about.Solutions)
	}
	if t.chance(0.15) {
		s.Cause = ""
	}
	if t.heard {
		t.desk(8*time.Hour, s)
	} else {
		t.desk(2*time.Hour, s) // what is easy is solved at once
	}
}

// solved says whether the story has come to its end: the ticket is solved, or
// closed since.
func (t *tale) solved() bool {
	n := len(t.Steps)
	return n > 0 && (t.Steps[n-1].Do == tickets.WasSolved || t.Steps[n-1].Do == tickets.WasClosed)
}

// outcomes are how tickets end.
var outcomes = map[tickets.Type][]share[string]{
	tickets.Incident: {{"fixed", 68}, {"workaround", 10}, {"explained", 15}, {"not_reproduced", 4}, {"abandoned", 3}},
	tickets.Request:  {{"done", 82}, {"explained", 9}, {"refused", 6}, {"abandoned", 3}},
}
