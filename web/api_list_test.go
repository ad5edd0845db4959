package web_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAListIsNarrowed(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		printer := w.open("ann", fields{"subject": "Imprimante muette", "service": "impressions", "priority": "high"})
		webmail := w.open("bob", fields{"subject": "Messagerie lente", "service": "messagerie"})
		asked := w.open("ann", fields{"subject": "Espace Tribu", "type": "request", "category": "numérique"})
		w.change("theo", printer, fields{"assignee": "theo"}).want(http.StatusOK)
		w.change("tess", webmail, fields{"status": "solved"}).want(http.StatusOK)
		w.change("theo", asked, fields{"tags": []string{"Atelier"}}).want(http.StatusOK)
		for question, want := range map[string][]string{
			"":                          {printer, webmail, asked},
			"status=open":               {printer},
			"status=new,solved":         {webmail, asked},
			"status=new&status=solved":  {webmail, asked},
			"queue=assistance-caen":     {printer, asked},
			"queue=assistance-rouen":    {webmail},
			"assignee=theo":             {printer},
			"assignee=none":             {asked}, // who solves a ticket has taken it
			"category=num%C3%A9rique":   {asked},
			"service=messagerie":        {webmail},
			"priority=high":             {printer},
			"q=imprimante":              {printer},
			"q=%22espace+tribu%22":      {asked},
			"q=" + printer[9:]:          {printer}, // its number
			"q=imprimante&priority=low": nil,
			"q=impriman":                {printer},
			"priority=high,low":         {printer},
			"type=request,incident&queue=assistance-caen": {printer, asked},
			"channel=api":            {printer, webmail, asked},
			"channel=mail":           nil,
			"site=caen":              {printer, asked},
			"site=caen,rouen":        {printer, webmail, asked},
			"establishment=0760001A": {webmail},
			"requester=bob":          {webmail},
			"requester=bob,ann":      {printer, webmail, asked},
			"requester=me":           nil,
			"assignee=me":            {printer},
			"queue=me":               {printer, asked},
			"tag=atelier":            {asked},
			"created_from=today":     {printer, webmail, asked},
			"created_to=-1d":         nil,
			"updated_from=2026-11-18&updated_to=2026-11-18": {printer, webmail, asked},
			"due_to=-1d":      nil,
			"solved_from=-7d": {webmail},
			"sla=late":        nil,
			"watched=true":    nil,
			"category=%00":    nil,
			"q=%00%FF":        nil,
		} {
			got := refs(w.ask("theo", "GET", "/tickets?"+question, nil).want(http.StatusOK).items())
			if !sameTickets(got, want) {
				t.Errorf("%s: %v, want %v", question, got, want)
			}
		}
		if hers := refs(w.ask("ann", "GET", "/tickets", nil).items()); !sameTickets(hers, []string{printer, asked}) {
			t.Errorf("Ann sees %v", hers)
		}
		if hers := refs(w.ask("ann", "GET", "/tickets?q=messagerie", nil).items()); len(hers) != 0 {
			t.Errorf("Ann finds %v", hers)
		}
	})
}

func TestAListRefusesWhatItDoesNotKnow(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		for range 3 {
			w.open("ann", nil)
		}
		byCreation := w.ask("ann", "GET", "/tickets?sort=created_at&limit=1", nil).want(http.StatusOK).at("next").(string)
		for question, status := range map[string]int{
			"sort=subject":                          400,
			"sort=" + url.QueryEscape("id; DROP"):   400,
			"sort=-":                                400,
			"sort=created_at;DROP":                  400, // not a query at all
			"q=%zz":                                 400,
			"cursor=made-up":                        400,
			"cursor=ZHVlX2F0Ly8wLzE":                400,
			"cursor=" + byCreation:                  400, // of another order
			"sort=created_at&cursor=" + byCreation:  200,
			"sort=-created_at&cursor=" + byCreation: 400,
			"limit=200":                             200,
			"created_from=yesterday":                400,
			"due_to=2026-02-30":                     400,
			"sla=tomorrow":                          422,
			"watched=perhaps":                       422,
		} {
			w.ask("ann", "GET", "/tickets?"+question, nil).want(status)
		}
		for question, place := range map[string]string{
			"limit=201": "query.limit", "limit=0": "query.limit", "limit=many": "query.limit", "limit=-1": "query.limit",
			"status=away": "query.status[0]", "priority=soon": "query.priority[0]", "type=incident&type=wish": "query.type[1]", "requester=nobody": "query.requester", "queue=nowhere": "query.queue", "assignee=nobody": "query.assignee",
			"q=" + strings.Repeat("a", 501): "query.q",
		} {
			w.ask("theo", "GET", "/tickets?"+question, nil).refuses(place)
		}
	})
}

