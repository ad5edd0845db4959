package i18n

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	gotemplate "github.com/nicksnyder/go-i18n/v2/i18n/template"

	"amigo/app/fault"
)

// Printer writes for one reader: in one language, in one time zone. It may be
// used from several goroutines.
type Printer struct {
	lang      string
	zone      *time.Location
	localizer *i18n.Localizer
	grammar   grammar
}

// strict refuses a template value that the caller forgot, instead of printing
// "<no value>" to a person. Shared, because it is what caches the templates.
var strict = &gotemplate.TextParser{Option: "missingkey=error"}

// Lang is the reader's language, "fr" or "en", as the lang attribute wants it.
func (p *Printer) Lang() string { return p.lang }

// Zone is where the reader's clock hangs.
func (p *Printer) Zone() *time.Location { return p.zone }

// T is the sentence of key. pairs alternates the names and values that its
// template uses: T("tickets.opened", "Ref", 12345). A time, a duration, a list
// of strings, a number with decimals and another fault.Message are written out
// in the reader's language; a whole number stays as it is (it may be a
// reference), except Count. An unknown key and a missing value show as ⟦key⟧.
func (p *Printer) T(key string, pairs ...any) string { return p.Say(fault.Say(key, pairs...)) }

// N is the sentence of key in the plural form that n asks for; its template
// has n as .Count, thousands separated.
func (p *Printer) N(key string, n int, pairs ...any) string {
	return p.Say(fault.Say(key, append(slices.Clip(pairs), "Count", n)...))
}

// Say is the sentence that another package left for the reader. A whole
// number called Count chooses the plural form, as in [Printer.N].
func (p *Printer) Say(m fault.Message) string {
	text, ok := p.Try(m)
	if !ok {
		return "⟦" + m.Key + "⟧"
	}
	return text
}

// Try is Say for a key and values that were kept since an earlier version of
// AMIGO: ok is false where there is no such sentence any more.
func (p *Printer) Try(m fault.Message) (text string, ok bool) {
	config := &i18n.LocalizeConfig{MessageID: m.Key, TemplateParser: strict, TemplateData: p.dress(m.Args)}
	if n, counted := count(m.Args); counted {
		config.PluralCount = n
	}
	text, err := p.localizer.Localize(config)
	return text, err == nil
}

// general says what each kind of failure means when the error does not.
var general = []struct {
	kind error
	key  string
}{
	{fault.Invalid, "core.fault.invalid"},
	{fault.NotFound, "core.fault.notfound"},
	{fault.Conflict, "core.fault.conflict"},
	{fault.Denied, "core.fault.denied"},
	{fault.Unavailable, "core.fault.unavailable"},
}

// Explain is what to tell the reader about err: the sentences it carries, or
// a general one for its kind. It never shows the text of the error.
func (p *Printer) Explain(err error) string {
	if m, ok := fault.MessageOf(err); ok {
		return p.Say(m)
	}
	if fields := fault.FieldsOf(err); len(fields) > 0 {
		var said []string
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			said = append(said, p.Say(fields[name]))
		}
		return strings.Join(said, " ")
	}
	for _, g := range general {
		if errors.Is(err, g.kind) {
			return p.T(g.key)
		}
	}
	return p.T("core.fault.accident")
}

// count finds the value that chooses a plural form.
func count(args map[string]any) (int64, bool) {
	switch n := args["Count"].(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}

// dress writes out the values that have no form of their own in a sentence.
func (p *Printer) dress(args map[string]any) map[string]any {
	dressed := make(map[string]any, len(args))
	for name, value := range args {
		switch v := value.(type) {
		case time.Time:
			value = p.moment(v)
		case time.Duration:
			value = p.Working(v)
		case []string:
			value = p.Join(v)
		case float64:
			value = p.Decimal(v, 1)
		case fault.Message:
			value = p.Say(v)
		}
		dressed[name] = value
	}
	if n, counted := count(args); counted {
		dressed["Count"] = p.grouped(fmt.Sprint(n))
	}
	return dressed
}
