package people_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
)

// staff is a directory with people who may stand in for one another.
type staff struct {
	testing.TB
	dir *people.Directory
	log *audit.Log
	ids map[string]people.ID
}

func eachStaff(t *testing.T, f func(s *staff)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &staff{TB: t, log: audit.New(d), ids: map[string]people.ID{}}
		s.dir = people.New(d, s.log, people.GroupRoles{})
		s.ok(s.dir.Seed(t.Context()))
		_, err := s.dir.Import(t.Context(), people.Batch{Persons: []people.Entry{
			{UID: "ann", Name: "Ann"},
			{UID: "alice", Name: "Alice", Role: people.Technician},
			{UID: "bruno", Name: "Bruno", Role: people.Technician},
			{UID: "carl", Name: "Carl", Role: people.Technician},
			{UID: "dora", Name: "Dora", Role: people.Technician},
			{UID: "emil", Name: "Emil", Role: people.Technician},
			{UID: "sam", Name: "Sam", Role: people.Supervisor},
		}})
		s.ok(err)
		for _, uid := range []string{"ann", "alice", "bruno", "carl", "dora", "emil", "sam"} {
			p, err := s.dir.ByUID(t.Context(), uid)
			s.ok(err)
			s.ids[uid] = p.ID
		}
		f(s)
	})
}

func (s *staff) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *staff) as(uid string) context.Context {
	s.Helper()
	a, err := s.dir.Actor(s.Context(), s.ids[uid], people.Web)
	s.ok(err)
	return people.As(s.Context(), a)
}

// away notes an absence from the start of the tests on, for some days.
func (s *staff) away(uid string, days int, deputy string) people.Absence {
	s.Helper()
	a, err := s.dir.PutAbsence(s.as("sam"), people.Absence{
		Person: s.ids[uid], From: dbtest.Start, Until: dbtest.Start.AddDate(0, 0, days), Deputy: s.ids[deputy],
	})
	s.ok(err)
	return a
}

func TestAnAbsenceHoldsFromItsBeginningUntilItsEnd(t *testing.T) {
	eachStaff(t, func(s *staff) {
		a := s.away("alice", 2, "bruno")
		for at, want := range map[time.Time]bool{
			a.From.Add(-time.Second): false, a.From: true, a.Until.Add(-time.Second): true, a.Until: false,
		} {
			away, err := s.dir.Away(s.Context(), []people.ID{s.ids["alice"], s.ids["bruno"]}, at)
			s.ok(err)
			if got, gone := away[s.ids["alice"]]; gone != want || gone && got != a || len(away) > 1 {
				s.Errorf("at %v: %+v", at, away)
			}
		}
	})
}

