package ui

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"amigo/app/words"
)

// Marked draws a text with what was looked for marked. Between two pieces there
// is no blank but theirs, which a template would add.
func Marked(runs []words.Run) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var text strings.Builder
		for _, r := range runs {
			piece := templ.EscapeString(r.Text)
			if r.Marked {
				piece = "<mark>" + piece + "</mark>"
			}
			text.WriteString(piece)
		}
		_, err := io.WriteString(w, text.String())
		return err
	})
}
