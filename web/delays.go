package web

import (
	"net/http"
	"strconv"

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
}

// delaysShow shows the delays in force.
func (s *Server) delaysShow(c echo.Context) error {
	d, err := s.Desk.Delays(c.Request().Context())
	if err != nil {
		return err
	}
	typed := map[string]string{"remind": strconv.Itoa(d.Remind), "solve": strconv.Itoa(d.Solve), "close": strconv.Itoa(d.Close)}
	return s.showDelays(c, http.StatusOK, typed, nil)
}

// delaysChange chooses others.
func (s *Server) delaysChange(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	typed, days, wrong := map[string]string{}, map[string]int{}, fault.Fields{}
	for _, name := range []string{"remind", "solve", "close"} {
		typed[name] = f.text(name)
		n, err := strconv.Atoi(typed[name])
		if days[name] = n; err != nil {
			wrong.Add(name, "policypage.delays.number")
		}
	}
	if len(wrong) > 0 {
		return s.showDelays(c, http.StatusUnprocessableEntity, typed, wrong)
	}
	err := s.Desk.SetDelays(ctx, tickets.Delays{Remind: days["remind"], Solve: days["solve"], Close: days["close"]})
	if fields := fault.FieldsOf(err); fields != nil {
		return s.showDelays(c, http.StatusUnprocessableEntity, typed, fields)
	}
	if err != nil {
		return err
	}
	details := map[string]any{"remind": days["remind"], "solve": days["solve"], "close": days["close"]}
	if err := s.Audit.Write(ctx, audit.Entry{Actor: people.ActorOf(ctx).UID, Action: "delays.change", Subject: "delays", Details: details}); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("policypage.delays.changed")})
	return seeOther(c, "/admin/delays")
}

func (s *Server) showDelays(c echo.Context, status int, typed map[string]string, wrong fault.Fields) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	field := func(name string) ui.Field {
		f := ui.Field{Name: name, Label: t.T("policypage.delays." + name), Hint: t.T("policypage.delays." + name + "_hint"), Value: typed[name], InputMode: "numeric"}
		if m, ok := wrong[name]; ok {
			f.Error = t.Say(m)
		}
		return f
	}
	v := delaysView{csrf: s.csrf(ctx), remind: field("remind"), solve: field("solve"), close: field("close")}
	return s.show(c, status, delaysPage(s.frame(c, t.T("policypage.delays.title")), v))
}
