package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
)

func TestSLAAnswersOneQuestion(t *testing.T) {
	file := calendarJSON(t, `{"tz": "Australia/Lord_Howe", "weekly": {"sun": [["00:00", "24:00"]]},
		"periods": [{"from": "2026-10-01", "to": "2026-10-31", "weekly": {"sun": [["01:00", "04:00"]]}}], "known_until": "2026-12-31"}`)
	utc := calendarJSON(t, `{"tz": "UTC", "weekly": {"mon": [["08:00", "09:00"]]}}`)
	for _, tc := range []struct{ args, want string }{
		{"due 2026-11-04T12:30:00+01:00 60", "2026-11-05T08:30:00+01:00"},
		{"due 2026-03-27T15:30:00Z 480", "2026-03-30T15:30:00+02:00"},
		{"due 2026-03-27t15:30:00z 480", "2026-03-30T15:30:00+02:00"},
		{"due 2026-11-03T10:00:30.5+01:00 1", "2026-11-03T10:01:30.5+01:00"},
		{"due 2026-11-21T12:00:00+01:00 0", "2026-11-21T12:00:00+01:00"},
		{"due 2500-01-01T00:00:00Z 0", "2500-01-01T01:00:00+01:00"},
		{"due --calendar techniciens-caen 2026-12-24T17:30:00+01:00 60", "2026-12-28T08:30:00+01:00"},
		{"--calendar=techniciens-caen due 2026-12-24T17:30:00+01:00 60", "2026-12-28T08:30:00+01:00"},
		{"due 2026-12-24T16:30:00+01:00 60 --calendar normandie", "2026-12-28T09:30:00+01:00"},
		{"due 2026-04-05T01:45:00+11:00 30 --calendar " + file, "2026-04-05T01:45:00+10:30"},
		{"due 2026-01-05T08:00:00Z 30 --calendar " + utc, "2026-01-05T08:30:00+00:00"},
		{"elapsed 2026-11-03T10:00:00+01:00 2026-11-03T10:01:59+01:00", "1"},
		{"elapsed 2026-11-03T16:59:30+01:00 2026-11-04T08:00:30+01:00", "1"},
		{"elapsed 2026-11-03T10:00:00+01:00 2026-11-03T09:00:00Z", "0"},
		{"elapsed -- 2026-11-03T10:00:00+01:00 2026-11-10T10:00:00+01:00", "2460"},
		{"open 2026-11-04T12:59:59+01:00", "open default"},
		{"open 2026-11-04T13:00:00+01:00", "closed default"},
		{"open 2026-10-21T13:30:00+02:00", "open Toussaint"},
		{"open 2026-12-25T10:00:00+01:00", "closed Noël"},
		{"open 2026-10-04T03:30:00+11:00 --calendar " + file, "open 2026-10-01/2026-10-31"},
	} {
		code, out, errs := sla(t, tc.args, "")
		if code != 0 || out != tc.want+"\n" || errs != "" {
			t.Errorf("amigo sla %s: %d\n%s%s\nwant\n%s", tc.args, code, out, errs, tc.want)
		}
	}
}

func TestSLASaysWhyThereIsNoAnswer(t *testing.T) {
	overlap := calendarJSON(t, `{"tz": "Mars/Olympus",`+"\n"+`"weekly": {"mon": [["08:00", "12:00"], ["11:00", "13:00"]]}}`)
	typo := calendarJSON(t, `{"tz": "UTC", "weekly": {}, "period": []}`)
	never := calendarJSON(t, `{"tz": "UTC", "weekly": {}}`)
	for _, tc := range []struct{ args, want string }{
		{"due 2026-11-04T12:30:00+01:00 -5", "the working time is negative"},
		{"due 2026-11-04T12:30:00+01:00 -99999999999999999999", "the working time is negative"},
		{"due 2026-11-04T12:30:00+01:00 99999999999999999999", "no due date within three years"},
		{"due 2026-11-04T12:30:00+01:00 6e2", `"6e2" is not a whole number of minutes`},
		{"due 2026-11-04T12:30:00 60", `"2026-11-04T12:30:00" is not an instant such as 2026-03-27T16:30:00+01:00`},
		{"due 2026-02-30T12:30:00Z 60", `"2026-02-30T12:30:00Z" is not an instant such as 2026-03-27T16:30:00+01:00`},
		{"due 2028-07-05T12:30:00Z 60", "no opening hours are known for 2028-07-05, only from 2015-09-01 to 2028-07-04"},
		{"due 2028-07-04T16:59:00+02:00 2", "no opening hours are known for 2028-07-05, only from 2015-09-01 to 2028-07-04"},
		{"explain 2028-07-04T16:59:00+02:00 2", "no opening hours are known for 2028-07-05, only from 2015-09-01 to 2028-07-04"},
		{"elapsed 2026-11-04T12:30:00Z 2026-11-04T12:29:59Z", "the end is before the start"},
		{"elapsed hier 2026-11-04T12:29:59Z", `"hier" is not an instant such as 2026-03-27T16:30:00+01:00`},
		{"elapsed 2026-11-04T12:29:59Z demain", `"demain" is not an instant such as 2026-03-27T16:30:00+01:00`},
		{"open 2015-08-31T21:59:59Z", "no opening hours are known for 2015-08-31, only from 2015-09-01 to 2028-07-04"},
		{"open maintenant", `"maintenant" is not an instant such as 2026-03-27T16:30:00+01:00`},
		{"due 2026-01-05T08:00:00Z 1 --calendar " + never, "no due date within three years"},
		{"open 2026-01-05T08:00:00Z --calendar bretagne", `"bretagne" is neither a file nor a calendar (normandie, techniciens-caen)`},
		{"open 2026-01-05T08:00:00Z --calendar " + overlap, overlap + `: line 1: tz: there is no time zone "Mars/Olympus"; line 2: weekly.mon: intervals overlap at 11:00`},
		{"open 2026-01-05T08:00:00Z --calendar " + typo, typo + `: line 1: unknown field "period"`},
		{"due --batch --calendar " + typo, typo + `: line 1: unknown field "period"`},
	} {
		code, out, errs := sla(t, tc.args, "")
		if code != 1 || out != "" || errs != "error: "+tc.want+"\n" {
			t.Errorf("amigo sla %s: %d %q\n%s\nwant\n%s", tc.args, code, out, errs, tc.want)
		}
	}
}

