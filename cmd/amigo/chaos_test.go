package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/mail"
	"net/smtp"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"amigo/app"
	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/app/redis/redistest"
	"amigo/mailin/imaptest"
)

// asProgram, in the environment, makes this test program the product.
const asProgram = "AMIGO_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asMeasured) != "" {
		measured()
	}
	if os.Getenv(asProgram) != "" {
		_ = os.Unsetenv(asProgram)
		main()
	}
	os.Exit(m.Run())
}

// Mail comes by SMTP and by IMAP while the program is killed again and again, as
// by a power cut that spares the disk. Each mail is one message; each ticket has
// its timers and its acknowledgement, its words can be found. A letter may go out
// twice only when the process died between the server's yes and its mark, and is
// then the same letter, under the same Message-ID.
func TestKilledAtAnyMomentEachMailIsOneMessage(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { (&chaos{TB: t, mails: 120, kills: 5}).run("", "", "") })
	t.Run("postgres", func(t *testing.T) { (&chaos{TB: t, mails: 120, kills: 5}).run(dbtest.PostgresURL(t), "", "") })
}

// BenchmarkKills is the same, a hundred times: on SQLite one process, on
// PostgreSQL one that takes mail in and two that work.
func BenchmarkKills(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { (&chaos{TB: b, mails: 2000, kills: 100}).measure(b, "", "", "") })
	if os.Getenv("AMIGO_TEST_POSTGRES") != "" {
		b.Run("postgres", func(b *testing.B) {
			(&chaos{TB: b, mails: 2000, kills: 100}).measure(b, dbtest.PostgresURL(b), redistest.Own(b), "mail", "work", "work")
		})
	}
}

func (c *chaos) measure(b *testing.B, database, redis string, parts ...string) {
	for b.Loop() {
		c.run(database, redis, parts...)
	}
	b.ReportMetric(float64(c.kills), "kills")
	b.ReportMetric(float64(c.mails), "mails")
	b.ReportMetric(float64(c.sink.again()), "letters-sent-twice")
}

// chaos is a product under fire.
type chaos struct {
	testing.TB
	mails, kills int

	config  []string // the environment of its processes
	redis   string   // where they ring for each other; empty: each has its own
	sink    *sink
	postbox *imaptest.Postbox
	smtp    string

	alive []*exec.Cmd
	log   string // where the processes say what goes wrong
}

// run brings the mails in, those of a few people before each kill, half of the
// people by SMTP and half by IMAP; then it lets everything come
// to its end, and counts. parts are the processes, "" one that does everything.
func (c *chaos) run(database, redis string, parts ...string) {
	c.Helper()
	c.prepare(database)
	c.redis = redis
	for _, part := range parts {
		c.alive = append(c.alive, c.begin(part))
	}
	c.Cleanup(c.end)
	var clients sync.WaitGroup
	groups := make(chan int, c.mails)
	for range 4 {
		clients.Go(func() { c.bring(groups) })
	}
	groupsEach := c.mails / 4 / c.kills
	for g := range c.mails / 4 {
		if g%2 == 0 {
			groups <- g
		} else {
			for n := 4 * g; n < 4*g+4; n++ {
				c.postbox.Drop(c.mail(n), time.Now())
			}
		}
		if g%groupsEach == groupsEach-1 {
			time.Sleep(time.Duration(100+rand.IntN(500)) * time.Millisecond)
			c.kill()
		}
	}
	close(groups)
	clients.Wait()
	c.until("every mail was taken out of the mailbox", func() bool { return c.postbox.Unseen() == 0 })
	c.end()
	c.settle()
}

// prepare makes the database and the servers around it.
func (c *chaos) prepare(database string) {
	c.Helper()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	c.sink, c.postbox, c.smtp = newSink(c), imaptest.New(c), freeAddress(c)
	c.log = c.TempDir() + "/log"
	c.config = []string{
		"AMIGO_DATA_DIR=" + c.TempDir(), "AMIGO_DATABASE_URL=" + database, "AMIGO_LISTEN=" + freeAddress(c),
		"AMIGO_SECRET=" + strings.Repeat("s", 40), "AMIGO_MAIL_ADDRESS=assistance@academie.test", "AMIGO_SMTP_LISTEN=" + c.smtp,
		"AMIGO_IMAP_URLS=imap://" + imaptest.User + "@" + c.postbox.Addr + "/INBOX", "AMIGO_IMAP_PASSWORD_1=" + imaptest.Password,
		"AMIGO_SMTP_URL=smtp://" + c.sink.addr, "AMIGO_LOG=error",
	}
	c.with(0, func(ctx context.Context, a *app.App) {
		var all people.Batch
		for n := range c.mails / 4 {
			all.Persons = append(all.Persons, people.Entry{UID: fmt.Sprint("p", n), Name: fmt.Sprint("Personne ", n), Site: "caen", Addresses: []string{c.person(n)}})
		}
		_, err := a.People.Import(ctx, all)
		c.must(err)
	})
}

