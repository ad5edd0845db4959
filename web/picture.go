package web

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
)

// Limits of an image that we draw. A photograph of a telephone has twelve million
// points; a file of a few kilobytes may claim a thousand times as many.
const (
	maxPicture = 10 << 20   // bytes of its file
	maxPoints  = 12_500_000 // width times height
	maxSide    = 16_000
	quality    = 85 // of a JPEG
)

var errPicture = errors.New("web: no picture that we draw")

// drawable says whether images of a media type are drawn anew.
func drawable(mediaType string) bool {
	return mediaType == "image/png" || mediaType == "image/jpeg" || mediaType == "image/gif"
}

// redraw reads a PNG, a JPEG or the first image of a GIF, and writes what is seen
// of it as a new file, without anything else that the old one held. Its size is
// judged before it is read.
func redraw(data []byte) (drawn []byte, mediaType string, err error) {
	format, err := measure(data)
	if err != nil {
		return nil, "", err
	}
	var out bytes.Buffer
	switch format {
	case "jpeg":
		var m image.Image
		if m, err = jpeg.Decode(bytes.NewReader(data)); err == nil {
			err = jpeg.Encode(&out, m, &jpeg.Options{Quality: quality})
		}
		mediaType = "image/jpeg"
	case "png", "gif":
		read := png.Decode
		if format == "gif" {
			read = gif.Decode
		}
		var m image.Image
		if m, err = read(bytes.NewReader(data)); err == nil {
			err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, m)
		}
		mediaType = "image/png"
	default:
		return nil, "", errPicture
	}
	if err != nil {
		return nil, "", errPicture
	}
	return out.Bytes(), mediaType, nil
}

// measure tells the format of an image that is small enough to be read, without
// reading it.
func measure(data []byte) (format string, err error) {
	if len(data) > maxPicture {
		return "", errPicture
	}
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || c.Width <= 0 || c.Height <= 0 || c.Width > maxSide || c.Height > maxSide || c.Width*c.Height > maxPoints/weight(c.ColorModel) {
		return "", errPicture
	}
	return format, nil
}

// weight is how many times the usual a point takes.
func weight(m color.Model) int {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		return 2
	}
	return 1
}
