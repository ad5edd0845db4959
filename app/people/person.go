package people

import (
	"strconv"
	"strings"
	"time"
)

// ID identifies a person.
type ID int64

// TeamID identifies a team.
type TeamID int64

// Kind says what sort of someone a person is.
type Kind string

// The kinds of person.
const (
	Member        Kind = "member"        // in the directory
	Guest         Kind = "guest"         // wrote to us, not in the directory
	School        Kind = "establishment" // an establishment's own mailbox
	SystemAccount Kind = "system"        // AMIGO itself
)

// Role is what a person may do. Roles are ordered: each may what the one before may.
type Role string

// The roles, from the least to the most.
const (
	Requester     Role = "requester"
	Technician    Role = "technician"
	Supervisor    Role = "supervisor"
	Administrator Role = "administrator"
)

// Roles lists the roles from the least to the most.
var Roles = [...]Role{Requester, Technician, Supervisor, Administrator}

// Valid says whether r is one of the four.
func (r Role) Valid() bool { return r.rank() >= 0 }

// AtLeast says whether r may what other may.
func (r Role) AtLeast(other Role) bool { return r.rank() >= other.rank() && r.Valid() }

// Lower is the lesser of two roles: a token never gives more than its person has.
// What is no role is the least of all.
func (r Role) Lower(other Role) Role {
	if r.AtLeast(other) {
		return other
	}
	return r
}

func (r Role) rank() int {
	for i, known := range Roles {
		if r == known {
			return i
		}
	}
	return -1
}

// Person is someone whom AMIGO knows.
type Person struct {
	ID             ID
	UID            string // unique; members: the directory's; others hold a colon
	Kind           Kind
	Name           string // as it is shown: "Claire Martin"
	Title          string // what they do: "secrétaire"
	Role           Role
	Lang           string // "fr" or "en"
	Phone          string
	Site           string // code of a site, or empty
	Email          string // the main address, or empty
	Addresses      []Address
	Establishments []Establishment // the main one first
	Teams          []Team
	DisabledAt     *time.Time
}

// Establishment is a school or an office.
type Establishment struct {
	UAI         string // seven digits and a letter: "0140013N"
	Name        string
	Kind        string // "ecole", "college", "lycee", "lycee_pro", "erea", "erpd", "lpa", "lpm", "rectorat", "dsden", "cio"
	Public      bool
	Departement string // "14", "27", "50", "61", "76"
	City        string
	Address     string
	Phone       string
	Email       string // its own mailbox, lower case, or empty
	Site        string
}

// EmergencyPhones are the numbers that an establishment's staff may call:
// public lycées, EREA, ERPD, LPA and LPM have one of their own.
func (e Establishment) EmergencyPhones() []string {
	if e.Public {
		switch e.Kind {
		case "lycee", "lycee_pro", "erea", "erpd", "lpa", "lpm":
			return []string{"09 70 80 97 97"}
		}
	}
	return []string{"0806 000 488", "0810 14 50 61"}
}

// Team works a queue of tickets.
type Team struct {
	ID       TeamID
	Slug     string
	Name     string
	Site     string
	Calendar string // by which it measures itself; empty: its site's
}

// Site is a place with its own particulars: Caen, Rouen.
type Site struct {
	Code     string
	Name     string
	Calendar string // by which its teams measure themselves; empty: AMIGO's
}

// NormalAddress is an address as it is compared: trimmed, in lower case.
func NormalAddress(a string) string { return strings.ToLower(strings.TrimSpace(a)) }

// String is the number, for logs.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }
