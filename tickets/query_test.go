package tickets_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// shelf fills the desk with n tickets of all sorts, quickly.
func (t *deskTest) shelf(n int) {
	t.Helper()
	statuses := []string{"new", "open", "open", "waiting_requester", "waiting_third_party", "solved", "closed", "closed"}
	priorities := []string{"low", "normal", "normal", "high", "urgent"}
	ranks := map[string]int{"low": 0, "normal": 1, "high": 2, "urgent": 3}
	who := []people.ID{t.ids["claire"], t.ids["jean"], t.ids["paul"]}
	if n > 1000 { // a tenth of a percent each
		who = append(who, t.crowd(1000)...)
	}
	staff := []any{nil, t.ids["alice"], t.ids["bruno"]}
	sites := []any{nil, "caen", "rouen"}
	services, err := t.desk.Services(t.Context())
	t.ok(err)
	teams := []people.TeamID{t.team("assistance-caen"), t.team("assistance-rouen"), t.team("reseau")}
	t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
		for at := 0; at < n; at += 100 {
			var args []any
			for i := at; i < min(at+100, n); i++ {
				var due any
				if i%5 != 0 {
					due = dbtest.Start.Add(time.Duration(i*7919%500) * time.Minute)
				}
				created := dbtest.Start.Add(-time.Duration(i*104729%100_000) * time.Minute)
				priority := priorities[i%len(priorities)]
				args = append(args, "incident", fmt.Sprintf("Ticket %d", i), statuses[i%len(statuses)], priority, ranks[priority], "web", i%2, sites[i%3], services[i%len(services)].Slug,
					teams[i%3], staff[i/3%3], who[i%len(who)], who[i%len(who)], due, created, created.Add(time.Hour))
			}
			row := "(?" + strings.Repeat(", ?", 15) + ")"
			insert := "INSERT INTO tickets (type, subject, status, priority, rank, channel, lane, site, service, team_id, assignee_id, requester_id, reported_by_id, due_at, created_at, updated_at) VALUES " +
				row + strings.Repeat(", "+row, len(args)/16-1)
			if err := t.db.Gorm(ctx).Exec(insert, args...).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// crowd is many people of whom nothing is known.
func (t *deskTest) crowd(n int) (all []people.ID) {
	t.Helper()
	t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
		insert := "INSERT INTO persons (uid, kind, name, role, created_at, updated_at) VALUES (?, 'member', ?, 'requester', ?, ?)"
		for i := range n {
			uid := fmt.Sprintf("p%d", i)
			if err := t.db.Gorm(ctx).Exec(insert, uid, uid, dbtest.Start, dbtest.Start).Error; err != nil {
				return err
			}
		}
		return t.db.Gorm(ctx).Raw("SELECT id FROM persons WHERE uid LIKE 'p%' AND name LIKE 'p%'").Scan(&all).Error
	}))
	return all
}

// pages reads a list page by page.
func (t *deskTest) pages(ctx context.Context, f tickets.Filter) (all []tickets.Ticket) {
	t.Helper()
	for range 1000 {
		page, err := t.desk.List(ctx, f)
		t.ok(err)
		all = append(all, page.Tickets...)
		if page.Next == "" {
			return all
		}
		if len(page.Tickets) != f.Limit {
			t.Fatalf("a page of %d in the middle, want %d", len(page.Tickets), f.Limit)
		}
		f.Cursor = page.Next
	}
	t.Fatal("the list has no end")
	return nil
}

// before says whether a comes before b in an order.
func before(s tickets.Sort, a, b tickets.Ticket) bool {
	sign := 1
	if strings.HasPrefix(string(s), "-") {
		sign = -1
	}
	switch s {
	case tickets.ByCreated, tickets.ByCreatedDesc:
		return sign*a.CreatedAt.Compare(b.CreatedAt) < 0 || a.CreatedAt.Equal(b.CreatedAt) && sign*int(a.ID-b.ID) < 0
	case tickets.ByUpdated, tickets.ByUpdatedDesc:
		return sign*a.UpdatedAt.Compare(b.UpdatedAt) < 0 || a.UpdatedAt.Equal(b.UpdatedAt) && sign*int(a.ID-b.ID) < 0
	}
	byLane := sign*(a.Lane-b.Lane) < 0 || a.Lane == b.Lane && sign*int(a.ID-b.ID) < 0
	switch {
	case a.DueAt == nil && b.DueAt == nil:
		return byLane
	case a.DueAt == nil || b.DueAt == nil:
		return b.DueAt == nil
	case a.DueAt.Equal(*b.DueAt):
		return byLane
	}
	return sign*a.DueAt.Compare(*b.DueAt) < 0
}

