package sla_test

import (
	"strings"
	"testing"
	"time"

	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
)

func TestWhoAsksAtNightIsToldWhenThoseReopenWhoMadeThePromise(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		asked := func() string {
			t.Helper()
			letters, err := w.outbox.OfTicket(t.Context(), int64(w.open(tickets.Normal).ID))
			must(t, err)
			return strings.ReplaceAll(strings.ReplaceAll(letters[0].Text, "\n", " "), "\u00a0", " ")
		}
		w.clock.Set(paris(t, "2026-11-21 10:00")) // Saturday
		if letter := asked(); !strings.Contains(letter, "Le service est fermé ; il rouvre lundi 23 novembre à 8 h.") {
			t.Errorf("by AMIGO's hours: %s", letter)
		}
		_, err := w.book.Put(t.Context(), "astreinte", calendar.Spec{TZ: "Europe/Paris", Weekly: calendar.Weekly{"sat": {{"09:00", "12:00"}}, "sun": {{"09:00", "12:00"}}}})
		must(t, err)
		w.promising(map[sla.PromiseName]time.Duration{sla.First: time.Hour})
		p, err := w.engine.Policies(t.Context())
		must(t, err)
		p[0].Calendar = "astreinte"
		must(t, w.change(p[0]))
		if letter := asked(); strings.Contains(letter, "fermé") {
			t.Errorf("while somebody is on call: %s", letter)
		}
		w.clock.Set(paris(t, "2026-11-21 13:00"))
		if letter := asked(); !strings.Contains(letter, "Le service est fermé ; il rouvre dimanche 22 novembre à 9 h.") {
			t.Errorf("when nobody is on call any more: %s", letter)
		}
	})
}
