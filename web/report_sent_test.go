package web_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/jobs"
	"amigo/app/people"
	"amigo/tickets/report"
)

// reportJob does a job of the reports, as a worker does.
func (w *town) reportJob(a jobs.Args) {
	w.t.Helper()
	mux := jobs.NewMux()
	w.house.Reporter.Jobs(mux)
	ctx := people.As(w.t.Context(), people.System())
	if err := w.house.Queue.Put(ctx, a); err != nil {
		w.t.Fatal(err)
	}
	if err := w.house.Queue.Drain(ctx, mux); err != nil {
		w.t.Fatal(err)
	}
}

func TestASentReportStaysAsItWasSentWithItsCorrectionBeside(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newTownOn(t, d, clock)
		w.visit("sam").get("/reports/sent").want(http.StatusOK, inside(".empty", says("Aucun rapport pour l'instant"), says("composés à l'ouverture")))
		w.at("2026-11-19 10:00")
		ticket := w.open("ann", fields{"service": "impressions"})
		w.at("2026-11-23 11:00")
		w.change("theo", ticket, fields{"status": "solved", "outcome": "fixed"}).want(http.StatusOK) // 7 + 9 + 3 hours
		w.at("2026-11-24 08:00")
		w.reportJob(report.Compose{})

		sam := w.visit("sam")
		list := sam.get("/reports/sent").want(http.StatusOK, inside(".segment[aria-current]", says("Rapports envoyés")),
			inside("tbody tr:nth-child(1)", says("Rapport quotidien du lundi 23 novembre"), says("19,0 h"), says("0 %"), says("Envoyé aujourd'hui à 8 h"), has(".is-late")))
		one := list.Find("tbody tr:nth-child(1) a").AttrOr("href", "")
		sam.get(one).want(http.StatusOK, inside("h1", says("Rapport quotidien du lundi 23 novembre")), inside(".head-over", says("Envoyé aujourd'hui à 8 h")),
			inside(".figure-number", says("19,0 h")), inside(".figure-note", says("sans les doublons")), inside("table", says("Imprimante muette"), says("Impressions")), none("main .notice"))

		w.at("2026-11-24 09:00")
		w.ask("ann", "POST", ticket+"/messages", fields{"body": "Toujours muette."}).want(http.StatusCreated)
		w.reportJob(report.Correct{})
		sam = w.visit("sam")
		sam.get("/reports/sent").want(http.StatusOK, inside("tbody tr:nth-child(1)", says("19,0 h"), says("corrigé depuis")))
		sam.get(one).want(http.StatusOK, inside("main .notice", says("reste tel qu'il a été envoyé")), inside(".figure-number", says("19,0 h")),
			inside("table thead", says("Valeur, à l'envoi"), says("Valeur, correction du 24 nov.")))
		if rows := tableRows(sam.get(one), "main table"); strings.Join(rows[1], "|") != "Résolus|1|0" {
			t.Errorf("%q", rows[1])
		}
		sam.get("/reports/sent/999").want(http.StatusNotFound)
		w.visit("theo").get(one).want(http.StatusForbidden)
	})
}

func TestADayOnWhichNothingWasSolvedIsOneSentence(t *testing.T) {
	w := newTown(t)
	w.at("2026-11-19 10:00")
	w.open("ann", nil)
	w.at("2026-11-20 08:00")
	w.reportJob(report.Compose{})
	sam := w.visit("sam")
	list := sam.get("/reports/sent").want(http.StatusOK, inside("tbody tr", says("Rapport quotidien du jeudi 19 novembre"), says("–")))
	sam.get(list.Find("tbody a").AttrOr("href", "")).want(http.StatusOK, inside("main", says("Rien n'a été résolu."), says("Comptent les incidents")), none("main table"), none(".figure"))
}

