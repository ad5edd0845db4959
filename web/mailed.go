package web

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/tickets"
	"amigo/web/ui"
)

// mailed is what became of the letters that a message or an event caused, as
// staff see it: one quiet line, or several folded under the worst.
type mailed struct {
	lines []mailedLine // what needs looking after comes first
}

// mailedLine is what became of one letter.
type mailedLine struct {
	words, why string
	href       string // the letter as it was sent
	action     string // below which it is sent again
	csrf       string
	wrong      bool // it did not arrive
	again      bool
	stopped    bool // nothing goes to the address until somebody confirms it
	to         string
}

// worst orders the states of letters: what needs looking after comes first.
var worst = []mail.State{mail.Refused, mail.Bounced, mail.Queued, mail.Sending, mail.Sent}

// postbag holds the letters of a ticket by what caused them.
type postbag struct {
	letters map[string][]mail.Letter
	now     time.Time
	csrf    string
	sends   bool
}

// postbagOf reads the letters of a ticket.
func (s *Server) postbagOf(ctx context.Context, id tickets.ID) (postbag, error) {
	b := postbag{letters: map[string][]mail.Letter{}, now: s.DB.Now(ctx), csrf: s.csrf(ctx), sends: s.Outbox.Sends()}
	all, err := s.Outbox.Fates(ctx, int64(id))
	for _, l := range all {
		cause, _, _ := strings.Cut(l.Key, ":person:")
		b.letters[cause] = append(b.letters[cause], l)
	}
	return b, err
}

// lost are the letters that did not arrive, the newest of each address: one that
// went through later has mended what was before.
func (b postbag) lost() []mail.Letter {
	last := map[string]mail.Letter{}
	for _, letters := range b.letters {
		for _, l := range letters {
			if l.ID > last[l.Address].ID && (slices.Contains(worst[:2], l.State) || l.State == mail.Sent) {
				last[l.Address] = l
			}
		}
	}
	var lost []mail.Letter
	for _, l := range last {
		if l.State != mail.Sent {
			lost = append(lost, l)
		}
	}
	slices.SortFunc(lost, func(a, b mail.Letter) int { return int(a.ID - b.ID) })
	return lost
}

// of draws what became of the letters of a cause; nil where it caused none.
func (b postbag) of(t *i18n.Printer, cause string) templ.Component {
	letters := slices.Clone(b.letters[cause])
	if len(letters) == 0 {
		return nil
	}
	slices.SortStableFunc(letters, func(a, b mail.Letter) int {
		return slices.Index(worst, a.State) - slices.Index(worst, b.State)
	})
	m := mailed{}
	for _, l := range letters {
		m.lines = append(m.lines, b.line(t, l))
	}
	return m.view()
}

func (b postbag) line(t *i18n.Printer, l mail.Letter) mailedLine {
	href := "/tickets/" + tickets.ID(l.Ticket).Ref() + "/letters/" + number(l.ID)
	line := mailedLine{href: href, action: href, csrf: b.csrf, to: l.Address}
	switch l.State {
	case mail.Sent:
		at := l.SentAt
		if at == nil {
			at = &l.CreatedAt
		}
		line.words = t.T("mailed.sent", "To", l.Address, "When", t.When(*at, b.now))
	case mail.Refused, mail.Bounced:
		line.words, line.why = t.T("mailed."+string(l.State), "To", l.Address), plainly(t, l)
		line.wrong, line.again, line.stopped = true, true, l.Reason() == mail.ReasonStopped || l.State == mail.Bounced && permanent(l.LastError)
	case mail.Queued:
		line.words = t.T("mailed.queued", "To", l.Address)
		switch {
		case !b.sends:
			line.why = t.T("mailed.nowhere")
		case l.NotBefore != nil && l.NotBefore.After(b.now):
			line.why = t.T("mailed.later", "When", t.When(*l.NotBefore, b.now))
		case l.LastError != "":
			line.why = plainly(t, l)
		}
	default:
		line.words = t.T("mailed.sending", "To", l.Address)
	}
	return line
}

// The codes of RFC 3463, and the older ones of RFC 5321, in what a server says.
var (
	enhanced = regexp.MustCompile(`\b[45]\.\d{1,3}\.\d{1,3}\b`)
	basic    = regexp.MustCompile(`\b[45]\d\d\b`)
)

