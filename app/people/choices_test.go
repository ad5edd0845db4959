package people_test

import (
	"errors"
	"testing"

	"amigo/app/fault"
	"amigo/app/people"
)

func TestWhoHasChosenNothingGetsEveryMessageAtAnyHour(t *testing.T) {
	eachStaff(t, func(s *staff) {
		all, err := s.dir.ChoicesMany(s.Context(), []people.ID{s.ids["ann"], s.ids["ann"], s.ids["sam"], 9999})
		s.ok(err)
		for id, c := range all {
			if c != (people.Choices{Pace: people.Every}) {
				s.Errorf("person %d: %+v", id, c)
			}
		}
		if len(all) != 3 {
			s.Errorf("choices of %d people", len(all))
		}
	})
}

func TestChoicesAreOnesOwnAndWrittenDownWhenTheyChange(t *testing.T) {
	eachStaff(t, func(s *staff) {
		id := s.ids["ann"]
		want := people.Choices{Pace: people.Digest, Quiet: true}
		for _, changes := range []bool{true, false} {
			changed, err := s.dir.SetChoices(s.as("ann"), id, want, "en")
			s.ok(err)
			if changed != changes {
				s.Errorf("changed %v, want %v", changed, changes)
			}
		}
		got, err := s.dir.Choices(s.Context(), id)
		s.ok(err)
		ann, err := s.dir.Get(s.Context(), id)
		s.ok(err)
		if got != want || ann.Lang != "en" {
			s.Errorf("chose %+v in %s", got, ann.Lang)
		}
		back, err := s.dir.SetChoices(s.as("ann"), id, people.Choices{Pace: people.Every}, "en")
		s.ok(err)
		entries, err := s.log.List(s.Context(), 0, 50)
		s.ok(err)
		n := 0
		for _, e := range entries {
			if e.Action == "letters.choose" && e.Actor == "ann" && e.Subject == "person:ann" {
				n++
			}
		}
		if !back || n != 2 {
			s.Errorf("%d records of two changes", n)
		}
	})
}

func TestNobodyChoosesForSomebodyElse(t *testing.T) {
	eachStaff(t, func(s *staff) {
		guest, err := s.dir.Guest(s.Context(), "x@elsewhere.test", "X")
		s.ok(err)
		actor, err := s.dir.Actor(s.Context(), guest.ID, people.Mail)
		s.ok(err)
		actor.Believed = true
		for name, set := range map[string]func() (bool, error){
			"an administrator": func() (bool, error) {
				return s.dir.SetChoices(s.as("sam"), s.ids["ann"], people.Choices{Pace: people.Solved}, "fr")
			},
			"nobody": func() (bool, error) {
				return s.dir.SetChoices(s.Context(), s.ids["ann"], people.Choices{Pace: people.Solved}, "fr")
			},
			"a guest": func() (bool, error) {
				return s.dir.SetChoices(people.As(s.Context(), actor), guest.ID, people.Choices{Pace: people.Solved}, "fr")
			},
		} {
			if _, err := set(); !errors.Is(err, fault.Denied) {
				s.Errorf("%s: %v", name, err)
			}
		}
		_, err = s.dir.SetChoices(s.as("ann"), s.ids["ann"], people.Choices{Pace: "never"}, "de")
		if f := fault.FieldsOf(err); len(f) != 2 {
			s.Errorf("refused %v", f)
		}
	})
}

func TestTheDirectoryNoLongerSaysTheLanguageOfWhoHasChosenIt(t *testing.T) {
	eachStaff(t, func(s *staff) {
		_, err := s.dir.SetChoices(s.as("ann"), s.ids["ann"], people.Choices{Pace: people.Every}, "en")
		s.ok(err)
		report, err := s.dir.Import(s.Context(), people.Batch{Persons: []people.Entry{{UID: "ann", Lang: "fr"}, {UID: "sam", Lang: "en"}}})
		s.ok(err)
		for uid, want := range map[string]string{"ann": "en", "sam": "en"} {
			p, err := s.dir.ByUID(s.Context(), uid)
			s.ok(err)
			if p.Lang != want {
				s.Errorf("%s reads %s", uid, p.Lang)
			}
		}
		if report.Unchanged != 1 || report.Changed != 1 {
			s.Errorf("report %+v", report)
		}
	})
}
