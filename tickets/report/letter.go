package report

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
)

// send writes the letters of a report, one to each supervisor who has an address.
func (r *Reporter) send(ctx context.Context, k Kept) error {
	readers, err := r.readers(ctx)
	if err != nil {
		return err
	}
	link := r.conf.PublicURL + "/reports/sent/" + strconv.FormatInt(int64(k.ID), 10)
	for _, reader := range readers {
		if reader.Email == "" {
			continue
		}
		if _, err := r.outbox.Send(ctx, letter(i18n.In(reader.Lang), k, reader, link, r.db.Now(ctx))); err != nil {
			return err
		}
	}
	return nil
}

// readers are the supervisors; where there is none, the administrators.
func (r *Reporter) readers(ctx context.Context) ([]people.Person, error) {
	all, err := r.people.Staff(ctx, people.Supervisor, 0)
	only := slices.DeleteFunc(slices.Clone(all), func(p people.Person) bool { return p.Role != people.Supervisor })
	if len(only) == 0 {
		only = all
	}
	return only, err
}

// letter writes a report in the reader's language. It is pure.
func letter(p *i18n.Printer, k Kept, reader people.Person, link string, now time.Time) mail.Draft {
	f := k.Figures
	title := k.Title(p, now)
	d := mail.Draft{
		Key: fmt.Sprintf("report:%d:person:%d", k.ID, reader.ID), Kind: "report", Person: int64(reader.ID),
		To: reader.Email, ToName: reader.Name, Lang: p.Lang(), Subject: "[AMIGO] " + title,
		Body: mail.Body{
			Greeting: p.T("report.letter.greeting", "Name", reader.Name), Link: link, Action: p.T("report.letter.see"),
			Footer: []string{p.T("report.letter.footer")},
		},
	}
	if f.All.Count == 0 {
		d.Body.Paragraphs = []string{p.T("report.letter.nothing", "Title", title), f.Choices.Words(p)}
	} else {
		spread := f.Choices.Spread(f.All)
		_, verdict := f.Choices.Verdict(p, spread.Mean)
		d.Subject += p.T("report.letter.subject", "Mean", p.Hours(spread.Mean))
		d.Body.Paragraphs = []string{
			p.T("report.letter.mean", "Title", title, "Mean", p.Hours(spread.Mean), "Verdict", verdict), f.Choices.Words(p),
		}
		d.Body.Tables = append(d.Body.Tables, mail.Table{Rows: f.Lines(p)})
	}
	if f.Trending() {
		d.Body.Tables = append(d.Body.Tables, f.trendTable(p, k.Kind, now))
	}
	if len(f.Late) > 0 {
		d.Body.Tables = append(d.Body.Tables, f.lateTable(p))
	}
	return d
}

// Lines are the figures of the whole: what each is, and how much; a dash where
// nothing was solved.
func (f Figures) Lines(p *i18n.Printer) [][]string {
	all, spread := f.All, f.Choices.Spread(f.All)
	lines := [][]string{
		{p.T("report.figure.count"), p.Int(all.Count)},
		{p.T("report.figure.working"), p.Hours(all.MeanWorking)},
		{p.T("report.figure.net"), p.Hours(all.MeanNet)},
		{p.T("report.figure.elapsed"), p.Hours(all.MeanElapsed)},
		{p.T("report.figure.median"), p.Hours(spread.Median)},
		{p.T("report.figure.most"), p.Hours(spread.P90)},
		{p.T("report.figure.within", "Target", p.Working(f.Choices.Target())), p.Percent(all.Within)},
		{p.T("report.figure.reopened"), p.Percent(all.Reopened)},
	}
	for _, line := range lines[1:] {
		if all.Count == 0 {
			line[1] = "–"
		}
	}
	return lines
}

func (f Figures) trendTable(p *i18n.Printer, k Kind, now time.Time) mail.Table {
	t := mail.Table{
		Title: p.T("report.letter.trend"),
		Head:  []string{p.T("report.letter.stretch." + string(k)), p.T("report.letter.count"), p.T("report.letter.held"), p.T("report.letter.within")},
	}
	for _, s := range f.Trend {
		row := []string{s.Name(p, k, now), p.Int(s.Count), "–", "–"}
		if s.Count > 0 {
			row[2], row[3] = p.Hours(f.Choices.Spread(s.Row).Mean), p.Percent(s.Within)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// listed is how many late tickets a letter names; its page has all.
const listed = 10

func (f Figures) lateTable(p *i18n.Printer) mail.Table {
	t := mail.Table{Title: p.N("report.letter.late", len(f.Late), "Target", p.Working(f.Choices.Target()))}
	for _, l := range f.Late[:min(listed, len(f.Late))] {
		t.Rows = append(t.Rows, []string{"#" + l.Ticket.Ref() + " " + l.Subject, p.Hours(l.Minutes)})
	}
	if more := len(f.Late) - listed; more > 0 {
		t.Rows = append(t.Rows, []string{p.N("report.letter.more", more), ""})
	}
	return t
}
