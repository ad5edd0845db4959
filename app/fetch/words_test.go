package fetch_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"amigo/app/fault"
	"amigo/app/fetch"
	"amigo/app/i18n"
)

var catalogue = sync.OnceValues(i18n.Load)

// wellSaid checks that an error lacks no value in any language.
func wellSaid(t *testing.T, err error) {
	t.Helper()
	wrong, ok := errors.AsType[*fetch.Error](err)
	if !ok {
		t.Errorf("%v is no fetch.Error", err)
		return
	}
	c, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	m := fault.Say("calendarpage.fetch."+string(wrong.Rule), "Host", wrong.Host)
	for name, value := range wrong.Args {
		m.Args[name] = value
	}
	for _, lang := range i18n.Languages {
		if text, ok := c.Printer(lang, nil).Try(m); !ok || text == "" || strings.Contains(text, "secret") {
			t.Errorf("%s is said as %q in %q: %+v", wrong.Rule, text, lang, wrong)
		}
	}
	if strings.ContainsAny(wrong.Error(), "{}") {
		t.Errorf("%s lacks a value: %v", wrong.Rule, wrong)
	}
}

func TestEveryRuleOfFetchingHasWordsInEachLanguage(t *testing.T) {
	c, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Languages {
		words := map[string]bool{}
		for _, key := range c.Keys(lang) {
			words[key] = true
		}
		for _, rule := range fetch.Rules() {
			key := "calendarpage.fetch." + string(rule)
			if !words[key] {
				t.Errorf("%s has no words in %q", rule, lang)
			}
			delete(words, key)
		}
		for key := range words {
			if strings.HasPrefix(key, "calendarpage.fetch.") {
				t.Errorf("%s is the words of no rule in %q", key, lang)
			}
		}
	}
}
