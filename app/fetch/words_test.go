package fetch_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"amigo/app/fault"
	"amigo/app/fetch"
	"amigo/app/i18n"
	"amigo/app/i18n/i18ntest"
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
	var keys []string
	for _, rule := range fetch.Rules() {
		keys = append(keys, "calendarpage.fetch."+string(rule))
	}
	i18ntest.Covers(t, "calendarpage.fetch.", keys)
}
