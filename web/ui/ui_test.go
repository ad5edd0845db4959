package ui_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
)

// draw renders a component and parses it.
func draw(t testing.TB, c templ.Component) *goquery.Document {
	t.Helper()
	var page bytes.Buffer
	if err := c.Render(context.Background(), &page); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(&page)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestGalleryCanBeLookedAt writes every page with the files it loads.
func TestGalleryCanBeLookedAt(t *testing.T) {
	folder := os.Getenv("AMIGO_GALLERY")
	if folder == "" {
		folder = t.TempDir()
	}
	if err := os.CopyFS(filepath.Join(folder, "assets"), os.DirFS("../dist")); err != nil {
		t.Fatal(err)
	}
	for name, page := range gallery {
		var html bytes.Buffer
		if err := page.Render(context.Background(), &html); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".html"), html.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
