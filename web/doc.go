// Package web is what people see of AMIGO: pages, forms, sessions, and the door
// through which programs come in.
//
// # The way of a request
//
//  1. routes.go lists every route in one table: verb, path, for whom, who
//     answers. What is not in the table is not there, and what stands there for
//     nobody does not build.
//  2. middleware.go names and logs the request, catches panics, sets the headers
//     that keep pages from being misused, finds the reader's language, reads the
//     session, and puts into the context who acts (people.As), with the rights
//     that they have at this moment. The door of the route opens or does not.
//  3. A request that changes something has to come from one of our own pages:
//     csrf.go checks the origin and the form's token, form.go has read the form.
//  4. The handler says to the desk, or to another package below, what the form
//     asks for. It holds no rule. Files are named after their subject: queue.go,
//     ask.go, ticket.go; report*.go and calendar*.go for supervisors, admin*.go
//     for who looks after the installation and its mail; signin.go for coming
//     and going.
//  5. What was done answers 303 to a page, with a sentence left for it
//     ([Server.flash]). What was refused goes to errors.go: a form comes back
//     filled, 422, with a message beside the field; anything else becomes a page
//     that says what happened, what was kept, what to do.
//  6. A page is a templ component in page_*.templ, made of web/ui, inside the
//     frame that frame.go and navigation.go build. [Server.show] draws it whole
//     before the first byte goes out.
//
// # Programs
//
// The JSON API (api*.go) has a door of its own: api_door.go takes a bearer token
// in the place of a session and a proof, with the rights that its person has now.
// Its operations are huma's: the types of an operation are its checks and its
// part of the OpenAPI document. It calls the same methods as the pages, and
// api_fault.go tells a program as a problem (RFC 9457) what a page would say.
//
// # To add a page
//
// Write the handler and its page; add a line to the table in routes.go; if it
// belongs into the navigation, add it in navigation.go. Its sentences go to
// app/i18n/locales. The test of the permission matrix asks for the new route by
// every kind of person without being told.
//
// # Sessions
//
// The cookie holds a random token, the database its hash with the person, their
// account at the provider and what the session knows ([visit]). A new token at
// sign-in; thirty minutes idle or eight hours end it, and so do signing out, the
// provider (back-channel), and a person who is disabled. session.go is how, and
// store_session.go where.
package web