func TestEachTicketIsOnOnePageInEveryOrder(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		// A hundred and twenty tickets, five at an instant; a sixth of them are
		// solved and have no due date.
		for i := range 120 {
			if i%5 == 0 {
				w.clock.Advance(time.Minute)
			}
			ticket := w.open("ann", fields{"subject": fmt.Sprintf("Panne %d", i), "priority": []string{"low", "normal", "high"}[i%3]})
			if i%6 == 0 {
				w.change("theo", ticket, fields{"status": "solved"}).want(http.StatusOK)
			}
		}
		for _, sort := range []string{"due_at", "created_at", "updated_at"} {
			up, down := w.walk("theo", sort, 25), w.walk("theo", "-"+sort, 25)
			for name, all := range map[string][]fields{sort: up, "-" + sort: down, sort + " of the requester": w.walk("ann", sort, 7)} {
				if got := refs(all); len(got) != 120 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 120 {
					t.Errorf("%s: %d tickets, %d of them different", name, len(got), len(slices.Compact(slices.Sorted(slices.Values(got)))))
				}
			}
			if again := w.walk("theo", sort, 200); !slices.Equal(refs(again), refs(up)) {
				t.Errorf("%s: another length of page is another order", sort)
			}
			if sort == "updated_at" {
				continue // not shown
			}
			if !slices.IsSortedFunc(up, byField(sort, 1)) || !slices.IsSortedFunc(down, byField(sort, -1)) {
				t.Errorf("%s is not in order", sort)
			}
		}
		if last := w.walk("theo", "-due_at", 50)[119]; last["due_at"] != nil {
			t.Errorf("by due date, the last is due at %v", last["due_at"])
		}
	})
}

// walk reads a list to its end, page by page.
func (w *apiWorld) walk(uid, sort string, limit int) []fields {
	w.t.Helper()
	var all []fields
	cursor := ""
	for range 1000 {
		page := w.ask(uid, "GET", fmt.Sprintf("/tickets?sort=%s&limit=%d&cursor=%s", sort, limit, cursor), nil).want(http.StatusOK)
		items := page.items()
		if len(items) > limit || len(items) == 0 {
			w.t.Fatalf("a page of %d, limit %d", len(items), limit)
		}
		all = append(all, items...)
		next, more := page.at("next").(string)
		if !more {
			return all
		}
		cursor = next
	}
	w.t.Fatal("the list has no end")
	return nil
}

// byField compares instants; none comes last, whichever way.
func byField(name string, way int) func(a, b fields) int {
	return func(a, b fields) int {
		x, hasX := a[name].(string)
		y, hasY := b[name].(string)
		switch {
		case hasX && hasY:
			return way * instant(x).Compare(instant(y))
		case hasX:
			return -1
		case hasY:
			return 1
		}
		return 0
	}
}

func instant(s string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return at
}

// refs are the addresses of tickets.
func refs(all []fields) []string {
	found := make([]string, 0, len(all))
	for _, item := range all {
		found = append(found, fmt.Sprintf("/tickets/%.0f", item["ref"]))
	}
	return found
}

func sameTickets(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.SortFunc(a, cmp.Compare)
	slices.SortFunc(b, cmp.Compare)
	return slices.Equal(a, b)
}