// saidPlainly are the codes that have a sentence, without their first digit.
var saidPlainly = map[string]string{
	"1.1": "unknown", "1.0": "unknown", "1.10": "unknown", "1.2": "domain", "1.6": "moved", "2.1": "disabled", "2.2": "full", "2.3": "large",
	"3.4": "large", "4.1": "silent", "4.4": "domain", "4.6": "loop", "4.7": "silent", "7.1": "policy", "7.26": "policy", "7.0": "policy",
	"550": "unknown", "551": "moved", "552": "full", "553": "unknown", "554": "policy", "421": "silent", "450": "silent", "451": "silent", "452": "full",
}

// plainly says why a letter did not arrive: in a sentence where the server's code
// has one, else in its own words.
func plainly(t *i18n.Printer, l mail.Letter) string {
	if r := l.Reason(); r != "" {
		return t.T("mailed.reason." + string(r))
	}
	code := basic.FindString(l.LastError)
	if _, rest, ok := strings.Cut(enhanced.FindString(l.LastError), "."); ok {
		code = rest // the basic code beside it says less, and may mislead: 550 5.6.0 is about the content
	}
	if key := saidPlainly[code]; key != "" {
		return t.T("mailed.why." + key)
	}
	return l.LastError
}

// permanent says whether a server's words are about good and all.
func permanent(words string) bool {
	code := enhanced.FindString(words)
	return strings.HasPrefix(code, "5.1") || strings.HasPrefix(code, "5.2.1")
}

// lostBanner tells at the top of a ticket whom its letters do not reach.
func (b postbag) lostBanner(t *i18n.Printer) *ui.Banner {
	lost := b.lost()
	if len(lost) == 0 {
		return nil
	}
	var to []string
	for _, l := range lost {
		to = append(to, fmt.Sprintf("%s (%s)", l.Address, plainly(t, l)))
	}
	return &ui.Banner{Meaning: ui.Late, Title: t.N("mailed.lost", len(lost)), Text: t.T("mailed.lost_text", "To", t.Join(to))}
}

// ticketLetter reads the letter that the address names, for whoever works the
// ticket that it is about.
func (s *Server) ticketLetter(c echo.Context) (tickets.Ticket, mail.Letter, error) {
	id, err := refOf(c)
	if err != nil {
		return tickets.Ticket{}, mail.Letter{}, err
	}
	ctx := c.Request().Context()
	t, err := s.Desk.Get(ctx, id)
	if err != nil {
		return t, mail.Letter{}, err
	}
	n, err := numbered(c)
	if err != nil {
		return t, mail.Letter{}, err
	}
	l, err := s.Outbox.Get(ctx, mail.ID(n))
	if err == nil && l.Ticket != int64(id) {
		err = fault.NotFound
	}
	return t, l, err
}

// ballotsIn are the links by which readers rate a solution. They are the
// reader's: who works the ticket reads the letter without them.
var ballotsIn = regexp.MustCompile(`/satisfaction/[A-Za-z0-9_-]+`)

func blinded(text string) string { return ballotsIn.ReplaceAllString(text, "/satisfaction/…") }

// ticketLetterShow shows a letter of a ticket, as it was sent.
func (s *Server) ticketLetterShow(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	ticket, l, err := s.ticketLetter(c)
	if err != nil {
		return err
	}
	here := "/tickets/" + ticket.ID.Ref() + "/letters/" + number(l.ID)
	v := letterView{
		action: here, csrf: s.csrf(ctx), mark: letterMark(t, l), again: l.State == mail.Refused || l.State == mail.Bounced,
		facts: s.letterFacts(ctx, t, l), text: blinded(l.Text),
	}
	return s.show(c, http.StatusOK, letterPage(s.frame(c, l.Subject), v))
}

// ticketLetterBody is the HTML of a letter of a ticket, for the frame on its page.
func (s *Server) ticketLetterBody(c echo.Context) error {
	_, l, err := s.ticketLetter(c)
	if err != nil {
		return err
	}
	return sendLetterBody(c, blinded(l.HTML))
}

// ticketLetterAgain puts a letter that did not arrive on its way once more; where
// the form says so, its address is confirmed first.
func (s *Server) ticketLetterAgain(c echo.Context) error {
	ctx := c.Request().Context()
	ticket, l, err := s.ticketLetter(c)
	if err != nil {
		return err
	}
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		if formOf(c).Has("confirm") {
			if err := s.People.ConfirmAddress(ctx, l.Address); err != nil {
				return err
			}
		}
		if err := s.Outbox.Again(ctx, l.ID); err != nil {
			return err
		}
		return s.noted(ctx, "letter.again", "letter:"+number(l.ID))
	})
	if err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("admin.letter.on_its_way")})
	return seeOther(c, "/tickets/"+ticket.ID.Ref())
}
