package web

import (
	"time"

	"amigo/app/limit"
)

// Table lists every route with its door, for the test of the matrix.
func (s *Server) Table() (lines [][3]string) {
	for _, r := range s.routes {
		lines = append(lines, [3]string{r.method, r.path, string(r.by)})
	}
	return lines
}

// Served lists what the router knows, by verb and path.
func (s *Server) Served() (lines [][2]string) {
	for _, r := range s.echo.Routes() {
		lines = append(lines, [2]string{r.Method, r.Path})
	}
	return lines
}

// The rules of signing in that stand by themselves.
var (
	OwnPath     = ownPath
	Disposition = disposition
	SafeType    = safeType
	ParseWork   = parseWork
	MomentWords = momentWords
	LetterKind  = letterKind
)

// SetPulse has streams give their signs of life, and look at their sessions, so
// often.
func (s *Server) SetPulse(every time.Duration) { s.pulse = every }

// SetMostOfOne bounds how many streams a person may hold.
func (s *Server) SetMostOfOne(n int) { s.bell.ofOne = n }

// SetProgramRate bounds how often a program may ask.
func (s *Server) SetProgramRate(r limit.Rate) { s.programs, _ = limit.NewLocal(r) }
