package app_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"amigo/app"
	"amigo/app/apptest"
	"amigo/app/blob"
	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/mailin"
	"amigo/mailin/imaptest"
)

// onEach tells a story on SQLite and on PostgreSQL, by the address of a fresh database.
func onEach(t *testing.T, story func(t *testing.T, database string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { story(t, "") })
	t.Run("postgres", func(t *testing.T) { story(t, dbtest.PostgresURL(t)) })
}

// soon waits, in real time, for what servers and readers do.
func soon(t *testing.T, what string, yes func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !yes(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within twenty seconds", what)
		}
	}
}

// start runs the sources of mail until the test ends.
func start(t *testing.T, w *apptest.World) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	if err := w.Intake.Start(ctx, func(f func() error) { running.Go(func() { _ = f() }) }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); running.Wait() })
}

// shows says whether Prometheus is shown a line.
func shows(t *testing.T, w *apptest.World, line string) bool {
	t.Helper()
	return strings.Contains("\n"+metricsOf(t, w), "\n"+line+"\n")
}

func metricsOf(t *testing.T, w *apptest.World) string {
	t.Helper()
	rec := httptest.NewRecorder()
	w.Metrics.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if rec.Code != http.StatusOK {
		t.Fatalf("metrics: %d %s", rec.Code, rec.Body)
	}
	return rec.Body.String()
}

func mustShow(t *testing.T, w *apptest.World, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !shows(t, w, line) {
			t.Errorf("metrics do not show %s:\n%s", line, amigoLines(metricsOf(t, w)))
		}
	}
}

// amigoLines are the metrics of our own, without histograms.
func amigoLines(all string) string {
	var ours []string
	for line := range strings.Lines(all) {
		if strings.HasPrefix(line, "amigo_") && !strings.Contains(line, "_bucket") {
			ours = append(ours, line)
		}
	}
	return strings.Join(ours, "")
}

func message(id, subject string) string {
	return "From: Claire Martin <claire.martin@ac-caen.test>\r\nTo: assistance@academie.test\r\nSubject: " + subject +
		"\r\nMessage-ID: <" + id + "@ac-caen.test>\r\n\r\nBonjour.\r\n"
}

// mood is a mail server that talks nonsense until it recovers, and is a mailbox then.
type mood struct {
	net.Listener
	well atomic.Bool
	box  string // where the mailbox is
}

func (m *mood) serve() {
	for {
		c, err := m.Accept()
		if err != nil {
			return
		}
		if !m.well.Load() {
			_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			_ = c.Close()
			continue
		}
		there, err := net.Dial("tcp", m.box)
		if err != nil {
			_ = c.Close()
			continue
		}
		go func() { _, _ = io.Copy(there, c); _ = there.Close() }()
		go func() { _, _ = io.Copy(c, there); _ = c.Close() }()
	}
}

// A mailbox whose password is refused and a server that talks nonsense are seen on
// the pages and in the metrics; the mailbox beside them is read; and when they
// are mended everything comes.
func TestAWrongPasswordAndNonsenseAreSeenAndHurtNobodyElse(t *testing.T) { onEach(t, wrongPassword) }

func wrongPassword(t *testing.T, database string) {
	good, locked, behind := imaptest.New(t), imaptest.New(t), imaptest.New(t)
	odd := &mood{box: behind.Addr}
	var err error
	if odd.Listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = odd.Close() })
	go odd.serve()
	passwords := []string{imaptest.Password, "faux", imaptest.Password}
	w := apptest.NewWith(t, database, func(c *app.Config, _ *app.Options) {
		for _, addr := range []string{good.Addr, locked.Addr, odd.Addr().String()} {
			c.Mail.IMAPURLs = append(c.Mail.IMAPURLs, "imap://"+imaptest.User+"@"+addr+"/INBOX")
		}
		c.Mail.IMAPPasswords = passwords
	})
	good.Drop(message("g1", "Boîte saine"), w.Clock.Now())
	behind.Drop(message("o1", "Derrière le bavard"), w.Clock.Now())
	start(t, w)
	soon(t, "both are seen to fail", func() bool {
		return shows(t, w, `amigo_mail_source_up{source="mailbox-2"} 0`) && shows(t, w, `amigo_mail_source_up{source="mailbox-3"} 0`)
	})
	soon(t, "the healthy one is read", func() bool { return good.Unseen() == 0 && shows(t, w, `amigo_mail_source_up{source="mailbox-1"} 1`) })
	w.Drain()
	mustSay(t, w.As("technicien.demo").Get("/tickets?view=all"), "Boîte saine")

	w.Clock.Advance(12 * time.Minute)
	page := w.As("technicien.demo").Get("/admin/mail")
	mustSay(t, page, "mot de passe refusé", "réponse incompréhensible", "En échec depuis 12 min", "Vérifiez le nom et le mot de passe")
	if strings.Contains(page.Says(), "faux") {
		t.Error("the password is on the page")
	}
	mustSay(t, w.As("superviseur.demo").Get("/tickets"), "Courrier entrant", "en échec depuis 12 min", "1 autre voie")
	mustSay(t, w.As("admin.demo").Get("/admin"), "Courrier entrant")
	if strings.Contains(w.As("technicien.demo").Get("/tickets").Says(), "Courrier entrant") {
		t.Error("technicians are told of what they cannot mend")
	}
	if metrics := metricsOf(t, w); strings.Contains(metrics, "@") || strings.Contains(metrics, "127.0.0.1") {
		t.Error("there is an address in the metrics")
	}

	odd.well.Store(true)
	soon(t, "what talked nonsense is read", func() bool { return behind.Unseen() == 0 && shows(t, w, `amigo_mail_source_up{source="mailbox-3"} 1`) })
	w.Drain()
	mustSay(t, w.As("technicien.demo").Get("/tickets?view=all"), "Derrière le bavard")
	mustShow(t, w, `amigo_mail_source_failing_seconds{source="mailbox-3"} 0`, `amigo_mail_received_total{source="mailbox-3"} 1`)
}

