package sla_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/jobs"
	"amigo/app/people"
	"amigo/sla"
	"amigo/tickets"
)

// chapter is something done with a ticket, so long after what came before.
type chapter struct {
	after time.Duration
	by    string
	do    tickets.What
	then  tickets.Status
	body  string
}

// A life in which everything happens that a Step can be.
var long = []chapter{
	{40 * time.Minute, "theo", tickets.WasNoted, "", "À voir avec le collège."},
	{5 * time.Minute, "theo", tickets.WasAssigned, "", ""},
	{time.Hour, "theo", tickets.WasAnswered, tickets.WaitingRequester, "Quel est le modèle ?"},
	{26 * time.Hour, "ann", tickets.WasCompleted, "", "Une Lexmark."},
	{3 * time.Hour, "tess", tickets.WasPaused, tickets.WaitingThirdParty, ""},
	{70 * time.Hour, "tess", tickets.WasResumed, "", ""},
	{time.Hour, "ann", tickets.WasCompleted, "", "Des nouvelles ?"},
	{2 * time.Hour, "theo", tickets.WasSolved, "", "Le toner était vide."},
	{20 * time.Hour, "ann", tickets.WasCompleted, "", "Toujours rien."},
	{time.Hour, "tess", tickets.WasSolved, "", ""},
	{time.Hour, "theo", tickets.WasReopened, "", ""},
	{30 * time.Hour, "theo", tickets.WasSolved, "", "Tambour changé."},
	{14*24*time.Hour + 12*time.Hour, "", tickets.WasClosed, "", ""}, // ten working days later, when the office is open
}

// live lets it happen at the desk, hour by hour. No bell rings meanwhile; the
// last chapter is the closing.
func (w *world) live(p tickets.Priority, chapters []chapter) tickets.ID {
	w.t.Helper()
	t, err := w.desk.Open(w.as("ann"), tickets.Open{Subject: "Imprimante muette", Body: "Plus rien ne sort.", Priority: p})
	must(w.t, err)
	id := t.ID
	for _, c := range chapters {
		w.clock.Advance(c.after)
		if c.by == "" {
			closing := jobs.NewMux()
			w.desk.Jobs(closing)
			must(w.t, w.queue.Drain(w.t.Context(), closing))
			continue
		}
		must(w.t, w.act(id, c))
	}
	return id
}

func (w *world) act(id tickets.ID, c chapter) (err error) {
	ctx := w.as(c.by)
	switch c.do {
	case tickets.WasAnswered, tickets.WasCompleted:
		_, err = w.desk.Reply(ctx, id, tickets.Reply{Body: c.body, Then: c.then})
	case tickets.WasNoted:
		_, err = w.desk.Note(ctx, id, tickets.Note{Body: c.body})
	case tickets.WasAssigned:
		me := people.ActorOf(ctx).Person
		_, err = w.desk.Assign(ctx, id, tickets.Assign{Assignee: &me})
	case tickets.WasPaused:
		_, err = w.desk.Wait(ctx, id, tickets.Wait{For: c.then})
	case tickets.WasResumed:
		_, err = w.desk.Change(ctx, id, tickets.Change{Status: new(tickets.Opened)})
	case tickets.WasSolved:
		ctx = people.As(ctx, func() people.Actor { a := people.ActorOf(ctx); a.Channel = people.API; return a }())
		_, err = w.desk.Solve(ctx, id, tickets.Solve{Solution: c.body, Outcome: "fixed", Cause: "hardware"})
	case tickets.WasReopened:
		_, err = w.desk.Reopen(ctx, id, "")
	}
	return err
}

// past is the same life, told afterwards.
func (w *world) past(p tickets.Priority, chapters []chapter) tickets.Past {
	w.t.Helper()
	at := dbtest.Start
	past := tickets.Past{Body: "Plus rien ne sort.", Opened: tickets.Ticket{
		Type: tickets.Incident, Subject: "Imprimante muette", Priority: p, Channel: people.Web, CreatedAt: at, Site: "caen",
		Requester: w.person("ann"), ReportedBy: w.person("ann"),
	}}
	for _, c := range chapters {
		at = at.Add(c.after)
		s := tickets.Step{At: at, By: people.SystemID, Do: c.do, Channel: people.Web, Body: c.body, Then: c.then}
		if c.by != "" {
			s.By = w.person(c.by)
		}
		if c.do == tickets.WasSolved {
			s.Channel, s.Outcome, s.Cause = people.API, "fixed", "hardware"
		}
		past.Steps = append(past.Steps, s)
	}
	return past
}

func (w *world) person(uid string) people.ID {
	w.t.Helper()
	p, err := w.people.ByUID(w.t.Context(), uid)
	must(w.t, err)
	return p.ID
}

// load loads a life, and gives the number of its ticket.
func (w *world) load(p tickets.Past) tickets.ID {
	w.t.Helper()
	ids, err := w.engine.Load(people.As(w.t.Context(), people.System()), []tickets.Past{p})
	must(w.t, err)
	return ids[0]
}

