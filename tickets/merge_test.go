package tickets_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

func (t *deskTest) merges(id, into tickets.ID) {
	t.Helper()
	t.ok(t.desk.Merge(t.as("alice"), id, into))
}

// says wants exactly these words on a ticket.
func (t *deskTest) says(id tickets.ID, want ...string) {
	t.Helper()
	messages, err := t.desk.Messages(t.as("alice"), id)
	t.ok(err)
	var got []string
	for _, m := range messages {
		got = append(got, m.Body)
	}
	if !slices.Equal(got, want) {
		t.Errorf("ticket %d says %q, want %q", id, got, want)
	}
}

func TestAMergedTicketGoesOnUnderTheOtherNumber(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		survivor := t.opens(t.as("jean"))
		gone, err := t.desk.Open(t.as("paul"), tickets.Open{Subject: "Idem", Body: "Chez Claire aussi.", Requester: t.ids["claire"]})
		t.ok(err)
		t.follow(gone.ID, "rene")
		t.merges(gone.ID, survivor.ID)
		got := t.now(gone.ID)
		if got.Status != tickets.Closed || got.Outcome != "merged" || got.MergedInto != survivor.ID || got.SolvedAt == nil || got.ClosedAt == nil {
			t.Errorf("merged %+v", got)
		}
		t.is(survivor.ID, tickets.Fresh)
		t.happened(gone.ID, tickets.WasOpened, tickets.WasMerged)
		t.happened(survivor.ID, tickets.WasOpened, tickets.WasAbsorbed)
		for id, other := range map[tickets.ID]tickets.ID{gone.ID: survivor.ID, survivor.ID: gone.ID} {
			events, err := t.desk.Events(t.as("alice"), id)
			t.ok(err)
			if ref := events[1].Data["ref"]; ref != other.Ref() {
				t.Errorf("ticket %d names %q", id, ref)
			}
		}
		for _, who := range []string{"claire", "paul", "rene"} {
			if takes, err := t.desk.Participates(t.Context(), survivor.ID, t.ids[who]); !takes || err != nil {
				t.Errorf("%s is left behind: %v", who, err)
			}
		}
		t.wrote(gone.ID, "opened to claire@academie.test", "merged to claire@academie.test")
		t.wrote(survivor.ID, "opened to jean@academie.test")
		letters, err := t.outbox.OfTicket(t.Context(), int64(gone.ID))
		t.ok(err)
		letter := letters[1]
		if !strings.Contains(letter.Text, survivor.ID.Label()) || !strings.Contains(letter.Text, "/tickets/"+survivor.ID.Ref()) {
			t.Errorf("the letter does not lead on:\n%s", letter.Text)
		}
		if address := t.desk.ReplyAddress(survivor.ID, t.ids["claire"]); !strings.Contains(letter.Headers["Reply-To"], address) {
			t.Errorf("answers go to %s", letter.Headers["Reply-To"])
		}
		t.says(gone.ID, "Chez Claire aussi.")
		t.says(survivor.ID, "Plus rien ne sort.")
		if _, err := t.desk.Messages(t.as("jean"), gone.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("the survivor's requester reads the other's words: %v", err)
		}
		if h := t.history(t.as("jean"), survivor.ID); !slices.Equal(h, []tickets.What{tickets.WasOpened}) {
			t.Errorf("the survivor's requester reads %v", h)
		}
	})
}

