package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/people"
)

// audience says for whom a route is. What a route does for whom in particular
// is the business of the packages below; this is the door.
type audience string

// The doors, from the widest to the narrowest. A route without one is opened
// for nobody: [Server.install] refuses to build.
const (
	forAnyone         audience = "anyone"                    // signed in or not
	forHolders        audience = "holders"                   // of a signed link: it is the proof, and no session is read or begun
	forMachines       audience = "machines"                  // no session is read: assets, probes, providers, the API with its tokens
	forRequesters     audience = audience(people.Requester)  // whoever is signed in
	forTechnicians    audience = audience(people.Technician) // and supervisors, and administrators
	forSupervisors    audience = audience(people.Supervisor) // and administrators
	forAdministrators audience = audience(people.Administrator)
)

// role is the least role that passes the door; ok is false where none is asked for.
func (a audience) role() (r people.Role, ok bool) {
	r = people.Role(a)
	return r, r.Valid()
}

// route is one line of the table: what is asked for, by whom, and who answers.
type route struct {
	method, path string
	by           audience
	to           echo.HandlerFunc
	patience     time.Duration // how long it may take; 0: usualPatience
	body         int64         // bytes that it reads at most; 0: usualBody
	quiet        bool          // scripts ask for it by themselves: it keeps no session alive
}

// Limits of a request.
const (
	usualPatience  = 30 * time.Second
	uploadPatience = 10 * time.Minute
	endless        = -1 // for streams of events

	usualBody  = 2 << 20
	uploadBody = 300 << 20 // of which form.go keeps what one message may hold
)

// get and post are the two verbs that pages have; postFiles is a post with files.
func get(path string, by audience, to echo.HandlerFunc) route {
	return route{method: http.MethodGet, path: path, by: by, to: to}
}

func post(path string, by audience, to echo.HandlerFunc) route {
	return route{method: http.MethodPost, path: path, by: by, to: to}
}

func postFiles(path string, by audience, to echo.HandlerFunc) route {
	return route{method: http.MethodPost, path: path, by: by, to: to, patience: uploadPatience, body: uploadBody}
}

// byItself is a route that the scripts of a page ask for without being told.
func byItself(r route) route {
	r.quiet = true
	return r
}

