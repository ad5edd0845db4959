package web

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// policyDraft is a policy as somebody is writing it: what was typed, and what
// is wrong with it.
type policyDraft struct {
	policy  sla.Policy
	typed   map[sla.PromiseName]string // targets as they were typed
	rungs   []rungDraft
	rejudge bool
	wrong   fault.Fields
	seen    string      // what the policy said when it was read, as its digest
	now     *sla.Policy // what it says by now, when somebody else changed it
}

// rungDraft is a rung as it was typed; an empty level is no rung.
type rungDraft struct {
	level, tell, hand string
	raise             bool
}

// spareRungs are the empty rungs under a ladder, and mostRungs all that are read:
// more than may be kept, so that none is lost without a word.
const (
	spareRungs = 2
	mostRungs  = 2 * sla.MaxRungs
)

// policyForm is a draft, ready to be drawn.
type policyForm struct {
	action, csrf string
	seen         string    // what it said when the form was drawn
	stale        []ui.Fact // what it says by now other than the form
	changed      bool      // somebody else changed it
	name         ui.Field
	calendar     ui.Field
	calendars    []ui.Option
	conditions   []conditionField
	targets      []ui.Field
	pauses       ui.Field
	promises     []ui.Option
	ladder       ui.Field
	rungs        []rungFields
	rejudge      ui.Field
	problem      string    // what is wrong with all of it
	retired      string    // since when it makes no new promises
	retire       bool      // may be retired
	sure         bool      // it is asked whether to retire it
	facts        []ui.Fact // of one that was retired
}

// conditionField asks which values a condition accepts.
type conditionField struct {
	field   ui.Field
	options []ui.Option
	chosen  string // in words
	open    bool
}

// rungFields ask for one rung.
type rungFields struct {
	level, tell, raise, hand ui.Field
	tells, hands             []ui.Option
}

// policyNew shows the form for a new policy.
func (s *Server) policyNew(c echo.Context) error {
	d := policyDraft{policy: sla.Policy{Calendar: calendar.Normandie, Pauses: []sla.PromiseName{sla.Next, sla.Resolution}}}
	return s.showPolicy(c, http.StatusOK, d)
}

// policyShow shows a policy to be changed.
func (s *Server) policyShow(c echo.Context) error {
	id, err := numbered(c)
	if err != nil {
		return err
	}
	p, err := s.Engine.Policy(c.Request().Context(), sla.PolicyID(id))
	if err != nil {
		return err
	}
	return s.showPolicy(c, http.StatusOK, draftOf(c, p))
}

// draftOf is the draft of a policy as it is.
func draftOf(c echo.Context, p sla.Policy) policyDraft {
	t := i18n.From(c.Request().Context())
	d := policyDraft{policy: p, typed: map[sla.PromiseName]string{}, seen: p.Digest()}
	for name, target := range p.Targets {
		d.typed[name] = t.Working(target)
	}
	for _, r := range p.Ladder {
		d.rungs = append(d.rungs, rungDraft{strconv.Itoa(r.Level), string(r.Tell), r.Hand, r.Raise})
	}
	return d
}

// policyAdd adds a policy after all others.
func (s *Server) policyAdd(c echo.Context) error {
	err := s.keepPolicy(c, 0, "policy.add", "policypage.added", func(ctx context.Context, p sla.Policy) (sla.Policy, error) {
		return s.Engine.AddPolicy(ctx, p)
	})
	if errors.Is(err, fault.Conflict) { // the form was sent twice
		ctx := c.Request().Context()
		s.flash(ctx, ui.Flash{Meaning: ui.Soon, Text: i18n.From(ctx).T("policypage.there")})
		return seeOther(c, "/admin/policies")
	}
	return err
}

// policyChange changes a policy.
func (s *Server) policyChange(c echo.Context) error {
	id, err := numbered(c)
	if err != nil {
		return err
	}
	return s.keepPolicy(c, sla.PolicyID(id), "policy.change", "policypage.changed", func(ctx context.Context, p sla.Policy) (sla.Policy, error) {
		return p, s.Engine.ChangePolicy(ctx, p, formOf(c).text("seen"))
	})
}

// keepPolicy reads the form and keeps what it says, or shows it again.
func (s *Server) keepPolicy(c echo.Context, id sla.PolicyID, action, key string, keep func(context.Context, sla.Policy) (sla.Policy, error)) error {
	ctx, f := c.Request().Context(), formOf(c)
	d := readPolicy(f)
	if id != 0 {
		was, err := s.Engine.Policy(ctx, id)
		if err != nil {
			return err
		}
		d.policy.ID, d.policy.Position, d.policy.RetiredAt = was.ID, was.Position, was.RetiredAt
	}
	if f.Has("more") {
		d.wrong = nil
		return s.showPolicy(c, http.StatusOK, d)
	}
	if len(d.wrong) > 0 {
		return s.showPolicy(c, http.StatusUnprocessableEntity, d)
	}
	err := s.writePolicy(ctx, d, action, keep)
	if id != 0 && errors.Is(err, fault.Conflict) {
		return s.overtaken(c, d)
	}
	if errors.Is(err, fault.Invalid) {
		maps.Copy(d.wrong, fault.FieldsOf(err))
		if len(d.wrong) == 0 {
			d.wrong[""] = fault.Say("core.fault.invalid")
		}
		return s.showPolicy(c, http.StatusUnprocessableEntity, d)
	}
	if err != nil {
		return err
	}
	return s.policyDone(c, key)
}

