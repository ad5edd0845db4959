package mailin

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/limit"
	"amigo/app/people"
)

// Rules are what an installation has chosen about the mail that comes in: from
// whom machines are heard, from whom nothing is, how much is answered.
type Rules struct {
	// Monitors are addresses of monitoring systems, or whole domains ("@…"): their
	// automatic mail opens tickets. Blocked are those from which nothing is taken.
	Monitors []string `json:"monitors"`
	Blocked  []string `json:"blocked"`

	// The loop budget, an hour each. Beyond the first two what comes is filed, and
	// for an hour nothing is sent in answer; beyond the third it is held.
	Sender int `json:"sender"` // letters of one address
	Ticket int `json:"ticket"` // letters about one ticket
	Guest  int `json:"guest"`  // tickets of one address that proves nothing

	Guests GuestWelcome `json:"guests"` // GuestsOpen or GuestsRefused
}

// UsualRules hold where nobody has chosen others.
var UsualRules = Rules{Sender: 30, Ticket: 60, Guest: 10}

// Limits of the rules.
const (
	MaxBudget  = 100_000 // an hour
	MaxSenders = 1000    // lines of a list
)

const rulesKey = "mailin.rules" // in the table of settings, for ever

// usual fills what is not set.
func (r Rules) usual() Rules {
	r.Sender, r.Ticket, r.Guest = cmp.Or(r.Sender, UsualRules.Sender), cmp.Or(r.Ticket, UsualRules.Ticket), cmp.Or(r.Guest, UsualRules.Guest)
	return r.clean()
}

// clean is the rules as they are kept: each sender once, as addresses are
// compared, and no empty line.
func (r Rules) clean() Rules {
	r.Monitors, r.Blocked = senders(r.Monitors), senders(r.Blocked)
	return r
}

func senders(lines []string) []string {
	var list []string
	for _, line := range lines {
		if line = people.NormalAddress(line); line != "" && !slices.Contains(list, line) {
			list = append(list, line)
		}
	}
	return list
}

// Rules are those in force.
func (in *Intake) Rules(ctx context.Context) (Rules, error) { return in.rules.Get(ctx) }

// SetRules chooses others; supervisors and administrators only. Fields: monitors,
// blocked (each line that is neither an address nor a domain, is ours, or stands
// in both lists), sender, ticket, guest, guests.
func (in *Intake) SetRules(ctx context.Context, chosen Rules) error {
	if who := people.ActorOf(ctx); !who.System() && !who.Is(people.Supervisor) {
		return fault.Denied
	}
	chosen = chosen.clean()
	f := fault.Fields{}
	complain(f, "blocked", "mailrules.ours", chosen.Blocked, in.ours)
	if err := f.Err(); err != nil {
		return err
	}
	return in.rules.Put(ctx, chosen)
}

// check says what is wrong with rules.
func (r Rules) check() error {
	f := fault.Fields{}
	for field, list := range map[string][]string{"monitors": r.Monitors, "blocked": r.Blocked} {
		complain(f, field, "mailrules.no_sender", list, func(line string) bool { return !validSender(line) })
		if len(list) > MaxSenders {
			f.Add(field, "mailrules.too_long", "Max", MaxSenders)
		}
	}
	complain(f, "blocked", "mailrules.both", r.Blocked, func(line string) bool { return slices.Contains(r.Monitors, line) })
	for field, n := range map[string]int{"sender": r.Sender, "ticket": r.Ticket, "guest": r.Guest} {
		if n < 1 || n > MaxBudget {
			f.Add(field, "mailrules.number", "Max", MaxBudget)
		}
	}
	if r.Guests != GuestsOpen && r.Guests != GuestsRefused {
		f.Add("guests", "tickets.field.choose")
	}
	return f.Err()
}

// namedLines is how many lines a complaint names.
const namedLines = 10

// complain names the lines of a list that are wrong, unless something was said of
// the field before.
func complain(f fault.Fields, field, key string, list []string, wrong func(string) bool) {
	var named []string
	for _, line := range list {
		if wrong(line) {
			named = append(named, "«"+i18n.NBSP+clip(line, 100)+i18n.NBSP+"»")
		}
	}
	if _, said := f[field]; said || len(named) == 0 {
		return
	}
	more := ""
	if len(named) > namedLines {
		named, more = named[:namedLines], " …"
	}
	f.Add(field, key, "Lines", strings.Join(named, ", ")+more)
}

// validSender says whether a line names somebody: an address, or a domain after
// the sign.
func validSender(line string) bool {
	if domain, ok := strings.CutPrefix(line, "@"); ok {
		return strings.Contains(domain, ".") && people.ValidAddress("a@"+domain)
	}
	return people.ValidAddress(line)
}

// listed says whether an address, or its domain, is on a list.
func listed(list []string, address string) bool {
	_, domain, ok := cutAddress(address)
	return ok && (slices.Contains(list, address) || slices.Contains(list, "@"+domain))
}

// anHour is the rate of so many an hour.
func anHour(n int) limit.Rate { return limit.Rate{Burst: n, Per: time.Hour} }
