package sla

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/tickets"
)

// written shows a draft as a person reads it; no-break spaces are tildes.
func written(d mail.Draft) string {
	var w strings.Builder
	fmt.Fprintf(&w, "Key: %s\nTicket: %d\nTo: %s\nSubject: %s\n\n%s\n", d.Key, d.Ticket, d.ToName, d.Subject, d.Body.Greeting)
	for _, p := range d.Body.Paragraphs {
		fmt.Fprintf(&w, "\n%s\n", p)
	}
	for _, f := range d.Body.Facts {
		fmt.Fprintf(&w, "\n%s %s\n", f[0], f[1])
	}
	for _, i := range d.Body.Items {
		fmt.Fprintf(&w, "\n* %s <%s>\n", i.Title, i.Link)
		for _, l := range i.Lines {
			fmt.Fprintf(&w, "  %s\n", l)
		}
	}
	if d.Body.Link != "" {
		fmt.Fprintf(&w, "\n%s <%s>\n", d.Body.Action, d.Body.Link)
	}
	for _, f := range d.Body.Footer {
		fmt.Fprintf(&w, "\n-- %s\n", f)
	}
	return strings.ReplaceAll(w.String(), i18n.NBSP, "~")
}

// golden compares a letter with the file that keeps it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "letters", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not as it was; run with -update and read the difference:\n%s", path, got)
	}
}

func TestEveryAlertInBothLanguages(t *testing.T) {
	now := time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC)
	soon, past := now.Add(45*time.Minute), now.Add(-20*time.Hour)
	warn := func(id tickets.ID, name PromiseName, due time.Time, left time.Duration) warning {
		return warning{
			Standing:  Standing{Promise: name, Target: 4 * time.Hour, Consumed: 4*time.Hour - left, DueAt: &due},
			Ticket:    tickets.Ticket{ID: id, Subject: "Imprimante du secrétariat muette", Priority: tickets.High},
			Requester: "Claire Martin",
		}
	}
	near := warn(10001, First, soon, 45*time.Minute)
	missed := warn(10002, Resolution, past, -(7*time.Hour + 5*time.Minute))
	reached := warn(10004, Resolution, now, 0)
	provisional := warn(10003, Internal, soon, 30*time.Second)
	provisional.Provisional = true
	many := []warning{missed}
	for i := range tickets.ID(55) {
		many = append(many, warn(10010+i, Next, soon, time.Hour))
	}
	for name, warnings := range map[string][]warning{
		"near":     {near},
		"missed":   {missed},
		"reached":  {reached},
		"both":     {warn(10001, Resolution, past, -2*time.Hour), near},
		"several":  {missed, reached, near, provisional},
		"too-many": many,
	} {
		for _, lang := range i18n.Languages {
			b := bulletin{Newest: 17, Reader: people.Person{ID: 20, Name: "Alice Blin"}, Warnings: warnings, Site: "https://amigo.test", Now: now}
			d := b.draft(i18n.In(lang))
			text := written(d)
			if strings.Contains(text, "⟦") {
				t.Errorf("%s in %s lacks a sentence", name, lang)
			}
			if name == "too-many" {
				d.Body.Items = d.Body.Items[most-1:]
				text = written(d)
			}
			golden(t, name+"."+lang, text)
		}
	}
}
