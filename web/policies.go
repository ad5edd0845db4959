package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/audit"
	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla"
	"amigo/tickets"
	"amigo/web/ui"
)

// policiesView is what is promised to whom, in the order in which it is tried.
type policiesView struct {
	csrf     string
	list     []policyItem
	retired  []ui.Link
	counting *ui.Banner // promises that are still counted anew
	ticket   ui.Field   // on which the order is tried
	tried    *trialView // what came of it
}

// policyItem is a policy of the list.
type policyItem struct {
	rank, name, href string
	position         string // where it stands, for who moves it
	facts            []ui.Fact
	first, last      bool
}

// trialView says which policy a ticket is promised by, and why not by another.
type trialView struct {
	title string
	href  string
	lines []trialLine
}

type trialLine struct {
	mark ui.Mark
	name string
	text string
}

// policyList shows the policies, and tries them on the ticket that the address names.
func (s *Server) policyList(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	all, err := s.Engine.Policies(ctx)
	if err != nil {
		return err
	}
	w, err := s.vocabulary(ctx)
	if err != nil {
		return err
	}
	v := policiesView{csrf: s.csrf(ctx), ticket: ui.Field{
		Name: "ticket", Label: t.T("policypage.trial.ticket"), Hint: t.T("policypage.trial.hint"), Value: c.QueryParam("ticket"), InputMode: "numeric",
	}}
	v.list = policyItems(w, all)
	if v.retired, err = s.retired(ctx); err != nil {
		return err
	}
	if v.counting, err = s.counting(ctx, t); err != nil {
		return err
	}
	status := http.StatusOK
	if v.ticket.Value != "" {
		if v.tried, err = s.try(ctx, w, &v.ticket); err != nil {
			return err
		}
		if v.tried == nil {
			status = http.StatusUnprocessableEntity
		}
	}
	return s.show(c, status, policiesPage(markWay(s.frame(c, t.T("policypage.title")), "/admin/policies"), v))
}

// policyItems are the policies in words.
func policyItems(w vocabulary, all []sla.Policy) (list []policyItem) {
	for i, p := range all {
		list = append(list, policyItem{
			rank: strconv.Itoa(i + 1), name: p.Name, href: "/admin/policies/" + number(p.ID), position: strconv.Itoa(p.Position),
			facts: w.facts(p), first: i == 0, last: i == len(all)-1,
		})
	}
	return list
}

// retired are the ways to the policies that make no new promises.
func (s *Server) retired(ctx context.Context) (links []ui.Link, err error) {
	all, err := s.Engine.RetiredPolicies(ctx)
	for _, p := range all {
		links = append(links, ui.Link{Label: p.Name, Href: "/admin/policies/" + number(p.ID)})
	}
	return links, err
}

// counting says that promises are still being counted anew; nil when none is.
func (s *Server) counting(ctx context.Context, t *i18n.Printer) (*ui.Banner, error) {
	n, err := s.Engine.Left(ctx)
	if err != nil || n == 0 {
		return nil, err
	}
	return &ui.Banner{Meaning: ui.Soon, Title: t.N("policypage.counting", n), Text: t.T("policypage.counting_text")}, nil
}

