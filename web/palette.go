package web

import (
	"strconv"
	"strings"

	"amigo/web/ui"
)

// goKeys are the keys that lead to the pages of the navigation, one after the
// other. What is done on a page has its key on its button, see ui.Button; the
// queue leads to views and changes of many by g v and g b.
var goKeys = map[string]string{
	"/tickets?view=mine":    "g m",
	"/tickets?view=team":    "g t",
	"/tickets?view=free":    "g f",
	"/tickets?view=soon":    "g s",
	"/tickets?view=waiting": "g w",
	"/tickets?view=all":     "g a",
	"/search":               "g c",
	"/mentions":             "g i",
	"/drafts":               "g d",
	"/templates":            "g l",
	"/aide":                 "g h",
	"/admin/mail":           "g e",
	"/reports":              "g r",
}

// keyed gives the entries of the navigation their keys; saved views have numbers.
func keyed(groups []ui.NavGroup) []ui.NavGroup {
	saved := 0
	for _, group := range groups {
		for i := range group.Items {
			item := &group.Items[i]
			item.Key = goKeys[item.Href]
			if item.Key == "" && strings.HasPrefix(item.Href, "/tickets?") && saved < 9 {
				saved++
				item.Key = "g " + strconv.Itoa(saved)
			}
		}
	}
	return groups
}
