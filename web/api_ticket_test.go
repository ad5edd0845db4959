package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestAProgramOpensATicketAndReadsItWhole(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		made := w.ask("ann", "POST", "/tickets", fields{
			"subject": "  Imprimante\nmuette ", "body": "Plus rien ne sort.", "type": "incident", "priority": "high", "service": "impressions",
		}).want(http.StatusCreated)
		where := made.header.Get("Location")
		if !strings.HasPrefix(where, "/api/v1/tickets/") {
			t.Fatalf("Location is %q", where)
		}
		want := fields{
			"subject": "Imprimante muette", "type": "incident", "status": "new", "priority": "high", "channel": "api", "queue": "assistance-caen",
			"service": "impressions", "site": "caen", "assignee": nil, "version": 1.0, "outcome": nil, "cause": nil,
			"requester.uid": "ann", "requester.name": "Ann Demandeuse", "requester.email": "ann@academie.test", "reported_by.uid": "ann",
			"establishment.uai": school, "establishment.name": "Lycée Malherbe",
			"created_at": "2026-11-18T08:00:00Z", "first_responded_at": nil, "solved_at": nil, "closed_at": nil, "next_response_due_at": nil,
			"sla.state": "running", "sla.consumed_minutes": 0.0,
		}
		read := w.ask("ann", "GET", strings.TrimPrefix(where, "/api/v1"), nil).want(http.StatusOK)
		made.wantAt(want)
		read.wantAt(want)
		if made.raw != read.raw {
			t.Errorf("opened %s, read %s", made.raw, read.raw)
		}
		for _, name := range []string{"ref", "first_response_due_at", "resolution_due_at", "due_at", "category"} {
			if read.at(name) == nil {
				t.Errorf("no %s: %s", name, read.raw)
			}
		}
		if read.at("due_at") != read.at("first_response_due_at") || read.at("sla.target_minutes").(float64) <= 0 {
			t.Errorf("due %v, first response %v, target %v", read.at("due_at"), read.at("first_response_due_at"), read.at("sla.target_minutes"))
		}
	})
}

func TestATicketMayBeForAColleague(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		ticket := w.open("ann", fields{"requester": "bob"})
		for _, uid := range []string{"ann", "bob"} {
			w.ask(uid, "GET", ticket, nil).want(http.StatusOK).wantAt(fields{"requester.uid": "bob", "reported_by.uid": "ann", "establishment.uai": "0760001A"})
		}
		w.ask("ann", "POST", "/tickets", fields{"subject": "x", "body": "y", "requester": "nobody"}).refuses("body.requester")
		w.ask("ann", "POST", "/tickets", fields{"subject": "x", "body": "y", "requester": "amigo:system"}).refuses("body.requester")
	})
}

func TestTheSameKeyAndBodyAreTheSameTicket(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		body := `{"subject":"Imprimante muette","body":"Plus rien ne sort."}`
		first := w.ask("ann", "POST", "/tickets", body, "Idempotency-Key", "k-1").want(http.StatusCreated)
		again := w.ask("ann", "POST", "/tickets", ` { "body" : "Plus rien ne sort.", "subject" : "Imprimante muette" } `, "Idempotency-Key", "k-1").want(http.StatusCreated)
		if first.at("ref") != again.at("ref") || first.header.Get("Location") != again.header.Get("Location") {
			t.Errorf("%s, then %s", first.raw, again.raw)
		}
		w.ask("ann", "POST", "/tickets", fields{"subject": "Imprimante muette", "body": "Autre chose."}, "Idempotency-Key", "k-1").want(http.StatusUnprocessableEntity)
		other := w.ask("bob", "POST", "/tickets", body, "Idempotency-Key", "k-1").want(http.StatusCreated)
		if other.at("ref") == first.at("ref") {
			t.Error("somebody else's key found Ann's ticket")
		}
		if n := len(w.ask("theo", "GET", "/tickets", nil).items()); n != 2 {
			t.Errorf("%d tickets, want 2", n)
		}
		w.ask("ann", "POST", "/tickets", body, "Idempotency-Key", strings.Repeat("k", 201)).refuses("header.Idempotency-Key")
	})
}

