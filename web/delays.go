package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/audit"
	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// delaysView asks how long the desk waits before it acts by itself.
type delaysView struct {
	csrf                 string
	remind, solve, close ui.Field
	was                  url.Values // what the fields were drawn with
}

// delayFields are the fields of the form.
var delayFields = []string{"remind", "solve", "close"}

// delayValues are delays as the form has them.
func delayValues(d tickets.Delays) url.Values {
	return url.Values{"remind": {strconv.Itoa(d.Remind)}, "solve": {strconv.Itoa(d.Solve)}, "close": {strconv.Itoa(d.Close)}}
}

// delaysShow shows the delays in force.
func (s *Server) delaysShow(c echo.Context) error {
	d, err := s.Desk.Delays(c.Request().Context())
	if err != nil {
		return err
	}
	return s.showDelays(c, http.StatusOK, delayValues(d), nil)
}

// delaysChange chooses others, and notes who did. A field that its sender left
// alone stays as somebody else may have made it meanwhile.
func (s *Server) delaysChange(c echo.Context) error {
	ctx, sent := c.Request().Context(), formOf(c)
	var typed url.Values
	err := s.DB.Tx(ctx, func(ctx context.Context) error {
		if err := s.DB.Lock(ctx, "web.delays"); err != nil {
			return err
		}
		before, err := s.Desk.Delays(ctx)
		if err != nil {
			return err
		}
		typed = sent.over(delayValues(before))
		after, err := delaysOf(typed)
		if err != nil {
			return err
		}
		if err := s.Desk.SetDelays(ctx, after); err != nil {
			return err
		}
		return s.Audit.Write(ctx, audit.Entry{
			Actor: people.ActorOf(ctx).UID, Action: "delays.change", Subject: "delays", Details: map[string]any{"before": before, "after": after},
		})
	})
	if wrong := fault.FieldsOf(err); wrong != nil {
		return s.showDelays(c, http.StatusUnprocessableEntity, typed, wrong)
	}
	if err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("policypage.delays.changed")})
	return seeOther(c, "/admin/delays")
}

// delaysOf are the delays that a form holds; what is no number is fault.Fields.
func delaysOf(typed url.Values) (tickets.Delays, error) {
	wrong := fault.Fields{}
	days := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(typed.Get(name)))
		if err != nil {
			wrong.Add(name, "policypage.delays.number")
		}
		return n
	}
	d := tickets.Delays{Remind: days("remind"), Solve: days("solve"), Close: days("close")}
	return d, wrong.Err()
}

// showDelays shows the form as it is filled.
func (s *Server) showDelays(c echo.Context, status int, typed url.Values, wrong fault.Fields) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	field := func(name string) ui.Field {
		f := ui.Field{Name: name, Label: t.T("policypage.delays." + name), Hint: t.T("policypage.delays." + name + "_hint"), Value: typed.Get(name), InputMode: "numeric"}
		if m, ok := wrong[name]; ok {
			f.Error = t.Say(m)
		}
		return f
	}
	v := delaysView{csrf: s.csrf(ctx), remind: field("remind"), solve: field("solve"), close: field("close"), was: drawnWith(typed, delayFields)}
	return s.show(c, status, delaysPage(s.frame(c, t.T("policypage.delays.title")), v))
}
