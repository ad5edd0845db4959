package tickets

import (
	"bytes"
	"context"
	"io"

	"amigo/app/blob"
	"amigo/app/fault"
)

// Drawing is an image that was drawn anew, small enough to be looked at beside
// others.
type Drawing struct {
	Bytes         []byte
	Width, Height int // points
}

// Draw makes a drawing of the bytes of an image; ok is false for what is none that it
// can draw.
type Draw func(ctx context.Context, data []byte) (d Drawing, ok bool, err error)

// MaxPreviewed is how large a file of which a preview is drawn may be, in bytes.
const MaxPreviewed = 10 << 20

// Preview is the drawing of an attachment that the actor may read, as for
// [Desk.File]. It is drawn once and kept beside the file. What draw cannot draw is
// fault.NotFound, and is not tried again.
func (d *Desk) Preview(ctx context.Context, id AttachmentID, draw Draw) (small []byte, err error) {
	defer fault.Wrap(&err, "attachment %d: preview", id)
	a, err := d.store.attachment(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := d.mayRead(ctx, a); err != nil {
		return nil, err
	}
	if a.Size > MaxPreviewed {
		return nil, fault.NotFound
	}
	sum, drawn, err := d.store.preview(ctx, a.Sum)
	if err != nil {
		return nil, err
	}
	if !drawn {
		if sum, err = d.drawPreview(ctx, a, draw); err != nil {
			return nil, err
		}
	}
	if sum == "" {
		return nil, fault.NotFound
	}
	return d.bytesOf(ctx, sum)
}

// drawPreview draws the preview of a file and keeps it; empty for one that cannot be
// drawn.
func (d *Desk) drawPreview(ctx context.Context, a Attachment, draw Draw) (blob.Sum, error) {
	data, err := d.bytesOf(ctx, a.Sum)
	if err != nil {
		return "", err
	}
	drawing, ok, err := draw(ctx, data)
	if err != nil {
		return "", err
	}
	var sum blob.Sum
	if ok {
		if sum, _, err = d.blobs.Put(ctx, bytes.NewReader(drawing.Bytes)); err != nil {
			return "", err
		}
	}
	return sum, d.db.Tx(ctx, func(ctx context.Context) error {
		if err := d.lockBlob(ctx, a.Sum); err != nil {
			return err
		}
		return d.store.putPreview(ctx, a.Sum, sum, drawing.Width, drawing.Height)
	})
}

func (d *Desk) bytesOf(ctx context.Context, sum blob.Sum) ([]byte, error) {
	r, err := d.blobs.Open(ctx, sum)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // it was only read
	return io.ReadAll(r)
}

// forgetPreview deletes the preview of bytes that go, unless others need it: a
// drawing has no life of its own.
func (d *Desk) forgetPreview(ctx context.Context, sum blob.Sum) error {
	small, _, err := d.store.preview(ctx, sum)
	if err != nil {
		return err
	}
	if err := d.store.dropPreview(ctx, sum); err != nil || small == "" {
		return err
	}
	needed, err := d.store.needed(ctx, small)
	if err != nil || needed {
		return err
	}
	return d.blobs.Delete(ctx, small)
}
