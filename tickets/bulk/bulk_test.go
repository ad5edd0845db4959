package bulk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/tickets/bulk"
)

func TestRowsHaveTheColumnsOfTheirTables(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.MatchesTable(t, d, bulk.BulkRow{}, "bulks")
		dbtest.MatchesTable(t, d, bulk.ItemRow{}, "bulk_items")
	})
}

func TestEveryTicketIsChangedAsByHand(t *testing.T) {
	each(t, func(w *world) {
		ids, theo := w.asked(3), w.id("theo")
		id := w.planned("theo", bulk.Action{
			Assignee: &theo, Priority: tickets.High, Category: "impression", AddTags: []string{"Salle info"}, Status: tickets.WaitingRequester,
		}, ids...)

		lines, next, err := w.bulks.Lines(w.as("theo"), id, "", 0, 2)
		w.ok(err)
		want := []bulk.Difference{
			{Field: bulk.FieldStatus, Before: "new", After: "waiting_requester"},
			{Field: bulk.FieldPriority, Before: "normal", After: "high"},
			{Field: bulk.FieldAssignee, After: theo.String()},
			{Field: bulk.FieldCategory, After: "impression"},
			{Field: bulk.FieldTags, After: "Salle info"},
		}
		if len(lines) != 2 || !slices.Equal(lines[0].Differences, want) || next != ids[1] {
			t.Errorf("the preview is %+v, then %d", lines, next)
		}
		if now := w.now(ids[0]); now.Status != tickets.Fresh || now.Assignee != 0 {
			t.Errorf("the preview has changed the ticket: %+v", now)
		}

		w.done("theo", id)
		w.fates(id, bulk.Done, bulk.Changed, bulk.Changed, bulk.Changed)
		for _, of := range ids {
			now := w.now(of)
			if now.Assignee != theo || now.Priority != tickets.High || now.Category != "impression" || now.Status != tickets.WaitingRequester {
				t.Errorf("the ticket is %+v", now)
			}
			events, err := w.desk.Events(w.as("sam"), of)
			w.ok(err)
			if last := events[len(events)-1]; last.Actor != theo {
				t.Errorf("the last event is by %d", last.Actor)
			}
		}
		record, err := w.audit.List(w.Context(), 0, 2)
		w.ok(err)
		if record[0].Action != "bulk.done" || record[0].Actor != "theo" || record[0].Details["done"] != float64(3) || record[1].Action != "bulk.start" {
			t.Errorf("the record holds %+v", record)
		}
	})
}

func TestATicketThatHasChangedSinceIsRefusedAndTheOthersGoOn(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(3)
		id := w.planned("theo", bulk.Action{Priority: tickets.Urgent}, ids...)
		low := tickets.Low
		_, err := w.desk.Change(w.as("tess"), ids[1], tickets.Change{Priority: &low})
		w.ok(err)
		lines, _, err := w.bulks.Lines(w.as("theo"), id, "", 0, 10)
		w.ok(err)
		if lines[0].Moved || !lines[1].Moved {
			t.Errorf("the preview does not say which ticket has moved: %+v", lines)
		}
		w.done("theo", id)
		lines = w.fates(id, bulk.Done, bulk.Changed, bulk.Refused, bulk.Changed)
		if r := lines[1].Reason; r.Key != "tickets.refused.overtaken" || r.Args["Who"] != "Tess Technicienne" {
			t.Errorf("the reason is %+v", r)
		}
		if now := w.now(ids[1]); now.Priority != tickets.Low {
			t.Errorf("the ticket of somebody else was overwritten: %s", now.Priority)
		}
	})
}

func TestAnAnswerToWhatIsNoLongerTheLastWordIsNotSent(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(2)
		id := w.planned("theo", bulk.Action{Text: "Redémarrez-la."}, ids...)
		_, err := w.desk.Reply(w.as("ann"), ids[0], tickets.Reply{Body: "C'est réparé."})
		w.ok(err)
		w.done("theo", id)
		lines := w.fates(id, bulk.Done, bulk.Refused, bulk.Changed)
		if lines[0].Reason.Key != "tickets.refused.newer" {
			t.Errorf("the reason is %+v", lines[0].Reason)
		}
		if w.letters(ids[0], "replied") != 0 || w.letters(ids[1], "replied") != 1 {
			t.Errorf("letters: %d and %d", w.letters(ids[0], "replied"), w.letters(ids[1], "replied"))
		}
	})
}

