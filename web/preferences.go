package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// preferencesView asks somebody what they want to be written about, and says to
// which addresses letters go.
type preferencesView struct {
	csrf              string
	staff             bool
	pace, quiet, lang ui.Field
	paces, langs      []ui.Option
	addresses         []addressItem
	signature         ui.Field // of staff
}

// addressItem is an address of the reader's own, and how letters to it fare.
type addressItem struct {
	address string
	main    bool
	mark    ui.Mark
	why     string // what is wrong with it; empty: nothing
	said    string // by the mail server
	stopped bool   // nothing is sent to it until it is confirmed
	confirm string // names the button
}

// preferencesShow shows what one is written about.
func (s *Server) preferencesShow(c echo.Context) error {
	ctx := c.Request().Context()
	me, choices, err := s.oneself(ctx)
	if err != nil {
		return err
	}
	values := preferenceValues(choices, me.Lang)
	signature, err := s.Drafts.Signature(ctx)
	if err != nil {
		return err
	}
	values.Set("signature", signature)
	return s.showPreferences(c, http.StatusOK, me, values, nil)
}

// oneself is who acts, and what they have chosen.
func (s *Server) oneself(ctx context.Context) (me people.Person, c people.Choices, err error) {
	id := people.ActorOf(ctx).Person
	if me, err = s.People.Get(ctx, id); err != nil {
		return me, c, err
	}
	c, err = s.People.Choices(ctx, id)
	return me, c, err
}

// preferenceValues are choices as the form has them.
func preferenceValues(c people.Choices, lang string) url.Values {
	v := url.Values{"pace": {string(c.Pace)}, "lang": {lang}}
	if c.Quiet {
		v.Set("quiet", "on")
	}
	return v
}

// preferencesChoose changes them. The pages speak the language that was chosen
// from then on, whatever this browser was told before.
func (s *Server) preferencesChoose(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	choices := people.Choices{Pace: people.Pace(f.text("pace")), Quiet: f.Has("quiet")}
	changed, err := s.People.SetChoices(ctx, people.ActorOf(ctx).Person, choices, f.text("lang"))
	if wrong := fault.FieldsOf(err); wrong != nil {
		me, _, err := s.oneself(ctx)
		if err != nil {
			return err
		}
		signature, err := s.Drafts.Signature(ctx)
		if err != nil {
			return err
		}
		f.Set("signature", signature)
		return s.showPreferences(c, http.StatusUnprocessableEntity, me, f.Values, wrong)
	}
	if err != nil {
		return err
	}
	s.keepLanguage(c, "", -1)
	told := ui.Flash{Text: "preferences.same"}
	if changed {
		told = ui.Flash{Meaning: ui.Done, Text: "preferences.saved"}
	}
	told.Text = s.Catalog.Printer(f.text("lang"), s.conf.Zone).T(told.Text)
	s.flash(ctx, told)
	return seeOther(c, "/preferences")
}

// addressConfirm says that letters reach an address again.
func (s *Server) addressConfirm(c echo.Context) error {
	ctx := c.Request().Context()
	address := formOf(c).text("address")
	if err := s.People.ConfirmAddress(ctx, address); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("preferences.address.confirmed", "Address", address)})
	return seeOther(c, "/preferences")
}

// showPreferences shows the form as it is filled.
func (s *Server) showPreferences(c echo.Context, status int, me people.Person, typed url.Values, wrong fault.Fields) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	field := func(name string) ui.Field {
		f := ui.Field{Name: name, Label: t.T("preferences.field." + name), Value: typed.Get(name)}
		if m, refused := wrong[name]; refused {
			f.Error = t.Say(m)
		}
		return f
	}
	v := preferencesView{csrf: s.csrf(ctx), staff: me.Role.AtLeast(people.Technician), pace: field("pace"), quiet: field("quiet"), lang: field("lang")}
	hours, err := s.ownHours(ctx, me)
	if err != nil {
		return err
	}
	v.quiet.Optional, v.quiet.Hint = true, hours
	side := "asks."
	if v.staff {
		side = "works."
	}
	for _, p := range people.Paces {
		v.paces = append(v.paces, ui.Option{
			Value: string(p), Label: t.T("preferences.pace." + side + string(p)), Hint: t.T("preferences.hint." + side + string(p)),
		})
	}
	for _, lang := range i18n.Languages {
		v.langs = append(v.langs, ui.Option{Value: lang, Label: t.T("preferences.lang." + lang)})
	}
	v.addresses = addressItems(t, me)
	v.signature = field("signature")
	v.signature.Label, v.signature.Hint, v.signature.Optional, v.signature.Rows = t.T("composer.signature.label"), t.T("composer.signature.hint"), true, 3
	return s.show(c, status, preferencesPage(s.frame(c, t.T("preferences.title")), v))
}

// ownHours say when somebody may be written to who wants to be left in peace
// outside of their working hours.
func (s *Server) ownHours(ctx context.Context, me people.Person) (string, error) {
	t := i18n.From(ctx)
	r, err := s.Desk.Rhythm(ctx, me)
	if err != nil {
		return "", err
	}
	now, err := s.Book.Current(ctx, r.Calendar.Name)
	if err != nil {
		return "", err
	}
	spec, err := s.Book.Spec(ctx, now.ID)
	if err != nil {
		return "", err
	}
	key := "preferences.hours.open"
	if r.Days == calendar.TermDays {
		key = "preferences.hours.term"
	}
	return t.T(key, "Hours", weekWords(t, spec.Weekly)), nil
}

// addressItems are somebody's addresses, the main one first.
func addressItems(t *i18n.Printer, me people.Person) []addressItem {
	var all []addressItem
	for _, a := range me.Addresses {
		item := addressItem{address: a.Address, main: a.Main, mark: ui.Mark{Meaning: ui.Done, Word: t.T("preferences.address.ok")}}
		switch a.State {
		case "soft":
			item.mark, item.why = ui.Mark{Meaning: ui.Soon, Word: t.T("preferences.address.soft")}, t.T("preferences.address.soft_why")
		case "hard":
			item.mark, item.why = ui.Mark{Meaning: ui.Late, Word: t.T("preferences.address.hard")}, t.T("preferences.address.hard_why")
			item.stopped, item.confirm = true, t.T("preferences.address.confirm_this", "Address", a.Address)
		}
		if item.why != "" && !a.StateAt.IsZero() {
			item.why = t.T("preferences.address.since", "Date", t.Date(a.StateAt), "Why", item.why)
		}
		if item.why != "" && a.Why != "" {
			item.said = t.T("preferences.address.said", "Said", a.Why)
		}
		all = append(all, item)
	}
	return all
}
