package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/limit"
	"amigo/tickets"
	"amigo/web/ui"
)

// How often an address may try codes that do not open, and a code may say
// something else. Codes that open are never counted by address: a whole school
// shares one, and answers on the same day.
var (
	wrongCodeRate = limit.Rate{Burst: 60, Per: 10 * time.Minute}
	ratingRate    = limit.Rate{Burst: 12, Per: time.Hour}
)

// ballotView is the page on which somebody says what they think of a solution.
// Who has the code and who reads it may be two: of the ticket it tells the
// subject alone.
type ballotView struct {
	action  string
	over    string // the reference and the subject
	about   string // which solution, where there is a newer one
	lead    *ui.Banner
	ask     bool
	choices []ui.Button // the one that was clicked in the letter first
	comment *ui.Field   // nil before anything was said
	change  ui.Button   // thinks otherwise
	said    tickets.Rating
	closed  bool   // it can no longer be reopened
	ticket  string // its page, for who can sign in
}

// satisfactionShow asks what somebody thinks of a solution. It changes nothing,
// whatever the address says: mail scanners follow the links of letters.
func (s *Server) satisfactionShow(c echo.Context) error {
	b, err := s.ballot(c)
	if err != nil {
		return s.noBallot(c, err)
	}
	return s.showBallot(c, http.StatusOK, b, tickets.Rating(c.QueryParam("r")), "", nil)
}

// satisfactionRate keeps what somebody thinks of a solution.
func (s *Server) satisfactionRate(c echo.Context) error {
	b, err := s.ballot(c)
	if err != nil {
		return s.noBallot(c, err)
	}
	if err := s.allow(c, "rating:"+b.Ticket.ID.Ref()+":"+number(b.Person), ratingRate); err != nil {
		return err
	}
	f := formOf(c)
	rate := tickets.Rate{Rating: tickets.Rating(f.text("r"))}
	if f.Has("comment") {
		rate.Comment = new(f.text("comment"))
	}
	_, err = s.Desk.Rate(c.Request().Context(), b.Code, rate)
	switch {
	case err == nil:
		return seeOther(c, "/satisfaction/"+b.Code)
	case errors.Is(err, fault.Invalid):
		return s.showBallot(c, http.StatusUnprocessableEntity, b, rate.Rating, f.text("comment"), err)
	}
	return s.noBallot(c, err)
}

// ballot opens the code in the address, and speaks the language of whose it is
// unless the reader has chosen another.
func (s *Server) ballot(c echo.Context) (tickets.Ballot, error) {
	h := c.Response().Header()
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	ctx := c.Request().Context()
	b, err := s.Desk.Ballot(ctx, c.Param("code"))
	if err == nil && c.Get(chosenLanguage) == "" && b.Lang != "" {
		c.SetRequest(c.Request().WithContext(i18n.With(ctx, s.Catalog.Printer(b.Lang, s.conf.Zone))))
	}
	return b, err
}

// noBallot answers a code that does not open. Altered, too old, somebody's who
// takes no part any more: it looks the same.
func (s *Server) noBallot(c echo.Context, err error) error {
	if !errors.Is(err, fault.NotFound) {
		return err
	}
	if err := s.allow(c, "rating:"+c.RealIP(), wrongCodeRate); err != nil {
		return err
	}
	t := i18n.From(c.Request().Context())
	page := s.frame(c, t.T("satisfaction.none.title"))
	page.SignIn = signInAddress("/tickets")
	return s.show(c, http.StatusNotFound, noBallotPage(page))
}

