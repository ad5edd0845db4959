package tickets_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// asks lets alice ask a requester something and wait for the answer.
func (t *deskTest) asks(who string) tickets.ID {
	t.Helper()
	ticket := t.opens(t.as(who))
	t.asksAgain(ticket.ID)
	return ticket.ID
}

func (t *deskTest) asksAgain(id tickets.ID) {
	t.Helper()
	_, err := t.desk.Reply(t.as("alice"), id, tickets.Reply{Body: "Quel modèle ?", Then: tickets.WaitingRequester})
	t.ok(err)
}

// is wants a ticket in a status.
func (t *deskTest) is(id tickets.ID, want tickets.Status) {
	t.Helper()
	if got := t.now(id).Status; got != want {
		t.Errorf("at %s ticket %d is %s, want %s", t.clock.Now(), id, got, want)
	}
}

// lastLetter is the text of the newest letter about a ticket.
func (t *deskTest) lastLetter(id tickets.ID) string {
	t.Helper()
	letters, err := t.outbox.OfTicket(t.Context(), int64(id))
	t.ok(err)
	return strings.ReplaceAll(letters[len(letters)-1].Text, "\n", " ")
}

// count is how often something happened to a ticket.
func (t *deskTest) count(id tickets.ID, what tickets.What) (n int) {
	t.Helper()
	for _, w := range t.history(t.as("sophie"), id) {
		if w == what {
			n++
		}
	}
	return n
}

func TestAQuestionThatNobodyAnswersIsAskedAgainAndGivenUpAfterThatPersonsOwnDays(t *testing.T) {
	for name, c := range map[string]struct {
		who                     string
		night, asked, eve, over string // the instants before and of what happens
		named, written          string // the last day, and how the letter says it
		until                   string // the same of the solution
	}{
		"a teacher, across the holidays": {
			"claire", "2027-01-05T07:59:00+01:00", "2027-01-05T08:00:00+01:00",
			"2027-01-12T07:59:00+01:00", "2027-01-12T08:00:00+01:00", "2027-01-11", "jusqu'au lundi 11\u00a0janvier inclus",
			"jusqu'au mardi 26\u00a0janvier inclus",
		},
		"somebody at the rectorat, in the middle of them": {
			"rene", "2026-12-22T08:59:00+01:00", "2026-12-22T09:00:00+01:00",
			"2026-12-30T08:59:00+01:00", "2026-12-30T09:00:00+01:00", "2026-12-29", "jusqu'au mardi 29\u00a0décembre inclus",
			"jusqu'au jeudi 14\u00a0janvier\u00a02027 inclus",
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachDesk(t, func(t *deskTest) {
				t.at("2026-12-16T10:00:00+01:00")
				id := t.asks(c.who)
				if got := t.now(id); got.WaitingSince == nil || !got.WaitingSince.Equal(t.clock.Now()) {
					t.Errorf("it waits since %v", got.WaitingSince)
				}
				t.at(c.night)
				if n := t.count(id, tickets.WasReminded); n != 0 {
					t.Errorf("asked again before the office opens")
				}
				t.at(c.asked)
				version := t.now(id).Version
				t.at(c.eve) // hour by hour nothing more
				if n := t.count(id, tickets.WasReminded); n != 1 {
					t.Errorf("asked again %d times", n)
				}
				t.is(id, tickets.WaitingRequester)
				letter := t.lastLetter(id)
				for _, want := range []string{"Nous attendons toujours votre réponse", c.written, "Quel modèle ?"} {
					if !strings.Contains(letter, want) {
						t.Errorf("the reminder lacks %q:\n%s", want, letter)
					}
				}
				t.at(c.over)
				t.is(id, tickets.Solved)
				got := t.now(id)
				if got.Outcome != "abandoned" || got.WaitingSince != nil || got.RemindedAt != nil || got.Version != version+1 {
					t.Errorf("given up: %+v", got)
				}
				letter = t.lastLetter(id)
				for _, want := range []string{"Faute de réponse", c.until, "sera rouverte"} {
					if !strings.Contains(letter, want) {
						t.Errorf("the letter lacks %q:\n%s", want, letter)
					}
				}
				events, err := t.desk.Events(t.as("alice"), id)
				t.ok(err)
				last := events[len(events)-1]
				if last.Actor != people.SystemID || events[len(events)-2].Data["until"] != c.named {
					t.Errorf("events %+v", events[len(events)-2:])
				}
			})
		})
	}
}

