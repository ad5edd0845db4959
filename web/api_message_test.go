package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"amigo/tickets"
)

func TestRequestersNeverSeeNotes(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		ticket := w.open("ann", nil)
		w.clock.Advance(time.Minute)
		note := w.ask("theo", "POST", ticket+"/messages", fields{"body": "Déjà vu vendredi.", "internal": true}).want(http.StatusCreated)
		note.wantAt(fields{"internal": true, "body": "Déjà vu vendredi.", "author.uid": "theo", "author.name": "Théo Technicien", "created_at": "2026-11-18T08:01:00Z"})
		reply := w.ask("theo", "POST", ticket+"/messages", fields{"body": "Le voyant est-il orange ?"}).want(http.StatusCreated)
		w.ask("ann", "POST", ticket+"/messages", fields{"body": "Oui."}).want(http.StatusCreated).wantAt(fields{"internal": false, "author.uid": "ann"})

		for uid, want := range map[string]int{"theo": 4, "sam": 4, "ann": 3} {
			all := w.ask(uid, "GET", ticket+"/messages", nil).want(http.StatusOK).items()
			if len(all) != want {
				t.Errorf("%s reads %d messages, want %d", uid, len(all), want)
			}
			for _, m := range all {
				if uid == "ann" && m["internal"] != false {
					t.Errorf("Ann reads %v", m)
				}
			}
		}
		for _, made := range []answer{note, reply} {
			here := w.ask("theo", "GET", strings.TrimPrefix(made.header.Get("Location"), "/api/v1"), nil).want(http.StatusOK).items()
			if len(here) != 1 || here[0]["id"] != made.at("id") {
				t.Errorf("at %s there is %v", made.header.Get("Location"), here)
			}
		}
		w.ask("ann", "GET", ticket, nil).wantAt(fields{"status": "open", "first_responded_at": "2026-11-18T08:01:00Z"})
	})
}

func TestRequestersPostNoNotes(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		ticket := w.open("ann", nil)
		w.ask("ann", "POST", ticket+"/messages", fields{"body": "entre nous", "internal": true}).want(http.StatusForbidden)
		w.ask("ann", "POST", ticket+"/messages", fields{"body": ""}).refuses("body.body")
		w.ask("ann", "POST", ticket+"/messages", fields{"body": strings.Repeat("a", 100_001)}).refuses("body.body")
		w.ask("ann", "POST", ticket+"/messages", fields{"body": "x", "author": "theo"}).refuses("body.author")
		w.ask("ann", "POST", ticket+"/messages", fields{"body": "x", "attachments": []int{4711}}).refuses("body.attachments")
		if n := len(w.ask("theo", "GET", ticket+"/messages", nil).items()); n != 1 {
			t.Errorf("%d messages, want the first alone", n)
		}
	})
}

func TestMessagesAreReadInPages(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		ticket := w.open("ann", nil)
		for i := range 6 {
			w.ask("ann", "POST", ticket+"/messages", fields{"body": fmt.Sprint(i)}).want(http.StatusCreated)
		}
		var said []string
		cursor := ""
		for range 4 {
			page := w.ask("ann", "GET", ticket+"/messages?limit=2&cursor="+cursor, nil).want(http.StatusOK)
			for _, m := range page.items() {
				said = append(said, m["body"].(string))
			}
			cursor, _ = page.at("next").(string)
		}
		if got := strings.Join(said, " "); got != "Plus rien ne sort. 0 1 2 3 4 5" || cursor != "" {
			t.Errorf("%q, then %q", got, cursor)
		}
		w.ask("ann", "GET", ticket+"/messages?cursor=made-up", nil).want(http.StatusBadRequest)
		w.ask("ann", "GET", ticket+"/messages?limit=201", nil).refuses("query.limit")
	})
}

