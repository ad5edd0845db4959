package mailin

import (
	"cmp"
	"context"
	"net/netip"
	"strings"
	"time"

	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/jobs"
	"amigo/app/limit"
	"amigo/app/live"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/settings"
	"amigo/tickets"
)

// House is what the intake works with.
type House struct {
	DB     *db.DB
	Queue  *jobs.Queue
	Desk   *tickets.Desk
	People *people.Directory
	Outbox *mail.Outbox
	Blobs  blob.Store
	Limit  *limit.Limiter
	Hub    *live.Hub
}

// Config says where mail comes from and who is believed.
type Config struct {
	Address     string         // AMIGO_MAIL_ADDRESS
	AuthservID  string         // AMIGO_AUTHSERV_ID; empty: From is believed for requesters
	SMTPListen  string         // host:port; empty: no listener
	LMTPListen  string         // host:port, or the path of a Unix socket; empty: no listener
	SMTPCert    string         // the file of the listener's certificate; empty: one that signs itself
	SMTPKey     string         // the file of its key
	SMTPTrusted []netip.Prefix // peers whose Authentication-Results are ours
	Mailboxes   []Mailbox

	Rules Rules // that hold where nobody has chosen others; of the zero ones the usual
	Pace  Pace
}

// Mailbox is one to be read by IMAP.
type Mailbox struct {
	Host   string // host:port
	TLS    bool   // from the first byte; without, the host must be this machine
	SignIn mail.SignIn
	Folder string
	After  After // what becomes of a message that is kept
}

// source names the mailbox in the table of messages, without its password.
func (m Mailbox) source() string { return "imap:" + m.SignIn.User + "@" + m.Host + "/" + m.Folder }

// Pace is how long sources wait. A zero duration is the usual one.
type Pace struct {
	Poll     time.Duration // between two looks at a server that cannot tell of news; a minute
	Idle     time.Duration // how long to listen to one that can, which may not tell of a folder made anew; twenty seconds
	Patience time.Duration // after which a silent server is left; a minute
	Pause    time.Duration // after the first failure, doubled up to a minute; a second

	Message time.Duration // for a whole message by SMTP or LMTP, and for a command; five minutes (RFC 5321 section 4.5.3.2)
	Visit   time.Duration // for a whole connection; an hour
}

// usual fills what is not set.
func (p Pace) usual() Pace {
	return Pace{
		Poll:     cmp.Or(p.Poll, time.Minute),
		Idle:     cmp.Or(p.Idle, 20*time.Second),
		Patience: cmp.Or(p.Patience, time.Minute),
		Pause:    cmp.Or(p.Pause, time.Second),
		Message:  cmp.Or(p.Message, 5*time.Minute),
		Visit:    cmp.Or(p.Visit, time.Hour),
	}
}

// Intake receives mail, keeps it, and files it. It is safe for concurrent use.
type Intake struct {
	db     *db.DB
	store  store
	queue  *jobs.Queue
	desk   *tickets.Desk
	people *people.Directory
	outbox *mail.Outbox
	blobs  blob.Store
	limit  *limit.Limiter
	hub    *live.Hub
	conf   Config
	rules  *settings.Setting[Rules]
	health health
	watch  func(Act, time.Duration) // nil: nobody counts
	smtp   *listener                // nil without SMTPListen
	lmtp   *listener                // nil without LMTPListen
}

// New builds the intake. Nothing runs yet.
func New(h House, c Config) *Intake {
	c.Address = people.NormalAddress(c.Address)
	c.Rules, c.Pace = c.Rules.usual(), c.Pace.usual()
	in := &Intake{
		db: h.DB, store: store{h.DB}, queue: h.Queue, desk: h.Desk, people: h.People, outbox: h.Outbox,
		blobs: h.Blobs, limit: h.Limit, hub: h.Hub, conf: c,
		rules: settings.New(h.DB, rulesKey, c.Rules, Rules.check),
	}
	if c.SMTPListen != "" {
		in.smtp = listenSMTP(in)
	}
	if c.LMTPListen != "" {
		in.lmtp = listenLMTP(in)
	}
	return in
}

// Source brings messages in. Its duties, which one suite of tests holds every
// source to:
//
//   - It hands over each message as it came, once [Intake.Receive] can take it.
//   - Only when Receive has returned nil does it tell the server, or whoever
//     sends, that the message is taken. Otherwise the message comes again.
//   - The same message has the same key, so that it may come again at any time.
//   - What is wrong with one message, or one server, stops nothing else.
type Source interface {
	// Run brings messages in until ctx ends; it then lets go of what it holds and
	// returns nil. Any other end is an error, and ends the process.
	Run(ctx context.Context) error
}

// Start opens the sources and runs each through run, which must not wait for it.
// A port that cannot be had is an error at once.
func (in *Intake) Start(ctx context.Context, run func(func() error)) error {
	var sources []Source
	for _, l := range []*listener{in.smtp, in.lmtp} {
		if l == nil {
			continue
		}
		if err := l.bind(ctx); err != nil {
			return err
		}
		sources = append(sources, l)
	}
	for _, box := range in.conf.Mailboxes {
		sources = append(sources, newReader(in, box))
	}
	for _, s := range sources {
		run(func() error { return s.Run(ctx) })
	}
	return nil
}

// SMTPAddr is where the SMTP listener was bound, "127.0.0.1:8425"; empty before
// Start, and without one.
func (in *Intake) SMTPAddr() string { return in.smtp.address() }

// LMTPAddr is where the LMTP listener was bound, "127.0.0.1:8424" or the path of
// its socket; empty before Start, and without one.
func (in *Intake) LMTPAddr() string { return in.lmtp.address() }

// Jobs registers the intake's jobs.
func (in *Intake) Jobs(m *jobs.Mux) { jobs.HandleOutside(m, in.file) }

// ours says whether an address is the installation's, or a plus form of it:
// assistance@…, assistance+anything@…, in any case.
func (in *Intake) ours(address string) bool {
	local, domain, ok := cutAddress(people.NormalAddress(address))
	base, home, _ := cutAddress(in.conf.Address)
	return ok && domain == home && (local == base || strings.HasPrefix(local, base+"+"))
}

// cutAddress parts an address at its last at sign.
func cutAddress(address string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 {
		return address, "", false
	}
	return address[:at], address[at+1:], true
}
