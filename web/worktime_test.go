package web_test

import (
	"testing"
	"time"

	"amigo/web"
)

func TestLengthsOfWorkingTimeAreReadAsPeopleTypeThem(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"4 h": 4 * time.Hour, "4h": 4 * time.Hour, "4": 4 * time.Hour, "0 h 30": 30 * time.Minute, "2 h 10": 130 * time.Minute, "2h10": 130 * time.Minute,
		"4:30": 270 * time.Minute, "45 min": 45 * time.Minute, "90 MIN": 90 * time.Minute, "2 h 10 min": 130 * time.Minute, "1 000 h": -1,
		"18 h": 18 * time.Hour, "": -1, "vite": -1, "-4 h": -1, "4 h 75": -1, "4 h 5 h": -1, "9999999 h": -1,
		"2,5 h": 150 * time.Minute, "2.5 h": 150 * time.Minute, "2,5": 150 * time.Minute, "4.25h": 255 * time.Minute, "0,05 h": 3 * time.Minute, "0,01 h": -1,
		"1,000 h": -1, "2,5 h 10": -1, "2,": -1, ",5 h": -1, "2,5 min": -1,
		"99999 h": 99_999 * time.Hour, // for the policy to refuse, with its limit
	} {
		d, ok := web.ParseWork(text)
		if !ok {
			d = -1
		}
		if d != want {
			t.Errorf("%q is %v, want %v", text, d, want)
		}
	}
}