// disk is a store of bytes whose disk fills up, or that cannot read one of them.
type disk struct {
	blob.Store
	full   atomic.Bool
	poison atomic.Pointer[blob.Sum]
}

func (d *disk) Put(ctx context.Context, r io.Reader) (blob.Sum, int64, error) {
	if d.full.Load() {
		return "", 0, fmt.Errorf("blob: put: %w", syscall.ENOSPC)
	}
	return d.Store.Put(ctx, r)
}

func (d *disk) Open(ctx context.Context, sum blob.Sum) (io.ReadCloser, error) {
	if bad := d.poison.Load(); bad != nil && *bad == sum {
		panic(errors.New("this one is poisoned"))
	}
	return d.Store.Open(ctx, sum)
}

// With a full disk the sender by SMTP is told 452 and keeps the message, the
// mailbox keeps its own unseen; pages and metrics say it; and with room again
// everything is there once.
func TestAFullDiskIsSeenAndLosesNothing(t *testing.T) { onEach(t, fullDisk) }

func fullDisk(t *testing.T, database string) {
	box := imaptest.New(t)
	d := &disk{}
	w := apptest.NewWith(t, database, func(c *app.Config, o *app.Options) {
		c.Mail.SMTPListen = "127.0.0.1:0"
		c.Mail.IMAPURLs, c.Mail.IMAPPasswords = []string{"imap://" + imaptest.User + "@" + box.Addr + "/INBOX"}, []string{imaptest.Password}
		o.Blobs = func(s blob.Store) blob.Store { d.Store = s; return d }
	})
	d.full.Store(true)
	box.Drop(message("d1", "Par la boîte"), w.Clock.Now())
	start(t, w)
	send := func() error {
		c, err := smtp.Dial(w.Intake.SMTPAddr())
		if err != nil {
			return err
		}
		defer c.Close()
		return c.SendMail("claire.martin@ac-caen.test", []string{"assistance@academie.test"}, strings.NewReader(message("d2", "Par SMTP")))
	}
	answer, said := errors.AsType[*smtp.SMTPError](send())
	if !said || answer.Code != 452 || answer.EnhancedCode != (smtp.EnhancedCode{4, 3, 1}) {
		t.Fatalf("the sender is told %v", answer)
	}
	soon(t, "the mailbox is seen to fail", func() bool { return shows(t, w, `amigo_mail_source_up{source="mailbox-1"} 0`) })
	mustShow(t, w, `amigo_mail_source_up{source="smtp"} 0`, `amigo_mail_not_stored_total{source="smtp"} 1`)
	w.Clock.Advance(5 * time.Minute)
	mustSay(t, w.As("technicien.demo").Get("/admin/mail"), "Réception par SMTP", "plus de place sur le disque", "En échec depuis 5 min", "Libérez de la place")
	mustSay(t, w.As("admin.demo").Get("/tickets"), "plus de place sur le disque")
	if box.Unseen() != 1 {
		t.Error("the message in the mailbox is marked as taken")
	}

	d.full.Store(false)
	if err := send(); err != nil {
		t.Fatal(err)
	}
	soon(t, "the mailbox is read", func() bool { return box.Unseen() == 0 && shows(t, w, `amigo_mail_source_up{source="mailbox-1"} 1`) })
	w.Drain()
	queue := w.As("technicien.demo").Get("/tickets?view=all").Says()
	if strings.Count(queue, "Par la boîte") != 1 || strings.Count(queue, "Par SMTP") != 1 {
		t.Errorf("the queue says:\n%s", queue)
	}
	mustShow(t, w, `amigo_mail_source_up{source="smtp"} 1`, `amigo_mail_source_failures{source="smtp"} 0`)
}

// A message whose filing panics each time is given up after a while, in sight;
// those around it are filed; and with the cause gone it is filed, too.
func TestAPoisonedMessageIsSeenAndTheOthersPassBy(t *testing.T) { onEach(t, poisoned) }

