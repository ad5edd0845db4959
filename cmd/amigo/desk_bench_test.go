package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"amigo/app/apptest"
	"amigo/app/db/dbtest"
)

// BenchmarkDeskAtScale measures what a technician waits for in a big academy:
// whole pages of the product as it is shipped, in a process of its own, asked for
// over HTTP by somebody who is signed in, with PostgreSQL beside it. It does so
// with each number of tickets that AMIGO_TEST_TICKETS names, "10000,100000"
// unless it is set; there are four times as many messages, and 45,000 people.
//
// ms are milliseconds; p50 is half of the requests of one client, p99 all but a
// hundredth of those of eight. times-the-smallest is p50 beside that of the first
// number of tickets, in the same run. KB are a thousand bytes on the wire.
func BenchmarkDeskAtScale(b *testing.B) {
	if os.Getenv("AMIGO_TEST_POSTGRES") == "" {
		b.Fatal("PostgreSQL is wanted: make bench")
	}
	smallest := map[string]time.Duration{}
	for size := range strings.SplitSeq(cmp.Or(os.Getenv("AMIGO_TEST_TICKETS"), "10000,100000"), ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			b.Fatalf("AMIGO_TEST_TICKETS: %v", err)
		}
		b.Run(size, func(b *testing.B) { newBigDesk(b, n).measure(b, smallest) })
	}
}

// bigDesk is the product with many tickets, and who asks for its pages.
type bigDesk struct {
	testing.TB
	config  []string
	url     string
	server  *exec.Cmd
	cookies []*http.Cookie
	token   string
	client  *http.Client
	first   string // the page of a ticket that is open
}

const manyPeople = 45_000

func newBigDesk(b *testing.B, tickets int) *bigDesk {
	b.Helper()
	d := &bigDesk{TB: b, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 600, DisableCompression: true}}}
	listen := freeAddress(b)
	d.url = "http://" + listen
	d.config = []string{
		"AMIGO_DATA_DIR=" + b.TempDir(), "AMIGO_DATABASE_URL=" + dbtest.PostgresURL(b), "AMIGO_LISTEN=" + listen,
		"AMIGO_PUBLIC_URL=" + d.url, "AMIGO_SECRET=" + strings.Repeat("s", 40), "AMIGO_MAIL_ADDRESS=assistance@academie.test",
		"AMIGO_LOG=error", "PATH=" + os.Getenv("PATH"),
	}
	d.runs("migrate")
	d.runs("demo", "--load")
	d.runs("seed", "--tickets", strconv.Itoa(tickets), "--messages", strconv.Itoa(4*tickets), "--people", strconv.Itoa(manyPeople))
	d.token = strings.TrimSpace(d.runs("token", "create", "--person", "agent.demo"))
	d.server = d.command("serve", "--demo")
	d.server.Stderr = os.Stderr
	d.must(d.server.Start())
	b.Cleanup(func() {
		_ = d.server.Process.Signal(syscall.SIGTERM)
		_ = d.server.Wait()
	})
	for range 600 {
		answer, err := d.client.Get(d.url + "/readyz") //nolint:noctx // it is a moment
		if err == nil {
			_ = answer.Body.Close()
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	d.cookies = apptest.At(b, d.url).As("technicien.demo").Cookies()
	page := d.get("/tickets?view=all")
	found := regexp.MustCompile(`href="(/tickets/\d+)"`).FindSubmatch(page)
	if found == nil {
		b.Fatalf("the queue shows no ticket: %.2000s", page)
	}
	d.first = string(found[1])
	return d
}

func (d *bigDesk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// command is the product as a program.
func (d *bigDesk) command(args ...string) *exec.Cmd {
	program, err := os.Executable()
	d.must(err)
	c := exec.Command(program, args...) //nolint:gosec // this program
	c.Env = slices.Concat(d.config, []string{asProgram + "=1"})
	return c
}

func (d *bigDesk) runs(args ...string) string {
	d.Helper()
	c := d.command(args...)
	var wrong bytes.Buffer
	c.Stderr = &wrong
	out, err := c.Output()
	if err != nil {
		d.Fatalf("amigo %s: %v\n%s%s", strings.Join(args, " "), err, out, wrong.String())
	}
	return string(out)
}

func (d *bigDesk) request(method, path string, body io.Reader) *http.Request {
	r, err := http.NewRequestWithContext(context.Background(), method, d.url+path, body)
	d.must(err)
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Accept-Language", "fr")
	for _, c := range d.cookies {
		r.AddCookie(c)
	}
	return r
}

// ask gives how many bytes answer a request, and the answer itself.
func (d *bigDesk) ask(r *http.Request, status int) (wire int, body []byte) {
	answer, err := d.client.Do(r)
	if err != nil {
		d.Error(err)
		return 0, nil
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		d.Errorf("%s %s: %d, %v\n%.500s", r.Method, r.URL, answer.StatusCode, err, raw)
		return 0, nil
	}
	body = raw
	if answer.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(raw))
		d.must(err)
		body, err = io.ReadAll(z)
		d.must(err)
	}
	return len(raw), body
}

func (d *bigDesk) get(path string) []byte {
	_, body := d.ask(d.request(http.MethodGet, path, nil), http.StatusOK)
	return body
}