func TestAnAbsenceThatCannotBeIsRefusedFieldByField(t *testing.T) {
	eachStaff(t, func(s *staff) {
		good := people.Absence{Person: s.ids["alice"], From: dbtest.Start, Until: dbtest.Start.AddDate(0, 0, 7), Deputy: s.ids["bruno"]}
		for name, c := range map[string]struct {
			change func(*people.Absence)
			fields []string
		}{
			"as it should be":            {func(*people.Absence) {}, nil},
			"without deputy":             {func(a *people.Absence) { a.Deputy = 0 }, nil},
			"a year":                     {func(a *people.Absence) { a.Until = a.From.AddDate(1, 0, 0) }, nil},
			"longer than a year":         {func(a *people.Absence) { a.Until = a.From.AddDate(1, 0, 2) }, []string{"until"}},
			"no beginning":               {func(a *people.Absence) { a.From = time.Time{} }, []string{"from"}},
			"ends when it begins":        {func(a *people.Absence) { a.Until = a.From }, []string{"until"}},
			"over already":               {func(a *people.Absence) { a.From, a.Until = a.From.AddDate(0, 0, -3), a.From }, []string{"until"}},
			"one's own deputy":           {func(a *people.Absence) { a.Deputy = a.Person }, []string{"deputy"}},
			"a deputy who works nothing": {func(a *people.Absence) { a.Deputy = s.ids["ann"] }, []string{"deputy"}},
			"a deputy who is nobody":     {func(a *people.Absence) { a.Deputy = 999_999 }, []string{"deputy"}},
			"who works nothing":          {func(a *people.Absence) { a.Person = s.ids["ann"] }, []string{"person"}},
		} {
			a := good
			c.change(&a)
			put, err := s.dir.PutAbsence(s.as("sam"), a)
			if err == nil {
				s.ok(s.dir.EndAbsence(s.as("sam"), put.ID))
			}
			var refused []string
			for field := range fault.FieldsOf(err) {
				refused = append(refused, field)
			}
			if !slices.Equal(refused, c.fields) || (err == nil) != (c.fields == nil) {
				s.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestNobodyIsAwayTwiceAtTheSameTime(t *testing.T) {
	eachStaff(t, func(s *staff) {
		day := func(n int) time.Time { return dbtest.Start.AddDate(0, 0, n) }
		put := func(id int64, uid string, from, until int, deputy string) (people.Absence, fault.Fields) {
			a, err := s.dir.PutAbsence(s.as(uid), people.Absence{ID: id, Person: s.ids[uid], From: day(from), Until: day(until), Deputy: s.ids[deputy]})
			f := fault.FieldsOf(err)
			if err != nil && f == nil {
				s.Fatal(err)
			}
			return a, f
		}
		first, f := put(0, "alice", 2, 5, "bruno")
		if f != nil {
			s.Fatal(f)
		}
		for _, c := range [][2]int{{2, 5}, {1, 3}, {4, 6}, {3, 4}, {1, 6}} {
			_, f := put(0, "alice", c[0], c[1], "carl")
			if m := f["from"]; m.Key != "people.absence.twice" || m.Args["From"] != day(2) || m.Args["Until"] != day(5) {
				s.Errorf("from day %d to %d: %v", c[0], c[1], f)
			}
		}
		before, f := put(0, "alice", 0, 2, "carl")
		if f != nil {
			s.Errorf("right before: %v", f)
		}
		if _, f = put(0, "alice", 5, 6, ""); f != nil {
			s.Errorf("right after: %v", f)
		}
		if _, f = put(first.ID, "alice", 3, 5, "bruno"); f != nil {
			s.Errorf("the same, shorter: %v", f)
		}
		if _, f = put(before.ID, "alice", 0, 4, "carl"); f["from"].Key != "people.absence.twice" {
			s.Errorf("another, longer: %v", f)
		}
		if _, f = put(0, "dora", 2, 5, "bruno"); f != nil {
			s.Errorf("somebody else: %v", f)
		}
		if _, f = put(0, "bruno", 4, 9, "dora"); f["deputy"].Key != "people.absence.mutual" || f["deputy"].Args["Name"] != "Dora" || f["deputy"].Args["From"] != day(2) {
			s.Errorf("each for the other: %v", f)
		}
		if _, f = put(0, "bruno", 6, 9, "dora"); f != nil {
			s.Errorf("each for the other, one after the other: %v", f)
		}
	})
}

func TestOneSaysOfOneselfThatOneIsAwayAndSupervisorsOfEverybody(t *testing.T) {
	eachStaff(t, func(s *staff) {
		a := people.Absence{Person: s.ids["alice"], From: dbtest.Start.Add(time.Hour), Until: dbtest.Start.Add(48 * time.Hour)}
		for uid, want := range map[string]bool{"ann": false, "bruno": false, "alice": true, "sam": true} {
			put, err := s.dir.PutAbsence(s.as(uid), a)
			if (err == nil) != want {
				s.Errorf("%s puts: %v", uid, err)
			}
			if want {
				s.ok(s.dir.EndAbsence(s.as(uid), put.ID))
			}
		}
		put := s.away("alice", 3, "bruno")
		if err := s.dir.EndAbsence(s.as("bruno"), put.ID); err == nil {
			s.Error("the deputy ends the absence")
		}
		put.Person, put.Deputy = s.ids["dora"], s.ids["carl"]
		changed, err := s.dir.PutAbsence(s.as("alice"), put)
		s.ok(err)
		if changed.Person != s.ids["alice"] || changed.Deputy != s.ids["carl"] {
			s.Errorf("changed to %+v", changed)
		}
		s.ok(s.dir.EndAbsence(s.as("alice"), put.ID))
		left, err := s.dir.Absences(s.Context(), s.ids["alice"])
		s.ok(err)
		if len(left) != 0 {
			s.Errorf("still away: %+v", left)
		}
		lines, err := s.log.List(s.Context(), 0, 1)
		s.ok(err)
		if lines[0].Action != "absence.end" || lines[0].Subject != "person:alice" || lines[0].Actor != "alice" || lines[0].Details["deputy"] != "carl" {
			s.Errorf("the record says %+v", lines[0])
		}
	})
}

func TestDeputiesStandInUpToThreeAndNeverInACircle(t *testing.T) {
	eachStaff(t, func(s *staff) {
		stands := func(uid, want string) {
			s.Helper()
			got, err := s.dir.StandIn(s.Context(), s.ids[uid], dbtest.Start)
			s.ok(err)
			if got != s.ids[want] {
				s.Errorf("for %s stands in %d, want %q (%d)", uid, got, want, s.ids[want])
			}
		}
		stands("alice", "alice")
		alice := s.away("alice", 1, "")
		stands("alice", "")
		s.ok(s.dir.EndAbsence(s.as("sam"), alice.ID))
		s.away("alice", 1, "bruno")
		stands("alice", "bruno")
		s.away("bruno", 1, "carl")
		s.away("carl", 1, "dora")
		stands("alice", "dora")
		dora := s.away("dora", 1, "emil")
		stands("alice", "")
		stands("bruno", "emil")
		s.ok(s.dir.EndAbsence(s.as("sam"), dora.ID))
		s.away("dora", 1, "bruno")
		stands("bruno", "")
	})
}

func TestADeputyWhoHasLeftTheTeamStandsInForNobody(t *testing.T) {
	eachStaff(t, func(s *staff) {
		s.away("alice", 1, "bruno")
		_, err := s.dir.Import(people.As(s.Context(), people.System()), people.Batch{Persons: []people.Entry{{UID: "bruno", Name: "Bruno", Role: people.Requester}}})
		s.ok(err)
		if p, err := s.dir.ByUID(s.Context(), "bruno"); err != nil || p.Role != people.Requester {
			s.Fatalf("bruno is %+v, %v", p, err)
		}
		if got, err := s.dir.StandIn(s.Context(), s.ids["alice"], dbtest.Start); got != 0 || err != nil {
			s.Errorf("%d stands in, %v", got, err)
		}
	})
}
