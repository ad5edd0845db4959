// Package words turns text into the tokens that search compares.
//
// PostgreSQL and SQLite would each cut, fold and stem French in a way of its
// own, and neither well. So it happens here, once: both databases index the
// same tokens, made of a-z and 0-9 only, which their simplest tokenizers leave
// alone.
//
// What happens to a text, in [Tokens]:
//
//  1. Folding: NFKD, lower case, no accents; œ is oe, ß is ss. A letter of
//     another script becomes u and its number, so that it can still be found.
//  2. Cutting at whatever is neither letter nor digit. A single mark between
//     two letters makes a compound: I-Prof gives iprof, i and prof, and
//     ce.0761234a@ac-normandie.fr one token for the whole and one a part.
//     Elided articles go (l'imprimante), and so do the pronouns of a question
//     (pouvez-vous) and English endings ('s, 'll).
//  3. Stop words go, those of the text's language. A text of nothing else
//     keeps them.
//  4. Stemming by Snowball, after folding, so that élève and eleve meet. A
//     token with a digit in it (a UAI code, a reference) stays whole. A text
//     of unknown language gets the stems of both.
//
// [Query] reads what a person types into the search box. It does not know the
// language of what it looks for, so each [Term] lists the forms that either
// language would have stored.
package words