func TestEveryOrderIsWalkedWithoutGapOrDoubling(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(230)
		for _, s := range []tickets.Sort{"", tickets.ByDue, tickets.ByDueDesc, tickets.ByCreated, tickets.ByCreatedDesc, tickets.ByUpdated, tickets.ByUpdatedDesc} {
			all := t.pages(t.as("alice"), tickets.Filter{Sort: s, Limit: 23})
			if len(all) != 230 {
				t.Errorf("%s: %d tickets", s, len(all))
			}
			for i := 1; i < len(all); i++ {
				if !before(s, all[i-1], all[i]) {
					t.Errorf("%s: %d before %d", s, all[i-1].ID, all[i].ID)
				}
			}
		}
	})
}

func TestEveryFilterFindsWhatItSays(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(240)
		alice := people.ActorOf(t.as("alice"))
		soon := dbtest.Start.Add(2 * time.Hour)
		for name, c := range map[string]struct {
			f    tickets.Filter
			want func(tickets.Ticket) bool
		}{
			"everything":        {tickets.Filter{}, func(tickets.Ticket) bool { return true }},
			"new":               {tickets.Filter{Statuses: []tickets.Status{tickets.Fresh}}, func(x tickets.Ticket) bool { return x.Status == tickets.Fresh }},
			"all that are open": {tickets.Filter{Statuses: tickets.Statuses[:4]}, func(x tickets.Ticket) bool { return !x.Status.Over() }},
			"open or closed":    {tickets.Filter{Statuses: []tickets.Status{tickets.Opened, tickets.Closed}}, func(x tickets.Ticket) bool { return x.Status == tickets.Opened || x.Status == tickets.Closed }},
			"a team's":          {tickets.Filter{Team: t.team("reseau")}, func(x tickets.Ticket) bool { return x.Team == t.team("reseau") }},
			"my teams'":         {tickets.Filter{Teams: []string{tickets.Me}}, func(x tickets.Ticket) bool { return alice.In(x.Team) }},
			"mine":              {tickets.Filter{Assignees: []string{tickets.Me}}, func(x tickets.Ticket) bool { return x.Assignee == t.ids["alice"] }},
			"bruno's":           {tickets.Filter{Assignee: t.ids["bruno"]}, func(x tickets.Ticket) bool { return x.Assignee == t.ids["bruno"] }},
			"nobody's":          {tickets.Filter{Assignees: []string{tickets.Nobody}}, func(x tickets.Ticket) bool { return x.Assignee == 0 }},
			"claire's":          {tickets.Filter{Asked: t.ids["claire"]}, func(x tickets.Ticket) bool { return x.Requester == t.ids["claire"] }},
			"urgent":            {tickets.Filter{Priorities: []tickets.Priority{tickets.Urgent}}, func(x tickets.Ticket) bool { return x.Priority == tickets.Urgent }},
			"requests":          {tickets.Filter{Types: []tickets.Type{tickets.Request}}, func(tickets.Ticket) bool { return false }},
			"by mail":           {tickets.Filter{Channels: []people.Channel{people.Mail}}, func(tickets.Ticket) bool { return false }},
			"due soon":          {tickets.Filter{DueBefore: &soon}, func(x tickets.Ticket) bool { return x.DueAt != nil && x.DueAt.Before(soon) }},
			"nobody's of a team": {tickets.Filter{Assignees: []string{tickets.Nobody}, Team: t.team("reseau"), Statuses: tickets.Statuses[:2]}, func(x tickets.Ticket) bool {
				return x.Assignee == 0 && x.Team == t.team("reseau") && (x.Status == tickets.Fresh || x.Status == tickets.Opened)
			}},
		} {
			var want, got []tickets.ID
			for _, x := range t.pages(t.as("alice"), tickets.Filter{Limit: 200}) {
				if c.want(x) {
					want = append(want, x.ID)
				}
			}
			c.f.Limit = 200
			for _, x := range t.pages(t.as("alice"), c.f) {
				got = append(got, x.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d found, want %d", name, len(got), len(want))
			}
			if n, err := t.desk.Count(t.as("alice"), c.f); err != nil || n != len(want) {
				t.Errorf("%s: counted %d (%v), want %d", name, n, err, len(want))
			}
		}
	})
}

