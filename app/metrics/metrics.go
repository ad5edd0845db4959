package metrics

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"amigo/app/db"
	"amigo/app/jobs"
	"amigo/app/mail"
	"amigo/mailin"
	"amigo/sla"
)

// House is where the figures come from.
type House struct {
	DB     *db.DB
	Queue  *jobs.Queue
	Outbox *mail.Outbox
	Intake *mailin.Intake
	Engine *sla.Engine
	// Streams counts the browsers that listen for what changes.
	Streams func() int
	// Space says how much room the data folder has left and in all, in bytes.
	Space func() (free, size uint64, err error)
}

// Metrics is what Prometheus is shown. It is an http.Handler that answers
// GET /metrics and nothing else.
type Metrics struct {
	handler  http.Handler
	requests *prometheus.HistogramVec
	jobs     *prometheus.HistogramVec
	filed    *prometheus.HistogramVec
	carried  *prometheus.HistogramVec
}

// New gathers what there is to show of a house; version is the program's.
func New(h House, version string) *Metrics {
	r := prometheus.NewRegistry()
	m := &Metrics{
		requests: histogram("amigo_http_request_seconds", "Requests answered, by route, method and class of status.",
			[]float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}, "route", "method", "status"),
		jobs: histogram("amigo_job_run_seconds", "Jobs that were tried, by kind and result.",
			[]float64{.01, .05, .1, .25, 1, 5, 15, 60, 90}, "kind", "result"),
		filed: histogram("amigo_mail_filed_seconds", "From the acceptance of a message by a mail server to its filing, by verdict.",
			[]float64{.25, .5, 1, 2.5, 5, 15, 60, 300, 1800, 7200, 86400}, "verdict"),
		carried: histogram("amigo_letter_send_seconds", "Attempts to send a letter, by outcome.",
			[]float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 15, 30, 60}, "outcome"),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "amigo_build_info", Help: "The version that runs; always 1.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version(), "database": string(h.DB.Dialect())},
	})
	build.Set(1)
	for _, outcome := range mail.Outcomes { // that they are there, and 0, before the first letter
		m.carried.WithLabelValues(string(outcome))
	}
	r.MustRegister(
		build, m.requests, m.jobs, m.filed, m.carried, newMemory(h), newFigures(h),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	shown := promhttp.HandlerFor(r, promhttp.HandlerOpts{MaxRequestsInFlight: mostScrapes, ErrorHandling: promhttp.ContinueOnError})
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", shown)
	m.handler = mux
	return m
}

// mostScrapes is how many may ask at once; more are told to come back.
const mostScrapes = 16

func histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
}

// ServeHTTP answers GET /metrics.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }

// methods are the verbs that have a name of their own; clients may invent others.
var methods = map[string]bool{"GET": true, "HEAD": true, "POST": true, "PUT": true, "PATCH": true, "DELETE": true, "OPTIONS": true}

// Answered counts a request that was answered. route is a pattern, never an address.
func (m *Metrics) Answered(route, method string, status int, took time.Duration) {
	if !methods[method] {
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// Ran counts a job that was tried.
func (m *Metrics) Ran(kind string, took time.Duration, err error) {
	result := "done"
	if err != nil {
		result = "failed"
	}
	m.jobs.WithLabelValues(kind, result).Observe(took.Seconds())
}

// Filed counts a verdict that was carried out.
func (m *Metrics) Filed(act mailin.Act, took time.Duration) {
	m.filed.WithLabelValues(string(act)).Observe(took.Seconds())
}

// Carried counts an attempt to send a letter.
func (m *Metrics) Carried(o mail.Outcome, took time.Duration) {
	m.carried.WithLabelValues(string(o)).Observe(took.Seconds())
}
