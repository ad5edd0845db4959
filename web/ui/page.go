package ui

// Page is what a page tells the layout around it. Draw it with
// [Page.Accueil], for requesters and the public, or [Page.Atelier], for those
// who work all day; the page itself goes inside and begins with its only h1.
type Page struct {
	Title   string     // of the window, without the product's name
	Theme   string     // "amigo" or "amigo-dark" when the reader chose; "" follows the device
	Tagline string     // Accueil: whose assistance this is
	Nav     []NavGroup // by role; Accueil shows the first group only
	New     *Link      // the way to a new ticket
	Hours   *Hours     // opening hours today
	Viewer  *Viewer    // nil: not signed in
	SignIn  string     // address of the sign-in, shown when nobody is
	Flashes []Flash
	CSRF    string // token of the forms in the layout
	Foot    []Link // legal pages, accessibility, language
	Bare    bool   // only what is inside: for a page that renews itself
	Live    string // where an open page asks for what is new on it; "" where nothing moves
	Stay    *Stay  // the reader's session; nil without one
}

// Stay is how long a session lasts, in seconds: if nobody does anything, and at
// most.
type Stay struct{ Ends, Longest int }

// Link is a word that leads somewhere. Whole makes the browser load the page
// as a whole, for what leaves AMIGO or changes its language.
type Link struct {
	Label, Href, Icon string
	Whole             bool
}

// NavGroup is a run of entries in the navigation. Label may be empty.
type NavGroup struct {
	Label string
	Items []NavItem
}

// NavItem is one entry. Count is written out already ("1 204"); empty means no
// count, never zero. Key is what leads there: "g m" is G, then M.
type NavItem struct {
	Label, Href, Icon, Count string
	Key                      string
	Current                  bool
}

// Hours says whether somebody answers now. Words is "Ouvert jusqu'à 13 h",
// Detail "mercredi, période scolaire".
type Hours struct {
	Open          bool
	Words, Detail string
}

// Viewer is who is signed in.
type Viewer struct {
	Person
	Key     string // tells viewers apart in the browser; not their login
	SignOut string // posted to, with the page's CSRF token
	Links   []Link // profile, language, theme
}

// Flash is one sentence about what just happened. The zero Meaning is plain
// news. Sent names the draft (see [Form]) that went through and can be
// forgotten by the browser.
type Flash struct {
	Meaning Meaning
	Text    string
	Sent    string
}
