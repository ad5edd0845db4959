package tickets_test

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

func TestAssigningOpensANewTicketAndTellsWhoGetsIt(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		got, err := t.desk.Assign(t.as("sophie"), ticket.ID, tickets.Assign{Assignee: ptr(t.ids["bruno"]), Team: ptr(t.team("reseau")), Version: 1})
		t.ok(err)
		if got.Status != tickets.Opened || got.Assignee != t.ids["bruno"] || got.Team != t.team("reseau") || got.Version != 2 {
			t.Errorf("assigned %+v", got)
		}
		events, err := t.desk.Events(t.as("sophie"), ticket.ID)
		t.ok(err)
		want := map[string][2]string{"assignee": {"", "bruno"}, "queue": {"assistance-caen", "reseau"}, "status": {"new", "open"}}
		if last := events[len(events)-1]; !maps.Equal(last.Changes, want) || last.Actor != t.ids["sophie"] {
			t.Errorf("event %+v", last)
		}
		t.wrote(ticket.ID, "opened to claire@academie.test", "assigned to bruno@academie.test")
	})
}

func TestTakingATicketWritesToNobody(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Assign(t.as("alice"), ticket.ID, tickets.Assign{Assignee: ptr(t.ids["alice"])})
		t.ok(err)
		again, err := t.desk.Assign(t.as("alice"), ticket.ID, tickets.Assign{Assignee: ptr(t.ids["alice"])})
		t.ok(err)
		back, err := t.desk.Assign(t.as("alice"), ticket.ID, tickets.Assign{Assignee: ptr(people.ID(0))})
		t.ok(err)
		if again.Version != 2 || back.Version != 3 || back.Assignee != 0 || back.Status != tickets.Opened {
			t.Errorf("again %+v, back %+v", again, back)
		}
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasAssigned, tickets.WasAssigned)
		t.wrote(ticket.ID, "opened to claire@academie.test")
	})
}

func TestATeamAloneLeavesATicketNew(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		got, err := t.desk.Assign(t.as("alice"), ticket.ID, tickets.Assign{Team: ptr(t.team("reseau"))})
		t.ok(err)
		if got.Status != tickets.Fresh || got.Team != t.team("reseau") {
			t.Errorf("transferred %+v", got)
		}
	})
}

func TestOnlyStaffGetATicket(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		for _, who := range []people.ID{t.ids["claire"], people.SystemID, 9999} {
			_, err := t.desk.Assign(t.as("alice"), ticket.ID, tickets.Assign{Assignee: ptr(who)})
			t.refusesFields(err, "assignee")
		}
		_, err := t.desk.Assign(t.as("alice"), ticket.ID, tickets.Assign{Team: ptr(people.TeamID(99))})
		t.refusesFields(err, "team")
	})
}

func TestTheSecondOfTwoChangesHearsWhoCameFirst(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Change(t.as("alice"), ticket.ID, tickets.Change{Version: 1, Priority: ptr(tickets.High)})
		t.ok(err)
		_, err = t.desk.Change(t.as("bruno"), ticket.ID, tickets.Change{Version: 1, Priority: ptr(tickets.Low)})
		t.refuses(err, fault.Conflict)
		if m, _ := fault.MessageOf(err); m.Key != "tickets.refused.overtaken" || m.Args["Who"] != "Alice Blin" {
			t.Errorf("said %+v", m)
		}
		for name, change := range map[string]func() error{
			"assign": func() error {
				_, err := t.desk.Assign(t.as("bruno"), ticket.ID, tickets.Assign{Version: 1, Assignee: ptr(t.ids["bruno"])})
				return err
			},
			"wait": func() error {
				_, err := t.desk.Wait(t.as("bruno"), ticket.ID, tickets.Wait{Version: 1, For: tickets.WaitingThirdParty})
				return err
			},
			"solve": func() error {
				_, err := t.desk.Solve(t.as("bruno"), ticket.ID, tickets.Solve{Version: 1, Solution: "x"})
				return err
			},
		} {
			if err := change(); !errors.Is(err, fault.Conflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := t.now(ticket.ID); got.Priority != tickets.High || got.Version != 2 {
			t.Errorf("overwritten: %+v", got)
		}
	})
}

