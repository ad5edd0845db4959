package web

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"amigo/app/words"
	"amigo/tickets"
)

// typedNames are the words before a colon in the search box of the queue, in both
// languages and without accents, and the field that each asks.
var typedNames = map[string]string{
	"statut": "status", "status": "status", "etat": "status",
	"type": "type", "priorite": "priority", "priority": "priority",
	"voie": "channel", "canal": "channel", "channel": "channel",
	"equipe": "queue", "file": "queue", "team": "queue", "queue": "queue",
	"suivi": "assignee", "assigne": "assignee", "assignee": "assignee", "a": "assignee",
	"demandeur": "requester", "requester": "requester", "de": "requester", "from": "requester",
	"categorie": "category", "category": "category", "service": "service", "site": "site",
	"etablissement": "establishment", "uai": "establishment", "establishment": "establishment",
	"tag": "tag", "etiquette": "tag", "delai": "sla", "sla": "sla",
	"cree": "created", "created": "created", "modifie": "updated", "updated": "updated",
	"echeance": "due", "due": "due", "resolu": "solved", "solved": "solved",
	"tri": "sort", "sort": "sort",
}

// typedFilter is what somebody has typed into the search box of the queue, apart: what
// names a field ("statut:ouvert site:Rouen,Caen cree:-7j..") and the words beside.
// known gives the value of an answer as people call it. What names no field stays
// a word; a value that nobody knows stays as it is, and finds nothing.
func typedFilter(text string, known func(field, word string) string) (fields url.Values, rest string) {
	fields = url.Values{}
	var beside []string
	for _, piece := range piecesOf(text) {
		name, value, ok := strings.Cut(piece, ":")
		field := typedNames[folded(name)]
		if !ok || value == "" || field == "" {
			beside = append(beside, piece)
			continue
		}
		value = strings.Trim(value, `"`)
		switch field {
		case "created", "updated", "due", "solved":
			spanTyped(fields, field, value)
		case "sort":
			fields.Set("sort", value)
		default:
			for one := range strings.SplitSeq(value, ",") {
				fields.Add(field, strings.ReplaceAll(known(field, strings.TrimSpace(one)), ",", `\,`))
			}
		}
	}
	return fields, strings.Join(beside, " ")
}

// piecesOf cuts what was typed at its spaces, but for those between quotation marks.
func piecesOf(text string) []string {
	quoted := false
	return strings.FieldsFunc(text, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && (r == ' ' || r == '\t' || r == '\u00a0')
	})
}

// spanTyped reads "2026-11-01..2026-11-18", "..aujourd'hui", "-7j.." or one day.
func spanTyped(fields url.Values, field, value string) {
	from, to, ranged := strings.Cut(value, "..")
	if !ranged {
		to = from
		if strings.HasPrefix(from, "-") && from != "-1d" { // "since", as people mean it
			to = ""
		}
	}
	if from != "" {
		fields.Set(field+"_from", dateTyped(from))
	}
	if to != "" {
		fields.Set(field+"_to", dateTyped(to))
	}
}

// dateTyped is a date as people type it, as a filter has it: "hier", "-7j".
func dateTyped(text string) string {
	switch folded(text) {
	case "aujourdhui", "today":
		return "today"
	case "hier", "yesterday":
		return "-1d"
	case "demain", "tomorrow":
		return "+1d"
	}
	if days, ok := strings.CutSuffix(text, "j"); ok {
		return days + "d"
	}
	return text
}

// folded is a word without accents, apostrophes and capitals.
func folded(text string) string {
	return strings.Join(words.Names(strings.NewReplacer("'", "", "’", "").Replace(text)), "")
}

// cleanAddress is the address that somebody has asked for as we would write it:
// with what they typed into the search box put into its fields, and without the
// answers that a form sent empty. It is empty where theirs is as good.
func (s *Server) cleanAddress(ctx context.Context, ask url.Values) (string, error) {
	fields, rest := url.Values{}, ask.Get("q")
	if strings.Contains(rest, ":") {
		known, err := s.lexicon(ctx)
		if err != nil {
			return "", err
		}
		fields, rest = typedFilter(rest, s.calledSo(known))
	}
	empty := slices.ContainsFunc(slices.Collect(maps.Values(ask)), func(values []string) bool { return slices.Contains(values, "") || len(values) > 1 })
	if len(fields) == 0 && !empty {
		return "", nil
	}
	clean := url.Values{}
	for name, values := range ask {
		for _, value := range values {
			if value != "" && name != "q" {
				clean.Add(name, value)
			}
		}
	}
	for name, values := range fields {
		clean[name] = values
	}
	if rest != "" {
		clean.Set("q", rest)
	}
	f, err := tickets.ParseFilter(clean)
	if err != nil {
		return "", err
	}
	tidy := f.Values()
	for _, name := range []string{"view", "peek"} {
		if value := clean.Get(name); value != "" {
			tidy.Set(name, value)
		}
	}
	return (&url.URL{Path: "/tickets", RawQuery: tidy.Encode()}).String(), nil
}

// calledSo finds the value of an answer by what it is called in either language,
// by its value, or by the beginning of its name where only one begins so.
func (s *Server) calledSo(known lexicon) func(field, word string) string {
	french, english := s.Catalog.Printer("fr", s.conf.Zone), s.Catalog.Printer("en", s.conf.Zone)
	all := slices.Concat(known.questions(french), known.questions(english))
	return func(field, word string) string {
		var begun []string
		for _, q := range all {
			if q.name != field {
				continue
			}
			for _, o := range q.answers {
				if folded(o.Value) == folded(word) || folded(o.Label) == folded(word) {
					return o.Value
				}
				if strings.HasPrefix(folded(o.Label), folded(word)) && folded(word) != "" && !slices.Contains(begun, o.Value) {
					begun = append(begun, o.Value)
				}
			}
		}
		if len(begun) == 1 {
			return begun[0]
		}
		return word
	}
}
