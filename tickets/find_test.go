package tickets_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/app/words"
	"amigo/migrations"
	"amigo/tickets"
)

// finds is the numbers of what a search gives, in its order.
func (t *deskTest) finds(ctx context.Context, c tickets.Find) (ids []tickets.ID) {
	t.Helper()
	hits, err := t.desk.Find(ctx, c)
	t.ok(err)
	for _, h := range hits {
		ids = append(ids, h.Ticket.ID)
	}
	return ids
}

// opensAs opens a ticket as somebody.
func (t *deskTest) opensAs(who, subject, body string) tickets.ID {
	t.Helper()
	ticket, err := t.desk.Open(t.as(who), tickets.Open{Subject: subject, Body: body})
	t.ok(err)
	return ticket.ID
}

func TestASearchGivesWhatAnswersBestFirst(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		inText := t.opensAs("claire", "Une question", "L'imprimante du secrétariat fait un bourrage de papier.")
		inSubject := t.opensAs("claire", "Les imprimantes du lycée", "Elles sont muettes. Le papier est là.")
		newspaper := t.opensAs("claire", "Les journaux de bord", "Un élève ne voit rien.")
		passwords := t.opensAs("claire", "Mot de passe oublié", "Le mot n'est pas celui qui passe.")
		apart := t.opensAs("claire", "Le mot du jour", "Il ne passe pas la porte, et mon mot non plus.")
		english := t.opensAs("jean", "The printer is broken", "Nothing comes out of the printers.")
		theirs := t.opensAs("paul", "Une imprimante à Rouen", "Sans toner.")
		for text, want := range map[string][]tickets.ID{
			"imprimante":              {theirs, inSubject, inText}, // the shorter age does not matter as much as the subject
			"IMPRIMANTES":             {theirs, inSubject, inText},
			"impriman":                {theirs, inSubject, inText},
			"journal":                 {newspaper},
			"journaux":                {newspaper},
			"élève":                   {newspaper},
			"eleve":                   {newspaper},
			"ELEVES":                  {newspaper},
			"printers":                {english},
			"bourrage papier":         {inText},
			"papier":                  {inSubject, inText},
			`"mot de passe"`:          {passwords},
			"mot passe":               {passwords, apart},
			`« du secrétariat »`:      {inText},
			"claire imprimante":       {inSubject, inText},
			newspaper.Ref():           {newspaper},
			"#" + newspaper.Ref():     {newspaper},
			"AMIGO #" + apart.Ref():   {apart},
			"imprimante journal":      nil,
			"' OR 1=1 --":             nil,
			"imprimante*) OR (public": nil,
			"???":                     nil,
			"   ":                     nil,
		} {
			if got := t.finds(t.as("alice"), tickets.Find{Text: text}); !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", text, got, want)
			}
		}
		if got := t.finds(t.as("alice"), tickets.Find{Text: "imprimante", Limit: 1}); !slices.Equal(got, []tickets.ID{theirs}) {
			t.Errorf("the best is %v", got)
		}
		if got := t.finds(t.as("alice"), tickets.Find{Text: "imprimante", Filter: tickets.Filter{Asked: t.ids["claire"]}}); !slices.Equal(got, []tickets.ID{inSubject, inText}) {
			t.Errorf("of Claire's: %v", got)
		}
		if got := t.finds(t.as("claire"), tickets.Find{Text: "imprimante"}); !slices.Equal(got, []tickets.ID{inSubject, inText}) {
			t.Errorf("Claire finds %v", got)
		}
		if got := t.finds(t.claiming("claire"), tickets.Find{Text: "imprimante"}); got != nil {
			t.Errorf("whoever only claims to be Claire finds %v", got)
		}
		if got := t.finds(t.as("claire"), tickets.Find{Text: theirs.Ref()}); got != nil {
			t.Errorf("Claire finds another's number: %v", got)
		}
	})
}

