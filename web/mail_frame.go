package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/mailin"
	"amigo/tickets"
)

// mailFrame is where the HTML of a message that came by mail is shown: in a
// document of its own, which can do nothing.
type mailFrame struct {
	name   string // of the frame, for the link that loads images into it
	href   string // of the document
	remote bool   // it has images from elsewhere
}

// framed is the frame for a message that came in; nil where it has no more to
// show than its text.
func framed(m mailin.Inbound, href string) *mailFrame {
	if m.Look == mailin.Plain {
		return nil
	}
	return &mailFrame{name: "mail-" + number(m.ID), href: href, remote: m.Look == mailin.Remote}
}

// mailPolicy is what the HTML of a message may do in its frame: show text in its
// colours, and the images that we hand out; be left by a link that opens another
// page. It runs nothing, sends nothing, loads nothing else, and belongs to no
// origin, so that it holds no session of ours.
func (s *Server) mailPolicy() string {
	return "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src " +
		s.conf.PublicURL + picturePath + "; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
}

// mailDocument shows the HTML of a message that came in, by its number there.
func (s *Server) mailDocument(c echo.Context) error {
	id, err := numbered(c)
	if err != nil {
		return err
	}
	return s.showHTML(c, mailin.ID(id))
}

// ticketMailDocument shows the HTML of a message of a ticket that came by mail.
func (s *Server) ticketMailDocument(c echo.Context) error {
	ref, err := refOf(c)
	if err != nil {
		return err
	}
	id, err := numbered(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	said := tickets.MessageID(id)
	next, err := s.Desk.MessagesPage(ctx, ref, said-1, 1)
	if err != nil {
		return err
	}
	if len(next) == 0 || next[0].ID != said {
		return fault.NotFound // or another ticket's
	}
	found, err := s.Intake.Rich(ctx, said)
	if err != nil {
		return err
	}
	m, is := found[said]
	if !is {
		return fault.NotFound
	}
	return s.showHTML(c, m.ID)
}

// showHTML answers with a message's HTML as a document. Images from elsewhere are
// loaded only where the address asks for them.
func (s *Server) showHTML(c echo.Context, id mailin.ID) error {
	ctx := c.Request().Context()
	l, err := s.Intake.Letter(ctx, id)
	if err != nil {
		return err
	}
	if l.Look() == mailin.Plain {
		return fault.NotFound
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", s.mailPolicy())
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "no-referrer")
	shown := mailin.Show(l.HTML, s.viewer(ctx, id, l, c.QueryParam("images") == "remote"))
	return s.show(c, http.StatusOK, mailDocument(i18n.From(ctx).Lang(), mailTitle(ctx, l), shown))
}

func mailTitle(ctx context.Context, l mailin.Letter) string {
	if strings.TrimSpace(l.Subject) == "" {
		return i18n.From(ctx).T("mailin.subject.none")
	}
	return l.Subject
}

// picturePath is below which the images of mail are handed out.
const picturePath = "/mail/images/"

// An address of an image is worth something for as long as somebody reads.
const (
	pictureFor  = "mail-image"
	pictureLife = time.Hour
)

// viewer finds the images of a letter. Their addresses are signed: the frame has
// no session to show.
func (s *Server) viewer(ctx context.Context, id mailin.ID, l mailin.Letter, remote bool) mailin.Viewer {
	t, until := i18n.From(ctx), s.DB.Now(ctx).Add(pictureLife)
	sealed := func(what string) string {
		return s.conf.PublicURL + picturePath + s.Seal.Seal(pictureFor, []byte(what), until)
	}
	v := mailin.Viewer{Absent: t.T("mailread.frame.absent"), Leads: t.T("mailread.frame.leads")}
	v.Inline = func(cid string) string {
		for i, a := range l.Attachments {
			if a.ContentID == cid && drawable(a.Type) {
				return sealed("inline " + number(id) + " " + strconv.Itoa(i))
			}
		}
		return ""
	}
	if remote {
		v.Remote = func(address string) string { return sealed("remote " + address) }
	}
	return v
}

// picture hands out an image of a letter, drawn anew by us: whatever else its
// bytes meant stays here. Its address is the proof that somebody may see it.
func (s *Server) picture(c echo.Context) error {
	ctx := c.Request().Context()
	what, err := s.Seal.Open(pictureFor, c.Param("token"), s.DB.Now(ctx))
	if err != nil {
		return fault.NotFound
	}
	kind, rest, _ := strings.Cut(string(what), " ")
	data, err := s.pictureBytes(people.As(ctx, people.System()), kind, rest)
	if err != nil {
		return err
	}
	// One at a time: a picture takes many times its file while it is drawn.
	select {
	case s.easel <- struct{}{}:
		defer func() { <-s.easel }()
	case <-ctx.Done():
		return ctx.Err()
	}
	drawn, mediaType, err := redraw(data)
	if err != nil {
		return fault.NotFound
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // the frame has no origin, ours neither
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "private, max-age=3600, immutable")
	h.Set(echo.HeaderContentType, mediaType)
	return write(c, http.StatusOK, drawn)
}

// pictureBytes are the bytes of an image: of a letter's attachment, or from
// elsewhere, asked for by us so that nobody learns who reads.
func (s *Server) pictureBytes(ctx context.Context, kind, rest string) ([]byte, error) {
	if kind == "remote" {
		if s.Client == nil {
			return nil, fault.NotFound
		}
		data, err := s.Client.Get(ctx, rest, maxPicture)
		if err != nil {
			return nil, fault.NotFound // what is behind the address is nobody's business here
		}
		return data, nil
	}
	first, second, _ := strings.Cut(rest, " ")
	id, err1 := strconv.ParseInt(first, 10, 64)
	n, err2 := strconv.Atoi(second)
	if kind != "inline" || err1 != nil || err2 != nil {
		return nil, fault.NotFound
	}
	l, err := s.Intake.Letter(ctx, mailin.ID(id))
	if err != nil {
		return nil, err
	}
	if n < 0 || n >= len(l.Attachments) {
		return nil, fault.NotFound
	}
	return l.Attachments[n].Data(), nil
}
