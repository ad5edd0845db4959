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

// Servers write their field above their own Received or right below it, and others
// hand the message on: where it stands says nothing but how near to the top it is.
func TestAFieldCountsWhereverOurServerWritesItAndNoneBelow(t *testing.T) {
	const (
		pass   = "Authentication-Results: mx.academie.test; dmarc=pass header.from=academie.test\r\n"
		fail   = "Authentication-Results: mx.academie.test; dmarc=fail header.from=academie.test\r\n"
		silent = "Authentication-Results: mx.academie.test; spf=none\r\n"
		border = "Received: from a.test by mx.academie.test with ESMTP; Mon, 2 Mar 2026 09:41:13 +0100\r\n"
		inner  = "Received: from mx.academie.test by boites.academie.test with LMTP; Mon, 2 Mar 2026 09:41:14 +0100\r\n"
		theirs = "Received: from poste.test by a.test with ESMTP; Mon, 2 Mar 2026 09:41:12 +0100\r\n"
	)
	for _, c := range []struct {
		head string
		want mailin.AuthResult
	}{
		{pass + border + theirs, mailin.AuthPass},
		{border + pass + theirs, mailin.AuthPass},
		{inner + border + pass + theirs, mailin.AuthPass},
		{inner + pass + border + theirs, mailin.AuthPass},
		{fail + border + pass, mailin.AuthFail},
		{border + fail + theirs + pass, mailin.AuthFail},
		{border + fail + pass, mailin.AuthFail},
		{inner + silent + border + pass, mailin.AuthMissing},
		{inner + border + silent + theirs + pass, mailin.AuthMissing},
	} {
		l, err := mailin.Parse([]byte(c.head + "From: marc.leroy@academie.test\r\nSubject: Essai\r\n\r\nBonjour.\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := mailin.Authentication(l, "mx.academie.test", true); got != c.want {
			t.Errorf("%q, want %q, under\n%s", got, c.want, c.head)
		}
	}
}
