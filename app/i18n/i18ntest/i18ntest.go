// Package i18ntest holds the catalogues to what programs say.
package i18ntest

import (
	"slices"
	"strings"
	"testing"

	"amigo/app/i18n"
)

// Covers demands words in each language for some keys, and in a family of keys,
// which is their common beginning, words for nothing else.
func Covers(t testing.TB, family string, keys []string) {
	t.Helper()
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Languages {
		said := c.Keys(lang)
		for _, key := range keys {
			if !slices.Contains(said, key) {
				t.Errorf("%s has no words in %q", key, lang)
			}
		}
		for _, key := range said {
			if strings.HasPrefix(key, family) && !slices.Contains(keys, key) {
				t.Errorf("%s is what nobody says, in %q", key, lang)
			}
		}
	}
}
