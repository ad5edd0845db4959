// Package fault names the ways in which a request can fail.
//
// There are five kinds, and every error that leaves a domain package is one of
// them or an accident:
//
//   - Invalid: what was asked cannot be right; the person can mend it.
//   - NotFound: there is no such thing, or none that this person may see. The
//     two are never told apart.
//   - Conflict: somebody changed the thing meanwhile; read it again.
//   - Denied: the person may see the thing but not do this with it.
//   - Unavailable: something outside does not answer; try again later.
//
// Callers ask for the kind with errors.Is. A message for people is an i18n key
// that travels in [Fields] or in [Problem], never the text of the error; only
// the edges (web, mailin, cmd) turn kinds into status codes and sentences.
package fault