// try asks every policy about a ticket; nil, with the field's error, when there
// is no such ticket.
func (s *Server) try(ctx context.Context, w vocabulary, f *ui.Field) (*trialView, error) {
	id, ok := tickets.ParseRef(bareRef(f.Value))
	if !ok {
		f.Error = w.t.T("admin.mail.no_ref")
		return nil, nil
	}
	ticket, err := s.Desk.Get(ctx, id)
	if errors.Is(err, fault.NotFound) {
		f.Error = w.t.T("admin.mail.no_ticket")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	trials, err := s.Engine.DryRun(ctx, id)
	if err != nil {
		return nil, err
	}
	v := &trialView{title: joined(ticket.ID.Label(), ticket.Subject), href: "/tickets/" + id.Ref()}
	chosen := false
	for _, trial := range trials {
		v.lines = append(v.lines, w.trial(trial, chosen))
		chosen = chosen || trial.Applies
	}
	if !chosen {
		v.lines = append(v.lines, trialLine{mark: ui.Mark{Meaning: ui.Soon, Word: w.t.T("policypage.trial.none")}})
	}
	return v, nil
}

// bareRef is a reference without the name of the house, as a subject has it.
func bareRef(text string) string {
	text = strings.TrimSpace(text)
	if n := len("AMIGO"); len(text) > n && strings.EqualFold(text[:n], "AMIGO") {
		return text[n:]
	}
	return text
}

// trial says what came of one policy; after the first that applies the others
// are not asked.
func (w vocabulary) trial(trial sla.Trial, chosen bool) trialLine {
	line := trialLine{name: trial.Policy.Name}
	switch {
	case trial.Applies && !chosen:
		line.mark = ui.Mark{Meaning: ui.Done, Word: w.t.T("policypage.trial.applies")}
		line.text = w.targets(trial.Policy)
	case trial.Applies:
		line.mark = ui.Mark{Word: w.t.T("policypage.trial.later")}
	default:
		line.mark = ui.Mark{Meaning: ui.Paused, Icon: "x", Word: w.t.T("policypage.trial.not")}
		var failed []string
		for _, condition := range trial.Failed {
			failed = append(failed, w.condition(condition, trial.Policy.Conditions[condition]))
		}
		line.text = strings.Join(failed, " · ")
	}
	return line
}

// policyMove moves a policy up or down by one place, unless it was moved since
// the list was seen.
func (s *Server) policyMove(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	by, known := map[string]int{"-1": -1, "1": 1}[formOf(c).Get("by")]
	if !known {
		return fault.Because(fault.Invalid, "web.form.unreadable")
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.Engine.MovePolicy(ctx, sla.PolicyID(id), int(formOf(c).number("position")), by); err != nil {
			return err
		}
		return s.notePolicy(ctx, "policy.move", id, map[string]any{"by": by})
	})
	if errors.Is(err, fault.Conflict) {
		s.flash(ctx, ui.Flash{Meaning: ui.Soon, Text: i18n.From(ctx).Explain(err)})
		return seeOther(c, "/admin/policies")
	}
	if err != nil {
		return err
	}
	return s.policyDone(c, "policypage.moved")
}

// policyRetire ends a policy, once that was confirmed.
func (s *Server) policyRetire(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	if formOf(c).Get("sure") != "yes" {
		return seeOther(c, "/admin/policies/"+number(id)+"?do=retire#retire")
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.Engine.RetirePolicy(ctx, sla.PolicyID(id)); err != nil {
			return err
		}
		return s.notePolicy(ctx, "policy.retire", id, nil)
	})
	if err != nil {
		return err
	}
	return s.policyDone(c, "policypage.retired_now")
}

// policyRejudge puts open tickets under the policies of today.
func (s *Server) policyRejudge(c echo.Context) error {
	err := s.DB.Tx(c.Request().Context(), func(ctx context.Context) error {
		if err := s.Engine.Rejudge(ctx); err != nil {
			return err
		}
		return s.notePolicy(ctx, "policy.rejudge", 0, nil)
	})
	if err != nil {
		return err
	}
	return s.policyDone(c, "policypage.rejudged")
}

// notePolicy writes down what was done to a policy, or to all with the id 0, in
// the transaction that did it.
func (s *Server) notePolicy(ctx context.Context, action string, id int64, details map[string]any) error {
	subject := "policies"
	if id != 0 {
		subject = "policy:" + number(id)
	}
	return s.Audit.Write(ctx, audit.Entry{Actor: people.ActorOf(ctx).UID, Action: action, Subject: subject, Details: details})
}

// policyDone says what was done and leads back to the list.
func (s *Server) policyDone(c echo.Context, key string) error {
	ctx := c.Request().Context()
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T(key)})
	return seeOther(c, "/admin/policies")
}
