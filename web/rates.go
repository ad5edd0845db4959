package web

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/limit"
)

// How often one may ask. A whole school shares one address, and all of them
// come at eight; one person types as fast as a person does.
var (
	signInRate = limit.Rate{Burst: 300, Per: time.Minute}
	peopleRate = limit.Rate{Burst: 240, Per: time.Minute}
	draftRate  = limit.Rate{Burst: 240, Per: time.Minute}
	uploadRate = limit.Rate{Burst: 120, Per: 10 * time.Minute}
	searchRate = limit.Rate{Burst: 600, Per: time.Minute}
	// A program may work through a day's list at once; one that never ends is a mistake.
	programRate = limit.Rate{Burst: 30_000, Per: time.Minute}
)

// allow counts a request under a key. What comes too often is refused, with
// the time after which to come again.
func (s *Server) allow(c echo.Context, key string, r limit.Rate) error {
	allowed, retry, err := s.Limit.Take(c.Request().Context(), key, r)
	if err != nil || allowed {
		return err
	}
	return comeBack(c, retry)
}

// comeBack refuses what comes too often.
func comeBack(c echo.Context, retry time.Duration) error {
	seconds := int(retry/time.Second) + 1
	c.Response().Header().Set("Retry-After", strconv.Itoa(seconds))
	return errTooMany
}
