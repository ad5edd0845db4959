package ui

import (
	"context"
	"maps"
	"slices"

	"amigo/app/i18n"
)

func (c Composer) send(ctx context.Context) string {
	if c.Send != "" {
		return c.Send
	}
	return i18n.From(ctx).T("ui.composer.send")
}

// sorted gives a map of hidden fields the same order on every rendering.
func sorted(fields map[string]string) []string { return slices.Sorted(maps.Keys(fields)) }
