package i18n

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locales/*.toml
var locales embed.FS

// NBSP is the no-break space, U+00A0: between a number and its unit, between
// thousands, and before the tall French punctuation.
const NBSP = "\u00a0"

// Languages are those that AMIGO speaks, the default first.
var Languages = []string{"fr", "en"}

// Catalog is every sentence in every language. It never changes once loaded
// and may be used from several goroutines.
type Catalog struct {
	bundle     *i18n.Bundle
	localizers map[string]*i18n.Localizer
	keys       map[string]map[string]string // language → key → file
	matcher    language.Matcher
}

// Load reads the embedded catalogues. The error lists everything that is
// wrong with them at once.
func Load() (*Catalog, error) { return load(locales) }

func load(files fs.FS) (*Catalog, error) {
	c := &Catalog{
		bundle:     i18n.NewBundle(language.French),
		localizers: make(map[string]*i18n.Localizer, len(Languages)),
		keys:       make(map[string]map[string]string, len(Languages)),
		matcher:    language.NewMatcher([]language.Tag{language.French, language.English}),
	}
	c.bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, lang := range Languages {
		c.localizers[lang] = i18n.NewLocalizer(c.bundle, lang)
		c.keys[lang] = make(map[string]string)
	}
	names, err := fs.Glob(files, "locales/*.toml")
	if err != nil {
		return nil, fmt.Errorf("i18n: %w", err)
	}
	var problems []error
	for _, name := range names {
		if err := c.read(files, name); err != nil {
			problems = append(problems, fmt.Errorf("i18n: %s: %w", name, err))
		}
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return c, nil
}

// read adds one file; its language is the last part of its name but one.
func (c *Catalog) read(files fs.FS, name string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	file, err := i18n.ParseMessageFileBytes(text, name, map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return err
	}
	lang := file.Tag.String()
	keys, spoken := c.keys[lang]
	if !spoken {
		return fmt.Errorf("no language %q: a catalogue is called <area>.fr.toml or <area>.en.toml", lang)
	}
	var problems []error
	for _, m := range file.Messages {
		if other, taken := keys[m.ID]; taken {
			problems = append(problems, fmt.Errorf("%s: already in %s", m.ID, other))
		}
		keys[m.ID] = name
		problems = append(problems, prepare(m, lang))
	}
	problems = append(problems, c.bundle.AddMessages(file.Tag, file.Messages...))
	return errors.Join(problems...)
}

// prepare checks a message, sets its typography and fills the plural forms
// that its author did not need.
func prepare(m *i18n.Message, lang string) error {
	if m.Other == "" {
		return fmt.Errorf("%s: no sentence (one, many, other, id and description are reserved words)", m.ID)
	}
	m.One = cmp.Or(m.One, m.Other)
	m.Many = cmp.Or(m.Many, m.Other)
	for _, form := range []*string{&m.One, &m.Many, &m.Other} {
		if lang == "fr" {
			*form = typeset.Replace(*form)
		}
		if _, err := template.New(m.ID).Parse(*form); err != nil {
			return err
		}
	}
	return nil
}

// typeset turns the ordinary spaces of French punctuation into no-break
// spaces. " :=" belongs to a template and stays.
var typeset = strings.NewReplacer(
	" :=", " :=",
	" :", NBSP+":", " ;", NBSP+";", " ?", NBSP+"?", " !", NBSP+"!", " %", NBSP+"%",
	"« ", "«"+NBSP, " »", NBSP+"»",
)

// Keys lists the keys of a language, sorted.
func (c *Catalog) Keys(lang string) []string { return slices.Sorted(maps.Keys(c.keys[lang])) }

// Match picks the language for an Accept-Language header (RFC 9110 section
// 12.5.4). French when the header names none that AMIGO speaks.
func (c *Catalog) Match(acceptLanguage string) string {
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 {
		return Languages[0]
	}
	_, index, _ := c.matcher.Match(wanted...)
	return Languages[index]
}

// Printer speaks lang, "fr" or "en", and tells times in zone. Any other
// language is French, and no zone is Paris.
func (c *Catalog) Printer(lang string, zone *time.Location) *Printer {
	if _, spoken := c.localizers[lang]; !spoken {
		lang = Languages[0]
	}
	if zone == nil {
		zone = paris()
	}
	return &Printer{lang: lang, zone: zone, localizer: c.localizers[lang], grammar: grammars[lang]}
}