func TestWhatIsWrongWithATicketIsSaidByField(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		long := func(n int) string { return strings.Repeat("é", n) }
		for _, c := range []struct {
			body  any
			wrong []string
		}{
			{fields{"body": "y"}, []string{"body"}}, // what is missing is the object's fault
			{fields{"subject": "", "body": ""}, []string{"body.body", "body.subject"}},
			{fields{"subject": " \n ", "body": "\t"}, []string{"body.body", "body.subject"}},
			{fields{"subject": long(201), "body": "y"}, []string{"body.subject"}},
			{fields{"subject": "x", "body": long(100_001)}, []string{"body.body"}},
			{fields{"subject": "x", "body": "y", "status": "solved"}, []string{"body.status"}},
			{fields{"subject": "x", "body": "y", "assignee": "theo"}, []string{"body.assignee"}},
			{fields{"subject": "x", "body": "y", "priority": "soon"}, []string{"body.priority"}},
			{fields{"subject": "x", "body": "y", "type": "wish"}, []string{"body.type"}},
			{fields{"subject": "x", "body": "y", "service": "magie"}, []string{"body.service"}},
			{fields{"subject": "x", "body": "y", "category": long(61)}, []string{"body.category"}},
			{fields{"subject": "x", "body": "y", "establishment": "0760001A"}, []string{"body.establishment"}}, // not hers
			{fields{"subject": "x", "body": "y", "attachments": []int{4711}}, []string{"body.attachments"}},
			{fields{"subject": 7, "body": "y"}, []string{"body.subject"}},
		} {
			w.ask("ann", "POST", "/tickets", c.body).refuses(c.wrong...)
		}
		w.open("theo", fields{"subject": long(200), "body": long(100_000), "category": long(60), "priority": "urgent", "requester": "ann", "establishment": "0760001A"})
		if n := len(w.ask("theo", "GET", "/tickets", nil).items()); n != 1 {
			t.Errorf("%d tickets, want the one that was right", n)
		}
	})
}

func TestNotYoursAndNotThereAreAlike(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		hers := w.open("ann", nil)
		for _, c := range []struct{ method, path, body string }{
			{"GET", "", ""},
			{"GET", "/messages", ""},
			{"GET", "/events", ""},
			{"POST", "/messages", `{"body":"x"}`},
			{"POST", "/messages", `{"body":"x","internal":true}`},
			{"PATCH", "", `{"version":1,"status":"open"}`},
			{"PATCH", "", `{"version":1,"queue":"nowhere"}`},
		} {
			answers := map[string]string{}
			for _, ticket := range []string{hers, "/tickets/999999", "/tickets/0", "/tickets/abc", "/tickets/99999999999999999999"} {
				var body any
				if c.body != "" {
					body = c.body
				}
				answers[w.ask("bob", c.method, ticket+c.path, body).want(http.StatusNotFound).raw] = ticket
			}
			if len(answers) != 1 {
				t.Errorf("%s %s tells them apart: %v", c.method, c.path, answers)
			}
		}
	})
}

func TestATicketIsChangedAtTheVersionThatWasRead(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		ticket := w.open("ann", nil)
		w.ask("theo", "PATCH", ticket, fields{"priority": "high"}).refuses("body") // without a version
		w.ask("theo", "PATCH", ticket, fields{"version": 1, "assignee": "theo", "priority": "high"}).want(http.StatusOK).
			wantAt(fields{"assignee.uid": "theo", "priority": "high", "status": "open", "version": 2.0})
		w.ask("theo", "PATCH", ticket, fields{"version": 1, "priority": "low"}).want(http.StatusConflict)
		w.ask("theo", "GET", ticket, nil).wantAt(fields{"priority": "high", "version": 2.0})

		w.change("theo", ticket, fields{"assignee": nil}).want(http.StatusOK).wantAt(fields{"assignee": nil, "status": "open"})
		w.change("theo", ticket, fields{"queue": "assistance-rouen"}).want(http.StatusOK).wantAt(fields{"queue": "assistance-rouen"})
		w.change("theo", ticket, fields{"service": "messagerie", "type": "request"}).want(http.StatusOK).wantAt(fields{"service": "messagerie", "type": "request"})
		w.change("theo", ticket, fields{"service": nil, "category": nil}).want(http.StatusOK).wantAt(fields{"service": nil, "category": nil, "type": "request"})
		w.change("theo", ticket, fields{"status": "waiting_third_party"}).want(http.StatusOK).wantAt(fields{"status": "waiting_third_party", "sla.state": "paused"})
		w.change("theo", ticket, fields{"status": "solved", "solution": "C'est réparé.", "outcome": "fixed", "cause": "hardware"}).want(http.StatusOK).
			wantAt(fields{"status": "solved", "outcome": "fixed", "cause": "hardware", "sla.state": "met", "solved_at": "2026-11-18T08:00:00Z"})
	})
}