func TestSupervisorsChooseWhatCounts(t *testing.T) {
	w := newTown(t)
	w.solvedStories()
	w.at("2026-11-23 18:00")
	sam := w.visit("sam")
	form := sam.get("/reports/choices").want(http.StatusOK, has(`input[name=types][value=incident][checked]`), has(`input[name=counted][value=working][checked]`),
		has(`input[name=target][value="18"]`), count(`input[name=sent][checked]`, 3), inside("main .notice", says("Comptent les incidents, en heures ouvrées")))
	form.submit("form#choices", map[string]string{"target": "bientôt"}).want(http.StatusUnprocessableEntity,
		inside(".problems[data-focus]", says("Délai annoncé"), has(`a[href="#f-target"]`)), inside("#f-target-error", says("entre une minute et 1 000 heures")), has(`input[name=target][value="bientôt"]`))
	done := form.submit("form#choices", map[string]string{"counted": "elapsed", "target": "22,5", "left_out": "workaround"}).want(http.StatusOK,
		inside("#flash", says("les chiffres suivent dès maintenant")), has(`input[name=target][value="22,5"]`), has(`input[name=left_out][value=workaround][checked]`))
	done.check(inside("main .notice", says("Comptent les incidents, en heures écoulées"), says("Ne comptent pas non plus les tickets contournés.")))
	// Of 150, 1800 and 7380 minutes on the wall clock two are beyond 22 h 30.
	sam.get("/reports").want(http.StatusOK, inside(".figure-number", says("51,8 h")), inside(".figure-verdict", says("29,3 h au-dessus du délai annoncé de 22 h 30")),
		inside(".figure-words", says("Moyenne en heures écoulées des 3 incidents"), says("Médiane : 30,0 h"), says("En heures ouvrées : 14,5 h")), inside("#late", says("Au-delà de 22 h 30 : 2 tickets")))
	lines := must(w.house.Audit.List(t.Context(), 0, 1))(t)
	if lines[0].Action != "report.choose" || lines[0].Actor != "sam" {
		t.Errorf("noted: %+v", lines[0])
	}
	answer := w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-23", nil).want(http.StatusOK)
	answer.wantAt(fields{"counted": "elapsed", "target_minutes": 1350.0})
	form.submit("form#choices", map[string]string{"target": "0,0167"}).want(http.StatusOK, has(`input[name=target][value="0,0167"]`))
	w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-23", nil).want(http.StatusOK).wantAt(fields{"target_minutes": 1.0})
	wantGroups(t, answer, fields{"count": 3.0, "median_elapsed_minutes": 1800.0, "median_working_minutes": 900.0, "mean_net_minutes": 870.0})
}

func TestTwoWhoChooseAtOnceKeepWhatEachChanged(t *testing.T) {
	w := newTown(t)
	sam, ada := w.visit("sam").get("/reports/choices"), w.visit("ada").get("/reports/choices")
	ada.submit("form#choices", map[string]string{"target": "20", "left_out": "workaround"}).want(http.StatusOK)
	sam.submit("form#choices", map[string]string{"target": "bientôt", "counted": "elapsed"}).want(http.StatusUnprocessableEntity)
	sam.submit("form#choices", map[string]string{"counted": "elapsed"}).want(http.StatusOK, has(`input[name=counted][value=elapsed][checked]`),
		has(`input[name=target][value="20"]`), has(`input[name=left_out][value=workaround][checked]`))
	sam.submit("form#choices", map[string]string{"target": "21"}).want(http.StatusOK, has(`input[name=target][value="21"]`), has(`input[name=left_out][value=workaround][checked]`))
}