func TestWordsDoNotCollideWithAnOpenForm(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.replies(t.as("claire"), ticket.ID, "Au fait…")
		_, err := t.desk.Note(t.as("bruno"), ticket.ID, tickets.Note{Body: "interne"})
		t.ok(err)
		_, err = t.desk.Change(t.as("alice"), ticket.ID, tickets.Change{Version: ticket.Version, Priority: ptr(tickets.High)})
		t.ok(err)
	})
}

func TestOneChangeSaysEverythingThatItDid(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		got, err := t.desk.Change(t.by("alice", people.API), ticket.ID, tickets.Change{
			Version: 1, Type: ptr(tickets.Request), Priority: ptr(tickets.Urgent), Service: ptr("vpn"),
			Assignee: ptr(t.ids["bruno"]), Team: ptr(t.team("reseau")), Status: ptr(tickets.WaitingThirdParty),
		})
		t.ok(err)
		if got.Type != tickets.Request || got.Priority != tickets.Urgent || got.Service != "vpn" || got.Category != "reseau" ||
			got.Assignee != t.ids["bruno"] || got.Status != tickets.WaitingThirdParty || got.Version != 2 {
			t.Errorf("changed %+v", got)
		}
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasClassified, tickets.WasAssigned, tickets.WasPaused)
		same, err := t.desk.Change(t.as("alice"), ticket.ID, tickets.Change{Status: ptr(tickets.WaitingThirdParty), Type: ptr(tickets.Request)})
		t.ok(err)
		if same.Version != 2 {
			t.Errorf("nothing changed, yet the version is %d", same.Version)
		}
		back, err := t.desk.Change(t.as("alice"), ticket.ID, tickets.Change{Status: ptr(tickets.Opened), Category: ptr("poste")})
		t.ok(err)
		if back.Status != tickets.Opened || back.Category != "poste" || back.Service != "vpn" {
			t.Errorf("back %+v", back)
		}
	})
}

func TestAChangeThatDoesNotExistChangesNothing(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		for _, c := range []tickets.Change{
			{Status: ptr(tickets.Closed)},
			{Status: ptr(tickets.Status("lost"))},
			{Status: ptr(tickets.Opened), Type: ptr(tickets.Type("wish"))},
			{Priority: ptr(tickets.Priority("now"))},
			{Service: ptr("fax")},
			{Status: ptr(tickets.Solved), Solve: tickets.Solve{}},
			{Priority: ptr(tickets.High), Status: ptr(tickets.Closed)},
		} {
			_, err := t.desk.Change(t.as("alice"), ticket.ID, c)
			t.refuses(err, fault.Invalid)
		}
		if got := t.now(ticket.ID); !reflect.DeepEqual(got, ticket) {
			t.Errorf("changed to %+v", got)
		}
		t.happened(ticket.ID, tickets.WasOpened)
		_, err := t.desk.Assign(t.as("alice"), ticket.ID, tickets.Assign{Assignee: ptr(t.ids["alice"])})
		t.ok(err)
		_, err = t.desk.Change(t.as("alice"), ticket.ID, tickets.Change{Status: ptr(tickets.Fresh)})
		t.refuses(err, fault.Invalid)
	})
}

func TestWaitingForSomebody(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Wait(t.as("alice"), ticket.ID, tickets.Wait{For: tickets.Solved})
		t.refusesFields(err, "for")
		got, err := t.desk.Wait(t.as("alice"), ticket.ID, tickets.Wait{For: tickets.WaitingRequester, Version: 1})
		t.ok(err)
		if got.Status != tickets.WaitingRequester {
			t.Errorf("waiting %+v", got)
		}
		_, err = t.desk.Wait(t.as("alice"), ticket.ID, tickets.Wait{For: tickets.WaitingRequester})
		t.ok(err)
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasPaused)
		t.wrote(ticket.ID, "opened to claire@academie.test")
	})
}

func TestSolvingSaysHowAndWhy(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.clock.Advance(time.Hour)
		got := t.solves(t.as("alice"), ticket.ID)
		at := dbtest.Start.Add(time.Hour)
		if got.Status != tickets.Solved || got.Outcome != "fixed" || got.Cause != "hardware" || got.Assignee != t.ids["alice"] {
			t.Errorf("solved %+v", got)
		}
		if got.SolvedAt == nil || !got.SolvedAt.Equal(at) || got.FirstRespondedAt == nil || !got.FirstRespondedAt.Equal(at) {
			t.Errorf("solved at %v, answered at %v", got.SolvedAt, got.FirstRespondedAt)
		}
		messages, err := t.desk.Messages(t.as("claire"), ticket.ID)
		t.ok(err)
		if len(messages) != 2 || messages[1].Body != "Le toner était vide." {
			t.Errorf("messages %+v", messages)
		}
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasAssigned, tickets.WasSolved)
		t.wrote(ticket.ID, "opened to claire@academie.test", "solved to claire@academie.test")
		_, err = t.desk.Solve(t.as("alice"), ticket.ID, tickets.Solve{Solution: "encore"})
		t.refuses(err, fault.Invalid)
	})
}

