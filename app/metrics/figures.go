package metrics

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"amigo/app/jobs"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/mailin"
	"amigo/sla"
)

const (
	keepFor   = 10 * time.Second // what was counted is shown so long
	countTime = 5 * time.Second  // to count it
)

// figures collects what stands in the database.
type figures struct {
	house House

	mu    sync.Mutex // held while it is counted: the others wait for that
	at    time.Time  // when it was last counted
	last  counted
	fails float64 // how often it could not be counted

	answers, errors, took     *prometheus.Desc
	jobs, late                *prometheus.Desc
	inbound, unfiled          *prometheus.Desc
	letters, unsent, stopped  *prometheus.Desc
	promises, overdue, untold *prometheus.Desc
}

// counted is one look at the database.
type counted struct {
	took  time.Duration
	err   error
	jobs  jobs.Figures
	mail  mailin.Figures
	out   mail.Figures
	sla   sla.Figures
	asked time.Time
}

func newFigures(h House) *figures {
	return &figures{
		house:    h,
		answers:  desc("amigo_database_up", "Whether the figures could be counted: 1, or 0 and they are left out."),
		errors:   desc("amigo_database_count_errors_total", "How often they could not."),
		took:     desc("amigo_database_count_seconds", "How long it took to count them."),
		jobs:     desc("amigo_jobs", "Jobs that are not done, by state and kind.", "state", "kind"),
		late:     desc("amigo_jobs_late_seconds", "For how long the oldest job that is due has waited; 0: none is due."),
		inbound:  desc("amigo_mail_messages", "Messages that somebody or something still works on, by state.", "state"),
		unfiled:  desc("amigo_mail_oldest_unfiled_seconds", "Age of the oldest message that is received and not filed; 0: all are filed."),
		letters:  desc("amigo_letters", "Letters that are not sent, by state.", "state"),
		unsent:   desc("amigo_letters_oldest_queued_seconds", "Age of the oldest queued letter; 0: none is queued."),
		stopped:  desc("amigo_addresses_stopped", "Addresses that get no more letters, since one came back for ever."),
		promises: desc("amigo_promises", "Promises that are alive, by state.", "state"),
		overdue:  desc("amigo_promises_overdue", "Promises that run and are past their date."),
		untold:   desc("amigo_alerts_untold", "Alerts that no letter has said yet."),
	}
}

// Describe says what is collected.
func (f *figures) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		f.answers, f.errors, f.took, f.jobs, f.late, f.inbound, f.unfiled, f.letters, f.unsent, f.stopped, f.promises, f.overdue, f.untold,
	} {
		out <- d
	}
}

// Collect shows what was counted in the last seconds, or counts it.
func (f *figures) Collect(out chan<- prometheus.Metric) {
	c, fails := f.look()
	out <- prometheus.MustNewConstMetric(f.errors, prometheus.CounterValue, fails)
	if c.err != nil {
		out <- gauge(f.answers, 0)
		return
	}
	out <- gauge(f.answers, 1)
	out <- gauge(f.took, c.took.Seconds())
	for _, j := range c.jobs.Counts {
		out <- gauge(f.jobs, float64(j.N), j.State, j.Kind)
	}
	out <- gauge(f.late, c.jobs.Late.Seconds())
	for state, n := range c.mail.Messages {
		out <- gauge(f.inbound, float64(n), string(state))
	}
	out <- gauge(f.unfiled, age(c.mail.Oldest, c.asked))
	for state, n := range c.out.Letters {
		out <- gauge(f.letters, float64(n), string(state))
	}
	out <- gauge(f.unsent, age(c.out.Oldest, c.asked))
	out <- gauge(f.stopped, float64(c.out.Stopped))
	out <- gauge(f.promises, float64(c.sla.Running), "running")
	out <- gauge(f.promises, float64(c.sla.Paused), "paused")
	out <- gauge(f.overdue, float64(c.sla.Overdue))
	out <- gauge(f.untold, float64(c.sla.Untold))
}

// age is for how long something waits; 0 for nothing.
func age(since, now time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(0, now.Sub(since).Seconds())
}

// look gives what was counted last, if that is not too long ago.
func (f *figures) look() (counted, float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ctx, cancel := context.WithTimeout(people.As(context.Background(), people.System()), countTime)
	defer cancel()
	now := f.house.DB.Now(ctx)
	if since := now.Sub(f.at); !f.at.IsZero() && since >= 0 && since < keepFor {
		return f.last, f.fails
	}
	f.last, f.at = f.count(ctx, now), now
	if f.last.err != nil {
		f.fails++
		slog.WarnContext(ctx, "metrics: the database cannot be counted", "error", f.last.err)
	}
	return f.last, f.fails
}

// count asks every floor.
func (f *figures) count(ctx context.Context, now time.Time) counted {
	c := counted{asked: now}
	var errs [4]error
	c.jobs, errs[0] = f.house.Queue.Figures(ctx)
	c.mail, errs[1] = f.house.Intake.Figures(ctx)
	c.out, errs[2] = f.house.Outbox.Figures(ctx)
	c.sla, errs[3] = f.house.Engine.Figures(ctx)
	c.err, c.took = errors.Join(errs[:]...), f.house.DB.Now(ctx).Sub(now)
	return c
}