// with opens the product in this process, which serves nothing and is so much later.
func (c *chaos) with(later time.Duration, do func(ctx context.Context, a *app.App)) {
	c.Helper()
	conf, err := app.ReadConfig(c.config)
	c.must(err)
	conf.Now = func() time.Time { return time.Now().Add(later) }
	a, err := app.New(c.Context(), conf, app.Parts{Work: true}, app.Options{})
	c.must(err)
	defer func() { c.must(a.Close()) }()
	ctx := people.As(c.Context(), people.System())
	c.must(a.DB.Migrate(ctx))
	c.must(a.Seed(ctx))
	do(ctx, a)
}

func (c *chaos) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// until waits until something is so.
func (c *chaos) until(what string, so func() bool) {
	c.Helper()
	for deadline := time.Now().Add(5 * time.Minute); !so(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			said, _ := os.ReadFile(c.log)
			c.Fatalf("not within five minutes: %s\n%.3000s", what, said)
		}
	}
}

// begin starts a process.
func (c *chaos) begin(part string) *exec.Cmd {
	c.Helper()
	program, err := os.Executable()
	c.must(err)
	p := exec.Command(program, "serve") //nolint:gosec // this program
	if part != "" {
		p.Args = append(p.Args, "--only", part)
	}
	p.Env = slices.Concat(c.config, []string{asProgram + "=1", "AMIGO_REDIS_URL=" + c.redis, "PATH=" + os.Getenv("PATH")})
	log, err := os.OpenFile(c.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	c.must(err)
	p.Stderr = log
	c.must(p.Start())
	c.must(log.Close())
	return p
}

// kill ends one process without a word, and starts it again.
func (c *chaos) kill() {
	c.Helper()
	n := rand.IntN(len(c.alive))
	was := c.alive[n]
	c.must(was.Process.Kill())
	_ = was.Wait()
	part := ""
	if len(was.Args) > 2 {
		part = was.Args[3]
	}
	c.alive[n] = c.begin(part)
}

// end tells the processes to stop, and waits until they have.
func (c *chaos) end() {
	c.Helper()
	for _, p := range c.alive {
		_ = p.Process.Signal(syscall.SIGTERM)
		_ = p.Wait()
	}
	c.alive = nil
}

func (c *chaos) person(n int) string { return fmt.Sprintf("p%d@academie.test", n) }

// mail writes a mail: of four of a person one has a file, and the last answers the first.
func (c *chaos) mail(n int) string {
	head := fmt.Sprintf("From: <%s>\r\nTo: <assistance@academie.test>\r\nMessage-ID: <%d@poste.test>\r\nDate: %s\r\n",
		c.person(n/4), n, time.Now().Format(time.RFC1123Z))
	text := fmt.Sprintf("Bonjour, le poste %d ne s'allume plus.\r\n", n)
	switch n % 4 {
	case 1:
		return head + fmt.Sprintf("Subject: Poste %d\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"+
			"--b\r\nContent-Type: text/plain\r\n\r\n%s--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=mesures.csv\r\n\r\n"+
			"%s\r\n--b--\r\n", n, text, strings.Repeat(fmt.Sprintf("%d;1;2;3\r\n", n), 500))
	case 3:
		return head + fmt.Sprintf("Subject: Re: Poste %d\r\nIn-Reply-To: <%d@poste.test>\r\n\r\n", n-3, n-3) + text
	}
	return head + fmt.Sprintf("Subject: Poste %d\r\n\r\n", n) + text
}

// bring sends the mails of some people by SMTP, each until the server has said
// yes: who answers has written before.
func (c *chaos) bring(groups <-chan int) {
	var client *smtp.Client
	for g := range groups {
		for n := 4 * g; n < 4*g+4; n++ {
			for text := c.mail(n); client == nil || hand(client, text) != nil; {
				if client != nil {
					_ = client.Close()
				}
				var err error
				if client, err = smtp.Dial(c.smtp); err != nil {
					client = nil
					time.Sleep(20 * time.Millisecond)
				}
			}
		}
	}
	if client != nil {
		_ = client.Quit()
	}
}

func hand(client *smtp.Client, text string) error {
	if err := errors.Join(client.Mail("client@poste.test"), client.Rcpt("assistance@academie.test")); err != nil {
		return err
	}
	data, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(data, text); err != nil {
		return err
	}
	return data.Close()
}

// settle lets one process finish an hour later, when whoever was killed is given up
// and what Redis held is lost, and counts.
func (c *chaos) settle() {
	c.Helper()
	c.with(time.Hour, func(ctx context.Context, a *app.App) {
		count := func(query string, args ...any) (n int) {
			c.Helper()
			c.must(a.DB.SQL().QueryRowContext(ctx, query, args...).Scan(&n))
			return n
		}
		work, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- a.Queue.Work(work, a.Mux) }()
		defer func() {
			stop()
			c.must(<-ended)
		}()
		defer func() {
			if c.Failed() {
				c.Log(c.remains(a))
			}
		}()
		c.until("everything has come to its end", func() bool {
			return count("SELECT count(*) FROM inbound WHERE state = 'received'")+
				count("SELECT count(*) FROM letters WHERE state IN ('queued', 'sending')") == 0
		})
		for _, want := range []struct {
			n     int
			query string
			what  string
		}{
			{c.mails, "SELECT count(*) FROM inbound WHERE state = 'filed'", "mails filed"},
			{c.mails, "SELECT count(DISTINCT message_id) FROM inbound", "messages of mails"},
			{c.mails, "SELECT count(*) FROM messages", "messages"},
			{c.mails * 3 / 4, "SELECT count(*) FROM tickets", "tickets"},
			{c.mails * 3 / 4, "SELECT count(DISTINCT ticket_id) FROM timers", "tickets with timers"},
			{c.mails * 3 / 4, "SELECT count(*) FROM ticket_words", "tickets that can be found"},
			{c.mails * 3 / 4, "SELECT count(*) FROM events WHERE kind = 'opened'", "openings"},
			{c.mails / 4, "SELECT count(*) FROM events WHERE kind = 'completed'", "answers"},
			{c.mails / 4, "SELECT count(*) FROM attachments WHERE message_id IS NOT NULL", "files on messages"},
			{c.mails * 3 / 4, "SELECT count(DISTINCT ticket_id) FROM letters WHERE kind = 'opened' AND state = 'sent'", "acknowledged tickets"},
			{c.mails * 3 / 4, "SELECT count(*) FROM letters WHERE kind = 'opened'", "acknowledgements"},
			{0, "SELECT count(*) FROM letters WHERE state <> 'sent'", "letters that did not go out"},
			{0, "SELECT count(*) FROM jobs WHERE state = 'failed'", "jobs given up"},
		} {
			if n := count(want.query); n != want.n {
				c.Errorf("%d %s instead of %d", n, want.what, want.n)
			}
		}
		c.sink.check(c, count("SELECT count(*) FROM letters"), c.kills)
	})
}

