package feed_test

import (
	"strings"
	"sync"
	"testing"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/i18n/i18ntest"
	"amigo/sla/calendar"
	"amigo/sla/calendar/feed"
)

var catalogue = sync.OnceValues(i18n.Load)

// wellSaid checks that a remark lacks no value in any language.
func wellSaid(t *testing.T, r calendar.Remark) {
	t.Helper()
	c, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	if r.Text == "" || strings.Contains(r.Text, "<no value>") || strings.HasPrefix(r.Text, "feed.") {
		t.Errorf("%s is said as %q", r.Rule, r.Text)
	}
	m := fault.Message{Key: "calendarpage." + r.Rule, Args: map[string]any{}}
	for name, value := range r.Args {
		m.Args[name] = value
	}
	for name, day := range r.Days {
		m.Args[name] = day.String()
	}
	for _, lang := range i18n.Languages {
		if text, ok := c.Printer(lang, nil).Try(m); !ok || text == "" {
			t.Errorf("%s lacks words or a value in %q: %+v", r.Rule, lang, r)
		}
	}
}

func TestEveryRuleOfFeedsHasWordsInEachLanguage(t *testing.T) {
	var keys []string
	for _, rule := range feed.Rules() {
		keys = append(keys, "calendarpage."+rule)
	}
	i18ntest.Covers(t, "calendarpage.feed.", keys)
}