func TestOnlyStaffFindWhatStandsInNotesAndTags(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		id := t.opensAs("claire", "Imprimante muette", "Rien ne sort.")
		_, err := t.desk.Note(t.as("alice"), id, tickets.Note{Body: "Le fusible est grillé."})
		t.ok(err)
		t.ok(t.desk.Tag(t.as("alice"), id, tickets.TagChange{Add: []string{"Salle informatique"}}))
		for _, text := range []string{"fusible", "informatique"} {
			if got := t.finds(t.as("claire"), tickets.Find{Text: text}); got != nil {
				t.Errorf("claire finds %q", text)
			}
			if got := t.finds(t.as("bruno"), tickets.Find{Text: text}); !slices.Equal(got, []tickets.ID{id}) {
				t.Errorf("a technician finds %q in %v", text, got)
			}
		}
		hits, err := t.desk.Find(t.as("claire"), tickets.Find{Text: "imprimante"})
		t.ok(err)
		if len(hits) != 1 || hits[0].Said != nil {
			t.Errorf("claire reads %+v", hits)
		}
		hits, err = t.desk.Find(t.as("alice"), tickets.Find{Text: "fusible"})
		t.ok(err)
		if len(hits) != 1 || hits[0].Said == nil || !hits[0].Said.Internal || hits[0].Said.Author != t.ids["alice"] ||
			!slices.Contains(hits[0].Excerpt, words.Run{Text: "fusible", Marked: true}) {
			t.Errorf("alice reads %+v", hits)
		}
		t.ok(t.desk.Tag(t.as("alice"), id, tickets.TagChange{Remove: []string{"salle-informatique"}}))
		if got := t.finds(t.as("alice"), tickets.Find{Text: "informatique"}); got != nil {
			t.Errorf("a tag that was taken away is found")
		}
	})
}

func TestATicketIsFoundByWhatItIsCalledNow(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		id := t.opensAs("claire", "Imprimante muette", "Rien ne sort.")
		t.replies(t.as("alice"), id, "Avez-vous regardé le toner ?")
		subject, bob := "Scanner bloqué", t.ids["paul"]
		_, err := t.desk.Change(t.as("alice"), id, tickets.Change{Subject: &subject, Requester: &bob})
		t.ok(err)
		wants := func(want map[string]bool) {
			t.Helper()
			for text, found := range want {
				if got := t.finds(t.as("alice"), tickets.Find{Text: text}); (len(got) == 1) != found {
					t.Errorf("%q finds %v", text, got)
				}
			}
		}
		wants(map[string]bool{"scanner": true, "leroy": true, "toner": true, "sort": true, "muette": false, "martin": false})
		_, err = t.people.Import(t.Context(), people.Batch{Persons: []people.Entry{
			{UID: "paul", Name: "Paul Dubois", Addresses: []string{"paul@academie.test"}, Site: "caen"},
		}})
		t.ok(err)
		t.clock.Advance(5 * time.Minute)
		t.drain()
		wants(map[string]bool{"scanner": true, "dubois": true, "toner": true, "leroy": false})
	})
}

// A thousand newer tickets of others hold the word, too.
func TestNobodyIsCrowdedOutOfTheirOwnSearch(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		old := t.opensAs("claire", "Imprimante muette", "Rien ne sort.")
		t.shelf(1200)
		t.fill(func(n int) string { return "imprimante" })
		if got := t.finds(t.as("claire"), tickets.Find{Text: "imprimante", Limit: 50}); len(got) == 0 || !slices.Contains(got, old) {
			t.Errorf("Claire finds %v", got)
		}
		if got := t.finds(t.as("alice"), tickets.Find{Text: "imprimante", Filter: tickets.Filter{Establishments: []string{"0140013N"}}}); !slices.Equal(got, []tickets.ID{old}) {
			t.Errorf("at her school: %v", got)
		}
		page, err := t.desk.List(t.as("claire"), tickets.Filter{Text: "muette"})
		t.ok(err)
		if len(page.Tickets) != 1 {
			t.Errorf("the list has %d", len(page.Tickets))
		}
		n, err := t.desk.Count(t.as("alice"), tickets.Filter{Text: "imprimante"})
		t.ok(err)
		if n != tickets.MaxFound {
			t.Errorf("%d are counted", n)
		}
	})
}

