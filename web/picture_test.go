package web

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// sketch is a small picture in a format.
func sketch(t *testing.T, format string) []byte {
	t.Helper()
	m := image.NewPaletted(image.Rect(0, 0, 8, 4), color.Palette{color.Black, color.White})
	m.SetColorIndex(3, 2, 1)
	var b bytes.Buffer
	var err error
	switch format {
	case "image/png":
		err = png.Encode(&b, m)
	case "image/jpeg":
		err = jpeg.Encode(&b, m, nil)
	case "image/gif":
		err = gif.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// claim is a PNG that says to be of a size, and has nothing of it.
func claim(width, height uint32, depth, kind byte) []byte {
	head := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)...)
	head = append(head, depth, kind, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}

func TestPicturesAreDrawnAnew(t *testing.T) {
	for format, want := range map[string]string{"image/png": "image/png", "image/jpeg": "image/jpeg", "image/gif": "image/png"} {
		hidden := append(sketch(t, format), "<script>alert(1)</script>"...)
		drawn, kind, err := redraw(hidden)
		if err != nil || kind != want || bytes.Contains(drawn, []byte("script")) {
			t.Errorf("%s: %d bytes of %s, %v", format, len(drawn), kind, err)
			continue
		}
		m, _, err := image.Decode(bytes.NewReader(drawn))
		if err != nil || m.Bounds().Dx() != 8 || m.Bounds().Dy() != 4 {
			t.Errorf("%s: not the same picture: %v", format, err)
		}
	}
}

func TestWhatIsNoPictureOrTooLargeIsNotDrawn(t *testing.T) {
	for name, data := range map[string][]byte{
		"nothing":                   nil,
		"a page":                    []byte("<html><script>alert(1)</script>"),
		"an SVG":                    []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
		"half a picture":            sketch(t, "image/png")[:40],
		"a thousand million points": claim(50_000, 20_000, 8, 6),
		"a line without end":        claim(2_000_000_000, 1, 8, 2),
		"nine million deep points":  claim(3_000, 3_000, 16, 6),
		"no width":                  claim(0, 5, 8, 2),
		"too many bytes":            append(sketch(t, "image/png"), make([]byte, maxPicture)...),
	} {
		if drawn, kind, err := redraw(data); err == nil {
			t.Errorf("%s: %d bytes of %s", name, len(drawn), kind)
		}
	}
}