func TestWordsAreFilledForEachTicketAndComeWithTheirStatus(t *testing.T) {
	each(t, func(w *world) {
		w.fill = func(ctx context.Context, text, lang string, t tickets.Ticket) (string, error) {
			return strings.ReplaceAll(text, "{{reference}}", lang+" "+t.ID.Ref()+" "+people.ActorOf(ctx).UID), nil
		}
		ids := w.asked(2)
		id := w.planned("theo", bulk.Action{Text: "Voir {{reference}}.", Lang: "fr", Status: tickets.WaitingThirdParty}, ids...)
		b, err := w.bulks.Get(w.as("theo"), id)
		w.ok(err)
		example, on, err := w.bulks.Example(w.as("theo"), b)
		if w.ok(err); on != ids[0] || example != "Voir fr "+on.Ref()+" theo." {
			t.Errorf("the example is %q on %d", example, on)
		}
		w.done("theo", id)
		for _, of := range ids {
			if got := w.said(of); !slices.Equal(got, []string{"Voir fr " + of.Ref() + " theo."}) || w.now(of).Status != tickets.WaitingThirdParty {
				t.Errorf("said %q, %s", got, w.now(of).Status)
			}
		}

		id = w.planned("theo", bulk.Action{Text: "C'est fait.", Status: tickets.Solved, Outcome: "done"}, ids...)
		w.done("theo", id)
		for _, of := range ids {
			if now := w.now(of); now.Status != tickets.Solved || now.Outcome != "done" || len(w.said(of)) != 2 {
				t.Errorf("the ticket is %+v, said %q", now, w.said(of))
			}
		}
	})
}

func TestWhatWouldBeRefusedAndWhatIsSoAlreadyIsSaidBefore(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(3)
		high := tickets.High
		_, err := w.desk.Change(w.as("tess"), ids[0], tickets.Change{Priority: &high})
		w.ok(err)
		w.ok(w.desk.Merge(w.as("tess"), ids[1], ids[2]))
		id := w.planned("theo", bulk.Action{Priority: tickets.High}, ids...)
		lines := w.fates(id, bulk.Draft, bulk.Unchanged, bulk.Refused, bulk.Waiting)
		if r := lines[1].Reason; r.Key != "tickets.refused.merged" || r.Args["Ref"] != ids[2].Label() {
			t.Errorf("the reason is %+v", r)
		}
		w.done("theo", id)
		w.fates(id, bulk.Done, bulk.Unchanged, bulk.Refused, bulk.Changed)
		if w.now(ids[0]).Version != 2 {
			t.Errorf("what was so already has version %d", w.now(ids[0]).Version)
		}
	})
}

func TestManyTicketsGoOnAsOne(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(4)
		id := w.planned("theo", bulk.Action{Into: ids[1]}, ids[0], ids[1], ids[2])
		w.fates(id, bulk.Draft, bulk.Waiting, bulk.Unchanged, bulk.Waiting)
		note := tickets.High
		_, err := w.desk.Change(w.as("tess"), ids[2], tickets.Change{Priority: &note})
		w.ok(err)
		w.done("theo", id)
		w.fates(id, bulk.Done, bulk.Changed, bulk.Unchanged, bulk.Refused)
		if w.now(ids[0]).MergedInto != ids[1] || w.now(ids[2]).MergedInto != 0 || w.now(ids[2]).Status == tickets.Closed {
			t.Errorf("merged: %+v, %+v", w.now(ids[0]), w.now(ids[2]))
		}
	})
}

