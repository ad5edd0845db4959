package app

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is what an administrator can decide, read once from the environment.
// Every variable may also be given as <NAME>_FILE: the path of a file that
// holds the value. The zero configuration is the embedded default: SQLite and
// an in-process Redis under DataDir.
type Config struct {
	Listen         string   `env:"AMIGO_LISTEN" envDefault:"127.0.0.1:8080"`
	PublicURL      string   `env:"AMIGO_PUBLIC_URL"` // empty: http:// and Listen
	TrustedProxies []string `env:"AMIGO_TRUSTED_PROXIES"`
	DataDir        string   `env:"AMIGO_DATA_DIR" envDefault:"./var"`
	DatabaseURL    string   `env:"AMIGO_DATABASE_URL"`
	RedisURL       string   `env:"AMIGO_REDIS_URL"`
	Secrets        []string `env:"AMIGO_SECRET"` // the first signs, all verify
	Log            string   `env:"AMIGO_LOG" envDefault:"info"`
	MetricsListen  string   `env:"AMIGO_METRICS_LISTEN"` // empty: nobody is shown metrics

	OIDC    OIDCConfig
	Roles   RolesConfig
	Mail    MailConfig
	Session SessionConfig
	Fetch   FetchConfig

	// Demo serves the demonstration identity provider, if the database is one of
	// demonstration. It is a flag of the command, not a variable.
	Demo bool
	// Now is the clock: time.Now, unless a test gives another.
	Now func() time.Time
}

// OIDCConfig is how people sign in by OpenID Connect; off without an issuer.
type OIDCConfig struct {
	Issuer       string `env:"AMIGO_OIDC_ISSUER"`
	ClientID     string `env:"AMIGO_OIDC_CLIENT_ID"`
	ClientSecret string `env:"AMIGO_OIDC_CLIENT_SECRET"`
	GroupsClaim  string `env:"AMIGO_OIDC_GROUPS_CLAIM" envDefault:"groups"`
	UIDClaim     string `env:"AMIGO_OIDC_UID_CLAIM" envDefault:"preferred_username"`
}

// RolesConfig names the provider's groups that give a role; exact names.
type RolesConfig struct {
	Technicians    []string `env:"AMIGO_TECHNICIAN_GROUPS"`
	Supervisors    []string `env:"AMIGO_SUPERVISOR_GROUPS"`
	Administrators []string `env:"AMIGO_ADMINISTRATOR_GROUPS"`
}

// MailConfig is how mail comes in and letters go out.
type MailConfig struct {
	Address     string   `env:"AMIGO_MAIL_ADDRESS"`
	AuthservID  string   `env:"AMIGO_AUTHSERV_ID"`
	SMTPTrusted []string `env:"AMIGO_SMTP_TRUSTED"`
	IMAPURLs    []string `env:"AMIGO_IMAP_URLS"`
	// IMAPPasswords holds AMIGO_IMAP_PASSWORD_1 …, in the order of IMAPURLs.
	IMAPPasswords []string
	SMTPListen    string `env:"AMIGO_SMTP_LISTEN"`
	LMTPListen    string `env:"AMIGO_LMTP_LISTEN"`   // or the absolute path of a Unix socket
	SMTPTLSCert   string `env:"AMIGO_SMTP_TLS_CERT"` // files, in PEM
	SMTPTLSKey    string `env:"AMIGO_SMTP_TLS_KEY"`
	SMTPURL       string `env:"AMIGO_SMTP_URL"`
	SMTPPassword  string `env:"AMIGO_SMTP_PASSWORD"` // where it does not stand in SMTPURL
	SMTPPerDomain int    `env:"AMIGO_SMTP_PER_DOMAIN" envDefault:"4"`
	DKIMKey       string `env:"AMIGO_DKIM_KEY"` // in PEM
	DKIMSelector  string `env:"AMIGO_DKIM_SELECTOR"`
	DKIMDomain    string `env:"AMIGO_DKIM_DOMAIN"` // empty: that of Address
}

// SessionConfig says how long people stay signed in.
type SessionConfig struct {
	Idle time.Duration `env:"AMIGO_SESSION_IDLE" envDefault:"30m"`
	Max  time.Duration `env:"AMIGO_SESSION_MAX" envDefault:"8h"`
}

