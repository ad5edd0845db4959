// Package mailtest lets mail travel through real servers, and looks at what arrives.
//
// There are two of them beside AMIGO, on this machine and of the tests' own (see .ci/mailservers): a mail
// server (Postfix or Exim) and Dovecot. The roads between them:
//
//	client ── SMTP ──▶ mail server ── LMTP ──▶ AMIGO                    to assistance@academie.test, +… too
//	AMIGO ─── SMTP ──▶ mail server ── LMTP ──▶ Dovecot ── IMAP ──▶ test   letters, to people who have a mailbox
//	client ── SMTP ──▶ mail server ── LMTP ──▶ Dovecot ── IMAP ──▶ AMIGO  to depannage@academie.test
//
// Dovecot knows p01 to p30, technicien, superviseur and depannage, under one password. Letters to anybody else
// come back as the mail server says it: by a delivery report. Only refuse@academie.test is refused at once.
//
// [Servers] are the two of them, by the variables that `make test` sets. [Start] runs the whole product between
// them, in the true time. What is told of it stands in the tests: a hundred mails that travel all the way, whom a
// forged proof deceives, and a mailbox that is read while it changes.
package mailtest
