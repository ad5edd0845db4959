package web

import (
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/tickets"
)

// form is what a page sent: its fields, and its files spooled to disk. What is
// too much of a file is read and dropped, so that the browser hears our answer
// instead of a connection that breaks, and so that the text is kept.
type form struct {
	url.Values
	files []upload
	heavy bool // more was sent than one message may hold
}

// upload is one file of a form.
type upload struct {
	name  string
	spool *os.File
	large bool // above tickets.MaxFile: the spool holds nothing of use
}

const formKey = "amigo.form"

// formOf is the form of a request that passed [Server.proven].
func formOf(c echo.Context) *form {
	f, ok := c.Get(formKey).(*form)
	if !ok {
		return &form{Values: url.Values{}}
	}
	return f
}

// readForm reads a form of either kind, and its files where that is wanted; else
// it stops before the first of them. The caller closes it.
func readForm(r *http.Request, files bool) (*form, error) {
	if strings.HasPrefix(r.Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		return readParts(r, files)
	}
	if err := r.ParseForm(); err != nil {
		return nil, unreadable(err)
	}
	return &form{Values: r.PostForm}, nil
}

// unreadable is what to say of a form that cannot be read.
func unreadable(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return errTooLarge
	}
	return fault.Because(fault.Invalid, "web.form.unreadable")
}

// readParts reads a form with files, part by part.
func readParts(r *http.Request, files bool) (f *form, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, unreadable(err)
	}
	f = &form{Values: url.Values{}}
	defer func() {
		if err != nil {
			f.close()
		}
	}()
	text, bytes := int64(usualBody), int64(tickets.MaxMessageSize)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) || err == nil && part.FileName() != "" && !files {
			return f, nil
		}
		if err != nil {
			return f, unreadable(err)
		}
		if part.FileName() == "" {
			err = f.addText(part, &text)
		} else {
			err = f.addFile(part, &bytes)
		}
		if err != nil {
			return f, err
		}
	}
}

// addText keeps a field. left is how many bytes of text the form may still hold.
func (f *form) addText(part *multipart.Part, left *int64) error {
	value, err := io.ReadAll(io.LimitReader(part, *left+1))
	if err != nil {
		return unreadable(err)
	}
	if *left -= int64(len(value)); *left < 0 {
		return errTooLarge
	}
	// An empty choice of files is a part without a name; it is no field.
	if part.Header.Get(echo.HeaderContentType) == "" {
		f.Add(part.FormName(), string(value))
	}
	return nil
}

// addFile spools a file. left is how many bytes of files the form may still hold.
func (f *form) addFile(part *multipart.Part, left *int64) error {
	u := upload{name: part.FileName()}
	if len(f.files) >= tickets.MaxFiles || *left <= 0 {
		f.heavy = true
		_, err := io.Copy(io.Discard, part)
		return readable(err)
	}
	var err error
	if u.spool, err = os.CreateTemp("", "amigo-upload-*"); err != nil {
		return err
	}
	f.files = append(f.files, u)
	n, err := io.Copy(u.spool, io.LimitReader(part, min(tickets.MaxFile, *left)+1))
	if err != nil {
		return readable(err)
	}
	last := &f.files[len(f.files)-1]
	last.large = n > tickets.MaxFile
	if *left -= n; *left < 0 {
		f.heavy = true
	}
	if _, err := io.Copy(io.Discard, part); err != nil {
		return readable(err)
	}
	_, err = u.spool.Seek(0, io.SeekStart)
	return err
}

func readable(err error) error {
	if err == nil {
		return nil
	}
	return unreadable(err)
}

// close removes what was spooled.
func (f *form) close() {
	for _, u := range f.files {
		_ = u.spool.Close()
		_ = os.Remove(u.spool.Name())
	}
}

// text is a field without the space around it, its lines ended as ours are.
func (f *form) text(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(f.Get(name), "\r\n", "\n"))
}

// untouched says whether a field still holds what it was drawn with, which the
// form says in was.NAME. Where it does not, nobody knows: the field is touched.
func (f *form) untouched(name string) bool {
	was, drawn := f.Values["was."+name]
	return drawn && slices.Equal(filled(f.Values[name]), filled(was))
}

// over is what a form holds, laid over what its fields say now: one that its
// sender left alone says that, and counts as drawn with it from here on.
func (f *form) over(now url.Values) url.Values {
	held := maps.Clone(f.Values)
	for name := range now {
		if f.untouched(name) {
			held[name] = now[name]
			held.Del("was." + name)
		}
	}
	return held
}

// drawnWith is what some fields of a form say was.NAME with: what they were drawn
// with already, else what they hold. Nothing, too, is something to be drawn with.
func drawnWith(held url.Values, fields []string) url.Values {
	all := url.Values{}
	for _, name := range fields {
		was, drawn := held["was."+name]
		if !drawn {
			was = append([]string{""}, held[name]...)
		}
		all["was."+name] = was
	}
	return all
}

// filled are the values that are not empty.
func filled(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
}

// number is a field that holds a number; 0 when it holds none.
func (f *form) number(name string) int64 {
	n, err := strconv.ParseInt(f.Get(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
