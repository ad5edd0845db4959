package metrics_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app"
	"amigo/app/apptest"
	"amigo/app/mail"
	"amigo/mailin"
)

func ask(t *testing.T, h http.Handler, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), method, path, nil))
	return rec
}

func TestNothingButMetricsIsAnswered(t *testing.T) {
	w := apptest.New(t, "")
	for path, want := range map[string]int{"/metrics": http.StatusOK, "/": http.StatusNotFound, "/metrics/x": http.StatusNotFound, "/debug/pprof/": http.StatusNotFound} {
		if got := ask(t, w.Metrics, http.MethodGet, path).Code; got != want {
			t.Errorf("GET %s: %d, want %d", path, got, want)
		}
	}
	if got := ask(t, w.Metrics, http.MethodPost, "/metrics").Code; got != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", got)
	}
}

// What is counted in the database is counted once in ten seconds, whoever asks.
func TestTenWhoAskCostOneCount(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		held := regexp.MustCompile(`(?m)^amigo_promises\{state="running"\} (\d+)$`)
		says := func() string {
			m := held.FindStringSubmatch(ask(t, w.Metrics, http.MethodGet, "/metrics").Body.String())
			if m == nil {
				t.Fatal("promises are not shown")
			}
			return m[1]
		}
		before := says()
		w.As("agent.demo").Get("/tickets/new").Form("subject").Fill("subject", "Écran noir").Fill("body", "Depuis ce matin.").Submit()
		if says() != before {
			t.Error("counted again within ten seconds")
		}
		w.Clock.Advance(11 * time.Second)
		if says() == before {
			t.Error("not counted again after ten seconds")
		}
	})
}

// Clients may invent methods and addresses; labels stay few.
func TestLabelsAreFewAndNameNobody(t *testing.T) {
	w := apptest.New(t, "")
	w.Metrics.Answered("/tickets/:ref", "BREW", 404, time.Second)
	w.Metrics.Carried(mail.Taken, time.Second)
	w.As("agent.demo").Get("/tickets/999999?q=secret")
	text := ask(t, w.Metrics, http.MethodGet, "/metrics").Body.String()
	for _, want := range []string{
		`amigo_http_request_seconds_count{method="other",route="/tickets/:ref",status="4xx"} 1`,
		`amigo_http_request_seconds_count{method="GET",route="/tickets/:ref",status="4xx"} 1`,
		`amigo_letter_send_seconds_count{outcome="taken"} 1`, `amigo_database_up 1`, `go_goroutines `, `process_open_fds `,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s", want)
		}
	}
	for _, never := range []string{"@", "999999", "secret", "BREW", "agent.demo"} {
		if strings.Contains(text, never) {
			t.Errorf("%q is in the metrics", never)
		}
	}
}

// The manuals name the metrics that there are, all of them and no others.
func TestTheManualsNameEveryMetric(t *testing.T) {
	w := apptest.NewWith(t, "", func(c *app.Config, _ *app.Options) { c.Mail.SMTPListen = "127.0.0.1:0" })
	message := "From: ann@ac-caen.test\r\nTo: assistance@academie.test\r\nSubject: Panne\r\n\r\nBonjour.\r\n"
	if _, err := w.Intake.Receive(t.Context(), mailin.Raw{Source: "smtp", Key: "a", Bytes: []byte(message), ReceivedAt: w.Clock.Now()}); err != nil {
		t.Fatal(err)
	}
	w.Metrics.Answered("/", "GET", 200, time.Second)
	w.Metrics.Ran("mail.send", time.Second, nil)
	w.Metrics.Filed(mailin.Open, time.Second)
	served := names(regexp.MustCompile(`(?m)^# TYPE (amigo_\w+)`), ask(t, w.Metrics, http.MethodGet, "/metrics").Body.String())
	for _, manual := range []string{"../../docs/fr/administration.md", "../../docs/en/administration.md"} {
		text, err := os.ReadFile(manual)
		if err != nil {
			t.Fatal(err)
		}
		told := names(regexp.MustCompile(`\b(amigo_[a-z_]+)`), string(text))
		if !slices.Equal(told, served) {
			t.Errorf("%s: lacks %v; and these there are not: %v", manual, without(served, told), without(told, served))
		}
	}
}

// names are what a pattern finds in a text, each once and in order.
func names(pattern *regexp.Regexp, text string) []string {
	found := map[string]bool{}
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

func without(all, some []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(name string) bool { return slices.Contains(some, name) })
}
