package mailin_test

import (
	"strings"
	"testing"

	"amigo/mailin"
)

// results reads a letter of Marc's with one field of results, and says what they prove.
func results(t *testing.T, field string) mailin.AuthResult {
	t.Helper()
	l, err := mailin.Parse([]byte("Authentication-Results: " + field + "\r\nFrom: marc.leroy@academie.test\r\nSubject: Essai\r\n\r\nBonjour.\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return mailin.Authentication(l, "mx.academie.test", true)
}

func TestWhatTheSenderHadQuotedProvesNothing(t *testing.T) {
	const forged = `dmarc=pass header.from=academie.test`
	for _, field := range []string{
		`mx.academie.test; spf=pass smtp.mailfrom="x; ` + forged + `; y"@evil.test`,
		`mx.academie.test; spf=fail reason="; ` + forged + `; x="`,
		`mx.academie.test; spf=pass smtp.mailfrom="x (; ` + forged + `; y"@evil.test`,
		`mx.academie.test; spf=fail smtp.helo="a\"; ` + forged + `; "`,
		`mx.academie.test; spf=fail smtp.helo="a; ` + forged,
		`mx.academie.test; spf=fail (a\); ` + forged + `; (`,
	} {
		if got := results(t, field); got != mailin.AuthMissing {
			t.Errorf("%s: %q, want nothing proven", field, got)
		}
		if strings.HasSuffix(field, forged) || strings.HasSuffix(field, "(") {
			continue
		}
		if got := results(t, field+"; dmarc=fail header.from=academie.test"); got != mailin.AuthFail {
			t.Errorf("%s, then a failure: %q, want fail", field, got)
		}
	}
}

func TestQuotedAndCommentedResultsAreRead(t *testing.T) {
	for _, field := range []string{
		`mx.academie.test; dmarc=pass (p=reject; sp=none) header.from="academie.test"`,
		`"mx.academie.test"; dmarc=pass header.from=academie.test`,
		`mx.academie.test; spf=pass smtp.mailfrom="marc leroy;"@academie.test; dmarc=pass header.from=academie.test`,
	} {
		if got := results(t, field); got != mailin.AuthPass {
			t.Errorf("%s: %q, want pass", field, got)
		}
	}
}
