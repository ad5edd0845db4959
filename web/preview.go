package web

import (
	"bytes"
	"context"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/tickets"
	"amigo/web/ui"
)

// A preview is at most so many points wide and high.
const (
	previewWidth  = 480
	previewHeight = 360
)

// filePreview hands out an image of ours of an attachment: drawn anew and made
// small, so that nothing that its bytes meant beside runs or is told.
func (s *Server) filePreview(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.NotFound
	}
	small, err := s.Desk.Preview(c.Request().Context(), tickets.AttachmentID(id), s.preview)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set(echo.HeaderContentType, http.DetectContentType(small))
	return write(c, http.StatusOK, small)
}

// preview draws the preview of an image, one at a time: a picture takes many times
// its file while it is drawn.
func (s *Server) preview(ctx context.Context, data []byte) (tickets.Drawing, bool, error) {
	select {
	case s.easel <- struct{}{}:
		defer func() { <-s.easel }()
	case <-ctx.Done():
		return tickets.Drawing{}, false, ctx.Err()
	}
	d, err := thumbnail(data)
	return d, err == nil, nil
}

// thumbnail reads an image within the bounds of [redraw] and draws it small.
func thumbnail(data []byte) (d tickets.Drawing, err error) {
	format, err := measure(data)
	if err != nil {
		return d, err
	}
	var m image.Image
	switch format {
	case "jpeg":
		m, err = jpeg.Decode(bytes.NewReader(data))
	case "png":
		m, err = png.Decode(bytes.NewReader(data))
	case "gif":
		m, err = gif.Decode(bytes.NewReader(data))
	}
	if err != nil || m == nil {
		return d, errPicture
	}
	small := shrink(m, previewWidth, previewHeight)
	var out bytes.Buffer
	if format == "jpeg" {
		err = jpeg.Encode(&out, small, &jpeg.Options{Quality: quality})
	} else {
		err = png.Encode(&out, small)
	}
	return tickets.Drawing{Bytes: out.Bytes(), Width: small.Rect.Dx(), Height: small.Rect.Dy()}, err
}

// shrink draws an image within some bounds, each point the mean of those that it
// stands for. An image that fits stays as large as it is.
func shrink(m image.Image, width, height int) *image.RGBA {
	from := m.Bounds()
	w, h := fit(from.Dx(), from.Dy(), width, height)
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	paper := image.NewRGBA(image.Rect(0, 0, from.Dx(), from.Dy()/h+1))
	for y := range h {
		top := y * from.Dy() / h
		bottom := max((y+1)*from.Dy()/h, top+1)
		// Only the lines of one row are laid out at a time.
		lines := paper.SubImage(image.Rect(0, 0, from.Dx(), bottom-top)).(*image.RGBA) //nolint:forcetypeassert // an RGBA's is one
		draw.Draw(lines, lines.Rect, m, image.Pt(from.Min.X, from.Min.Y+top), draw.Src)
		for x := range w {
			left, right := x*from.Dx()/w, max((x+1)*from.Dx()/w, x*from.Dx()/w+1)
			copy(small.Pix[small.PixOffset(x, y):], mean(lines, left, right))
		}
	}
	return small
}

// mean is the colour of some columns of an image together, as four bytes.
func mean(lines *image.RGBA, left, right int) []byte {
	var sum [4]int
	for y := range lines.Rect.Dy() {
		for at := lines.PixOffset(left, y); at < lines.PixOffset(right-1, y)+4; at += 4 {
			for i := range sum {
				sum[i] += int(lines.Pix[at+i])
			}
		}
	}
	n := (right - left) * lines.Rect.Dy()
	return []byte{byte(sum[0] / n), byte(sum[1] / n), byte(sum[2] / n), byte(sum[3] / n)}
}

// fit is the size of an image within some bounds, its shape kept.
func fit(w, h, width, height int) (int, int) {
	if w <= width && h <= height {
		return w, h
	}
	if w*height >= h*width {
		return width, max(h*width/w, 1)
	}
	return max(w*height/h, 1), height
}

// fileOf is an attachment as pages show it.
func fileOf(a tickets.Attachment) ui.File {
	f := ui.File{Name: a.Name, Href: "/attachments/" + number(a.ID), Size: a.Size, Image: strings.HasPrefix(a.Type, "image/")}
	if drawable(a.Type) && a.Size <= tickets.MaxPreviewed {
		f.Preview = f.Href + "/preview"
	}
	return f
}
