// Package app is the roof of AMIGO: it reads the configuration, builds every part in one visible order, and
// runs them until it is told to stop. Nothing below it knows how the whole is put together.
//
// # The floors
//
// AMIGO is a house, and imports only go down the stairs:
//
//	10  cmd/amigo                              flags, signals, exit codes
//	 9  app                                    builds everything, in one visible order
//	 8  web  app/metrics                       pages, forms, sessions, JSON API; figures for those who watch over it
//	 7  web/ui  tickets/report                 what pages are made of; questions about many tickets at once
//	 6  kb  sla  telemaintenance  mailin  tickets/draft  tickets/bulk  tickets/view    neighbours; they never import one another
//	 5  tickets  app/sso                       the desk; proving who someone is
//	 4  app/people                             who someone is and what they may do
//	 3  app/mail  app/audit  sla/calendar/feed    letters out; what was done, for ever; what others publish
//	 2  app/jobs  app/live  app/limit  app/settings  app/fetch  sla/calendar    work for later; who watches; how often; choices; what is fetched; opening hours
//	 1  app/db  app/redis                      storage, transactions, the instant; the bell
//	 0  app/i18n  app/blob  app/seal  app/words  app/trouble  migrations    words, bytes, tokens, what is wrong outside, tables
//	-1  app/fault                              the ways in which a request can fail, known to all
//
// A package imports only packages of lower floors; one of a floor never knows its neighbours. There is no way
// up except a function given at build time: the desk tells its listeners, and has never heard of the promises
// that one of them keeps. So each part can be read, and tested, with nothing but what stands beneath it.
//
// A package whose name ends in test (app/db/dbtest) helps the tests of others. It stands on the floor of the
// package around it, which it may import, and no part of the product imports it. Test files themselves may
// look anywhere. Two places are kept for what is not built yet: kb and telemaintenance.
//
// # The rules of the house
//
// The picture above is not a picture of the code but the code's law: floorplan_test.go reads it from this
// comment and compares. It also holds the house to the rules that a compiler does not know:
//
//   - GORM is seen only by app/db and by files called store*.go, Echo only by web, asynq only by app/jobs,
//     Prometheus only by app/metrics. What one library knows is kept in one place, where it can be replaced.
//   - The clock is read only here, and handed down. Everything beneath is told what time it is.
//   - The closure of a transaction calls its context ctx, and so hides the context outside of it.
//   - No package is a drawer (util, common, helper, shared), and no file is longer than 600 lines.
//
// To move a package, move its name in the picture. To build a new one, give it a floor first.
//
// # Where to start reading
//
//  1. Config, in config.go: what an administrator can decide.
//  2. New, in app.go: the house from the ground up, one function read from top to bottom.
//  3. The package tickets, which everything else stands around.
package app