// times asks for a page again and again, by so many clients, and gives how long
// each time took, sorted.
func (d *bigDesk) times(clients, each int, do func()) []time.Duration {
	var mu sync.Mutex
	var all []time.Duration
	var crowd sync.WaitGroup
	for range clients {
		crowd.Go(func() {
			for range each {
				begin := time.Now()
				do()
				took := time.Since(begin)
				mu.Lock()
				all = append(all, took)
				mu.Unlock()
			}
		})
	}
	crowd.Wait()
	slices.Sort(all)
	return all
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// measure reports everything once: a round is long enough to say something.
func (d *bigDesk) measure(b *testing.B, smallest map[string]time.Duration) {
	for _, page := range []struct{ name, path string }{
		{"Queue", "/tickets?view=all"}, {"MyQueue", "/tickets"}, {"Ticket", d.first}, {"Search", "/search?q=imprimante"},
	} {
		b.Run(page.name, func(b *testing.B) {
			show := func() { d.get(page.path) }
			d.times(1, 20, show)
			var one, eight []time.Duration
			for b.Loop() {
				one, eight = append(one, d.times(1, 200, show)...), append(eight, d.times(8, 100, show)...)
			}
			slices.Sort(one)
			slices.Sort(eight)
			p50 := one[len(one)/2]
			if _, measured := smallest[page.name]; !measured {
				smallest[page.name] = p50
			}
			b.ReportMetric(ms(p50), "p50-ms")
			b.ReportMetric(ms(eight[len(eight)*99/100]), "p99-ms-at-8")
			b.ReportMetric(float64(p50)/float64(smallest[page.name]), "times-the-smallest")
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Run("Create", func(b *testing.B) {
		var began time.Time
		n := 0
		for b.Loop() {
			if n == 0 {
				began = time.Now()
			}
			n += len(d.times(8, 125, d.create))
		}
		b.ReportMetric(float64(n)/time.Since(began).Seconds(), "created/s")
		b.ReportMetric(0, "ns/op")
	})
	b.Run("Wire", d.wire)
	b.Run("Live", d.live)
	b.Run("Memory", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(d.memory(), "peak-MiB")
		}
		b.ReportMetric(0, "ns/op")
	})
}

// create opens a ticket as somebody's program does.
func (d *bigDesk) create() {
	body, err := json.Marshal(map[string]string{
		"subject": "Copieur de la salle B12 hors ligne", "priority": "normal",
		"body": "Bonjour,\nle copieur de la salle B12 reste hors ligne depuis ce matin, malgré un redémarrage.\nMerci d'avance",
	})
	d.must(err)
	r := d.request(http.MethodPost, "/api/v1/tickets", bytes.NewReader(body))
	r.Header.Del("Cookie")
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Content-Type", "application/json")
	d.ask(r, http.StatusCreated)
}

var assetOf = regexp.MustCompile(`(?:href|src)="(/assets/[^"#]+)`)

// wire weighs the first load of the queue, with everything that it needs, and the
// page that follows.
func (d *bigDesk) wire(b *testing.B) {
	first, later := 0, 0
	for b.Loop() {
		var page []byte
		later, page = d.ask(d.request(http.MethodGet, "/tickets?view=all", nil), http.StatusOK)
		first = later
		seen := map[string]bool{}
		for _, m := range assetOf.FindAllSubmatch(page, -1) {
			if path := string(m[1]); !seen[path] {
				seen[path] = true
				weight, _ := d.ask(d.request(http.MethodGet, path, nil), http.StatusOK)
				first += weight
			}
		}
		if len(seen) == 0 {
			b.Fatal("the page needs nothing")
		}
	}
	b.ReportMetric(float64(first)/1000, "first-KB")
	b.ReportMetric(float64(later)/1000, "later-KB")
	b.ReportMetric(0, "ns/op")
}

const livePages = 500

// live keeps many pages open and changes a ticket: how long until all have heard.
func (d *bigDesk) live(b *testing.B) {
	ctx, cancel := context.WithCancel(context.Background())
	var open sync.WaitGroup
	defer open.Wait()
	defer cancel()
	heard := make(chan time.Time, 100*livePages)
	ready := make(chan struct{}, livePages)
	for range livePages {
		open.Go(func() { d.listen(ctx, ready, heard) })
	}
	for range livePages {
		<-ready
	}
	before := d.memory()
	var slowest []time.Duration
	for b.Loop() {
		for len(heard) > 0 {
			<-heard
		}
		began := time.Now()
		d.create()
		var last time.Time
		for range livePages {
			select {
			case last = <-heard:
			case <-time.After(10 * time.Second):
				b.Fatal("ten seconds later somebody has not heard")
			}
		}
		slowest = append(slowest, last.Sub(began))
	}
	slices.Sort(slowest)
	b.ReportMetric(ms(slowest[len(slowest)/2]), "until-all-heard-ms")
	b.ReportMetric(d.memory()-before, "MiB-more")
	b.ReportMetric(0, "ns/op")
}

// listen reads one stream, and says when something came that is no heartbeat.
func (d *bigDesk) listen(ctx context.Context, ready chan<- struct{}, heard chan<- time.Time) {
	r := d.request(http.MethodGet, "/live", nil).WithContext(ctx)
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Del("Accept-Encoding")
	answer, err := d.client.Do(r)
	ready <- struct{}{}
	if err != nil {
		d.Error(err)
		return
	}
	defer answer.Body.Close() //nolint:errcheck // it is a stream
	buffer := make([]byte, 4<<10)
	for {
		n, err := answer.Body.Read(buffer)
		if bytes.Contains(buffer[:n], []byte("data:")) {
			heard <- time.Now()
		}
		if err != nil {
			return
		}
	}
}

// memory is the most that the process has held, in MiB (Linux, VmHWM).
func (d *bigDesk) memory() float64 {
	d.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.server.Process.Pid))
	d.must(err)
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		d.Fatal("the kernel does not say what the process holds")
	}
	kb, err := strconv.Atoi(string(found[1]))
	d.must(err)
	return float64(kb) / 1024
}
