package tickets

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"amigo/app/people"
)

// The people around a ticket in these tests, by number.
var cast = map[people.ID]string{7: "requester", 8: "reporter", 9: "follower", 12: "third party", 20: "technician", 21: "colleague", 30: "supervisor", people.SystemID: "AMIGO"}

func ids(names ...string) (all []people.ID) {
	for _, name := range names {
		for id, n := range cast {
			if n == name {
				all = append(all, id)
			}
		}
	}
	return all
}

func id(name string) people.ID {
	if name == "" {
		return 0
	}
	return ids(name)[0]
}

// said are the words of a happening.
func said(what What) *Message {
	if what == WasConsulted {
		return &Message{ID: 5, Internal: true, Addressee: id("third party")}
	}
	return &Message{ID: 5}
}

func TestWhichLettersAnEventCauses(t *testing.T) {
	happens := func(what What, assignee string) Happening {
		ticket := Ticket{ID: 10001, Requester: id("requester"), Assignee: id(assignee)}
		return Happening{Event: Event{What: what}, Before: ticket, After: ticket, Message: said(what)}
	}
	given := func(to string) Happening {
		h := happens(WasAssigned, to)
		h.Before.Assignee = 0
		return h
	}
	ends := func(outcome string) Happening {
		h := happens(WasSolved, "technician")
		h.After.Outcome = outcome
		return h
	}
	rates := func(r Rating, comment string) Happening {
		h := happens(WasRated, "technician")
		h.Event.Data = map[string]string{ratingKey: string(r), commentKey: comment}
		return h
	}
	machine := func(h Happening) Happening {
		h.Event.put(automaticKey, "yes")
		return h
	}
	naming := func(h Happening, names ...string) Happening {
		for _, name := range names {
			h.Event.put(mentionedKey, strings.TrimSpace(h.Event.Data[mentionedKey]+" "+id(name).String()))
		}
		return h
	}
	wakes := func(who string) Happening {
		h := happens(WasWoken, "technician")
		h.Event.put(personKey, id(who).String())
		return h
	}
	everyone := ids("requester", "reporter", "follower")
	var table strings.Builder
	for _, c := range []struct {
		name     string
		actor    string
		quiet    bool
		status   Status
		happened []Happening
	}{
		{"the requester opens", "requester", false, Fresh, []Happening{happens(WasOpened, "")}},
		{"the requester opens by automatic mail", "requester", true, Fresh, []Happening{happens(WasOpened, "")}},
		{"a colleague opens for the requester", "reporter", false, Fresh, []Happening{happens(WasOpened, "")}},
		{"a technician opens on the phone", "technician", false, Fresh, []Happening{happens(WasOpened, "")}},
		{"a technician answers", "technician", false, Opened, []Happening{happens(WasAnswered, "technician")}},
		{"a technician takes and answers", "technician", false, Opened, []Happening{given("technician"), happens(WasAnswered, "technician")}},
		{"a technician asks", "technician", false, WaitingRequester, []Happening{happens(WasAnswered, "technician"), happens(WasPaused, "technician")}},
		{"a technician answers and waits for a third party", "technician", false, WaitingThirdParty, []Happening{happens(WasAnswered, "technician"), happens(WasPaused, "technician")}},
		{"a colleague answers", "colleague", false, Opened, []Happening{happens(WasAnswered, "technician")}},
		{"the requester says more", "requester", false, Opened, []Happening{happens(WasCompleted, "technician")}},
		{"the requester says more, nobody has it", "requester", false, Fresh, []Happening{happens(WasCompleted, "")}},
		{"the requester ends the wait", "requester", false, Opened, []Happening{happens(WasCompleted, "technician"), happens(WasResumed, "technician")}},
		{"the follower says more", "follower", false, Opened, []Happening{happens(WasCompleted, "technician")}},
		{"the requester reopens", "requester", false, Opened, []Happening{happens(WasCompleted, "technician"), happens(WasReopened, "technician")}},
		{"a colleague reopens", "colleague", false, Opened, []Happening{happens(WasReopened, "technician")}},
		{"a technician notes", "technician", false, Opened, []Happening{happens(WasNoted, "colleague")}},
		{"a technician notes, and names a colleague", "technician", false, Opened, []Happening{naming(happens(WasNoted, "technician"), "colleague", "technician")}},
		{"a technician takes", "technician", false, Opened, []Happening{given("technician")}},
		{"a supervisor assigns", "supervisor", false, Opened, []Happening{given("technician")}},
		{"a supervisor changes the team only", "supervisor", false, Opened, []Happening{happens(WasAssigned, "technician")}},
		{"a supervisor gives it back", "supervisor", false, Opened, []Happening{happens(WasAssigned, "")}},
		{"a technician classifies", "technician", false, Opened, []Happening{happens(WasClassified, "colleague")}},
		{"a technician pauses without a word", "technician", false, WaitingRequester, []Happening{happens(WasPaused, "technician")}},
		{"a technician solves", "technician", false, Solved, []Happening{happens(WasSolved, "technician")}},
		{"a supervisor assigns and solves", "supervisor", false, Solved, []Happening{given("technician"), happens(WasSolved, "technician")}},
		{"a technician solves what was given up", "technician", false, Solved, []Happening{ends("abandoned")}},
		{"AMIGO asks again", "AMIGO", false, WaitingRequester, []Happening{happens(WasReminded, "technician")}},
		{"AMIGO gives up", "AMIGO", false, Solved, []Happening{ends("abandoned")}},
		{"a technician merges", "technician", false, Closed, []Happening{happens(WasMerged, "technician")}},
		{"a technician who asked merges", "requester", false, Closed, []Happening{happens(WasMerged, "technician")}},
		{"another ticket goes on here", "technician", false, Opened, []Happening{happens(WasAbsorbed, "technician")}},
		{"a technician splits", "technician", false, Opened, []Happening{happens(WasSplit, "technician")}},
		{"a ticket begins as words on another", "technician", false, Fresh, []Happening{happens(WasOpened, ""), happens(WasSplitOff, "")}},
		{"a technician gives it a parent", "technician", false, Opened, []Happening{happens(WasAdopted, "technician")}},
		{"a technician writes to a third party", "technician", false, Opened, []Happening{happens(WasConsulted, "technician")}},
		{"a technician takes, writes to a party and waits", "technician", false, WaitingThirdParty, []Happening{given("technician"), happens(WasConsulted, "technician"), happens(WasPaused, "technician")}},
		{"a third party writes", "AMIGO", false, WaitingThirdParty, []Happening{happens(WasInformed, "technician")}},
		{"a third party writes, nobody has it", "AMIGO", false, Fresh, []Happening{happens(WasInformed, "")}},
		{"a third party's machine writes", "AMIGO", false, Opened, []Happening{machine(happens(WasInformed, "technician"))}},
		{"a requester lets a colleague follow", "requester", false, Opened, []Happening{happens(WasFollowed, "technician")}},
		{"a technician adds a third party", "technician", false, Opened, []Happening{happens(WasInvolved, "technician")}},
		{"AMIGO closes", "AMIGO", false, Closed, []Happening{happens(WasClosed, "technician")}},
		{"the requester is content", "requester", false, Solved, []Happening{rates(Good, "Merci !")}},
		{"the requester is not content", "requester", false, Solved, []Happening{rates(Bad, "")}},
		{"the requester is not content, and says why", "requester", false, Closed, []Happening{rates(Bad, "Toujours muette.")}},
		{"AMIGO reminds a colleague", "AMIGO", false, Opened, []Happening{wakes("colleague")}},
		{"AMIGO escalates", "AMIGO", false, Opened, []Happening{happens(WasEscalated, "technician")}},
	} {
		fmt.Fprintf(&table, "%-50s", c.name)
		var sent []string
		for _, n := range notices(c.happened, circle{actor: id(c.actor), quiet: c.quiet, status: c.status, side: everyone, watchers: ids("colleague")}) {
			sent = append(sent, fmt.Sprintf("%s→%s", n.letter, cast[n.reader]))
		}
		slices.Sort(sent)
		if sent == nil {
			sent = []string{"-"}
		}
		fmt.Fprintln(&table, strings.Join(sent, "  "))
	}
	golden(t, "notices.golden", table.String())
}
