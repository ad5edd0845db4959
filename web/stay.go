package web

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/web/ui"
)

// endsHeader is where an answer says how many seconds a session lasts.
const endsHeader = "Amigo-Ends"

// sessionStay is pressed by who is still there although nothing was asked for in
// a long time: to have asked is enough. The answer says how long they have now.
func (s *Server) sessionStay(c echo.Context) error {
	left, _ := s.leftOf(c.Request().Context())
	c.Response().Header().Set(endsHeader, strconv.Itoa(seconds(left)))
	return c.NoContent(http.StatusNoContent)
}

// stay is what a page must know to warn its reader before the session ends.
func (s *Server) stay(c echo.Context) *ui.Stay {
	left, longest := s.leftOf(c.Request().Context())
	if left <= 0 {
		return nil
	}
	return &ui.Stay{Ends: seconds(left), Longest: seconds(longest)}
}

// seconds are whole ones, of which the last has passed.
func seconds(d time.Duration) int { return int(math.Floor(d.Seconds())) }
