package mailin_test

import (
	"path/filepath"
	"testing"

	"amigo/mailin"
)

func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"gmail-reply", "outlook-mobile-html", "winmail"} {
		raw := read(b, filepath.Join("testdata", "letters", name+".eml"))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := mailin.Parse(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