func TestASolutionIsAskedForExceptOfPrograms(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Solve(t.as("alice"), ticket.ID, tickets.Solve{Outcome: "magic", Cause: "gremlins"})
		t.refusesFields(err, "solution", "outcome", "cause")
		got, err := t.desk.Solve(t.by("alice", people.API), ticket.ID, tickets.Solve{Outcome: "spam"})
		t.ok(err)
		if got.Status != tickets.Solved || got.FirstRespondedAt != nil {
			t.Errorf("solved without a word: %+v", got)
		}
	})
}

func TestReopeningByEitherSide(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		_, err := t.desk.Reopen(t.as("claire"), ticket.ID, "")
		t.refuses(err, fault.Invalid)
		for n, who := range []string{"claire", "bruno"} {
			t.solves(t.as("alice"), ticket.ID)
			got, err := t.desk.Reopen(t.as(who), ticket.ID, "Pas réparée.")
			t.ok(err)
			if got.Status != tickets.Opened || got.Reopened != n+1 {
				t.Errorf("reopened by %s: %+v", who, got)
			}
		}
		messages, err := t.desk.Messages(t.as("alice"), ticket.ID)
		t.ok(err)
		var internal []bool
		for _, m := range messages {
			internal = append(internal, m.Internal)
		}
		if !slices.Equal(internal, []bool{false, false, false, false, true}) {
			t.Errorf("internal: %v", internal)
		}
	})
}

func TestASolvedTicketClosesWhenNobodyContradicts(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, other := t.opens(t.as("claire")), t.opens(t.as("claire"))
		t.solves(t.as("alice"), ticket.ID)
		t.at("2026-12-02T16:59:00+01:00")
		t.solves(t.as("alice"), other.ID)
		t.at("2026-12-03T07:00:00+01:00") // the tenth day is over, and the office still closed
		if got := t.now(ticket.ID).Status; got != tickets.Solved {
			t.Errorf("too early it is %s", got)
		}
		t.at("2026-12-03T08:00:00+01:00")
		got := t.now(ticket.ID)
		if got.Status != tickets.Closed || got.ClosedAt == nil || t.now(other.ID).Status != tickets.Solved {
			t.Errorf("after ten days %+v", got)
		}
		events, err := t.desk.Events(t.as("claire"), ticket.ID)
		t.ok(err)
		if last := events[len(events)-1]; last.What != tickets.WasClosed || last.Actor != people.SystemID {
			t.Errorf("last event %+v", last)
		}
		t.wrote(ticket.ID, "opened to claire@academie.test", "solved to claire@academie.test")
	})
}

func TestPromisesAreWrittenQuietly(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.clock.Advance(time.Hour)
		due := dbtest.Start.Add(3 * time.Hour)
		all := []tickets.Promise{{Ticket: ticket.ID, Next: &due, Due: &due}}
		t.refuses(t.desk.PromiseMany(t.as("alice"), all), fault.Denied)
		t.ok(t.desk.PromiseMany(t.system(), all))
		got := t.now(ticket.ID)
		if got.NextResponseDueAt == nil || !got.NextResponseDueAt.Equal(due) || !got.DueAt.Equal(due) || got.FirstResponseDueAt != nil {
			t.Errorf("promised %+v", got)
		}
		if got.Version != ticket.Version || !got.UpdatedAt.Equal(ticket.UpdatedAt) {
			t.Errorf("loudly: version %d, updated %v", got.Version, got.UpdatedAt)
		}
		_, err := t.desk.Change(t.as("alice"), ticket.ID, tickets.Change{Version: ticket.Version, Priority: ptr(tickets.High)})
		t.ok(err)
		if got := t.now(ticket.ID); got.DueAt == nil {
			t.Error("the change forgot the promise")
		}
	})
}

