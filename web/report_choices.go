package web

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/tickets"
	"amigo/tickets/report"
	"amigo/web/ui"
)

// choicesView asks what counts and which reports are sent.
type choicesView struct {
	ways                                  []ui.NavItem
	csrf                                  string
	now                                   string // what counts at present
	types, counted, target, leftOut, sent ui.Field
	was                                   url.Values // what the fields were drawn with

	typeOptions, hourOptions, outcomeOptions, kindOptions []ui.Option
}

// reportChoices shows what counts.
func (s *Server) reportChoices(c echo.Context) error {
	choices, err := s.Reporter.Choices(c.Request().Context())
	if err != nil {
		return err
	}
	return s.showChoices(c, http.StatusOK, valuesOf(choices, i18n.From(c.Request().Context())), nil)
}

// valuesOf are choices as the form has them. Four decimals of an hour tell one
// minute from the next.
func valuesOf(c report.Choices, t *i18n.Printer) url.Values {
	hours := strconv.FormatFloat(math.Round(float64(c.TargetMinutes)/60*1e4)/1e4, 'f', -1, 64)
	if t.Lang() == "fr" {
		hours = strings.Replace(hours, ".", ",", 1)
	}
	v := url.Values{"counted": {string(c.Counted)}, "target": {hours}, "left_out": c.LeftOut, "types": nil, "sent": nil}
	for _, o := range c.Types {
		v.Add("types", string(o))
	}
	for _, k := range report.Kinds {
		if c.Sends(k) {
			v.Add("sent", string(k))
		}
	}
	return v
}

// choicesOf are the choices that a form holds. A target that is no number is
// none, which the reporter refuses.
func choicesOf(f url.Values) (report.Choices, error) {
	c := report.Choices{Counted: report.Hours(f.Get("counted")), LeftOut: f["left_out"]}
	for _, o := range f["types"] {
		c.Types = append(c.Types, tickets.Type(o))
	}
	for _, k := range report.Kinds {
		if !slices.Contains(f["sent"], string(k)) {
			c.Quiet = append(c.Quiet, k)
		}
	}
	hours, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(f.Get("target")), ",", ".", 1), 64)
	if err == nil && hours > 0 && hours < 1e6 {
		c.TargetMinutes = int(math.Round(hours * 60))
	}
	return c, nil
}

// choiceFields are the fields of the form.
var choiceFields = []string{"types", "counted", "target", "left_out", "sent"}

// reportChoose changes what counts.
func (s *Server) reportChoose(c echo.Context) error {
	ctx := c.Request().Context()
	choices := setting[report.Choices]{
		action: "report.choose", subject: "setting:report.choices",
		now: s.Reporter.Choices, choose: s.Reporter.Choose, read: choicesOf,
		values: func(c report.Choices) url.Values { return valuesOf(c, i18n.From(ctx)) },
	}
	f, err := choices.change(ctx, s, formOf(c))
	if wrong := fault.FieldsOf(err); wrong != nil {
		return s.showChoices(c, http.StatusUnprocessableEntity, f, wrong)
	}
	if err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("reportpage.choices.saved")})
	return seeOther(c, "/reports/choices")
}

// showChoices shows the form as it is filled.
func (s *Server) showChoices(c echo.Context, status int, f url.Values, wrong fault.Fields) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	now, err := s.Reporter.Choices(ctx)
	if err != nil {
		return err
	}
	field := func(name string) ui.Field {
		f := ui.Field{Name: name, Label: t.T("reportpage.choices." + name), Hint: t.T("reportpage.choices.hint." + name), Value: f.Get(name)}
		if m, refused := wrong[name]; refused {
			f.Error = t.Say(m)
		}
		return f
	}
	v := choicesView{
		ways: reportWays(t, "/reports/choices"), csrf: s.csrf(ctx), now: now.Words(t),
		types: field("types"), counted: field("counted"), target: field("target"), leftOut: field("left_out"), sent: field("sent"),
		was: drawnWith(f, choiceFields),
	}
	v.leftOut.Optional, v.sent.Optional, v.target.InputMode = true, true, "decimal"
	for _, o := range tickets.Types {
		v.typeOptions = append(v.typeOptions, chosenOption(f["types"], string(o), t.T("web.type."+string(o))))
	}
	for _, h := range []report.Hours{report.WorkingHours, report.ElapsedHours} {
		v.hourOptions = append(v.hourOptions, ui.Option{Value: string(h), Label: t.T("reportpage.choices.hours." + string(h))})
	}
	for _, o := range report.Choosable() {
		v.outcomeOptions = append(v.outcomeOptions, chosenOption(f["left_out"], o, t.T("web.outcome."+o)))
	}
	for _, k := range report.Kinds {
		v.kindOptions = append(v.kindOptions, chosenOption(f["sent"], string(k), t.T("reportpage.choices.kind."+string(k))))
	}
	return s.show(c, status, choicesPage(markWay(s.frame(c, t.T("reportpage.choices.title")), "/reports"), v))
}

func chosenOption(chosen []string, value, label string) ui.Option {
	return ui.Option{Value: value, Label: label, Chosen: slices.Contains(chosen, value)}
}