func TestTheDayThatTheSolutionNamesIsTheLastOne(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.solves(t.as("alice"), ticket.ID)
		if letter := t.lastLetter(ticket.ID); !strings.Contains(letter, "jusqu'au mercredi 2\u00a0décembre inclus") {
			t.Errorf("letter %s", letter)
		}
		t.at("2026-12-02T12:59:00+01:00")
		t.is(ticket.ID, tickets.Solved)
		t.clock.Set(t.instant("2026-12-02T23:59:00+01:00"))
		t.replies(t.as("claire"), ticket.ID, "Toujours muette.")
		t.is(ticket.ID, tickets.Opened)
		t.at("2026-12-03T08:00:00+01:00")
		t.is(ticket.ID, tickets.Opened)
	})
}

func TestAnAnswerEndsTheWaitAndTheNextQuestionCountsAnew(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		id := t.asks("claire") // Wednesday 18 November
		t.at("2026-11-24T08:00:00+01:00")
		t.replies(t.as("claire"), id, "Une C400.")
		if got := t.now(id); got.WaitingSince != nil || got.RemindedAt != nil || got.Status != tickets.Opened {
			t.Errorf("after the answer %+v", got)
		}
		t.at("2026-12-02T08:00:00+01:00")
		t.is(id, tickets.Opened)
		t.asksAgain(id)
		t.at("2026-12-07T16:00:00+01:00")
		if n := t.count(id, tickets.WasReminded); n != 1 {
			t.Errorf("asked again %d times", n)
		}
		t.at("2026-12-08T08:00:00+01:00")
		if n := t.count(id, tickets.WasReminded); n != 2 {
			t.Errorf("asked again %d times", n)
		}
		t.wrote(id, "opened to claire@academie.test", "waiting to claire@academie.test", "reminded to claire@academie.test",
			"answered to alice@academie.test", "waiting to claire@academie.test", "reminded to claire@academie.test")
	})
}

func TestAQuestionThatIsAskedOnceMoreGivesItsDaysAnew(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		id := t.asks("claire") // Wednesday 18 November: until Monday 30
		t.at("2026-11-30T10:00:00+01:00")
		if n := t.count(id, tickets.WasReminded); n != 1 {
			t.Errorf("asked again %d times", n)
		}
		t.replies(t.as("alice"), id, "Ou une photo de l'étiquette ?")
		if got := t.now(id); got.RemindedAt != nil || !got.WaitingSince.Equal(t.clock.Now()) {
			t.Errorf("waits since %v, reminded at %v", got.WaitingSince, got.RemindedAt)
		}
		t.at("2026-12-03T16:00:00+01:00")
		t.is(id, tickets.WaitingRequester)
		t.at("2026-12-04T08:00:00+01:00")
		if n := t.count(id, tickets.WasReminded); n != 2 {
			t.Errorf("asked again %d times", n)
		}
		if letter := t.lastLetter(id); !strings.Contains(letter, "jusqu'au jeudi 10\u00a0décembre inclus") || !strings.Contains(letter, "étiquette") {
			t.Errorf("letter %s", letter)
		}
	})
}

func TestWordsAfterTheSolutionDoNotForgetItsDay(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.solves(t.as("alice"), ticket.ID)
		t.ok(t.desk.SetDelays(t.as("sophie"), tickets.Delays{Close: 1}))
		t.replies(t.as("alice"), ticket.ID, "J'oubliais : merci.")
		t.at("2026-12-02T12:00:00+01:00")
		t.is(ticket.ID, tickets.Solved)
		t.at("2026-12-03T08:00:00+01:00")
		t.is(ticket.ID, tickets.Closed)
	})
}

func TestNobodyIsRemindedOfAWaitForSomebodyElse(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		id := t.asks("claire")
		_, err := t.desk.Wait(t.as("alice"), id, tickets.Wait{For: tickets.WaitingThirdParty})
		t.ok(err)
		if got := t.now(id); got.WaitingSince != nil {
			t.Errorf("it still waits for the requester since %v", got.WaitingSince)
		}
		t.at("2027-06-01T10:00:00+02:00")
		t.is(id, tickets.WaitingThirdParty)
	})
}