func TestTheRequestersSideListsOnlyItsOwn(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(60)
		for _, f := range []tickets.Filter{{}, {Requesters: []string{tickets.Me}}, {Sort: tickets.ByCreatedDesc}, {Asked: t.ids["claire"]}} {
			f.Limit = 7
			all := t.pages(t.as("claire"), f)
			if len(all) != 20 {
				t.Errorf("%+v: %d tickets", f, len(all))
			}
			for _, x := range all {
				if x.Requester != t.ids["claire"] {
					t.Errorf("%+v: somebody else's %d", f, x.ID)
				}
			}
		}
		for _, f := range []tickets.Filter{{Asked: t.ids["jean"]}, {Assignee: t.ids["alice"], Asked: t.ids["paul"]}, {Teams: []string{tickets.Me}}} {
			n, err := t.desk.Count(t.as("claire"), f)
			t.ok(err)
			if n != 0 {
				t.Errorf("%+v: claire counts %d", f, n)
			}
		}
		one := t.pages(t.as("jean"), tickets.Filter{Limit: 50})[0]
		t.follow(one.ID, "claire")
		if n, _ := t.desk.Count(t.as("claire"), tickets.Filter{}); n != 21 {
			t.Errorf("with one that she follows claire counts %d", n)
		}
	})
}

func TestSeveralFiltersAreCountedInTheirOrder(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(60)
		filters := []tickets.Filter{{}, {Assignee: t.ids["alice"]}, {Text: "rien de tel"}, {Assignees: []string{tickets.Nobody}, Statuses: tickets.Statuses[:2]}}
		counts, err := t.desk.Tally(t.as("sophie"), filters...)
		t.ok(err)
		for i, f := range filters {
			if n, err := t.desk.Count(t.as("sophie"), f); err != nil || n != counts[i].N {
				t.Errorf("%+v: %d alone (%v), %d among others", f, n, err, counts[i].N)
			}
		}
		if counts[0].N != 60 || counts[1].N == 0 || counts[2].N != 0 {
			t.Errorf("counted %v", counts)
		}
		if none, err := t.desk.Tally(t.as("sophie")); err != nil || len(none) != 0 {
			t.Errorf("of nothing %v, %v", none, err)
		}
	})
}

func TestCountingLooksAtSoManyTicketsAndNoMore(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(tickets.MaxLook + 100)
		for name, c := range map[string]struct {
			f    tickets.Filter
			want tickets.Size
		}{
			"all of them":          {tickets.Filter{}, tickets.Size{N: tickets.MaxCount, More: true}},
			"half of them":         {tickets.Filter{Channels: []people.Channel{people.Web}, SLA: []tickets.SLAState{tickets.SLANone, tickets.SLAPaused}}, tickets.Size{N: tickets.MaxCount, More: true}},
			"none, among too many": {tickets.Filter{Channels: []people.Channel{people.Mail}}, tickets.Size{More: true}},
			"none of a few":        {tickets.Filter{Channels: []people.Channel{people.Mail}, Assignees: []string{tickets.Me}, Statuses: tickets.Statuses[:4]}, tickets.Size{}},
			"none at all":          {tickets.Filter{Sites: []string{"paris"}, Statuses: tickets.Statuses[:4]}, tickets.Size{}},
		} {
			n, err := t.desk.Tally(t.as("alice"), c.f)
			if t.ok(err); n[0] != c.want {
				t.Errorf("%s: counted %+v, want %+v", name, n[0], c.want)
			}
		}
	})
}

func TestMadeUpSortsAndCursorsAreRefused(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(10)
		_, err := t.desk.List(t.as("alice"), tickets.Filter{Sort: "subject; DROP TABLE tickets"})
		t.refuses(err, tickets.ErrSort)
		t.refuses(err, fault.Invalid)
		page, err := t.desk.List(t.as("alice"), tickets.Filter{Limit: 3})
		t.ok(err)
		for _, f := range []tickets.Filter{{Cursor: "abc"}, {Cursor: page.Next + "x"}, {Cursor: page.Next, Sort: tickets.ByCreated}} {
			_, err := t.desk.List(t.as("alice"), f)
			t.refuses(err, tickets.ErrCursor)
			t.refuses(err, fault.Invalid)
		}
	})
}

func TestAPageIsNeverLargerThanAllowed(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(250)
		for limit, want := range map[int]int{0: 50, 1: 1, 200: 200, 100_000: 200, -3: 50} {
			page, err := t.desk.List(t.as("alice"), tickets.Filter{Limit: limit})
			t.ok(err)
			if len(page.Tickets) != want {
				t.Errorf("limit %d: %d tickets", limit, len(page.Tickets))
			}
		}
	})
}

