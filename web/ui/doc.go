// Package ui is what the pages of AMIGO are made of: two layouts and some
// thirty components, in templ. It knows words and shapes, never a ticket: each
// component is a struct of texts that the page has ready, and a method that
// draws it.
//
//	@ui.Page{Title: "Mon équipe", Nav: nav, Viewer: viewer}.Atelier() {
//		@ui.Head{Title: "Mon équipe", Count: "34"}.View() {
//			@ui.Search{Action: "/tickets"}.View()
//		}
//		@ui.Queue{Caption: "Mon équipe, par échéance", Rows: rows}.View()
//	}
//
// Where to start: page.go, document.templ and the two layouts, accueil.templ
// and atelier.templ; field.go and field.templ for forms; queue.templ and
// message.templ for the work itself. One component, one file. The gallery test
// draws everything there is: go test ./web/ui -gallery FOLDER.
//
// # What a page may count on
//
//  1. The layout gives the document, the skip link, the navigation, the
//     flashes and the main element. The page gives its only h1: by [Head] in
//     Atelier, as a plain <h1 tabindex="-1"> in Accueil.
//  2. Texts come from the page, in the reader's language, times already
//     written by i18n.Printer. A component's own words come from the
//     catalogue "ui", through i18n.From(ctx).
//  3. Built files come from [WithAssets]; without it from /assets/.
//  4. Layout between components is Tailwind's (flex, gap-4, mt-2), colours and
//     sizes are words of web/styles/theme.css: text-quiet, text-link,
//     text-soon, text-late, text-done, text-paused, bg-soft-late, border-line,
//     text-small, text-body, text-read, text-h1 to text-h3, and the variants
//     fold: (700 px) and peek: (1200 px). Only classes that stand in a .templ
//     file reach the browser. There are no style attributes and no scripts in
//     a page: the content policy forbids them.
//
// # What works without JavaScript
//
// Everything. A form posts and is answered by a page; a menu is a <details>; a
// dialog is a part of the page to which its opener leads. The server answers a
// form that was accepted with 303, one that was not with 422 and the same page,
// filled, [Problems] above the form.
//
// # What htmx 4 adds
//
// The body carries hx-boost:inherited, so links and forms of our own origin are
// fetched and the body replaced, whatever the status of the answer: 4xx pages
// are shown like any other. Attributes are inherited only when they say so
// (hx-target:inherited). Nothing here is evaluated: no hx-on, no js: values, no
// filters in hx-trigger.
//
//   - What leaves our origin (sign-in, sign-out) or changes the language sets
//     Whole, which is hx-boost="false". A handler that must send a boosted
//     request elsewhere answers with the header HX-Redirect.
//   - HX-Request-Type is "full" when the whole page is asked for and "partial"
//     when a part is; HX-Boosted tells a followed link.
//   - A part of a page that renews itself has an id and hx-get, hx-trigger,
//     hx-swap="outerMorph": morphing keeps focus, scroll and what is typed.
//     hx-status:422="select:#form" narrows an answer by its status.
//   - What changes elsewhere is heard by one line for all pages of a browser
//     (scripts/live.js); a part that renews itself asks for itself anew.
//   - A link or form that is waiting for its answer ignores being pressed again
//     (hx-sync:inherited="drop"). A box that searches as one types says
//     hx-sync="replace".
//   - What people wrote stands inside hx-ignore, so that markup that slipped
//     through a cleaner cannot ask for anything. [Message] does that.
//
// # What our scripts add
//
// Attributes ask for it: data-key="n" (a key that presses), data-search (the
// box that / leads to), data-rows (a list for j and k), data-grow and
// data-send on a text, data-draft on a form, data-ages on a time, data-dialog
// on an opener, data-focus on what should have the focus when the page shows.
package ui
