// Package i18n says everything in French or in English: sentences, plurals,
// dates, hours, numbers.
//
// How a sentence reaches a person:
//
//  1. Each area of the product owns a pair of files, locales/<area>.fr.toml
//     and locales/<area>.en.toml. [Load] reads all that are embedded: a new
//     pair needs no line of code. It refuses a catalogue with a broken
//     template, a key defined twice or a key without a sentence.
//  2. [Catalog.Match] picks the language from what the browser accepts,
//     [Catalog.Printer] binds it to the reader's time zone, and [With] puts
//     the [Printer] into the request's context.
//  3. Whoever writes for the person asks [From] for the Printer and says
//     T("tickets.opened", "Ref", 12345), or N for a plural. Packages that
//     cannot know the reader return a fault.Message, and the edge hands it to
//     [Printer.Say].
//
// A catalogue entry is a Go template whose values are named:
//
//	[tickets.opened]
//	other = "La demande {{.Ref}} est ouverte."
//
//	[tickets.waiting]
//	one   = "{{.Count}} demande attend votre réponse."
//	other = "{{.Count}} demandes attendent votre réponse."
//
// French has a third form, many, for whole millions ("1 000 000 de
// demandes"); where it is left out, other serves. The words one, many, other,
// id and description have a meaning of their own at the end of a key: call it
// something else.
//
// Typography is done here. Catalogues are written with ordinary spaces; Load
// sets the no-break spaces that French wants before : ; ? ! % and inside « ».
// Every no-break space that the package emits is [NBSP].
//
// French is the default wherever a language is missing or unknown, and a key
// that nobody wrote shows as ⟦the.key⟧, which the tests of this package look
// for in every Go and templ file.
package i18n