func TestAFigureIsNarrowedUntilItsTicketsAreSeen(t *testing.T) {
	w := newTown(t)
	w.solvedStories()
	w.at("2026-11-23 18:00")
	sam := w.visit("sam")
	page := sam.get("/reports?group=site&trend=weekly").want(http.StatusOK, count("details tbody tr", 13), inside("details tbody tr:first-child", says("semaine du 23 nov.")))
	narrow := sam.get(page.Find("#divided tbody th a").First().AttrOr("href", "")).want(http.StatusOK,
		inside(".report-filters", says("Site : Caen")), inside(".figure-words", says("des 2 incidents")), has(`input[type=hidden][name=where][value="site:caen"]`))
	sam.get(narrow.Find(".figure-number a").AttrOr("href", "")).want(http.StatusOK, inside("h1", says("Site : Caen")), count("main tbody tr", 2))
	sam.get(narrow.Find(".report-filters a").AttrOr("href", "")).want(http.StatusOK, inside(".figure-words", says("des 4 incidents")), none(".report-filters"))
	sam.get("/reports?where=colour:red").want(http.StatusUnprocessableEntity)
	sam.get("/reports?period=year").want(http.StatusOK, inside(".figure-words", says("depuis la rentrée")), has(`#days-from[value="2026-09-01"]`))
	sam.get("/reports?group=period").want(http.StatusOK, inside("#divided", says("Hors période nommée")))
	wantGroups(t, w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-23&group=period&where=site:rouen", nil).want(http.StatusOK), fields{"key": "", "count": 2.0})
	w.ask("sam", "GET", "/reports/resolution?from=2026-11-18&to=2026-11-23&where=colour:red", nil).refuses("query.where")
}

func TestTheWorkbookHoldsFiguresAndNoFormulas(t *testing.T) {
	w := newTown(t)
	w.at("2026-11-18 09:00")
	late := w.open("ann", fields{"subject": `=HYPERLINK("http://evil.test")`})
	for _, category := range []string{"=1+1", "+33", "-1", "@SUM(A1)", "réseau"} {
		w.change("theo", w.open("ann", fields{"category": category}), fields{"status": "solved"}).want(http.StatusOK)
	}
	w.at("2026-11-24 09:00")
	w.change("theo", late, fields{"status": "solved"}).want(http.StatusOK)
	sam := w.visit("sam")
	page := sam.get("/reports?group=category").want(http.StatusOK)
	file := sam.get(page.Find(`a[href^="/reports/resolution.xlsx"]`).AttrOr("href", "")).want(http.StatusOK)
	if name := file.header.Get("Content-Disposition"); !strings.Contains(name, "amigo-resolution-category-2026-11-01-2026-11-24.xlsx") {
		t.Errorf("%q", name)
	}
	book := must(excelize.OpenReader(bytes.NewReader([]byte(file.raw))))(t)
	defer book.Close()
	seen := 0
	for _, sheet := range book.GetSheetList() {
		for r, row := range must(book.GetRows(sheet))(t) {
			for c, text := range row {
				cell := must(excelize.CoordinatesToCellName(c+1, r+1))(t)
				if formula := must(book.GetCellFormula(sheet, cell))(t); formula != "" || text != "" && strings.ContainsAny(text[:1], "=+-@\t\r") {
					t.Errorf("%s %s: a spreadsheet runs %q (%q)", sheet, cell, text, formula)
				}
				seen++
			}
		}
	}
	if mean := must(book.GetCellValue("Répartition", "C3"))(t); len(book.GetSheetList()) != 4 || seen < 60 || mean != "0.00" {
		t.Errorf("%v: %d cells, the first mean is %q", book.GetSheetList(), seen, mean)
	}
	if subject := must(book.GetCellValue("Hors délai", "B2"))(t); subject != `'=HYPERLINK("http://evil.test")` {
		t.Errorf("the late ticket is %q", subject)
	}
}

func TestAWorkbookHoldsDatesAndRoundedHours(t *testing.T) {
	w := newTown(t)
	w.solvedStories() // the slowest was solved on Monday at noon, in Paris
	w.at("2026-11-23 18:00")
	sam := w.visit("sam")
	read := func(sheet, cell string) (text string, number float64) {
		file := sam.get("/reports/resolution.xlsx?from=2026-11-18&to=2026-11-23&group=month&trend=weekly").want(http.StatusOK)
		book := must(excelize.OpenReader(strings.NewReader(file.raw)))(t)
		defer book.Close()
		raw := must(book.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true}))(t)
		number, _ = strconv.ParseFloat(raw, 64) //nolint:errcheck // 0 for words, which no case wants
		return must(book.GetCellValue(sheet, cell))(t), number
	}
	for _, c := range []struct {
		sheet, cell, shown string
		number             float64 // as a spreadsheet has it: days since 1899-12-30; 0: a text
	}{
		{"Répartition", "A2", "11/2026", 46327},
		{"Répartition", "C1", "Moyenne ouvrée (heures)", 0},
		{"Répartition", "C2", "11.50", 11.5},
		{"Répartition", "G2", "22.70", 22.7},
		{"Tendance", "A1", "Semaine, premier jour", 0},
		{"Tendance", "A14", "23/11/2026", 46349},
		{"Hors délai", "C2", "23/11/2026 12:00", 46349.5},
		{"Hors délai", "D1", "Temps ouvré (heures)", 0},
		{"Hors délai", "F2", "123.00", 123},
		{"Ce qui compte", "B2", "18/11/2026", 46344},
		{"Ce qui compte", "B3", "23/11/2026", 46349},
	} {
		if shown, number := read(c.sheet, c.cell); shown != c.shown || number != c.number {
			t.Errorf("%s %s: %q (%v), want %q (%v)", c.sheet, c.cell, shown, number, c.shown, c.number)
		}
	}
}
