package tickets_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/tickets"
)

// jumble is tickets of every sort, and what stands around them.
type jumble struct {
	*deskTest
	all       []tickets.Ticket // by number
	tags      map[tickets.ID][]string
	watchers  map[tickets.ID]people.ID
	followers map[tickets.ID]people.ID
	public    map[tickets.ID]bool // "imprimante" was said
	internal  map[tickets.ID]bool // "secret" stands in a note
	teams     map[string]people.TeamID
}

// jumbles fills a desk with n tickets, by chance but always the same.
func jumbles(t *deskTest, n int) *jumble {
	t.Helper()
	j := &jumble{
		deskTest: t, tags: map[tickets.ID][]string{}, watchers: map[tickets.ID]people.ID{}, followers: map[tickets.ID]people.ID{},
		public: map[tickets.ID]bool{}, internal: map[tickets.ID]bool{}, teams: map[string]people.TeamID{},
	}
	for _, slug := range []string{"assistance-caen", "assistance-rouen", "reseau"} {
		j.teams[slug] = t.team(slug)
	}
	chance := rand.New(rand.NewPCG(1, 2))
	services, err := t.desk.Services(t.Context())
	t.ok(err)
	t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
		g := t.db.Gorm(ctx)
		for _, tag := range []string{"vpn", "panne"} {
			if err := g.Exec("INSERT INTO tags (slug, name, created_at) VALUES (?, ?, ?)", tag, tag, dbtest.Start).Error; err != nil {
				return err
			}
		}
		for i := range n {
			if err := j.throw(ctx, g, chance, tickets.ID(20_001+i), services); err != nil {
				return err
			}
		}
		return nil
	}))
	f := tickets.Filter{Sort: tickets.ByRef, Limit: tickets.MaxPage}
	for range n {
		page, err := t.desk.List(t.as("alice"), f)
		t.ok(err)
		j.all = append(j.all, page.Tickets...)
		if f.Cursor = page.Next; f.Cursor == "" {
			break
		}
	}
	if len(j.all) != n {
		t.Fatalf("%d tickets of %d", len(j.all), n)
	}
	return j
}