// showBallot draws the page: the question, or what was answered.
func (s *Server) showBallot(c echo.Context, status int, b tickets.Ballot, clicked tickets.Rating, comment string, refused error) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	v := ballotView{
		action: "/satisfaction/" + b.Code, over: joined(b.Ticket.ID.Label(), b.Ticket.Subject), said: b.Rating,
		closed: b.Ticket.Status == tickets.Closed, ticket: "/tickets/" + b.Ticket.ID.Ref(),
	}
	title := t.T("tickets.rating.question")
	switch {
	case !b.Open():
		title = t.T("satisfaction.reopened.title")
		v.lead = &ui.Banner{Title: title, Text: t.T("satisfaction.reopened.text")}
	case b.Rating == "":
		v.ask, v.choices = true, choices(t, clicked)
	default:
		title = t.T("satisfaction.thanks")
		v.answered(ctx, b, comment, refused)
	}
	if b.Open() && b.Earlier() {
		v.about = t.T("satisfaction.earlier", "Day", t.DateAt(b.SolvedAt.In(t.Zone()), s.DB.Now(ctx)))
	}
	if refused != nil && v.comment == nil {
		v.lead = &ui.Banner{Meaning: ui.Late, Title: t.Explain(refused), Live: true}
	}
	page := s.frame(c, title)
	page.SignIn = signInAddress(v.ticket)
	return s.show(c, status, ballotPage(page, v))
}

// choices are the answers, large, the one that was clicked in the letter first
// and in focus.
func choices(t *i18n.Printer, clicked tickets.Rating) []ui.Button {
	all := slices.Clone(tickets.Ratings[:])
	if clicked == tickets.Bad {
		slices.Reverse(all)
	}
	var buttons []ui.Button
	for i, r := range all {
		b := ui.Button{Label: t.Say(r.Word()), Name: "r", Value: string(r)}
		if i == 0 && clicked.Valid() {
			b.Kind, b.Attrs = ui.Primary, map[string]any{"autofocus": true}
		}
		buttons = append(buttons, b)
	}
	return buttons
}

// answered shows what was answered, asks for a word about it, and lets it be changed.
func (v *ballotView) answered(ctx context.Context, b tickets.Ballot, comment string, refused error) {
	t := i18n.From(ctx)
	v.lead = &ui.Banner{Meaning: ui.Done, Title: t.T("satisfaction.noted", "Answer", t.Say(b.Rating.Word())), Live: true}
	if b.Comment != "" {
		v.lead.Text = t.T("satisfaction.kept")
	}
	other := tickets.Good
	if b.Rating == tickets.Good {
		other = tickets.Bad
	}
	v.change = ui.Button{Label: t.T("satisfaction.change", "Answer", t.Say(other.Word())), Name: "r", Value: string(other), Kind: ui.Text}
	f := &ui.Field{
		Name: "comment", Label: t.T("satisfaction.comment." + string(b.Rating)), Hint: t.T("satisfaction.hint"), Optional: true,
		Value: b.Comment, Rows: 4, MaxLength: tickets.MaxComment,
	}
	if refused != nil {
		f.Value = comment
		for _, m := range fault.FieldsOf(refused) {
			f.Error = t.Say(m)
		}
	}
	v.comment = f
}

// opinion is what the reader of a ticket thinks of its solution.
type opinion struct {
	answer string // empty: nothing yet
	facts  []ui.Fact
	label  string
	href   string // where to say it
}

// opinion is what the actor thinks of the solution of a ticket; nil when it is
// not for them to say.
func (s *Server) opinion(ctx context.Context, ticket tickets.Ticket) (*opinion, error) {
	b, ok, err := s.Desk.OwnBallot(ctx, ticket)
	if err != nil || !ok {
		return nil, err
	}
	t := i18n.From(ctx)
	o := &opinion{label: t.T("satisfaction.own.ask"), href: "/satisfaction/" + b.Code}
	if b.Rating == "" {
		return o, nil
	}
	o.answer, o.label = t.Say(b.Rating.Word()), t.T("satisfaction.own.change")
	o.facts = []ui.Fact{{Term: t.T("tickets.rating.question"), Text: o.answer}}
	if b.Comment != "" {
		o.facts = append(o.facts, ui.Fact{Term: t.T("satisfaction.own.comment"), Text: b.Comment})
	}
	return o, nil
}
