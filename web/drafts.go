package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	drafts "amigo/tickets/draft"
	"amigo/web/ui"
)

// draftKeep keeps what stands in a form while somebody types: the form is posted
// here as it is, with its place and its ticket. The answer is what is kept, as a part
// of the form.
func (s *Server) draftKeep(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	if err := s.allow(c, "draft:"+people.ActorOf(ctx).Person.String(), draftRate); err != nil {
		return err
	}
	w := written(f, drafts.Place(f.text("place")))
	w.Ticket, _ = tickets.ParseRef(f.text("ticket"))
	var wrong fault.Fields
	var err error
	if w.Files, wrong, err = s.keepFiles(c, f); err != nil {
		return err
	}
	t := i18n.From(ctx)
	kept, err := s.Drafts.Keep(ctx, w)
	v := keptView{form: f.text("form"), version: number(int64(kept.Version)), kept: keptFiles(kept.Files), aside: kept.Aside}
	status := http.StatusOK
	switch {
	case errors.Is(err, fault.Conflict):
		v.version, v.kept, v.gone, v.said, status = f.text("draft"), keptFiles(w.Files), true, t.Explain(err), http.StatusConflict
	case errors.Is(err, fault.Invalid):
		v.version, v.kept, v.said, status = f.text("draft"), keptFiles(w.Files), t.Explain(err), http.StatusUnprocessableEntity
	case err != nil:
		return err
	case len(wrong) > 0:
		v.said = t.Say(wrong["files"])
	case kept.Version > 0:
		v.said = t.T("composer.draft.at", "Clock", t.Clock(kept.UpdatedAt))
	}
	return s.show(c, status, draftState(v))
}

// saved keeps what a form holds that comes back, and gives the version of the draft;
// what cannot be kept stands on the page all the same.
func (s *Server) saved(ctx context.Context, w drafts.Draft) string {
	delete(w.With, drafts.Version)
	kept, err := s.Drafts.Keep(ctx, w)
	if err != nil {
		slog.DebugContext(ctx, "draft of a form that came back", "error", err)
		return number(int64(w.Version))
	}
	return number(int64(kept.Version))
}

// draftIn is the number of a draft in an address.
func draftIn(c echo.Context) (drafts.ID, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0, fault.NotFound
	}
	return drafts.ID(id), nil
}

// draftLeft is what has become of what was sent off: a part of the page of its
// ticket, which asks for it when the time is over.
func (s *Server) draftLeft(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := draftIn(c)
	if err != nil {
		return err
	}
	d, err := s.Drafts.Get(ctx, id)
	switch {
	case errors.Is(err, fault.NotFound):
		return s.show(c, http.StatusOK, leftNote(i18n.From(ctx).T("composer.leaving.sent"), ""))
	case err != nil:
		return err
	case !d.Leaving():
		return s.show(c, http.StatusOK, leftNote(i18n.From(ctx).T("composer.leaving.came_back"), d.Href()))
	}
	return s.show(c, http.StatusOK, s.leavingOf(ctx, d).view())
}

// draftBack takes back what was sent off.
func (s *Server) draftBack(c echo.Context) error {
	return s.onLeaving(c, s.Drafts.TakeBack, "composer.leaving.taken_back")
}

// draftNow sends at once what was sent off.
func (s *Server) draftNow(c echo.Context) error {
	return s.onLeaving(c, s.Drafts.SendNow, "")
}