func TestWordsOnAMergedTicketAreHeardOnTheSurvivor(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		gone, survivor, last := t.opens(t.as("claire")), t.opens(t.as("jean")), t.opens(t.as("paul"))
		t.replies(t.as("alice"), survivor.ID, "Je regarde.")
		t.merges(gone.ID, survivor.ID)
		file, err := t.desk.Attach(t.as("claire"), "photo.txt", strings.NewReader("une photo"))
		t.ok(err)
		m, err := t.desk.Reply(t.as("claire"), gone.ID, tickets.Reply{Body: "Une photo.", Attachments: []tickets.AttachmentID{file.ID}, Seen: 1})
		t.ok(err)
		if m.Ticket != survivor.ID || len(m.Attachments) != 1 {
			t.Errorf("said %+v", m)
		}
		_, err = t.desk.Reply(t.claiming("claire"), gone.ID, tickets.Reply{Body: "Par courriel."})
		t.ok(err)
		t.says(survivor.ID, "Plus rien ne sort.", "Je regarde.", "Une photo.", "Par courriel.")
		t.merges(survivor.ID, last.ID) // a chain
		t.replies(t.as("claire"), gone.ID, "Et maintenant ?")
		t.replies(t.system(), gone.ID, "Un robot parle.")
		t.says(last.ID, "Plus rien ne sort.", "Et maintenant ?", "Un robot parle.")
		t.says(gone.ID, "Plus rien ne sort.")
		_, err = t.desk.Reply(t.as("alice"), gone.ID, tickets.Reply{Body: "Bonjour."})
		t.refuses(err, fault.Invalid)
		if said, _ := fault.MessageOf(err); said.Key != "tickets.refused.merged" || said.Args["Ref"] != survivor.ID.Label() {
			t.Errorf("alice hears %+v", said)
		}
		_, err = t.desk.Reply(t.as("rene"), gone.ID, tickets.Reply{Body: "x"})
		t.refuses(err, fault.NotFound)
		_, err = t.desk.Reply(t.as("claire"), gone.ID, tickets.Reply{Body: " "})
		t.refusesFields(err, "body")
		_, err = t.desk.Reopen(t.as("claire"), gone.ID, "x")
		t.refuses(err, fault.Invalid)
	})
}

func TestTheSurvivorReopensForWordsOnTheMergedTicket(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		gone, survivor := t.opens(t.as("claire")), t.opens(t.as("jean"))
		t.solves(t.as("alice"), survivor.ID)
		t.merges(gone.ID, survivor.ID)
		t.replies(t.as("claire"), gone.ID, "Chez moi, non.")
		t.is(survivor.ID, tickets.Opened)
	})
}

func TestWhatCannotBeMergedIsSaid(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		alice := t.as("alice")
		one, other, closed, parent := t.opens(t.as("claire")).ID, t.opens(t.as("jean")).ID, t.opens(t.as("paul")).ID, t.opens(t.as("rene")).ID
		t.solves(alice, closed)
		_, err := t.desk.Change(alice, closed, tickets.Change{Status: ptr(tickets.Closed)})
		t.ok(err)
		t.ok(t.desk.Adopt(alice, other, parent))
		t.refusesFields(t.desk.Merge(alice, one, one), "into")
		t.refusesFields(t.desk.Merge(alice, one, 99999), "into")
		t.refusesFields(t.desk.Merge(alice, one, closed), "into")
		t.refusesFields(t.desk.Merge(alice, parent, one), "into") // it has a child
		t.refusesFields(t.desk.Merge(alice, parent, other), "into")
		t.refuses(t.desk.Merge(alice, closed, one), fault.Invalid)
		t.refuses(t.desk.Merge(alice, 99999, one), fault.NotFound)
		t.refuses(t.desk.Merge(t.as("claire"), one, other), fault.Denied)
		t.refuses(t.desk.Merge(t.as("jean"), one, other), fault.NotFound)
		t.refuses(t.desk.Merge(t.claiming("alice"), one, other), fault.NotFound)
		t.merges(one, other)
		t.refusesFields(t.desk.Merge(alice, parent, one), "into") // into what goes on elsewhere
		t.refuses(t.desk.Merge(alice, one, parent), fault.Invalid)
		t.refusesFields(t.desk.Merge(alice, other, one), "into") // a circle
		t.is(other, tickets.Fresh)
		t.is(parent, tickets.Fresh)
	})
}

func TestTwoWhoMergeTwoTicketsIntoEachOtherLeaveOne(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		one, other := t.opens(t.as("claire")).ID, t.opens(t.as("jean")).ID
		alice, bruno := t.as("alice"), t.as("bruno")
		errs := make([]error, 2)
		var both sync.WaitGroup
		both.Go(func() { errs[0] = t.desk.Merge(alice, one, other) })
		both.Go(func() { errs[1] = t.desk.Merge(bruno, other, one) })
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("errors %v", errs)
		}
		if a, b := t.now(one), t.now(other); (a.Status == tickets.Closed) == (b.Status == tickets.Closed) {
			t.Errorf("%s and %s", a.Status, b.Status)
		}
	})
}