func TestAViewIsFixedWhenItIsGathered(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(3)
		id, err := w.bulks.GatherAll(w.as("theo"), tickets.Filter{Assignees: []string{tickets.Nobody}})
		w.ok(err)
		later := w.asked(1)
		w.ok(w.bulks.Plan(w.as("theo"), id, bulk.Action{Priority: tickets.High}))
		w.done("theo", id)
		w.fates(id, bulk.Done, bulk.Changed, bulk.Changed, bulk.Changed)
		if w.now(ids[2]).Priority != tickets.High || w.now(later[0]).Priority != tickets.Normal {
			t.Error("what came later was changed, too")
		}

		w.bulks.Hold(2)
		id, err = w.bulks.GatherAll(w.as("theo"), tickets.Filter{Sort: tickets.ByCreated})
		w.ok(err)
		b, err := w.bulks.Get(w.as("theo"), id)
		if w.ok(err); b.Total != 2 || !b.More {
			t.Errorf("of too many tickets it holds %d, and says so: %t", b.Total, b.More)
		}
		_, err = w.bulks.Gather(w.as("theo"), ids)
		w.refuses(err, fault.Invalid)
	})
}

func TestOnlyItsAuthorAndAdministratorsFindIt(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(1)
		id := w.planned("theo", bulk.Action{Priority: tickets.High}, ids...)
		for _, uid := range []string{"ann", "tess", "sam"} {
			_, err := w.bulks.Get(w.as(uid), id)
			w.refuses(err, fault.NotFound)
			_, _, err = w.bulks.Lines(w.as(uid), id, "", 0, 10)
			w.refuses(err, fault.NotFound)
			w.refuses(w.bulks.Plan(w.as(uid), id, bulk.Action{Priority: tickets.Low}), fault.NotFound)
			w.refuses(w.bulks.Start(w.as(uid), id), fault.NotFound)
			w.refuses(w.bulks.Stop(w.as(uid), id), fault.NotFound)
		}
		w.refuses(w.bulks.Start(w.as("ada"), id), fault.Denied)
		_, err := w.bulks.Gather(w.as("ann"), ids)
		w.refuses(err, fault.Denied)
		w.ok(w.bulks.Start(w.as("theo"), id))
		w.ok(w.bulks.Stop(w.as("ada"), id))
		w.fates(id, bulk.Stopped, bulk.Waiting)
	})
}

func TestTheAuthorsRightsAreThoseOfTheMoment(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(2)
		id := w.planned("theo", bulk.Action{Priority: tickets.High}, ids...)
		w.ok(w.bulks.Start(w.as("theo"), id))
		_, err := w.people.Import(w.Context(), people.Batch{Persons: []people.Entry{
			{UID: "theo", Name: "Théo Technicien", Role: people.Requester, Site: "caen", Addresses: []string{"theo@academie.test"}},
		}})
		w.ok(err)
		w.drain()
		lines := w.fates(id, bulk.Stopped, bulk.Refused, bulk.Refused)
		if lines[0].Reason.Key != "bulk.refused.author" || w.now(ids[0]).Priority != tickets.Normal {
			t.Errorf("the reason is %+v, the priority %s", lines[0].Reason, w.now(ids[0]).Priority)
		}
	})
}

func TestWhatIsStoppedStaysUntouchedAndMayGoOn(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(2)
		id := w.planned("theo", bulk.Action{Priority: tickets.High}, ids...)
		w.ok(w.bulks.Start(w.as("theo"), id))
		w.ok(w.bulks.Stop(w.as("theo"), id))
		w.drain()
		w.fates(id, bulk.Stopped, bulk.Waiting, bulk.Waiting)
		if w.now(ids[0]).Priority != tickets.Normal {
			t.Error("a ticket was changed although it was stopped")
		}
		w.done("theo", id)
		w.fates(id, bulk.Done, bulk.Changed, bulk.Changed)
		w.ok(w.bulks.Start(w.as("theo"), id)) // once more: nothing
		w.refuses(w.bulks.Plan(w.as("theo"), id, bulk.Action{Priority: tickets.Low}), fault.Conflict)
	})
}