func TestAnEscalationIsRecordedAndStaysQuiet(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		e := tickets.Escalation{Promise: "resolution", Level: 75, Passed: []int{50}}
		t.refuses(t.desk.Escalate(t.as("alice"), ticket.ID, e), fault.Denied)
		t.ok(t.desk.Escalate(t.system(), ticket.ID, e))
		got := t.now(ticket.ID)
		if got.Escalation != 75 || got.Version != 1 || !got.UpdatedAt.Equal(ticket.UpdatedAt) {
			t.Errorf("escalated %+v", got)
		}
		events, err := t.desk.Events(t.as("alice"), ticket.ID)
		t.ok(err)
		if last := events[len(events)-1]; last.What != tickets.WasEscalated || last.Data["level"] != "75" || last.Data["promise"] != "resolution" || last.Data["passed"] != "50" || last.Actor != people.SystemID {
			t.Errorf("event %+v", last)
		}
		t.wrote(ticket.ID, "opened to claire@academie.test")
		e.Level = 50
		t.ok(t.desk.Escalate(t.system(), ticket.ID, e))
		if got := t.now(ticket.ID).Escalation; got != 75 {
			t.Errorf("the level fell to %d", got)
		}
		if slices.Contains(t.history(t.as("claire"), ticket.ID), tickets.WasEscalated) {
			t.Error("the requester reads of the escalation")
		}
	})
}

func TestWhatIsInternalNeverReachesTheRequestersSide(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		file, err := t.desk.Attach(t.as("alice"), "secret.txt", strings.NewReader("zinzolin"))
		t.ok(err)
		_, err = t.desk.Note(t.as("alice"), ticket.ID, tickets.Note{Body: "Elle exagère, la quidditas.", Attachments: []tickets.AttachmentID{file.ID}})
		t.ok(err)
		_, err = t.desk.Change(t.as("alice"), ticket.ID, tickets.Change{Priority: ptr(tickets.Low), Assignee: ptr(t.ids["alice"])})
		t.ok(err)
		claire := t.as("claire")
		messages, err := t.desk.Messages(claire, ticket.ID)
		t.ok(err)
		if len(messages) != 1 {
			t.Errorf("messages %+v", messages)
		}
		if got := t.history(claire, ticket.ID); !slices.Equal(got, []tickets.What{tickets.WasOpened}) {
			t.Errorf("history %v", got)
		}
		_, _, err = t.desk.File(claire, file.ID)
		t.refuses(err, fault.NotFound)
		for text, finders := range map[string][]string{"quidditas": {"alice"}, "secret": {"alice"}, "imprimante": {"alice", "claire"}} {
			for _, who := range []string{"alice", "claire"} {
				n, err := t.desk.Count(t.as(who), tickets.Filter{Text: text})
				t.ok(err)
				if found := n > 0; found != slices.Contains(finders, who) {
					t.Errorf("%s searches %q and finds %d", who, text, n)
				}
			}
		}
		t.wrote(ticket.ID, "opened to claire@academie.test")
	})
}

// Every way to change a ticket, for those who may not.
func TestWhoMayNotChangesNothingAndLearnsNothing(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		id := ticket.ID
		ways := map[string]func(ctx context.Context) error{
			"note": func(ctx context.Context) error { _, err := t.desk.Note(ctx, id, tickets.Note{Body: "x"}); return err },
			"assign": func(ctx context.Context) error {
				_, err := t.desk.Assign(ctx, id, tickets.Assign{Version: 7})
				return err
			},
			"change": func(ctx context.Context) error {
				_, err := t.desk.Change(ctx, id, tickets.Change{Version: 7, Priority: ptr(tickets.Low)})
				return err
			},
			"wait": func(ctx context.Context) error { _, err := t.desk.Wait(ctx, id, tickets.Wait{Version: 7}); return err },
			"solve": func(ctx context.Context) error {
				_, err := t.desk.Solve(ctx, id, tickets.Solve{Version: 7})
				return err
			},
		}
		for name, way := range ways {
			for _, c := range []struct {
				who  string
				ctx  context.Context
				kind error
			}{
				{"the requester", t.as("claire"), fault.Denied},
				{"the requester, unproven", t.claiming("claire"), fault.NotFound},
				{"a stranger", t.as("jean"), fault.NotFound},
				{"an unproven technician", t.claiming("alice"), fault.NotFound},
				{"nobody", t.Context(), fault.NotFound},
			} {
				if err := way(c.ctx); !errors.Is(err, c.kind) {
					t.Errorf("%s by %s: %v, want %v", name, c.who, err, c.kind)
				}
			}
		}
		for _, ctx := range []context.Context{t.as("jean"), t.Context(), t.claiming("alice")} {
			_, err := t.desk.Reply(ctx, id, tickets.Reply{Body: "x"})
			t.refuses(err, fault.NotFound)
			_, err = t.desk.Reopen(ctx, id, "x")
			t.refuses(err, fault.NotFound)
		}
		_, err := t.desk.Get(t.as("alice"), 99999)
		t.refuses(err, fault.NotFound)
		if got := t.now(id); !reflect.DeepEqual(got, ticket) {
			t.Errorf("changed to %+v", got)
		}
	})
}

