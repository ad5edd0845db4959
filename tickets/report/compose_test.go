package report_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"amigo/app/fault"
	"amigo/tickets/report"
)

func TestTheDaysReportGoesOutOnceWhenTheOfficeOpens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.solved("ann", "2026-11-18 09:00", "2026-11-18 11:30")
		w.at("2026-11-19 07:59")
		w.compose()
		same(t, "before the opening", w.kept())
		w.at("2026-11-19 08:00")
		w.compose()
		w.compose()
		same(t, "at the opening", w.kept(), "daily 2026-11-18 sent")
		same(t, "letters", w.letters(),
			"sam@academie.test [AMIGO] Rapport quotidien du mercredi 18 novembre : 2,5 h",
			"sue@academie.test [AMIGO] Daily report of Wednesday 18 November: 2.5 h")
	})
}

func TestFourWorkersSendAReportOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.stories()
		w.at("2026-12-01 08:00") // the day after, the Monday after and the first of a month at once
		var workers sync.WaitGroup
		for range 4 {
			reporter := report.New(w.house, w.conf)
			workers.Go(func() {
				if err := reporter.ComposeNow(w.system()); err != nil {
					t.Error(err)
				}
			})
		}
		workers.Wait()
		same(t, "kept", w.kept(), "daily 2026-11-30 sent", "monthly 2026-11-01 sent", "weekly 2026-11-23 sent")
		if n := len(w.letters()); n != 6 {
			t.Errorf("%d letters to two supervisors about three reports", n)
		}
	})
}

func TestOnAClosedDayNothingIsSentAndNothingIsReportedAboutIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.solved("ann", "2026-11-20 09:00", "2026-11-20 10:00") // a Friday
		w.at("2026-11-20 18:00")
		w.compose() // about Thursday, on which there was no ticket yet
		same(t, "on Friday", w.kept())
		w.at("2026-11-22 10:00")
		w.compose()
		same(t, "on Sunday", w.kept())
		w.at("2026-11-23 08:05")
		w.compose()
		same(t, "on Monday", w.kept(), "weekly 2026-11-16 sent", "daily 2026-11-20 sent")
	})
}

func TestOfTheReportsThatWereMissedOnlyTheLatestIsSent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.solved("ann", "2026-11-12 09:00", "2026-11-12 10:00")
		w.at("2026-11-13 08:10")
		w.compose()
		same(t, "the first", w.kept(), "daily 2026-11-12 sent")
		w.at("2026-11-25 09:00") // nobody was there for twelve days
		w.compose()
		same(t, "after the standstill", w.kept(),
			"daily 2026-11-24 sent", "daily 2026-11-23", "weekly 2026-11-16 sent", "daily 2026-11-20", "daily 2026-11-19", "daily 2026-11-18",
			"daily 2026-11-17", "daily 2026-11-16", "daily 2026-11-13", "daily 2026-11-12 sent")
		w.compose()
		if n := len(w.letters()); n != 6 {
			t.Errorf("%d letters, want two to each of three reports", n)
		}
	})
}

func TestAReportThatIsNotWantedIsKeptAllTheSame(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := report.Usual()
		c.Quiet = []report.Kind{report.Daily}
		must(t, w.reporter.Choose(w.as("sam"), c))
		w.stories()
		w.at("2026-11-24 09:00")
		w.compose()
		same(t, "kept", w.kept(), "daily 2026-11-23", "weekly 2026-11-16 sent")
	})
}

func TestAReportIsNeverChangedAndCorrectedBesideItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.stories()
		w.at("2026-11-24 09:00")
		w.compose()
		must(t, w.reporter.CorrectNow(w.system()))
		same(t, "nothing changed", w.kept(), "daily 2026-11-23 sent", "weekly 2026-11-16 sent")

		// Other choices correct nothing: a report is held to those of its day.
		c := report.Usual()
		c.LeftOut, c.TargetMinutes = []string{"fixed"}, 60
		must(t, w.reporter.Choose(w.as("sam"), c))
		must(t, w.reporter.CorrectNow(w.system()))
		same(t, "other choices", w.kept(), "daily 2026-11-23 sent", "weekly 2026-11-16 sent")

		// Monday's ticket is opened again and solved the next day.
		w.reopenMondays()
		for range 2 {
			must(t, w.reporter.CorrectNow(w.system()))
		}
		same(t, "after the reopening", w.kept(), "daily 2026-11-23 sent corrected", "weekly 2026-11-16 sent")
		daily := w.editions(0)
		if len(daily) != 2 || daily[0].Figures.All.Count != 1 || daily[0].Figures.All.MeanWorking != 1560 || len(daily[0].Figures.Late) != 1 ||
			daily[1].Number != 2 || daily[1].Figures.All.Count != 0 || daily[1].SentAt != nil || daily[1].Figures.Choices.TargetMinutes != 1080 {
			t.Errorf("%+v", daily)
		}
		if subject := daily[0].Figures.Late[0].Subject; subject != "Imprimante muette" {
			t.Errorf("the late ticket is about %q", subject)
		}
	})
}

// reopenMondays opens the ticket again that was solved on Monday 23 November.
func (w *world) reopenMondays() {
	w.t.Helper()
	a, err := w.reporter.Editions(w.as("sam"), w.list()[0].ID)
	must(w.t, err)
	id := a[0].Figures.Late[0].Ticket
	w.at("2026-11-24 10:00")
	_, err = w.desk.Reopen(w.as("ann"), id, "Toujours muette.")
	must(w.t, err)
}

func (w *world) list() []report.Kept {
	w.t.Helper()
	all, err := w.reporter.Kept(w.as("sam"), 0, 10)
	must(w.t, err)
	return all
}

func (w *world) editions(i int) []report.Kept {
	w.t.Helper()
	all, err := w.reporter.Editions(w.as("sam"), w.list()[i].ID)
	must(w.t, err)
	return all
}

func TestWhatIsKeptDescribesItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.stories()
		w.at("2026-11-24 09:00")
		w.compose()
		var texts []string
		must(t, w.db.Gorm(t.Context()).Table("reports").Where("kind = 'daily'").Pluck("figures", &texts).Error)
		var f map[string]any
		must(t, json.Unmarshal([]byte(texts[0]), &f))
		for _, name := range []string{"version", "choices", "all", "groups", "late", "trend"} {
			if f[name] == nil {
				t.Errorf("no %s in %s", name, texts[0])
			}
		}
		if strings.Contains(texts[0], "Imprimante") {
			t.Error("a report keeps people's words")
		}
	})
}

func TestReportsAreReadBySupervisorsOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, uid := range []string{"ann", "theo"} {
			_, kept := w.reporter.Kept(w.as(uid), 0, 1)
			_, editions := w.reporter.Editions(w.as(uid), 1)
			for _, err := range []error{kept, editions} {
				if !errors.Is(err, fault.Denied) {
					t.Errorf("%s: %v", uid, err)
				}
			}
		}
	})
}