func TestKilledOnTheWayEachTicketIsChangedOnce(t *testing.T) {
	each(t, func(w *world) {
		ids, met := w.asked(5), 0
		w.fill = func(_ context.Context, text, _ string, _ tickets.Ticket) (string, error) {
			if met++; met == 3 {
				panic("the plug is pulled")
			}
			return text, nil
		}
		id := w.planned("theo", bulk.Action{Text: "Redémarrez-la."}, ids...)
		w.ok(w.bulks.Start(w.as("theo"), id))
		if err := w.queue.Drain(w.Context(), w.mux); err == nil {
			t.Fatal("nothing went wrong")
		}
		w.fates(id, bulk.Running, bulk.Changed, bulk.Changed, bulk.Waiting, bulk.Waiting, bulk.Waiting)
		w.clock.Advance(time.Minute)
		w.drain()
		w.fates(id, bulk.Done, bulk.Changed, bulk.Changed, bulk.Changed, bulk.Changed, bulk.Changed)
		for _, of := range ids {
			if said := w.said(of); len(said) != 1 {
				t.Errorf("said %q", said)
			}
		}
	})
}

func TestTwoAtOnceChangeEachTicketOnce(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(12)
		id := w.planned("theo", bulk.Action{Text: "Redémarrez-la."}, ids...)
		w.ok(w.bulks.Start(w.as("theo"), id))
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := w.bulks.Step(w.Context(), id); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		for _, of := range ids {
			if said := w.said(of); len(said) != 1 {
				t.Errorf("said %q", said)
			}
		}
	})
}

func TestMoreThanOneStepComesToItsEnd(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(2*bulk.Chunk + 1)
		id := w.planned("theo", bulk.Action{Priority: tickets.High}, ids...)
		w.done("theo", id)
		tally, err := w.bulks.Tally(w.as("theo"), id)
		if w.ok(err); tally[bulk.Changed] != len(ids) {
			t.Errorf("%v", tally)
		}
	})
}

func TestAnActionIsCheckedBeforeAnyTicketIs(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(2)
		id, err := w.bulks.Gather(w.as("theo"), ids)
		w.ok(err)
		ann := w.id("ann")
		for _, c := range []struct {
			a      bulk.Action
			fields []string
		}{
			{bulk.Action{}, []string{"action"}},
			{bulk.Action{Status: tickets.Fresh, Priority: "huge"}, []string{"priority", "status"}},
			{bulk.Action{Status: tickets.Solved}, []string{"text"}},
			{bulk.Action{Status: tickets.Closed, Text: "Au revoir."}, []string{"text"}},
			{bulk.Action{Assignee: &ann, Team: 999}, []string{"assignee", "team"}},
			{bulk.Action{Into: 1}, []string{"into"}},
			{bulk.Action{Into: ids[0], Priority: tickets.Low}, []string{"into"}},
			{bulk.Action{AddTags: []string{"!"}}, []string{"add_tags"}},
		} {
			w.refusesFields(w.bulks.Plan(w.as("theo"), id, c.a), c.fields...)
		}
		w.refuses(w.bulks.Start(w.as("theo"), id), fault.Invalid)
	})
}

func TestDraftsAndOldResultsAreForgotten(t *testing.T) {
	each(t, func(w *world) {
		ids := w.asked(1)
		draft := w.planned("theo", bulk.Action{Priority: tickets.High}, ids...)
		done := w.planned("theo", bulk.Action{Priority: tickets.Low}, ids...)
		w.done("theo", done)
		there := func() string {
			_, one := w.bulks.Get(w.as("theo"), draft)
			_, other := w.bulks.Get(w.as("theo"), done)
			return fmt.Sprint(one == nil, other == nil)
		}
		for _, c := range []struct {
			wait time.Duration
			want string
		}{{0, "true true"}, {25 * time.Hour, "false true"}, {91 * 24 * time.Hour, "false false"}} {
			w.clock.Advance(c.wait)
			w.drain()
			if got := there(); got != c.want {
				t.Errorf("%s later there are %s, want %s", c.wait, got, c.want)
			}
		}
	})
}
