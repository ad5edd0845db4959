// Package seal signs what leaves the house and must come back unchanged:
// links for guests, the address that a reply is sent to, satisfaction and
// sign-in links. It also encrypts the few values that must not be read where
// they lie.
//
// Every sealed thing has a purpose, a short name such as "reply" or "guest".
// Each purpose has keys of its own, derived from the installation's secret by
// HKDF (RFC 5869), so a token made for one purpose opens nothing else.
//
//   - [Sealer.Seal] and [Sealer.Open]: a token for a link, with an expiry. An
//     expired token is told apart ([ErrExpired]) and still gives its payload,
//     so that the page can offer a new one.
//   - [Sealer.Code] and [Sealer.OpenCode]: a short form without expiry for the
//     local part of a mail address: a-z and 2-7 only, upper and lower case
//     alike. [Pack] makes its payload small: a ticket and a person fit into
//     the 64 characters that RFC 5321 allows.
//   - [Sealer.Encrypt] and [Sealer.Decrypt]: secrecy at rest (AES-256-GCM).
//
// Seal and Code hide nothing: anybody can read the payload, nobody can make
// one. Signatures are HMAC-SHA-256 cut to 128 bits (RFC 2104 section 5),
// compared in constant time. Each payload has exactly one token for a given
// expiry and key: other spellings of the same bytes are refused.
//
// Secrets rotate: the first of the list signs, all of them open. Put a new one
// in front, and drop the old one when its last token has expired.
package seal
