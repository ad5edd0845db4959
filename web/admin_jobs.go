package web

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/audit"
	"amigo/app/i18n"
	"amigo/app/jobs"
	"amigo/app/people"
	"amigo/web/ui"
)

// tooLateJobs is for how long work may wait that is due: longer, and nothing
// does it.
const tooLateJobs = 5 * time.Minute

// jobsView is how the work for later stands.
type jobsView struct {
	ways  []ui.NavItem
	late  *ui.Banner
	stats []ui.Fact
	table ui.Table
}

// jobList shows how the work for later stands, and what was given up.
func (s *Server) jobList(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	stats, err := s.Queue.Stats(ctx)
	if err != nil {
		return err
	}
	failed, err := s.Queue.Failed(ctx)
	if err != nil {
		return err
	}
	v := jobsView{ways: adminWays(t, "/admin/jobs"), table: s.failedTable(ctx, t, failed), stats: []ui.Fact{
		{Term: t.T("admin.jobs.ready"), Text: t.Int(int(stats.Ready))},
		{Term: t.T("admin.jobs.handed"), Text: t.Int(int(stats.Handed))},
		{Term: t.T("admin.jobs.done"), Text: t.Int(int(stats.Done))},
		{Term: t.T("admin.jobs.failed"), Text: t.Int(int(stats.Failed))},
	}}
	if stats.Late > tooLateJobs {
		v.late = &ui.Banner{Meaning: ui.Late, Title: t.T("admin.jobs.late", "Time", stats.Late), Text: t.T("admin.jobs.late_text")}
	}
	return s.show(c, http.StatusOK, jobsPage(markWay(s.frame(c, t.T("admin.jobs.title")), "/admin"), v))
}

// failedTable lists what was given up, each with a button to try it again.
func (s *Server) failedTable(ctx context.Context, t *i18n.Printer, failed []jobs.Failure) ui.Table {
	now, csrf := s.DB.Now(ctx), s.csrf(ctx)
	table := ui.Table{Caption: t.T("admin.jobs.caption"), Columns: []ui.Column{
		{Label: t.T("admin.jobs.kind")},
		{Label: t.T("admin.jobs.gave_up")},
		{Label: t.T("admin.jobs.attempts"), Number: true},
		{Label: t.T("admin.jobs.error")},
		{Label: t.T("admin.jobs.args")},
		{Label: t.T("admin.jobs.action")},
	}}
	for _, f := range failed {
		id := number(f.ID)
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: f.Kind + " " + id},
			{Text: t.Short(f.FailedAt, now)},
			{Text: t.Int(f.Attempts)},
			{Body: machineText(f.LastError)},
			{Body: machineText(f.Args)},
			{Body: againForm("/admin/jobs/"+id+"/retry", csrf, t.T("admin.jobs.retry"), id)},
		})
	}
	return table
}

// jobRetry puts a job that was given up back into the outbox.
func (s *Server) jobRetry(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	if err := s.Queue.Retry(ctx, id); err != nil {
		return err
	}
	if err := s.noted(ctx, "job.retry", "job:"+number(id)); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("admin.jobs.retried")})
	return seeOther(c, "/admin/jobs")
}

// noted writes into the record what an administrator did.
func (s *Server) noted(ctx context.Context, action, subject string) error {
	return s.Audit.Write(ctx, audit.Entry{Actor: people.ActorOf(ctx).UID, Action: action, Subject: subject})
}