// onLeaving does something with what is on its way, and leads back to its ticket.
func (s *Server) onLeaving(c echo.Context, do func(context.Context, drafts.ID) (drafts.Draft, error), key string) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	id, err := draftIn(c)
	if err != nil {
		return err
	}
	d, err := do(ctx, id)
	switch {
	case errors.Is(err, fault.NotFound) && d.ID == 0:
		ticket, ok := tickets.ParseRef(formOf(c).text("ticket"))
		if !ok {
			return err
		}
		// It may have left in this very second; whose it was is not told.
		s.flash(ctx, ui.Flash{Text: t.T("composer.leaving.too_late")})
		return seeOther(c, "/tickets/"+ticket.Ref())
	case d.ID != 0 && err != nil && (errors.Is(err, fault.Invalid) || errors.Is(err, fault.Conflict)):
		return seeOther(c, d.Href()) // where the draft says why
	case err != nil:
		return err
	case key == "":
		return s.done(c, d.Ticket, doneKey(d), "")
	}
	s.flash(ctx, ui.Flash{Text: t.T(key)})
	return seeOther(c, d.Href())
}

// draftDrop lets go of a draft.
func (s *Server) draftDrop(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := draftIn(c)
	if err != nil {
		return err
	}
	if err := s.Drafts.Drop(ctx, id); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("composer.draft.dropped")})
	return seeOther(c, "/drafts")
}

// draftLine is a draft in the list of them.
type draftLine struct {
	drop, csrf string
	title      string
	href       string
	words      string
	about      string
	problem    string
}

// draftList shows everything that the reader is writing.
func (s *Server) draftList(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	all, err := s.Drafts.List(ctx)
	if err != nil {
		return err
	}
	lines := make([]draftLine, 0, len(all))
	for _, d := range all {
		l := draftLine{
			csrf: s.csrf(ctx), title: t.T("composer.place." + placeKey(d)), href: d.Href(), words: shortened(d.Words),
			about: t.T("composer.draft.since", "When", t.Short(d.UpdatedAt, s.DB.Now(ctx))),
		}
		if d.Ticket != 0 {
			l.title = joined(l.title, d.Ticket.Label())
		}
		if d.Problem != nil {
			l.problem = t.Say(*d.Problem)
		}
		if d.Leaving() {
			l.about = t.T("composer.leaving.at", "Clock", t.Clock(d.SendAt))
		} else {
			l.drop = "/drafts/" + number(d.ID) + "/drop"
		}
		lines = append(lines, l)
	}
	return s.show(c, http.StatusOK, draftsPage(s.frame(c, t.T("composer.drafts.title")), lines))
}

// placeKey names what is being written.
func placeKey(d drafts.Draft) string {
	if kind := d.With[drafts.Kind]; d.Place == drafts.Reply && (kind == "note" || kind == "consult") {
		return kind
	}
	return string(d.Place)
}

// shortened is the beginning of a text, on one line.
func shortened(text string) string {
	const most = 160
	line := strings.Join(strings.Fields(text), " ")
	if runes := []rune(line); len(runes) > most {
		return string(runes[:most]) + " …"
	}
	return line
}

// leavingView is what was sent off and can still be taken back.
type leavingView struct {
	id, csrf, ticket string
	title            string // "Réponse"
	text             string
	files            []ui.File
	at               string // RFC 3339
	wait             string // how long until it is worth asking what has become of it: "11s"
	words            string // "part à 9 h 12"
}

// leavingOf shows what was sent off.
func (s *Server) leavingOf(ctx context.Context, d drafts.Draft) leavingView {
	t := i18n.From(ctx)
	left := max(d.SendAt.Sub(s.DB.Now(ctx)), 0)
	v := leavingView{
		id: number(d.ID), csrf: s.csrf(ctx), ticket: d.Ticket.Ref(), title: t.T("composer.place." + placeKey(d)), text: d.Words,
		at: d.SendAt.UTC().Format("2006-01-02T15:04:05Z"), wait: strconv.Itoa(int(left.Seconds())+2) + "s",
		words: t.N("composer.leaving.in", int(left.Seconds())),
	}
	for _, a := range d.Files {
		v.files = append(v.files, fileOf(a))
	}
	return v
}

// leaving is what the reader sent off on the ticket and can still take back.
func (s *Server) leaving(ctx context.Context, d draft) (all []leavingView) {
	for _, one := range d.pad.leaving {
		all = append(all, s.leavingOf(ctx, one))
	}
	return all
}