func TestWhateverPeopleDoTheTicketStaysSound(t *testing.T) {
	clock := dbtest.NewClock()
	world := newDesk(t, dbtest.SQLite(t, clock.Now), clock)
	actors := []context.Context{world.as("claire"), world.as("alice"), world.as("sophie"), world.claiming("claire"), world.system()}
	rapid.Check(t, func(r *rapid.T) {
		ticket := world.opens(actors[0])
		version, events := 1, 1
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			clock.Advance(time.Duration(rapid.IntRange(1, 600).Draw(r, "minutes")) * time.Minute)
			ctx := rapid.SampledFrom(actors).Draw(r, "actor")
			err := doSomething(r, world, ctx, ticket.ID)
			if err != nil && !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.Denied) && !errors.Is(err, fault.NotFound) {
				r.Fatalf("accident: %v", err)
			}
			got := world.now(ticket.ID)
			history := world.history(world.as("sophie"), ticket.ID)
			switch {
			case !got.Status.Valid():
				r.Fatalf("status %q", got.Status)
			case got.Version < version || got.Version > version+1:
				r.Fatalf("version %d after %d", got.Version, version)
			case err != nil && (got.Version != version || len(history) != events):
				r.Fatalf("a refusal (%v) left version %d, %d events", err, got.Version, len(history))
			case got.Status.Over() != (got.SolvedAt != nil), (got.Status == tickets.Closed) != (got.ClosedAt != nil):
				r.Fatalf("%s, solved %v, closed %v", got.Status, got.SolvedAt, got.ClosedAt)
			case got.Status.Over() != (got.Outcome != ""):
				r.Fatalf("%s with outcome %q", got.Status, got.Outcome)
			case got.Status == tickets.Fresh && got.Assignee != 0:
				r.Fatalf("somebody has a new ticket: %+v", got)
			}
			version, events = got.Version, len(history)
		}
	})
}

func doSomething(r *rapid.T, w *deskTest, ctx context.Context, id tickets.ID) (err error) {
	statuses := append(tickets.Statuses[:], "")
	assignees := []people.ID{0, w.ids["alice"], w.ids["bruno"], w.ids["claire"]}
	switch rapid.SampledFrom([]string{"reply", "reply", "note", "assign", "change", "wait", "solve", "reopen"}).Draw(r, "act") {
	case "reply":
		_, err = w.desk.Reply(ctx, id, tickets.Reply{Body: "x", Then: rapid.SampledFrom(statuses).Draw(r, "then"), Automatic: rapid.Bool().Draw(r, "automatic")})
	case "note":
		_, err = w.desk.Note(ctx, id, tickets.Note{Body: "x"})
	case "assign":
		_, err = w.desk.Assign(ctx, id, tickets.Assign{Assignee: ptr(rapid.SampledFrom(assignees).Draw(r, "assignee"))})
	case "change":
		_, err = w.desk.Change(ctx, id, tickets.Change{
			Status:   ptr(rapid.SampledFrom(statuses[:6]).Draw(r, "status")),
			Priority: ptr(rapid.SampledFrom(tickets.Priorities[:]).Draw(r, "priority")), Solve: tickets.Solve{Solution: "x"},
		})
	case "wait":
		_, err = w.desk.Wait(ctx, id, tickets.Wait{For: rapid.SampledFrom(statuses).Draw(r, "for")})
	case "solve":
		_, err = w.desk.Solve(ctx, id, tickets.Solve{Solution: "x"})
	case "reopen":
		_, err = w.desk.Reopen(ctx, id, rapid.SampledFrom([]string{"", "x"}).Draw(r, "why"))
	}
	return err
}