func TestSplitWordsBecomeATicketWhoseClockStartsThen(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.promising()
		old, err := t.desk.Open(t.by("claire", people.Mail), tickets.Open{Subject: "ARENA", Body: "Plus d'accès.", Service: "arena", Type: tickets.Request, Priority: tickets.High})
		t.ok(err)
		t.replies(t.as("alice"), old.ID, "Essayez encore.")
		t.clock.Advance(time.Hour)
		file, err := t.desk.Attach(t.as("claire"), "écran.txt", strings.NewReader("capture"))
		t.ok(err)
		m, err := t.desk.Reply(t.as("claire"), old.ID, tickets.Reply{Body: "Et mon écran clignote.", Quoted: "> Essayez", Attachments: []tickets.AttachmentID{file.ID}})
		t.ok(err)
		t.clock.Advance(24 * time.Hour)
		born, err := t.desk.Split(t.as("alice"), old.ID, m.ID)
		t.ok(err)
		at := dbtest.Start.Add(time.Hour)
		if !born.CreatedAt.Equal(at) || born.ResolutionDueAt == nil || !born.ResolutionDueAt.Equal(at.Add(24*time.Hour)) {
			t.Errorf("its clock starts at %v, due %v", born.CreatedAt, born.ResolutionDueAt)
		}
		if born.Requester != old.Requester || born.ReportedBy != old.Requester || born.Establishment != old.Establishment || born.Site != old.Site ||
			born.Service != old.Service || born.Category != old.Category || born.Subject != old.Subject || born.Type != old.Type || born.Team != old.Team {
			t.Errorf("split off %+v of %+v", born, old)
		}
		if born.Status != tickets.Fresh || born.Priority != tickets.Normal || born.Channel != people.Web || born.Lane != 0 || born.Assignee != 0 {
			t.Errorf("split off %+v", born)
		}
		if got := t.now(born.ID); got != born && (got.ID != born.ID || got.Version != 1) {
			t.Errorf("kept %+v", got)
		}
		first, err := t.desk.Messages(t.as("claire"), born.ID)
		t.ok(err)
		if len(first) != 1 || first[0].Body != m.Body || first[0].Quoted != m.Quoted || !first[0].CreatedAt.Equal(at) || first[0].Author != t.ids["claire"] {
			t.Fatalf("it begins with %+v", first)
		}
		files := first[0].Attachments
		if len(files) != 1 || files[0].ID == file.ID || files[0].Sum != file.Sum || files[0].Name != file.Name {
			t.Errorf("its files are %+v", files)
		}
		_, r, err := t.desk.File(t.as("claire"), files[0].ID)
		t.ok(err)
		t.ok(r.Close())
		t.says(old.ID, "Plus d'accès.", "Essayez encore.", "Et mon écran clignote.")
		t.happened(born.ID, tickets.WasOpened, tickets.WasSplitOff)
		for id, other := range map[tickets.ID]tickets.ID{born.ID: old.ID, old.ID: born.ID} {
			events, err := t.desk.Events(t.as("claire"), id)
			t.ok(err)
			if ref := events[len(events)-1].Data["ref"]; ref != other.Ref() {
				t.Errorf("ticket %d names %q", id, ref)
			}
		}
		t.wrote(born.ID, "opened to claire@academie.test")
		if letter := t.lastLetter(born.ID); !strings.Contains(letter, "Alice Blin a ouvert une demande pour vous") {
			t.Errorf("letter %s", letter)
		}
		n, err := t.desk.Count(t.as("claire"), tickets.Filter{Text: "clignote"})
		t.ok(err)
		if n != 2 {
			t.Errorf("found %d times", n)
		}
		_, err = t.desk.Split(t.as("bruno"), old.ID, m.ID) // both had the page open
		t.refusesFields(err, "message")
	})
}

