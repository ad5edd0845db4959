package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fetch"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/sla/calendar/feed"
	"amigo/web/ui"
)

// importView asks for a calendar that somebody else has published.
type importView struct {
	name, action, csrf string
	file, address      ui.Field
	zone               ui.Field
	reasons            []reason // why a file or an address was refused
}

// calendarImport asks where the next school year is.
func (s *Server) calendarImport(c echo.Context) error {
	version, err := s.Book.Current(c.Request().Context(), c.Param("name"))
	if err != nil {
		return err
	}
	spec, err := s.Book.Spec(c.Request().Context(), version.ID)
	if err != nil {
		return err
	}
	return s.showImport(c, http.StatusOK, importView{zone: ui.Field{Value: spec.SchoolZone}})
}

// showImport shows the form with what was typed into its fields, and what is
// wrong with them.
func (s *Server) showImport(c echo.Context, status int, v importView) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	v.name, v.csrf, v.action = c.Param("name"), s.csrf(ctx), calendarHref(c.Param("name"))+"/import"
	for _, f := range []struct {
		field *ui.Field
		name  string
	}{{&v.file, "file"}, {&v.address, "address"}, {&v.zone, "zone"}} {
		f.field.Name, f.field.Optional = f.name, true
		f.field.Label, f.field.Hint = t.T("calendarpage.import."+f.name), t.T("calendarpage.import_hint."+f.name)
	}
	v.address.Type, v.address.InputMode = "url", "url"
	title := t.T("calendarpage.import.title", "Name", v.name)
	return s.show(c, status, importPage(markWay(s.frame(c, title), "/admin/calendars"), v))
}

// calendarFetch makes a draft of a file, or lets a job make one of what lies at
// an address.
func (s *Server) calendarFetch(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	t, name := i18n.From(ctx), c.Param("name")
	version, err := s.Book.Current(ctx, name)
	if err != nil {
		return err
	}
	v := importView{address: ui.Field{Value: f.text("address")}, zone: ui.Field{Value: f.text("zone")}}
	var id calendar.DraftID
	switch {
	case len(f.files) > 0 && v.address.Value != "":
		v.file.Error = t.T("calendarpage.import.both")
		return s.showImport(c, http.StatusUnprocessableEntity, v)
	case len(f.files) > 0:
		id, err = s.draftOfFile(ctx, version, f.files[0], v.zone.Value)
	case v.address.Value != "":
		id, err = s.Engine.Fetch(ctx, name, v.address.Value, v.zone.Value, people.ActorOf(ctx).UID)
	default:
		v.file.Error = t.T("calendarpage.import.nothing")
		return s.showImport(c, http.StatusUnprocessableEntity, v)
	}
	if err == nil {
		return seeOther(c, draftHref(id))
	}
	if !v.refused(t, err) {
		return err
	}
	return s.showImport(c, http.StatusUnprocessableEntity, v)
}

// refused puts beside the fields why there is no draft; false where the reason
// is another than what was sent.
func (v *importView) refused(t *i18n.Printer, err error) bool {
	remarks := sla.Remarks(err)
	if remarks == nil && !errors.Is(err, errTooLarge) {
		return false
	}
	v.reasons = reasonsOf(t, remarks)
	if _, ok := errors.AsType[*fetch.Error](err); ok {
		v.address.Error = t.T("calendarpage.import.bad_address")
		return true
	}
	v.file.Error = t.N("calendarpage.import.refused", max(len(v.reasons), 1))
	return true
}

// draftOfFile makes a draft of a file, put into a version, with what should be
// looked at in it.
func (s *Server) draftOfFile(ctx context.Context, base calendar.Version, u upload, zone string) (id calendar.DraftID, err error) {
	data, err := io.ReadAll(io.LimitReader(u.spool, feed.MaxSize+1))
	if err != nil {
		return 0, err
	}
	spec, warnings, err := s.Engine.Draw(ctx, base.Name, data, zone)
	if err != nil {
		return 0, err
	}
	d, err := s.Book.NewDraft(ctx, calendar.Draft{
		Calendar: base.Name, Base: base.ID, Spec: spec, Source: fileSource(u.name), Reason: calendar.WriteRemarks(warnings), Author: people.ActorOf(ctx).UID,
	})
	return d.ID, err
}

// fileSource is the name of a file without the folders that some browsers send along.
func fileSource(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	return name
}