// FetchConfig is what may be fetched from addresses that people type, and by
// which way.
type FetchConfig struct {
	Allow      []string `env:"AMIGO_FETCH_ALLOW"`
	ProxyHosts []string `env:"AMIGO_FETCH_PROXY_HOSTS"`
	// The three by which every program is told of a proxy, in capitals or not.
	HTTPProxy, HTTPSProxy, NoProxy string
}

// later names the variables that the interface knows and this version cannot
// serve. To ignore one silently would be to lie.
var later = []string{
	"AMIGO_SAML_IDP_METADATA", "AMIGO_SAML_GROUPS_ATTRIBUTE", "AMIGO_SAML_UID_ATTRIBUTE",
	"AMIGO_S3_URL", "AMIGO_TURN_LISTEN", "AMIGO_TURN_PORTS",
}

// ReadConfig reads the environment (as os.Environ gives it). All that cannot be
// read comes in one error, a line each; the rest is read, for [Config.Check] to
// say in the same breath what is wrong with it.
func ReadConfig(environ []string) (Config, error) {
	vars, problems := variables(environ)
	c := Config{Now: time.Now}
	if err := env.ParseWithOptions(&c, env.Options{Environment: vars}); err != nil {
		problems = append(problems, unreadable(err)...)
	}
	c.Fetch.HTTPProxy, c.Fetch.HTTPSProxy, c.Fetch.NoProxy = proxies(environ)
	for i := range c.Mail.IMAPURLs {
		c.Mail.IMAPPasswords = append(c.Mail.IMAPPasswords, vars[fmt.Sprintf("AMIGO_IMAP_PASSWORD_%d", i+1)])
	}
	for _, name := range later {
		if vars[name] != "" {
			problems = append(problems, fmt.Errorf("%s: this version of AMIGO cannot serve it yet; leave it out", name))
		}
	}
	return c, errors.Join(problems...)
}

// unreadable names the variables whose values are none of their type.
func unreadable(err error) []error {
	parts, ok := errors.AsType[env.AggregateError](err)
	if !ok {
		return []error{err}
	}
	named := slices.Clone(parts.Errors)
	for i, part := range named {
		// Of all variables only durations and numbers can be unreadable.
		wrong, _ := errors.AsType[env.ParseError](part)
		for _, group := range []reflect.Type{reflect.TypeFor[SessionConfig](), reflect.TypeFor[MailConfig]()} {
			if f, ok := group.FieldByName(wrong.Name); ok {
				named[i] = fmt.Errorf("%s: %w", f.Tag.Get("env"), wrong.Err)
			}
		}
	}
	return named
}

// variables gives the AMIGO_* variables, those given as files read.
func variables(environ []string) (map[string]string, []error) {
	vars, problems := map[string]string{}, []error(nil)
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if !own(name) || value == "" {
			continue
		}
		plain, isFile := strings.CutSuffix(name, "_FILE")
		if !isFile {
			vars[name] = strings.TrimSpace(value)
			continue
		}
		content, err := os.ReadFile(filepath.Clean(value))
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
			continue
		}
		vars[plain] = strings.TrimSpace(string(content))
	}
	return vars, problems
}

// proxies gives HTTP_PROXY, HTTPS_PROXY and NO_PROXY; small letters count less.
func proxies(environ []string) (http, https, none string) {
	named := map[string]string{}
	for _, line := range environ {
		if name, value, _ := strings.Cut(line, "="); value != "" {
			named[name] = strings.TrimSpace(value)
		}
	}
	either := func(name string) string { return cmp.Or(named[name], named[strings.ToLower(name)]) }
	return either("HTTP_PROXY"), either("HTTPS_PROXY"), either("NO_PROXY")
}

// DemoDefaults fills what `amigo demo` decides where nobody else has.
func (c *Config) DemoDefaults(environ []string) {
	vars, _ := variables(environ)
	for _, d := range []struct {
		name, value string
		into        *string
	}{
		{"AMIGO_LISTEN", "127.0.0.1:8473", &c.Listen},
		{"AMIGO_SMTP_LISTEN", "127.0.0.1:8425", &c.Mail.SMTPListen},
	} {
		if vars[d.name] == "" {
			*d.into = d.value
		}
	}
	c.ServeDemo()
}

// demoRoles are the groups of the demonstration's people.
func (c *Config) demoRoles() {
	if len(c.Roles.Technicians)+len(c.Roles.Supervisors)+len(c.Roles.Administrators) == 0 {
		c.Roles = RolesConfig{Technicians: []string{"techniciens"}, Supervisors: []string{"superviseurs"}, Administrators: []string{"administrateurs"}}
	}
}