// table is every route that there is. A test walks it: each route, asked for by
// each kind of person, opens or stays shut as its line says.
func (s *Server) table() []route {
	return []route{
		// Machines: what browsers load, what a supervisor of processes asks.
		get("/assets/:hash/:name", forMachines, s.asset),
		get("/healthz", forMachines, s.healthz),
		get("/readyz", forMachines, s.readyz),
		get("/.well-known/security.txt", forMachines, s.securityText),
		get(picturePath+":token", forMachines, s.picture), // its address is signed: the frame that shows it has no session

		// Anyone: help for those who cannot sign in, and what the law wants said.
		get("/", forAnyone, s.home),
		get("/aide", forAnyone, s.help),
		get("/aide/:guide", forAnyone, s.guide),
		get("/fichiers/:token", forAnyone, s.handedOut),
		get("/accessibilite", forAnyone, s.accessibility),
		get("/donnees-personnelles", forAnyone, s.privacy),

		// Whoever holds the link of a letter: what they think of a solution.
		get("/satisfaction/:code", forHolders, s.satisfactionShow),
		post("/satisfaction/:code", forHolders, s.satisfactionRate),

		// Signing in and out.
		get("/auth/oidc/login", forAnyone, s.signIn),
		get("/auth/oidc/callback", forAnyone, s.callback),
		post("/auth/oidc/backchannel", forMachines, s.backChannel),
		post("/auth/logout", forRequesters, s.signOut),

		// Requesters and above: one's own tickets; for technicians, all of them.
		get("/tickets", forRequesters, s.ticketList),
		get("/tickets/new", forRequesters, s.ticketAsk),
		postFiles("/tickets/new", forRequesters, s.ticketOpen),
		get("/tickets/new/people", forRequesters, s.ticketPeople),
		get("/tickets/:ref", forRequesters, s.ticketShow),
		byItself(get("/tickets/rows", forTechnicians, s.queueRows)),
		byItself(get("/tickets/:ref/news", forRequesters, s.ticketNews)),
		postFiles("/tickets/:ref/reply", forRequesters, s.ticketReply),
		post("/tickets/:ref/reopen", forRequesters, s.ticketReopen),
		post("/tickets/:ref/follow", forRequesters, s.ticketFollow),
		post("/tickets/:ref/unfollow", forRequesters, s.ticketUnfollow),
		get("/attachments/:id", forRequesters, s.file),
		get("/attachments/:id/preview", forRequesters, s.filePreview),
		postFiles("/drafts", forRequesters, s.draftKeep), // what is being written, kept while one types

		// Requesters and above: what changes while a page is open, and who is there.
		byItself(route{method: http.MethodGet, path: "/live", by: forRequesters, to: s.live, patience: endless}),
		byItself(post("/live/here", forTechnicians, s.liveHere)),
		byItself(get("/session/stay", forRequesters, s.sessionStay)),
		post("/session/stay", forRequesters, s.sessionStay),

		// Requesters and above: looking for anything that one may see.
		get("/search", forRequesters, s.searchPage),
		get("/search/part", forRequesters, s.searchPart),

		// Requesters and above: what one wants to be written about, and where.
		get("/preferences", forRequesters, s.preferencesShow),
		post("/preferences", forRequesters, s.preferencesChoose),
		post("/preferences/addresses", forRequesters, s.addressConfirm),

		// Technicians and above: what one keeps of the queue, and how one sees it.
		get("/tickets/:ref/peek", forTechnicians, s.ticketPeek),
		get("/views", forTechnicians, s.viewList),
		post("/views", forTechnicians, s.viewSave),
		post("/views/remove", forTechnicians, s.viewRemove),
		post("/views/columns", forTechnicians, s.columnsChoose),

		// Technicians and above: the work on a ticket.
		post("/tickets/:ref/assign", forTechnicians, s.ticketAssign),
		post("/tickets/:ref/wait", forTechnicians, s.ticketWait),
		post("/tickets/:ref/change", forTechnicians, s.ticketChange),
		post("/tickets/:ref/read", forTechnicians, s.ticketRead),
		post("/tickets/:ref/watch", forTechnicians, s.ticketWatch),
		post("/tickets/:ref/tags", forTechnicians, s.ticketTags),
		post("/tickets/:ref/checks", forTechnicians, s.ticketChecks),
		post("/tickets/:ref/checks/point", forTechnicians, s.ticketCheck),
		post("/tickets/:ref/spend", forTechnicians, s.ticketSpend),
		post("/tickets/:ref/wake", forTechnicians, s.ticketWake),
		post("/tickets/:ref/link", forTechnicians, s.ticketLink),
		post("/tickets/:ref/unlink", forTechnicians, s.ticketUnlink),
		post("/tickets/:ref/adopt", forTechnicians, s.ticketAdopt),
		get("/tickets/:ref/merge", forTechnicians, s.ticketMergeShow),
		post("/tickets/:ref/merge", forTechnicians, s.ticketMerge),
		get("/tickets/:ref/split", forTechnicians, s.ticketSplitShow),
		post("/tickets/:ref/split", forTechnicians, s.ticketSplit),
		get("/tickets/:ref/history", forTechnicians, s.ticketHistory),
		postFiles("/tickets/:ref/solve", forTechnicians, s.ticketSolve),
		get("/tickets/:ref/letters/:id", forTechnicians, s.ticketLetterShow),
		get("/tickets/:ref/letters/:id/body", forTechnicians, s.ticketLetterBody),
		post("/tickets/:ref/letters/:id/again", forTechnicians, s.ticketLetterAgain),
		post("/tickets/:ref/party", forTechnicians, s.ticketParty),
		post("/tickets/:ref/party/remove", forTechnicians, s.ticketPartyRemove),

		// Technicians and above: what one is writing, what is on its way, and what helps
		// to write.
		get("/drafts", forTechnicians, s.draftList),
		byItself(get("/drafts/:id", forTechnicians, s.draftLeft)),
		post("/drafts/:id/back", forTechnicians, s.draftBack),
		post("/drafts/:id/now", forTechnicians, s.draftNow),
		post("/drafts/:id/drop", forTechnicians, s.draftDrop),
		get("/templates", forTechnicians, s.templateList),
		get("/templates/new", forTechnicians, s.templateShow),
		post("/templates/new", forTechnicians, s.templatePut),
		get("/templates/:id", forTechnicians, s.templateShow),
		post("/templates/:id", forTechnicians, s.templatePut),
		post("/templates/:id/remove", forTechnicians, s.templateRemove),
		get("/tickets/:ref/templates/:id", forTechnicians, s.ticketTemplate),
		post("/preferences/signature", forTechnicians, s.signatureChoose),
		// Technicians and above: many tickets changed in one go.
		get("/bulk", forTechnicians, s.bulkList),
		post("/bulk", forTechnicians, s.bulkGather),
		get("/bulk/:id", forTechnicians, s.bulkShow),
		post("/bulk/:id", forTechnicians, s.bulkPlan),
		post("/bulk/:id/start", forTechnicians, s.bulkStart),
		post("/bulk/:id/stop", forTechnicians, s.bulkStop),
		byItself(get("/bulk/:id/progress", forTechnicians, s.bulkProgress)),

		// Technicians and above: where colleagues' notes name one.
		get("/mentions", forTechnicians, s.mentionList),
		post("/mentions/read", forTechnicians, s.mentionRead),

		// Technicians and above: a message as its sender laid it out, for a frame.
		get("/tickets/:ref/messages/:id/mail", forTechnicians, s.ticketMailDocument),

		// Technicians and above: the mail that came in.
		get("/admin/mail", forTechnicians, s.mailList),
		post("/admin/mail/replay", forTechnicians, s.mailReplayAll),
		get("/admin/mail/:id", forTechnicians, s.mailShow),
		get("/admin/mail/:id/raw", forTechnicians, s.mailRaw),
		get("/admin/mail/:id/body", forTechnicians, s.mailDocument),
		post("/admin/mail/:id/accept", forTechnicians, s.mailAccept),
		post("/admin/mail/:id/discard", forTechnicians, s.mailDiscard),
		post("/admin/mail/:id/replay", forTechnicians, s.mailReplay),

		// Technicians and above: who is away. Whose absence one may note is for
		// the directory to say.
		get("/admin/absences", forTechnicians, s.absenceList),
		post("/admin/absences", forTechnicians, s.absencePut),
		post("/admin/absences/:id/end", forTechnicians, s.absenceEnd),

		// Supervisors and above: what is promised, and how long the desk waits.
		get("/admin/policies", forSupervisors, s.policyList),
		get("/admin/policies/new", forSupervisors, s.policyNew),
		post("/admin/policies/new", forSupervisors, s.policyAdd),
		post("/admin/policies/rejudge", forSupervisors, s.policyRejudge),
		get("/admin/policies/:id", forSupervisors, s.policyShow),
		post("/admin/policies/:id", forSupervisors, s.policyChange),
		post("/admin/policies/:id/move", forSupervisors, s.policyMove),
		post("/admin/policies/:id/retire", forSupervisors, s.policyRetire),
		get("/admin/mail/rules", forSupervisors, s.rulesShow),
		post("/admin/mail/rules", forSupervisors, s.rulesChange),
		post("/admin/mail/:id/sender", forSupervisors, s.mailSender),
		get("/admin/delays", forSupervisors, s.delaysShow),
		post("/admin/delays", forSupervisors, s.delaysChange),

		// Supervisors and above: reports.
		get("/reports", forSupervisors, s.reports),
		get("/reports/tickets", forSupervisors, s.reportTickets),
		get("/reports/resolution.csv", forSupervisors, s.reportFile),
		get("/reports/resolution.xlsx", forSupervisors, s.reportWorkbook),
		get("/reports/sent", forSupervisors, s.reportsSent),
		get("/reports/sent/:id", forSupervisors, s.reportSent),
		get("/reports/choices", forSupervisors, s.reportChoices),
		post("/reports/choices", forSupervisors, s.reportChoose),

		// Supervisors and above: calendars, what they will be, whose they are.
		get("/admin/calendars", forSupervisors, s.calendarList),
		get("/admin/calendars/new", forSupervisors, s.calendarsAgain),
		post("/admin/calendars/new", forSupervisors, s.calendarNew),
		get("/admin/calendars/places", forSupervisors, s.calendarsAgain),
		post("/admin/calendars/places", forSupervisors, s.calendarPlaces),
		get("/admin/calendars/drafts/:id", forSupervisors, s.draftShow),
		post("/admin/calendars/drafts/:id/apply", forSupervisors, s.draftApply),
		post("/admin/calendars/drafts/:id/discard", forSupervisors, s.draftDiscard),
		post("/admin/calendars/drafts/:id/redraw", forSupervisors, s.draftRedraw),
		get("/admin/calendars/:name", forSupervisors, s.calendarShow),
		get("/admin/calendars/:name/edit", forSupervisors, s.calendarEdit),
		post("/admin/calendars/:name/edit", forSupervisors, s.calendarSave),
		get("/admin/calendars/:name/import", forSupervisors, s.calendarImport),
		postFiles("/admin/calendars/:name/import", forSupervisors, s.calendarFetch),

		// Administrators: the facts of the installation, the outbox, work for later.
		get("/admin", forAdministrators, s.admin),
		get("/admin/letters", forAdministrators, s.letterList),
		get("/admin/letters/:id", forAdministrators, s.letterShow),
		get("/admin/letters/:id/body", forAdministrators, s.letterBody),
		get("/admin/letters/:id/raw", forAdministrators, s.letterRaw),
		post("/admin/letters/:id/again", forAdministrators, s.letterAgain),
		get("/admin/jobs", forAdministrators, s.jobList),
		post("/admin/jobs/:id/retry", forAdministrators, s.jobRetry),

		// Programs: the JSON API (bearer tokens, huma).
	}
}