func TestAfterAMonthOfDowntimeTheReminderLeavesTheDaysThatItNames(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		id := t.asks("claire")
		t.at("2026-12-10T09:00:00+01:00")
		t.is(id, tickets.WaitingRequester)
		if letter := t.lastLetter(id); !strings.Contains(letter, "jusqu'au mercredi 16\u00a0décembre inclus") {
			t.Errorf("letter %s", letter)
		}
		t.at("2026-12-16T12:00:00+01:00")
		t.is(id, tickets.WaitingRequester)
		t.at("2026-12-17T08:00:00+01:00")
		t.is(id, tickets.Solved)
	})
}

func TestWhoeverWaitedBeforeAnybodyWroteItDownIsRemindedToo(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		id := t.asks("claire")
		t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
			return t.db.Gorm(ctx).Exec("UPDATE tickets SET waiting_since = NULL").Error
		}))
		t.at("2026-11-19T10:00:00+01:00")
		if got := t.now(id); got.WaitingSince == nil || !got.WaitingSince.Equal(got.UpdatedAt) {
			t.Errorf("it waits since %v", got.WaitingSince)
		}
		t.at("2026-11-24T08:00:00+01:00")
		if n := t.count(id, tickets.WasReminded); n != 1 {
			t.Errorf("asked again %d times", n)
		}
	})
}

func TestManyWorkersDoEachThingOnce(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		var waiting, solved []tickets.ID
		for range 3 {
			waiting = append(waiting, t.asks("claire"))
			ticket := t.opens(t.as("claire"))
			t.solves(t.as("alice"), ticket.ID)
			solved = append(solved, ticket.ID)
		}
		hour := func(instant string) {
			t.clock.Set(t.instant(instant))
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					if err := t.desk.Hour(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
		hour("2026-11-24T08:00:00+01:00")
		hour("2026-12-01T08:00:00+01:00")
		hour("2026-12-03T08:00:00+01:00")
		for _, id := range waiting {
			if r, s := t.count(id, tickets.WasReminded), t.count(id, tickets.WasSolved); r != 1 || s != 1 {
				t.Errorf("ticket %d: reminded %d times, solved %d times", id, r, s)
			}
			t.wrote(id, "opened to claire@academie.test", "waiting to claire@academie.test", "reminded to claire@academie.test", "abandoned to claire@academie.test")
		}
		for _, id := range solved {
			if n := t.count(id, tickets.WasClosed); n != 1 {
				t.Errorf("ticket %d: closed %d times", id, n)
			}
		}
	})
}

func TestOnlySupervisorsChooseDelaysAndOnlySoundOnes(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		got, err := t.desk.Delays(t.Context())
		t.ok(err)
		if got != tickets.UsualDelays || got != (tickets.Delays{Remind: 3, Solve: 8, Close: 10}) {
			t.Errorf("usually %+v", got)
		}
		for _, who := range []string{"claire", "alice"} {
			t.refuses(t.desk.SetDelays(t.as(who), tickets.Delays{}), fault.Denied)
		}
		sophie := t.as("sophie")
		t.refusesFields(t.desk.SetDelays(sophie, tickets.Delays{Remind: -1, Solve: 251, Close: 251}), "remind", "solve", "close")
		t.refusesFields(t.desk.SetDelays(sophie, tickets.Delays{Remind: 3, Solve: 3}), "solve")
		for _, sound := range []tickets.Delays{{}, {Remind: 250}, {Solve: 1}, {Remind: 1, Solve: 250, Close: 1}} {
			t.ok(t.desk.SetDelays(sophie, sound))
			if got, err := t.desk.Delays(t.as("claire")); err != nil || got != sound {
				t.Errorf("chosen %+v, got %+v, %v", sound, got, err)
			}
		}
	})
}

func TestADelayOfNothingMeansNever(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.ok(t.desk.SetDelays(t.as("sophie"), tickets.Delays{}))
		waiting, solved := t.asks("claire"), t.opens(t.as("claire"))
		t.solves(t.as("alice"), solved.ID)
		if letter := t.lastLetter(solved.ID); !strings.Contains(letter, "la demande sera rouverte") || strings.Contains(letter, "inclus") {
			t.Errorf("letter %s", letter)
		}
		t.at("2027-11-18T10:00:00+01:00")
		t.is(waiting, tickets.WaitingRequester)
		t.is(solved.ID, tickets.Solved)
		t.wrote(waiting, "opened to claire@academie.test", "waiting to claire@academie.test")
	})
}