// Embedded says whether everything runs inside the process's own folder.
func (c Config) Embedded() bool { return c.DatabaseURL == "" }

// Address is where people find AMIGO, without a slash at the end.
func (c Config) Address() string {
	if c.PublicURL != "" {
		return strings.TrimRight(c.PublicURL, "/")
	}
	return "http://" + c.Listen
}

// Check says everything that is wrong, a line each, so that an administrator
// mends it in one go. parts are those that will run (see [Parts]).
func (c Config) Check(parts Parts) error {
	var problems []error
	wrong := func(name, format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
	}
	c.checkAddresses(wrong)
	c.checkStores(wrong, parts)
	c.checkSignIn(wrong, parts)
	c.checkMail(wrong, parts != Parts{})
	c.checkFetch(wrong)
	return errors.Join(problems...)
}

type complaint func(name, format string, args ...any)

func (c Config) checkAddresses(wrong complaint) {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		wrong("AMIGO_LISTEN", "%q is not host:port", c.Listen)
	}
	if c.MetricsListen != "" {
		if _, _, err := net.SplitHostPort(c.MetricsListen); err != nil {
			wrong("AMIGO_METRICS_LISTEN", "%q is not host:port", c.MetricsListen)
		} else if c.MetricsListen == c.Listen {
			wrong("AMIGO_METRICS_LISTEN", "%q is AMIGO_LISTEN: metrics have an address of their own", c.MetricsListen)
		}
	}
	if u, err := url.Parse(c.Address()); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.Path != "" || u.RawQuery != "" {
		wrong("AMIGO_PUBLIC_URL", "%q is not https://host, without a path", c.PublicURL)
	} else if u.Scheme == "http" && !loopbackHost(u.Hostname()) {
		wrong("AMIGO_PUBLIC_URL", "%q: outside of this machine people must come by https", c.PublicURL)
	}
	for _, p := range c.TrustedProxies {
		if !isNetwork(p) {
			wrong("AMIGO_TRUSTED_PROXIES", "%q is neither an address nor a network (10.0.0.0/8)", p)
		}
	}
	if c.level() == nil {
		wrong("AMIGO_LOG", "%q: debug, info, warn or error is wanted", c.Log)
	}
	if c.Session.Idle < time.Minute || c.Session.Max < c.Session.Idle {
		wrong("AMIGO_SESSION_IDLE", "%s idle and %s at most: at least a minute, and no longer than AMIGO_SESSION_MAX", c.Session.Idle, c.Session.Max)
	}
}

func (c Config) checkStores(wrong complaint, parts Parts) {
	if c.DatabaseURL != "" {
		if u, err := url.Parse(c.DatabaseURL); err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
			wrong("AMIGO_DATABASE_URL", "not postgres://user:password@host/database")
		}
		if len(c.Secrets) == 0 {
			wrong("AMIGO_SECRET", "required beside AMIGO_DATABASE_URL, the same for every process: 32 random characters or more")
		}
	}
	if c.RedisURL != "" {
		if u, err := url.Parse(c.RedisURL); err != nil || (u.Scheme != "redis" && u.Scheme != "rediss") {
			wrong("AMIGO_REDIS_URL", "not redis://host:6379/0")
		}
	}
	for i, s := range c.Secrets {
		if len(s) < 32 {
			wrong("AMIGO_SECRET", "secret %d has %d characters; at least 32 are wanted", i+1, len(s))
		}
	}
	if parts != (Parts{}) && !parts.All() && (c.DatabaseURL == "" || c.RedisURL == "") {
		wrong("--only", "several processes share PostgreSQL and Redis: set AMIGO_DATABASE_URL and AMIGO_REDIS_URL")
	}
}

func (c Config) checkSignIn(wrong complaint, parts Parts) {
	if !parts.Web {
		return
	}
	o := c.OIDC
	switch {
	case o.Issuer == "" && o.ClientID == "" && o.ClientSecret == "":
	case o.Issuer == "" || o.ClientID == "" || o.ClientSecret == "":
		wrong("AMIGO_OIDC_ISSUER", "issuer, client id and client secret go together")
	case c.Demo:
		wrong("AMIGO_OIDC_ISSUER", "the demonstration has a provider of its own; leave it out")
	default:
		if u, err := url.Parse(o.Issuer); err != nil || u.Host == "" || (u.Scheme != "https" && !loopbackHost(u.Hostname())) {
			wrong("AMIGO_OIDC_ISSUER", "%q is not https://…", o.Issuer)
		}
	}
	if c.Demo {
		if u, err := url.Parse(c.Address()); err == nil && !loopbackHost(u.Hostname()) {
			wrong("AMIGO_PUBLIC_URL", "%q: a demonstration is served on this machine only (127.0.0.1 or localhost)", c.Address())
		}
	}
}