func TestSearchFindsFrenchWordsReferencesAndNothingForbidden(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		open := func(who, subject, body string) tickets.ID {
			ticket, err := t.desk.Open(t.as(who), tickets.Open{Subject: subject, Body: body})
			t.ok(err)
			return ticket.ID
		}
		printer := open("claire", "Les imprimantes du secrétariat", "Elles sont muettes depuis hier.")
		newspaper := open("claire", "Journal de bord", "L'élève ne voit rien.")
		theirs := open("jean", "Imprimante rouge", "À Rouen.")
		file, err := t.desk.Attach(t.as("claire"), "capture-blanche.png", strings.NewReader("x"))
		t.ok(err)
		_, err = t.desk.Reply(t.as("claire"), newspaper, tickets.Reply{Body: "Voici une capture du tableau.", Attachments: []tickets.AttachmentID{file.ID}})
		t.ok(err)
		for text, want := range map[string][]tickets.ID{
			"imprimante":                 {printer},
			"IMPRIMANTES":                {printer},
			"impriman":                   {printer},
			"journaux":                   {newspaper},
			"eleve":                      {newspaper},
			"tableau":                    {newspaper},
			"blanche":                    {newspaper},
			"martin":                     {printer, newspaper},
			"0140013N":                   {printer, newspaper},
			"claire imprimante":          {printer},
			`"muettes depuis hier"`:      {printer},
			`"hier depuis muettes"`:      nil,
			printer.Ref():                {printer},
			"#" + newspaper.Ref():        {newspaper},
			"AMIGO #" + newspaper.Ref():  {newspaper},
			"[AMIGO #" + theirs.Ref():    nil,
			theirs.Ref():                 nil,
			"rouge":                      nil,
			"imprimante journal":         nil,
			"???":                        nil,
			"' OR 1=1 --":                nil,
			"imprimante*) OR (public : ": nil,
			"   ":                        {printer, newspaper},
		} {
			var got []tickets.ID
			for _, x := range t.pages(t.as("claire"), tickets.Filter{Text: text, Sort: tickets.ByCreated, Limit: 50}) {
				got = append(got, x.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", text, got, want)
			}
		}
		n, err := t.desk.Count(t.as("alice"), tickets.Filter{Text: "imprimante"})
		t.ok(err)
		if n != 2 {
			t.Errorf("a technician finds %d", n)
		}
	})
}

func TestATicketOfVeryManyWordsIsKept(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		for part := range 8 {
			var body strings.Builder
			for i := range 9_000 {
				fmt.Fprintf(&body, "mot%05x%d ", i, part)
			}
			t.replies(t.as("claire"), ticket.ID, body.String())
		}
		n, err := t.desk.Count(t.as("claire"), tickets.Filter{Text: "mot000010"})
		t.ok(err)
		if n != 1 {
			t.Errorf("found %d", n)
		}
	})
}

func TestMessagesComeInPages(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		for i := range 4 {
			t.replies(t.as("claire"), ticket.ID, fmt.Sprint(i))
			_, err := t.desk.Note(t.as("alice"), ticket.ID, tickets.Note{Body: "interne"})
			t.ok(err)
		}
		var said []string
		after := tickets.MessageID(0)
		for {
			page, err := t.desk.MessagesPage(t.as("claire"), ticket.ID, after, 2)
			t.ok(err)
			if len(page) == 0 {
				break
			}
			for _, m := range page {
				said, after = append(said, m.Body), m.ID
			}
		}
		if got := strings.Join(said, ","); got != "Plus rien ne sort.,0,1,2,3" {
			t.Errorf("said %s", got)
		}
	})
}

func TestServicesAreSeededOnce(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.ok(t.desk.Seed(t.Context()))
		all, err := t.desk.Services(t.Context())
		t.ok(err)
		if len(all) != 35 {
			t.Errorf("%d services", len(all))
		}
		vpn := all[slices.IndexFunc(all, func(s tickets.Service) bool { return s.Slug == "impressions" })]
		if vpn.Name("fr") != "Impressions" || vpn.Name("en") != "Printing" || vpn.Category != "impression" {
			t.Errorf("%+v", vpn)
		}
		teams, err := t.people.Teams(t.Context())
		t.ok(err)
		if len(teams) != 6 {
			t.Errorf("%d teams", len(teams))
		}
	})
}