// throw puts one ticket anywhere.
func (j *jumble) throw(ctx context.Context, g *gorm.DB, chance *rand.Rand, id tickets.ID, services []tickets.Service) error {
	one := func(words ...any) any { return words[chance.IntN(len(words))] }
	near := func(minutes int) any {
		return dbtest.Start.Add(time.Duration(chance.IntN(2*minutes)-minutes) * time.Minute)
	}
	status := one("new", "open", "open", "waiting_requester", "waiting_third_party", "solved", "closed").(string)
	var solved, due any
	if status == "solved" || status == "closed" {
		solved = near(10_000)
	} else if chance.IntN(4) > 0 {
		due = dbtest.Start.Add(time.Duration(chance.IntN(40)-20) * 15 * time.Minute) // many at the same
	}
	priority := tickets.Priorities[chance.IntN(len(tickets.Priorities))]
	claire, jean := j.ids["claire"], j.ids["jean"]
	err := g.Exec(`INSERT INTO tickets (id, type, subject, status, priority, rank, channel, lane, team_id, assignee_id, requester_id, reported_by_id, establishment, site, service,
		category, resolution_due_at, due_at, solved_at, unheard_since, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, one("incident", "request"), fmt.Sprintf("Ticket %d", id), status, priority, slices.Index(tickets.Priorities[:], priority),
		one("web", "mail", "phone"), chance.IntN(2), one(j.teams["assistance-caen"], j.teams["assistance-rouen"], j.teams["reseau"]), one(nil, j.ids["alice"], j.ids["bruno"]),
		one(claire, jean, j.ids["paul"]), one(claire, jean), one(nil, "0140013N", "0760001A"), one(nil, "caen", "rouen"), one(nil, services[0].Slug, services[1].Slug),
		one("reseau", "son, image"), one(nil, near(5_000)), due, solved, one(nil, near(100)), near(100_000), near(50_000)).Error
	if err != nil {
		return err
	}
	if tag := one("", "vpn", "panne").(string); tag != "" {
		j.tags[id] = append(j.tags[id], tag)
		err = cmp.Or(err, g.Exec("INSERT INTO ticket_tags (ticket_id, tag) VALUES (?, ?)", id, tag).Error)
	}
	if chance.IntN(5) == 0 {
		j.watchers[id] = j.ids["alice"]
		err = cmp.Or(err, g.Exec("INSERT INTO watchers (ticket_id, person_id, since) VALUES (?, ?, ?)", id, j.ids["alice"], dbtest.Start).Error)
	}
	if chance.IntN(5) == 0 {
		j.followers[id] = claire
		err = cmp.Or(err, g.Exec("INSERT INTO followers (ticket_id, person_id) VALUES (?, ?)", id, claire).Error)
	}
	j.public[id], j.internal[id] = chance.IntN(3) == 0, chance.IntN(3) == 0
	words := db.Words{ID: int64(id), Tokens: [][]string{{"x"}, {"x"}}}
	if j.public[id] {
		words.Tokens = [][]string{{"imprim"}, {"imprim"}}
	}
	if j.internal[id] {
		words.Tokens[1] = append(words.Tokens[1], "secret")
	}
	return cmp.Or(err, j.db.PutWords(ctx, "ticket_words", "ticket_id", []string{"public", "complete"}, words))
}

// draws draws a filter of which some find something.
func (j *jumble) draws(r *rapid.T) tickets.Filter {
	some := func(name string, words ...string) []string {
		if rapid.IntRange(0, 3).Draw(r, "asks "+name) > 0 {
			return nil
		}
		return rapid.SliceOfNDistinct(rapid.SampledFrom(append(words, "nonsense")), 1, 3, rapid.ID[string]).Draw(r, name)
	}
	span := func(name string) tickets.Span {
		if rapid.IntRange(0, 9).Draw(r, "asks "+name) > 0 {
			return tickets.Span{}
		}
		date := rapid.SampledFrom([]tickets.Date{"", "today", "-7d", "+2d", "2026-11-01", "2026-12-01"})
		return tickets.Span{From: date.Draw(r, name+" from"), To: date.Draw(r, name+" to")}
	}
	rarely := func(name string) bool { return rapid.IntRange(0, 9).Draw(r, name) == 0 }
	f := tickets.Filter{
		Statuses: as[tickets.Status](some("status", "new", "open", "waiting_requester", "waiting_third_party", "solved", "closed")),
		Types:    as[tickets.Type](some("type", "incident")), Priorities: as[tickets.Priority](some("priority", "low", "normal", "high", "urgent")),
		Channels: as[people.Channel](some("channel", "web", "mail")), Teams: some("team", "reseau", tickets.Me, "assistance-caen"),
		Assignees: some("assignee", "alice", tickets.Me, tickets.Nobody, "bruno"), Requesters: some("requester", "claire", "jean", tickets.Me),
		Categories: some("category", "son, image"), Sites: some("site", "caen", "rouen"), Establishments: some("establishment", "0140013N"),
		Tags: some("tag", "vpn", "panne"), SLA: as[tickets.SLAState](some("sla", "late", "soon", "running", "paused", "met", "breached", "none")),
		Created: span("created"), Updated: span("updated"), Due: span("due"), Solved: span("solved"),
		Watched: rarely("watched"), Unheard: rarely("unheard"),
		Text: rapid.SampledFrom([]string{"", "", "", "", "imprimante", "secret", "20007", "introuvable"}).Draw(r, "text"),
		Sort: rapid.SampledFrom(everySort).Draw(r, "sort"),
	}
	if rapid.Bool().Draw(r, "usual") {
		f.Statuses = tickets.Statuses[:4]
	}
	return f
}

var everySort = []tickets.Sort{
	"", tickets.ByDue, tickets.ByDueDesc, tickets.ByCreated, tickets.ByCreatedDesc, tickets.ByUpdated, tickets.ByUpdatedDesc,
	tickets.ByPriority, tickets.ByPriorityDesc, tickets.ByRef, tickets.ByRefDesc,
}

// wants is what a filter must find for somebody, by looking at every ticket.
func (j *jumble) wants(a people.Actor, f tickets.Filter) (all []tickets.Ticket) {
	for _, x := range j.all {
		if j.sees(a, x) && j.meets(a, x, f) {
			all = append(all, x)
		}
	}
	slices.SortFunc(all, func(x, y tickets.Ticket) int { return compared(f, x, y) })
	return all
}

func (j *jumble) sees(a people.Actor, x tickets.Ticket) bool {
	return a.Role != people.Requester || x.Requester == a.Person || x.ReportedBy == a.Person || j.followers[x.ID] == a.Person
}

func (j *jumble) meets(a people.Actor, x tickets.Ticket, f tickets.Filter) bool {
	who := func(name string) people.ID {
		if name == tickets.Me {
			return a.Person
		}
		return cmp.Or(j.ids[name], -1)
	}
	anyOf := func(names []string, meets func(string) bool) bool {
		return len(names) == 0 || slices.ContainsFunc(names, meets)
	}
	staff := a.Role != people.Requester
	watches := j.followers[x.ID] == a.Person
	if staff {
		watches = j.watchers[x.ID] == a.Person
	}
	return among(f.Statuses, x.Status) && among(f.Types, x.Type) && among(f.Priorities, x.Priority) && among(f.Channels, x.Channel) &&
		among(f.Categories, x.Category) && among(f.Services, x.Service) && among(f.Sites, x.Site) && among(f.Establishments, x.Establishment) &&
		anyOf(f.Teams, func(n string) bool { return n == tickets.Me && a.In(x.Team) || j.teams[n] == x.Team }) &&
		anyOf(f.Assignees, func(n string) bool {
			return n == tickets.Nobody && x.Assignee == 0 || n != tickets.Nobody && x.Assignee == who(n)
		}) &&
		anyOf(f.Requesters, func(n string) bool { return x.Requester == who(n) || x.ReportedBy == who(n) }) &&
		anyOf(f.Tags, func(n string) bool { return slices.Contains(j.tags[x.ID], n) }) &&
		(len(f.SLA) == 0 || slices.ContainsFunc(f.SLA, func(s tickets.SLAState) bool { return stands(x, s) })) &&
		lies(f.Created, &x.CreatedAt) && lies(f.Updated, &x.UpdatedAt) && lies(f.Due, x.DueAt) && lies(f.Solved, x.SolvedAt) &&
		(!f.Watched || watches) && (!f.Unheard || x.UnheardSince != nil) && j.says(x.ID, f.Text, staff)
}

func (j *jumble) says(id tickets.ID, text string, staff bool) bool {
	switch text {
	case "":
		return true
	case "imprimante":
		return j.public[id]
	case "secret":
		return staff && j.internal[id]
	}
	return text == id.Ref()
}

func among[T comparable](wanted []T, is T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, is)
}

// stands says whether a ticket stands so, at nine on a Wednesday on which the
// office is open until one.
func stands(x tickets.Ticket, s tickets.SLAState) bool {
	now, soon := dbtest.Start, dbtest.Start.Add(tickets.SoonWork)
	owed := !x.Status.Over() && x.DueAt != nil
	switch s {
	case tickets.SLALate:
		return owed && x.DueAt.Before(now)
	case tickets.SLASoon:
		return owed && !x.DueAt.Before(now) && x.DueAt.Before(soon)
	case tickets.SLARunning:
		return owed && !x.DueAt.Before(now)
	case tickets.SLAPaused:
		return x.DueAt == nil && x.Status.Waiting()
	case tickets.SLANone:
		return x.DueAt == nil && x.ResolutionDueAt == nil && !x.Status.Waiting()
	case tickets.SLAMet:
		return x.SolvedAt != nil && x.ResolutionDueAt != nil && !x.SolvedAt.After(*x.ResolutionDueAt)
	case tickets.SLABreached:
		end := now
		if x.SolvedAt != nil {
			end = *x.SolvedAt
		}
		return x.ResolutionDueAt != nil && x.ResolutionDueAt.Before(end)
	}
	return false
}

// lies says whether an instant lies in a span, by the dates that a clock in Paris shows.
func lies(s tickets.Span, at *time.Time) bool {
	if s == (tickets.Span{}) {
		return true
	}
	if at == nil {
		return false
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return false
	}
	day := func(d tickets.Date) string {
		n := map[tickets.Date]int{"today": 0, "-7d": -7, "+2d": 2}
		if days, relative := n[d]; relative {
			return dbtest.Start.In(paris).AddDate(0, 0, days).Format(time.DateOnly)
		}
		return string(d)
	}
	is := at.In(paris).Format(time.DateOnly)
	return (s.From == "" || day(s.From) <= is) && (s.To == "" || is <= day(s.To))
}

// compared says which of two tickets a list has first.
func compared(f tickets.Filter, x, y tickets.Ticket) int {
	over := len(f.Statuses) > 0 && !slices.ContainsFunc(f.Statuses, func(s tickets.Status) bool { return !s.Over() })
	column, desc := strings.CutPrefix(string(cmp.Or(f.Sort, tickets.ByDue)), "-")
	if over && !desc && column == "due_at" {
		column, desc = "created_at", true
	} else if over && column == "due_at" {
		column, desc = "created_at", false
	}
	sign := 1
	if desc {
		sign = -1
	}
	byID := sign * cmp.Compare(x.ID, y.ID)
	switch column {
	case "created_at":
		return cmp.Or(sign*x.CreatedAt.Compare(y.CreatedAt), byID)
	case "updated_at":
		return cmp.Or(sign*x.UpdatedAt.Compare(y.UpdatedAt), byID)
	case "id":
		return byID
	case "priority":
		rank := func(t tickets.Ticket) int { return slices.Index(tickets.Priorities[:], t.Priority) }
		return cmp.Or(sign*cmp.Compare(rank(x), rank(y)), byDue(1, x, y))
	}
	return byDue(sign, x, y)
}

func byDue(sign int, x, y tickets.Ticket) int {
	switch {
	case x.DueAt == nil && y.DueAt != nil:
		return 1
	case x.DueAt != nil && y.DueAt == nil:
		return -1
	case x.DueAt != nil:
		if c := sign * x.DueAt.Compare(*y.DueAt); c != 0 {
			return c
		}
	}
	return cmp.Or(sign*cmp.Compare(x.Lane, y.Lane), sign*cmp.Compare(x.ID, y.ID))
}

func TestEveryFilterInEveryOrderFindsWhatLookingAtEachTicketFinds(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		j := jumbles(t, 300)
		readers := []context.Context{t.as("alice"), t.as("sophie"), t.as("claire")}
		rapid.Check(t, func(r *rapid.T) {
			ctx := rapid.SampledFrom(readers).Draw(r, "reader")
			f := j.draws(r)
			f.Limit = rapid.IntRange(1, 60).Draw(r, "limit")
			want := j.wants(people.ActorOf(ctx), f)
			count, err := t.desk.Tally(ctx, f)
			if err != nil || count[0] != (tickets.Size{N: len(want)}) {
				r.Fatalf("%s: counted %+v (%v), want %d", f.Values().Encode(), count, err, len(want))
			}
			var got []tickets.Ticket
			for {
				page, err := t.desk.List(ctx, f)
				if err != nil {
					r.Fatalf("%s: %v", f.Values().Encode(), err)
				}
				got = append(got, page.Tickets...)
				if page.Next != "" && len(page.Tickets) != f.Limit || len(got) > len(want) {
					break
				}
				if f.Cursor = page.Next; f.Cursor == "" {
					break
				}
			}
			if numbers(got) != numbers(want) {
				r.Fatalf("%s:\n got %s\nwant %s", f.Values().Encode(), numbers(got), numbers(want))
			}
		})
	})
}

func numbers(all []tickets.Ticket) string {
	var refs []string
	for _, x := range all {
		refs = append(refs, x.ID.Ref())
	}
	return strings.Join(refs, " ")
}

func TestACursorOfAnotherFilterOnlySkips(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		j := jumbles(t, 60)
		page, err := t.desk.List(t.as("alice"), tickets.Filter{Limit: 20})
		t.ok(err)
		rest, err := t.desk.List(t.as("alice"), tickets.Filter{Assignees: []string{"bruno"}, Cursor: page.Next})
		t.ok(err)
		last := page.Tickets[19]
		for _, x := range rest.Tickets {
			if x.Assignee != t.ids["bruno"] || compared(tickets.Filter{}, x, last) <= 0 {
				t.Errorf("%d after %d", x.ID, last.ID)
			}
		}
		if len(rest.Tickets) == 0 || len(rest.Tickets) >= len(j.all) {
			t.Errorf("%d tickets", len(rest.Tickets))
		}
	})
}
