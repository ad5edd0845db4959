// Package sso proves who someone is: an identity provider says it, AMIGO
// checks that it was really said, now, to us, and for this browser.
//
// [Provider] is the seam. [OIDC] is an OpenID Connect client. A sign-in:
//
//  1. [Provider.Start] gives the address of the provider and an [Attempt]: three
//     secrets that only this browser's session keeps. PKCE is always used.
//  2. The provider sends the browser back. [Provider.Finish] reads that answer
//     against the attempt: the state is this browser's (no forged request), the
//     issuer is the one that was asked (RFC 9207: no mix-up), the code is
//     exchanged with the verifier (RFC 7636: a stolen code is worth nothing), the
//     ID token is signed with RS256 or ES256 by a key of the provider, for us,
//     with our nonce, and still valid.
//  3. The answer is a [people.Identity]; [people.Directory.SignIn] knows whose
//     it is. An account is (issuer, subject) and never a mail address.
//
// The provider is looked up when it is first needed, so AMIGO starts without
// it; while it does not answer, sign-in is fault.Unavailable, and nothing else
// is. Signing out goes to the provider too ([Provider.SignOut]), and the
// provider can end sessions by itself ([Provider.BackChannel]).
//
// [Demo] is an identity provider for demonstrations: a real one, that asks
// which of the demonstration's people one would like to be. It exists on a
// database that bears the mark of a demonstration, for a browser on the same
// machine, and answers 404 to everyone else.
package sso
