package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
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

// delaysChange chooses others.
func (s *Server) delaysChange(c echo.Context) error {
	ctx := c.Request().Context()
	delays := setting[tickets.Delays]{
		action: "delays.change", subject: "delays",
		now: s.Desk.Delays, choose: s.Desk.SetDelays, values: delayValues, read: delaysOf,
	}
	typed, err := delays.change(ctx, s, formOf(c))
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