func TestSLAExplainsItsUse(t *testing.T) {
	for args, want := range map[string]string{
		"":                                   "error: want due, elapsed, open or explain\n",
		"when":                               `error: there is no question "when"` + "\n",
		"due 2026-01-05T08:00:00Z":           "error: due wants START MINUTES\n",
		"due 2026-01-05T08:00:00Z 1 2":       "error: due wants START MINUTES\n",
		"open":                               "error: open wants AT\n",
		"due 2026-01-05T08:00:00Z --bat":     "error: there is no flag --bat\n",
		"open now -x":                        "error: there is no flag -x\n",
		"open now --calendar":                "error: --calendar needs a name or a file\n",
		"due --batch 2026-01-05T08:00:00Z 1": "error: with --batch, START,MINUTES is read from standard input\n",
	} {
		code, out, errs := sla(t, args, "")
		if code != 2 || out != "" || errs != want+"\n"+slaUsage {
			t.Errorf("amigo sla %s: %d %q\n%s\nwant\n%s", args, code, out, errs, want)
		}
	}
	if code, out, errs := sla(t, "due --help", ""); code != 0 || out != slaUsage || errs != "" {
		t.Errorf("--help: %d %q %q", code, out, errs)
	}
}

func TestSLABatchAnswersEachLine(t *testing.T) {
	for _, tc := range []struct {
		why, args, in string
		code          int
		want          []string
	}{
		{
			"a header, further columns, quotes", "due --batch", "start,minutes,why\n\"2026-11-04T12:30:00+01:00\",\"60\",\"because, \"\"so\"\"\"\n2026-11-04T12:00:00+01:00,60\n", 0,
			[]string{"2026-11-05T08:30:00+01:00", "2026-11-04T13:00:00+01:00"},
		},
		{"no header, spaces, no last line feed", "--batch due", " 2026-11-04T12:30:00+01:00 , 60 ", 0, []string{"2026-11-05T08:30:00+01:00"}},
		{"byte order mark, CRLF, blank lines", "elapsed --batch", "\ufeffstart,end\r\n\r\n2026-11-03T10:00:00+01:00,2026-11-03T11:00:00+01:00\r\n   \r\n2026-11-03T10:00:00+01:00,2026-11-03T10:00:00+01:00\r\n", 1, []string{
			"error: line 2 is blank: want A,B", "60", "error: line 4 is blank: want A,B", "0",
		}},
		{"a blank line before a header", "open --batch", "\nat\n2026-11-04T10:00:00+01:00", 1, []string{"error: line 1 is blank: want AT", "open default"}},
		{"byte order mark without a header", "open --batch", "\ufeff2026-11-04T10:00:00+01:00\n2026-11-04T13:00:00+01:00,x\n", 0, []string{"open default", "closed default"}},
		{"nothing", "due --batch", "", 0, nil},
		{"a header alone", "open --batch", "at\n", 0, nil},
		{"wrong rows between right ones", "due --batch", "hier,60\n2026-11-04T12:00:00+01:00,60\n2026-11-04T12:00:00+01:00,-1\n2026-11-04T12:00:00+01:00\n,\n2026-11-04T12:00:00+01:00,0\n", 1, []string{
			`error: "hier" is not an instant such as 2026-03-27T16:30:00+01:00`,
			"2026-11-04T13:00:00+01:00",
			"error: the working time is negative",
			"error: want START,MINUTES",
			`error: "" is not an instant such as 2026-03-27T16:30:00+01:00`,
			"2026-11-04T12:00:00+01:00",
		}},
		{"a second header", "elapsed --batch", "start,end\nstart,end\n", 1, []string{`error: "start" is not an instant such as 2026-03-27T16:30:00+01:00`}},
		{"a row that is no CSV", "open --batch", "2026-11-04T10:00:00+01:00\n2026\"x\n2026-11-04T10:00:00+01:00\n", 1, []string{
			"open default", "error: line 2: a quote stands in a field that does not begin with one", "open default",
		}},
		{"a quote that is never closed", "open --batch", "at\n\"2026-11-04T10:00:00+01:00\n2026-11-04T10:00:00+01:00\n\n\"x\n2026-11-04T13:00:00+01:00", 1, []string{
			"error: line 2: a quoted field is never closed, or something follows its end", "open default", "error: line 4 is blank: want AT",
			"error: line 5: a quoted field is never closed, or something follows its end", "closed default",
		}},
		{"an open quote before quoted rows", "open --batch", "2026-11-04T10:00:00+01:00,\"why\n\"2026-11-04T10:00:00+01:00\"\n\"2026-11-04T13:00:00+01:00\"\n", 1, []string{
			"error: line 1: a quoted field is never closed, or something follows its end", "open default", "closed default",
		}},
		{"an open quote before many rows", "open --batch", "x,\"why\n" + strings.Repeat("2026-11-04T10:00:00+01:00\n", 2*mostLines) + "\"", 1, slices.Concat(
			[]string{"error: line 1: a quoted field is never closed, or something follows its end"}, slices.Repeat([]string{"open default"}, 2*mostLines),
			[]string{"error: line " + strconv.Itoa(2*mostLines+2) + ": a quoted field is never closed, or something follows its end"},
		)},
		{"a remark on three lines", "due --batch", "start,minutes,why\n2026-11-04T12:30:00+01:00,60,\"because\n\n\"\"so\"\"\"\nhier,60\n\n2026-11-04T12:00:00+01:00,60\n", 1, []string{
			"2026-11-05T08:30:00+01:00", `error: "hier" is not an instant such as 2026-03-27T16:30:00+01:00`, "error: line 6 is blank: want START,MINUTES", "2026-11-04T13:00:00+01:00",
		}},
		{"a very long line", "open --batch", "2026-11-04T10:00:00+01:00," + strings.Repeat("x", 1<<20) + "\n2026-11-04T13:00:00+01:00\n", 0, []string{"open default", "closed default"}},
		{"explanations", "explain --batch", "2026-11-10T16:30:00+01:00,60\n2026-11-21T12:00:00+01:00,0\n", 0, []string{
			"1 h of working time from Tuesday 10 November 2026 at 16:30, Europe/Paris; Tue 2026-11-10, default, 16:30-17:00, 30 min, 30 min left; " +
				"Wed 2026-11-11, default, closed, 11 novembre; Thu 2026-11-12, default, 08:00-08:30, 30 min, done; due 2026-11-12T08:30:00+01:00",
			"no minute of working time from Saturday 21 November 2026 at 12:00, Europe/Paris; due 2026-11-21T12:00:00+01:00",
		}},
	} {
		code, out, errs := sla(t, tc.args, tc.in)
		want := strings.Join(append(tc.want, ""), "\n")
		if code != tc.code || out != want || errs != "" {
			t.Errorf("%s: %d\n%s%s\nwant %d\n%s", tc.why, code, out, errs, tc.code, want)
		}
	}
}

