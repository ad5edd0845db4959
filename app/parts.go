package app

import (
	"fmt"
	"strings"
)

// Parts are the roles that a process plays: pages and API, jobs, mail in.
type Parts struct{ Web, Work, Mail bool }

// AllParts is one process that does everything.
var AllParts = Parts{Web: true, Work: true, Mail: true}

// All says whether the process plays every role.
func (p Parts) All() bool { return p == AllParts }

// ParseParts reads what --only says ("web,work"); empty means all.
func ParseParts(s string) (Parts, error) {
	if s == "" {
		return AllParts, nil
	}
	var p Parts
	for name := range strings.SplitSeq(s, ",") {
		switch strings.TrimSpace(name) {
		case "web":
			p.Web = true
		case "work":
			p.Work = true
		case "mail":
			p.Mail = true
		default:
			return p, fmt.Errorf("--only %s: web, work or mail is wanted, not %q", s, name)
		}
	}
	return p, nil
}