func TestAChangeThatCannotBeIsRefused(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		ticket := w.open("ann", nil)
		w.change("theo", ticket, fields{"status": "new"}).want(http.StatusOK) // it is
		w.change("theo", ticket, fields{"status": "closed"}).want(http.StatusUnprocessableEntity)
		w.change("theo", ticket, fields{"status": "away"}).refuses("body.status")
		w.change("theo", ticket, fields{"assignee": "ann"}).refuses("body.assignee") // no technician
		w.change("theo", ticket, fields{"assignee": "nobody"}).refuses("body.assignee")
		w.change("theo", ticket, fields{"queue": "nowhere"}).refuses("body.queue")
		w.change("theo", ticket, fields{"channel": "mail"}).refuses("body.channel")
		w.change("theo", ticket, fields{"requester": "nobody"}).refuses("body.requester")
		w.change("theo", ticket, fields{"establishment": "9999999Z"}).refuses("body.establishment")
		w.change("theo", ticket, fields{"impact": "world"}).refuses("body.impact")
		w.change("theo", ticket, fields{"subject": strings.Repeat("x", 3000)}).refuses("body.subject")
		w.change("theo", ticket, fields{"tags": []string{"…"}}).refuses("body.tags")
		w.change("theo", ticket, fields{"solution": "C'est fait."}).refuses("body.solution")
		w.change("theo", ticket, fields{"status": "solved", "outcome": "magic", "cause": "fate"}).refuses("body.outcome", "body.cause")
		w.change("ann", ticket, fields{"priority": "high"}).want(http.StatusForbidden)
		w.ask("theo", "GET", ticket, nil).wantAt(fields{"version": 1.0, "status": "new", "priority": "normal"})
	})
}

func TestTheFactsOfATicketAreChanged(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		ticket := w.open("ann", nil)
		w.ask("theo", "GET", ticket, nil).wantAt(fields{"impact": nil, "urgency": nil})
		w.change("theo", ticket, fields{"subject": "Copieur muet", "impact": "all", "urgency": "now"}).want(http.StatusOK).
			wantAt(fields{"subject": "Copieur muet", "impact": "all", "urgency": "now", "priority": "urgent"})
		w.change("theo", ticket, fields{"requester": "bob"}).want(http.StatusOK).
			wantAt(fields{"requester.uid": "bob", "requester.email": "bob@academie.test", "reported_by.uid": "ann", "establishment.uai": "0760001A"})
		tagged := func(uid string, want ...any) {
			t.Helper()
			if got := w.ask(uid, "GET", ticket, nil).want(http.StatusOK).at("tags"); !slices.Equal(got.([]any), want) {
				t.Errorf("%s reads the tags %v", uid, got)
			}
		}
		tagged("theo")
		w.change("theo", ticket, fields{"tags": []string{"Atelier", "réseau"}}).want(http.StatusOK)
		tagged("theo", "atelier", "reseau")
		tagged("ann")
		w.change("theo", ticket, fields{"tags": []string{"atelier", "câble"}}).want(http.StatusOK)
		tagged("theo", "atelier", "cable")
		w.change("theo", ticket, fields{"priority": "low"}).want(http.StatusOK).wantAt(fields{"impact": nil, "urgency": nil})
		tagged("theo", "atelier", "cable")
		w.change("theo", ticket, fields{"tags": []string{}}).want(http.StatusOK)
		tagged("theo")
	})
}