func TestSLABatchAnswersTheOraclesFigures(t *testing.T) {
	for file, question := range map[string]string{"golden.csv": "due", "due-cases.csv": "due", "elapsed-cases.csv": "elapsed"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "sla", "calendar", "testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil || len(rows) < 17 {
			t.Fatalf("%s: %d rows, %v", file, len(rows), err)
		}
		var want strings.Builder
		for _, row := range rows[1:] {
			want.WriteString(row[2] + "\n")
		}
		if code, out, errs := sla(t, question+" --batch", string(data)); code != 0 || out != want.String() || errs != "" {
			t.Errorf("%s: %d %s", file, code, errs)
		}
	}
}

func TestSLABatchStopsWhenItIsInterruptedOrCannotRead(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	if code := runSLA(ctx, []string{"open", "--batch"}, strings.NewReader("2026-11-04T10:00:00+01:00\n"), &out, &errs); code != 1 || out.Len() > 0 {
		t.Errorf("interrupted: %d %q", code, out.String())
	}
	out.Reset()
	if code := runSLA(context.Background(), []string{"open", "--batch"}, iotest.ErrReader(errors.New("the pipe broke")), &out, &errs); code != 1 || out.String() != "error: the pipe broke\n" {
		t.Errorf("no input: %d %q", code, out.String())
	}
}

func sla(t *testing.T, args, in string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = runSLA(context.Background(), strings.Fields(args), strings.NewReader(in), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func calendarJSON(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "hours.json")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