func poisoned(t *testing.T, database string) {
	d := &disk{}
	w := apptest.NewWith(t, database, func(_ *app.Config, o *app.Options) {
		o.Blobs = func(s blob.Store) blob.Store { d.Store = s; return d }
	})
	w.Deliver(message("p0", "Avant"))
	raw := []byte(message("p1", "Empoisonné"))
	sum := blob.SumOf(raw)
	d.poison.Store(&sum)
	receive(t, w, raw)
	_ = w.Queue.Drain(t.Context(), w.Mux)
	receive(t, w, []byte(message("p2", "Après")))
	for range 24 { // six hours: all attempts there are
		w.Clock.Advance(15 * time.Minute)
		_ = w.Queue.Drain(t.Context(), w.Mux)
	}
	mustSay(t, w.As("technicien.demo").Get("/tickets?view=all"), "Avant", "Après")
	mustShow(t, w, `amigo_mail_messages{state="failed"} 1`, `amigo_mail_messages{state="received"} 0`)
	mustSay(t, w.As("technicien.demo").Get("/admin/mail?state=failed"), "Empoisonné", "en échec")
	mustSay(t, w.As("superviseur.demo").Get("/tickets"), "1 message reçu n'a pas pu être classé")

	d.poison.Store(nil)
	if n, err := w.Intake.Replay(people.As(t.Context(), people.System()), 0); n != 1 || err != nil {
		t.Fatalf("%d are tried again, %v", n, err)
	}
	w.Drain()
	mustSay(t, w.As("technicien.demo").Get("/tickets?view=all"), "Empoisonné")
	w.Clock.Advance(time.Minute) // what was counted is shown for some seconds
	mustShow(t, w, `amigo_mail_messages{state="failed"} 0`)
}

func receive(t *testing.T, w *apptest.World, raw []byte) {
	t.Helper()
	sum := string(blob.SumOf(raw))
	if _, err := w.Intake.Receive(t.Context(), mailin.Raw{Source: "smtp", Key: sum, Bytes: raw, ReceivedAt: w.Clock.Now()}); err != nil {
		t.Fatal(err)
	}
}

// relay is a mail server that refuses one recipient for ever, and keeps the
// letters to all others.
type relay struct {
	mu    sync.Mutex
	taken []string
}

func (r *relay) NewSession(*smtp.Conn) (smtp.Session, error) { return &relaying{relay: r}, nil }

type relaying struct {
	relay *relay
	to    string
}

func (s *relaying) Mail(string, *smtp.MailOptions) error { return nil }
func (s *relaying) Reset()                               {}
func (s *relaying) Logout() error                        { return nil }

func (s *relaying) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to == "refusee@exemple.test" {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such user"}
	}
	s.to = to
	return nil
}

func (s *relaying) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	s.relay.taken = append(s.relay.taken, s.to)
	return err
}

// A relay that is away is seen, and letters wait for it; a recipient that it
// refuses is seen, and the letters to others go.
func TestARefusedRecipientAndARelayThatIsAwayAreSeen(t *testing.T) { onEach(t, refusedRecipient) }

func refusedRecipient(t *testing.T, database string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close() // nobody is there
	w := apptest.NewWith(t, database, func(c *app.Config, o *app.Options) {
		c.Mail.SMTPURL, o.Transport = "smtp://"+addr, nil
	})
	receive(t, w, []byte(strings.ReplaceAll(message("r1", "Pour une adresse refusée"), "claire.martin@ac-caen.test", "refusee@exemple.test")))
	receive(t, w, []byte(strings.ReplaceAll(message("r2", "Pour une autre"), "claire.martin@ac-caen.test", "autre@exemple.test")))
	_ = w.Queue.Drain(t.Context(), w.Mux)
	mustShow(t, w, "amigo_letter_transport_up 0", `amigo_letters{state="queued"} 2`)
	w.Clock.Advance(3 * time.Minute)
	mustSay(t, w.As("admin.demo").Get("/admin/letters"), "En échec depuis 3 min : connexion refusée", "2 lettres attendent")
	mustSay(t, w.As("superviseur.demo").Get("/tickets"), "Les lettres ne partent plus depuis 3 min")

	if l, err = net.Listen("tcp", addr); err != nil {
		t.Fatal(err)
	}
	r := &relay{}
	server := smtp.NewServer(r)
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	w.Clock.Advance(time.Hour)
	_ = w.Queue.Drain(t.Context(), w.Mux)
	r.mu.Lock()
	taken := strings.Join(r.taken, " ")
	r.mu.Unlock()
	if taken != "autre@exemple.test" {
		t.Errorf("the relay took letters to %q", taken)
	}
	mustShow(t, w, "amigo_letter_transport_up 1", `amigo_letters{state="queued"} 0`, `amigo_letters{state="refused"} 1`)
	mustSay(t, w.As("admin.demo").Get("/admin/letters?state=refused"), "refusee@exemple.test", "Serveur joint")
	mustSay(t, w.As("superviseur.demo").Get("/tickets"), "1 lettre a été refusée")
}
