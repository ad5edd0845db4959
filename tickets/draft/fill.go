package draft

import (
	"regexp"
	"strings"
)

// Variable is something that a template leaves open: {{demandeur}}.
type Variable string

// The variables, by their French names; each has an English one, too.
const (
	Requester     Variable = "demandeur"
	Reference     Variable = "reference"
	Subject       Variable = "sujet"
	Technician    Variable = "technicien"
	Team          Variable = "equipe"
	Establishment Variable = "etablissement"
	Due           Variable = "echeance"
)

// Variables lists them, in the order in which they are offered.
var Variables = [...]Variable{Requester, Reference, Subject, Technician, Team, Establishment, Due}

// english are the names of the variables in English.
var english = map[Variable]string{
	Requester: "requester", Reference: "reference", Subject: "subject", Technician: "technician",
	Team: "team", Establishment: "establishment", Due: "due",
}

// In spells a variable as it stands in a template of a language: {{requester}}.
func (v Variable) In(lang string) string {
	if lang == "en" {
		return "{{" + english[v] + "}}"
	}
	return "{{" + string(v) + "}}"
}

// Values are what the variables are for one ticket.
type Values map[Variable]string

// gap is a variable in a template, or what looks like one.
var gap = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// Fill gives a template with its variables filled, each with what values have for
// it. What is none of ours stays as it is, and so does what values bring: it is
// one pass, and no name is ever read as a template. It is pure.
func Fill(body string, values Values) string {
	return gap.ReplaceAllStringFunc(body, func(found string) string {
		v, ok := variable(gap.FindStringSubmatch(found)[1])
		if !ok {
			return found
		}
		return values[v]
	})
}

// unknown is the first gap of a template that no variable fills; empty: none.
func unknown(body string) string {
	for _, found := range gap.FindAllStringSubmatch(body, -1) {
		if _, ok := variable(found[1]); !ok {
			return found[0]
		}
	}
	return ""
}

// unaccented are the accents that French names of variables may have.
var unaccented = strings.NewReplacer("é", "e", "è", "e", "É", "e")

// variable finds a variable by either of its names, in capitals or not, with accents
// or without.
func variable(name string) (Variable, bool) {
	name = strings.ToLower(unaccented.Replace(name))
	for _, v := range Variables {
		if name == string(v) || name == english[v] {
			return v, true
		}
	}
	return "", false
}