// writePolicy keeps a draft, puts open tickets under it where that is asked for,
// and notes both, all or nothing.
func (s *Server) writePolicy(ctx context.Context, d policyDraft, action string, keep func(context.Context, sla.Policy) (sla.Policy, error)) error {
	return s.DB.Tx(ctx, func(ctx context.Context) error {
		kept, err := keep(ctx, d.policy)
		if err == nil && d.rejudge {
			err = s.Engine.Rejudge(ctx)
		}
		if err != nil {
			return err
		}
		return s.notePolicy(ctx, action, int64(kept.ID), map[string]any{"name": kept.Name, "open_tickets": d.rejudge})
	})
}

// overtaken shows a draft whose policy somebody else changed meanwhile, with
// what it says by now. Saving again replaces that.
func (s *Server) overtaken(c echo.Context, d policyDraft) error {
	now, err := s.Engine.Policy(c.Request().Context(), d.policy.ID)
	if err != nil {
		return err
	}
	d.policy.RetiredAt, d.seen, d.now = now.RetiredAt, now.Digest(), &now
	// A policy keeps its rungs by level, so only then does the draft differ by
	// what it says.
	slices.SortStableFunc(d.policy.Ladder, func(a, b sla.Rung) int { return cmp.Compare(a.Level, b.Level) })
	return s.showPolicy(c, http.StatusConflict, d)
}

// readPolicy reads the form. Only what cannot be read at all is wrong already;
// the engine judges the rest.
func readPolicy(f *form) policyDraft {
	d := policyDraft{typed: map[sla.PromiseName]string{}, wrong: fault.Fields{}, rejudge: f.Has("rejudge"), seen: f.text("seen")}
	p := sla.Policy{Name: f.text("name"), Calendar: f.text("calendar"), Conditions: map[string][]string{}, Targets: map[sla.PromiseName]time.Duration{}}
	for _, name := range sla.Conditions {
		if values := f.Values[name]; len(values) > 0 {
			p.Conditions[name] = values
		}
	}
	for _, name := range sla.Promises {
		text := f.text("target_" + string(name))
		if d.typed[name] = text; text == "" {
			continue
		}
		target, ok := parseWork(text)
		if p.Targets[name] = target; !ok {
			d.wrong.Add("target_"+string(name), "policypage.unreadable")
		}
	}
	for _, name := range f.Values["pauses"] {
		p.Pauses = append(p.Pauses, sla.PromiseName(name))
	}
	d.policy = p
	d.readLadder(f)
	return d
}

// readLadder reads the rungs that were filled in, in the order of the lines.
func (d *policyDraft) readLadder(f *form) {
	for i := range mostRungs {
		n := strconv.Itoa(i)
		r := rungDraft{f.text("level_" + n), f.text("tell_" + n), f.text("hand_" + n), f.Has("raise_" + n)}
		if r == (rungDraft{}) {
			continue
		}
		level, err := strconv.Atoi(trimPercent(r.level))
		if err != nil {
			d.wrong.Add("level_"+strconv.Itoa(len(d.rungs)), "policypage.level_unreadable")
		}
		d.rungs = append(d.rungs, r)
		d.policy.Ladder = append(d.policy.Ladder, sla.Rung{Level: level, Tell: sla.Audience(r.tell), Raise: r.raise, Hand: r.hand})
	}
}

// showPolicy shows the form as it is filled.
func (s *Server) showPolicy(c echo.Context, status int, d policyDraft) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	w, err := s.vocabulary(ctx)
	if err != nil {
		return err
	}
	v := w.form(d)
	v.csrf, v.action = s.csrf(ctx), "/admin/policies/new"
	title := t.T("policypage.new")
	if d.policy.ID != 0 {
		v.action, title = "/admin/policies/"+number(d.policy.ID), d.policy.Name
		v.retire, v.sure = true, c.QueryParam("do") == "retire"
	}
	if at := d.policy.RetiredAt; at != nil {
		v.retire, v.sure = false, false
		v.retired, v.facts = t.T("policypage.retired_since", "Day", t.DateAt(*at, s.DB.Now(ctx))), w.facts(d.policy)
	}
	return s.show(c, status, policyPage(markWay(s.frame(c, title), "/admin/policies"), v))
}
