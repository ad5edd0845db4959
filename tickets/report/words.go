package report

import (
	"math"
	"strconv"
	"time"

	"amigo/app/i18n"
)

// Title names a report: "Rapport quotidien du jeudi 19 novembre", "Rapport
// mensuel (novembre)".
func (k Kept) Title(p *i18n.Printer, now time.Time) string {
	from, to := k.From.Time(), k.To.Time()
	switch k.Kind {
	case Weekly:
		return p.T("report.title.weekly", "From", p.DateAt(from, now), "To", p.DateAt(to, now))
	case Monthly:
		return p.T("report.title.monthly", "Month", p.Month(from, now))
	}
	return p.T("report.title.daily", "Day", p.DateAt(from, now))
}

// Name is what a stretch of a trend is called where there is little room: its
// month, or its first day.
func (s Stretch) Name(p *i18n.Printer, k Kind, now time.Time) string {
	from := s.From.Time()
	switch k {
	case Weekly:
		return p.T("report.stretch.week", "Day", strconv.Itoa(from.Day())+i18n.NBSP+p.Brief(from))
	case Monthly:
		return p.Month(from, now)
	}
	return p.DateAt(from, now)
}

// Verdict holds minutes to the published mean, as exactly as they are shown.
func (c Choices) Verdict(p *i18n.Printer, minutes float64) (over bool, words string) {
	difference := math.Round((minutes-float64(c.TargetMinutes))/6) * 6 // a tenth of an hour
	published := p.Working(c.Target())
	switch {
	case difference > 0:
		return true, p.T("report.over", "By", p.Hours(difference), "Target", published)
	case difference < 0:
		return false, p.T("report.under", "By", p.Hours(-difference), "Target", published)
	}
	return false, p.T("report.equal", "Target", published)
}