func TestWithoutAReminderTheQuestionItselfNamesTheDay(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.ok(t.desk.SetDelays(t.as("sophie"), tickets.Delays{Solve: 2}))
		id := t.asks("claire")
		if letter := t.lastLetter(id); !strings.Contains(letter, "jusqu'au vendredi 20\u00a0novembre inclus") {
			t.Errorf("letter %s", letter)
		}
		t.at("2026-11-20T16:00:00+01:00")
		t.is(id, tickets.WaitingRequester)
		t.at("2026-11-23T08:00:00+01:00")
		t.is(id, tickets.Solved)
	})
}

func TestADayThatALetterNamedIsKeptWhateverIsChosenAfterwards(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		named := t.opens(t.as("claire")) // until 2 December
		t.solves(t.as("alice"), named.ID)
		t.ok(t.desk.SetDelays(t.as("sophie"), tickets.Delays{Close: 1}))
		later := t.opens(t.as("claire"))
		t.solves(t.as("alice"), later.ID)
		t.at("2026-11-20T08:00:00+01:00")
		t.is(later.ID, tickets.Closed)
		t.is(named.ID, tickets.Solved)
		t.at("2026-12-02T12:00:00+01:00")
		t.is(named.ID, tickets.Solved)
		t.at("2026-12-03T08:00:00+01:00")
		t.is(named.ID, tickets.Closed)
	})
}

func TestTheDeskCountsOnItsOwnCalendarWhereItHasOne(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		book := calendar.NewBook(t.db)
		_, err := book.Put(t.Context(), "nuit", calendar.Spec{TZ: "Europe/Paris", Weekly: calendar.Weekly{"sat": {{"22:00", "23:30"}}}})
		t.ok(err)
		t.desk.KeepBook(book, "nuit")
		ticket := t.opens(t.as("paul"))
		t.ok(t.desk.SetDelays(t.as("sophie"), tickets.Delays{Close: 1}))
		t.solves(t.as("alice"), ticket.ID)
		if letter := t.lastLetter(ticket.ID); !strings.Contains(letter, "jusqu'au samedi 21\u00a0novembre inclus") {
			t.Errorf("letter %s", letter)
		}
		t.at("2026-11-27T12:00:00+01:00")
		t.is(ticket.ID, tickets.Solved)
		t.at("2026-11-28T22:00:00+01:00")
		t.is(ticket.ID, tickets.Closed)
	})
}

func TestTheSearchForWhatIsOverFollowsAnIndex(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(10_000)
		t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
			long, lately := t.instant("2026-10-01T09:00:00+02:00"), t.instant("2026-11-17T09:00:00+01:00")
			for where, when := range map[string]time.Time{"id % 500 >= 8": lately, "id % 500 < 8": long} {
				solved := "UPDATE tickets SET solved_at = ?, outcome = 'fixed' WHERE status IN ('solved', 'closed') AND " + where
				if err := t.db.Gorm(ctx).Exec(solved, when).Error; err != nil {
					return err
				}
				closed := "UPDATE tickets SET solved_at = ? WHERE status = 'closed'"
				if err := t.db.Gorm(ctx).Exec(closed, long).Error; err != nil {
					return err
				}
				waiting := "UPDATE tickets SET waiting_since = ? WHERE status = 'waiting_requester' AND " + where
				if err := t.db.Gorm(ctx).Exec(waiting, when).Error; err != nil {
					return err
				}
			}
			return nil
		}))
		_, err := t.db.SQL().Exec("ANALYZE")
		t.ok(err)
		r := record(t)
		t.ok(t.desk.Hour(t.Context()))
		missing := map[string]string{"waiting_since <": "tickets_waiting", "solved_at <": "tickets_unclosed"}
		for _, s := range r.take() {
			for search, index := range missing {
				if !strings.Contains(s.sql, search) {
					continue
				}
				delete(missing, search)
				if plan := t.explain(s); !strings.Contains(plan, index) {
					t.Errorf("%s\n%s", s.sql, plan)
				}
			}
		}
		if len(missing) > 0 {
			t.Errorf("nobody looked by %v", missing)
		}
		if n, err := t.desk.Count(t.as("sophie"), tickets.Filter{Statuses: []tickets.Status{tickets.Solved}}); err != nil || n != tickets.MaxCount {
			t.Errorf("%d are still solved, %v", n, err)
		}
	})
}
