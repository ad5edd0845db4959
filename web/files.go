package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// keptField names the files that a form has sent before and that wait for it
// to be accepted: their numbers.
const keptField = "attachment"

// keepFiles stores the files of a form, and finds those that it sent before.
// They stay the sender's until a message claims them, so that a form that comes
// back loses nothing. What is wrong with a file is said under files.
func (s *Server) keepFiles(c echo.Context, f *form) (kept []tickets.Attachment, wrong fault.Fields, err error) {
	ctx := c.Request().Context()
	wrong = fault.Fields{}
	for _, text := range f.Values[keptField] {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || strconv.FormatInt(id, 10) == f.Get("drop") {
			continue
		}
		a, r, err := s.Desk.File(ctx, tickets.AttachmentID(id))
		if errors.Is(err, fault.NotFound) {
			wrong.Add("files", "tickets.files.gone")
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		_ = r.Close()
		if a.Ticket == 0 {
			kept = append(kept, a)
		}
	}
	if f.heavy {
		wrong.Add("files", "web.files.heavy", "Files", tickets.MaxFiles, "Size", tickets.MaxMessageSize>>20)
	}
	for _, u := range f.files {
		a, err := s.keepFile(c, u)
		switch fields := fault.FieldsOf(err); {
		case fields != nil:
			m := fields["file"]
			wrong.Add("files", "web.files.refused", "Name", u.name, "Why", m)
		case err != nil:
			return nil, nil, err
		default:
			kept = append(kept, a)
		}
	}
	return kept, wrong, nil
}

func (s *Server) keepFile(c echo.Context, u upload) (tickets.Attachment, error) {
	if u.large {
		return tickets.Attachment{}, fault.Fields{"file": fault.Say("tickets.file.large", "Max", tickets.MaxFile>>20)}
	}
	ctx := c.Request().Context()
	if err := s.allow(c, "upload:"+people.ActorOf(ctx).Person.String(), uploadRate); err != nil {
		return tickets.Attachment{}, err
	}
	return s.Desk.Attach(ctx, u.name, u.spool)
}

// idsOf are the numbers of files.
func idsOf(kept []tickets.Attachment) []tickets.AttachmentID {
	ids := make([]tickets.AttachmentID, 0, len(kept))
	for _, a := range kept {
		ids = append(ids, a.ID)
	}
	return ids
}

// file hands an attachment over, always as a download: whatever it is, it does
// not run on our address.
func (s *Server) file(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.NotFound
	}
	a, r, err := s.Desk.File(c.Request().Context(), tickets.AttachmentID(id))
	if err != nil {
		return err
	}
	return handOver(c, a, r)
}

// handedOut hands a file over to the third party to which it was sent, who has
// the token of its address and nothing else.
func (s *Server) handedOut(c echo.Context) error {
	if err := s.allow(c, "file:"+c.RealIP(), uploadRate); err != nil {
		return err
	}
	a, r, err := s.Desk.HandedOut(c.Request().Context(), c.Param("token"))
	if errors.Is(err, fault.Invalid) {
		return fault.NotFound // forged, or past its time
	}
	if err != nil {
		return err
	}
	return handOver(c, a, r)
}

// handOver writes a file out, and closes it.
func handOver(c echo.Context, a tickets.Attachment, r io.ReadCloser) error {
	defer r.Close() //nolint:errcheck // it was only read
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set(echo.HeaderContentDisposition, disposition(a.Name))
	h.Set(echo.HeaderContentType, safeType(a.Type))
	h.Set(echo.HeaderContentLength, strconv.FormatInt(a.Size, 10))
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	if _, err := io.Copy(c.Response(), r); err != nil {
		// The answer has begun: cut it, so that nobody takes half a file for all of it.
		panic(http.ErrAbortHandler)
	}
	return nil
}

// safeType is the type of a file, without parameters; what browsers would run
// or show as a page is only bytes.
func safeType(kind string) string {
	kind, _, err := mime.ParseMediaType(kind)
	if err != nil || strings.Contains(kind, "html") || strings.Contains(kind, "xml") || strings.Contains(kind, "script") {
		return echo.MIMEOctetStream
	}
	return kind
}

// disposition says to save a file under a name (RFC 6266): the name as it is,
// and in plain letters for what does not know better.
func disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	var encoded strings.Builder
	for _, b := range []byte(name) {
		// RFC 8187 section 3.2.1: attr-char stand for themselves.
		if 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("!#$&+-.^_`|~", b) >= 0 {
			encoded.WriteByte(b)
			continue
		}
		fmt.Fprintf(&encoded, "%%%02X", b)
	}
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, plain, encoded.String())
}