func TestAFileIsPostedThenClaimed(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		up := w.upload("ann", "file", "../../Capture d'écran.png", "\x89PNG\r\n\x1a\n0000").want(http.StatusCreated)
		up.wantAt(fields{"name": "Capture d'écran.png", "type": "image/png", "size": 12.0})
		id := up.at("id")
		if location := up.header.Get("Location"); location != fmt.Sprintf("/attachments/%v", id) {
			t.Errorf("it is at %q", location)
		}

		w.ask("bob", "POST", "/tickets", fields{"subject": "x", "body": "y", "attachments": []any{id}}).refuses("body.attachments") // not his
		ticket := w.open("ann", fields{"attachments": []any{id}})
		first := w.ask("ann", "GET", ticket+"/messages", nil).items()[0]["attachments"].([]any)
		if len(first) != 1 || dig(first[0], "id") != id || dig(first[0], "type") != "image/png" {
			t.Errorf("the message has %v", first)
		}
		w.ask("ann", "POST", ticket+"/messages", fields{"body": "encore", "attachments": []any{id}}).refuses("body.attachments") // claimed
		more := w.upload("theo", "file", "note.txt", "bonjour").want(http.StatusCreated).at("id")
		w.ask("theo", "POST", ticket+"/messages", fields{"body": "voici", "attachments": []any{more}, "internal": true}).want(http.StatusCreated)
		w.upload("ann", "file", "vide.txt", "").want(http.StatusUnprocessableEntity)
		w.upload("ann", "image", "a.txt", "bonjour").want(http.StatusUnprocessableEntity)
		w.upload("ann", "file", "a.bin", strings.Repeat("x", tickets.MaxFile)).want(http.StatusCreated)
		w.upload("ann", "file", "a.bin", strings.Repeat("x", tickets.MaxFile+1)).want(http.StatusUnprocessableEntity)
		w.upload("ann", "file", "a.bin", strings.Repeat("x", tickets.MaxFile+2<<20)).want(http.StatusRequestEntityTooLarge)
		w.ask("ann", "POST", "/attachments", fields{"file": "x"}).want(http.StatusUnsupportedMediaType)
	})
}

// upload posts a file.
func (w *apiWorld) upload(uid, field, name, content string) answer {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part := must(form.CreateFormFile(field, name))(w.t)
	must(io.WriteString(part, content))(w.t)
	if err := form.Close(); err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "https://amigo.test/api/v1/attachments", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+w.token(uid))
	return w.send(r)
}

func TestEventsTellWhatChanged(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		ticket := w.open("ann", fields{"priority": "high"})
		w.clock.Advance(time.Minute)
		w.change("theo", ticket, fields{"assignee": "tess", "queue": "assistance-rouen", "priority": "low"}).want(http.StatusOK)
		w.ask("tess", "POST", ticket+"/messages", fields{"body": "entre nous", "internal": true}).want(http.StatusCreated)
		all := w.ask("theo", "GET", ticket+"/events", nil).want(http.StatusOK).items()
		kinds := map[string]fields{}
		for _, e := range all {
			kinds[e["kind"].(string)] = e
		}
		if got := kinds["assigned"]; dig(got, "actor.uid") != "theo" || fmt.Sprint(dig(got, "changes.assignee")) != "[ tess]" ||
			fmt.Sprint(dig(got, "changes.queue")) != "[assistance-caen assistance-rouen]" || got["at"] != "2026-11-18T08:01:00Z" {
			t.Errorf("assigned: %v", got)
		}
		if got := kinds["classified"]; fmt.Sprint(dig(got, "changes.priority")) != "[high low]" {
			t.Errorf("classified: %v", got)
		}
		if dig(kinds["opened"], "actor.name") != "Ann Demandeuse" || len(dig(kinds["opened"], "changes").(fields)) != 0 || kinds["noted"] == nil {
			t.Errorf("opened: %v; noted: %v", kinds["opened"], kinds["noted"])
		}
		for _, e := range w.ask("ann", "GET", ticket+"/events", nil).want(http.StatusOK).items() {
			if e["kind"] == "noted" || e["kind"] == "escalated" {
				t.Errorf("Ann reads of %v", e)
			}
		}
		page := w.ask("theo", "GET", ticket+"/events?limit=1", nil).want(http.StatusOK)
		rest := w.ask("theo", "GET", ticket+"/events?cursor="+page.at("next").(string), nil).want(http.StatusOK).items()
		if len(page.items()) != 1 || len(rest) != len(all)-1 {
			t.Errorf("%d and %d of %d events", len(page.items()), len(rest), len(all))
		}
	})
}

func TestAnEscalationStandsInTheHistory(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		ticket := w.open("ann", nil)
		for at := w.clock.Now().Add(12 * time.Hour); w.clock.Now().Before(at); w.clock.Advance(15 * time.Minute) {
			if err := w.house.Queue.Drain(t.Context(), w.mux); err != nil {
				t.Fatal(err)
			}
		}
		found := false
		for _, e := range w.ask("theo", "GET", ticket+"/events", nil).items() {
			if e["kind"] == "escalated" {
				found = true
				if e["promise"] != "first" || e["level"].(float64) < 50 {
					t.Errorf("%v", e)
				}
			}
		}
		if !found {
			t.Error("nobody was told")
		}
		w.ask("theo", "GET", ticket, nil).wantAt(fields{"sla.state": "running"})
	})
}