// written is everything that the database holds of a ticket, without numbers of rows.
func (w *world) written(id tickets.ID) string {
	w.t.Helper()
	all := map[string]any{}
	for table, query := range map[string]string{
		"ticket":   "SELECT * FROM tickets WHERE id = ?",
		"messages": "SELECT * FROM messages WHERE ticket_id = ? ORDER BY id",
		"events":   "SELECT * FROM events WHERE ticket_id = ? AND kind <> 'escalated' ORDER BY id",
		"timers":   "SELECT * FROM timers WHERE ticket_id = ? ORDER BY id",
		"segments": "SELECT s.* FROM segments s JOIN timers t ON t.id = s.timer_id WHERE t.ticket_id = ? ORDER BY s.timer_id, s.id",
	} {
		var rows []map[string]any
		must(w.t, w.db.Gorm(w.t.Context()).Raw(query, id).Scan(&rows).Error)
		for _, r := range rows {
			for _, number := range []string{"id", "ticket_id", "timer_id"} {
				delete(r, number)
			}
		}
		all[table] = rows
	}
	text, err := json.MarshalIndent(all, "", " ")
	must(w.t, err)
	return string(text)
}

func TestALoadedPastIsWhatWouldHaveBeen(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		for chapters := range len(long) + 1 {
			w := newWorld(t, d, clock)
			clock.Set(dbtest.Start)
			lived := w.live(tickets.Normal, long[:chapters])
			if loaded := w.load(w.past(tickets.Normal, long[:chapters])); !sameButBells(w.written(lived), w.written(loaded)) {
				t.Errorf("after %d chapters lived as\n%s\nloaded as\n%s", chapters, w.written(lived), w.written(loaded))
			}
		}
	})
}

var untilADay = regexp.MustCompile(`^{"until":"[0-9-]+"}$`)

// sameButBells compares what is written of two tickets. A bell that has not
// rung in time is where a loaded past differs: its rungs are passed. And nobody
// was written a letter about it, so no day was named in one.
func sameButBells(lived, loaded string) bool {
	silent := func(text string) string {
		var all map[string][]map[string]any
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			return err.Error()
		}
		for _, timer := range all["timers"] {
			delete(timer, "ring_at")
			delete(timer, "level")
		}
		for _, event := range all["events"] {
			event["data"] = untilADay.ReplaceAllString(fmt.Sprint(event["data"]), "{}")
		}
		out, _ := json.Marshal(all)
		return string(out)
	}
	return silent(lived) == silent(loaded)
}

func TestALoadedPastRingsAtWhatLiesAhead(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newWorld(t, d, clock)
		clock.Set(paris(t, "2026-11-19 16:30")) // 11 h 30 after the start: half of 18 hours, and all of 4, are gone
		id := w.load(w.past(tickets.Normal, nil))
		must(t, w.queue.Drain(t.Context(), w.mux))
		w.wantTold(id)
		if got := w.get(id); got.Escalation != 0 {
			t.Errorf("escalation %d", got.Escalation)
		}
		if s := w.standing(id, sla.First); s.State != sla.Breached {
			t.Errorf("first answer %+v", s)
		}
		w.pass("2026-11-20 12:00") // 75 % of 18 hours are 13 h 30
		w.wantTold(id, "theo@academie.test", "tess@academie.test")
		if got := w.get(id); got.Escalation != 75 {
			t.Errorf("escalation %d", got.Escalation)
		}
	})
}

func TestAPastThatCannotHaveBeenIsRefused(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newWorld(t, d, clock)
		clock.Advance(time.Hour)
		system := people.As(t.Context(), people.System())
		solved := chapter{0, "theo", tickets.WasSolved, "", "Fait."}
		for name, c := range map[string]struct {
			chapters []chapter
			kind     error
		}{
			"a requester who solves":       {[]chapter{{0, "ann", tickets.WasSolved, "", "Fait."}}, fault.Denied},
			"a solution to what is solved": {[]chapter{solved, solved}, fault.Invalid},
			"an answer without words":      {[]chapter{{0, "theo", tickets.WasAnswered, "", ""}}, fault.Invalid},
			"a step before the one before": {[]chapter{{-time.Minute, "theo", tickets.WasNoted, "", "Vu."}}, fault.Invalid},
			"a stranger's words":           {[]chapter{{0, "", tickets.What("told"), "", "Vu."}}, fault.Denied},
		} {
			_, err := w.engine.Load(system, []tickets.Past{w.past(tickets.Normal, nil), w.past(tickets.Normal, c.chapters)})
			if !errors.Is(err, c.kind) {
				t.Errorf("%s: %v, want %v", name, err, c.kind)
			}
		}
		if _, err := w.engine.Load(system, []tickets.Past{w.past(tickets.Urgent, nil)}); !errors.Is(err, fault.Invalid) {
			t.Errorf("a requester who opens the most urgent: %v", err)
		}
		if _, err := w.engine.Load(w.as("theo"), nil); !errors.Is(err, fault.Denied) {
			t.Errorf("a technician who loads: %v", err)
		}
		if n, err := w.desk.Count(system, tickets.Filter{}); n != 0 || err != nil {
			t.Errorf("%d tickets are left of it, %v", n, err)
		}
	})
}
