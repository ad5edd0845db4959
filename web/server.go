package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/fetch"
	"amigo/app/i18n"
	"amigo/app/jobs"
	"amigo/app/limit"
	"amigo/app/live"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/redis"
	"amigo/app/seal"
	"amigo/app/sso"
	"amigo/mailin"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/tickets/bulk"
	drafts "amigo/tickets/draft"
	"amigo/tickets/report"
	saved "amigo/tickets/view"
)

// Config is what the pages must know of the installation.
type Config struct {
	PublicURL      string         // absolute, without a slash at the end
	TrustedProxies []string       // addresses and networks whose X-Forwarded-For is believed
	Idle, Longest  time.Duration  // of a session
	Zone           *time.Location // where readers live
	Version        string         // of the program
	MailAddress    string         // to which people may write; empty: none
	Grace          time.Duration  // for which staff may take back what they have sent; 0: it leaves at once
	// Answered is told of every request: its route, its method, the status of the
	// answer and how long it took. nil: nobody counts.
	Answered func(route, method string, status int, took time.Duration)
}

// House is everything below that pages are made from.
type House struct {
	DB       *db.DB
	Redis    *redis.Server
	Queue    *jobs.Queue
	Hub      *live.Hub
	Limit    *limit.Limiter
	Audit    *audit.Log
	Seal     *seal.Sealer
	Catalog  *i18n.Catalog
	Book     *calendar.Book
	Outbox   *mail.Outbox
	People   *people.Directory
	Desk     *tickets.Desk
	Drafts   *drafts.Drafts
	Bulks    *bulk.Bulks
	Views    *saved.Views
	Engine   *sla.Engine
	Intake   *mailin.Intake
	Reporter *report.Reporter
	Client   *fetch.Client // for the images that letters have elsewhere; nil: none of them is shown
	Provider sso.Provider  // nil: nobody can sign in, and the page says why
	Demo     http.Handler  // the demonstration provider, or nil
}

// Server answers browsers and programs. It is an http.Handler.
type Server struct {
	House
	conf     Config
	public   *url.URL
	echo     *echo.Echo
	routes   []route
	assets   *assets
	sessions *scs.SessionManager
	store    sessionStore
	origins  *http.CrossOriginProtection
	easel    chan struct{} // held by whoever draws a picture
	trouble  troubleCache
	programs *limit.Local // how often each may ask
	counts   figures
	bell     *bell
	pulse    time.Duration // of streams; 0: usualPulse
}

// New builds the server. It opens nothing: whoever serves it listens.
func New(c Config, h House) (*Server, error) {
	public, err := url.Parse(c.PublicURL)
	if err != nil || public.Host == "" {
		return nil, fmt.Errorf("web: public address %q is not absolute", c.PublicURL)
	}
	s := &Server{House: h, conf: c, public: public, store: sessionStore{db: h.DB, idle: c.Idle, longest: c.Longest}, easel: make(chan struct{}, 1)}
	s.bell = newBell(h.Hub, h.Desk)
	if s.programs, err = limit.NewLocal(programRate); err != nil {
		return nil, err
	}
	if s.assets, err = loadAssets(dist); err != nil {
		return nil, err
	}
	s.origins = http.NewCrossOriginProtection()
	if err := s.origins.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
		return nil, fmt.Errorf("web: public address: %w", err)
	}
	s.sessions = s.newSessions()
	s.echo = echo.New()
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.IPExtractor = addressOf(c.TrustedProxies)
	s.echo.HTTPErrorHandler = s.fail
	s.routes = s.table()
	s.install()
	s.installAPI()
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// secure says whether people reach AMIGO by https.
func (s *Server) secure() bool { return s.public.Scheme == "https" }

// addressOf tells from where a request comes: the one who is connected, unless
// that is a proxy that we know.
func addressOf(proxies []string) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	// Echo believes every private network unless it is told not to.
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		if !strings.Contains(p, "/") {
			if ip, err := netip.ParseAddr(p); err == nil {
				p = netip.PrefixFrom(ip, ip.BitLen()).String()
			}
		}
		if _, network, err := net.ParseCIDR(p); err == nil {
			trust = append(trust, echo.TrustIPRange(network))
		}
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}