func TestOnlyTheRequestersSidesPublicWordsCanBeSplit(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		alice := t.as("alice")
		ticket, other := t.opens(t.as("claire")), t.opens(t.as("jean"))
		answer := t.replies(alice, ticket.ID, "Bonjour.")
		note, err := t.desk.Note(alice, ticket.ID, tickets.Note{Body: "interne"})
		t.ok(err)
		elsewhere := t.replies(t.as("jean"), other.ID, "Autre chose.")
		for name, m := range map[string]tickets.MessageID{"an answer": answer.ID, "a note": note.ID, "another ticket's": elsewhere.ID, "nothing": 99999, "none": 0} {
			if _, err := t.desk.Split(alice, ticket.ID, m); fault.FieldsOf(err)["message"].Key == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		first, err := t.desk.Messages(alice, ticket.ID)
		t.ok(err)
		for who, kind := range map[string]error{"claire": fault.Denied, "jean": fault.NotFound} {
			_, err := t.desk.Split(t.as(who), ticket.ID, first[0].ID)
			t.refuses(err, kind)
		}
		_, err = t.desk.Split(alice, ticket.ID, first[0].ID) // two questions in one mail
		t.ok(err)
		t.solves(alice, ticket.ID)
		m := t.replies(t.as("claire"), ticket.ID, "Encore.")
		t.merges(ticket.ID, other.ID)
		_, err = t.desk.Split(alice, ticket.ID, m.ID)
		t.refuses(err, fault.Invalid)
	})
}

func TestSplittingAFollowersWordsAsksForTheSameRequester(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.follow(ticket.ID, "jean")
		m := t.replies(t.as("jean"), ticket.ID, "Moi, c'est autre chose.")
		born, err := t.desk.Split(t.as("alice"), ticket.ID, m.ID)
		t.ok(err)
		if born.Requester != t.ids["claire"] || born.ReportedBy != t.ids["jean"] {
			t.Errorf("split off %+v", born)
		}
	})
}

func TestAChildHasOneParentAndNoChildren(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		alice := t.as("alice")
		parent, child, third, solved := t.opens(t.as("claire")).ID, t.opens(t.as("jean")).ID, t.opens(t.as("paul")).ID, t.opens(t.as("rene")).ID
		t.solves(alice, solved)
		t.ok(t.desk.Adopt(alice, child, parent))
		if got := t.now(child); got.Parent != parent || got.Version != 2 {
			t.Errorf("adopted %+v", got)
		}
		t.ok(t.desk.Adopt(alice, child, parent)) // again is nothing new
		t.happened(child, tickets.WasOpened, tickets.WasAdopted)
		t.happened(parent, tickets.WasOpened)
		t.refusesFields(t.desk.Adopt(alice, parent, parent), "parent")
		t.refusesFields(t.desk.Adopt(alice, third, child), "parent")
		t.refusesFields(t.desk.Adopt(alice, parent, third), "parent")
		t.refusesFields(t.desk.Adopt(alice, parent, child), "parent")
		t.refusesFields(t.desk.Adopt(alice, third, solved), "parent")
		t.refusesFields(t.desk.Adopt(alice, third, 99999), "parent")
		t.refuses(t.desk.Adopt(alice, 99999, parent), fault.NotFound)
		t.refuses(t.desk.Adopt(t.as("jean"), child, parent), fault.Denied)
		t.refuses(t.desk.Adopt(t.as("jean"), child, 0), fault.Denied)
		t.refuses(t.desk.Adopt(t.as("jean"), third, parent), fault.NotFound)
		t.solves(alice, parent)
		t.is(child, tickets.Fresh)
		t.ok(t.desk.Adopt(alice, child, 0))
		if got := t.now(child); got.Parent != 0 {
			t.Errorf("released %+v", got)
		}
		events, err := t.desk.Events(alice, child)
		t.ok(err)
		last := events[len(events)-1]
		if last.What != tickets.WasReleased || last.Changes["parent"] != [2]string{parent.Ref(), ""} {
			t.Errorf("event %+v", last)
		}
		if h := t.history(t.as("jean"), child); !slices.Equal(h, []tickets.What{tickets.WasOpened}) {
			t.Errorf("the requester reads %v", h)
		}
	})
}

func TestAFailedListenerUndoesAMergeWhole(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		one, other := t.opens(t.as("claire")).ID, t.opens(t.as("jean")).ID
		broken := errors.New("broken")
		t.desk.Listen(func(_ context.Context, h tickets.Happening) error {
			if h.Event.What == tickets.WasAbsorbed {
				return broken
			}
			return nil
		})
		t.refuses(t.desk.Merge(t.as("alice"), one, other), broken)
		t.is(one, tickets.Fresh)
		t.wrote(one, "opened to claire@academie.test")
		if takes, _ := t.desk.Participates(t.Context(), other, t.ids["claire"]); takes {
			t.Error("claire follows a ticket that hers did not become")
		}
	})
}
