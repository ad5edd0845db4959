package web

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"amigo/app/i18n"
)

// What people type for a length of working time: "4 h", "0 h 30", "4h30",
// "4:30", "2,5 h", "45 min", "2 h 10 min"; a bare number is hours. Whole minutes
// need two decimals of an hour at most; "1,000 h" may be a thousand, and is refused.
var (
	inHours   = regexp.MustCompile(`^(\d{1,6})(?:\s*(?:h|:)\s*(?:(\d{1,2})\s*(?:min|mn|m)?)?)?$`)
	inDecimal = regexp.MustCompile(`^(\d{1,6})[,.](\d{1,2})(?:\s*h)?$`)
	inMinutes = regexp.MustCompile(`^(\d{1,7})\s*(?:min|mn|m)$`)
)

// parseWork reads a length of working time in whole minutes.
func parseWork(text string) (d time.Duration, ok bool) {
	text = strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(text, i18n.NBSP, " ")), " "))
	if m := inMinutes.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits, and few of them
		return time.Duration(n) * time.Minute, true
	}
	if m := inDecimal.FindStringSubmatch(text); m != nil {
		hours, _ := strconv.Atoi(m[1])
		hundredths, _ := strconv.Atoi((m[2] + "0")[:2])
		return time.Duration(hours)*time.Hour + time.Duration(hundredths)*time.Hour/100, hundredths*60%100 == 0
	}
	m := inHours.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	hours, _ := strconv.Atoi(m[1])
	minutes := 0
	if m[2] != "" {
		minutes, _ = strconv.Atoi(m[2])
	}
	return time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute, minutes < 60
}