// remains says what has not come to its end.
func (c *chaos) remains(a *app.App) string {
	var all strings.Builder
	for _, query := range []string{
		"SELECT 'message', state, last_error, count(*) FROM inbound WHERE state <> 'filed' GROUP BY state, last_error",
		"SELECT 'letter', state, last_error, count(*) FROM letters WHERE state <> 'sent' GROUP BY state, last_error",
		"SELECT kind, state, last_error, count(*) FROM jobs WHERE state <> 'done' GROUP BY kind, state, last_error",
	} {
		if err := counted(&all, a, query); err != nil {
			return err.Error()
		}
	}
	return all.String()
}

func counted(into *strings.Builder, a *app.App, query string) error {
	rows, err := a.DB.SQL().QueryContext(context.Background(), query)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end, or failed already
	for rows.Next() {
		var what, state, why string
		var n int
		if err := rows.Scan(&what, &state, &why, &n); err != nil {
			return err
		}
		fmt.Fprintf(into, "%d %s %s %.300s\n", n, what, state, why)
	}
	return rows.Err()
}

// sink is a mail server that takes everything, and knows each letter by its Message-ID.
type sink struct {
	addr string
	mu   sync.Mutex
	took map[string]int
}

func newSink(t testing.TB) *sink {
	t.Helper()
	s := &sink{addr: freeAddress(t), took: map[string]int{}}
	server := gosmtp.NewServer(gosmtp.BackendFunc(func(*gosmtp.Conn) (gosmtp.Session, error) { return s, nil }))
	server.Addr, server.Domain = s.addr, "poste.test"
	go func() { _ = server.ListenAndServe() }()
	t.Cleanup(func() { _ = server.Close() })
	return s
}

// Mail, Rcpt, Reset and Logout agree to everything.
func (*sink) Mail(string, *gosmtp.MailOptions) error { return nil }
func (*sink) Rcpt(string, *gosmtp.RcptOptions) error { return nil }
func (*sink) Reset()                                 {}
func (*sink) Logout() error                          { return nil }

// Data takes a letter.
func (s *sink) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took[m.Header.Get("Message-ID")]++
	return nil
}

// again is how many letters came more than once.
func (s *sink) again() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, times := range s.took {
		n += times - 1
	}
	return n
}

// check holds what was taken to the letters that were sent: each came, and no
// more than one for each kill and worker came again.
func (s *sink) check(t testing.TB, letters, most int) {
	t.Helper()
	if len(s.took) != letters {
		t.Errorf("%d letters of %d came", len(s.took), letters)
	}
	if n := s.again(); n > most {
		t.Errorf("%d letters came again", n)
	}
}
