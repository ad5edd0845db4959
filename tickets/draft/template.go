package draft

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
)

// TemplateID identifies a template.
type TemplateID int64

// Template is a text to answer with. It is one person's, a team's, or, with neither
// owner nor team, everybody's.
type Template struct {
	ID        TemplateID
	Owner     people.ID
	Team      people.TeamID
	Name      string
	Body      string // with variables, see [Fill]
	Lang      string // in which it is written: "fr" or "en"
	Version   int
	UpdatedAt time.Time
}

// MaxTemplateName is how long the name of a template may be, in characters.
const MaxTemplateName = 80

// Everybodys says whether a template is for all of the staff.
func (t Template) Everybodys() bool { return t.Owner == 0 && t.Team == 0 }

// usable says whether somebody may answer with a template.
func (t Template) usable(a people.Actor) bool {
	return t.Everybodys() || t.Owner == a.Person || t.Team != 0 && a.In(t.Team)
}

// mine says whether somebody may change a template: their own, one of a team of
// theirs; a supervisor everybody's and any team's, too.
func (t Template) mine(a people.Actor) bool {
	if t.Owner != 0 {
		return t.Owner == a.Person
	}
	return a.Is(people.Supervisor) || t.Team != 0 && a.In(t.Team)
}

// Templates lists those with which the actor may answer, by name; staff only.
func (s *Drafts) Templates(ctx context.Context) (all []Template, err error) {
	defer fault.Wrap(&err, "templates")
	a := people.ActorOf(ctx)
	if !a.Is(people.Technician) {
		return nil, fault.Denied
	}
	known, err := s.templates.Get(ctx)
	for _, t := range known {
		if t.usable(a) || t.mine(a) {
			all = append(all, t)
		}
	}
	return all, err
}

// Changeable says whether the actor may change a template.
func Changeable(ctx context.Context, t Template) bool { return t.mine(people.ActorOf(ctx)) }

// Template reads one with which the actor may answer; any other is fault.NotFound.
func (s *Drafts) Template(ctx context.Context, id TemplateID) (Template, error) {
	all, err := s.Templates(ctx)
	if err != nil {
		return Template{}, err
	}
	for _, t := range all {
		if t.ID == id {
			return t, nil
		}
	}
	return Template{}, fault.NotFound
}

// PutTemplate writes a template: a new one where its number is 0, else the one of
// that number, if it still is of that version (fault.Conflict). Another's is
// fault.NotFound where the actor does not see it, else fault.Denied. Fields: name,
// body (a variable that there is not), lang, whose.
func (s *Drafts) PutTemplate(ctx context.Context, t Template) (put Template, err error) {
	defer fault.Wrap(&err, "template %d: put", t.ID)
	err = s.db.Tx(ctx, func(ctx context.Context) error {
		if t.ID != 0 {
			had, err := s.Template(ctx, t.ID)
			if err != nil {
				return err
			}
			if !Changeable(ctx, had) {
				return fault.Because(fault.Denied, "composer.template.not_yours")
			}
		}
		t.Name, t.Body = strings.Join(strings.Fields(t.Name), " "), strings.TrimSpace(strings.ReplaceAll(t.Body, "\r\n", "\n"))
		if err := t.check(ctx); err != nil {
			return err
		}
		t.UpdatedAt = s.db.Now(ctx)
		done, err := s.store.putTemplate(ctx, &t)
		if err == nil && !done {
			err = fault.Because(fault.Conflict, "composer.template.overtaken")
		}
		put = t
		return err
	})
	return put, err
}

// check says by field what is wrong with a template.
func (t Template) check(ctx context.Context) error {
	f := fault.Fields{}
	switch n := utf8.RuneCountInString(t.Name); {
	case n == 0:
		f.Add("name", "tickets.field.required")
	case n > MaxTemplateName:
		f.Add("name", "tickets.field.long", "Max", MaxTemplateName)
	}
	if tickets.Blank(t.Body) {
		f.Add("body", "tickets.field.required")
	} else if utf8.RuneCountInString(t.Body) > tickets.MaxBody {
		f.Add("body", "tickets.field.long", "Max", tickets.MaxBody)
	} else if what := unknown(t.Body); what != "" {
		f.Add("body", "composer.template.unknown", "What", what)
	}
	if !slices.Contains(i18n.Languages[:], t.Lang) {
		f.Add("lang", "tickets.field.choose")
	}
	if t.Owner != 0 && t.Team != 0 || !t.mine(people.ActorOf(ctx)) {
		f.Add("whose", "composer.template.whose_not")
	}
	return f.Err()
}

// RemoveTemplate deletes a template; whose is as for [Drafts.PutTemplate].
func (s *Drafts) RemoveTemplate(ctx context.Context, id TemplateID) (err error) {
	defer fault.Wrap(&err, "template %d: remove", id)
	return s.db.Tx(ctx, func(ctx context.Context) error {
		t, err := s.Template(ctx, id)
		if err != nil {
			return err
		}
		if !Changeable(ctx, t) {
			return fault.Because(fault.Denied, "composer.template.not_yours")
		}
		return s.store.removeTemplate(ctx, id)
	})
}

// Filled is a template as the actor would say it on a ticket.
func (s *Drafts) Filled(ctx context.Context, id TemplateID, t tickets.Ticket) (string, error) {
	template, err := s.Template(ctx, id)
	if err != nil {
		return "", err
	}
	return s.Fill(ctx, template.Body, template.Lang, t)
}

// Fill gives a text with variables as the actor would say it on a ticket; see the
// function [Fill]. lang is the language in which it is written.
func (s *Drafts) Fill(ctx context.Context, text, lang string, t tickets.Ticket) (string, error) {
	if gap.FindString(text) == "" {
		return text, nil
	}
	values, err := s.values(ctx, t, lang)
	if err != nil {
		return "", err
	}
	return Fill(text, values), nil
}

// values are the variables on a ticket, in a language. What is not known is said in
// general words, so that no sentence is left with a hole in it.
func (s *Drafts) values(ctx context.Context, t tickets.Ticket, lang string) (Values, error) {
	p, a := i18n.In(lang), people.ActorOf(ctx)
	v := Example(lang)
	v[Reference], v[Subject], v[Technician] = t.ID.Label(), t.Subject, a.Name
	who, err := s.people.Names(ctx, []people.ID{t.Requester})
	if err != nil {
		return nil, err
	}
	v[Requester] = who[t.Requester].Name
	v[Team], v[Establishment], v[Due] = p.T("composer.value.team"), p.T("composer.value.establishment"), p.T("composer.value.due")
	teams, err := s.people.Teams(ctx)
	if err != nil {
		return nil, err
	}
	for _, team := range teams {
		if team.ID == t.Team {
			v[Team] = team.Name
		}
	}
	places, err := s.people.EstablishmentsMany(ctx, []string{t.Establishment})
	if place, known := places[t.Establishment]; known {
		v[Establishment] = place.Name
	}
	if t.DueAt != nil {
		v[Due] = p.When(*t.DueAt, s.db.Now(ctx))
	}
	return v, err
}

// Example are values as a preview shows them, in a language.
func Example(lang string) Values {
	p, v := i18n.In(lang), Values{}
	for _, name := range Variables {
		v[name] = p.T("composer.example." + string(name))
	}
	return v
}
