package mail

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with the one that is kept.
func golden(t *testing.T, path, got string) {
	t.Helper()
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
		t.Errorf("%s differs; look at it after go test ./app/mail -update. Now:\n%s", path, got)
	}
}

// answers are what servers say: a code, with the enhanced one that stands beside it.
var answers = []smtp.SMTPError{
	{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "shutting down"},
	{Code: 421, Message: "too many connections"},
	{Code: 432, EnhancedCode: smtp.EnhancedCode{4, 7, 12}, Message: "password transition needed"},
	{Code: 450, Message: "mailbox busy"},
	{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 1, 1}, Message: "unverified address"},
	{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "greylisted"},
	{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 4, 1}, Message: "no answer from host"},
	{Code: 451, Message: "local error"},
	{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "try later"},
	{Code: 452, Message: "insufficient storage"},
	{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox full"},
	{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "system full"},
	{Code: 454, EnhancedCode: smtp.EnhancedCode{4, 7, 0}, Message: "temporary authentication failure"},
	{Code: 500, Message: "command unrecognized"},
	{Code: 501, EnhancedCode: smtp.EnhancedCode{5, 1, 3}, Message: "bad address syntax"},
	{Code: 503, Message: "bad sequence"},
	{Code: 521, Message: "takes no mail"},
	{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "authentication required"},
	{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong password"},
	{Code: 550, Message: "no"},
	{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"},
	{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 2, 1}, Message: "mailbox disabled"},
	{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "policy"},
	{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "too large"},
	{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "sender not owned"},
	{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "relay access denied"},
	{Code: 556, EnhancedCode: smtp.EnhancedCode{5, 1, 10}, Message: "null MX"},
}

// fate is what a judgement says, in a word.
func fate(err error) string {
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		if refused.Gone {
			return "gone"
		}
		return "refused"
	}
	return string(whoseTrouble(err))
}

func TestWhatEachAnswerMeansAtEachStage(t *testing.T) {
	stages := []stage{atConnect, atSignIn, atFrom, atTo, atData}
	var grid strings.Builder
	fmt.Fprintf(&grid, "%-46s", "")
	for _, s := range stages {
		fmt.Fprintf(&grid, "%-9s", s)
	}
	for _, a := range answers {
		fmt.Fprintf(&grid, "\n%-46s", said(&a))
		for _, s := range stages {
			fmt.Fprintf(&grid, "%-9s", fate(judge(s, fmt.Errorf("mail.test: %w", &a))))
		}
	}
	fmt.Fprintf(&grid, "\n%-46s", "the connection breaks")
	for _, s := range stages {
		fmt.Fprintf(&grid, "%-9s", fate(judge(s, errors.New("EOF"))))
	}
	golden(t, "testdata/answers.golden", regexp.MustCompile(` +\n`).ReplaceAllString(grid.String()+"\n", "\n"))
}

func TestOnlyWhatIsSaidOfTheReaderOrTheLetterRefusesIt(t *testing.T) {
	for _, a := range answers {
		for _, s := range []stage{atConnect, atSignIn} {
			if f := fate(judge(s, &a)); f != string(Server) {
				t.Errorf("%s at %s: %s", said(&a), s, f)
			}
		}
		for _, s := range []stage{atFrom, atTo, atData} {
			if f := fate(judge(s, &a)); a.Code < 500 && (f == "refused" || f == "gone") {
				t.Errorf("%s at %s is %s: it is no refusal", said(&a), s, f)
			}
		}
	}
	if judge(atTo, nil) != nil {
		t.Error("a letter that was taken is judged")
	}
}

func TestPausesGrow(t *testing.T) {
	var domain, server []string
	for n := range 12 {
		domain = append(domain, pauseFor("academie.test", n+1).String())
		server = append(server, pauseFor("", n+1).String())
	}
	if got := strings.Join(domain, " "); got != "1m0s 2m0s 4m0s 8m0s 16m0s 32m0s 1h0m0s 1h0m0s 1h0m0s 1h0m0s 1h0m0s 1h0m0s" {
		t.Error(got)
	}
	if got := strings.Join(server, " "); got != "10s 20s 40s 1m20s 2m40s 5m0s 5m0s 5m0s 5m0s 5m0s 5m0s 5m0s" {
		t.Error(got)
	}
}
