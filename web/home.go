package web

import (
	"github.com/labstack/echo/v4"

	"amigo/app/fault"
)

func (s *Server) home(c echo.Context) error { return fault.NotFound }
