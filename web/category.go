package web

import (
	"slices"

	"amigo/app/i18n"
)

// categories are those that the services come with; an installation, or a
// program by the API, may use others.
var categories = []string{
	"connexion", "messagerie", "reseau", "impression", "poste", "telephonie",
	"rh", "pedagogie", "examens", "scolarite", "autre",
}

// categoryName is what a category is called; one that is not ours, itself.
func categoryName(t *i18n.Printer, category string) string {
	if !slices.Contains(categories, category) {
		return category
	}
	return t.T("web.category." + category)
}