// checkMail wants an address of a process that runs; a command beside it takes
// the one that is there (see [App.address]).
func (c Config) checkMail(wrong complaint, runs bool) {
	m := c.Mail
	uses := m.SMTPListen != "" || m.LMTPListen != "" || len(m.IMAPURLs) > 0 || m.SMTPURL != ""
	if m.Address == "" && uses && runs {
		wrong("AMIGO_MAIL_ADDRESS", "required for mail: the address that people write to")
	}
	if m.Address != "" {
		a, err := mail.ParseAddress(m.Address)
		if err != nil || a.Address != m.Address {
			wrong("AMIGO_MAIL_ADDRESS", "%q is not a plain mail address", m.Address)
		} else if local, _, _ := strings.Cut(m.Address, "@"); len(local) > 20 {
			wrong("AMIGO_MAIL_ADDRESS", "%q: at most 20 characters before the @, signed reply addresses are made of it", m.Address)
		}
	}
	if m.SMTPListen != "" {
		if _, _, err := net.SplitHostPort(m.SMTPListen); err != nil {
			wrong("AMIGO_SMTP_LISTEN", "%q is not host:port", m.SMTPListen)
		}
	}
	if m.LMTPListen != "" && !filepath.IsAbs(m.LMTPListen) {
		if _, _, err := net.SplitHostPort(m.LMTPListen); err != nil {
			wrong("AMIGO_LMTP_LISTEN", "%q is neither host:port nor the absolute path of a Unix socket", m.LMTPListen)
		}
	}
	for _, p := range m.SMTPTrusted {
		if !isNetwork(p) {
			wrong("AMIGO_SMTP_TRUSTED", "%q is neither an address nor a network (10.0.0.0/8)", p)
		}
	}
	c.checkLetters(wrong)
	c.checkMailboxes(wrong)
	c.checkCertificate(wrong)
}

// checkCertificate wants a certificate that is the key's.
func (c Config) checkCertificate(wrong complaint) {
	cert, key := c.Mail.SMTPTLSCert, c.Mail.SMTPTLSKey
	switch {
	case cert == "" && key == "":
	case cert == "" || key == "":
		wrong("AMIGO_SMTP_TLS_CERT", "certificate and AMIGO_SMTP_TLS_KEY go together")
	default:
		if _, err := tls.LoadX509KeyPair(cert, key); err != nil {
			wrong("AMIGO_SMTP_TLS_CERT", "%s", err)
		}
	}
}

func (c Config) checkFetch(wrong complaint) {
	for _, host := range c.Fetch.Allow {
		if !isNetwork(host) && !isHost(host) {
			wrong("AMIGO_FETCH_ALLOW", "%q is neither a host nor an address nor a network (10.0.0.0/8)", host)
		}
	}
	for _, host := range c.Fetch.ProxyHosts {
		if !isNetwork(host) && !isHost(host) {
			wrong("AMIGO_FETCH_PROXY_HOSTS", "%q is not the name of a host", host)
		}
	}
	for name, proxy := range map[string]string{"HTTP_PROXY": c.Fetch.HTTPProxy, "HTTPS_PROXY": c.Fetch.HTTPSProxy} {
		// host:port alone is a proxy, too.
		_, err := url.Parse(proxy)
		_, bare := url.Parse("http://" + proxy)
		if err != nil && bare != nil {
			wrong(name, "not http://proxy.example.fr:3128")
		}
	}
}

// level is the level of the log, nil when there is none of that name.
func (c Config) level() *slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(c.Log)); err != nil {
		return nil
	}
	return &l
}

func loopbackHost(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// isHost says whether a word can be the name of a host: no address, no path, no port.
func isHost(s string) bool {
	return s != "" && !strings.ContainsAny(s, "/:@ ?#*")
}

func isNetwork(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	_, err := netip.ParsePrefix(s)
	return err == nil
}
