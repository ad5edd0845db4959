package web_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"amigo/app/db"
	"amigo/app/db/dbtest"
)

func TestTheReportShowsTheOneNumber(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newTownOn(t, d, clock)
		w.solvedStories() // by hand: 690 minutes of working time each, in the mean
		w.at("2026-11-23 18:00")
		sam := w.visit("sam")
		page := sam.get("/reports").want(http.StatusOK,
			inside(".side-link[aria-current]", says("Rapports")),
			inside(".figure-number", says("11,5 h")), inside(".figure-verdict", says("6,5 h sous le délai annoncé de 18 h"), has(".is-done")),
			inside(".figure-words", says("des 4 incidents résolus en novembre"), says("Médiane : 8,8 h"), says("neuf sur dix en moins de 22,7 h"), says("En temps écoulé, nuits et jours fermés compris : 44,3 h")),
			inside("details table", says("novembre"), says("15,6 h")), count("details tbody tr", 12),
			inside(".figure-note", says("Comptent les incidents, en heures ouvrées, sans les doublons, les indésirables et les essais.")),
			inside("#late", says("Au-delà de 18 h : 1 ticket"), says("26,0 h")),
			inside(".report-ask .segment[aria-current]", says("Ce mois")))
		if rows := tableRows(page, "#divided .rows-box table"); !sameRows(rows, [][]string{
			{"Service", "Résolus", "Moyenne ouvrée", "Hors attente", "Écoulée", "Médiane", "Neuf sur dix", "Dans le délai", "Rouverts", "Avis", "Satisfaits"},
			{"Impressions", "2", "8,8 h", "8,8 h", "16,3 h", "8,8 h", "13,8 h", "100 %", "0 %", "0", "–"},
			{"Messagerie académique", "2", "14,3 h", "14,3 h", "72,3 h", "14,3 h", "23,7 h", "50 %", "0 %", "0", "–"},
			{"Ensemble", "4", "11,5 h", "11,5 h", "44,3 h", "8,8 h", "22,7 h", "75 %", "0 %", "0", "–"},
		}) {
			t.Errorf("the table is %q", rows)
		}
		// Each figure opens its tickets.
		link := page.Find(`#divided .rows-box tbody tr:nth-child(2) td a`).First().AttrOr("href", "")
		sam.get(link).want(http.StatusOK, inside("h1", says("Messagerie académique")), count("main tbody tr", 2),
			inside("main tbody tr:first-child", says("26,0 h"), has(".is-late"), has(`a[href^="/tickets/"]`)))
		sam.get(page.Find(".figure-number a").AttrOr("href", "")).want(http.StatusOK, inside("h1", says("Ensemble")), inside(".head-over", says("4 incidents résolus en novembre")), count("main tbody tr", 4))
		// One may divide and sort otherwise.
		sam.get("/reports?group=departement").want(http.StatusOK, inside("#divided .rows-box", says("Calvados (14)"), says("Seine-Maritime (76)")))
		sam.get("/reports?group=establishment_type&period=week").want(http.StatusOK, inside(".figure-words", says("du seul incident résolu cette semaine")), inside("#divided .rows-box", says("Collège")))
		sorted := tableRows(sam.get("/reports?sort=mean"), "#divided .rows-box table")
		if sorted[1][0] != "Messagerie académique" {
			t.Errorf("by mean, the first is %q", sorted[1][0])
		}
		sam.get("/reports?group=colour").want(http.StatusUnprocessableEntity)
	})
}

func TestAReportIsAboutTheDaysThatOneChooses(t *testing.T) {
	w := newTown(t)
	w.solvedStories()
	w.at("2026-12-02 10:00")
	sam := w.visit("sam")
	sam.get("/reports").want(http.StatusOK, none(".figure"), inside(".empty", says("Rien n'a été résolu")), inside("details table", says("novembre")))
	sam.get("/reports?period=previous").want(http.StatusOK, inside(".figure-words", says("des 5 incidents résolus en novembre")))
	days := sam.get("/reports").submit(`form[action="/reports"]`, map[string]string{}) // posts; nothing but GET is there
	days.want(http.StatusNotFound)
	sam.get("/reports?from=2026-11-18&to=2026-11-19&group=priority").want(http.StatusOK,
		inside(".figure-words", says("des 2 incidents résolus du mercredi 18 novembre au jeudi 19 novembre")), has(`#days-from[value="2026-11-18"]`), has(`input[type=hidden][name=group][value=priority]`))
	sam.get("/reports?from=2026-11-19&to=2026-11-18").want(http.StatusUnprocessableEntity, inside("#days-to-error", says("La fin précède le début")), has(`#days-from[value="2026-11-19"]`))
	sam.get("/reports?from=hier&to=").want(http.StatusUnprocessableEntity, has("#days-from-error"), has("#days-to-error"), none(".figure"))
	sam.get("/reports?from=1990-01-01&to=2026-11-18").want(http.StatusUnprocessableEntity, inside("#days-from-error", says("dix ans")))
	sam.get("/reports/tickets?from=2026-11-18&to=hier").want(http.StatusUnprocessableEntity)
	sam.get("/reports/tickets?where=service:rien").want(http.StatusOK, has(".empty"))
}

