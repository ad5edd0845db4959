package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/smtp"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"amigo/app"
	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/mailin"
)

// BenchmarkIntake measures how much mail is taken in: a thousand mails come by
// SMTP over eight connections and are stored, then the workers file them, with
// their timers and the letters that they cause. Half are plain, a quarter has a
// file of 40 KiB, a quarter answers another.
//
// stored/s and filed/s are the figures. Each stands beside a bare durable insert
// done in the same run, which says what the disk and the database of this machine
// are worth, and MiB is what the process holds when all is done.
func BenchmarkIntake(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkIntake(b, "", "") })
	if os.Getenv("AMIGO_TEST_POSTGRES") != "" {
		b.Run("postgres", func(b *testing.B) { benchmarkIntake(b, dbtest.PostgresURL(b), os.Getenv("AMIGO_TEST_REDIS")) })
	}
}

const (
	mailsAtOnce  = 1000
	connections  = 8
	benchPersons = 500 // below the loop budget each
)

func benchmarkIntake(b *testing.B, databaseURL, redisURL string) {
	w := newPost(b, databaseURL, redisURL)
	var storing, filing time.Duration
	round := 0
	for b.Loop() {
		round++
		mails := w.mails(round)
		begin := time.Now()
		w.send(b, mails)
		storing += time.Since(begin)
		filing += w.file(b, round*mailsAtOnce)
	}
	sent := float64(round * mailsAtOnce)
	b.ReportMetric(sent/storing.Seconds(), "stored/s")
	b.ReportMetric(sent/filing.Seconds(), "filed/s")
	b.ReportMetric(0, "ns/op")
	begin, n := time.Now(), 0
	for ; time.Since(begin) < time.Second/2; n++ {
		insertBare(b, w.DB)
	}
	bare := float64(n) / time.Since(begin).Seconds()
	b.ReportMetric(bare/(sent/storing.Seconds()), "stored-times-a-bare-insert")
	b.ReportMetric(bare/(sent/filing.Seconds()), "filed-times-a-bare-insert")
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapInuse)/(1<<20), "MiB")
}

// post is an AMIGO that receives mail, on a database of its own.
type post struct{ *app.App }

func newPost(b *testing.B, databaseURL, redisURL string) *post {
	b.Helper()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	c, err := app.ReadConfig([]string{
		"AMIGO_DATA_DIR=" + b.TempDir(), "AMIGO_DATABASE_URL=" + databaseURL, "AMIGO_REDIS_URL=" + redisURL,
		"AMIGO_SECRET=" + strings.Repeat("s", 40), "AMIGO_MAIL_ADDRESS=assistance@academie.test", "AMIGO_SMTP_LISTEN=127.0.0.1:0",
	})
	noError(b, err)
	parts := app.Parts{Work: true, Mail: true}
	a, err := app.New(b.Context(), c, parts, app.Options{Version: "bench"})
	noError(b, err)
	b.Cleanup(func() { _ = a.Close() })
	a.Queue.Name, a.Hub.Channel = fmt.Sprint("bench-", time.Now().UnixNano()), fmt.Sprint("bench-", time.Now().UnixNano())
	noError(b, a.DB.Migrate(b.Context()))
	noError(b, a.Seed(b.Context()))
	system := people.As(b.Context(), people.System())
	var persons people.Batch
	for n := range benchPersons {
		persons.Persons = append(persons.Persons, people.Entry{
			UID: fmt.Sprint("p", n), Name: fmt.Sprint("Personne ", n), Site: "caen", Addresses: []string{benchAddress(n)},
		})
	}
	_, err = a.People.Import(system, persons)
	noError(b, err)
	ctx, cancel := context.WithCancel(b.Context())
	var sources errgroup.Group
	noError(b, a.Intake.Start(ctx, sources.Go))
	b.Cleanup(func() { cancel(); _ = sources.Wait() })
	return &post{App: a}
}

func benchAddress(n int) string { return fmt.Sprintf("p%d@academie.test", n%benchPersons) }

// mails writes the mails of one round.
func (w *post) mails(round int) []string {
	all := make([]string, 0, mailsAtOnce)
	for n := range mailsAtOnce {
		head := fmt.Sprintf("From: Personne <%s>\r\nTo: <assistance@academie.test>\r\nMessage-ID: <%d.%d@poste.test>\r\nDate: Thu, 19 Nov 2026 09:00:00 +0100\r\n",
			benchAddress(n), round, n)
		text := fmt.Sprintf("Bonjour,\r\nl'imprimante de la salle B%d reste hors ligne depuis ce matin, malgré un redémarrage.\r\nMerci d'avance\r\n", n)
		switch n % 4 {
		case 0, 1:
			all = append(all, head+fmt.Sprintf("Subject: Imprimante hors ligne en B%d\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n", n)+text)
		case 2:
			all = append(all, head+fmt.Sprintf("Subject: Copie d'écran %d\r\n", n)+withFile(text, round*mailsAtOnce+n))
		default: // answers the one that was sent three before, by the same person
			answer := strings.Replace(head, benchAddress(n), benchAddress(n-3), 1)
			all = append(all, answer+fmt.Sprintf("Subject: Re: Imprimante hors ligne en B%d\r\nIn-Reply-To: <%d.%d@poste.test>\r\n"+
				"Content-Type: text/plain; charset=utf-8\r\n\r\n", n-3, round, n-3)+text)
		}
	}
	return all
}

// withFile is the rest of a mail that brings 40 KiB, which nobody has sent before.
func withFile(text string, n int) string {
	file := bytes.Repeat([]byte(fmt.Sprintf("%08d", n)), 5<<10)
	lines := base64.StdEncoding.EncodeToString(file)
	var body strings.Builder
	for len(lines) > 76 {
		body.WriteString(lines[:76] + "\r\n")
		lines = lines[76:]
	}
	return "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text +
		"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=mesures.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		body.String() + lines + "\r\n--b--\r\n"
}

// send brings mails in over some connections, each mail when the one before is stored.
func (w *post) send(b *testing.B, mails []string) {
	b.Helper()
	var clients errgroup.Group
	for c := range connections {
		clients.Go(func() (err error) {
			client, err := smtp.Dial(w.Intake.SMTPAddr())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, client.Quit()) }()
			for n := c; n < len(mails); n += connections {
				if err := deliver(client, mails[n]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	noError(b, clients.Wait())
}

func deliver(client *smtp.Client, mail string) error {
	if err := client.Mail("client@academie.test"); err != nil {
		return err
	}
	if err := client.Rcpt("assistance@academie.test"); err != nil {
		return err
	}
	data, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := data.Write([]byte(mail)); err != nil {
		return err
	}
	return data.Close()
}

// file lets the workers work until so many mails are filed, and says how long that took.
func (w *post) file(b *testing.B, want int) time.Duration {
	b.Helper()
	ctx, stop := context.WithTimeout(b.Context(), 5*time.Minute)
	var work errgroup.Group
	work.Go(func() error { return w.Queue.Work(ctx, w.Mux) })
	begin, system := time.Now(), people.As(b.Context(), people.System())
	for {
		counts, err := w.Intake.Counts(system)
		noError(b, err)
		if counts[mailin.Filed] == want {
			break
		}
		if ctx.Err() != nil || counts[mailin.Failed] > 0 {
			b.Fatalf("after all: %v", counts)
		}
		time.Sleep(50 * time.Millisecond)
	}
	took := time.Since(begin)
	stop()
	noError(b, work.Wait())
	return took
}
