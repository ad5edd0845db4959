package i18n

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Int is n with its thousands separated: "1 234", "1,234".
func (p *Printer) Int(n int) string { return p.grouped(strconv.Itoa(n)) }

// Decimal is f with exactly places decimals, rounded: "18,4", "18.4". What is
// no number at all is a dash.
func (p *Printer) Decimal(f float64, places int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "–"
	}
	// As people round: 5.25 is 5.3, where the formatter would choose the even 5.2.
	if unit := math.Pow10(places); math.Abs(f) < 1e15/unit {
		f = math.Round(f*unit) / unit
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(f, 'f', places, 64), ".")
	if fraction == "" {
		return p.grouped(whole)
	}
	return p.grouped(whole) + p.grammar.decimal + fraction
}

// Hours is a number of minutes in hours with one decimal: 1104 is "18,4 h".
func (p *Printer) Hours(minutes float64) string { return p.Decimal(minutes/60, 1) + NBSP + "h" }

// Percent is a fraction of one as a percentage: 0.98 is "98 %". Only all is
// 100 % and only nothing is 0 %: 0.998 is "99,8 %".
func (p *Printer) Percent(f float64) string {
	points := 100 * f
	text := p.Decimal(points, 0)
	switch {
	case points < 100 && math.Round(points) == 100:
		text = p.Decimal(min(points, 99.9), 1)
	case points > 0 && math.Round(points) == 0:
		text = p.Decimal(max(points, 0.1), 1)
	}
	return text + p.grammar.percent + "%"
}

// Size is a number of bytes in the unit that suits it, of 1024 as file
// managers count: "412 Ko", "2,4 Mo"; "412 KB", "2.4 MB".
func (p *Printer) Size(bytes int64) string {
	size, unit := float64(bytes), 0
	for math.Round(size) >= 1024 && unit < len(p.grammar.units)-1 {
		size, unit = size/1024, unit+1
	}
	text := p.Decimal(size, 0)
	if tenths := p.Decimal(size, 1); unit > 0 && size < 9.95 && !strings.HasSuffix(tenths, p.grammar.decimal+"0") {
		text = tenths
	}
	return text + NBSP + p.grammar.units[unit]
}

// Working is a length of working time in whole minutes, rounded down:
// "2 h 10", "25 min", "3 h".
func (p *Printer) Working(d time.Duration) string {
	if d < 0 {
		return "−" + p.Working(-d)
	}
	if 0 < d && d < time.Minute {
		return p.T("core.minute.less")
	}
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case hours == 0:
		return p.Int(minutes) + NBSP + "min"
	case minutes == 0:
		return p.Int(hours) + NBSP + "h"
	}
	return p.grammar.hours(p.Int(hours), fmt.Sprintf("%02d", minutes))
}

// Join lists things as a sentence does: "a, b et c".
func (p *Printer) Join(things []string) string {
	if len(things) < 2 {
		return strings.Join(things, "")
	}
	last := len(things) - 1
	return p.T("core.list.last", "Before", strings.Join(things[:last], ", "), "Last", things[last])
}

// grouped separates the thousands of a decimal integer, and gives it a true
// minus sign.
func (p *Printer) grouped(digits string) string {
	sign := ""
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		sign, digits = "−", rest
	}
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, groups...), p.grammar.thousands)
}
