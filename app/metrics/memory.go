package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"amigo/app/trouble"
)

// memory collects what this process remembers, without asking the database.
type memory struct {
	house House

	sourceUp, sourceFailing, sourceWell, sourceFailures *prometheus.Desc
	received, lost, strange, turned                     *prometheus.Desc
	transportUp, transportFailing                       *prometheus.Desc
	listeners, connections, waited, free, size          *prometheus.Desc
}

func newMemory(h House) *memory {
	return &memory{
		house:            h,
		sourceUp:         desc("amigo_mail_source_up", "Whether mail can come in this way: 1, or 0 when the last attempt failed.", "source"),
		sourceFailing:    desc("amigo_mail_source_failing_seconds", "For how long it has failed; 0 when it does not.", "source"),
		sourceWell:       desc("amigo_mail_source_last_success_timestamp_seconds", "When it last went well.", "source"),
		sourceFailures:   desc("amigo_mail_source_failures", "How often it has failed since it last went well.", "source"),
		received:         desc("amigo_mail_received_total", "Messages that were kept.", "source"),
		lost:             desc("amigo_mail_not_stored_total", "Messages that could not be kept, and that their sender or mailbox has still.", "source"),
		strange:          desc("amigo_mail_recipients_refused_total", "Recipients that are none of ours.", "source"),
		turned:           desc("amigo_mail_connections_refused_total", "Connections that were too many.", "source"),
		transportUp:      desc("amigo_letter_transport_up", "Whether the server that carries letters can be talked to: 1, or 0 when the last attempt failed."),
		transportFailing: desc("amigo_letter_transport_failing_seconds", "For how long it has failed; 0 when it does not."),
		listeners:        desc("amigo_live_subscribers", "Pages that hear of changes as they happen."),
		connections:      desc("amigo_database_connections", "Connections to the database, by pool and state.", "pool", "state"),
		waited:           desc("amigo_database_waits_total", "How often somebody waited for a connection.", "pool"),
		free:             desc("amigo_data_free_bytes", "Room left where the data folder is."),
		size:             desc("amigo_data_size_bytes", "Room in all where the data folder is."),
	}
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe says what is collected.
func (m *memory) Describe(out chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, out) }

// Collect reads it.
func (m *memory) Collect(out chan<- prometheus.Metric) {
	now := m.house.DB.Now(context.Background())
	for _, s := range m.house.Intake.Lines() {
		out <- gauge(m.sourceUp, up(s.State), s.Label)
		out <- gauge(m.sourceFailing, failing(s.State, now), s.Label)
		out <- gauge(m.sourceFailures, float64(s.Failures), s.Label)
		if !s.WellAt.IsZero() {
			out <- gauge(m.sourceWell, float64(s.WellAt.UnixMilli())/1000, s.Label)
		}
	}
	for _, t := range m.house.Intake.Tallies() {
		out <- counter(m.received, t.Received, t.Label)
		out <- counter(m.lost, t.Lost, t.Label)
		out <- counter(m.strange, t.Strange, t.Label)
		out <- counter(m.turned, t.Turned, t.Label)
	}
	if m.house.Outbox.Sends() {
		out <- gauge(m.transportUp, up(m.house.Outbox.Line()))
		out <- gauge(m.transportFailing, failing(m.house.Outbox.Line(), now))
	}
	out <- gauge(m.listeners, float64(m.house.Streams()))
	for pool, s := range m.house.DB.Pools() {
		out <- gauge(m.connections, float64(s.InUse), pool, "busy")
		out <- gauge(m.connections, float64(s.Idle), pool, "idle")
		out <- counter(m.waited, s.WaitCount, pool)
	}
	if free, size, err := m.house.Space(); err == nil {
		out <- gauge(m.free, float64(free))
		out <- gauge(m.size, float64(size))
	}
}

func up(s trouble.State) float64 {
	if s.Fails() {
		return 0
	}
	return 1
}

func failing(s trouble.State, now time.Time) float64 {
	if !s.Fails() {
		return 0
	}
	return max(0, now.Sub(s.Since).Seconds())
}

func gauge(d *prometheus.Desc, value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

func counter(d *prometheus.Desc, value int64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(value), labels...)
}
