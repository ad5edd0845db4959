package web

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/mailin"
	"amigo/web/ui"
)

// rulesView asks from whom machines are heard, from whom nothing is, and how much
// is answered.
type rulesView struct {
	csrf                      string
	guests, monitors, blocked ui.Field
	sender, ticket, guest     ui.Field
	welcomes                  []ui.Option
	silences                  []silence
	was                       url.Values // what the fields were drawn with
}

// ruleFields are the fields of the form.
var ruleFields = []string{"monitors", "blocked", "sender", "ticket", "guest", "guests"}

// openToGuests stands for the empty word in the form.
const openToGuests = "open"

// ruleValues are rules as the form has them: a line for each sender.
func ruleValues(r mailin.Rules) url.Values {
	welcome := string(r.Guests)
	if r.Guests == mailin.GuestsOpen {
		welcome = openToGuests
	}
	return url.Values{
		"monitors": {strings.Join(r.Monitors, "\n")}, "blocked": {strings.Join(r.Blocked, "\n")}, "guests": {welcome},
		"sender": {strconv.Itoa(r.Sender)}, "ticket": {strconv.Itoa(r.Ticket)}, "guest": {strconv.Itoa(r.Guest)},
	}
}

// rulesOf are the rules that a form holds; what is no number is fault.Fields.
func rulesOf(typed url.Values) (mailin.Rules, error) {
	wrong := fault.Fields{}
	count := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(typed.Get(name)))
		if err != nil {
			wrong.Add(name, "mailrules.number", "Max", mailin.MaxBudget)
		}
		return n
	}
	r := mailin.Rules{
		Monitors: lines(typed.Get("monitors")), Blocked: lines(typed.Get("blocked")),
		Sender: count("sender"), Ticket: count("ticket"), Guest: count("guest"),
		Guests: mailin.GuestWelcome(typed.Get("guests")),
	}
	if r.Guests == openToGuests {
		r.Guests = mailin.GuestsOpen
	}
	return r, wrong.Err()
}

// lines are the lines of a text.
func lines(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
}

// mailRules are the rules as a form changes them.
func (s *Server) mailRules() setting[mailin.Rules] {
	return setting[mailin.Rules]{
		action: "mailin.rules.change", subject: "mailin.rules",
		now: s.Intake.Rules, choose: s.Intake.SetRules, values: ruleValues, read: rulesOf,
	}
}

// rulesShow shows the rules in force.
func (s *Server) rulesShow(c echo.Context) error {
	r, err := s.Intake.Rules(c.Request().Context())
	if err != nil {
		return err
	}
	return s.showRules(c, http.StatusOK, ruleValues(r), nil)
}

// rulesChange chooses others.
func (s *Server) rulesChange(c echo.Context) error {
	ctx := c.Request().Context()
	typed, err := s.mailRules().change(ctx, s, formOf(c))
	if wrong := fault.FieldsOf(err); wrong != nil {
		return s.showRules(c, http.StatusUnprocessableEntity, typed, wrong)
	}
	if err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("mailrules.changed")})
	return seeOther(c, "/admin/mail/rules")
}

// showRules shows the form as it is filled.
func (s *Server) showRules(c echo.Context, status int, typed url.Values, wrong fault.Fields) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	field := func(name string) ui.Field {
		f := ui.Field{Name: name, Label: t.T("mailrules." + name), Hint: t.T("mailrules." + name + "_hint"), Value: typed.Get(name)}
		if m, ok := wrong[name]; ok {
			f.Error = t.Say(m)
		}
		return f
	}
	v := rulesView{
		csrf: s.csrf(ctx), guests: field("guests"), monitors: field("monitors"), blocked: field("blocked"),
		sender: field("sender"), ticket: field("ticket"), guest: field("guest"), was: drawnWith(typed, ruleFields),
		welcomes: []ui.Option{
			{Value: openToGuests, Label: t.T("mailrules.guests_open"), Hint: t.T("mailrules.guests_open_hint")},
			{Value: string(mailin.GuestsRefused), Label: t.T("mailrules.guests_refused"), Hint: t.T("mailrules.guests_refused_hint")},
		},
	}
	for _, f := range []*ui.Field{&v.monitors, &v.blocked} {
		f.Optional, f.Rows, f.Placeholder = true, 4, t.T("mailrules.example."+f.Name)
	}
	for _, f := range []*ui.Field{&v.sender, &v.ticket, &v.guest} {
		f.InputMode = "numeric"
	}
	var err error
	if v.silences, err = s.silences(ctx); err != nil {
		return err
	}
	return s.show(c, status, rulesPage(markWay(s.frame(c, t.T("mailrules.title")), "/admin/mail"), v))
}

// mailSender puts the sender of a message on one of the lists, and off the other.
func (s *Server) mailSender(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	l, err := s.Intake.Letter(ctx, mailin.ID(id))
	if err != nil {
		return err
	}
	list, done := formOf(c).text("list"), ""
	rules := s.mailRules()
	rules.read = func(typed url.Values) (mailin.Rules, error) {
		r, err := rulesOf(typed)
		if err == nil && l.From == "" {
			err = fault.Because(fault.Invalid, "mailrules.nobody")
		}
		without := func(all []string) []string {
			return slices.DeleteFunc(slices.Clone(all), func(line string) bool { return line == l.From })
		}
		r.Monitors, r.Blocked = without(r.Monitors), without(r.Blocked)
		switch list {
		case "blocked":
			r.Blocked, done = append(r.Blocked, l.From), "mailrules.blocked_now"
		case "monitors":
			r.Monitors, done = append(r.Monitors, l.From), "mailrules.monitored_now"
		default:
			done = "mailrules.unlisted_now"
		}
		return r, err
	}
	if _, err := rules.change(ctx, s, untouchedForm(ruleValues(mailin.UsualRules), ruleFields)); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T(done, "Who", l.From)})
	return seeOther(c, "/admin/mail/"+number(id))
}

// untouchedForm is a form in which every field was left alone.
func untouchedForm(held url.Values, fields []string) *form {
	maps.Copy(held, drawnWith(held, fields))
	return &form{Values: held}
}

// senderChoices are what a supervisor may decide about who sent a message.
func (s *Server) senderChoices(ctx context.Context, l mailin.Letter) ([]ui.Button, error) {
	if l.From == "" {
		return nil, nil
	}
	r, err := s.Intake.Rules(ctx)
	t := i18n.From(ctx)
	button := func(list, icon string) ui.Button {
		return ui.Button{Label: t.T("mailrules.list." + list), Name: "list", Value: list, Icon: icon, Small: true}
	}
	var all []ui.Button
	monitored, blocked := slices.Contains(r.Monitors, l.From), slices.Contains(r.Blocked, l.From)
	if !blocked {
		all = append(all, button("blocked", "x"))
	}
	if !monitored {
		all = append(all, button("monitors", "bell"))
	}
	if monitored || blocked {
		all = append(all, button("neither", "undo-2"))
	}
	return all, err
}