// fill gives every ticket without words some, by its number.
func (t *deskTest) fill(word func(n int) string) {
	t.Helper()
	var ids []int64
	key := "ticket_id"
	if t.db.Dialect() == migrations.SQLite {
		key = "rowid"
	}
	t.ok(t.db.Gorm(t.Context()).Raw("SELECT id FROM tickets WHERE id NOT IN (SELECT " + key + " FROM ticket_words)").Scan(&ids).Error)
	var rows []db.Words
	for _, id := range ids {
		tokens := words.Tokens(word(int(id)), "fr")
		rows = append(rows, db.Words{ID: id, Tokens: [][]string{tokens, tokens}})
	}
	t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
		return t.db.PutWords(ctx, "ticket_words", "ticket_id", []string{"public", "complete"}, rows...)
	}))
}

func TestWhatIsAlikeComesByItsAge(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		old := t.opensAs("claire", "Imprimante muette", "Rien ne sort.")
		t.clock.Set(dbtest.Start.Add(60 * 24 * time.Hour))
		young := t.opensAs("claire", "Imprimante muette", "Rien ne sort.")
		if got := t.finds(t.as("alice"), tickets.Find{Text: "imprimante"}); !slices.Equal(got, []tickets.ID{young, old}) {
			t.Errorf("found %v", got)
		}
		if got := t.finds(t.as("alice"), tickets.Find{Text: "imprimante", Filter: tickets.Filter{Created: tickets.Span{From: "-30d"}}}); !slices.Equal(got, []tickets.ID{young}) {
			t.Errorf("of the last days: %v", got)
		}
	})
}

// However many tickets hold a word, a search reads no more of them than it needs:
// the newest of a common word one after the other, and those of a rare one, or
// of a requester, by their index.
func TestASearchReadsFewOfManyTickets(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(30_000)
		t.fill(func(n int) string {
			if n%3 == 0 {
				return "imprimante"
			} else if n%5000 == 1 {
				return "projecteur"
			}
			return "souris"
		})
		_, err := t.db.SQL().Exec("ANALYZE")
		t.ok(err)
		r := record(t)
		for name, v := range map[string]struct {
			who, text string
			f         tickets.Filter
			want      int
		}{
			"a common word":                  {"alice", "imprimante ", tickets.Filter{}, 50},
			"a common word as it is typed":   {"alice", "impri", tickets.Filter{}, 50},
			"a common word of what is open":  {"alice", "imprimante ", tickets.Filter{Statuses: tickets.Statuses[:4]}, 50},
			"a rare word":                    {"alice", "projecteur ", tickets.Filter{}, 4},
			"a rare word and a common one":   {"alice", "projecteur souris ", tickets.Filter{}, 0},
			"two common words that never do": {"alice", "imprimante souris ", tickets.Filter{}, 0},
			"a common word of a requester's": {"claire", "imprimante ", tickets.Filter{}, 10},
		} {
			ctx := t.as(v.who)
			r.take()
			found := t.finds(ctx, tickets.Find{Text: v.text, Filter: v.f, Limit: 50})
			if len(found) != v.want {
				t.Errorf("%s: %d are found, want %d", name, len(found), v.want)
			}
			asked := r.take()
			if len(asked) > 3 {
				t.Errorf("%s: %d statements", name, len(asked))
			}
			plan := t.explain(asked[0])
			bad := slices.Clone(slow[t.db.Dialect()])
			if name != "a common word as it is typed" { // how many words begin so PostgreSQL cannot tell, and reads what is small whole
				bad = append(bad, "Seq Scan on ticket_words")
			}
			if v.who == "alice" { // the few ids of a requester are sorted
				bad = append(bad, "USE TEMP B-TREE FOR ORDER BY")
			}
			for _, bad := range bad {
				if strings.Contains(plan, bad) {
					t.Errorf("%s: %s\n%s", name, bad, plan)
				}
			}
		}
	})
}
