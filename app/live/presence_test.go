package live_test

import (
	"slices"
	"testing"
	"time"

	"amigo/app/db/dbtest"
	"amigo/app/live"
	"amigo/app/redis"
	"amigo/app/redis/redistest"
)

// present gives who is where, of two processes, and the clock of both.
func present(t *testing.T, r *redis.Server) (one, two *live.Hub, clock *dbtest.Clock) {
	t.Helper()
	clock = dbtest.NewClock()
	d := dbtest.SQLite(t, clock.Now)
	one, two = live.New(d, r), live.New(d, r)
	one.Channel = redistest.Name()
	two.Channel = one.Channel
	return one, two, clock
}

func TestWhoHasATicketBeforeThemIsSeenInEveryProcessAndFades(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *redis.Server) {
		one, two, clock := present(t, r)
		claire := live.Present{ID: 7, Person: 3, Name: "Claire Dubois"}
		typing := live.Present{ID: 7, Person: 3, Name: "Claire Dubois", Typing: true}
		one.Presence().Here(t.Context(), claire)
		one.Presence().Here(t.Context(), live.Present{ID: 8, Person: 4, Name: "Théo Petit", Typing: true})
		if got := two.Presence().Who(t.Context(), 7); !slices.Equal(got, []live.Present{claire}) {
			t.Fatalf("before ticket 7: %v", got)
		}
		one.Presence().Here(t.Context(), typing)
		if got := two.Presence().Who(t.Context(), 7); !slices.Equal(got, []live.Present{typing}) {
			t.Fatalf("before ticket 7: %v", got)
		}
		if got := two.Presence().Writing(t.Context()); len(got) != 2 || got[7][0].Name != "Claire Dubois" {
			t.Fatalf("writing: %v", got)
		}
		clock.Advance(15 * time.Second) // what was typed long ago is typed no more
		if got := two.Presence().Who(t.Context(), 7); !slices.Equal(got, []live.Present{claire}) {
			t.Fatalf("before ticket 7: %v", got)
		}
		clock.Advance(time.Minute)
		if got := two.Presence().Who(t.Context(), 7); len(got) != 0 {
			t.Fatalf("a minute later: %v", got)
		}
		if n := r.Client().HLen(t.Context(), one.Channel+":here").Val(); n != 0 {
			t.Errorf("%d signs of life are kept for nothing", n)
		}
	})
}

func TestPagesWakeWhenSomebodyComesWritesOrGoesAndNotForASignOfLife(t *testing.T) {
	redistest.Each(t, func(t *testing.T, r *redis.Server) {
		one, two, _ := present(t, r)
		page := two.Subscribe(t.Context())
		who, news := live.Present{ID: 7, Person: 3, Name: "Claire Dubois"}, live.Change{What: "presence", ID: 7}
		for _, step := range []struct {
			name string
			do   func()
			wake bool
		}{
			{"comes", func() { one.Presence().Here(t.Context(), who) }, true},
			{"is still there", func() { one.Presence().Here(t.Context(), who) }, false},
			{"writes", func() {
				who.Typing = true
				one.Presence().Here(t.Context(), who)
			}, true},
			{"still writes", func() { one.Presence().Here(t.Context(), who) }, false},
			{"writes no longer", func() { one.Presence().Stopped(t.Context(), 7, 3) }, true},
			{"goes", func() { one.Presence().Left(t.Context(), 7, 3) }, true},
			{"goes again", func() { one.Presence().Left(t.Context(), 7, 3) }, false},
		} {
			step.do()
			if !step.wake {
				quiet(t, page)
			} else if got := next(t, page); got != news {
				t.Fatalf("%s: heard of %v", step.name, got)
			}
		}
	})
}

func TestARedisThatIsAwayMeansThatNobodyIsSeen(t *testing.T) {
	r := redistest.Inside(t)
	one, _, _ := present(t, r)
	one.Presence().Here(t.Context(), live.Present{ID: 7, Person: 3, Name: "Claire Dubois"})
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	one.Presence().Here(t.Context(), live.Present{ID: 7, Person: 3, Name: "Claire Dubois"})
	one.Presence().Left(t.Context(), 7, 3)
	if got := one.Presence().Who(t.Context(), 7); len(got) != 0 {
		t.Fatalf("seen: %v", got)
	}
}
