package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// compressFrom is the size from which an answer is worth compressing.
const compressFrom = 1400

// pages keeps the buffers that pages are drawn into.
var pages = sync.Pool{New: func() any { return new(bytes.Buffer) }}

var packers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, 5) // the level is a valid one
	return w
}}

// show draws a component and answers with it. It is drawn whole before a byte
// goes out: a page that cannot be drawn is an error, not half a page.
func (s *Server) show(c echo.Context, status int, page templ.Component) error {
	buffer := pages.Get().(*bytes.Buffer)
	buffer.Reset()
	defer pages.Put(buffer)
	if err := page.Render(c.Request().Context(), buffer); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/html; charset=utf-8")
	return write(c, status, buffer.Bytes())
}

// write answers with bytes, compressed where the browser likes that.
func write(c echo.Context, status int, content []byte) error {
	w := c.Response()
	w.Header().Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if len(content) < compressFrom || !acceptsGzip(c.Request()) {
		w.Header().Set(echo.HeaderContentLength, strconv.Itoa(len(content)))
		w.WriteHeader(status)
		_, err := w.Write(content)
		return err
	}
	w.Header().Set(echo.HeaderContentEncoding, "gzip")
	w.WriteHeader(status)
	packer := packers.Get().(*gzip.Writer)
	defer packers.Put(packer)
	packer.Reset(w)
	if _, err := packer.Write(content); err != nil {
		return err
	}
	return packer.Close()
}

// acceptsGzip says whether a browser unpacks gzip.
func acceptsGzip(r *http.Request) bool {
	for offer := range strings.SplitSeq(r.Header.Get(echo.HeaderAcceptEncoding), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(offer), ";")
		if name == "gzip" && strings.ReplaceAll(quality, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

// seeOther leads the browser on after something was done.
func seeOther(c echo.Context, path string) error {
	return c.Redirect(http.StatusSeeOther, path)
}