func TestAFigureAboveThePublishedOneSaysSo(t *testing.T) {
	w := newTown(t)
	w.at("2026-11-02 09:00")
	ticket := w.open("ann", nil)
	w.at("2026-11-18 09:00")
	w.change("theo", ticket, fields{"status": "solved"}).want(http.StatusOK)
	w.visit("sam").get("/reports?lang=en").want(http.StatusOK, inside(".figure-verdict", says("above the published time of 18 h"), has(".is-late")), inside(".figure-words", says("only incident solved in November")))
}

func TestTheReportIsDownloadedForASpreadsheet(t *testing.T) {
	w := newTown(t)
	w.at("2026-11-18 09:00")
	for _, category := range []string{`=HYPERLINK("http://evil.test")`, "+33", "-1", "@SUM(A1)", "réseau; \"câblé\""} {
		w.change("theo", w.open("ann", fields{"category": category}), fields{"status": "solved"}).want(http.StatusOK)
	}
	sam := w.visit("sam")
	page := sam.get("/reports?group=category").want(http.StatusOK)
	file := sam.get(page.Find(`a[href^="/reports/resolution.csv"]`).AttrOr("href", "")).want(http.StatusOK)
	if kind, name := file.header.Get("Content-Type"), file.header.Get("Content-Disposition"); kind != "text/csv; charset=utf-8" || !strings.Contains(name, `attachment; filename="amigo-resolution-category-2026-11-01-2026-11-18.csv"`) {
		t.Errorf("%q, %q", kind, name)
	}
	text, marked := strings.CutPrefix(file.raw, "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = ';'
	rows := must(r.ReadAll())(t)
	if !marked || len(rows) != 6 || rows[0][0] != "Catégorie" || rows[1][2] != "0,00" {
		t.Errorf("%q", rows)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("a spreadsheet runs %q", cell)
			}
		}
	}
	english := csv.NewReader(strings.NewReader(strings.TrimPrefix(sam.get("/reports/resolution.csv?lang=en").raw, "\ufeff")))
	if head, err := english.Read(); err != nil || len(head) != 11 || head[1] != "Solved" || head[2] != "Mean, working (hours)" {
		t.Errorf("%q, %v", head, err)
	}
	if months := sam.get("/reports/resolution.csv?group=month&lang=fr").raw; !strings.Contains(months, "\r\n2026-11;5;0,00;") {
		t.Errorf("by month: %q", months)
	}
}

// tableRows reads a table as one sees it, its head first.
func tableRows(p *page, selector string) [][]string {
	var rows [][]string
	p.Find(selector).Find("tr").Each(func(_ int, tr *goquery.Selection) {
		var row []string
		tr.Find("th, td").Each(func(_ int, cell *goquery.Selection) { row = append(row, plain(cell.Text())) })
		rows = append(rows, row)
	})
	return rows
}

func sameRows(got, want [][]string) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if strings.Join(got[i], "|") != strings.Join(want[i], "|") {
			return false
		}
	}
	return true
}

func TestWaitingAndReopeningStandInTheReport(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newTownOn(t, d, clock)
		w.at("2026-11-16 09:00") // a Monday
		ticket := w.open("ann", fields{"service": "vpn"})
		w.at("2026-11-16 10:00")
		w.change("theo", ticket, fields{"status": "waiting_requester"}).want(http.StatusOK)
		w.at("2026-11-17 10:00")
		w.change("theo", ticket, fields{"status": "open"}).want(http.StatusOK)
		w.at("2026-11-17 11:00")
		w.change("theo", ticket, fields{"status": "solved"}).want(http.StatusOK)
		w.ask("ann", "POST", ticket+"/messages", fields{"body": "Toujours coupé."}).want(http.StatusCreated)
		w.change("theo", ticket, fields{"status": "solved"}).want(http.StatusOK)
		w.at("2026-11-18 09:00")
		// Monday 9:00 to Tuesday 11:00: 8 + 3 hours, of which two did not wait.
		rows := tableRows(w.visit("sam").get("/reports").want(http.StatusOK), "#divided .rows-box table")
		if want := []string{"VPN", "1", "11,0 h", "2,0 h", "26,0 h", "11,0 h", "11,0 h", "100 %", "100 %", "0", "–"}; !sameRows(rows[1:], [][]string{want}) {
			t.Errorf("%q, want %q", rows[1:], want)
		}
	})
}
