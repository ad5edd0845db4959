package feed

import (
	"regexp"
	"strings"
)

// Words of a closing, folded as fold leaves them.
const (
	school = `(?:etablissements?(?: scolaires?)?|colleges?|lycees?|ecoles?|cite scolaire)`
	office = `(?:services?|rectorat|academie|administration|bureaux)`
	manner = `(?:(?:est|sera|seront|reste|restera|entierement|exceptionnellement|totalement) )*`
	kind   = `(?: (?:administrative|annuelle|complete|estivale|exceptionnelle|generale|hivernale|totale))*`
	reason = `(?:$| pour | cause | en raison | au public| toute | du \d| les? \d| d ete| de noel| (?:pendant les |des )?vacances| for | on )`
)

var (
	// bare is "Fermé", "Sera fermé pour travaux", "Fermeture annuelle" at the start of a name.
	bare = regexp.MustCompile(`^(?:jours? |journee )?(?:de )?` + manner + `(?:fermee?s?|fermetures?` + kind + `|closed|closure)` + reason)
	// everyone is "Établissement fermé", "Le collège sera fermé", "Fermeture du lycée", "School closed".
	everyone = regexp.MustCompile(`^(?:(?:l|le|la|les) )?(?:` + school + `|` + office + `) ` + manner + `fermee?s?\b` +
		`|^fermetures?` + kind + ` (?:de l |de la |du |des )(?:` + school + `\b|` + office + reason + `)` +
		`|^(?:the )?(?:school|college|office) (?:is |will be )?(?:closed|closure)\b`)
	// dayOff closes a day wherever it stands.
	dayOff = regexp.MustCompile(`\b(?:feriee?s?|vaquee?s?|sans ecole|sans classe|public holiday|bank holiday)\b`)
	// withdrawn takes it back: "Portail non fermé", "Jour férié travaillé", "Fermé le matin", "Fermé à 16 h".
	withdrawn = regexp.MustCompile(`\b(?:non|pas|jamais) (?:de |un |un jour )?(?:ferm|feri|vaqu)|\b(?:travaill|non chom)ee?s?\b|\bnot (?:a )?(?:closed|public|bank)\b` +
		`|\b(?:veille|lendemain) (?:de |du |d un )?(?:jour )?feri|\b(?:matin|matinee|apres midi|soir)\b|\ba (?:partir de )?\d+ ?h`)
	notWorked = regexp.MustCompile(`\bnon travaillee?s?\b`)
	// hint is a closing of whatever it may be.
	hint = regexp.MustCompile(`\b(?:fermee?s?|fermetures?|feriee?s?|vaquee?s?|closed|closure|public holiday|bank holiday)\b`)
	// clauseEnds part "Journée banalisée, établissement fermé".
	clauseEnds = regexp.MustCompile(`[:;,.!?()/]| [-–—] `)
)

// closing says whether an event closes its days for everybody, by its name or
// one of its categories; unsure is one that speaks of a closing and may mean a
// room or a door, or some hours.
func closing(name, categories string) (whole, unsure bool) {
	text := notWorked.ReplaceAllString(fold(name), "")
	if withdrawn.MatchString(text) {
		return false, hint.MatchString(text)
	}
	whole = closesAll(name)
	for category := range strings.SplitSeq(categories, ",") {
		whole = whole || closesAll(category)
	}
	return whole, !whole && hint.MatchString(text)
}

// closesAll says whether a text, as it was written, closes the whole place.
func closesAll(text string) bool {
	for i, clause := range clauseEnds.Split(text, -1) {
		clause = fold(clause)
		if everyone.MatchString(clause) || dayOff.MatchString(clause) || i == 0 && bare.MatchString(clause) {
			return true
		}
	}
	return false
}
